use std::time::Duration;

use crate::crypto::{FileInfo, FileKey, LinkKey, Passphrase, Stretched, Ticket};
use crate::share::{
    Admission, Facts, Guess, Refusal, Share, ShareId, State, Stored, Timestamp, Visible, Wrap,
};
use crate::storage::{Holder, Next, Swapped};

use super::access::{kdf_params, link_wrap, ticket_wrap};
use super::{CollectError, Vault};

/// How often a step is tried again because somebody else wrote the same record in between.
pub(super) const ATTEMPTS: usize = 64;

/// What the holder of a link may know without changing anything.
pub struct Inspection {
    /// The share's state.
    pub state: Visible,
    /// Name and type; `None` when there is a passphrase.
    pub info: Option<FileInfo>,
    /// Content bytes.
    pub size: u64,
    /// When it ends unopened.
    pub expires_at: Timestamp,
}

/// A reservation: the ticket may fetch the bytes.
pub struct Reservation {
    /// Name and type.
    pub info: FileInfo,
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
                    state: Visible::Delivering,
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
                Some(self.open_blob(id, &share.facts, ticket, key).await?.info)
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

    /// Reserves the share for a ticket. Reversible until the ticket fetches bytes; the same ticket gets the same answer.
    ///
    /// # Errors
    /// [`CollectError`]. A wrong or missing key costs nothing; at most five derivations can be wrong, whatever runs in
    /// parallel.
    pub async fn reserve(
        &self,
        id: ShareId,
        link: LinkKey,
        ticket: Ticket,
        passphrase: Option<Passphrase>,
    ) -> Result<Reservation, CollectError> {
        let vault = self.clone();
        // A client that goes away must not leave a guess counted that was right.
        let reservation =
            tokio::spawn(
                async move { vault.make_reservation(id, &link, &ticket, passphrase).await },
            );
        reservation.await.map_err(|_| CollectError::Busy)?
    }

