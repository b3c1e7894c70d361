//! What the operator sees: the list of shares, and figures that cost the same however many shares there are.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::error_chain::error_chain;
use crate::share::{Share, ShareId, Timestamp, Visible};
use crate::storage::{AgendaCursor, Census, Found, StorageError};

use super::{Counted, HourCounts, Vault};

/// Records read in one command.
const PAGE: u32 = 500;
/// So many shares are looked at for one answer, whatever is asked for.
const LOOKS: u32 = 2_000;
/// A census makes way: it reads less at once and rests in between.
const CENSUS_PAGE: u32 = 250;
const CENSUS_REST: Duration = Duration::from_millis(20);
/// An operator who looks again after so long is given a newer census.
const CENSUS_STALE: Duration = Duration::from_mins(1);

/// One line of the operator's list: never a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLine {
    /// The share.
    pub id: ShareId,
    /// Its state.
    pub state: Visible,
    /// Content bytes.
    pub size: u64,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When it ends unopened.
    pub expires_at: Timestamp,
}

/// A page of the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePage {
    /// The lines; with a rare state there may be none although there is a next page.
    pub shares: Vec<ShareLine>,
    /// Where the next page begins, if there may be one.
    pub next: Option<AgendaCursor>,
}

/// The operator's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// When they were asked for, by Redis's clock.
    pub at: Timestamp,
    /// Shares by state; every state is there. Empty while the first census of many shares is under way.
    pub shares: BTreeMap<Visible, u64>,
    /// When `shares` were counted; `None`: just now, or not yet.
    pub counted_at: Option<Timestamp>,
    /// Lines of the operator's list at this moment.
    pub listed: u64,
    /// Content bytes held.
    pub bytes: u64,
    /// Transfers running in this process.
    pub transfers: u64,
    /// Bytes free on the blobs' file system.
    pub free_bytes: u64,
    /// Uploads are refused when fewer are free.
    pub floor_bytes: u64,
    /// Bytes of that file system in all.
    pub disk_bytes: u64,
    /// When this process last swept.
    pub last_sweep_at: Option<Timestamp>,
    /// What happened in the last 24 hours, the present one last.
    pub last_24h: Vec<HourCounts>,
}

impl Stats {
    /// Requests answered 5xx in the last 24 hours.
    pub fn errors(&self) -> u64 {
        let errors = self.last_24h.iter().map(|hour| hour.get(Counted::Errors));
        errors.sum()
    }
}

impl Vault {
    /// A page of shares, in the order of the agenda; with `state`, only those in it. It looks at a bounded number of shares
    /// and then returns what it has.
    ///
    /// # Errors
    /// [`StorageError`] when Redis does not answer.
    pub async fn list(
        &self,
        state: Option<Visible>,
        after: Option<AgendaCursor>,
        limit: u32,
    ) -> Result<SharePage, StorageError> {
        let now = self.now().await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut looks = LOOKS;
        let mut shares = Vec::new();
        let mut next = after;
        loop {
            let missing = u32::try_from(wanted - shares.len()).unwrap_or(PAGE);
            let most = if state.is_some() { PAGE } else { missing };
            let page = self.redis().agenda_page(next, most.min(PAGE)).await?;
            let ids: Vec<ShareId> = page.shares.iter().map(|(id, _)| *id).collect();
            let found = self.inner.store.read_many(&ids).await?;
            looks = looks.saturating_sub(PAGE);
            next = page.next;
            let mut looked_at = None;
            for ((id, behind), found) in page.shares.iter().zip(found) {
                if shares.len() == wanted {
                    next = looked_at;
                    break;
                }
                looked_at = Some(*behind);
                let line = line(*id, &found, now);
                shares.extend(line.filter(|line| state.is_none_or(|state| line.state == state)));
            }
            if shares.len() == wanted || looks == 0 || next.is_none() {
                return Ok(SharePage { shares, next });
            }
        }
    }

