//! Pieces, ranges, nonces and the arithmetic of the layout.

use std::collections::HashSet;

use onetimeshare::crypto::{
    CHUNK, FileKey, FormatError, HEADER_LEN, Layout, Opener, Sealer, TAG, cipher_back_end,
    open_header, seal_header,
};
use proptest::prelude::*;

use crate::support::{FILE_KEY, SALT, aead, content, hkdf, info, open_all, sealed};

const KEY: [u8; 32] = [7; 32];

fn at_once(plain: &[u8]) -> Vec<u8> {
    in_pieces(plain, &[])
}

fn in_pieces(mut plain: &[u8], lengths: &[usize]) -> Vec<u8> {
    let mut sealer = Sealer::from_payload_key(&KEY);
    let mut out = Vec::new();
    for length in lengths {
        let (piece, rest) = plain.split_at((*length).min(plain.len()));
        sealer.push(piece, &mut out);
        plain = rest;
    }
    sealer.push(plain, &mut out);
    sealer.finish(&mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn any_pieces_seal_to_the_same_bytes(
        size in 0..4 * CHUNK,
        lengths in prop::collection::vec(prop_oneof![
            0..3_usize, 0..CHUNK, CHUNK - 1..=CHUNK + 1, 2 * CHUNK - 1..=2 * CHUNK + 1,
        ], 0..12),
    ) {
        let plain = content(size);
        prop_assert!(in_pieces(&plain, &lengths) == at_once(&plain));
    }

    #[test]
    fn any_range_opens_alone(size in 1..4 * CHUNK, from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
        let plain = content(size);
        let stream = at_once(&plain);
        let layout = Layout::new(size as u64).unwrap();
        let opener = Opener::from_payload_key(&KEY);
        let place = |share: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place inside the content")]
            let place = (share * size as f64) as usize;
            place
        };
        let (first, last) = (place(from.min(to)), place(from.max(to)));
        let mut range = Vec::new();
        for index in layout.chunk_at(first as u64)..=layout.chunk_at(last as u64) {
            let mut chunk = crate::support::span(&stream, layout, index).to_vec();
            let length = opener.open_chunk(index, index == layout.last_index(), &mut chunk).unwrap();
            range.extend_from_slice(&chunk[..length]);
        }
        let skip = first % CHUNK;
        prop_assert!(range[skip..=skip + last - first] == plain[first..=last]);
    }

    #[test]
    fn the_layout_inverts_itself(size in 0..u64::MAX >> 2) {
        let layout = Layout::new(size).unwrap();
        prop_assert_eq!(layout.size(), size);
        prop_assert_eq!(Layout::from_sealed_len(layout.sealed_len()), Ok(layout));
        let (offset, length) = layout.chunk_span(layout.last_index());
        prop_assert_eq!(offset + length as u64, layout.sealed_len());
    }
}

#[test]
fn the_layout_says_where_the_sealer_writes() {
    for size in [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        2 * CHUNK - 1,
        2 * CHUNK,
        2 * CHUNK + 1,
    ] {
        let blob = sealed(&content(size));
        let layout = Layout::new(size as u64).unwrap();
        assert_eq!(layout.sealed_len(), blob.len() as u64);
        assert_eq!(layout.chunks(), layout.last_index() + 1);
        let mut expected = HEADER_LEN as u64;
        for index in 0..layout.chunks() {
            let (offset, length) = layout.chunk_span(index);
            assert_eq!(offset, expected);
            expected += length as u64;
        }
        assert_eq!(expected, layout.sealed_len());
        assert_eq!(layout.chunk_span(layout.chunks()), (layout.sealed_len(), 0));
        assert_eq!(layout.chunk_at(u64::MAX), layout.last_index());
    }
    let layout = Layout::new(3 * CHUNK as u64).unwrap();
    let chunk = CHUNK as u64;
    let places = [
        0,
        chunk - 1,
        chunk,
        2 * chunk - 1,
        2 * chunk,
        3 * chunk - 1,
        3 * chunk,
    ];
    assert_eq!(
        places.map(|place| layout.chunk_at(place)),
        [0, 0, 1, 1, 2, 2, 2]
    );
}

#[test]
fn impossible_lengths_are_refused() {
    let header = HEADER_LEN as u64;
    let sealed = (CHUNK + TAG) as u64;
    let refused = [
        0,
        header - 1,
        header,
        header + 15,
        header + sealed + 1,
        header + sealed + 16,
    ];
    for length in refused {
        assert_eq!(
            Layout::from_sealed_len(length),
            Err(FormatError::Truncated),
            "{length}"
        );
    }
    for (length, size) in [(16, 0), (17, 1), (sealed, 65536), (sealed + 17, 65537)] {
        assert_eq!(
            Layout::from_sealed_len(header + length).unwrap().size(),
            size
        );
    }
    for too_large in [u64::MAX, i64::MAX.unsigned_abs()] {
        assert_eq!(Layout::new(too_large), Err(FormatError::TooLarge));
    }
    assert_eq!(
        Layout::from_sealed_len(u64::MAX),
        Err(FormatError::TooLarge)
    );
}

