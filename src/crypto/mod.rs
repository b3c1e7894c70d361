//! The format: keys, wraps, header and chunks. Bytes in, bytes out.
//!
//! Promises: what opens is what was sealed, whole and in order, or there is an error; a key never meets a nonce twice;
//! secrets are wiped when they go and never printed. Knows no files, no clock, no network and nothing else of this crate.
//! The specification is `docs/format.md`; its test vectors lie in `tests/vectors/`.

pub mod error;
pub mod header;
pub mod keys;
pub mod layout;
pub mod passphrase;
mod primitives;
pub mod stream;
pub mod wrap;

pub use error::FormatError;
pub use header::{FileInfo, HEADER_LEN, UnsealedHeader, begin_header, open_header, seal_header};
pub use keys::{Digest, FileKey, LinkKey, OwnerKey, Pepper, Proof, Ticket};
pub use layout::Layout;
pub use passphrase::{
    KdfError, KdfMemory, KdfParams, Passphrase, PassphraseError, Stretched, stretch,
};
pub use stream::{CHUNK, Opener, Sealer, TAG, cipher_back_end};
pub use wrap::{WrapContext, WrapKey, WrappedFileKey, WrongKey};
