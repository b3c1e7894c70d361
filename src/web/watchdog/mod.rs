//! Ends connections that actix-web would keep open for ever.
//!
//! actix-web has no timer for a reader that stopped, nor for the second request head of a kept-alive connection. So
//! every accepted socket is duplicated, and one timer task ends whatever does not ask for more of its answer, or rests
//! too long between two requests.
//!
//! The kernel's own timer (`TCP_USER_TIMEOUT`) cannot do the first: it goes on counting while a small receive window is
//! emptied and filled again, and so ends readers that are only slow. It has what is left when a connection is given up.

mod activity;
mod connection;
mod request;

use std::{
    any::Any,
    collections::HashMap,
    io,
    net::{IpAddr, Shutdown, TcpStream},
    os::fd::AsFd as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use actix_web::{dev::Extensions, rt};

use super::client::{Clients, NetworkKey};
use connection::Connection;

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
        let mut open = registry.open();
        let count = open.per_client.entry(network).or_insert(0);
        *count += 1;
        let too_many = !trusted && registry.settings.per_client.is_some_and(|cap| *count > cap);
        open.next += 1;
        let connection = Connection::new(registry, open.next, network, trusted, socket);
        let connection = Arc::new(connection);
        let number = open.next;
        open.connections.insert(number, Arc::downgrade(&connection));
        drop(open);
        if too_many {
            metrics::counter!("onetimeshare_connections_refused_total").increment(1);
            connection.shut_down()?;
        }
        Ok(connection)
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.0.open().connections.len()
    }

    /// Looks once at all connections and ends those that have rested, or not been asked for more, too long.
    fn look(&self) {
        // Dropped after the lock: the last owner's drop takes it too.
        let all: Vec<_> = {
            let open = self.0.open();
            open.connections
                .values()
                .filter_map(Weak::upgrade)
                .collect()
        };
        for connection in all {
            connection.look();
        }
    }

    /// Looks every `interval` until the task is aborted.
    pub async fn watch(self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            self.look();
        }
    }
}

#[cfg(test)]
mod tests;
