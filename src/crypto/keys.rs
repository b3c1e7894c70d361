//! The secrets of a share, and what may be stored of them.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::primitives::{derive, random};

pub use super::{
    passphrase::Stretched,
    wrap::{WrapContext, WrapKey, WrappedFileKey, WrongKey},
};

const PROOF: &[u8] = b"onetimeshare.v1/proof";

/// The SHA-256 of a secret: what the server stores to recognise it. Compared in constant time.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The SHA-256 of a secret. What is stored of it is the digest of random bytes only, which need neither salt nor
    /// stretching; passwords of the configuration are compared by it and never stored.
    pub fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Takes a digest back from storage.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the digest.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        use fmt::Write;
        self.0
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
                hex
            })
    }

    /// Reads exactly what [`Digest::to_hex`] writes: 64 lower-case digits and nothing else.
    pub fn from_hex(hex: &str) -> Option<Self> {
        fn digit(byte: u8) -> Option<u8> {
            match byte {
                b'0'..=b'9' => Some(byte - b'0'),
                b'a'..=b'f' => Some(byte - b'a' + 10),
                _ => None,
            }
        }
        let digits: &[u8; 64] = hex.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
            let [high, low] = *pair;
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Some(Self(bytes))
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, ZeroizeOnDrop)]
        pub struct $name(pub(super) [u8; 32]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

macro_rules! random {
    ($name:ident) => {
        impl $name {
            /// 32 fresh bytes from the operating system's generator.
            pub fn random() -> Self {
                Self(random())
            }
        }
    };
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        secret!($(#[$doc])* $name);
        random!($name);

        impl $name {
            /// Reads exactly what `encode` writes: 43 base64url characters without padding, unused bits zero.
            pub fn parse(text: &str) -> Option<Self> {
                parse(text).map(Self)
            }

            /// 43 base64url characters (RFC 4648, section 5, without padding).
            pub fn encode(&self) -> Zeroizing<String> {
                Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0))
            }

            /// The SHA-256 of the 32 bytes.
            pub fn digest(&self) -> Digest {
                Digest::of(&self.0)
            }
        }
    };
}

token!(
    /// The key in the link's fragment: who has it may collect the share.
    LinkKey
);
token!(
    /// The sender's key to status, revocation and unlocking. Opens no content.
    OwnerKey
);
token!(
    /// The collector's own secret: what it reserved, only it can download.
    Ticket
);
secret!(
    /// What a request shows to be taken for a holder of the link, before anything costly or counted happens.
    Proof
);
secret!(
    /// The key of one share's content.
    FileKey
);
random!(FileKey);
secret!(
    /// The secret beside one hour's blobs: part of every wrap of that hour, destroyed with it.
    Pepper
);
random!(Pepper);

fn parse(text: &str) -> Option<[u8; 32]> {
    // The decoder asks for room for whole groups. It refuses padding and unused bits, so 32 bytes have one spelling only.
    let mut decoded = Zeroizing::new([0; 33]);
    let length = URL_SAFE_NO_PAD
        .decode_slice(text, decoded.as_mut_slice())
        .ok()?;
    decoded.get(..length)?.try_into().ok()
}

impl LinkKey {
    /// The proof for the share `id`. It opens nothing and does not lead back to the key.
    pub fn proof(&self, id: &[u8; 16]) -> Proof {
        Proof(*derive(id, &[&self.0], PROOF))
    }
}

impl Proof {
    /// The SHA-256 of the proof.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl FileKey {
    /// A given key, for test vectors. Production code draws it with `random`.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for FileKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for FileKey {}

impl Pepper {
    /// Takes a pepper back from its file.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for its file.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
