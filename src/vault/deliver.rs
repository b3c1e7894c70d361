use std::ops::Range;
use std::time::Duration;

use crate::crypto::Ticket;
use crate::share::{Refusal, Sha256, Share, ShareId, State, Stored, Timestamp, Wrap};
use crate::storage::{Next, StorageError, Swapped};

use super::access::{OpenedBlob, ticket_wrap};
use super::collect::{ATTEMPTS, refused};
use super::keeper::Keeper;
use super::undisturbed::undisturbed;
use super::{CollectError, Counted, DeliveryStream, Vault};

/// When the sweep looks whether a claim was recorded.
const UNRECORDED_CLAIM: Duration = Duration::from_secs(10);

/// A delivery that could begin: the header and the length are authenticated, nothing has changed yet.
pub struct Prepared {
    /// The share.
    pub id: ShareId,
    /// Its file name.
    pub name: String,
    /// Content bytes.
    pub size: u64,
    /// When the upload began: the content has not changed since.
    pub last_modified: Timestamp,
    /// A random name of this content for this ticket: 32 hexadecimal digits.
    pub etag: String,
    ticket: Sha256,
    read: Stored<Share>,
    wrap: Wrap,
    blob: OpenedBlob,
}

impl Vault {
    /// Looks whether the ticket may fetch, and opens header and last chunk. Changes nothing.
    ///
    /// # Errors
    /// [`CollectError::NotYours`] for a ticket that holds nothing, [`CollectError::Gone`] with its fate for one whose share
    /// is over, [`CollectError::Damaged`].
    pub async fn prepare(&self, id: ShareId, ticket: &Ticket) -> Result<Prepared, CollectError> {
        let digest = *ticket.digest().as_bytes();
        let now = self.now().await?;
        let read = self.read_with_ticket(id, &digest).await?;
        let share = &read.value;
        if now >= share.look_at() {
            return Err(refused(Refusal::Expired, share, now));
        }
        let wrap = ticket_wrap(share, &digest).ok_or(CollectError::NotYours)?;
        let key = self
            .unwrap_with_ticket(id, &share.facts, wrap, ticket)
            .await?;
        let blob = self.open_blob(id, &share.facts, Some(digest), key).await?;
        let etag = ticket.digest().to_hex().chars().take(32).collect();
        Ok(Prepared {
            id,
            name: blob.info.name.clone(),
            size: share.facts.size,
            last_modified: share.facts.created_at,
            etag,
            ticket: digest,
            wrap: wrap.clone(),
            read,
            blob,
        })
    }

    /// Claims the blob if it is not claimed yet, records the delivery, looks once more that the blob still lies under the
    /// ticket's name, and only then returns the stream of `range`.
    ///
    /// Damage of the first chunk asked for is found before the claim. From the claim on the link opens nothing and this
    /// ticket alone can finish, from any instance.
    ///
    /// # Errors
    /// [`CollectError`]; no byte has left then.
    pub async fn deliver(
        &self,
        prepared: Prepared,
        range: Range<u64>,
    ) -> Result<DeliveryStream, CollectError> {
        let vault = self.clone();
        let Prepared { id, ticket, .. } = prepared;
        let read = self.stream_turn(id, &ticket, prepared.read).await?;
        let prepared = Prepared { read, ..prepared };
        // A client that goes away must not stop it between the claim and the record, or leave a slot without a keeper.
        let delivery = async move { vault.begin_delivery(prepared, range).await };
        undisturbed(delivery).await.ok_or(CollectError::Busy)?
    }

    async fn begin_delivery(
        &self,
        prepared: Prepared,
        range: Range<u64>,
    ) -> Result<DeliveryStream, CollectError> {
        let Prepared {
            id,
            ticket,
            mut read,
            wrap,
            blob,
            ..
        } = prepared;
        let now = self.now().await?;
        if read.value.has_claimed() && read.value.stream_allowance() < range.end - range.start {
            return Err(CollectError::BudgetSpent);
        }
        failpoint!("deliver.prepared");
        let blob = check_first_chunk(blob, range.start).await?;
        let hour = read.value.facts.last_hour;
        let claim = async {
            match read.value.state {
                State::Delivering(_) => Ok(true),
                _ => self.inner.blobs.claim(hour, id, ticket).await,
            }
        };
        // Should this process die between the claim and the record, the sweep finds the claim soon.
        let look_at = now.plus(UNRECORDED_CLAIM);
        let (noted, claimed) = tokio::join!(self.hint(id, look_at), claim);
        if !claimed? {
            return Err(self.why_unclaimable(id, &ticket).await);
        }
        failpoint!("deliver.claimed");
        let slot = random_slot();
        let mut attempts = 0..ATTEMPTS;
        let delivering = loop {
            if attempts.next().is_none() {
                return Err(CollectError::Busy);
            }
            let now = self.now().await?;
            let times = self.times();
            let next = read
                .value
                .claim_won(ticket, wrap.clone(), now, times)
                .and_then(|claimed| claimed.open_stream(&ticket, slot, now, times));
            if next == Err(Refusal::TooManyStreams) {
                read = self.stream_turn(id, &ticket, read).await?;
                continue;
            }
            let next = next.map_err(|refusal| refused(refusal, &read.value, now))?;
            let next = Next::Share(next);
            let swap = self.inner.store.swap_even_when_full(id, Some(&read), next);
            match swap.await? {
                Swapped::Done(Some(stored)) => {
                    self.count_pick_up(&read.value);
                    break stored;
                }
                Swapped::Done(None) | Swapped::Conflict { .. } => {
                    read = self.read_claimed(id, &ticket).await?;
                }
            }
        };
        failpoint!("deliver.swapped");
        // A revocation on the other side of a failover removes the blob and knows nothing of this record.
        if !noted || delivering.value.look_at() < look_at {
            self.hint_living(id, delivering.value.look_at()).await;
        }
        let look = match self.inner.blobs.is_claimed_by(hour, id, ticket).await {
            Ok(look) => look,
            Err(error) => {
                // Nothing will be sent: the slot is given back at once. Not an empty share's, whose closed stream would
                // count as its delivery.
                if !range.is_empty() {
                    Keeper::start(self, id, ticket, wrap, slot, delivering, range.start).close();
                }
                return Err(error.into());
            }
        };
        if !look {
            return Err(CollectError::NotYours);
        }
        failpoint!("deliver.looked");
        // The wrap under the link is gone from the record; the append-only file still has it.
        self.inner
            .ended_since_rewrite
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let allowed = delivering.value.stream_allowance();
        let keeper = Keeper::start(self, id, ticket, wrap, slot, delivering, range.start);
        Ok(DeliveryStream::new(self, blob, range, allowed, keeper))
    }

