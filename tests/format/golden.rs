//! The sealed files of `tests/vectors`: what is in them and what must happen.

use onetimeshare::crypto::{CHUNK, HEADER_LEN, TAG};

use crate::support::{FILE_KEY, SALT, aead, content, hex, hkdf, sealed, sha256};

pub(crate) struct Vector {
    pub(crate) name: &'static str,
    expect: &'static str,
    why: &'static str,
    plain: Option<Vec<u8>>,
    blob: Vec<u8>,
}

impl Vector {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut head = vec![
            ("expect", self.expect.to_owned()),
            ("file-key", hex(&FILE_KEY)),
        ];
        if let Some(plain) = &self.plain {
            head.push(("name", "report.pdf".to_owned()));
            head.push(("type", "application/pdf".to_owned()));
            head.push(("payload-sha256", hex(&sha256(plain))));
        }
        head.push(("comment", self.why.to_owned()));
        let mut bytes: String = head
            .into_iter()
            .map(|(key, value)| [key, ": ", &value, "\n"].concat())
            .collect();
        bytes.push('\n');
        [bytes.as_bytes(), &self.blob].concat()
    }
}

fn opens(name: &'static str, size: usize, why: &'static str) -> Vector {
    let plain = content(size);
    Vector {
        name,
        expect: "success",
        why,
        blob: sealed(&plain),
        plain: Some(plain),
    }
}

fn fails(name: &'static str, expect: &'static str, why: &'static str, blob: Vec<u8>) -> Vector {
    Vector {
        name,
        expect,
        why,
        plain: None,
        blob,
    }
}

fn changed(size: usize, place: usize, byte: u8) -> Vec<u8> {
    let mut blob = sealed(&content(size));
    assert_ne!(blob[place], byte);
    blob[place] = byte;
    blob
}

fn cut(size: usize, length: usize) -> Vec<u8> {
    sealed(&content(size))[..length].to_vec()
}

/// A file whose metadata was sealed correctly but says `metadata`.
fn saying(metadata: &[u8]) -> Vec<u8> {
    let commitment = hkdf(&FILE_KEY, &SALT, "onetimeshare.v1/commitment");
    sealed_behind(*b"OTSF\x01\0\0\0", commitment, metadata)
}

/// A file whose metadata was sealed correctly behind a beginning that may be wrong.
fn sealed_behind(beginning: [u8; 8], commitment: [u8; 32], metadata: &[u8]) -> Vec<u8> {
    let mut padded = metadata.to_vec();
    padded.resize(440, 0);
    let prefix = [&beginning[..], &SALT, &commitment].concat();
    let key = hkdf(&FILE_KEY, &SALT, "onetimeshare.v1/metadata");
    let sealed_metadata = aead(&key, [0; 12], &prefix, &padded);
    [
        &prefix[..],
        &sealed_metadata,
        &sealed(b"hello")[HEADER_LEN..],
    ]
    .concat()
}

fn empty_final_chunk_behind_a_full_one() -> Vec<u8> {
    let key = hkdf(&FILE_KEY, &SALT, "payload");
    let mut blob = sealed(b"")[..HEADER_LEN].to_vec();
    blob.extend(aead(&key, [0; 12], &[], &content(CHUNK)));
    blob.extend(aead(&key, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], &[], &[]));
    blob
}

const EDGE: usize = HEADER_LEN + CHUNK + TAG;

