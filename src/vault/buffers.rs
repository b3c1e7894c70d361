//! The memory that a delivery's pieces lie in.

use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use zeroize::{Zeroize as _, Zeroizing};

/// Buffers of one stream: large allocations are slow when they are made anew for every batch.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    pub(super) fn take(&self, len: usize) -> Vec<u8> {
        let free = self.free().pop();
        // One that is too small is not worth copying.
        let mut buffer = free
            .filter(|free| free.capacity() >= len)
            .unwrap_or_else(|| Vec::with_capacity(len));
        buffer.resize(len, 0);
        buffer
    }

    /// The buffer comes back when the last piece of it is gone.
    pub(super) fn lend(self: &Arc<Self>, buffer: Vec<u8>) -> Bytes {
        Bytes::from_owner(Recycled {
            buffer,
            pool: Arc::clone(self),
        })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().expect("no holder of the pool panics")
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for buffer in self.free().iter_mut() {
            buffer.zeroize();
        }
    }
}

/// The content of a blob of one chunk, as pieces of it are handed out.
pub(super) fn whole(content: &Arc<Zeroizing<Vec<u8>>>) -> Bytes {
    Bytes::from_owner(Whole(Arc::clone(content)))
}

struct Whole(Arc<Zeroizing<Vec<u8>>>);

impl AsRef<[u8]> for Whole {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A buffer that goes back to its pool when the last piece of it is sent.
struct Recycled {
    buffer: Vec<u8>,
    pool: Arc<Pool>,
}

impl AsRef<[u8]> for Recycled {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Recycled {
    fn drop(&mut self) {
        self.pool.free().push(std::mem::take(&mut self.buffer));
    }
}
