//! Whatever is changed, cut, moved or added: an error, never another content.

use onetimeshare::crypto::{
    CHUNK, FileKey, FormatError, HEADER_LEN, Layout, Opener, TAG, header::seal_header_with_salt,
    open_header,
};

use crate::support::{FILE_KEY, SALT, aead, content, info, open_all, sealed};

fn open(blob: &[u8]) -> Result<Vec<u8>, FormatError> {
    open_all(blob, &FileKey::from_bytes(FILE_KEY)).map(|(_, plain)| plain)
}

fn with_bit_changed(blob: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = blob.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

#[test]
fn every_changed_bit_of_a_small_file_is_refused() {
    let blob = sealed(&content(100));
    for bit in 0..blob.len() * 8 {
        let expected = match bit / 8 {
            4 => FormatError::UnknownVersion,
            0..HEADER_LEN => FormatError::BadHeader,
            _ => FormatError::Tampered { chunk: 0 },
        };
        assert_eq!(
            open(&with_bit_changed(&blob, bit)),
            Err(expected),
            "bit {bit}"
        );
    }
}

#[test]
fn changed_bits_of_two_chunks_are_refused() {
    let blob = sealed(&content(CHUNK + 100));
    let second = HEADER_LEN + CHUNK + TAG;
    let tag = second - TAG..second;
    let bytes = (HEADER_LEN..second)
        .step_by(97)
        .chain(tag)
        .chain(second..blob.len());
    for byte in bytes {
        let chunk = u64::from(byte >= second);
        let changed = with_bit_changed(&blob, byte * 8 + byte % 8);
        assert_eq!(
            open(&changed),
            Err(FormatError::Tampered { chunk }),
            "byte {byte}"
        );
    }
}

#[test]
fn every_truncation_of_a_small_file_is_refused() {
    let blob = sealed(&content(100));
    for length in 0..blob.len() {
        let expected = if length < HEADER_LEN + TAG {
            FormatError::Truncated
        } else {
            FormatError::Tampered { chunk: 0 }
        };
        assert_eq!(open(&blob[..length]), Err(expected), "{length} bytes");
    }
}

#[test]
fn truncations_of_two_chunks_are_refused() {
    let blob = sealed(&content(CHUNK + 100));
    let edge = HEADER_LEN + CHUNK + TAG;
    let lengths = (HEADER_LEN..edge).step_by(311).chain(edge - 40..blob.len());
    for length in lengths {
        let error = open(&blob[..length]).unwrap_err();
        let at_edge = matches!(length, l if (edge..=edge + TAG).contains(&l));
        assert!(
            !at_edge || error == FormatError::Truncated,
            "{length} bytes: {error:?}"
        );
    }
    assert_eq!(open(&blob[..edge]), Err(FormatError::Truncated));
}

#[test]
fn what_follows_the_end_is_refused() {
    for size in [0, 100, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let blob = sealed(&content(size));
        for added in [1, 15, 16, 17, 100, CHUNK + TAG, CHUNK + TAG + 1] {
            let longer = [&blob[..], &vec![0; added]].concat();
            assert!(open(&longer).is_err(), "{size} bytes and {added} more");
        }
    }
    let longer = [sealed(&content(CHUNK)), vec![0; 17]].concat();
    assert_eq!(open(&longer), Err(FormatError::TrailingData));
}

#[test]
fn moved_repeated_and_missing_chunks_are_refused() {
    let blob = sealed(&content(3 * CHUNK + 50));
    let (header, stream) = blob.split_at(HEADER_LEN);
    let chunks: Vec<_> = stream.chunks(CHUNK + TAG).collect();
    let orders: [&[usize]; 7] = [
        &[1, 0, 2, 3],
        &[0, 2, 1, 3],
        &[0, 0, 1, 2, 3],
        &[0, 1, 3],
        &[1, 2, 3],
        &[0, 1, 2],
        &[0, 1, 2, 3, 3],
    ];
    for order in orders {
        let mut moved = header.to_vec();
        moved.extend(order.iter().flat_map(|index| chunks[*index]));
        assert!(open(&moved).is_err(), "{order:?}");
    }
    assert_eq!(open(&blob), Ok(content(3 * CHUNK + 50)));
}

#[test]
fn chunks_of_another_file_are_refused() {
    let mine = sealed(&content(100));
    let key = FileKey::from_bytes(FILE_KEY);
    let mut salt = SALT;
    salt[0] ^= 1;
    let (header, mut sealer) = seal_header_with_salt(&key, &info("", ""), salt).unwrap();
    let mut stream = Vec::new();
    sealer.push(&content(100), &mut stream);
    sealer.finish(&mut stream);
    assert!(open(&[&header[..], &stream].concat()).is_ok());
    assert!(
        open(&[&mine[..HEADER_LEN], &stream].concat()).is_err(),
        "same key, other salt"
    );
    assert!(open(&[&header[..], &mine[HEADER_LEN..]].concat()).is_err());
}

#[test]
fn a_chunk_of_impossible_length_is_refused() {
    let blob = sealed(&content(2 * CHUNK));
    let (_, opener) = open_header(&blob, &FileKey::from_bytes(FILE_KEY)).unwrap();
    let first = &blob[HEADER_LEN..][..CHUNK + TAG];
    for length in [0, 1, TAG - 1] {
        let refused = opener.open_chunk(0, true, &mut first[..length].to_vec());
        assert_eq!(refused, Err(FormatError::Truncated));
    }
    for (index, last, length) in [(0, false, TAG), (0, false, CHUNK + TAG - 1), (1, true, TAG)] {
        let refused = opener.open_chunk(index, last, &mut first[..length].to_vec());
        assert_eq!(refused, Err(FormatError::Tampered { chunk: index }));
    }
    let mut long = [first, &[0]].concat();
    assert_eq!(
        opener.open_chunk(0, true, &mut long),
        Err(FormatError::Tampered { chunk: 0 })
    );
}

/// The layout knows no such chunk either; the opener does not rely on it.
#[test]
fn only_the_first_chunk_may_be_empty() {
    let opener = Opener::from_payload_key(&[7; 32]);
    let flag = |index| [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, 1];
    let mut first = aead(&[7; 32], flag(0), &[], &[]);
    assert_eq!(opener.open_chunk(0, true, &mut first), Ok(0));
    let mut second = aead(&[7; 32], flag(1), &[], &[]);
    let refused = opener.open_chunk(1, true, &mut second);
    assert_eq!(refused, Err(FormatError::Tampered { chunk: 1 }));
}

#[test]
fn a_chunk_sealed_with_a_length_of_its_own_is_refused() {
    let opener = Opener::from_payload_key(&[7; 32]);
    for (sealed_as_last, opened_as_last, length) in [
        (false, false, 0),
        (false, false, 100),
        (false, false, CHUNK - 1),
        (false, false, CHUNK + 1),
        (true, true, CHUNK + 1),
        (false, true, 100),
        (true, false, 100),
    ] {
        let nonce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, u8::from(sealed_as_last)];
        let mut chunk = aead(&[7; 32], nonce, &[], &content(length));
        let refused = opener.open_chunk(0, opened_as_last, &mut chunk);
        assert_eq!(
            refused,
            Err(FormatError::Tampered { chunk: 0 }),
            "{length} bytes"
        );
    }
}

/// The length of a file is believed only when the chunk it calls the last one opens as the last one.
#[test]
fn a_cut_file_is_found_out_by_its_last_chunk_alone() {
    let blob = sealed(&content(3 * CHUNK));
    let (_, opener) = open_header(&blob, &FileKey::from_bytes(FILE_KEY)).unwrap();
    for chunks in 1..=2 {
        let cut = &blob[..HEADER_LEN + chunks * (CHUNK + TAG)];
        let layout = Layout::from_sealed_len(cut.len() as u64).unwrap();
        let mut last = cut[cut.len() - CHUNK - TAG..].to_vec();
        let refused = opener.open_chunk(layout.last_index(), true, &mut last);
        assert_eq!(refused, Err(FormatError::Truncated));
        assert!(last.iter().all(|byte| *byte == 0));
    }
}
