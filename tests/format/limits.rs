//! The largest of everything, and how much room is taken for it.

use onetimeshare::crypto::{
    CHUNK, FileKey, FormatError, HEADER_LEN, Layout, Pepper, Sealer, TAG, header, passphrase, wrap,
};

use crate::support::content;

#[test]
fn the_longest_sealed_file_is_what_a_signed_offset_reaches() {
    let longest = i64::MAX.unsigned_abs();
    let layout = Layout::from_sealed_len(longest).unwrap();
    assert_eq!(layout.sealed_len(), longest);
    assert_eq!(Layout::new(layout.size()), Ok(layout));
    assert_eq!(Layout::new(layout.size() + 1), Err(FormatError::TooLarge));
    assert_eq!(
        Layout::from_sealed_len(longest + 1),
        Err(FormatError::TooLarge)
    );
}

#[test]
fn the_documented_limits_are_the_ones_in_force() {
    assert_eq!((CHUNK, TAG, HEADER_LEN), (65_536, 16, 512));
    assert_eq!((header::MAX_NAME, header::MAX_TYPE), (255, 127));
    assert_eq!(wrap::WRAPPED_LEN, 60);
    assert_eq!(
        (passphrase::MIN_PASSPHRASE, passphrase::MAX_PASSPHRASE),
        (8, 1024)
    );
    assert_eq!(passphrase::MAX_KDF_MEMORY_KIB, 4_194_304, "4 GiB");
}

/// An output that grows while a push writes is copied again and again; one that is too large costs every upload its memory.
#[test]
fn a_push_makes_room_once_and_for_at_most_a_chunk_too_much() {
    for size in [
        CHUNK + 1,
        2 * CHUNK,
        10 * CHUNK + CHUNK / 2,
        33 * CHUNK,
        33 * CHUNK + 1,
    ] {
        let mut out = Vec::new();
        Sealer::from_payload_key(&[7; 32]).push(&content(size), &mut out);
        let (needed, taken) = (out.len(), out.capacity());
        assert!(needed >= size - CHUNK, "{size} bytes: {needed} sealed");
        assert!(
            taken <= needed + CHUNK + TAG,
            "{size} bytes: room for {taken}, {needed} needed"
        );
    }
}

#[test]
fn a_pepper_goes_to_its_file_and_comes_back() {
    let bytes = *b"thirty-two bytes of one hour's !";
    assert_eq!(Pepper::from_bytes(bytes).as_bytes(), &bytes);
    assert_ne!(Pepper::random().as_bytes(), Pepper::random().as_bytes());
}

#[test]
fn file_keys_are_equal_only_if_every_byte_is() {
    let mut bytes = [7; 32];
    let key = FileKey::from_bytes(bytes);
    assert!(key == FileKey::from_bytes(bytes));
    bytes[31] ^= 1;
    assert!(key != FileKey::from_bytes(bytes));
}
