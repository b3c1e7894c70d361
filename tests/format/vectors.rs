//! The golden files: each begins with lines that say what must happen to the sealed file behind the blank line.
//!
//! `UPDATE_VECTORS=1 cargo test --test format` writes them anew. A change of a committed one is a change of the format.

use std::{collections::BTreeSet, fs};

use onetimeshare::crypto::{FileKey, FormatError};

use crate::{
    golden::vectors,
    support::{hex, info, open_all, sha256, unhex},
};

pub(crate) const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// Fails unless the committed file has these bytes.
pub(crate) fn compare_or_update(path: &str, bytes: &[u8]) {
    let update = std::env::var_os("UPDATE_VECTORS").is_some();
    if update {
        fs::write(path, bytes).unwrap();
    }
    assert!(fs::read(path).unwrap() == bytes, "{path} differs");
}

fn outcome(error: FormatError) -> &'static str {
    match error {
        FormatError::UnknownVersion => "unknown version",
        FormatError::BadHeader => "header failure",
        FormatError::Truncated => "truncated",
        FormatError::Tampered { .. } => "tampered",
        FormatError::TrailingData => "trailing",
        _ => "nothing a reader says",
    }
}

#[test]
fn the_committed_files_are_what_we_write_and_read_as_they_say() {
    for vector in vectors() {
        compare_or_update(
            &format!("{VECTORS}/{}.vec", vector.name),
            &vector.to_bytes(),
        );
    }
    let mut read = BTreeSet::new();
    for entry in fs::read_dir(VECTORS).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "vec") {
            check(&path.display().to_string(), &fs::read(&path).unwrap());
            read.insert(path.file_stem().unwrap().to_owned());
        }
    }
    let known = vectors().iter().map(|vector| vector.name.into()).collect();
    assert_eq!(read, known, "a file for each vector, and no other");
}

fn check(path: &str, file: &[u8]) {
    let end = file
        .windows(2)
        .position(|window| window == b"\n\n")
        .unwrap();
    let head = str::from_utf8(&file[..end]).unwrap();
    let line = |key: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(key))
            .unwrap_or("nothing")
    };
    let key = FileKey::from_bytes(unhex(line("file-key: ")).try_into().unwrap());
    match open_all(&file[end + 2..], &key) {
        Ok((read, plain)) => {
            assert_eq!(line("expect: "), "success", "{path}");
            assert_eq!(read, info(line("name: "), line("type: ")), "{path}");
            assert_eq!(line("payload-sha256: "), hex(&sha256(&plain)), "{path}");
        }
        Err(error) => assert_eq!(line("expect: "), outcome(error), "{path}"),
    }
}
