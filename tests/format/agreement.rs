//! Agreement with the crate `age`, both ways.

use std::{collections::BTreeSet, thread};

use onetimeshare::crypto::{CHUNK, Opener, Sealer};

use crate::{
    age_file,
    support::{content, hkdf, open_chunks},
};

/// All sizes near the first four chunk edges, and some between.
fn sizes() -> Vec<usize> {
    let edges = (1..=3).flat_map(|chunks| chunks * CHUNK - 50..=chunks * CHUNK + 50);
    let between = (0..150).map(|step| step * 1_747 + step % 7);
    let sizes: BTreeSet<_> = (0..=100).chain(edges).chain(between).collect();
    sizes.into_iter().collect()
}

fn seal(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::from_payload_key(key);
    let mut out = Vec::new();
    for piece in plain.chunks(50_000) {
        sealer.push(piece, &mut out);
    }
    sealer.finish(&mut out);
    out
}

#[test]
fn age_and_we_read_each_other_at_every_chunk_edge() {
    let sizes = sizes();
    assert!(sizes.len() >= 500, "{} sizes", sizes.len());
    let plain = content(*sizes.last().unwrap());
    let plain = &plain;
    thread::scope(|scope| {
        for part in sizes.chunks(sizes.len().div_ceil(2)) {
            scope.spawn(move || {
                for size in part {
                    agree(&plain[..*size]);
                }
            });
        }
    });
}

fn agree(plain: &[u8]) {
    let theirs = age_file::encrypt(plain);
    let key = hkdf(&theirs.file_key, &theirs.nonce, "payload");
    let opened = open_chunks(&theirs.payload, &Opener::from_payload_key(&key)).unwrap();
    assert!(opened == plain, "we read age at {} bytes", plain.len());
    assert!(
        seal(&key, plain) == theirs.payload,
        "the same bytes at {}",
        plain.len()
    );

    let nonce = *b"a nonce of ours.";
    let ours = seal(&hkdf(&theirs.file_key, &nonce, "payload"), plain);
    let opened = age_file::decrypt(&theirs, nonce, &ours).unwrap();
    assert!(opened == plain, "age reads us at {} bytes", plain.len());
}

#[test]
fn age_refuses_what_we_refuse() {
    let theirs = age_file::encrypt(&content(CHUNK + 1));
    let cut = &theirs.payload[..CHUNK + 16];
    assert_eq!(age_file::decrypt(&theirs, theirs.nonce, cut), None);
    let key = hkdf(&theirs.file_key, &theirs.nonce, "payload");
    assert!(open_chunks(cut, &Opener::from_payload_key(&key)).is_err());
}
