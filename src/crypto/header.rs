//! The 512 bytes before the chunks: version, salt, key commitment, and the sealed name and content type.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    error::FormatError,
    keys::FileKey,
    primitives::{Secret, derive, fill, open, random, seal},
    stream::{Opener, Sealer, TAG},
};

/// Length of the header, whatever it says.
pub const HEADER_LEN: usize = 512;
/// The version this program writes.
pub const VERSION: u8 = 1;
/// The longest file name, in bytes of UTF-8.
pub const MAX_NAME: usize = 255;
/// The longest content type, in bytes of UTF-8.
pub const MAX_TYPE: usize = 127;

const MAGIC: [u8; 4] = *b"OTSF";
const PREFIX_LEN: usize = 4 + 1 + 3 + 16 + 32;
const INFO_LEN: usize = HEADER_LEN - PREFIX_LEN - TAG;

const COMMITMENT: &[u8] = b"onetimeshare.v1/commitment";
const METADATA: &[u8] = b"onetimeshare.v1/metadata";
/// Each metadata key seals one text only: the salt makes it new.
const METADATA_NONCE: [u8; 12] = [0; 12];
/// The label of the age format, so that any reader of its STREAM reads ours.
const PAYLOAD: &[u8] = b"payload";

/// What the header tells about the content. The format takes both texts as they are; cleaning them is the writer's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// File name, at most 255 bytes of UTF-8.
    pub name: String,
    /// Content type, at most 127 bytes of UTF-8.
    pub content_type: String,
}

/// A header whose name and type are not known yet. It seals one text: its salt never meets a second.
pub struct UnsealedHeader {
    salt: [u8; 16],
    commitment: Secret,
    metadata: Secret,
}

/// Begins a new sealed file under a fresh salt, where name and type come after the content.
pub fn begin_header(file_key: &FileKey) -> (UnsealedHeader, Sealer) {
    begin_with_salt(file_key, random())
}

fn begin_with_salt(file_key: &FileKey, salt: [u8; 16]) -> (UnsealedHeader, Sealer) {
    let keys = HeaderKeys::derive(file_key, &salt);
    let header = UnsealedHeader {
        salt,
        commitment: keys.commitment,
        metadata: keys.metadata,
    };
    (header, Sealer::from_payload_key(&keys.payload))
}

impl UnsealedHeader {
    /// The header with this name and type.
    pub fn seal(self, info: &FileInfo) -> Result<[u8; HEADER_LEN], FormatError> {
        let mut metadata = Zeroizing::new([0; INFO_LEN]);
        write_info(info, &mut metadata).ok_or(FormatError::InfoTooLong)?;

        let mut header = [0; HEADER_LEN];
        let (prefix, rest) = split(&mut header);
        fill(
            prefix,
            &[
                &MAGIC,
                &[VERSION, 0, 0, 0],
                &self.salt,
                self.commitment.as_slice(),
            ],
        );
        let tag = seal(
            &self.metadata,
            METADATA_NONCE,
            prefix,
            metadata.as_mut_slice(),
        );
        fill(rest, &[metadata.as_slice(), &tag]);
        Ok(header)
    }
}

/// Makes the header of a new sealed file under a fresh salt, and the sealer for what follows it.
pub fn seal_header(
    file_key: &FileKey,
    info: &FileInfo,
) -> Result<([u8; HEADER_LEN], Sealer), FormatError> {
    seal_header_with_salt(file_key, info, random())
}

/// [`seal_header`] with a given salt, for test vectors only: a salt used twice with one key repeats every nonce.
pub fn seal_header_with_salt(
    file_key: &FileKey,
    info: &FileInfo,
    salt: [u8; 16],
) -> Result<([u8; HEADER_LEN], Sealer), FormatError> {
    let (header, sealer) = begin_with_salt(file_key, salt);
    Ok((header.seal(info)?, sealer))
}