/// The nonces of a file of five full chunks, written out: counter, flag.
const NONCES: [[u8; 12]; 5] = [
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1],
];

#[test]
fn the_nonces_are_the_known_ones() {
    let plain = content(5 * CHUNK);
    for pieces in [vec![], vec![1; 10], vec![CHUNK; 5], vec![3 * CHUNK + 5]] {
        let stream = in_pieces(&plain, &pieces);
        let chunks = stream
            .chunks(CHUNK + TAG)
            .zip(plain.chunks(CHUNK))
            .zip(NONCES);
        for ((sealed, plain), nonce) in chunks {
            assert!(aead(&KEY, nonce, &[], plain) == sealed, "nonce {nonce:?}");
        }
    }
}

#[test]
fn far_chunks_use_all_bytes_of_the_counter() {
    let opener = Opener::from_payload_key(&KEY);
    let cases = [
        (0x0102_0304_0506_0708, [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1]),
        (256, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]),
        (
            u64::MAX,
            [0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        ),
    ];
    for (index, nonce) in cases {
        let mut chunk = aead(&KEY, nonce, &[], b"far away");
        assert_eq!(opener.open_chunk(index, true, &mut chunk), Ok(8));
        assert_eq!(&chunk[..8], b"far away");
    }
}

/// Sealed zeros are the key stream itself: if a key ever met a nonce twice, two chunks would begin alike.
#[test]
fn no_key_meets_a_nonce_twice() {
    let key = FileKey::from_bytes(FILE_KEY);
    let mut beginnings = HashSet::new();
    let mut files = 0;
    for pieces in [1, 1000, CHUNK, 3 * CHUNK] {
        for _ in 0..4 {
            let (header, mut sealer) = seal_header(&key, &info("", "")).unwrap();
            let mut out = Vec::new();
            for piece in vec![0; 4 * CHUNK + 40].chunks(pieces) {
                sealer.push(piece, &mut out);
            }
            sealer.finish(&mut out);
            beginnings.insert(header[56..88].to_vec());
            beginnings.extend(out.chunks(CHUNK + TAG).map(|chunk| chunk[..32].to_vec()));
            files += 1;
        }
    }
    assert_eq!(beginnings.len(), files * 6);
}

#[test]
fn only_ciphertext_is_written_and_the_last_chunk_waits() {
    let plain = content(2 * CHUNK);
    let mut sealer = Sealer::from_payload_key(&KEY);
    let mut out = b"kept".to_vec();
    sealer.push(&plain[..CHUNK], &mut out);
    assert_eq!(out, b"kept", "a full chunk may still be the last");
    sealer.push(&[], &mut out);
    assert_eq!(out, b"kept", "nothing new, nothing decided");
    sealer.push(&plain[CHUNK..=CHUNK], &mut out);
    assert_eq!(out.len(), 4 + CHUNK + TAG);
    sealer.push(&plain[CHUNK + 1..], &mut out);
    assert_eq!(out.len(), 4 + CHUNK + TAG);
    sealer.finish(&mut out);
    assert!(out[4..] == at_once(&plain));
    assert!(
        !out.windows(32)
            .any(|window| window == &plain[..32] || window == &plain[CHUNK..][..32])
    );
}

#[test]
fn the_header_gives_the_payload_key_of_age() {
    let plain = content(CHUNK + 9);
    let blob = sealed(&plain);
    let mut sealer = Sealer::from_payload_key(&hkdf(&FILE_KEY, &SALT, "payload"));
    let mut stream = Vec::new();
    sealer.push(&plain, &mut stream);
    sealer.finish(&mut stream);
    assert!(blob[HEADER_LEN..] == stream);
}

#[test]
fn names_and_types_come_back_and_have_limits() {
    let key = FileKey::random();
    let long = ("n".repeat(255), "t".repeat(127));
    for (name, content_type) in [
        ("", ""),
        ("résumé 履歴書.pdf", "text/plain"),
        (&long.0, &long.1),
    ] {
        let (mut blob, sealer) = seal_header(&key, &info(name, content_type))
            .map(|(h, s)| (h.to_vec(), s))
            .unwrap();
        sealer.finish(&mut blob);
        assert_eq!(
            blob.len(),
            HEADER_LEN + TAG,
            "the header never shows how long the name is"
        );
        assert_eq!(
            open_all(&blob, &key).unwrap(),
            (info(name, content_type), vec![])
        );
    }
    for (name, content_type) in [
        ("n".repeat(256), String::new()),
        (String::new(), "t".repeat(128)),
    ] {
        let refused = seal_header(&key, &info(&name, &content_type)).map(|_| ());
        assert_eq!(refused, Err(FormatError::InfoTooLong));
    }
}

#[test]
fn another_key_opens_nothing() {
    let blob = sealed(b"content");
    assert_eq!(
        open_header(&blob, &FileKey::random()).map(|_| ()),
        Err(FormatError::BadHeader)
    );
}

#[test]
fn openers_go_to_any_thread_and_the_back_end_has_a_name() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Opener>();
    assert!(["avx512", "avx2", "sse2", "portable"].contains(&cipher_back_end()));
}
