//! Reserving: the passphrase is counted before it is derived, and nothing is given away yet.

use crate::crypto::{FileKey, LinkKey, Passphrase, Stretched, Ticket};
use crate::share::{
    Admission, Facts, Guess, KeyStretching, Sha256, Share, ShareId, Stored, Timestamp, Wrap,
};
use crate::storage::{Holder, Next, Swapped};
use crate::vault::access::{kdf_params, link_wrap, ticket_wrap};
use crate::vault::undisturbed::undisturbed;
use crate::vault::{CollectError, Vault};

use super::{ALTERED, ATTEMPTS, Reservation, held_until, refused};

impl Vault {
    /// Reserves the share for a ticket. Reversible until the ticket fetches bytes; the same ticket gets the same answer.
    ///
    /// # Errors
    /// [`CollectError`]. A wrong or missing key costs nothing; at most five derivations can be wrong, whatever runs in
    /// parallel. Where this server dies, one guess at most stays counted that was not wrong.
    pub async fn reserve(
        &self,
        id: ShareId,
        link: LinkKey,
        ticket: Ticket,
        passphrase: Option<Passphrase>,
    ) -> Result<Reservation, CollectError> {
        // Who goes away while waiting has counted nothing, and leaves the queue.
        let turn = self.turn_to_guess(id, &link, passphrase.as_ref()).await?;
        let vault = self.clone();
        // A client that goes away must not leave a guess counted that was right.
        let reservation = async move {
            let _until_it_is_written = turn;
            vault.make_reservation(id, &link, &ticket, passphrase).await
        };
        undisturbed(reservation).await.ok_or(CollectError::Busy)?
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
            let admitted = share.admit(&digest, now);
            if admitted.is_ok() && facts.passphrase.is_none() {
                // Whether somebody holds the claim is seen when the blob is opened.
                let key = self.link_key_opens(id, share, link, None).await?;
                let key = key.ok_or(ALTERED)?;
                return Box::pin(self.take(id, read, key, ticket, Guess::None)).await;
            }
            // Whoever holds the claim wins over the record, which a failover may have set back.
            let holder = match link_wrap(share) {
                Some(_) => Some(self.inner.blobs.holder(facts.last_hour, id, digest).await?),
                None => None,
            };
            let holds_claim = holder == Some(Holder::Own);
            if !holds_claim {
                admitted.map_err(|refusal| refused(refusal, share, now))?;
                if holder != Some(Holder::Nobody) {
                    return Err(self.why_missing(id, Some(digest)).await);
                }
            }
            let Some((stretching, given)) = pair(facts, passphrase.clone(), share)? else {
                let key = self.link_key_opens(id, share, link, None).await?;
                let key = key.ok_or(ALTERED)?;
                return Box::pin(self.take(id, read, key, ticket, Guess::None)).await;
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
            failpoint!("reserve.counted");
            let stretched = self
                .inner
                .stretcher
                .stretch(given, stretching.salt, kdf_params(&stretching))
                .await;
            failpoint!("reserve.derived");
            let key = match stretched {
                Ok(stretched) => {
                    self.link_key_opens(id, &counted.value, link, Some(&stretched))
                        .await
                }
                Err(_) => Err(CollectError::Busy),
            };
            return match key {
                Ok(Some(key)) => Box::pin(self.take(id, counted, key, ticket, guess)).await,
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
        ticket: &Sha256,
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
            Swapped::Conflict { .. } => Ok(None),
        }
    }

    /// Takes back one counted guess; where even this fails the guess stays counted, which costs a try, never the share. It is
    /// never taken back twice: that would give somebody else's wrong guess back.
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
                Ok(Swapped::Conflict { resent: false }) => {}
                Ok(Swapped::Conflict { resent: true } | Swapped::Done(_)) | Err(_) => return,
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
        mut guess: Guess,
    ) -> Result<Reservation, CollectError> {
        let digest = *ticket.digest().as_bytes();
        let facts = read.value.facts.clone();
        let prepared = async {
            let wrap = self.wrap_for_ticket(id, &facts, &key, ticket).await?;
            let blob = self.open_blob(id, &facts, Some(digest), key).await?;
            Ok((wrap, blob.info, blob.reader.is_claimed()))
        };
        let (wrap, info, holds_claim) = match prepared.await {
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
                // The same ticket claimed it elsewhere meanwhile: the guess was right, too.
                let refunded = (guess == Guess::Counted).then(|| read.value.refund_guess());
                let before = refunded.as_ref().unwrap_or(&read.value);
                before.claim_won(digest, wrap.clone(), now, times)
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
            failpoint!("reserve.opened");
            let swapped = if holds_claim {
                store.swap_even_when_full(id, Some(&read), next).await?
            } else {
                store.swap(id, Some(&read), next).await?
            };
            failpoint!("reserve.swapped");
            match swapped {
                Swapped::Done(_) => {
                    if holds_claim {
                        self.count_pick_up(&read.value);
                        self.hint_living(id, look_at).await;
                    }
                    return Ok(Reservation {
                        info: info.into(),
                        size: facts.size,
                        reserved_until,
                    });
                }
                // If it was written after all, the guess was refunded with it.
                Swapped::Conflict { resent: true } => guess = Guess::None,
                Swapped::Conflict { resent: false } => {}
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
            info: blob.info.into(),
            size: share.facts.size,
            reserved_until: held_until(share),
        })
    }
}

/// The passphrase to try with its parameters; `None` where the share has none.
fn pair(
    facts: &Facts,
    given: Option<Passphrase>,
    share: &Share,
) -> Result<Option<(KeyStretching, Passphrase)>, CollectError> {
    match (facts.passphrase, given) {
        (None, _) => Ok(None),
        (Some(stretching), Some(given)) => Ok(Some((stretching, given))),
        (Some(_), None) => Err(CollectError::PassphraseNeeded {
            tries_left: share.tries_left(),
        }),
    }
}
