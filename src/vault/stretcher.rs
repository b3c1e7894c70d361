use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use crate::crypto::{KdfMemory, KdfParams, Passphrase, Stretched, stretch};

const QUEUE: usize = 32;

/// Stretches passphrases, as many at once as there are processors, with memory that is used again: a storm of guesses
/// costs bounded memory, and what does not fit into a short queue is told so.
pub(super) struct Stretcher {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    memory: Arc<Mutex<Vec<KdfMemory>>>,
}

/// Why nothing was derived.
#[derive(Debug)]
pub(super) struct StretcherBusy;

impl Stretcher {
    pub(super) fn new() -> Self {
        let permits = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: AtomicUsize::new(0),
            memory: Arc::default(),
        }
    }

    /// Runs Argon2id on a blocking thread.
    pub(super) async fn stretch(
        &self,
        passphrase: Passphrase,
        salt: [u8; 16],
        params: KdfParams,
    ) -> Result<Stretched, StretcherBusy> {
        let place = Place::take(&self.waiting)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        drop(place);
        metrics::counter!("onetimeshare_derivations_total").increment(1);
        let memory = Arc::clone(&self.memory);
        tokio::task::spawn_blocking(move || {
            // The permit goes with the work: a client that goes away must not make room for another derivation.
            let _permit = permit;
            let mut own = pool(&memory).pop().unwrap_or_default();
            let stretched = stretch(&passphrase, &salt, params, &mut own);
            pool(&memory).push(own);
            stretched.map_err(|_| StretcherBusy)
        })
        .await
        .map_err(|_| StretcherBusy)?
    }
}

fn pool(memory: &Mutex<Vec<KdfMemory>>) -> std::sync::MutexGuard<'_, Vec<KdfMemory>> {
    memory.lock().expect("no holder of the memory pool panics")
}

/// A place in the queue, given back however the wait ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, StretcherBusy> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(StretcherBusy);
        }
        metrics::gauge!("onetimeshare_derivations_waiting").increment(1.0);
        Ok(Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("onetimeshare_derivations_waiting").decrement(1.0);
    }
}
