use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The UUID v4 that names a share in its link's path. It is not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShareId(Uuid);

impl ShareId {
    /// A fresh id from the operating system's generator.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Reads exactly the 36 lower-case characters that [`fmt::Display`] writes; every other spelling is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = Uuid::try_parse(text).ok()?;
        let canonical = uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
        (canonical && uuid.get_version_num() == 4).then_some(Self(uuid))
    }

    /// The id of 16 raw bytes, as the agenda stores it.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 raw bytes: salt of every key derivation, member of the agenda.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShareId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_an_id() {
        let id = ShareId::random();
        let text = id.to_string();
        assert_eq!(ShareId::parse(&text), Some(id));
        assert_eq!(ShareId::parse(&text.to_uppercase()), None);
        assert_eq!(ShareId::parse(&text.replace('-', "")), None);
        assert_eq!(ShareId::parse(&format!("{{{text}}}")), None);
        assert_eq!(ShareId::parse("00000000-0000-1000-8000-000000000000"), None);
        assert_eq!(ShareId::parse(""), None);
    }

    #[test]
    fn the_raw_bytes_are_those_the_text_spells() {
        let id = ShareId::parse("3f2b8c1d-5e6a-4790-8b1c-2d3e4f506172").expect("it is canonical");
        let bytes = 0x3f2b_8c1d_5e6a_4790_8b1c_2d3e_4f50_6172_u128.to_be_bytes();
        assert_eq!(id.as_bytes(), &bytes);
        assert_eq!(ShareId::from_bytes(bytes), id);
        let shown = "ShareId(3f2b8c1d-5e6a-4790-8b1c-2d3e4f506172)";
        assert_eq!(format!("{id:?}"), shown);
    }
}
