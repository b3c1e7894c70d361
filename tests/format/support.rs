//! A reader of whole sealed files, and the same cryptography once more without our code.

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead, aead::Payload};
use hkdf::Hkdf;
use onetimeshare::crypto::{
    FileInfo, FileKey, FormatError, HEADER_LEN, Layout, Opener, TAG, header::seal_header_with_salt,
    open_header,
};
use sha2::{Digest, Sha256};

pub(crate) const FILE_KEY: [u8; 32] = *b"a file key that is used in tests";
pub(crate) const SALT: [u8; 16] = *b"salt of a header";

pub(crate) fn info(name: &str, content_type: &str) -> FileInfo {
    FileInfo {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
    }
}

/// Bytes without a period that fits the chunks.
pub(crate) fn content(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}

/// A sealed file under [`FILE_KEY`] and [`SALT`].
pub(crate) fn sealed(plain: &[u8]) -> Vec<u8> {
    let info = info("report.pdf", "application/pdf");
    let key = FileKey::from_bytes(FILE_KEY);
    let (header, mut sealer) = seal_header_with_salt(&key, &info, SALT).unwrap();
    let mut out = header.to_vec();
    sealer.push(plain, &mut out);
    sealer.finish(&mut out);
    out
}

/// Reads a whole sealed file as a careful reader does: header, length, chunks.
pub(crate) fn open_all(blob: &[u8], key: &FileKey) -> Result<(FileInfo, Vec<u8>), FormatError> {
    let (info, opener) = open_header(blob, key)?;
    Ok((info, open_chunks(&blob[HEADER_LEN..], &opener)?))
}

/// Reads all chunks of `stream`, which begins behind the header.
pub(crate) fn open_chunks(stream: &[u8], opener: &Opener) -> Result<Vec<u8>, FormatError> {
    let layout = Layout::from_sealed_len((HEADER_LEN + stream.len()) as u64)?;
    let mut plain = Vec::with_capacity(stream.len());
    for index in 0..layout.chunks() {
        let mut chunk = span(stream, layout, index).to_vec();
        let last = index == layout.last_index();
        match opener.open_chunk(index, last, &mut chunk) {
            Ok(length) => plain.extend_from_slice(&chunk[..length]),
            Err(error) => {
                assert!(
                    chunk.iter().all(|byte| *byte == 0),
                    "an error leaves nothing to read"
                );
                return Err(error);
            }
        }
    }
    Ok(plain)
}

/// Chunk `index` of a stream that begins behind the header.
pub(crate) fn span(stream: &[u8], layout: Layout, index: u64) -> &[u8] {
    let (offset, length) = layout.chunk_span(index);
    let start = usize::try_from(offset).unwrap() - HEADER_LEN;
    &stream[start..start + length]
}

/// HKDF-SHA-256 without our code.
pub(crate) fn hkdf(ikm: &[u8], salt: &[u8], label: &str) -> [u8; 32] {
    let mut okm = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), ikm)
        .expand(label.as_bytes(), &mut okm)
        .unwrap();
    okm
}

/// ChaCha20-Poly1305 without our code.
pub(crate) fn aead(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = ChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg, aad }).unwrap();
    assert_eq!(sealed.len(), msg.len() + TAG);
    sealed
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
