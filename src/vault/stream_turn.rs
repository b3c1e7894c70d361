use std::time::Duration;

use crate::share::{Refusal, Sha256, Share, ShareId, Stored};

use super::collect::refused;
use super::{CollectError, Vault};

/// A client that asks for one range after the other has the last byte of each before the stream's end is on record: what
/// still counts as open is given this long to be closed.
const UNTIL_CLOSED: [Duration; 5] = [
    Duration::from_millis(10),
    Duration::from_millis(40),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(600),
];

impl Vault {
    /// The record as soon as it lets `ticket` open a stream.
    ///
    /// # Errors
    /// [`CollectError::TooManyStreams`] when two are still open after a second; every other refusal at once.
    pub(super) async fn stream_turn(
        &self,
        id: ShareId,
        ticket: &Sha256,
        mut read: Stored<Share>,
    ) -> Result<Stored<Share>, CollectError> {
        let mut pauses = UNTIL_CLOSED.into_iter();
        loop {
            let now = self.now().await?;
            let Err(refusal) = read.value.may_stream(ticket, now) else {
                return Ok(read);
            };
            let pause = pauses
                .next()
                .filter(|_| refusal == Refusal::TooManyStreams)
                .ok_or_else(|| refused(refusal, &read.value, now))?;
            tokio::time::sleep(pause).await;
            read = self.read_claimed(id, ticket).await?;
        }
    }
}
