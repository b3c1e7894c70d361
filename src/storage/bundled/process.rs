use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::process::{Child, Command};

/// Everything needed to start the private Redis and to find it again.
pub(super) struct Launch {
    pub(super) program: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) socket: PathBuf,
}

/// `redis-server` or `valkey-server`, whichever the path has.
pub(super) fn find_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["redis-server", "valkey-server"]
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

impl Launch {
    /// Where it writes its own log.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("redis.log")
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("redis.pid")
    }

    /// Starts it in a process group of its own, so that a terminal's Ctrl-C does not end it before the drain.
    pub(super) fn spawn(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(["--port", "0", "--daemonize", "no", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--maxmemory-policy", "noeviction"])
            .args(["--loglevel", "warning", "--logfile", "redis.log"])
            // A crash report would write parts of its memory into that log.
            .args(["--crash-log-enabled", "no"])
            .args(["--unixsocketperm", "700"])
            .arg("--unixsocket")
            .arg(&self.socket)
            .arg("--pidfile")
            .arg(self.pid_file())
            .arg("--dir")
            .arg(&self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
    }

    /// Whether a Redis of ours already answers at the socket. One that runs but cannot be reached there is ended first:
    /// two on one append-only file would destroy it.
    pub(super) async fn adopt(&self) -> bool {
        if self.answers().await {
            return true;
        }
        let Some(pid) = self.survivor() else {
            return false;
        };
        // It may just be starting or stopping.
        if self.answers_within(Duration::from_secs(2), None).await {
            return true;
        }
        terminate(pid);
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.survivor().is_some() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// The process of the pid file, if it is a Redis that runs in our folder.
    fn survivor(&self) -> Option<Pid> {
        let pid: i32 = fs::read_to_string(self.pid_file())
            .ok()?
            .trim()
            .parse()
            .ok()?;
        let proc = Path::new("/proc").join(pid.to_string());
        let folder = fs::read_link(proc.join("cwd")).ok()?;
        let name = fs::read_to_string(proc.join("comm")).ok()?;
        let ours =
            folder == self.folder && (name.starts_with("redis") || name.starts_with("valkey"));
        ours.then(|| Pid::from_raw(pid)).flatten()
    }

    /// Whether it answers at all; `LOADING` is an answer.
    async fn answers(&self) -> bool {
        self.ask("PING").await.is_ok_and(|reply| !reply.is_empty())
    }

    pub(super) async fn answers_within(
        &self,
        limit: Duration,
        mut child: Option<&mut Child>,
    ) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            if self.answers().await {
                return true;
            }
            let died = child
                .as_mut()
                .is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_some()));
            if died || Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns when it is gone. An adopted one is no child of ours and can only be asked.
    pub(super) async fn until_it_dies(&self, child: Option<&mut Child>) {
        match child {
            Some(child) => drop(child.wait().await),
            None => {
                while self.answers().await || self.survivor().is_some() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Ends it with everything on disk.
    pub(super) async fn shut_down(&self, mut child: Option<Child>) {
        let asked = self.ask("SHUTDOWN").await;
        failpoint!("redis.told-to-end");
        if asked.is_err()
            && let Some(pid) = self.survivor()
        {
            terminate(pid);
        }
        let gone =
            tokio::time::timeout(Duration::from_secs(20), self.until_it_dies(child.as_mut()));
        if gone.await.is_err() {
            tracing::error!("the bundled Redis did not end; the next start adopts it");
        }
        self.remove_socket();
    }

    /// Ends the one that was started and never answered. Every write it had taken is on disk.
    pub(super) async fn give_up(&self, child: Option<Child>) {
        let Some(mut child) = child else { return };
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            terminate(pid);
        }
        if tokio::time::timeout(Duration::from_secs(5), child.wait())
            .await
            .is_err()
            && let Err(error) = child.kill().await
        {
            tracing::warn!(%error, "the bundled Redis could not be ended");
        }
        self.remove_socket();
    }

    fn remove_socket(&self) {
        if let Some(folder) = self.socket.parent() {
            drop(fs::remove_file(&self.socket));
            drop(fs::remove_dir(folder));
        }
    }

    /// One inline command by hand: the supervisor must not depend on the client it supervises for. On a blocking thread,
    /// because a Redis that syncs to a slow disk answers late.
    async fn ask(&self, command: &'static str) -> io::Result<String> {
        let path = self.socket.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let mut socket = UnixStream::connect(path)?;
            socket.set_read_timeout(Some(Duration::from_secs(5)))?;
            socket.set_write_timeout(Some(Duration::from_secs(5)))?;
            socket.write_all(format!("{command}\r\n").as_bytes())?;
            let mut reply = [0; 256];
            let read = socket.read(&mut reply)?;
            let reply = reply.get(..read).unwrap_or_default();
            Ok(String::from_utf8_lossy(reply).into_owned())
        });
        asked.await.map_err(io::Error::other)?
    }
}

fn terminate(pid: Pid) {
    if let Err(error) = rustix::process::kill_process(pid, Signal::TERM) {
        tracing::warn!(%error, "the bundled Redis could not be told to end");
    }
}