/// Opens the header at the start of `bytes`; what follows it is not looked at.
///
/// The commitment is compared, in constant time, before anything is opened. Bytes that must be zero are checked.
pub fn open_header(bytes: &[u8], file_key: &FileKey) -> Result<(FileInfo, Opener), FormatError> {
    let mut header = Zeroizing::new(
        *bytes
            .first_chunk::<HEADER_LEN>()
            .ok_or(FormatError::Truncated)?,
    );
    let (prefix, rest) = split(&mut header);
    let salt = check_prefix(prefix)?;
    let keys = HeaderKeys::derive(file_key, &salt);
    let (_, commitment) = prefix
        .split_last_chunk::<32>()
        .ok_or(FormatError::BadHeader)?;
    if !bool::from(keys.commitment.ct_eq(commitment)) {
        return Err(FormatError::BadHeader);
    }
    let (metadata, tag) = rest
        .split_last_chunk_mut::<TAG>()
        .ok_or(FormatError::BadHeader)?;
    open(&keys.metadata, METADATA_NONCE, prefix, metadata, tag).ok_or(FormatError::BadHeader)?;
    let info = read_info(metadata).ok_or(FormatError::BadHeader)?;
    Ok((info, Opener::from_payload_key(&keys.payload)))
}

struct HeaderKeys {
    commitment: Secret,
    metadata: Secret,
    payload: Secret,
}

impl HeaderKeys {
    fn derive(file_key: &FileKey, salt: &[u8; 16]) -> Self {
        let key = |label| derive(salt, &[&file_key.0], label);
        Self {
            commitment: key(COMMITMENT),
            metadata: key(METADATA),
            payload: key(PAYLOAD),
        }
    }
}

fn split(header: &mut [u8; HEADER_LEN]) -> (&mut [u8; PREFIX_LEN], &mut [u8]) {
    header
        .split_first_chunk_mut()
        .expect("the prefix is shorter than the header")
}

/// Checks magic, version and reserved bytes, in this order, and returns the salt.
fn check_prefix(prefix: &[u8; PREFIX_LEN]) -> Result<[u8; 16], FormatError> {
    let [m0, m1, m2, m3, version, r0, r1, r2, rest @ ..] = prefix;
    if [*m0, *m1, *m2, *m3] != MAGIC {
        return Err(FormatError::BadHeader);
    }
    if *version != VERSION {
        return Err(FormatError::UnknownVersion);
    }
    if [*r0, *r1, *r2] != [0; 3] {
        return Err(FormatError::BadHeader);
    }
    rest.first_chunk().copied().ok_or(FormatError::BadHeader)
}

fn write_info(info: &FileInfo, metadata: &mut [u8; INFO_LEN]) -> Option<()> {
    let name = field(&info.name, MAX_NAME)?;
    let content_type = field(&info.content_type, MAX_TYPE)?;
    fill(
        metadata,
        &[
            &[0],
            &name,
            info.name.as_bytes(),
            &content_type,
            info.content_type.as_bytes(),
        ],
    );
    Some(())
}

/// The two bytes of length before a field that is not longer than `max`.
fn field(text: &str, max: usize) -> Option<[u8; 2]> {
    let length = u16::try_from(text.len()).ok()?;
    (text.len() <= max).then_some(length.to_be_bytes())
}

fn read_info(metadata: &[u8]) -> Option<FileInfo> {
    let (reserved, rest) = metadata.split_first()?;
    let (name, rest) = read_field(rest, MAX_NAME)?;
    let (content_type, padding) = read_field(rest, MAX_TYPE)?;
    let zeros = *reserved == 0 && padding.iter().all(|byte| *byte == 0);
    zeros.then_some(FileInfo { name, content_type })
}

fn read_field(bytes: &[u8], max: usize) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > max {
        return None;
    }
    let (text, rest) = rest.split_at_checked(length)?;
    Some((str::from_utf8(text).ok()?.to_owned(), rest))
}