    /// The operator's numbers. Few shares are counted there and then; of many, the last census tells.
    ///
    /// # Errors
    /// [`StorageError`] when Redis or the file system does not answer.
    pub async fn stats(&self) -> Result<Stats, StorageError> {
        self.hand_over_tally().await;
        let (at, listed, bytes, space, last_24h) = tokio::try_join!(
            self.now(),
            self.redis().agenda_len(),
            self.redis().bytes_held(),
            self.inner.blobs.space(),
            self.last_hours(),
        )?;
        let (shares, counted_at) = if listed <= u64::from(LOOKS) {
            (self.count_shares(PAGE, Duration::ZERO).await?, None)
        } else {
            match self.census_or_begin().await? {
                Some(census) => (every_state(census.shares), Some(census.at)),
                None => (BTreeMap::new(), None),
            }
        };
        let last_sweep = self.inner.last_sweep.load(Ordering::Relaxed);
        Ok(Stats {
            at,
            shares,
            counted_at,
            listed,
            bytes,
            transfers: self.transfers(),
            free_bytes: space.free,
            floor_bytes: space.floor,
            disk_bytes: space.total,
            last_sweep_at: (last_sweep > 0).then(|| Timestamp::from_millis(last_sweep)),
            last_24h,
        })
    }

    /// The last census; nobody waits for the next one.
    async fn census_or_begin(&self) -> Result<Option<Census>, StorageError> {
        let last = self.redis().census().await?;
        let now = self.now().await?;
        if last
            .as_ref()
            .is_none_or(|last| now.since(last.at) >= CENSUS_STALE)
        {
            let vault = self.clone();
            self.inner.runtime.spawn(async move {
                if let Err(error) = vault.take_census(CENSUS_STALE).await {
                    tracing::debug!(error = error_chain(&error), "a census was given up");
                }
            });
        }
        Ok(last)
    }

    /// Counts all shares by state and keeps the result for every server, unless one was kept within the time that counts as
    /// `fresh`, or is being taken here.
    ///
    /// # Errors
    /// [`StorageError`] when Redis does not answer.
    pub async fn take_census(&self, fresh: Duration) -> Result<(), StorageError> {
        let Ok(_alone) = self.inner.census.try_lock() else {
            return Ok(());
        };
        let (last, now) = (self.redis().census().await?, self.now().await?);
        if last.is_some_and(|last| now.since(last.at) < fresh) {
            return Ok(());
        }
        let shares = self.count_shares(CENSUS_PAGE, CENSUS_REST).await?;
        let at = self.now().await?;
        self.redis().keep_census(&Census { at, shares }).await
    }

    /// Looks at every share on the agenda. One whose moment moves meanwhile may be counted twice or not at all.
    async fn count_shares(
        &self,
        page: u32,
        rest: Duration,
    ) -> Result<BTreeMap<Visible, u64>, StorageError> {
        let mut counts = every_state(BTreeMap::new());
        let mut next = None;
        loop {
            let now = self.now().await?;
            let page = self.redis().agenda_page(next, page).await?;
            let ids: Vec<ShareId> = page.shares.iter().map(|(id, _)| *id).collect();
            for (id, found) in ids.iter().zip(self.inner.store.read_many(&ids).await?) {
                if let Some(line) = line(*id, &found, now) {
                    *counts.entry(line.state).or_default() += 1;
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(counts);
            }
            if !rest.is_zero() {
                tokio::time::sleep(rest).await;
            }
        }
    }
}

fn every_state(counts: BTreeMap<Visible, u64>) -> BTreeMap<Visible, u64> {
    let none = Visible::ALL.into_iter().map(|state| (state, 0));
    none.chain(counts).collect()
}

fn line(id: ShareId, found: &Found, now: Timestamp) -> Option<ShareLine> {
    let share: Option<&Share> = found.share.as_ref().map(|stored| &stored.value);
    let fate = share.map(Share::fate).or_else(|| found.fate.clone())?;
    Some(ShareLine {
        id,
        state: share.map_or_else(|| fate.without_record(), |share| share.visible(now)),
        size: fate.size,
        created_at: fate.created_at,
        expires_at: fate.expires_at,
    })
}
