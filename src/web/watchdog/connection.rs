//! One connection, and how it ends.

use std::{
    io,
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rustix::event::{PollFd, PollFlags, Timespec};

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
            registry: Arc::clone(registry),
        }
    }

    pub(super) fn begins(&self) {
        let now = self.registry.now();
        self.activity.set(Doing::Handling, now);
        self.began.store(now, Ordering::Relaxed);
    }

    pub(super) fn is_asked(&self) {
        self.activity.set(Doing::Answering, self.registry.now());
    }

    pub(super) fn rests(&self) {
        let now = self.registry.now();
        self.rested.store(now, Ordering::Relaxed);
        self.activity.set(Doing::Resting, now);
    }

    /// Ends it if it has done nothing for too long. What is at rest and cannot be written to still holds the end of an
    /// answer, which a slow reader is taking: it gets another round, but not for ever. Only a second look believes that
    /// it can be written to: the reader may have made room just now, for an end that is not handed over yet.
    pub(super) fn look(&self) {
        let (now, seen) = (self.registry.now(), self.activity.get());
        let idle_for = now.saturating_sub(seen.1);
        let settings = &self.registry.settings;
        match seen.0 {
            Doing::Answering if idle_for >= millis(settings.stopped_reader) => self.reset(),
            Doing::Resting if idle_for >= self.longest_rest() => self.look_at_rest(seen, now),
            Doing::Flushed => self.look_at_rest(seen, now),
            Doing::Handling | Doing::Answering | Doing::Resting => {}
        }
    }

    fn look_at_rest(&self, seen: (Doing, u64), now: u64) {
        let rested = now.saturating_sub(self.rested.load(Ordering::Relaxed));
        let next = match (seen.0, self.has_room().unwrap_or(false)) {
            (_, false) if rested >= self.longest_end() => return self.reset(),
            (_, false) => Doing::Resting,
            (Doing::Flushed, true) => return drop(self.shut_down()),
            (_, true) => Doing::Flushed,
        };
        // Unless a request has just begun.
        self.activity.replace(seen, (next, now));
    }

    fn longest_rest(&self) -> u64 {
        let settings = &self.registry.settings;
        millis(if self.trusted {
            settings.idle_proxy
        } else {
            settings.idle
        })
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

    /// Whether the kernel would take more bytes.
    fn has_room(&self) -> io::Result<bool> {
        let mut sockets = [PollFd::new(&self.socket, PollFlags::OUT)];
        rustix::event::poll(&mut sockets, Some(&Timespec::default()))?;
        Ok(sockets[0].revents().contains(PollFlags::OUT))
    }

    /// An answer without a body is never asked for anything, so actix-web would put one after the other into its buffer.
    /// Only who sends requests ahead and takes no answer comes here without room.
    pub(super) fn end_without_room(&self) {
        if matches!(self.has_room(), Ok(false)) {
            self.reset();
        }
    }

    pub(super) fn shut_down(&self) -> io::Result<()> {
        self.socket.shutdown(Shutdown::Both)
    }
}
