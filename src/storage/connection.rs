//! How connections to Redis are made and follow it: one that everybody shares, one for each thread that asked for its own,
//! and some for writes that wait for replicas.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{RwLock, RwLockReadGuard};
use std::time::Duration;

use fred::clients::{Client, WithOptions};
use fred::error::{Error as FredError, ErrorKind};
use fred::interfaces::{ClientLike, EventInterface};
use fred::types::config::{Config, Options, ReconnectError, ReconnectPolicy, Server, ServerConfig};
use fred::types::{Builder, ConnectHandle};

use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::task::JoinHandle;

use crate::error_chain::error_chain;

use super::error::StorageError;
use super::own_line::OwnLines;
use super::sentinels::Sentinels;

const RECONNECT_MS: u32 = 50;
const COMMAND_TIMEOUT: Duration = Duration::from_secs(5);
/// Redis answers nothing else on a connection that waits for replicas, so those have connections of their own: while
/// replicas are away, uploads wait for each other and nobody else for them.
const WAITING_CONNECTIONS: usize = 16;

/// After so many regular looks that found nobody the connections are made anew.
const LOOKS_IN_VAIN: u32 = 3;

/// While Redis is away a command is told so at once instead of waiting for it.
pub(super) type Impatient = WithOptions<Client>;

/// The connections of one server, each reconnecting by itself.
pub(super) struct Connections {
    lines: RwLock<Lines>,
    own: OwnLines,
    sentinels: Option<Sentinels>,
    turn: AtomicUsize,
    /// Looks in a row that found nobody.
    in_vain: AtomicU32,
}

struct Lines {
    shared: Impatient,
    /// Says in the log why the shared connection does not stand.
    reporter: JoinHandle<()>,
    /// Patient, because they may stand a moment later than the shared one; who gets here has just used that.
    waiting: Vec<Client>,
    routers: Vec<ConnectHandle>,
}

impl Connections {
    /// Starts connecting in the background; those for writes that wait only if any write will.
    pub(super) fn open(url: &str, writes_wait: bool) -> Result<Self, StorageError> {
        let waiting = if writes_wait { WAITING_CONNECTIONS } else { 0 };
        let client = client(url)?;
        Ok(Self {
            sentinels: Sentinels::of(&client.client_config())
                .map_err(|e| failed("prepare the connections to Sentinel", e))?,
            lines: RwLock::new(Lines::from(&client, waiting)),
            own: OwnLines::default(),
            turn: AtomicUsize::new(0),
            in_vain: AtomicU32::new(0),
        })
    }

    /// Gives this thread a connection of its own.
    pub(super) fn open_own(&self) {
        self.own.open(&self.read().shared);
    }

    /// The connection for everything that Redis answers at once: the thread's own while it stands, else the shared one.
    pub(super) fn prompt(&self) -> Impatient {
        let lines = self.read();
        let own = self.own.standing(&lines.shared);
        own.unwrap_or_else(|| lines.shared.clone())
    }

    /// A command of this thread met a broken connection.
    pub(super) fn broke(&self) {
        self.own.replace(&self.read().shared);
    }

    /// The connections of single threads, each of which may have stayed with another server than the shared one.
    pub(super) fn own(&self) -> Vec<Client> {
        self.own.clients()
    }

    /// A connection that may wait.
    pub(super) fn waiting(&self) -> Client {
        let lines = self.read();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let chosen = lines.waiting.get(turn % lines.waiting.len().max(1));
        chosen.unwrap_or(&lines.shared).clone()
    }

    /// Drops every connection and looks anew where the URL leads: another server may be the primary now.
    pub(super) fn look_anew(&self) {
        for client in self.clients().into_iter().chain(self.own()) {
            tokio::spawn(async move { drop(client.force_reconnection().await) });
        }
    }

    /// Whether a connection leads to another server than the one that Sentinel calls the primary.
    pub(super) async fn lead_astray(&self) -> bool {
        let Some(sentinels) = &self.sentinels else {
            return false;
        };
        let Some((host, port)) = sentinels.primary().await else {
            return false;
        };
        let mut clients = self.clients().into_iter().chain(self.own());
        clients.any(|client| {
            let servers = client.active_connections();
            servers.iter().any(|s| *s.host != *host || s.port != port)
        })
    }

