//! Passphrases, and Argon2id (RFC 9106) that makes guessing them costly.

use std::{error::Error, fmt};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The shortest passphrase, in bytes of UTF-8 after NFKC.
pub const MIN_PASSPHRASE: usize = 8;
/// The longest passphrase, in bytes of UTF-8 after NFKC. A longer one is refused, never cut.
pub const MAX_PASSPHRASE: usize = 1024;
/// The most memory a derivation may ask for: 4 GiB. A damaged record must not make the process ask for more.
pub const MAX_KDF_MEMORY_KIB: u32 = 4 * 1024 * 1024;

/// What protects a share on top of its link, in Unicode's NFKC form.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Normalises to NFKC, so that the same words typed on two systems agree, then checks the length.
    pub fn parse(text: &str) -> Result<Self, PassphraseError> {
        // Reserved at once: a string that grows leaves copies of its beginning behind.
        let mut normal = Zeroizing::new(String::with_capacity(MAX_PASSPHRASE));
        for character in text.nfkc() {
            if normal.len() + character.len_utf8() > MAX_PASSPHRASE {
                return Err(PassphraseError::TooLong);
            }
            normal.push(character);
        }
        if normal.len() < MIN_PASSPHRASE {
            return Err(PassphraseError::TooShort);
        }
        Ok(Self(normal))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

/// Why a text cannot be a passphrase. Lengths count bytes of UTF-8 after NFKC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassphraseError {
    /// Less than 8 bytes.
    TooShort,
    /// More than 1024 bytes.
    TooLong,
}

impl fmt::Display for PassphraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "a passphrase has at least {MIN_PASSPHRASE} bytes"),
            Self::TooLong => write!(f, "a passphrase has at most {MAX_PASSPHRASE} bytes"),
        }
    }
}

impl Error for PassphraseError {}

/// The cost of one derivation. Kept in each share's record, so that a new default leaves old shares readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfParams {
    /// Memory in KiB, 8 per lane to 4194304.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes, at least 1. They are filled one after the other.
    pub lanes: u32,
}

impl Default for KdfParams {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

/// Why a passphrase could not be stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KdfError {
    /// The parameters are outside RFC 9106 or [`MAX_KDF_MEMORY_KIB`].
    BadParams,
    /// The memory could not be had.
    OutOfMemory,
}

impl fmt::Display for KdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadParams => f.write_str("the parameters of Argon2id are out of range"),
            Self::OutOfMemory => f.write_str("there is no memory left for Argon2id"),
        }
    }
}

impl Error for KdfError {}

/// Working memory for [`stretch`], to be used again and again. Grows on demand, is wiped after each use.
#[derive(Default)]
pub struct KdfMemory(Vec<Block>);

impl KdfMemory {
    /// No memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn blocks(&mut self, count: usize) -> Result<&mut [Block], KdfError> {
        let missing = count.saturating_sub(self.0.len());
        self.0
            .try_reserve_exact(missing)
            .map_err(|_| KdfError::OutOfMemory)?;
        if missing > 0 {
            self.0.resize(count, Block::new());
        }
        self.0.get_mut(..count).ok_or(KdfError::OutOfMemory)
    }
}

impl fmt::Debug for KdfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KdfMemory({} KiB)", self.0.len())
    }
}

/// A stretched passphrase: 32 bytes of Argon2id.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Stretched(pub(super) [u8; 32]);

impl fmt::Debug for Stretched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stretched(redacted)")
    }
}

/// `Argon2id(passphrase, salt)`, version 1.3. Takes about 150 ms of one core with the default parameters: keep it off the event loop.
pub fn stretch(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    params: KdfParams,
    memory: &mut KdfMemory,
) -> Result<Stretched, KdfError> {
    if params.memory_kib > MAX_KDF_MEMORY_KIB {
        return Err(KdfError::BadParams);
    }
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .map_err(|_| KdfError::BadParams)?;
    let mut stretched = Stretched([0; 32]);
    let blocks = memory.blocks(params.block_count())?;
    let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            passphrase.0.as_bytes(),
            salt,
            &mut stretched.0,
            &mut *blocks,
        );
    blocks.iter_mut().zeroize();
    result.map_err(|_| KdfError::BadParams)?;
    Ok(stretched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_working_memory_is_wiped_after_each_use() {
        let mut memory = KdfMemory::new();
        let passphrase = Passphrase::parse("a passphrase").unwrap();
        let params = KdfParams {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        stretch(&passphrase, &[1; 16], params, &mut memory).unwrap();
        assert_eq!(memory.0.len(), 64);
        assert!(
            memory
                .0
                .iter()
                .all(|block| block.as_ref().iter().all(|word| *word == 0))
        );
    }
}
