//! Redis over its raw protocol, and one that the benchmark starts itself.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Outcome;
use crate::process::{Folder, Running, eventually};

/// One answer.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A line or bytes; none where there is nothing.
    Bytes(Option<Vec<u8>>),
    /// A number.
    Number(i64),
}

/// One connection.
pub(crate) struct Redis {
    input: BufReader<UnixStream>,
    output: UnixStream,
}

impl Redis {
    /// Connects to a Unix socket.
    pub(crate) fn connect(socket: &Path) -> Outcome<Self> {
        let output = UnixStream::connect(socket)?;
        output.set_read_timeout(Some(Duration::from_mins(2)))?;
        Ok(Self {
            input: BufReader::with_capacity(256 << 10, output.try_clone()?),
            output,
        })
    }

    /// One command and its answer; an error of Redis's own is an error.
    pub(crate) fn call(&mut self, words: &[&[u8]]) -> Outcome<Reply> {
        let mut bytes = Vec::new();
        command(&mut bytes, words);
        self.output.write_all(&bytes)?;
        self.receive()
    }

    /// Sends many commands, made by [`command`], at once and waits for as many answers.
    pub(crate) fn pipeline(&mut self, commands: &[u8], answers: usize) -> Outcome<()> {
        let mut output = self.output.try_clone()?;
        std::thread::scope(|scope| {
            // Answers are read meanwhile, or both sides would wait for room.
            let sending = scope.spawn(move || output.write_all(commands));
            for _ in 0..answers {
                drop(self.receive()?);
            }
            Ok(sending.join().map_err(|_| "the sender panicked")??)
        })
    }

    /// A number of `INFO`.
    pub(crate) fn info(&mut self, name: &str) -> Outcome<u64> {
        let Reply::Bytes(Some(text)) = self.call(&[b"INFO"])? else {
            return Err("INFO is no text".into());
        };
        let text = String::from_utf8_lossy(&text);
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .ok_or_else(|| format!("INFO has no {name}"))?;
        Ok(line.trim().parse()?)
    }

    /// Has the append-only file rewritten and waits for it: what is written next, if it is little, then starts no rewrite.
    pub(crate) fn rewrite(&mut self) -> Outcome<()> {
        self.until_calm()?;
        drop(self.call(&[b"BGREWRITEAOF"])?);
        self.until_calm()
    }

    /// Waits until no child rewrites the append-only file.
    pub(crate) fn until_calm(&mut self) -> Outcome<()> {
        eventually(
            "the append-only file is written",
            Duration::from_mins(2),
            || {
                Ok(self.info("aof_rewrite_in_progress")? == 0
                    && self.info("aof_rewrite_scheduled")? == 0)
            },
        )
    }

    fn receive(&mut self) -> Outcome<Reply> {
        let mut line = Vec::new();
        if self.input.read_until(b'\n', &mut line)? == 0 {
            return Err("Redis closed the connection".into());
        }
        let text = String::from_utf8_lossy(&line);
        let (kind, rest) = text.trim_end().split_at_checked(1).unwrap_or_default();
        match kind {
            "+" => Ok(Reply::Bytes(Some(rest.as_bytes().to_vec()))),
            ":" => Ok(Reply::Number(rest.parse()?)),
            "$" if rest == "-1" => Ok(Reply::Bytes(None)),
            "$" => {
                let length: usize = rest.parse()?;
                let mut bytes = vec![0; length + 2];
                self.input.read_exact(&mut bytes)?;
                bytes.truncate(length);
                Ok(Reply::Bytes(Some(bytes)))
            }
            _ => Err(format!("Redis says {}", text.trim_end()).into()),
        }
    }
}

/// Appends one command in Redis's protocol.
pub(crate) fn command(to: &mut Vec<u8>, words: &[&[u8]]) {
    let mut put = |text: String| to.extend_from_slice(text.as_bytes());
    put(format!("*{}\r\n", words.len()));
    for word in words {
        to.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        to.extend_from_slice(word);
        to.extend_from_slice(b"\r\n");
    }
}

/// A Redis outside of the server, with the settings of the bundled one.
pub(crate) struct External {
    _running: Running,
    socket: PathBuf,
    _folder: Folder,
}

impl External {
    /// Starts it in this directory.
    pub(crate) fn start(folder: Folder) -> Outcome<Self> {
        let socket = folder.path().join("redis.sock");
        let log = folder.path().join("redis.log");
        let mut running = Running::start(
            Path::new("redis-server"),
            &[
                "--port",
                "0",
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--unixsocket",
                &folder.at("redis.sock"),
                "--dir",
                &folder.at(""),
            ],
            &[],
            &log,
        )?;
        eventually("Redis listens", Duration::from_secs(10), || {
            running.must_run(&log)?;
            Ok(UnixStream::connect(&socket).is_ok())
        })?;
        Ok(Self {
            _running: running,
            socket,
            _folder: folder,
        })
    }

    /// For `REDIS_URL`.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }
}

/// Whether this socket leads to a Redis that has read its file.
pub(crate) fn has_loaded(socket: &Path) -> bool {
    let ask = || -> Outcome<bool> { Ok(Redis::connect(socket)?.info("loading")? == 0) };
    fs::exists(socket).unwrap_or(false) && ask().unwrap_or(false)
}
