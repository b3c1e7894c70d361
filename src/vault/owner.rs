use crate::crypto::{OwnerKey, Ticket};
use crate::share::{Ending, Fate, Sha256, Share, ShareId, Timestamp, Visible};
use crate::storage::{Found, Next, Swapped};

use super::collect::{ATTEMPTS, held_until, refused};
use super::undisturbed::undisturbed;
use super::{CollectError, Vault};

/// What the sender may know.
pub struct OwnerView {
    /// The share's state.
    pub state: Visible,
    /// Content bytes.
    pub size: u64,
    /// Whether there is a passphrase.
    pub passphrase: bool,
    /// Guesses left before it locks, while there is a record and a passphrase.
    pub tries_left: Option<u32>,
    /// Contiguous bytes sent.
    pub sent: u64,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When it ends unopened.
    pub expires_at: Timestamp,
    /// When the last reservation was made.
    pub reserved_at: Option<Timestamp>,
    /// When the delivery began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What the holder of a ticket may know.
pub struct TransferView {
    /// The share's state.
    pub state: Visible,
    /// Contiguous bytes sent.
    pub sent: u64,
    /// Content bytes.
    pub size: u64,
    /// Until when it can be resumed; `None` once it is over.
    pub resumable_until: Option<Timestamp>,
}

impl Vault {
    /// The share as its sender may see it, for seven days past its end.
    ///
    /// # Errors
    /// [`CollectError::Unknown`] for a wrong owner key.
    pub async fn owner_status(
        &self,
        id: ShareId,
        owner: &OwnerKey,
    ) -> Result<OwnerView, CollectError> {
        let found = self.read_as_owner(id, owner).await?;
        OwnerView::new(&found, self.now().await?).ok_or(CollectError::Unknown)
    }

    /// Ends the share whatever its state, removes its blob, and returns what became of it. One that is over stays as it
    /// ended.
    ///
    /// # Errors
    /// [`CollectError::Unknown`] for a wrong owner key; after a storage error it may be asked again.
    pub async fn revoke(&self, id: ShareId, owner: &OwnerKey) -> Result<OwnerView, CollectError> {
        self.read_as_owner(id, owner).await?;
        self.end_to_the_end(id).await?;
        self.owner_status(id, owner).await
    }

    /// Raises the limit of a locked share by five guesses.
    ///
    /// # Errors
    /// [`CollectError::Unknown`] for a wrong owner key; [`CollectError::Busy`] where it may have been raised and used up
    /// since: raising it once more is for the owner to ask.
    pub async fn unlock(&self, id: ShareId, owner: &OwnerKey) -> Result<OwnerView, CollectError> {
        for _ in 0..ATTEMPTS {
            let found = self.read_as_owner(id, owner).await?;
            let now = self.now().await?;
            let Some(read) = found.share.as_ref().filter(|read| read.value.is_locked()) else {
                return OwnerView::new(&found, now).ok_or(CollectError::Unknown);
            };
            let next = Next::Share(read.value.unlock());
            match self.inner.store.swap(id, Some(read), next).await? {
                Swapped::Done(_) => return self.owner_status(id, owner).await,
                Swapped::Conflict { resent: true } => return Err(CollectError::Busy),
                Swapped::Conflict { resent: false } => {}
            }
        }
        Err(CollectError::Busy)
    }

    /// Ends a share by the operator's order. False: there is none.
    ///
    /// # Errors
    /// [`CollectError::Storage`]; it may be asked again.
    pub async fn delete(&self, id: ShareId) -> Result<bool, CollectError> {
        self.end_to_the_end(id).await
    }

    /// A client that goes away must not stop an end halfway.
    async fn end_to_the_end(&self, id: ShareId) -> Result<bool, CollectError> {
        let vault = self.clone();
        let ended = async move { vault.end_by_order(id).await };
        undisturbed(ended).await.ok_or(CollectError::Busy)?
    }

    /// The transfer as the holder of its ticket may see it, for seven days past its end.
    ///
    /// # Errors
    /// [`CollectError::NotYours`] for a ticket that neither record nor fate names.
    pub async fn transfer_status(
        &self,
        id: ShareId,
        ticket: &Ticket,
    ) -> Result<TransferView, CollectError> {
        let digest = *ticket.digest().as_bytes();
        let found = self.inner.store.read(id).await?;
        let fate = ticket_fate(&found, &digest).ok_or(CollectError::NotYours)?;
        let now = self.now().await?;
        Ok(match &found.share {
            Some(share) => TransferView {
                state: share.value.visible(now),
                sent: fate.sent,
                size: fate.size,
                resumable_until: resumable_until(&share.value, now),
            },
            None => TransferView {
                state: fate.without_record(),
                sent: fate.sent,
                size: fate.size,
                resumable_until: None,
            },
        })
    }

