//! What keys, wraps and header share: HKDF-SHA-256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439) over one short text, randomness.

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};
use hkdf::HkdfExtract;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// 32 bytes that are wiped when they go out of scope.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// `HKDF-SHA-256(ikm = part1 || part2 || …, salt, info = label)`, 32 bytes.
///
/// The parts must have fixed lengths, else two different splits would give the same key.
pub(super) fn derive(salt: &[u8; 16], parts: &[&[u8; 32]], label: &[u8]) -> Secret {
    let mut extract = HkdfExtract::<Sha256>::new(Some(salt));
    for part in parts {
        extract.input_ikm(*part);
    }
    let (mut prk, hkdf) = extract.finalize();
    prk.as_mut_slice().zeroize();
    let mut okm = Secret::default();
    hkdf.expand(label, okm.as_mut_slice())
        .expect("32 bytes are below HKDF's limit of 8160");
    okm
}

/// Fresh bytes from the operating system's generator.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("without the operating system's generator no key can be made");
    bytes
}

/// Writes the parts one after the other to the start of `room`, which is large enough.
pub(super) fn fill(room: &mut [u8], parts: &[&[u8]]) {
    for (place, byte) in room.iter_mut().zip(parts.iter().copied().flatten()) {
        *place = *byte;
    }
}

/// Encrypts `text`, a few hundred bytes, in place and returns the tag.
pub(super) fn seal(key: &Secret, nonce: [u8; 12], aad: &[u8], text: &mut [u8]) -> [u8; 16] {
    ChaCha20Poly1305::new((&**key).into())
        .encrypt_inout_detached(&nonce.into(), aad, text.into())
        .expect("the text is far below the cipher's limit of 256 GiB")
        .into()
}

/// Decrypts `text` in place, or leaves it as it is and returns `None` if the tag is wrong.
pub(super) fn open(
    key: &Secret,
    nonce: [u8; 12],
    aad: &[u8],
    text: &mut [u8],
    tag: &[u8; 16],
) -> Option<()> {
    ChaCha20Poly1305::new((&**key).into())
        .decrypt_inout_detached(&nonce.into(), aad, text.into(), tag.into())
        .ok()
}
