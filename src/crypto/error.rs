//! Why a sealed file does not open.

use std::{error::Error, fmt};

/// Why a sealed file cannot be written or opened.
///
/// A cut inside a chunk cannot be told from a change: it is `Tampered`. None of these ever comes with plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// The magic is right, but the version is one this program does not know.
    UnknownVersion,
    /// The header is not one of ours, was altered, or does not belong to this `FileKey`.
    BadHeader,
    /// The file ends inside the header, or its chunks end without a final one.
    Truncated,
    /// This chunk, counted from zero, was not sealed with this key for this place.
    Tampered {
        /// Index of the chunk.
        chunk: u64,
    },
    /// Something follows the final chunk.
    TrailingData,
    /// The name is longer than 255 bytes of UTF-8, or the content type longer than 127.
    InfoTooLong,
    /// The sealed file would be longer than 2^63 - 1 bytes.
    TooLarge,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion => f.write_str("the sealed file has an unknown version"),
            Self::BadHeader => {
                f.write_str("the header of the sealed file is damaged or of another key")
            }
            Self::Truncated => f.write_str("the sealed file is cut short"),
            Self::Tampered { chunk } => write!(f, "chunk {chunk} of the sealed file was altered"),
            Self::TrailingData => f.write_str("the sealed file goes on after its end"),
            Self::InfoTooLong => f.write_str("the file name or content type is too long to seal"),
            Self::TooLarge => f.write_str("the file is too large to seal"),
        }
    }
}

impl Error for FormatError {}
