//! Ends connections that actix-web would keep open for ever.
//!
//! actix-web has no timer for a reader that stopped, nor for the second request head of a kept-alive connection. So
//! every accepted socket is duplicated: the kernel ends it when sent bytes stay unacknowledged or the peer's window
//! stays shut (`TCP_USER_TIMEOUT`), and one timer task shuts down whatever rests too long between two requests.

mod request;

use std::{
    any::Any,
    collections::HashMap,
    io,
    net::{IpAddr, Shutdown, TcpStream},
    os::fd::AsFd as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{dev::Extensions, rt};
use futures_util::future::join_all;

use super::client::{Clients, NetworkKey};

pub use request::{Busy, ConnectionHandle};

/// Bytes that may wait unsent in the kernel: they count as sent, and a recipient who hangs up never had them. What is on
/// its way comes on top, so a long line is filled all the same. Where a kernel does not know the limit, more is counted.
const UNSENT: u32 = 128 << 10;

/// The times and the cap of a [`Watchdog`].
#[derive(Debug, Clone, Copy)]
pub struct WatchdogSettings {
    /// How long a reader may take nothing.
    pub stopped_reader: Duration,
    /// How long a connection may rest between two requests, the second request's head included.
    pub idle: Duration,
    /// The same for trusted proxies, which keep connections on purpose.
    pub idle_proxy: Duration,
    /// Most open connections per client network; never applied to trusted proxies.
    pub per_client: Option<u32>,
}

impl WatchdogSettings {
    /// The times every server uses.
    pub fn new(per_client: Option<u32>) -> Self {
        Self {
            stopped_reader: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            idle_proxy: Duration::from_secs(75),
            per_client,
        }
    }
}

/// Watches all connections of one server; clones share the same connections.
#[derive(Clone)]
pub struct Watchdog(Arc<Registry>);

struct Registry {
    settings: WatchdogSettings,
    clients: Arc<Clients>,
    started: Instant,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Weak<Connection>>,
    per_client: HashMap<NetworkKey, u32>,
}

/// While a request is being answered.
const BUSY: u64 = u64::MAX;

/// One accepted connection, owned by actix-web's connection data and by nothing else for long: the duplicate keeps the
/// socket open.
struct Connection {
    number: u64,
    network: NetworkKey,
    trusted: bool,
    socket: TcpStream,
    /// Milliseconds since the registry's start, or [`BUSY`].
    idle_since: AtomicU64,
    /// Whether the last look at it, due already, could have written to it.
    was_flushed: AtomicBool,
    registry: Arc<Registry>,
}

impl Registry {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(BUSY - 1)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.registry.open();
        open.connections.remove(&self.number);
        if let Some(count) = open.per_client.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.per_client.remove(&self.network);
            }
        }
    }
}

impl Connection {
    fn is_due(&self, now: u64) -> bool {
        let settings = &self.registry.settings;
        let limit = if self.trusted {
            settings.idle_proxy
        } else {
            settings.idle
        };
        let since = self.idle_since.load(Ordering::Relaxed);
        since != BUSY && u128::from(now.saturating_sub(since)) >= limit.as_millis()
    }

    /// Shuts down what is at rest. A socket that cannot be written to still holds the end of an answer, which a slow
    /// reader is taking: it gets another round, and the kernel's timer ends it if it stops. Only a second look believes
    /// that it can be written to: the reader may have made room just now, for an end that is not handed over yet.
    async fn end_if_flushed(self: Arc<Self>) {
        let flushed = self.is_flushed().await.unwrap_or(true);
        let now = self.registry.now();
        if !self.is_due(now) {
            self.was_flushed.store(false, Ordering::Relaxed);
        } else if !flushed {
            self.was_flushed.store(false, Ordering::Relaxed);
            self.idle_since.store(now, Ordering::Relaxed);
        } else if self.was_flushed.swap(true, Ordering::Relaxed) {
            drop(self.socket.shutdown(Shutdown::Both));
        }
    }

    async fn is_flushed(&self) -> io::Result<bool> {
        let probe = rt::net::TcpStream::from_std(self.socket.try_clone()?)?;
        match tokio::time::timeout(Duration::from_millis(100), probe.writable()).await {
            Ok(ready) => ready.map(|()| true),
            Err(_) => Ok(false),
        }
    }
}

impl Watchdog {
    /// Nothing is watched yet: hand [`Watchdog::on_connect`] to the server and run [`Watchdog::watch`].
    pub fn new(settings: WatchdogSettings, clients: Arc<Clients>) -> Self {
        Self(Arc::new(Registry {
            settings,
            clients,
            started: Instant::now(),
            open: Mutex::default(),
        }))
    }

    /// For `HttpServer::on_connect`.
    pub fn on_connect(&self) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + 'static {
        let watchdog = self.clone();
        move |io, data| {
            let Some(stream) = io.downcast_ref::<rt::net::TcpStream>() else {
                return;
            };
            match watchdog.accept(stream) {
                Ok(connection) => drop(data.insert(connection)),
                // Its client has reset it already: there is nothing to watch.
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection that could not be watched is ended");
                    drop(socket2::SockRef::from(stream).shutdown(Shutdown::Both));
                }
            }
        }
    }

    fn accept(&self, stream: &rt::net::TcpStream) -> io::Result<Arc<Connection>> {
        let registry = &self.0;
        let peer: IpAddr = stream.peer_addr()?.ip();
        let socket = TcpStream::from(stream.as_fd().try_clone_to_owned()?);
        let patience =
            u32::try_from(registry.settings.stopped_reader.as_millis()).unwrap_or(u32::MAX);
        rustix::net::sockopt::set_tcp_user_timeout(&socket, patience)?;
        drop(socket2::SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT));
        let network = NetworkKey::of(peer);
        let trusted = registry.clients.is_trusted(peer);
        let mut open = registry.open();
        let count = open.per_client.entry(network).or_insert(0);
        *count += 1;
        let too_many = !trusted && registry.settings.per_client.is_some_and(|cap| *count > cap);
        open.next += 1;
        let connection = Arc::new(Connection {
            number: open.next,
            network,
            trusted,
            socket,
            idle_since: AtomicU64::new(BUSY),
            was_flushed: AtomicBool::new(false),
            registry: Arc::clone(registry),
        });
        open.connections
            .insert(connection.number, Arc::downgrade(&connection));
        drop(open);
        if too_many {
            metrics::counter!("onetimeshare_connections_refused_total").increment(1);
            connection.socket.shutdown(Shutdown::Both)?;
        }
        Ok(connection)
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.0.open().connections.len()
    }

    /// Looks once at all connections and ends those that have rested too long.
    pub async fn look(&self) {
        let now = self.0.now();
        let due = {
            let open = self.0.open();
            let all: Vec<_> = open
                .connections
                .values()
                .filter_map(Weak::upgrade)
                .collect();
            // Dropped after the lock: the last owner's drop takes it too.
            drop(open);
            all.into_iter().filter(|connection| connection.is_due(now))
        };
        join_all(due.map(Connection::end_if_flushed)).await;
    }

    /// Looks every `interval` until the task is aborted.
    pub async fn watch(self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            self.look().await;
        }
    }
}

#[cfg(test)]
mod tests;
