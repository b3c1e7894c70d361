//! Everything a server and its Redis wrote or keep that somebody could read later.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    thread::JoinHandle,
};

use super::search::Search;
use crate::support::{
    ADMIN_PASSWORD, RedisServer, Server, Uploaded, canary::strings_of, files,
    process::fresh_directory, token,
};

/// `MONITOR` of a Redis into a file, until the Redis ends.
pub(super) struct Monitor {
    file: PathBuf,
    _copier: JoinHandle<()>,
}

impl Monitor {
    pub(super) fn of(redis: &RedisServer) -> Self {
        let file = fresh_directory("monitor").join("monitor");
        let address = redis.url().replace("redis://", "");
        let mut stream = TcpStream::connect(address).expect("redis-server listens");
        stream.write_all(b"MONITOR\r\n").expect("it takes the word");
        let mut copy = fs::File::create(&file).expect("/tmp is writable");
        let copier = std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length) = stream.read(&mut buffer) {
                if length == 0 || copy.write_all(&buffer[..length]).is_err() {
                    return;
                }
            }
        });
        Self {
            file,
            _copier: copier,
        }
    }
}

/// A Redis that tells all it can: every command is slow, snapshots and rewrites are not compressed.
pub(super) fn tell_all(redis: &RedisServer) {
    for (name, value) in [
        ("slowlog-log-slower-than", "0"),
        ("slowlog-max-len", "1000000"),
        ("rdbcompression", "no"),
    ] {
        redis.command(&["CONFIG", "SET", name, value]);
    }
}

/// Everything a server and its Redis wrote or keep that somebody could read later.
pub(super) struct Kept<'a> {
    server: &'a Server,
    pub(super) files: Vec<PathBuf>,
    texts: Vec<(String, Vec<u8>)>,
}

impl<'a> Kept<'a> {
    pub(super) fn of(server: &'a Server, monitor: &Monitor, more: &[&Path]) -> Self {
        let redis = server.redis();
        redis.command(&["SAVE"]);
        let mut files = files::all(server.place().directory());
        files.extend(files::all(server.place().data()));
        files.extend(files::all(redis.directory()));
        files.push(monitor.file.clone());
        files.extend(more.iter().flat_map(|folder| files::all(folder)));
        files.sort();
        files.dedup();
        let slow = strings_of(&redis.command(&["SLOWLOG", "GET", "-1"]));
        let proc = |name: &str| {
            let path = format!("/proc/{}/{name}", server.pid());
            (
                path.clone(),
                fs::read(&path).expect("root or the same user may read it"),
            )
        };
        let texts = vec![
            ("the slow log".to_owned(), slow),
            proc("environ"),
            proc("cmdline"),
        ];
        Self {
            server,
            files,
            texts,
        }
    }

    pub(super) fn find(&self, search: &Search<'_>) -> Vec<String> {
        let mut found = search.in_files(&self.files);
        for (place, bytes) in &self.texts {
            found.extend(search.in_bytes(place, bytes));
        }
        found
    }

    /// Each kind of place is seen to be one in which something would be found.
    pub(super) fn finds_what_is_there(&self, kept: &Uploaded, request: &str) {
        let planted = token();
        let redis = self.server.redis();
        redis.command(&["SET", &format!("planted-{planted}"), "1"]);
        redis.command(&["SAVE"]);
        let slow = strings_of(&redis.command(&["SLOWLOG", "GET", "-1"]));
        let blob = files::blob(self.server.place().data(), &kept.id).expect("it waits");
        let blob = fs::read(blob).expect("it waits");
        let needles = [
            (
                "planted".to_owned(),
                format!("planted-{planted}").into_bytes(),
            ),
            ("request".to_owned(), request.as_bytes().to_vec()),
            ("password".to_owned(), ADMIN_PASSWORD.as_bytes().to_vec()),
            ("blob".to_owned(), blob[..64].to_vec()),
            ("program".to_owned(), b"onetimeshare".to_vec()),
            ("id".to_owned(), kept.id.clone().into_bytes()),
        ];
        let search = Search::new(&needles);
        let mut seen = self.find(&search);
        seen.extend(search.in_bytes("the slow log", &slow));
        for (what, place) in [
            ("planted", ".aof"),
            ("planted", "dump.rdb"),
            ("planted", "/monitor"),
            ("planted", "the slow log"),
            ("request", ".log"),
            ("password", "/environ"),
            ("program", "/cmdline"),
            ("blob", "/blobs/"),
            ("id", "dump.rdb"),
        ] {
            let there =
                |line: &String| line.starts_with(&format!("{what} in ")) && line.contains(place);
            assert!(
                seen.iter().any(there),
                "the search would find nothing in {place}: {seen:#?}"
            );
        }
        redis.command(&["DEL", &format!("planted-{planted}")]);
    }
}
