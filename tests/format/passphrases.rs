//! Passphrases: normal forms, lengths, stretching.

use onetimeshare::crypto::{
    FileKey, KdfError, KdfMemory, KdfParams, LinkKey, Passphrase, PassphraseError, Pepper,
    Stretched, WrapContext, WrapKey, stretch,
};

/// As little work as Argon2id allows.
pub(crate) const CHEAP: KdfParams = KdfParams {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};
const SALT: [u8; 16] = [5; 16];

pub(crate) fn stretched(text: &str) -> Stretched {
    stretched_with(text, &SALT, CHEAP)
}

fn stretched_with(text: &str, salt: &[u8; 16], params: KdfParams) -> Stretched {
    let passphrase = Passphrase::parse(text).unwrap();
    stretch(&passphrase, salt, params, &mut KdfMemory::new()).unwrap()
}

/// Whether what the one stretched passphrase wraps, the other unwraps.
fn agree(one: &Stretched, other: &Stretched) -> bool {
    let (link, pepper, id) = (LinkKey::random(), Pepper::random(), [0; 16]);
    let context = WrapContext {
        id,
        passphrase: true,
        size: 0,
        created_at_ms: 0,
        expires_at_ms: 0,
        last_hour: 0,
    };
    let wrapped =
        WrapKey::for_link(&link, &pepper, &id, Some(one)).wrap(&FileKey::random(), &context);
    WrapKey::for_link(&link, &pepper, &id, Some(other))
        .unwrap(&wrapped, &context)
        .is_ok()
}

#[test]
fn composed_and_decomposed_spellings_are_one_passphrase() {
    let pairs = [
        ("caf\u{e9} cr\u{e8}me", "cafe\u{301} cre\u{300}me"),
        ("\u{c5}ngstr\u{f6}m!", "A\u{30a}ngstro\u{308}m!"),
        ("\u{212b}ngstr\u{f6}m!", "\u{c5}ngstr\u{f6}m!"),
        (
            "\u{ac00}\u{ac01}\u{ac02}",
            "\u{1100}\u{1161}\u{1100}\u{1161}\u{11a8}\u{1100}\u{1161}\u{11a9}",
        ),
        ("\u{1e69}pelling", "s\u{307}\u{323}pelling"),
        ("\u{ff50}\u{ff41}\u{ff53}\u{ff53}word", "password"),
        ("\u{fb01}nancial", "financial"),
    ];
    for (one, other) in pairs {
        assert!(
            agree(&stretched(one), &stretched(other)),
            "{one} and {other}"
        );
    }
    assert!(
        !agree(&stretched("Password"), &stretched("password")),
        "case counts"
    );
    assert!(
        !agree(&stretched("password "), &stretched("password")),
        "spaces count"
    );
}

#[test]
fn a_common_beginning_is_not_enough() {
    let beginning = "a".repeat(72);
    for (one, other) in [("b", "c"), ("", "b"), ("\0b", "\0c")] {
        let (one, other) = (format!("{beginning}{one}"), format!("{beginning}{other}"));
        assert!(
            !agree(&stretched(&one), &stretched(&other)),
            "{one} and {other}"
        );
    }
    let longest = "a".repeat(1023);
    assert!(!agree(
        &stretched(&format!("{longest}b")),
        &stretched(&format!("{longest}c"))
    ));
}

#[test]
fn lengths_count_bytes_after_normalising() {
    let parse = |text: &str| Passphrase::parse(text).map(|_| ());
    assert_eq!(parse(""), Err(PassphraseError::TooShort));
    assert_eq!(parse("1234567"), Err(PassphraseError::TooShort));
    assert_eq!(parse("12345678"), Ok(()));
    assert_eq!(parse("\u{e9}\u{e9}\u{e9}\u{e9}"), Ok(()));
    assert_eq!(
        parse("\u{ff11}\u{ff12}\u{ff13}"),
        Err(PassphraseError::TooShort),
        "three digits after NFKC"
    );
    assert_eq!(parse(&"a".repeat(1024)), Ok(()));
    assert_eq!(parse(&"a".repeat(1025)), Err(PassphraseError::TooLong));
    assert_eq!(parse(&"\u{e9}".repeat(512)), Ok(()));
    assert_eq!(parse(&"\u{e9}".repeat(513)), Err(PassphraseError::TooLong));
    assert_eq!(
        parse(&format!("{}\u{e9}", "a".repeat(1023))),
        Err(PassphraseError::TooLong)
    );
    assert_eq!(
        parse(&"\u{fdfa}".repeat(32)),
        Err(PassphraseError::TooLong),
        "33 bytes each after NFKC"
    );
    assert_eq!(
        parse(&"a".repeat(10_000_000)),
        Err(PassphraseError::TooLong)
    );
    assert_eq!(
        format!("{:?}", Passphrase::parse("a secret text").unwrap()),
        "Passphrase(redacted)"
    );
}

#[test]
fn salt_and_every_parameter_count() {
    let base = stretched("passphrase");
    assert!(agree(&base, &stretched("passphrase")));
    assert!(!agree(
        &base,
        &stretched_with("passphrase", &[6; 16], CHEAP)
    ));
    let others = [
        KdfParams {
            memory_kib: 16,
            ..CHEAP
        },
        KdfParams { passes: 2, ..CHEAP },
        KdfParams {
            lanes: 2,
            memory_kib: 16,
            ..CHEAP
        },
    ];
    for other in others {
        assert!(
            !agree(&base, &stretched_with("passphrase", &SALT, other)),
            "{other:?}"
        );
    }
}

#[test]
fn memory_is_used_again_and_changes_nothing() {
    let mut memory = KdfMemory::new();
    let passphrase = Passphrase::parse("passphrase").unwrap();
    for memory_kib in [8, 64, 16, 1024, 8] {
        let params = KdfParams {
            memory_kib,
            ..CHEAP
        };
        let again = stretch(&passphrase, &SALT, params, &mut memory).unwrap();
        assert!(
            agree(&again, &stretched_with("passphrase", &SALT, params)),
            "{memory_kib} KiB"
        );
    }
    assert_eq!(
        format!("{memory:?}"),
        "KdfMemory(1024 KiB)",
        "it grows, and does not shrink"
    );
}

#[test]
fn impossible_parameters_are_refused() {
    let passphrase = Passphrase::parse("passphrase").unwrap();
    let refused = [
        KdfParams {
            memory_kib: 7,
            ..CHEAP
        },
        KdfParams {
            memory_kib: 0,
            ..CHEAP
        },
        KdfParams {
            memory_kib: u32::MAX,
            ..CHEAP
        },
        KdfParams { passes: 0, ..CHEAP },
        KdfParams { lanes: 0, ..CHEAP },
        KdfParams { lanes: 2, ..CHEAP },
    ];
    for params in refused {
        let result = stretch(&passphrase, &SALT, params, &mut KdfMemory::new());
        assert_eq!(result.map(|_| ()), Err(KdfError::BadParams), "{params:?}");
    }
}

#[test]
fn the_default_cost_is_the_documented_one() {
    let params = KdfParams::default();
    assert_eq!(
        (params.memory_kib, params.passes, params.lanes),
        (65536, 3, 1)
    );
}
