//! What a request knows of the connection it came on.

use std::sync::{Arc, Weak};

use actix_web::HttpRequest;

use super::Connection;

/// A request is being answered on a connection; its rest begins when this is dropped.
#[must_use = "the connection counts as busy only while this lives"]
pub struct Busy(Weak<Connection>);

impl Busy {
    /// Stops the rest of the connection a request came on.
    pub fn begin(connection: &ConnectionHandle) -> Self {
        let connection = connection.0.clone();
        if let Some(connection) = connection.upgrade() {
            connection.begins();
        }
        Self(connection)
    }

    /// The answer's body is asked for more: its reader took what came before.
    pub fn asked(&self) {
        if let Some(connection) = self.0.upgrade() {
            connection.is_asked();
        }
    }

    /// The answer has no body: a connection that has no room for its head is ended.
    pub fn has_no_body(&self) {
        if let Some(connection) = self.0.upgrade() {
            connection.end_without_room();
        }
    }

    /// The answer broke off: the connection will end with a reset.
    pub fn broke_off(&self) {
        if let Some(connection) = self.0.upgrade() {
            connection.reset_when_closed();
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(connection) = self.0.upgrade() {
            connection.rests();
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
