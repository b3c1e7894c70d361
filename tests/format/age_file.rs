//! Files of the crate `age`, opened far enough to learn the file key inside.
//!
//! The traits by which `age` would hand the key out need a crate of its own for their types. A passphrase recipient with
//! scrypt's smallest cost says the same: its stanza unwraps with RFC 7914 for N = 2, r = 8, p = 1.

use std::{
    io::{Read, Write},
    iter,
    sync::LazyLock,
};

use age::{Decryptor, Encryptor, scrypt, secrecy::SecretString};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use hkdf::hmac::{Hmac, Mac};
use sha2::Sha256;

const PASSPHRASE: &str = "only the tests know it";

/// Made once: `age` times a whole scrypt whenever one of these is made.
static RECIPIENT: LazyLock<scrypt::Recipient> = LazyLock::new(|| {
    let mut recipient = scrypt::Recipient::new(SecretString::from(PASSPHRASE));
    recipient.set_work_factor(1);
    recipient
});
static IDENTITY: LazyLock<scrypt::Identity> =
    LazyLock::new(|| scrypt::Identity::new(SecretString::from(PASSPHRASE)));

/// An age file in its parts.
pub(crate) struct AgeFile {
    /// The text header with its MAC line.
    pub(crate) header: Vec<u8>,
    pub(crate) nonce: [u8; 16],
    pub(crate) payload: Vec<u8>,
    pub(crate) file_key: Vec<u8>,
}

/// Has `age` encrypt `plain`.
pub(crate) fn encrypt(plain: &[u8]) -> AgeFile {
    let encryptor = Encryptor::with_recipients(iter::once(&*RECIPIENT as _)).unwrap();
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    parse(&file)
}

/// Has `age` decrypt `payload` behind the header of `file` and another nonce.
pub(crate) fn decrypt(file: &AgeFile, nonce: [u8; 16], payload: &[u8]) -> Option<Vec<u8>> {
    let whole = [&file.header, &nonce[..], payload].concat();
    let decryptor = Decryptor::new_buffered(whole.as_slice()).unwrap();
    let mut reader = decryptor.decrypt(iter::once(&*IDENTITY as _)).unwrap();
    let mut plain = Vec::new();
    reader.read_to_end(&mut plain).ok()?;
    Some(plain)
}

fn parse(file: &[u8]) -> AgeFile {
    let mac = file
        .windows(5)
        .position(|window| window == b"\n--- ")
        .unwrap()
        + 1;
    let end = mac + file[mac..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let (header, rest) = file.split_at(end);
    let (nonce, payload) = rest.split_first_chunk().unwrap();
    AgeFile {
        header: header.to_vec(),
        nonce: *nonce,
        payload: payload.to_vec(),
        file_key: file_key(str::from_utf8(header).unwrap()),
    }
}

fn file_key(header: &str) -> Vec<u8> {
    let mut lines = header.lines();
    assert_eq!(lines.next(), Some("age-encryption.org/v1"));
    let arguments: Vec<_> = lines.next().unwrap().split(' ').collect();
    assert_eq!((arguments[1], arguments[3]), ("scrypt", "1"));
    let salt = STANDARD_NO_PAD.decode(arguments[2]).unwrap();
    let body = STANDARD_NO_PAD.decode(lines.next().unwrap()).unwrap();
    let salt = [&b"age-encryption.org/v1/scrypt"[..], &salt].concat();
    let key = scrypt_n2(PASSPHRASE.as_bytes(), &salt);
    let cipher = ChaCha20Poly1305::new((&key).into());
    cipher.decrypt(&[0; 12].into(), body.as_slice()).unwrap()
}

type Block = [u32; 16];

fn scrypt_n2(passphrase: &[u8], salt: &[u8]) -> [u8; 32] {
    let mut x: Vec<Block> = pbkdf2(passphrase, salt, 1024)
        .chunks(64)
        .map(|block| {
            std::array::from_fn(|i| u32::from_le_bytes(block[4 * i..][..4].try_into().unwrap()))
        })
        .collect();
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(x.clone());
        x = block_mix(&x);
    }
    for _ in 0..2 {
        let other = &seen[(x[15][0] % 2) as usize];
        let mixed: Vec<_> = x.iter().zip(other).map(|(a, b)| xor(a, b)).collect();
        x = block_mix(&mixed);
    }
    let bytes: Vec<_> = x
        .iter()
        .flatten()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    pbkdf2(passphrase, &bytes, 32).try_into().unwrap()
}

/// PBKDF2-HMAC-SHA-256 with one iteration.
fn pbkdf2(passphrase: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
    let block = |index: u32| {
        let mac = Hmac::<Sha256>::new_from_slice(passphrase).unwrap();
        mac.chain_update(salt)
            .chain_update(index.to_be_bytes())
            .finalize()
            .into_bytes()
    };
    (1..).flat_map(block).take(length).collect()
}

fn block_mix(blocks: &[Block]) -> Vec<Block> {
    let mut x = blocks[15];
    let mixed: Vec<_> = blocks
        .iter()
        .map(|block| {
            x = salsa20_8(&xor(&x, block));
            x
        })
        .collect();
    let even = mixed.iter().step_by(2);
    even.chain(mixed.iter().skip(1).step_by(2))
        .copied()
        .collect()
}

fn xor(a: &Block, b: &Block) -> Block {
    std::array::from_fn(|i| a[i] ^ b[i])
}

fn salsa20_8(input: &Block) -> Block {
    const COLUMNS: [[usize; 4]; 4] = [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]];
    const ROWS: [[usize; 4]; 4] = [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]];
    let mut x = *input;
    for _ in 0..4 {
        for [a, b, c, d] in COLUMNS.into_iter().chain(ROWS) {
            x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
            x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
            x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
            x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
        }
    }
    std::array::from_fn(|i| x[i].wrapping_add(input[i]))
}
