//! How records are written: one version byte, eight random writer bytes, then the value in postcard's encoding.
//!
//! The writer bytes make every written record unlike every other. Finding one's own exact bytes stored therefore means
//! that one's own write, whose reply was lost, had succeeded.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: u8 = 1;
const HEAD: usize = 9;

/// Eight fresh random bytes for one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterMark(pub [u8; 8]);

/// A value together with the exact bytes it was read from or will be written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// The value.
    pub value: T,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
}

/// Why stored bytes are not a record of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodecError {
    /// Written by a release this one does not know.
    UnknownVersion(u8),
    /// Too short, or not an encoding of the value.
    Malformed,
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion(version) => write!(f, "record version {version} is not known"),
            Self::Malformed => f.write_str("the record is malformed"),
        }
    }
}

impl std::error::Error for CodecError {}

impl<T: Serialize + DeserializeOwned> Stored<T> {
    /// Encodes `value` for a write of its own.
    pub fn encode(value: T, mark: WriterMark) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.push(VERSION);
        bytes.extend_from_slice(&mark.0);
        let bytes = postcard::to_extend(&value, bytes)
            .expect("plain structs always encode into growing memory");
        Self { value, bytes }
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] when the bytes are of another version or not a record; trailing bytes are an error, too.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, CodecError> {
        let version = *bytes.first().ok_or(CodecError::Malformed)?;
        if version != VERSION {
            return Err(CodecError::UnknownVersion(version));
        }
        let body = bytes.get(HEAD..).ok_or(CodecError::Malformed)?;
        let (value, rest) = postcard::take_from_bytes(body).map_err(|_| CodecError::Malformed)?;
        if !rest.is_empty() {
            return Err(CodecError::Malformed);
        }
        Ok(Self { value, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_version_writer_mark_value() {
        let stored = Stored::encode(7_u8, WriterMark([1, 2, 3, 4, 5, 6, 7, 8]));
        assert_eq!(stored.bytes, [1, 1, 2, 3, 4, 5, 6, 7, 8, 7]);
        assert_eq!(Stored::decode(stored.bytes.clone()), Ok(stored));
    }

    #[test]
    fn the_operator_is_told_what_is_wrong_with_a_record() {
        let newer = Stored::<u8>::decode(vec![2; 10]).map_err(|error| error.to_string());
        assert_eq!(newer, Err("record version 2 is not known".to_owned()));
        for malformed in [vec![], vec![1], vec![1; 9], vec![1; 11]] {
            let error = Stored::<u8>::decode(malformed).map_err(|error| error.to_string());
            assert_eq!(error, Err("the record is malformed".to_owned()));
        }
    }
}
