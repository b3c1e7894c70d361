//! Keys as text, digests, wraps, and that nothing prints them.

use std::collections::HashSet;

use onetimeshare::crypto::{
    Digest, FileKey, LinkKey, OwnerKey, Pepper, Stretched, Ticket, WrapContext, WrapKey,
    WrappedFileKey, WrongKey,
};

use crate::{
    passphrases::{CHEAP, stretched},
    support::{hex, sha256},
};

const ID: [u8; 16] = [9; 16];
const CONTEXT: WrapContext = WrapContext {
    id: ID,
    passphrase: false,
    size: 12,
    created_at_ms: 1_000,
    expires_at_ms: 2_000,
    last_hour: 3,
};

#[test]
fn keys_survive_their_text() {
    for _ in 0..200 {
        let key = LinkKey::random();
        let text = key.encode();
        assert_eq!(text.len(), 43);
        assert!(
            text.bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
        );
        assert_eq!(LinkKey::parse(&text).unwrap().digest(), key.digest());
    }
    assert_ne!(*Ticket::random().encode(), *Ticket::random().encode());
    assert_ne!(*OwnerKey::random().encode(), *OwnerKey::random().encode());
}

#[test]
fn only_the_canonical_text_is_a_key() {
    let zeros = "A".repeat(43);
    assert_eq!(
        LinkKey::parse(&zeros).unwrap().digest().as_bytes(),
        &sha256(&[0; 32])
    );
    let mut refused = vec![
        "A".repeat(42),
        "A".repeat(44),
        format!("{zeros}="),
        format!("{}=", "A".repeat(42)),
    ];
    // The last character carries four bits of the key: of four characters that decode alike, one is the key.
    refused.extend(["B", "C", "D"].map(|last| format!("{}{last}", "A".repeat(42))));
    refused.extend(
        ["+", "/", " ", "\n", "é", "=", "."]
            .map(|odd| format!("{odd}{}", "A".repeat(43 - odd.len()))),
    );
    refused.push(String::new());
    for text in refused {
        assert!(LinkKey::parse(&text).is_none(), "{text:?}");
        assert!(OwnerKey::parse(&text).is_none() && Ticket::parse(&text).is_none());
    }
}

#[test]
fn digests_are_compared_written_and_read() {
    let digest = Ticket::random().digest();
    assert_eq!(Digest::from_hex(&digest.to_hex()), Some(digest));
    assert_eq!(digest.to_hex(), hex(digest.as_bytes()));
    let mut other = *digest.as_bytes();
    other[31] ^= 1;
    assert_ne!(Digest::from_bytes(other), digest);
    let upper = digest.to_hex().to_uppercase();
    for text in [
        "",
        "0",
        &"0".repeat(63),
        &"0".repeat(65),
        &"g".repeat(64),
        &"é".repeat(32),
        &upper,
    ] {
        assert_eq!(Digest::from_hex(text), None, "{text}");
    }
    let stored = postcard::to_allocvec(&digest).unwrap();
    assert_eq!(stored, digest.as_bytes());
    assert_eq!(postcard::from_bytes::<Digest>(&stored).unwrap(), digest);
}

fn wrap_keys() -> Vec<(&'static str, WrapKey)> {
    let (link, other_link) = (key("link"), key("other link"));
    let (pepper, other_pepper) = (Pepper::from_bytes([1; 32]), Pepper::from_bytes([2; 32]));
    let ticket = Ticket::parse(&link.encode()).unwrap();
    let (right, wrong) = (stretched("passphrase"), stretched("another passphrase"));
    let mut other_id = ID;
    other_id[0] ^= 1;
    vec![
        ("link", WrapKey::for_link(&link, &pepper, &ID, None)),
        (
            "other link",
            WrapKey::for_link(&other_link, &pepper, &ID, None),
        ),
        (
            "other pepper",
            WrapKey::for_link(&link, &other_pepper, &ID, None),
        ),
        (
            "other id",
            WrapKey::for_link(&link, &pepper, &other_id, None),
        ),
        (
            "passphrase",
            WrapKey::for_link(&link, &pepper, &ID, Some(&right)),
        ),
        (
            "other passphrase",
            WrapKey::for_link(&link, &pepper, &ID, Some(&wrong)),
        ),
        (
            "other pepper, passphrase",
            WrapKey::for_link(&link, &other_pepper, &ID, Some(&right)),
        ),
        (
            "ticket of the same bytes",
            WrapKey::for_ticket(&ticket, &pepper, &ID),
        ),
        (
            "ticket, other pepper",
            WrapKey::for_ticket(&ticket, &other_pepper, &ID),
        ),
        (
            "ticket, other id",
            WrapKey::for_ticket(&ticket, &pepper, &other_id),
        ),
    ]
}

fn key(seed: &str) -> LinkKey {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    LinkKey::parse(&URL_SAFE_NO_PAD.encode(sha256(seed.as_bytes()))).unwrap()
}

