//! Child processes and directories that do not outlive the benchmark: not its end, not a failure, not Ctrl-C.
//!
//! Each child is its own process group, so that a terminal's Ctrl-C reaches only us, and dies with us (`setpriv --pdeathsig`)
//! should we be killed. Directories that such an end left behind are removed by the next run.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::machine::{descendants, is_running};

/// What a sudden end has to take along.
#[derive(Default)]
struct Left {
    processes: BTreeSet<u32>,
    folders: BTreeSet<PathBuf>,
}

static LEFT: Mutex<Left> = Mutex::new(Left {
    processes: BTreeSet::new(),
    folders: BTreeSet::new(),
});

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends everything and leaves with 130 at the first SIGINT or SIGTERM.
pub(crate) fn clean_up_when_interrupted() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            use tokio::signal::unix::{SignalKind, signal};
            let caught = runtime.block_on(async {
                let mut interrupt = signal(SignalKind::interrupt())?;
                let mut terminate = signal(SignalKind::terminate())?;
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                Ok::<(), std::io::Error>(())
            });
            if caught.is_ok() {
                let (processes, folders) = {
                    let mut left = left();
                    (
                        std::mem::take(&mut left.processes),
                        std::mem::take(&mut left.folders),
                    )
                };
                for pid in processes {
                    end(pid);
                }
                for folder in folders {
                    drop(fs::remove_dir_all(folder));
                }
                std::process::exit(130);
            }
        })?;
    Ok(())
}

/// A running program, ended when this is dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Starts `program` with these arguments and nothing of our own environment but `PATH` and what is given here.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        log: &Path,
    ) -> Outcome<Self> {
        let output = fs::File::options().create(true).append(true).open(log)?;
        let path = std::env::var("PATH").unwrap_or_default();
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(program)
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{path}:/usr/sbin"))
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        left().processes.insert(child.id());
        Ok(Self { child })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// An error with its last words if it has ended.
    pub(crate) fn must_run(&mut self, log: &Path) -> Outcome<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                let words = fs::read_to_string(log).unwrap_or_default();
                Err(format!("a server ended ({status}):\n{words}").into())
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(self.child.id());
        drop(self.child.wait());
        left().processes.remove(&self.child.id());
    }
}

/// Asks it to end, its own children with it; after ten seconds it is not asked any more.
fn end(pid: u32) {
    let family = descendants(pid);
    send(pid, Signal::TERM);
    let deadline = Instant::now() + Duration::from_secs(10);
    while family.iter().any(|pid| is_running(*pid)) {
        if Instant::now() >= deadline {
            for pid in &family {
                send(*pid, Signal::KILL);
            }
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _gone = kill_process(pid, signal);
    }
}

/// Where a figure's files lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// Memory: syncs cost nothing there.
    Tmpfs,
    /// The disk under `target/`.
    Disk,
}

impl Medium {
    fn parent(self) -> PathBuf {
        match self {
            Self::Tmpfs => PathBuf::from("/dev/shm"),
            Self::Disk => crate::report::target_folder(),
        }
    }
}

const PREFIX: &str = "onetimeshare-bench-";

/// A fresh directory of our own, removed when this is dropped.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes one; `name` tells several of one run apart.
    pub(crate) fn fresh(medium: Medium, name: &str) -> Outcome<Self> {
        let path = medium
            .parent()
            .join(format!("{PREFIX}{}-{name}", std::process::id()));
        left().folders.insert(path.clone());
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something in it, as text.
    pub(crate) fn at(&self, name: &str) -> String {
        self.path.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            println!("{} could not be removed: {error}", self.path.display());
        }
        left().folders.remove(&self.path);
    }
}

/// Removes what runs left behind that were killed.
pub(crate) fn remove_old_folders() -> Outcome<()> {
    for medium in [Medium::Tmpfs, Medium::Disk] {
        fs::create_dir_all(medium.parent())?;
        for entry in fs::read_dir(medium.parent())?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let owner = name
                .strip_prefix(PREFIX)
                .and_then(|rest| rest.split('-').next()?.parse().ok());
            if owner.is_some_and(|pid| !is_running(pid)) {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    Ok(())
}

/// A port nobody listens on now.
pub(crate) fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Tries until it holds; an error after `limit`.
pub(crate) fn eventually(
    what: &str,
    limit: Duration,
    mut holds: impl FnMut() -> Outcome<bool>,
) -> Outcome<()> {
    let deadline = Instant::now() + limit;
    while !holds()? {
        if Instant::now() >= deadline {
            return Err(format!("{what}: not within {limit:?}").into());
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
