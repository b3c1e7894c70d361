//! Where the chunks of a sealed file lie. Arithmetic only.

use super::{
    error::FormatError,
    header::HEADER_LEN,
    stream::{CHUNK, TAG},
};

const HEADER: u64 = HEADER_LEN as u64;
const PLAIN: u64 = CHUNK as u64;
const TAGS: u64 = TAG as u64;
const SEALED: u64 = PLAIN + TAGS;
/// The longest sealed file: what a signed file offset can reach.
const MAX_SEALED: u64 = i64::MAX.unsigned_abs();

/// The shape of the sealed file of a content of known size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    size: u64,
}

impl Layout {
    /// The layout of a content of `size` bytes, or [`FormatError::TooLarge`] if the sealed file would exceed 2^63 - 1 bytes.
    pub fn new(size: u64) -> Result<Self, FormatError> {
        let layout = Self { size };
        let sealed = layout
            .chunks()
            .checked_mul(TAGS)
            .and_then(|tags| tags.checked_add(size))
            .and_then(|body| body.checked_add(HEADER))
            .ok_or(FormatError::TooLarge)?;
        if sealed > MAX_SEALED {
            return Err(FormatError::TooLarge);
        }
        Ok(layout)
    }

    /// The layout of a sealed file of `sealed_len` bytes, header included.
    ///
    /// A length that no sealed file has is [`FormatError::Truncated`]. Any other may still be a lie: only a last chunk
    /// that opens as the last one proves it.
    pub fn from_sealed_len(sealed_len: u64) -> Result<Self, FormatError> {
        if sealed_len > MAX_SEALED {
            return Err(FormatError::TooLarge);
        }
        let body = sealed_len
            .checked_sub(HEADER)
            .ok_or(FormatError::Truncated)?;
        let chunks = body.div_ceil(SEALED);
        let size = chunks
            .checked_mul(TAGS)
            .and_then(|tags| body.checked_sub(tags))
            .ok_or(FormatError::Truncated)?;
        let layout = Self { size };
        // A final chunk shorter than its tag, or empty behind others, or none at all.
        if layout.chunks() != chunks {
            return Err(FormatError::Truncated);
        }
        Ok(layout)
    }

    /// Size of the content in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Length of the sealed file in bytes, header included.
    pub fn sealed_len(&self) -> u64 {
        HEADER + self.size + self.chunks() * TAGS
    }

    /// Number of chunks; an empty content has one.
    pub fn chunks(&self) -> u64 {
        self.size.div_ceil(PLAIN).max(1)
    }

    /// Index of the final chunk.
    pub fn last_index(&self) -> u64 {
        self.chunks() - 1
    }

    /// Index of the chunk that holds the content's byte `offset`; for an offset behind the end the final chunk.
    pub fn chunk_at(&self, offset: u64) -> u64 {
        (offset / PLAIN).min(self.last_index())
    }

    /// Where chunk `index` begins in the sealed file, and its length there, tag included.
    ///
    /// Behind the final chunk: an empty span at the end of the file, which no [`super::Opener`] accepts.
    pub fn chunk_span(&self, index: u64) -> (u64, usize) {
        if index > self.last_index() {
            return (self.sealed_len(), 0);
        }
        let before = index * PLAIN;
        let content = usize::try_from(self.size - before).map_or(CHUNK, |left| left.min(CHUNK));
        (HEADER + index * SEALED, content + TAG)
    }
}
