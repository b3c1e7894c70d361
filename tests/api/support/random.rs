//! Randomness: unguessable tickets, and dice that a printed seed throws again.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Fresh random bytes from the operating system.
fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

/// A fresh ticket, as the recipient's page draws it: 32 random bytes, 43 base64url characters.
pub(crate) fn ticket() -> String {
    URL_SAFE_NO_PAD.encode(fresh::<32>())
}

/// A fresh word of 12 letters and digits, to tell one test's traces from another's.
pub(crate) fn token() -> String {
    fresh::<12>()
        .iter()
        .map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(byte % 32)]))
        .collect()
}

/// Bytes no compressor shortens and no two tests share.
pub(crate) fn content(length: usize) -> Vec<u8> {
    Dice::from_seed(u64::from_le_bytes(fresh())).bytes(length)
}

/// A small generator (`SplitMix64`) whose throws follow from its seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice from `OTS_TEST_SEED`, or fresh ones; `name` and the seed are printed so that a failure can be thrown again.
    pub(crate) fn announced(name: &str) -> Self {
        let given = super::process::variable("OTS_TEST_SEED");
        let seed = match given.as_str() {
            "" => u64::from_le_bytes(fresh()),
            number => number.parse().expect("OTS_TEST_SEED is a decimal number"),
        };
        super::say(&format!("{name}: OTS_TEST_SEED={seed}"));
        Self(seed)
    }

    /// The dice of exactly this seed.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// `length` bytes.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}
