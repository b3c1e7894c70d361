//! Child processes that cannot outlive the test: each hangs on a small shell that kills it when our end of a pipe closes,
//! which happens even when the test process itself is killed.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU16, AtomicU32, Ordering},
    },
};

use rustix::process::{Pid, Signal, kill_process};

/// Arguments: the log, the file that may name a Redis the child started, then the child. A line on standard input lets go of
/// the child's Redis; the end of standard input takes it along.
const SUPERVISE: &str = r#"
log=$1; adopted=$2; shift 2
trap : INT
"$@" >>"$log" 2>&1 &
child=$!
echo "$child"
read -r word && let_go=yes
kill -9 "$child" 2>/dev/null
wait "$child"
code=$?
if [ -z "$let_go" ] && [ -s "$adopted" ]; then
    pid=$(cat "$adopted")
    case $(cat "/proc/$pid/comm" 2>/dev/null) in redis-server|valkey-server) kill -9 "$pid" ;; esac
fi
exit "$code"
"#;

/// A running child and the shell that answers for it.
pub(crate) struct Supervised {
    shell: Child,
    leash: Option<ChildStdin>,
    pid: u32,
}

impl Supervised {
    /// Starts `command` (program, arguments) with exactly `environment`; output is appended to `log`.
    pub(crate) fn start(
        command: &[&str],
        environment: &[(String, String)],
        log: &Path,
        adopted: &Path,
    ) -> Self {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SUPERVISE, "supervise"])
            .args([log, adopted])
            .args(command)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let mut pid = String::new();
        BufReader::new(shell.stdout.take().expect("piped"))
            .read_line(&mut pid)
            .expect("the shell says the pid");
        let leash = shell.stdin.take();
        Self {
            shell,
            leash,
            pid: pid.trim().parse().expect("a pid"),
        }
    }

    /// The child's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether the child still runs.
    pub(crate) fn alive(&self) -> bool {
        runs(self.pid)
    }

    /// Sends a signal to the child, if it still runs.
    pub(crate) fn signal(&self, signal: Signal) {
        if self.alive() {
            send(self.pid, signal);
        }
    }

    /// Reaps the child, killing it if it still runs, but leaves a Redis it started alone; 128 + n after a signal.
    pub(crate) fn reap(&mut self) -> i32 {
        if let Some(mut leash) = self.leash.take() {
            leash.write_all(b"let go\n").expect("the shell listens");
        }
        self.shell
            .wait()
            .expect("the shell ends")
            .code()
            .expect("the shell was not killed")
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.leash = None;
        let _ended = self.shell.wait();
    }
}

/// A variable of the test run's own environment; empty if it is not set.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no settings but these: where programs are, and a seed"
)]
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The environment of a program that is given nothing but the way to other programs.
pub(crate) fn bare_environment() -> Vec<(String, String)> {
    vec![("PATH".to_owned(), variable("PATH"))]
}

/// Whether a process exists and is more than a zombie.
pub(crate) fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Sends a signal to a process that may already be gone.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("not 0");
    let _gone_already = kill_process(pid, signal);
}

/// A TCP port nobody listens on, below the range from which clients get theirs.
pub(crate) fn free_port() -> u16 {
    static NEXT: OnceLock<AtomicU16> = OnceLock::new();
    let next = NEXT.get_or_init(|| {
        AtomicU16::new(u16::try_from(std::process::id() * 131 % 20_000).expect("below 20,000"))
    });
    loop {
        let port = 11_000 + next.fetch_add(1, Ordering::Relaxed) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A new empty directory under the one of this test run, which is removed when the run ends, however it ends.
pub(crate) fn fresh_directory(kind: &str) -> PathBuf {
    static RUN: OnceLock<(PathBuf, Option<ChildStdin>)> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (root, _leash) = RUN.get_or_init(|| {
        let root = PathBuf::from(format!("/tmp/ots-{}", std::process::id()));
        std::fs::create_dir_all(&root).expect("/tmp is writable");
        // The pause lets the other shells end their children first.
        let clean = r#"trap : INT; read -r word; sleep 2; umount "$1"/*/full 2>/dev/null; rm -rf --one-file-system "$1" "/dev/shm/${1##*/}""#;
        let janitor = Command::new("/bin/sh")
            .args(["-c", clean, "clean"])
            .arg(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        (root, janitor.expect("a shell starts").stdin.take())
    });
    let directory = root.join(format!("{kind}{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&directory).expect("/tmp is writable");
    directory
}