#[test]
fn a_wrap_opens_with_its_own_key_only() {
    let file_key = FileKey::random();
    let keys = wrap_keys();
    for (mine, wrap_key) in &keys {
        let wrapped = wrap_key.wrap(&file_key, &CONTEXT);
        for (other, try_key) in &keys {
            let opened = try_key.unwrap(&wrapped, &CONTEXT);
            if mine == other {
                assert!(opened.unwrap() == file_key);
            } else {
                assert_eq!(opened.unwrap_err(), WrongKey, "{mine} with {other}");
            }
        }
    }
}

#[test]
fn a_wrap_is_bound_to_every_fact_of_its_share() {
    let wrap_key = WrapKey::for_ticket(&Ticket::random(), &Pepper::random(), &ID);
    let wrapped = wrap_key.wrap(&FileKey::random(), &CONTEXT);
    let others = [
        WrapContext {
            id: [8; 16],
            ..CONTEXT
        },
        WrapContext {
            passphrase: true,
            ..CONTEXT
        },
        WrapContext {
            size: 13,
            ..CONTEXT
        },
        WrapContext {
            created_at_ms: 1_001,
            ..CONTEXT
        },
        WrapContext {
            expires_at_ms: 2_001,
            ..CONTEXT
        },
        WrapContext {
            last_hour: 4,
            ..CONTEXT
        },
    ];
    for other in others {
        assert_eq!(
            wrap_key.unwrap(&wrapped, &other).map(|_| ()),
            Err(WrongKey),
            "{other:?}"
        );
    }
    let bytes = *wrapped.as_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes;
        changed[bit / 8] ^= 1 << (bit % 8);
        let changed = WrappedFileKey::from_bytes(changed);
        assert!(wrap_key.unwrap(&changed, &CONTEXT).is_err(), "bit {bit}");
    }
    assert!(wrap_key.unwrap(&wrapped, &CONTEXT).is_ok());
}

#[test]
fn each_wrap_has_a_nonce_of_its_own() {
    let wrap_key = WrapKey::for_ticket(&Ticket::random(), &Pepper::random(), &ID);
    let file_key = FileKey::random();
    let nonces: HashSet<_> = (0..1000)
        .map(|_| wrap_key.wrap(&file_key, &CONTEXT).as_bytes()[..12].to_vec())
        .collect();
    assert_eq!(nonces.len(), 1000);
}

#[test]
fn wraps_are_stored_as_bytes() {
    let wrapped = WrapKey::for_ticket(&Ticket::random(), &Pepper::random(), &ID)
        .wrap(&FileKey::random(), &CONTEXT);
    let stored = postcard::to_allocvec(&wrapped).unwrap();
    assert_eq!(stored[..], [&[60][..], wrapped.as_bytes()].concat());
    assert!(postcard::from_bytes::<WrappedFileKey>(&stored).unwrap() == wrapped);
    let json = serde_json::to_string(&wrapped).unwrap();
    assert!(serde_json::from_str::<WrappedFileKey>(&json).unwrap() == wrapped);
    for length in [0, 59, 61] {
        assert!(
            postcard::from_bytes::<WrappedFileKey>(
                &postcard::to_allocvec(&vec![7_u8; length]).unwrap()
            )
            .is_err()
        );
        assert!(
            serde_json::from_str::<WrappedFileKey>(
                &serde_json::to_string(&vec![7; length]).unwrap()
            )
            .is_err()
        );
    }
}

#[test]
fn the_proof_is_of_one_link_and_one_share() {
    let (link, other) = (key("link"), key("other link"));
    assert_eq!(link.proof(&ID).digest(), link.proof(&ID).digest());
    assert_ne!(link.proof(&ID).digest(), link.proof(&[8; 16]).digest());
    assert_ne!(link.proof(&ID).digest(), other.proof(&ID).digest());
    assert_ne!(link.proof(&ID).digest(), link.digest());
}

#[test]
fn nothing_secret_is_printed() {
    fn printed<T: std::fmt::Debug>(secret: &T) -> String {
        format!("{secret:?} {secret:#?}")
    }
    let link = key("link");
    let bytes = sha256(b"link");
    let pepper = Pepper::from_bytes(bytes);
    let stretch: Stretched = stretched("passphrase");
    let texts = [
        printed(&link),
        printed(&OwnerKey::parse(&link.encode()).unwrap()),
        printed(&Ticket::parse(&link.encode()).unwrap()),
        printed(&link.proof(&ID)),
        printed(&FileKey::from_bytes(bytes)),
        printed(&pepper),
        printed(&stretch),
        printed(&WrapKey::for_link(&link, &pepper, &ID, None)),
    ];
    for text in texts {
        assert!(text.contains("redacted"), "{text}");
        assert!(!text.contains(char::is_numeric), "no byte of it: {text}");
    }
    assert_eq!(CHEAP.lanes, 1);
}
