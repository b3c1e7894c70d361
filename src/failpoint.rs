//! Places where a proof makes the server fail or die. Without the cargo feature `failpoints` nothing of this is compiled.
//!
//! `failpoint!("commit.swapped")` kills the process there (SIGKILL: nothing is flushed, nothing is said), whenever the action
//! is `return`. `failpoint!("blob.sync", Err(error))` makes the function around it return that value on `return`, and
//! kills on `return(kill)`. `failpoint!(io "blob.sync")` stands for a system call: `return(ENOSPC)` makes the function around
//! it return that `io::Error`. Actions come from the environment, `FAILPOINTS="commit.swapped=3*off->1*return"`, in the
//! language of the crate `fail`: counts (`3*`), odds (`5%`), `sleep(ms)`, `pause`, chains (`->`).

#[cfg(feature = "failpoints")]
macro_rules! failpoint {
    ($name:literal) => {
        fail::fail_point!($name, |_| $crate::failpoint::die());
    };
    ($name:literal, $outcome:expr) => {
        fail::fail_point!($name, |told: Option<String>| {
            if told.as_deref() == Some("kill") {
                $crate::failpoint::die()
            } else {
                $outcome
            }
        });
    };
    (io $name:literal) => {
        fail::fail_point!($name, $crate::failpoint::io_failure);
    };
}

#[cfg(not(feature = "failpoints"))]
macro_rules! failpoint {
    ($name:literal $(, $outcome:expr)?) => {};
    (io $name:literal) => {};
}

/// Reads `FAILPOINTS`; every failpoint named there is armed until the process ends.
#[cfg(feature = "failpoints")]
pub fn arm() {
    // Dropping the scenario would disarm it.
    std::mem::forget(fail::FailScenario::setup());
    tracing::warn!("built with failpoints: this is a proof's server, never let people use it");
}

/// Ends the process as `kill -9` would. It answers any type, so that a failpoint fits into every function.
#[cfg(feature = "failpoints")]
pub(crate) fn die<T>() -> T {
    let own = rustix::process::getpid();
    loop {
        let _the_signal_does_not_return =
            rustix::process::kill_process(own, rustix::process::Signal::KILL);
    }
}

/// What a system call that fails answers; told `kill` it ends the process instead.
#[cfg(feature = "failpoints")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the crate `fail` hands the argument over"
)]
pub(crate) fn io_failure<T>(told: Option<String>) -> std::io::Result<T> {
    use rustix::io::Errno;
    let errno = match told.as_deref() {
        Some("kill") => die(),
        Some("EDQUOT") => Errno::DQUOT,
        Some("EINTR") => Errno::INTR,
        Some("ENOENT") => Errno::NOENT,
        Some("ENOSPC") => Errno::NOSPC,
        Some("EOPNOTSUPP") => Errno::OPNOTSUPP,
        _ => Errno::IO,
    };
    Err(errno.into())
}