    /// Takes note whether Redis was there at a regular look. A driver that has learned of other Sentinels forgets those of
    /// the URL; when it finds nobody for long, everything begins again with them.
    pub(super) fn was_there(&self, there: bool) {
        if there {
            self.in_vain.store(0, Ordering::Relaxed);
        } else if self.in_vain.fetch_add(1, Ordering::Relaxed) + 1 >= LOOKS_IN_VAIN {
            self.in_vain.store(0, Ordering::Relaxed);
            let mut lines = self.lines.write().expect("no holder of the lines panics");
            let again = Lines::from(&lines.shared.clone_new(), lines.waiting.len());
            let before = std::mem::replace(&mut *lines, again);
            before.reporter.abort();
            for router in before.routers {
                router.abort();
            }
            self.own.make_anew();
        }
    }

    pub(super) async fn close(&self) {
        for client in self.clients() {
            drop(client.quit().await);
        }
    }

    /// Without those of threads, whose runtimes may have ended before.
    fn clients(&self) -> Vec<Client> {
        let lines = self.read();
        let shared: &Client = &lines.shared;
        std::iter::once(shared)
            .chain(&lines.waiting)
            .cloned()
            .collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Lines> {
        self.lines.read().expect("no holder of the lines panics")
    }
}

impl Lines {
    /// Starts connecting in the background.
    fn from(shared: &Client, waiting: usize) -> Self {
        let waiting: Vec<Client> = (0..waiting).map(|_| shared.clone_new()).collect();
        let routers = std::iter::once(shared).chain(&waiting);
        Self {
            reporter: tokio::spawn(report_trouble(shared.error_rx(), shared.reconnect_rx())),
            routers: routers.map(ClientLike::connect).collect(),
            shared: impatient(shared),
            waiting,
        }
    }
}

pub(super) fn impatient(client: &Client) -> Impatient {
    client.with_options(&Options {
        fail_fast: true,
        ..Options::default()
    })
}

/// Logs why there is no connection, once for each reason until there was one again: a wrong password or database is told
/// only to who connects.
async fn report_trouble(
    mut errors: Receiver<(FredError, Option<Server>)>,
    mut connected: Receiver<Server>,
) {
    let mut told = None;
    loop {
        tokio::select! {
            error = errors.recv() => match error {
                Ok((error, _)) => {
                    let reason = error_chain(&failed("connect to Redis", error));
                    if told.as_ref() != Some(&reason) {
                        tracing::warn!(error = reason, "there is no connection to Redis");
                        told = Some(reason);
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            server = connected.recv() => match server {
                Ok(_) | Err(RecvError::Lagged(_)) => told = None,
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn client(url: &str) -> Result<Client, StorageError> {
    let mut config = match url.strip_prefix("redis+unix://") {
        Some(path) => Config {
            server: ServerConfig::new_unix_socket(path),
            ..Config::default()
        },
        None => Config::from_url(url).map_err(|e| failed("read REDIS_URL", e))?,
    };
    // This is about the first connection only: a Redis that starts later must be found, too.
    config.fail_fast = false;
    Builder::from_config(config)
        .with_connection_config(|connection| {
            connection.connection_timeout = Duration::from_secs(3);
            connection.internal_command_timeout = Duration::from_secs(3);
            // Whether a command took effect is found out by the swap's own bytes, never by sending it blindly again.
            connection.max_command_attempts = 1;
            connection.unresponsive.max_timeout = Some(Duration::from_secs(10));
            connection.tcp.nodelay = Some(true);
            // What was the primary is a replica now: the way to the new one is found by connecting again.
            connection.reconnect_errors = vec![ReconnectError::ReadOnly];
        })
        .with_performance_config(|performance| {
            performance.default_command_timeout = COMMAND_TIMEOUT;
        })
        // All connections are to be back at about the same time: with longer pauses one would answer a second before another.
        .set_policy(ReconnectPolicy::new_constant(0, RECONNECT_MS))
        .build()
        .map_err(|e| failed("prepare the connection to Redis", e))
}

/// Redis's own refusals keep their first word: it says what to do (`OOM`, `READONLY`, `MISCONF`, `LOADING` …).
pub(super) fn failed(operation: &'static str, error: FredError) -> StorageError {
    // Details of a parse or protocol error can quote what was being read.
    let shown = match error.kind() {
        ErrorKind::Parse
        | ErrorKind::Protocol
        | ErrorKind::InvalidArgument
        | ErrorKind::Url
        | ErrorKind::Config => FredError::new(error.kind().clone(), "the details are not logged"),
        _ => error,
    };
    StorageError::unavailable(operation, shown)
}
