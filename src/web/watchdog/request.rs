//! What a request knows of the connection it came on.

use std::{
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use actix_web::HttpRequest;

use super::{BUSY, Connection};

/// A request is being answered on a connection; its rest begins when this is dropped.
#[must_use = "the connection counts as busy only while this lives"]
pub struct Busy(Weak<Connection>);

impl Busy {
    /// Stops the rest of the connection a request came on.
    pub fn begin(connection: &ConnectionHandle) -> Self {
        let connection = connection.0.clone();
        if let Some(connection) = connection.upgrade() {
            connection.idle_since.store(BUSY, Ordering::Relaxed);
            connection.was_flushed.store(false, Ordering::Relaxed);
        }
        Self(connection)
    }

    /// The answer broke off: the connection will end with a reset, which nobody can take for the end of a body.
    pub fn broke_off(&self) {
        if let Some(connection) = self.0.upgrade() {
            let at_once = Some(Duration::ZERO);
            let set = rustix::net::sockopt::set_socket_linger(&connection.socket, at_once);
            if let Err(error) = set {
                tracing::debug!(%error, "a connection ends in order although its answer broke off");
            }
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(connection) = self.0.upgrade() {
            connection
                .idle_since
                .store(connection.registry.now(), Ordering::Relaxed);
        }
    }
}

/// Tells a task beside a stream whether the stream's connection still exists; does not keep it open.
#[derive(Clone, Default)]
pub struct ConnectionHandle(Weak<Connection>);

impl ConnectionHandle {
    /// The connection a request came on; one that is never alive where no watchdog runs.
    pub fn of(request: &HttpRequest) -> Self {
        Self(
            request
                .conn_data::<Arc<Connection>>()
                .map(Arc::downgrade)
                .unwrap_or_default(),
        )
    }

    /// Whether the connection is open, as far as this process knows.
    pub fn is_alive(&self) -> bool {
        self.0.strong_count() > 0
    }
}