pub(crate) fn vectors() -> Vec<Vector> {
    [
        whole(),
        damaged_headers(),
        lying_headers(),
        damaged_chunks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn whole() -> Vec<Vector> {
    vec![
        opens("empty", 0, "one empty final chunk"),
        opens("short", 100, "one short final chunk"),
        opens("one-chunk", CHUNK, "one full final chunk"),
        opens(
            "chunk-and-byte",
            CHUNK + 1,
            "a full chunk and a final one of one byte",
        ),
    ]
}

fn damaged_headers() -> Vec<Vector> {
    vec![
        fails(
            "magic",
            "header failure",
            "another magic",
            changed(5, 0, b'o'),
        ),
        fails(
            "version-0",
            "unknown version",
            "a version that never was",
            changed(5, 4, 0),
        ),
        fails(
            "version-2",
            "unknown version",
            "a version that is not yet",
            changed(5, 4, 2),
        ),
        fails(
            "reserved-byte",
            "header failure",
            "a reserved byte is not zero",
            changed(5, 7, 1),
        ),
        fails(
            "salt",
            "header failure",
            "one bit of the salt",
            changed(5, 8, SALT[0] ^ 1),
        ),
        fails(
            "commitment",
            "header failure",
            "a byte of the commitment",
            changed(5, 55, 0),
        ),
        fails(
            "metadata",
            "header failure",
            "a byte of the sealed metadata",
            changed(5, 56, 0),
        ),
        fails(
            "metadata-tag",
            "header failure",
            "a byte of the metadata's tag",
            changed(5, 511, 0),
        ),
    ]
}

fn lying_headers() -> Vec<Vector> {
    let padding = [&[0, 0, 1, b'n', 0, 1, b't'][..], &[0; 432], &[1]].concat();
    let long_name = [&[0, 1, 0][..], &[b'n'; 256]].concat();
    let long_type = [&[0, 0, 0, 0, 128][..], &[b't'; 128]].concat();
    vec![
        fails(
            "commitment-of-nothing",
            "header failure",
            "metadata sealed behind a wrong commitment",
            sealed_behind(*b"OTSF\x01\0\0\0", [0; 32], &[0]),
        ),
        fails(
            "reserved-byte-sealed",
            "header failure",
            "metadata sealed behind a reserved byte of 1",
            sealed_behind(
                *b"OTSF\x01\0\0\x01",
                hkdf(&FILE_KEY, &SALT, "onetimeshare.v1/commitment"),
                &[0],
            ),
        ),
        fails(
            "metadata-reserved",
            "header failure",
            "the metadata begins with 1",
            saying(&[1]),
        ),
        fails(
            "metadata-padding",
            "header failure",
            "the padding ends with 1",
            saying(&padding),
        ),
        fails(
            "name-too-long",
            "header failure",
            "a name of 256 bytes",
            saying(&long_name),
        ),
        fails(
            "type-too-long",
            "header failure",
            "a type of 128 bytes",
            saying(&long_type),
        ),
        fails(
            "name-past-end",
            "header failure",
            "a name of 65535 bytes",
            saying(&[0, 255, 255]),
        ),
        fails(
            "name-not-utf8",
            "header failure",
            "the name is the byte 255",
            saying(&[0, 0, 1, 255]),
        ),
    ]
}

fn damaged_chunks() -> Vec<Vector> {
    let full_and_more = [sealed(&content(CHUNK)), vec![0; TAG + 1]].concat();
    vec![
        fails("no-bytes", "truncated", "an empty file", Vec::new()),
        fails("half-header", "truncated", "the header is cut", cut(5, 256)),
        fails(
            "header-only",
            "truncated",
            "no chunk at all",
            cut(5, HEADER_LEN),
        ),
        fails(
            "no-final-chunk",
            "truncated",
            "the final chunk is missing",
            cut(CHUNK + 1, EDGE),
        ),
        fails(
            "half-tag",
            "truncated",
            "the final tag is cut",
            cut(CHUNK + 1, EDGE + TAG - 1),
        ),
        fails(
            "empty-final-chunk",
            "truncated",
            "an empty final chunk behind a full one",
            empty_final_chunk_behind_a_full_one(),
        ),
        fails(
            "cut-chunk",
            "tampered",
            "the last byte is missing",
            cut(100, HEADER_LEN + 100 + TAG - 1),
        ),
        fails(
            "payload",
            "tampered",
            "a byte of the content",
            changed(5, HEADER_LEN, 0),
        ),
        fails(
            "payload-tag",
            "tampered",
            "a byte of the chunk's tag",
            changed(5, HEADER_LEN + 5 + TAG - 1, 0),
        ),
        fails(
            "trailing-data",
            "trailing",
            "bytes behind a full final chunk",
            full_and_more,
        ),
    ]
}
