//! The system calls of a running server, by the system's own means: `strace` lists them, or writes an error in place of a result.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;

use crate::support::{process::fresh_directory, process::send, wait::pause};

/// `strace` at work on one process and all its threads.
pub(super) struct Strace {
    child: Option<Child>,
    log: PathBuf,
}

impl Strace {
    /// From now on the `nth` such call of each thread of `pid` fails with `error`, once.
    pub(super) async fn attach(pid: u32, call: &str, error: &str, nth: usize) -> Self {
        let trace = format!("trace={call}");
        let inject = format!("inject={call}:error={error}:when={nth}");
        Self::start(pid, &["-e", &trace, "-e", &inject]).await
    }

    /// From now on these calls are listed, with the files and sockets they are about and the beginning of what is sent.
    pub(super) async fn watch(pid: u32, calls: &str) -> Self {
        let trace = format!("trace={calls}");
        Self::start(pid, &["-yy", "-s", "4096", "-e", &trace]).await
    }

    async fn start(pid: u32, arguments: &[&str]) -> Self {
        let log = fresh_directory("strace").join("log");
        let child = Command::new("strace")
            .args(["-f", "-qq", "-o"])
            .arg(&log)
            .args(arguments)
            .args(["-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is installed (scripts/need strace)");
        let mut strace = Self {
            child: Some(child),
            log,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while !traced(pid) {
            let child = strace.child.as_mut().expect("it is not detached yet");
            let ended = child.try_wait().expect("it is our child").is_some();
            if ended || Instant::now() > deadline {
                let child = strace.child.take().expect("it is not detached yet");
                panic!(
                    "system calls cannot be watched here, because strace may not attach (root may): {}",
                    said(child)
                );
            }
            pause(5).await;
        }
        strace
    }

    /// Lets go of the process; returns how many calls failed.
    pub(super) async fn detach(self) -> usize {
        self.told().await.matches("(INJECTED)").count()
    }

    /// Lets go of the process; returns what was listed.
    pub(super) async fn told(mut self) -> String {
        let mut child = self.child.take().expect("it is detached once");
        send(child.id(), Signal::INT);
        let deadline = Instant::now() + Duration::from_secs(30);
        while child.try_wait().expect("it is our child").is_none() {
            assert!(Instant::now() < deadline, "strace does not let go");
            pause(5).await;
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let _the_run_removes_it_otherwise = self.log.parent().map(fs::remove_dir_all);
        log
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            send(child.id(), Signal::INT);
            let _ended = child.wait();
        }
    }
}

fn said(mut child: Child) -> String {
    send(child.id(), Signal::KILL);
    let mut words = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _what_it_said = std::io::Read::read_to_string(&mut stderr, &mut words);
    }
    let _ended = child.wait();
    words
}

/// Whether every thread of the process has a tracer.
fn traced(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let mut tracers = threads.map(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        status
            .lines()
            .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
    });
    // A process that is gone has no threads.
    tracers
        .next()
        .is_some_and(|first| first && tracers.all(|traced| traced))
}
