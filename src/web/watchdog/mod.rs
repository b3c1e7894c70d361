//! Ends connections that actix-web would keep open for ever.
//!
//! actix-web has no timer for a reader that stopped, nor for the second request head of a kept-alive connection. So
//! every accepted socket is duplicated, and one timer task ends whatever does not ask for more of its answer, or rests
//! too long between two requests.
//!
//! The kernel's own timer (`TCP_USER_TIMEOUT`) cannot do the first: it goes on counting while a small receive window is
//! emptied and filled again, and so ends readers that are only slow. It has what is left when a connection is given up.

mod activity;
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
use activity::{Activity, Doing};

pub use request::{Busy, ConnectionHandle};

/// Bytes that may wait unsent in the kernel: they count as sent, and a recipient who hangs up never had them. What is on
/// its way comes on top, so a long line is filled all the same. Where a kernel does not know the limit, more is counted.
const UNSENT: u32 = 128 << 10;

/// The times and the cap of a [`Watchdog`].
#[derive(Debug, Clone, Copy)]
pub struct WatchdogSettings {
    /// How long an answer may go without being asked for more. The kernel makes room once 64 KiB of it have left, and
    /// receivers open their window for as much at a time or more: two minutes are enough for 4 KiB/s.
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
            stopped_reader: Duration::from_mins(2),
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

/// One accepted connection, owned by actix-web's connection data and by nothing else for long: the duplicate keeps the
/// socket open.
struct Connection {
    number: u64,
    network: NetworkKey,
    trusted: bool,
    socket: TcpStream,
    activity: Activity,
    /// When the last request began and when the last rest did, in milliseconds like those of the activity: since the
    /// registry's start.
    began: AtomicU64,
    rested: AtomicU64,
    /// Whether the last look at it, due already, could have written to it.
    was_flushed: AtomicBool,
    registry: Arc<Registry>,
}

impl Registry {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.leave_the_rest_to_the_kernel();
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
        let (doing, since) = self.activity.get();
        let limit = match doing {
            Doing::Handling => return false,
            Doing::Answering => settings.stopped_reader,
            Doing::Resting if self.trusted => settings.idle_proxy,
            Doing::Resting => settings.idle,
        };
        now.saturating_sub(since) >= millis(limit)
    }

    async fn end(self: Arc<Self>) {
        if self.activity.get().0 == Doing::Answering {
            self.reset();
        } else {
            self.end_if_flushed().await;
        }
    }

    /// Shuts down what is at rest. A socket that cannot be written to still holds the end of an answer, which a slow
    /// reader is taking: it gets another round, but not for ever. Only a second look believes that it can be written
    /// to: the reader may have made room just now, for an end that is not handed over yet.
    async fn end_if_flushed(&self) {
        let flushed = self.is_flushed().await.unwrap_or(true);
        let now = self.registry.now();
        if !self.is_due(now) {
            self.was_flushed.store(false, Ordering::Relaxed);
        } else if flushed {
            if self.was_flushed.swap(true, Ordering::Relaxed) {
                drop(self.socket.shutdown(Shutdown::Both));
            }
        } else if now.saturating_sub(self.rested.load(Ordering::Relaxed)) >= self.longest_end() {
            self.reset();
        } else {
            self.was_flushed.store(false, Ordering::Relaxed);
            self.activity.set(Doing::Resting, now);
        }
    }

    /// For the end of an answer: it may fill the kernel's buffer twice.
    fn longest_end(&self) -> u64 {
        millis(2 * self.registry.settings.stopped_reader)
    }

    /// Ends it with a reset, which nobody can take for the end of a body.
    fn reset(&self) {
        self.reset_when_closed();
        drop(self.socket.shutdown(Shutdown::Both));
    }

    fn reset_when_closed(&self) {
        let at_once = Some(Duration::ZERO);
        if let Err(error) = rustix::net::sockopt::set_socket_linger(&self.socket, at_once) {
            tracing::debug!(%error, "a connection ends in order although its answer broke off");
        }
    }

    /// The kernel goes on sending what it has. Its timer may have begun with the answer, so that time comes on top.
    fn leave_the_rest_to_the_kernel(&self) {
        let answered = self
            .registry
            .now()
            .saturating_sub(self.began.load(Ordering::Relaxed));
        let patience = answered.saturating_add(millis(self.registry.settings.stopped_reader));
        let patience = u32::try_from(patience).unwrap_or(u32::MAX);
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(&self.socket, patience) {
            tracing::debug!(%error, "the kernel has no limit for what is left of a connection");
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
        drop(socket2::SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT));
        let network = NetworkKey::of(peer);
        let trusted = registry.clients.is_trusted(peer);
        let now = registry.now();
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
            activity: Activity::handling(now),
            began: AtomicU64::new(now),
            rested: AtomicU64::new(now),
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
        join_all(due.map(Connection::end)).await;
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
