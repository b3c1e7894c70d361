//! What is said when something does not open, and what is shown of the machines.

use onetimeshare::crypto::{
    Digest, FormatError, KdfError, Opener, PassphraseError, Sealer, WrappedFileKey, WrongKey,
};

use crate::support::content;

#[test]
fn every_error_says_what_is_wrong() {
    let sentences = [
        (
            FormatError::UnknownVersion,
            "the sealed file has an unknown version",
        ),
        (
            FormatError::BadHeader,
            "the header of the sealed file is damaged or of another key",
        ),
        (FormatError::Truncated, "the sealed file is cut short"),
        (
            FormatError::Tampered { chunk: 7 },
            "chunk 7 of the sealed file was altered",
        ),
        (
            FormatError::TrailingData,
            "the sealed file goes on after its end",
        ),
        (
            FormatError::InfoTooLong,
            "the file name or content type is too long to seal",
        ),
        (FormatError::TooLarge, "the file is too large to seal"),
    ];
    for (error, sentence) in sentences {
        assert_eq!(error.to_string(), sentence);
    }
    let others = [
        (
            KdfError::BadParams.to_string(),
            "the parameters of Argon2id are out of range",
        ),
        (
            KdfError::OutOfMemory.to_string(),
            "there is no memory left for Argon2id",
        ),
        (
            PassphraseError::TooShort.to_string(),
            "a passphrase has at least 8 bytes",
        ),
        (
            PassphraseError::TooLong.to_string(),
            "a passphrase has at most 1024 bytes",
        ),
        (
            WrongKey.to_string(),
            "the file key does not unwrap with this key",
        ),
    ];
    for (said, sentence) in others {
        assert_eq!(said, sentence);
    }
}

#[test]
fn a_wrap_of_another_length_is_refused_with_the_length_it_has() {
    for (length, said) in [(59, "invalid length 59"), (61, "invalid length 61")] {
        let list = serde_json::to_string(&vec![7; length]).unwrap();
        let error = serde_json::from_str::<WrappedFileKey>(&list)
            .map(|_| ())
            .unwrap_err();
        let error = error.to_string();
        assert!(error.contains(said), "{error}");
        assert!(error.contains("expected 60 bytes"), "{error}");
    }
}

#[test]
fn machines_and_stored_values_show_no_secret_and_say_what_they_are() {
    let mut sealer = Sealer::from_payload_key(&[7; 32]);
    sealer.push(&content(70_000), &mut Vec::new());
    assert_eq!(format!("{sealer:?}"), "Sealer { next: 1, .. }");
    let opener = Opener::from_payload_key(&[7; 32]);
    assert_eq!(format!("{opener:?}"), "Opener(redacted)");
    let wrapped = WrappedFileKey::from_bytes([7; 60]);
    assert_eq!(format!("{wrapped:?}"), "WrappedFileKey(..)");
    let digest = Digest::from_bytes([0xa5; 32]);
    assert_eq!(digest.to_string(), "a5".repeat(32));
    assert_eq!(format!("{digest:?}"), format!("Digest({digest})"));
}
