//! STREAM as in the age format: 64 KiB chunks of ChaCha20-Poly1305 (RFC 8439), no IO.

use std::fmt;

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Nonce, aead::inout::InOutBuf};
use zeroize::{Zeroize, Zeroizing};

use super::error::FormatError;

/// Content bytes per chunk; only the final chunk may hold fewer.
pub const CHUNK: usize = 65536;
/// Bytes of the tag behind each chunk.
pub const TAG: usize = 16;

/// Content up to here never needs a whole chunk's buffer, which costs more to wipe than all the rest of a small share.
const SMALL: usize = 4096;

/// Whether a chunk is the final one. It goes into the nonce, so that a cut cannot look like an end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Inner,
    Final,
}

/// 11 bytes of big-endian counter and one byte that is 1 for the final chunk.
fn nonce(index: u64, place: Place) -> Nonce {
    let counter_and_flag = u128::from(index) << 8 | u128::from(place == Place::Final);
    let [_, _, _, _, nonce @ ..] = counter_and_flag.to_be_bytes();
    nonce.into()
}

/// Turns content into sealed chunks. Drop it without [`Sealer::finish`] and what it wrote opens nowhere as a whole.
pub struct Sealer {
    cipher: ChaCha20Poly1305,
    next: u64,
    /// Wiped where it is outgrown: a buffer that grows by itself would leave plaintext behind.
    pending: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// A sealer for a payload key that has never sealed anything. [`super::seal_header`] makes such a key and calls this.
    pub fn from_payload_key(key: &[u8; 32]) -> Self {
        Self {
            cipher: ChaCha20Poly1305::new(key.into()),
            next: 0,
            pending: Zeroizing::new(Vec::with_capacity(SMALL)),
        }
    }

    /// Takes the next piece of the content, of any length, and appends the chunks it completes to `out`.
    ///
    /// `out` receives sealed bytes only. The last up to 65536 bytes are held back, because whether they are the end is
    /// not known yet. Pieces of several chunks are sealed without being copied first.
    pub fn push(&mut self, data: &[u8], out: &mut Vec<u8>) {
        let (completing, mut rest) = data.split_at(data.len().min(CHUNK - self.pending.len()));
        self.hold_back(completing);
        if rest.is_empty() {
            return;
        }
        out.reserve((1 + rest.len() / CHUNK) * (CHUNK + TAG));
        self.seal_pending(Place::Inner, out);
        while let Some((chunk, after)) = rest.split_at_checked(CHUNK)
            && !after.is_empty()
        {
            let nonce = self.next_nonce(Place::Inner);
            seal(&self.cipher, &nonce, chunk, out);
            rest = after;
        }
        self.hold_back(rest);
    }

    fn hold_back(&mut self, data: &[u8]) {
        if self.pending.len() + data.len() > self.pending.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(CHUNK));
            larger.extend_from_slice(&self.pending);
            self.pending = larger;
        }
        self.pending.extend_from_slice(data);
    }

    /// Appends the final chunk to `out`.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.seal_pending(Place::Final, out);
    }

    fn seal_pending(&mut self, place: Place, out: &mut Vec<u8>) {
        let nonce = self.next_nonce(place);
        seal(&self.cipher, &nonce, &self.pending, out);
        self.pending.clear();
    }

    fn next_nonce(&mut self, place: Place) -> Nonce {
        let nonce = nonce(self.next, place);
        self.next = self.next.checked_add(1).expect("nobody seals 2^64 chunks");
        nonce
    }
}

/// Seals from `chunk` straight into new room at the end of `out`.
fn seal(cipher: &ChaCha20Poly1305, nonce: &Nonce, chunk: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + chunk.len() + TAG, 0);
    let room = out
        .get_mut(start..)
        .expect("the buffer was just made longer");
    let (sealed, tag_room) = room.split_at_mut(chunk.len());
    let chunk = InOutBuf::new(chunk, sealed).expect("both were cut to one length");
    let tag = cipher
        .encrypt_inout_detached(nonce, &[], chunk)
        .expect("a chunk is far below the cipher's limit");
    tag_room.copy_from_slice(&tag);
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// Opens sealed chunks in any order. One opener serves any number of threads.
#[derive(Clone)]
pub struct Opener {
    cipher: ChaCha20Poly1305,
}

impl Opener {
    /// An opener for a payload key. [`super::open_header`] derives the key and calls this.
    pub fn from_payload_key(key: &[u8; 32]) -> Self {
        Self {
            cipher: ChaCha20Poly1305::new(key.into()),
        }
    }

    /// Opens one chunk, content and tag, in place and returns the length of the content at the start of `buf`.
    ///
    /// `last` says whether it must be the final chunk: take it from [`super::Layout::last_index`], never from the chunk.
    /// After an error `buf` holds zeros.
    pub fn open_chunk(&self, index: u64, last: bool, buf: &mut [u8]) -> Result<usize, FormatError> {
        let place = if last { Place::Final } else { Place::Inner };
        let opened = self.open(index, place, buf);
        if opened.is_err() {
            buf.zeroize();
        }
        opened
    }

    fn open(&self, index: u64, place: Place, buf: &mut [u8]) -> Result<usize, FormatError> {
        let tampered = FormatError::Tampered { chunk: index };
        let (sealed, tag) = buf
            .split_last_chunk_mut::<TAG>()
            .ok_or(FormatError::Truncated)?;
        let length = sealed.len();
        let allowed = match place {
            Place::Inner => length == CHUNK,
            Place::Final => length <= CHUNK && (length > 0 || index == 0),
        };
        if !allowed {
            return Err(tampered);
        }
        if self.opens(index, place, sealed, tag) {
            return Ok(length);
        }
        // Sealed for this index, but with the other flag: then the file was cut or prolonged at the edge of a chunk.
        Err(match place {
            Place::Inner if self.opens(index, Place::Final, sealed, tag) => {
                FormatError::TrailingData
            }
            Place::Final if length == CHUNK && self.opens(index, Place::Inner, sealed, tag) => {
                FormatError::Truncated
            }
            Place::Inner | Place::Final => tampered,
        })
    }

    /// Leaves `sealed` as it is unless the tag is right.
    fn opens(&self, index: u64, place: Place, sealed: &mut [u8], tag: &[u8; TAG]) -> bool {
        self.cipher
            .decrypt_inout_detached(&nonce(index, place), &[], sealed.into(), tag.into())
            .is_ok()
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener(redacted)")
    }
}

/// The ChaCha20 implementation that runs here: `avx512`, `avx2`, `sse2` or `portable`.
///
/// `avx512` needs `--cfg chacha20_avx512` at build time, which an environment variable `RUSTFLAGS` silently removes.
pub fn cipher_back_end() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        use std::is_x86_feature_detected as has;
        if cfg!(chacha20_avx512) && has!("avx512f") && has!("avx512vl") {
            return "avx512";
        }
        if has!("avx2") { "avx2" } else { "sse2" }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        "portable"
    }
}
