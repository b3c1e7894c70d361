//! Looking at a share, and reserving it.

mod outcome;
mod reserve;
mod turns;

use crate::crypto::LinkKey;
use crate::share::{Share, ShareId, State, Stored, Timestamp, Visible};

use super::access::link_wrap;
use super::{CollectError, ContentInfo, Vault};

use outcome::expired;
pub(super) use outcome::{held_until, refused};
pub(super) use turns::Turns;

/// How often a step is tried again because somebody else wrote the same record in between.
pub(super) const ATTEMPTS: usize = 64;

/// What the holder of a link may know without changing anything.
pub struct Inspection {
    /// The share's state.
    pub state: Visible,
    /// Name and type; `None` when there is a passphrase.
    pub info: Option<ContentInfo>,
    /// Content bytes.
    pub size: u64,
    /// When it ends unopened.
    pub expires_at: Timestamp,
}

/// A reservation: the ticket may fetch the bytes.
pub struct Reservation {
    /// Name and type.
    pub info: ContentInfo,
    /// Content bytes.
    pub size: u64,
    /// Until when nobody else may reserve; once the delivery has begun, until when it can be resumed.
    pub reserved_until: Timestamp,
}

impl Vault {
    /// Whether a stranger's page should ask for a passphrase. `None`: there is nothing to open here, whatever the reason.
    ///
    /// # Errors
    /// [`CollectError::Storage`] when Redis does not answer.
    pub async fn look(&self, id: ShareId) -> Result<Option<bool>, CollectError> {
        let now = self.now().await?;
        let found = self.inner.store.read(id).await?;
        Ok(found.share.and_then(|share| {
            let share = share.value;
            let over = now >= share.look_at();
            let open = matches!(
                share.state,
                State::Available { .. } | State::Reserved { .. }
            );
            (open && !over).then_some(share.facts.passphrase.is_some())
        }))
    }

    /// What the holder of the link may know. Changes nothing.
    ///
    /// # Errors
    /// [`CollectError::Unknown`] for a wrong key, [`CollectError::Gone`] for the right key of a share that is being
    /// delivered or over, [`CollectError::Damaged`].
    pub async fn inspect(&self, id: ShareId, link: &LinkKey) -> Result<Inspection, CollectError> {
        let now = self.now().await?;
        let share = self.read_with_proof(id, link).await?.value;
        match &share.state {
            State::Receiving { .. } => return Err(CollectError::Unknown),
            State::Delivering(delivery) => {
                return Err(CollectError::Gone {
                    state: share.visible(now),
                    at: delivery.started_at,
                });
            }
            State::Available { .. } | State::Reserved { .. } if now >= share.look_at() => {
                return Err(expired(&share));
            }
            State::Available { .. } | State::Reserved { .. } => {}
        }
        let info = match (share.facts.passphrase, link_wrap(&share)) {
            (None, Some(wrap)) => {
                let key = self.unwrap_with_link(id, &share.facts, wrap, link, None);
                let key = key.await?.ok_or(ALTERED)?;
                let ticket = share.fate().ticket;
                Some(
                    self.open_blob(id, &share.facts, ticket, key)
                        .await?
                        .info
                        .into(),
                )
            }
            _ => None,
        };
        Ok(Inspection {
            state: share.visible(now),
            info,
            size: share.facts.size,
            expires_at: share.facts.expires_at,
        })
    }

    /// The record, only for who shows the proof; what is over is told to nobody else.
    async fn read_with_proof(
        &self,
        id: ShareId,
        link: &LinkKey,
    ) -> Result<Stored<Share>, CollectError> {
        let proof = link.proof(id.as_bytes()).digest();
        let found = self.inner.store.read(id).await?;
        match (found.share, found.fate) {
            (Some(share), _) if share.value.facts.proof == *proof.as_bytes() => Ok(share),
            (None, Some(fate)) if fate.proof == *proof.as_bytes() => Err(CollectError::Gone {
                state: fate.without_record(),
                at: fate.told_at(),
            }),
            _ => Err(CollectError::Unknown),
        }
    }
}

/// The link opens the proof but not the wrap: somebody altered the record.
const ALTERED: CollectError = CollectError::Damaged {
    what: "the link does not open its wrap",
};
