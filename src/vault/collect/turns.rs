use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use crate::crypto::{LinkKey, Passphrase};
use crate::share::ShareId;
use crate::vault::{CollectError, Vault};

/// Of those who guess at one share one goes at a time, in the order in which they came: the next one sees what came of it
/// before its own guess is counted. So a server that dies leaves one guess counted that may have been right, not five, and
/// nobody is told that a share is locked because somebody's right guess is still being derived here.
#[derive(Clone, Default)]
pub(in crate::vault) struct Turns(Arc<Mutex<HashMap<ShareId, Arc<Queue<()>>>>>);

/// It is one's turn until this is dropped.
pub(super) struct Turn {
    // Let go of before the place is left: what nobody stands in is forgotten.
    _ahead: OwnedMutexGuard<()>,
    _place: Place,
}

/// A place among those who wait for one share or have their turn, left however the wait ends.
struct Place {
    turns: Turns,
    id: ShareId,
    queue: Arc<Queue<()>>,
}

impl Turns {
    /// Waits until it is one's turn. Dropping the wait leaves the queue.
    pub(super) async fn wait(&self, id: ShareId) -> Turn {
        let place = Place {
            turns: self.clone(),
            id,
            queue: Arc::clone(self.queues().entry(id).or_default()),
        };
        let ahead = Arc::clone(&place.queue).lock_owned().await;
        Turn {
            _ahead: ahead,
            _place: place,
        }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<ShareId, Arc<Queue<()>>>> {
        self.0.lock().expect("no holder of the queues panics")
    }
}

impl Vault {
    /// Waits for one's turn where there is something to guess. Only the holder of the link stands in anybody's way.
    pub(super) async fn turn_to_guess(
        &self,
        id: ShareId,
        link: &LinkKey,
        passphrase: Option<&Passphrase>,
    ) -> Result<Option<Turn>, CollectError> {
        if passphrase.is_none() {
            return Ok(None);
        }
        let share = self.read_with_proof(id, link).await?.value;
        Ok(match share.facts.passphrase {
            Some(_) => Some(self.inner.turns.wait(id).await),
            None => None,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        // The map's and this one. A place is only taken while the map is held.
        if Arc::strong_count(&self.queue) == 2 {
            queues.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_has_its_turn_and_other_shares_do_not_wait() {
        let (turns, id) = (Turns::default(), ShareId::random());
        let first = turns.wait(id).await;
        assert!(turns.wait(ShareId::random()).now_or_never().is_some());
        let mut second = Box::pin(turns.wait(id));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert!(second.now_or_never().is_some());
    }

    #[tokio::test]
    async fn who_goes_away_holds_nobody_up_and_nothing_is_kept_of_it() {
        let (turns, id) = (Turns::default(), ShareId::random());
        let first = turns.wait(id).await;
        let mut gone = Box::pin(turns.wait(id));
        assert!((&mut gone).now_or_never().is_none());
        let mut third = Box::pin(turns.wait(id));
        assert!((&mut third).now_or_never().is_none());
        drop(gone);
        drop(first);
        let third = third.now_or_never().expect("it is its turn");
        assert_eq!(turns.queues().len(), 1);
        drop(third);
        assert_eq!(turns.queues().len(), 0);
    }
}
