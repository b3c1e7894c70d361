//! What keeps an operator signed in: digests of random secrets in Redis, each with its own end.

use std::time::Duration;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::Sha256;

/// Which kind of sign-in a secret stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// A person's browser, by cookie.
    Cookie,
    /// A script, by bearer token.
    Bearer,
}

impl Redis {
    /// Remembers a sign-in for `lifetime`.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn open_session(
        &self,
        kind: SessionKind,
        secret: &Sha256,
        lifetime: Duration,
    ) -> Result<(), StorageError> {
        let milliseconds = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
        let args = vec![
            self.session_key(kind, secret).into(),
            "1".into(),
            "PX".into(),
            milliseconds.into(),
        ];
        self.call("open a session", "SET", args).await
    }

    /// Whether the sign-in still stands.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn has_session(
        &self,
        kind: SessionKind,
        secret: &Sha256,
    ) -> Result<bool, StorageError> {
        let args = vec![self.session_key(kind, secret).into()];
        let found: u32 = self.call("look for a session", "EXISTS", args).await?;
        Ok(found == 1)
    }

    /// Ends a sign-in.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn close_session(
        &self,
        kind: SessionKind,
        secret: &Sha256,
    ) -> Result<(), StorageError> {
        let args = vec![self.session_key(kind, secret).into()];
        self.call("close a session", "DEL", args).await
    }

    fn session_key(&self, kind: SessionKind, secret: &Sha256) -> String {
        use std::fmt::Write as _;
        let mut key = self.key(match kind {
            SessionKind::Cookie => "session:",
            SessionKind::Bearer => "token:",
        });
        for byte in secret {
            write!(key, "{byte:02x}").expect("writing into a String cannot fail");
        }
        key
    }
}
