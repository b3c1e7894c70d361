//! The `FileKey` as Redis holds it: sealed under a key nobody stores.

use std::{error::Error, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, SeqAccess, Visitor},
};
use zeroize::Zeroizing;

use super::{
    keys::{FileKey, LinkKey, Pepper, Ticket},
    passphrase::Stretched,
    primitives::{Secret, derive, fill, open, random, seal},
};

/// Version of the wrap, the first byte of its associated data.
pub const WRAP_VERSION: u8 = 1;
/// Length of a wrapped `FileKey`: nonce, key, tag.
pub const WRAPPED_LEN: usize = 12 + 32 + 16;

const LINK: &[u8] = b"onetimeshare.v1/wrap";
const LINK_AND_PASSPHRASE: &[u8] = b"onetimeshare.v1/wrap+passphrase";
const TICKET: &[u8] = b"onetimeshare.v1/ticket";

/// What the wrap is bound to: it opens only beside exactly these facts of its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext {
    /// The `ShareId`.
    pub id: [u8; 16],
    /// Whether the share has a passphrase.
    pub passphrase: bool,
    /// Size of the content in bytes.
    pub size: u64,
    /// When the share was made, milliseconds since 1970.
    pub created_at_ms: u64,
    /// When the share expires, milliseconds since 1970.
    pub expires_at_ms: u64,
    /// The hour whose folder holds the blob, hours since 1970.
    pub last_hour: u32,
}

impl WrapContext {
    /// The associated data: version, then every field in order, fixed width, big-endian.
    pub fn to_aad(&self) -> [u8; 46] {
        let mut aad = [0; 46];
        fill(
            &mut aad,
            &[
                &[WRAP_VERSION],
                &self.id,
                &[u8::from(self.passphrase)],
                &self.size.to_be_bytes(),
                &self.created_at_ms.to_be_bytes(),
                &self.expires_at_ms.to_be_bytes(),
                &self.last_hour.to_be_bytes(),
            ],
        );
        aad
    }
}

/// The key that wraps a `FileKey`. Derived when needed, stored nowhere.
pub struct WrapKey(Secret);

impl WrapKey {
    /// The key for the holder of the link, and of the passphrase where the share has one.
    pub fn for_link(
        link: &LinkKey,
        pepper: &Pepper,
        id: &[u8; 16],
        passphrase: Option<&Stretched>,
    ) -> Self {
        Self(match passphrase {
            None => derive(id, &[&link.0, &pepper.0], LINK),
            Some(stretched) => derive(id, &[&link.0, &pepper.0, &stretched.0], LINK_AND_PASSPHRASE),
        })
    }

    /// The key for the holder of the ticket.
    pub fn for_ticket(ticket: &Ticket, pepper: &Pepper, id: &[u8; 16]) -> Self {
        Self(derive(id, &[&ticket.0, &pepper.0], TICKET))
    }

    /// Seals the `FileKey` under a fresh random nonce.
    pub fn wrap(&self, file_key: &FileKey, context: &WrapContext) -> WrappedFileKey {
        self.wrap_with_nonce(file_key, context, random())
    }

    /// [`WrapKey::wrap`] with a given nonce, for test vectors only: two wraps under one nonce protect nothing.
    pub fn wrap_with_nonce(
        &self,
        file_key: &FileKey,
        context: &WrapContext,
        nonce: [u8; 12],
    ) -> WrappedFileKey {
        let mut key = Zeroizing::new(file_key.0);
        let tag = seal(&self.0, nonce, &context.to_aad(), key.as_mut_slice());
        let mut wrapped = [0; WRAPPED_LEN];
        fill(&mut wrapped, &[&nonce, key.as_slice(), &tag]);
        WrappedFileKey(wrapped)
    }

    /// Opens what [`WrapKey::wrap`] made with this key and context.
    ///
    /// With a passphrase this is its only check: nothing else that depends on it is stored.
    pub fn unwrap(
        &self,
        wrapped: &WrappedFileKey,
        context: &WrapContext,
    ) -> Result<FileKey, WrongKey> {
        let (nonce, rest) = wrapped.0.split_first_chunk::<12>().ok_or(WrongKey)?;
        let (sealed, tag) = rest.split_first_chunk::<32>().ok_or(WrongKey)?;
        let tag: &[u8; 16] = tag.try_into().map_err(|_| WrongKey)?;
        let mut key = Zeroizing::new(*sealed);
        open(&self.0, *nonce, &context.to_aad(), key.as_mut_slice(), tag).ok_or(WrongKey)?;
        Ok(FileKey::from_bytes(*key))
    }
}

impl fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrapKey(redacted)")
    }
}

/// The wrap does not open: wrong link, ticket or passphrase, another hour's pepper, or an altered record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongKey;

impl fmt::Display for WrongKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file key does not unwrap with this key")
    }
}

impl Error for WrongKey {}

/// A `FileKey` sealed under a [`WrapKey`]: 12 bytes nonce, 32 bytes key, 16 bytes tag. Serialises as bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedFileKey([u8; WRAPPED_LEN]);

impl WrappedFileKey {
    /// Takes a wrap back from storage.
    pub fn from_bytes(bytes: [u8; WRAPPED_LEN]) -> Self {
        Self(bytes)
    }

    /// Nonce, sealed key and tag.
    pub fn as_bytes(&self) -> &[u8; WRAPPED_LEN] {
        &self.0
    }
}

impl fmt::Debug for WrappedFileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedFileKey(..)")
    }
}

impl Serialize for WrappedFileKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for WrappedFileKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(WrappedVisitor)
    }
}

struct WrappedVisitor;

impl<'de> Visitor<'de> for WrappedVisitor {
    type Value = WrappedFileKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{WRAPPED_LEN} bytes")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        let bytes = bytes
            .try_into()
            .map_err(|_| E::invalid_length(bytes.len(), &self))?;
        Ok(WrappedFileKey(bytes))
    }

    /// Formats without a type for bytes, such as JSON, write a list of numbers.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut bytes = [0; WRAPPED_LEN];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = list
                .next_element()?
                .ok_or_else(|| de::Error::invalid_length(index, &self))?;
        }
        match list.next_element::<u8>()? {
            None => Ok(WrappedFileKey(bytes)),
            Some(_) => Err(de::Error::invalid_length(WRAPPED_LEN + 1, &self)),
        }
    }
}