    async fn make_reservation(
        &self,
        id: ShareId,
        link: &LinkKey,
        ticket: &Ticket,
        passphrase: Option<Passphrase>,
    ) -> Result<Reservation, CollectError> {
        let digest = *ticket.digest().as_bytes();
        for _ in 0..ATTEMPTS {
            let read = self.read_with_proof(id, link).await?;
            let (share, facts) = (&read.value, &read.value.facts);
            let now = self.now().await?;
            if let (Ok(Admission::Own), Some(wrap)) =
                (share.admit(&digest, now), ticket_wrap(share, &digest))
            {
                return self.repeat(id, share, wrap, ticket).await;
            }
            // Whoever holds the claim wins over the record, which a failover may have set back.
            let holds_claim = !matches!(share.state, State::Receiving { .. })
                && link_wrap(share).is_some()
                && self
                    .inner
                    .blobs
                    .is_claimed_by(facts.last_hour, id, digest)
                    .await?;
            if !holds_claim {
                share
                    .admit(&digest, now)
                    .map_err(|refusal| refused(refusal, share, now))?;
                self.check_unclaimed(id, share, digest).await?;
            }
            let Some((stretching, given)) = pair(facts, passphrase.clone(), share)? else {
                let key = self.link_key_opens(id, share, link, None).await?;
                let key = key.ok_or(ALTERED)?;
                let taken = self.take(id, read, key, ticket, Guess::None, holds_claim);
                return Box::pin(taken).await;
            };
            let (counted, guess) = if holds_claim {
                // It proved the passphrase before it claimed.
                (read, Guess::None)
            } else {
                match self.count_guess(id, &read, &digest, now).await? {
                    Some(counted) => (counted, Guess::Counted),
                    None => continue,
                }
            };
            let stretched = self
                .inner
                .stretcher
                .stretch(given, stretching.salt, kdf_params(&stretching))
                .await;
            let key = match stretched {
                Ok(stretched) => {
                    self.link_key_opens(id, &counted.value, link, Some(&stretched))
                        .await
                }
                Err(_) => Err(CollectError::Busy),
            };
            return match key {
                Ok(Some(key)) => {
                    Box::pin(self.take(id, counted, key, ticket, guess, holds_claim)).await
                }
                Ok(None) => Err(CollectError::WrongPassphrase {
                    tries_left: counted.value.tries_left(),
                }),
                Err(error) => {
                    // Nothing was learned about the passphrase.
                    self.refund(id, guess).await;
                    Err(error)
                }
            };
        }
        Err(CollectError::Busy)
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

    async fn check_unclaimed(
        &self,
        id: ShareId,
        share: &Share,
        ticket: crate::share::Sha256,
    ) -> Result<(), CollectError> {
        let holder = self
            .inner
            .blobs
            .holder(share.facts.last_hour, id, ticket)
            .await?;
        match holder {
            Holder::Nobody | Holder::Own => Ok(()),
            Holder::Other | Holder::Missing => Err(self.why_missing(id, Some(ticket)).await),
        }
    }

    async fn link_key_opens(
        &self,
        id: ShareId,
        share: &Share,
        link: &LinkKey,
        stretched: Option<&Stretched>,
    ) -> Result<Option<FileKey>, CollectError> {
        let wrap = link_wrap(share).ok_or(CollectError::Busy)?;
        self.unwrap_with_link(id, &share.facts, wrap, link, stretched)
            .await
    }

    /// Counts a guess before anything is derived from it. `None`: somebody else wrote in between.
    async fn count_guess(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        ticket: &crate::share::Sha256,
        now: Timestamp,
    ) -> Result<Option<Stored<Share>>, CollectError> {
        let Ok(next) = read.value.count_guess(ticket, now) else {
            return Ok(None);
        };
        match self
            .inner
            .store
            .swap(id, Some(read), Next::Share(next))
            .await?
        {
            Swapped::Done(counted) => Ok(counted),
            Swapped::Conflict => Ok(None),
        }
    }

    /// Takes back one counted guess; where even this fails the guess stays counted, which costs a try, never the share.
    async fn refund(&self, id: ShareId, guess: Guess) {
        if guess == Guess::None {
            return;
        }
        for _ in 0..ATTEMPTS {
            let Ok(found) = self.inner.store.read(id).await else {
                return;
            };
            let Some(read) = found.share else { return };
            let next = Next::Share(read.value.refund_guess());
            match self.inner.store.swap(id, Some(&read), next).await {
                Ok(Swapped::Conflict) => {}
                Ok(Swapped::Done(_)) | Err(_) => return,
            }
        }
    }

    /// The key is right: writes the reservation, or for the holder of the claim the delivery.
    async fn take(
        &self,
        id: ShareId,
        mut read: Stored<Share>,
        key: FileKey,
        ticket: &Ticket,
        guess: Guess,
        holds_claim: bool,
    ) -> Result<Reservation, CollectError> {
        let digest = *ticket.digest().as_bytes();
        let facts = read.value.facts.clone();
        let prepared = async {
            let wrap = self.wrap_for_ticket(id, &facts, &key, ticket).await?;
            let blob = self.open_blob(id, &facts, Some(digest), key).await?;
            Ok((wrap, blob.info))
        };
        let (wrap, info) = match prepared.await {
            Ok(prepared) => prepared,
            Err(error) => {
                self.refund(id, guess).await;
                return Err(error);
            }
        };
        for _ in 0..ATTEMPTS {
            let now = self.now().await?;
            let times = self.times();
            let next = if holds_claim {
                read.value.claim_won(digest, wrap.clone(), now, times)
            } else {
                read.value.reserve(digest, wrap.clone(), guess, now, times)
            };
            let next = match next {
                Ok(next) => next,
                Err(refusal) => {
                    self.refund(id, guess).await;
                    return Err(refused(refusal, &read.value, now));
                }
            };
            let reserved_until = held_until(&next);
            let look_at = next.look_at();
            let (store, next) = (&self.inner.store, Next::Share(next));
            let swapped = if holds_claim {
                store.swap_even_when_full(id, Some(&read), next).await?
            } else {
                store.swap(id, Some(&read), next).await?
            };
            if let Swapped::Done(_) = swapped {
                if holds_claim {
                    self.hint(id, look_at).await;
                }
                return Ok(Reservation {
                    info,
                    size: facts.size,
                    reserved_until,
                });
            }
            let found = self.inner.store.read(id).await?;
            read = match (found.share, found.fate) {
                (Some(read), _) => read,
                (None, Some(fate)) => {
                    return Err(CollectError::Gone {
                        state: fate.without_record(),
                        at: fate.told_at(),
                    });
                }
                (None, None) => return Err(CollectError::Unknown),
            };
        }
        self.refund(id, guess).await;
        Err(CollectError::Busy)
    }

    /// The same ticket again: the same answer, without a derivation and without a longer lease.
    async fn repeat(
        &self,
        id: ShareId,
        share: &Share,
        wrap: &Wrap,
        ticket: &Ticket,
    ) -> Result<Reservation, CollectError> {
        let digest = *ticket.digest().as_bytes();
        let key = self
            .unwrap_with_ticket(id, &share.facts, wrap, ticket)
            .await?;
        let blob = self.open_blob(id, &share.facts, Some(digest), key).await?;
        Ok(Reservation {
            info: blob.info,
            size: share.facts.size,
            reserved_until: held_until(share),
        })
    }
}

/// The link opens the proof but not the wrap: somebody altered the record.
const ALTERED: CollectError = CollectError::Damaged {
    what: "the link does not open its wrap",
};

/// The passphrase to try with its parameters; `None` where the share has none.
fn pair(
    facts: &Facts,
    given: Option<Passphrase>,
    share: &Share,
) -> Result<Option<(crate::share::KeyStretching, Passphrase)>, CollectError> {
    match (facts.passphrase, given) {
        (None, _) => Ok(None),
        (Some(stretching), Some(given)) => Ok(Some((stretching, given))),
        (Some(_), None) => Err(CollectError::PassphraseNeeded {
            tries_left: share.tries_left(),
        }),
    }
}

/// Until when nobody else may reserve, or until when the delivery can be resumed.
pub(super) fn held_until(share: &Share) -> Timestamp {
    match &share.state {
        State::Reserved { hold, .. } => hold.lapses_at,
        State::Delivering(delivery) => delivery.end(share.facts.size),
        State::Available { .. } | State::Receiving { .. } => share.facts.expires_at,
    }
}

fn expired(share: &Share) -> CollectError {
    CollectError::Gone {
        state: Visible::Expired,
        at: share.look_at(),
    }
}

/// A rule's no, told to somebody who has shown the proof.
pub(super) fn refused(refusal: Refusal, share: &Share, now: Timestamp) -> CollectError {
    match refusal {
        Refusal::NotReady | Refusal::NotReceiving => CollectError::Unknown,
        Refusal::Expired => match &share.state {
            State::Delivering(_) => CollectError::Gone {
                state: share.fate().without_record(),
                at: share.fate().told_at(),
            },
            _ => expired(share),
        },
        Refusal::Held(until) => CollectError::Held(until.since(now).max(Duration::from_secs(1))),
        Refusal::Locked => CollectError::Locked,
        Refusal::Taken => CollectError::Gone {
            state: Visible::Delivering,
            at: share.fate().told_at(),
        },
        Refusal::NotYours => CollectError::NotYours,
        Refusal::TooManyStreams => CollectError::TooManyStreams,
        Refusal::BudgetSpent => CollectError::BudgetSpent,
        Refusal::NothingSent => CollectError::NothingSent,
    }
}