    /// The record, only for a ticket it names; a fate that names it tells how it ended.
    pub(super) async fn read_with_ticket(
        &self,
        id: ShareId,
        ticket: &Sha256,
    ) -> Result<Stored<Share>, CollectError> {
        let found = self.inner.store.read(id).await?;
        match (found.share, found.fate) {
            (Some(share), _) if ticket_wrap(&share.value, ticket).is_some() => Ok(share),
            (None, Some(fate)) if fate.ticket == Some(*ticket) => Err(CollectError::Gone {
                state: fate.without_record(),
                at: fate.told_at(),
            }),
            _ => Err(CollectError::NotYours),
        }
    }

    /// A claim whose record was never written, because its server died in between, is recorded for its ticket: everybody is
    /// told the same then, and the delivery's own lease ends it. True: it was.
    pub(super) async fn record_lost_claim(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let State::Reserved { hold, .. } = &read.value.state else {
            return Ok(false);
        };
        let hour = read.value.facts.last_hour;
        if !self
            .inner
            .blobs
            .is_claimed_by(hour, id, hold.ticket)
            .await?
        {
            return Ok(false);
        }
        let wrap = hold.ticket_wrap.clone();
        let Ok(next) = read.value.claim_won(hold.ticket, wrap, now, self.times()) else {
            return Ok(false);
        };
        let look_at = next.look_at();
        let store = &self.inner.store;
        let swap = store.swap_even_when_full(id, Some(read), Next::Share(next));
        // Who wrote in between has noted its own moment.
        if let Swapped::Done(_) = swap.await? {
            self.count_pick_up(&read.value);
            self.hint_living(id, look_at).await;
        }
        Ok(true)
    }

    /// To be called by whoever wrote that `before` is being delivered; a second stream of it is no second pick-up.
    pub(super) fn count_pick_up(&self, before: &Share) {
        if !before.has_claimed() {
            self.tally().add(Counted::PickedUp, 1);
        }
    }

    /// After the claim: the record, whoever it names, or the end that was written meanwhile. A blob whose share has ended
    /// is removed by its remover; this only helps along.
    pub(super) async fn read_claimed(
        &self,
        id: ShareId,
        ticket: &Sha256,
    ) -> Result<Stored<Share>, CollectError> {
        let found = self.inner.store.read(id).await?;
        match (found.share, found.fate) {
            (Some(share), _) => Ok(share),
            (None, Some(fate)) => {
                if fate.phase.has_ended() {
                    self.inner
                        .blobs
                        .remove(fate.last_hour, id, Some(*ticket))
                        .await?;
                }
                Err(CollectError::Gone {
                    state: fate.without_record(),
                    at: fate.told_at(),
                })
            }
            (None, None) => Err(CollectError::NotYours),
        }
    }

    /// The blob is gone or somebody else's.
    async fn why_unclaimable(&self, id: ShareId, ticket: &Sha256) -> CollectError {
        match self.read_with_ticket(id, ticket).await {
            Ok(_) => CollectError::NotYours,
            Err(error) => error,
        }
    }
}

async fn check_first_chunk(blob: OpenedBlob, from: u64) -> Result<OpenedBlob, CollectError> {
    let index = blob.layout.chunk_at(from);
    if index == blob.layout.last_index() {
        return Ok(blob);
    }
    tokio::task::spawn_blocking(move || blob.open_chunk(index).map(|_| blob))
        .await
        .map_err(|e| {
            CollectError::Storage(StorageError::Unavailable {
                operation: "open a chunk",
                source: Box::new(e),
            })
        })?
}

fn random_slot() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the operating system's generator works");
    u64::from_le_bytes(bytes)
}
