//! Every derivation and wrap for fixed inputs: by our code, by other code, and as committed in `tests/vectors/keys.txt`.

use argon2::{Algorithm, Argon2, Params, Version};
use onetimeshare::crypto::{
    FileKey, KdfMemory, KdfParams, LinkKey, OwnerKey, Passphrase, Pepper, Ticket, WrapContext,
    WrapKey, header::seal_header_with_salt, stretch,
};

use crate::{
    support::{FILE_KEY, SALT, aead, hex, hkdf, info, sha256},
    vectors::{VECTORS, compare_or_update},
};

const LINK: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const OWNER: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";
const TICKET: &str = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8";
const PEPPER: [u8; 32] = *b"the pepper that one hour shares.";
const ID: [u8; 16] = [
    0x3f, 0x2b, 0x8c, 0x1d, 0x5e, 0x6a, 0x47, 0x90, 0x8b, 0x1c, 0x2d, 0x3e, 0x4f, 0x50, 0x61, 0x72,
];
/// In NFC here; the derivation sees NFKC, in which the ligature is two letters.
const PASSPHRASE: &str = "\u{fb01}ve cr\u{e8}mes br\u{fb}l\u{e9}es";
const PASSPHRASE_NFKC: &str = "five cr\u{e8}mes br\u{fb}l\u{e9}es";
const KDF_SALT: [u8; 16] = *b"salt for argon2!";
const NONCE: [u8; 12] = *b"wrap nonce 1";

fn bytes(first: u8) -> [u8; 32] {
    std::array::from_fn(|index| first + u8::try_from(index).unwrap())
}

fn context(passphrase: bool) -> WrapContext {
    WrapContext {
        id: ID,
        passphrase,
        size: 0x0102_0304_0506_0708,
        created_at_ms: 1_700_000_000_000,
        expires_at_ms: 1_700_086_400_000,
        last_hour: 472_284,
    }
}

struct Table(String);

impl Table {
    fn row(&mut self, name: &str, value: &str) {
        self.0.extend([name, ": ", value, "\n"]);
    }

    fn hex(&mut self, name: &str, value: &[u8]) {
        self.row(name, &hex(value));
    }

    /// A wrap by our code, checked against `key` derived elsewhere.
    fn wrap(&mut self, name: &str, wrap_key: &WrapKey, key: &[u8; 32], context: &WrapContext) {
        let file_key = FileKey::from_bytes(FILE_KEY);
        let wrapped = wrap_key.wrap_with_nonce(&file_key, context, NONCE);
        let expected = [&NONCE[..], &aead(key, NONCE, &context.to_aad(), &FILE_KEY)].concat();
        assert_eq!(wrapped.as_bytes()[..], expected, "{name}");
        assert!(wrap_key.unwrap(&wrapped, context).unwrap() == file_key);
        self.hex(&format!("{name}-wrap-key"), key);
        self.hex(&format!("{name}-wrap-aad"), &context.to_aad());
        self.hex(&format!("{name}-wrapped-key"), wrapped.as_bytes());
    }
}

fn inputs(table: &mut Table) {
    table.row("link-key", LINK);
    table.row("owner-key", OWNER);
    table.row("ticket", TICKET);
    table.hex("pepper", &PEPPER);
    table.hex("share-id", &ID);
    table.hex("file-key", &FILE_KEY);
    table.hex("header-salt", &SALT);
    table.hex("wrap-nonce", &NONCE);
    table.hex("passphrase-utf8", PASSPHRASE.as_bytes());
    table.hex("passphrase-nfkc", PASSPHRASE_NFKC.as_bytes());
    table.hex("argon2id-salt", &KDF_SALT);
    table.row("argon2id-cost", "m=65536 t=3 p=1");
}

