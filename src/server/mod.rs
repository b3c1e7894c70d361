//! Puts the parts together: storage, vault, HTTP, the background loops, start and end.

mod background;
mod parts;
mod readiness;

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::config::Config;
use crate::share::Timestamp;
use crate::vault::{CleanupReport, CleanupScope};
use crate::web::{self, AppState};

use parts::{Parts, make_data_dir};
use readiness::{get_ready, wait_for_redis};

/// What ends a start with a sentence for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long the ends of cut streams may take to be written.
const SETTLE_DOWN: Duration = Duration::from_secs(5);

/// Keys in memory must not reach a core file or a debugger of the same user.
pub fn keep_memory_private() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let kept = setrlimit(Resource::Core, none)
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = kept {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}

/// Runs the server until it is told to stop.
///
/// # Errors
/// A sentence that says why it does not start and what to do.
pub async fn serve(config: Config) -> Result<(), Failure> {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        cipher = crate::crypto::cipher_back_end(),
        "starting"
    );
    make_data_dir(&config)?;
    let parts = Parts::open(&config).await?;
    let listener = match TcpListener::bind(config.server.bind) {
        Ok(listener) => listener,
        Err(error) => {
            parts.close().await;
            return Err(format!("cannot listen on {}: {error}", config.server.bind).into());
        }
    };
    let address = listener.local_addr()?;
    failpoint!("start.bound");
    let state = AppState::new(parts.vault.clone(), &config, wall_clock);
    let server = web::serve(listener, state.clone(), &config)?;
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);

    let signalled = signalled();
    tokio::pin!(signalled);
    let ready = tokio::select! {
        ready = get_ready(&parts.vault, &config) => ready.map(|()| true),
        signal = &mut signalled => signal.map(|()| false),
    };
    if !matches!(ready, Ok(true)) {
        handle.stop(false).await;
        parts.close().await;
        return ready.map(drop);
    }
    let loops = background::start(&parts.vault, parts.bundled.is_some(), &state);
    state.set_ready();
    announce(&config, address);
    let outcome = signalled.await;
    tracing::info!("stopping: running transfers have 30 seconds");
    notify(sd_notify::NotifyState::Stopping);
    failpoint!("stop.signalled");
    handle.stop(true).await;
    failpoint!("stop.drained");
    for task in loops {
        task.abort();
    }
    parts.vault.settle_down(SETTLE_DOWN).await;
    failpoint!("stop.settled");
    parts.close().await;
    running.await??;
    tracing::info!("stopped");
    outcome
}

/// Sweeps once, beside a running server or without one.
///
/// # Errors
/// A sentence that says why not.
pub async fn cleanup(config: Config, scope: CleanupScope) -> Result<CleanupReport, Failure> {
    make_data_dir(&config)?;
    let parts = Parts::open_beside(&config).await?;
    let cleaned = async {
        wait_for_redis(&parts.vault, &config).await?;
        Ok(parts.vault.cleanup(scope, wall_clock()).await?)
    }
    .await;
    parts.close().await;
    cleaned
}

/// Asks the server at `address` for its health: whether it is well, and its answer.
///
/// # Errors
/// When nobody answers there.
pub fn ask_health(address: SocketAddr) -> Result<(bool, String), Failure> {
    let limit = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, limit)
        .map_err(|e| format!("no server answers at {address}: {e}"))?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nUser-Agent: onetimeshare-health\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok((head.starts_with("HTTP/1.1 200"), body.to_owned()))
}

/// The machine's clock. It decides nothing alone: past hours must be past by Redis's clock, too.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
pub fn wall_clock() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Returns at the first SIGTERM or SIGINT.
async fn signalled() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn announce(config: &Config, address: SocketAddr) {
    let url = match &config.server.public_url {
        Some(url) => url.as_str().to_owned(),
        None => format!("http://{address}"),
    };
    tracing::info!(%address, "ready");
    // For the person at the terminal; a closed standard output is no reason to fail.
    drop(writeln!(io::stdout(), "OneTimeShare is ready: {url}/"));
    notify(sd_notify::NotifyState::Ready);
}

fn notify(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}
