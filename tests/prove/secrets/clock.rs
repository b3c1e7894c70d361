//! A clock for a server and the Redis it brings that a test moves ahead.

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::FileExt as _, net::UnixStream},
    path::PathBuf,
    process::Command,
    time::Duration,
};

use crate::support::{Server, Setup, process::fresh_directory};

/// A clock that is ahead of the machine's by the number of seconds in a file that a preloaded library maps.
pub(super) struct Clock {
    offset: PathBuf,
    library: PathBuf,
}

impl Clock {
    pub(super) fn new() -> Self {
        let folder = fresh_directory("clock");
        let (offset, library) = (folder.join("offset"), folder.join("clock.so"));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/prove/secrets/clock.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([library.as_os_str(), source.as_ref()])
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "a C compiler makes the library"
        );
        fs::write(&offset, 0_i64.to_ne_bytes()).expect("/tmp is writable");
        Self { offset, library }
    }

    pub(super) fn ahead(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).expect("some hours");
        let file = fs::OpenOptions::new().write(true).open(&self.offset);
        let file = file.expect("it was made");
        // In place: the library has this very file mapped.
        file.write_all_at(&seconds.to_ne_bytes(), 0)
            .expect("/tmp is writable");
    }

    /// A server, and the Redis it brings, that live by this clock.
    pub(super) fn on(&self, setup: Setup) -> Setup {
        setup
            .set("LD_PRELOAD", &self.library.to_string_lossy())
            .set("CLOCK_OFFSET", &self.offset.to_string_lossy())
    }
}

/// A word to the bundled Redis of a server.
pub(super) fn tell(server: &Server, word: &str) {
    let pid = fs::read_to_string(server.place().redis_pid_file()).expect("it names its Redis");
    // Redis shows where it listens instead of the words it was started with.
    let title = fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).expect("it runs");
    let (_, socket) = title
        .split_once("unixsocket:")
        .expect("it listens on a socket");
    let socket = socket.trim_end_matches(['\0', ' ']);
    let mut socket = UnixStream::connect(socket).unwrap();
    socket.write_all(format!("{word}\r\n").as_bytes()).unwrap();
    let mut answer = [0; 5];
    std::io::Read::read_exact(&mut socket, &mut answer).unwrap();
    assert_eq!(&answer, b"+OK\r\n");
}