    /// The recipient has everything: ends the share now. The same answer again and again.
    ///
    /// # Errors
    /// [`CollectError::NotYours`] for a ticket that fetched nothing here, [`CollectError::NothingSent`] for one that has
    /// not begun.
    pub async fn acknowledge(&self, id: ShareId, ticket: &Ticket) -> Result<(), CollectError> {
        let (vault, digest) = (self.clone(), *ticket.digest().as_bytes());
        let ended = async move { vault.end_by_recipient(id, digest).await };
        undisturbed(ended).await.ok_or(CollectError::Busy)?
    }

    async fn end_by_recipient(&self, id: ShareId, digest: Sha256) -> Result<(), CollectError> {
        for _ in 0..ATTEMPTS {
            let found = self.inner.store.read(id).await?;
            let fate = ticket_fate(&found, &digest).ok_or(CollectError::NotYours)?;
            let Some(read) = &found.share else {
                return match fate.without_record() {
                    Visible::Delivered | Visible::BrokenOff => Ok(self.clear(id, &fate).await?),
                    state => Err(CollectError::Gone {
                        state,
                        at: fate.ended(),
                    }),
                };
            };
            let now = self.now().await?;
            let fate = read
                .value
                .end(Ending::Acknowledged, now)
                .map_err(|refusal| refused(refusal, &read.value, now))?;
            if self.end_with(id, read, fate).await?.is_some() {
                return Ok(());
            }
        }
        Err(CollectError::Busy)
    }

    /// Ends a share whatever its state and removes its blob before it returns, so that no failover brings it back.
    pub(super) async fn end_by_order(&self, id: ShareId) -> Result<bool, CollectError> {
        for _ in 0..ATTEMPTS {
            let found = self.inner.store.read(id).await?;
            let now = self.now().await?;
            match (&found.share, found.fate) {
                (Some(read), _) => {
                    if self.end(id, read, Ending::Revoked, now).await?.is_some() {
                        return Ok(true);
                    }
                }
                (None, Some(fate)) if fate.is_gone(now) => {
                    // An earlier try may have failed between the two steps.
                    self.clear(id, &fate).await?;
                    return Ok(false);
                }
                (None, Some(mut fate)) => {
                    // Redis lost the record; the order stands all the same.
                    fate.phase = crate::share::Phase::Revoked;
                    fate.ended_at = Some(now);
                    let next = Next::End(fate.clone());
                    if let Swapped::Done(_) =
                        self.inner.store.swap_even_when_full(id, None, next).await?
                    {
                        self.count_end(&fate);
                        self.clear(id, &fate).await?;
                        return Ok(true);
                    }
                }
                (None, None) => return Ok(false),
            }
        }
        Err(CollectError::Busy)
    }

    async fn read_as_owner(&self, id: ShareId, owner: &OwnerKey) -> Result<Found, CollectError> {
        let digest = *owner.digest().as_bytes();
        let found = self.inner.store.read(id).await?;
        let known = match (&found.share, &found.fate) {
            (Some(share), _) => share.value.facts.owner == digest,
            (None, Some(fate)) => fate.owner == digest,
            (None, None) => false,
        };
        if known {
            Ok(found)
        } else {
            Err(CollectError::Unknown)
        }
    }
}

impl OwnerView {
    fn new(found: &Found, now: Timestamp) -> Option<Self> {
        let share = found.share.as_ref().map(|read| &read.value);
        let fate = share.map(Share::fate).or_else(|| found.fate.clone())?;
        Some(Self {
            state: share.map_or_else(|| fate.without_record(), |share| share.visible(now)),
            size: fate.size,
            passphrase: fate.passphrase,
            tries_left: share
                .filter(|share| share.facts.passphrase.is_some())
                .map(Share::tries_left),
            sent: fate.sent,
            created_at: fate.created_at,
            expires_at: fate.expires_at,
            reserved_at: fate.reserved_at,
            started_at: fate.started_at,
            ended_at: match share {
                Some(share) => share.is_over(now).then(|| share.look_at()),
                None => Some(fate.ended()),
            },
        })
    }
}

/// Until when its ticket may go on.
fn resumable_until(share: &Share, now: Timestamp) -> Option<Timestamp> {
    (!share.is_over(now)).then(|| held_until(share))
}

/// What is known of the share to this ticket.
fn ticket_fate(found: &Found, ticket: &Sha256) -> Option<Fate> {
    let fate = match &found.share {
        Some(share) => share.value.fate(),
        None => found.fate.clone()?,
    };
    (fate.ticket == Some(*ticket)).then_some(fate)
}
