//! One connection, and how it ends.

use std::{
    io,
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::rt;

use super::{
    Registry,
    activity::{Activity, Doing},
    millis,
};
use crate::web::client::NetworkKey;

/// One accepted connection, owned by actix-web's connection data and by nothing else for long: the duplicate keeps the
/// socket open.
pub(super) struct Connection {
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
    pub(super) fn new(
        registry: &Arc<Registry>,
        number: u64,
        network: NetworkKey,
        trusted: bool,
        socket: TcpStream,
    ) -> Self {
        let now = registry.now();
        Self {
            number,
            network,
            trusted,
            socket,
            activity: Activity::handling(now),
            began: AtomicU64::new(now),
            rested: AtomicU64::new(now),
            was_flushed: AtomicBool::new(false),
            registry: Arc::clone(registry),
        }
    }

    pub(super) fn begins(&self) {
        let now = self.registry.now();
        self.activity.set(Doing::Handling, now);
        self.began.store(now, Ordering::Relaxed);
        self.was_flushed.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_asked(&self) {
        self.activity.set(Doing::Answering, self.registry.now());
    }

    pub(super) fn rests(&self) {
        let now = self.registry.now();
        self.rested.store(now, Ordering::Relaxed);
        self.activity.set(Doing::Resting, now);
    }

    pub(super) fn is_due(&self, now: u64) -> bool {
        self.was_due(self.activity.get(), now)
    }

    fn was_due(&self, (doing, since): (Doing, u64), now: u64) -> bool {
        let settings = &self.registry.settings;
        let limit = match doing {
            Doing::Handling => return false,
            Doing::Answering => settings.stopped_reader,
            Doing::Resting if self.trusted => settings.idle_proxy,
            Doing::Resting => settings.idle,
        };
        now.saturating_sub(since) >= millis(limit)
    }

    pub(super) async fn end(self: Arc<Self>) {
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
        let (now, seen) = (self.registry.now(), self.activity.get());
        if !self.was_due(seen, now) {
            self.was_flushed.store(false, Ordering::Relaxed);
        } else if flushed {
            if self.was_flushed.swap(true, Ordering::Relaxed) {
                drop(self.shut_down());
            }
        } else if now.saturating_sub(self.rested.load(Ordering::Relaxed)) >= self.longest_end() {
            self.reset();
        } else {
            self.was_flushed.store(false, Ordering::Relaxed);
            // Unless a request has just begun.
            self.activity.replace(seen, (Doing::Resting, now));
        }
    }

    pub(super) fn shut_down(&self) -> io::Result<()> {
        self.socket.shutdown(Shutdown::Both)
    }

    /// For the end of an answer: it may fill the kernel's buffer twice.
    fn longest_end(&self) -> u64 {
        millis(2 * self.registry.settings.stopped_reader)
    }

    /// Ends it with a reset, which nobody can take for the end of a body.
    fn reset(&self) {
        self.reset_when_closed();
        drop(self.shut_down());
    }

    pub(super) fn reset_when_closed(&self) {
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
