//! A private Redis, and the few words of its protocol that let a test look into it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use rustix::process::Signal;

use super::{
    eventually,
    process::{Supervised, bare_environment, free_port, fresh_directory},
};

/// One `redis-server` with an append-only file, on a loopback port of its own.
pub(crate) struct RedisServer {
    port: u16,
    directory: PathBuf,
    process: Mutex<Option<Supervised>>,
}

/// One answer of Redis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    /// No such thing.
    Nil,
    /// A number.
    Number(i64),
    /// A string or a status line.
    Text(Vec<u8>),
    /// A list.
    List(Vec<Reply>),
    /// A refusal.
    Error(String),
}

impl RedisServer {
    /// The Redis that all tests of this run share; each test has a key prefix of its own.
    pub(crate) async fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<RedisServer>> = OnceLock::new();
        let shared = Arc::clone(SHARED.get_or_init(|| Arc::new(Self::launch())));
        shared.ready().await;
        shared
    }

    /// A Redis for one test alone, to be stopped, emptied or filled.
    pub(crate) async fn own() -> Arc<Self> {
        let own = Arc::new(Self::launch());
        own.ready().await;
        own
    }

    fn launch() -> Self {
        let server = Self {
            port: free_port(),
            directory: fresh_directory("redis"),
            process: Mutex::new(None),
        };
        server.start();
        server
    }

    /// Starts it (again) on the same port and files; returns before it answers.
    pub(crate) fn start(&self) {
        self.start_with(&[]);
    }

    /// As [`Self::start`], with more arguments.
    pub(crate) fn start_with(&self, more: &[&str]) {
        let (port, directory) = (
            self.port.to_string(),
            self.directory.to_string_lossy().into_owned(),
        );
        let command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            &port,
            "--dir",
            &directory,
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--maxmemory-policy",
            "noeviction",
        ];
        let command = [&command[..], more].concat();
        let log = self.directory.join("redis.log");
        let started = Supervised::start(
            &command,
            &bare_environment(),
            &log,
            Path::new("/nonexistent"),
        );
        *self.process.lock().expect("no holder panicked") = Some(started);
    }

    /// Waits until it answers `PING`.
    pub(crate) async fn ready(&self) {
        let pong =
            || matches!(self.try_command(&["PING"]), Some(Reply::Text(text)) if text == b"PONG");
        eventually(
            "redis-server answers",
            Duration::from_secs(20),
            async || pong(),
        )
        .await;
    }

    /// `kill -9`.
    pub(crate) fn kill(&self) {
        *self.process.lock().expect("no holder panicked") = None;
    }

    /// Stops (`STOP`) or continues (`CONT`) it without ending it: connections stay open and silent.
    pub(crate) fn signal(&self, signal: Signal) {
        self.process
            .lock()
            .expect("no holder panicked")
            .as_ref()
            .expect("it runs")
            .signal(signal);
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What a server is told to find it.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port())
    }

    /// Where its files lie.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// One command on a connection of its own.
    pub(crate) fn command(&self, words: &[&str]) -> Reply {
        self.try_command(words).expect("redis-server answers")
    }

    /// The same, if it answers.
    pub(crate) fn try_command(&self, words: &[&str]) -> Option<Reply> {
        ask(self.port, words)
    }

    /// Every key that begins with `prefix`, sorted.
    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        let Reply::List(keys) = self.command(&["KEYS", &format!("{prefix}*")]) else {
            return Vec::new();
        };
        let mut keys: Vec<String> = keys.iter().map(Reply::text).collect();
        keys.sort();
        keys
    }
}

impl Reply {
    /// The reply as text; empty for anything that has none.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Number(number) => number.to_string(),
            Self::Error(text) => text.clone(),
            Self::Nil | Self::List(_) => String::new(),
        }
    }
}

/// One command to whoever speaks the protocol on this port, if it answers.
pub(crate) fn ask(port: u16, words: &[&str]) -> Option<Reply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    let mut request = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        request.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    stream.write_all(&request).ok()?;
    read_reply(&mut BufReader::new(stream))
}

fn read_reply(stream: &mut BufReader<TcpStream>) -> Option<Reply> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let (kind, rest) = line.trim_end().split_at_checked(1)?;
    match kind {
        "+" => Some(Reply::Text(rest.as_bytes().to_vec())),
        "-" => Some(Reply::Error(rest.to_owned())),
        ":" => Some(Reply::Number(rest.parse().ok()?)),
        "$" if rest == "-1" => Some(Reply::Nil),
        "$" => {
            let mut text = vec![0; rest.parse::<usize>().ok()? + 2];
            stream.read_exact(&mut text).ok()?;
            text.truncate(text.len() - 2);
            Some(Reply::Text(text))
        }
        "*" => (0..rest.parse::<usize>().ok()?)
            .map(|_| read_reply(stream))
            .collect::<Option<_>>()
            .map(Reply::List),
        _ => None,
    }
}