fn digests(table: &mut Table, link: &LinkKey) {
    let owner = OwnerKey::parse(OWNER).unwrap();
    let ticket = Ticket::parse(TICKET).unwrap();
    assert_eq!(link.digest().as_bytes(), &sha256(&bytes(0)));
    assert_eq!(owner.digest().as_bytes(), &sha256(&bytes(32)));
    assert_eq!(ticket.digest().as_bytes(), &sha256(&bytes(64)));
    table.row("owner-key-sha256", &owner.digest().to_hex());
    table.row("ticket-sha256", &ticket.digest().to_hex());

    let proof = hkdf(&bytes(0), &ID, "onetimeshare.v1/proof");
    assert_eq!(link.proof(&ID).digest().as_bytes(), &sha256(&proof));
    table.hex("proof", &proof);
    table.row("proof-sha256", &link.proof(&ID).digest().to_hex());
}

fn wraps(table: &mut Table, link: &LinkKey) {
    let pepper = Pepper::from_bytes(PEPPER);
    let key = hkdf(&[bytes(0), PEPPER].concat(), &ID, "onetimeshare.v1/wrap");
    table.wrap(
        "link",
        &WrapKey::for_link(link, &pepper, &ID, None),
        &key,
        &context(false),
    );

    let passphrase = Passphrase::parse(PASSPHRASE).unwrap();
    let ours = stretch(
        &passphrase,
        &KDF_SALT,
        KdfParams::default(),
        &mut KdfMemory::new(),
    )
    .unwrap();
    let mut stretched = [0; 32];
    let params = Params::new(65536, 3, 1, Some(32)).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSPHRASE_NFKC.as_bytes(), &KDF_SALT, &mut stretched)
        .unwrap();
    table.hex("argon2id", &stretched);
    let ikm = [bytes(0), PEPPER, stretched].concat();
    let key = hkdf(&ikm, &ID, "onetimeshare.v1/wrap+passphrase");
    let wrap_key = WrapKey::for_link(link, &pepper, &ID, Some(&ours));
    table.wrap("link-and-passphrase", &wrap_key, &key, &context(true));

    let ticket = Ticket::parse(TICKET).unwrap();
    let key = hkdf(&[bytes(64), PEPPER].concat(), &ID, "onetimeshare.v1/ticket");
    table.wrap(
        "ticket",
        &WrapKey::for_ticket(&ticket, &pepper, &ID),
        &key,
        &context(false),
    );
}

fn header(table: &mut Table) {
    let keys = [
        "onetimeshare.v1/commitment",
        "onetimeshare.v1/metadata",
        "payload",
    ]
    .map(|label| hkdf(&FILE_KEY, &SALT, label));
    let info = info("report.pdf", "application/pdf");
    let file_key = FileKey::from_bytes(FILE_KEY);
    let (header, sealer) = seal_header_with_salt(&file_key, &info, SALT).unwrap();

    let mut metadata = b"\0\0\x0areport.pdf\0\x0fapplication/pdf".to_vec();
    metadata.resize(440, 0);
    let prefix = [&b"OTSF\x01\0\0\0"[..], &SALT, &keys[0]].concat();
    let expected = [&prefix[..], &aead(&keys[1], [0; 12], &prefix, &metadata)].concat();
    assert_eq!(header[..], expected);

    let mut empty = Vec::new();
    sealer.finish(&mut empty);
    let last = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(empty, aead(&keys[2], last, &[], &[]));

    table.hex("commitment", &keys[0]);
    table.hex("metadata-key", &keys[1]);
    table.hex("metadata", &metadata);
    table.hex("header", &header);
    table.hex("payload-key", &keys[2]);
    table.hex("empty-final-chunk", &empty);
}

#[test]
fn every_derivation_is_the_committed_one() {
    let mut table =
        Table("# Inputs, derived keys and wraps; docs/format.md has the formulas.\n".to_owned());
    let link = LinkKey::parse(LINK).unwrap();
    inputs(&mut table);
    digests(&mut table, &link);
    wraps(&mut table, &link);
    header(&mut table);
    compare_or_update(&format!("{VECTORS}/keys.txt"), table.0.as_bytes());
}
