//! Looking for a hundred thousand needles at once.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

/// Bits of the sieve that most positions do not pass.
const SIEVE_BITS: u32 = 22;

/// Needles by their first eight bytes.
pub(super) struct Search<'a> {
    needles: &'a [(String, Vec<u8>)],
    sieve: Vec<u64>,
    table: HashMap<u64, Vec<usize>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(needles: &'a [(String, Vec<u8>)]) -> Self {
        let mut sieve = vec![0; 1 << (SIEVE_BITS - 6)];
        let mut table: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, (_, bytes)) in needles.iter().enumerate() {
            let head = bytes.first_chunk().expect("needles have eight bytes");
            let head = u64::from_be_bytes(*head);
            let (word, bit) = place(head);
            sieve[word] |= bit;
            table.entry(head).or_default().push(index);
        }
        Self {
            needles,
            sieve,
            table,
        }
    }

    /// The longest needle: how far pieces must overlap.
    pub(super) fn longest(&self) -> usize {
        let lengths = self.needles.iter().map(|(_, bytes)| bytes.len());
        lengths.max().unwrap_or(0)
    }

    /// Which needles occur in `bytes`.
    pub(super) fn indices(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut head = 0;
        for (end, byte) in bytes.iter().enumerate() {
            head = head << 8 | u64::from(*byte);
            let (word, bit) = place(head);
            if end < 7 || self.sieve[word] & bit == 0 {
                continue;
            }
            let candidates = self.table.get(&head).into_iter().flatten();
            let here = &bytes[end - 7..];
            found.extend(candidates.filter(|index| here.starts_with(&self.needles[**index].1)));
        }
        found
    }

    /// What was found in `bytes`, as sentences.
    pub(super) fn in_bytes(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let indices = self.indices(bytes).into_iter();
        indices
            .map(|index| format!("{} in {place}", self.needles[index].0))
            .collect()
    }

    /// What was found in files or their names, as sentences. A file that vanished meanwhile holds nothing.
    pub(super) fn in_files(&self, files: &[PathBuf]) -> Vec<String> {
        let look = |path: &PathBuf| {
            let name = path.to_string_lossy();
            let mut bytes = std::fs::read(path).unwrap_or_default();
            bytes.extend_from_slice(name.as_bytes());
            self.in_bytes(&name, &bytes)
        };
        files.iter().flat_map(look).collect()
    }
}

fn place(head: u64) -> (usize, u64) {
    let hash = head.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SIEVE_BITS);
    let word = usize::try_from(hash >> 6).expect("at most 22 bits");
    (word, 1 << (hash & 63))
}

#[test]
fn a_search_finds_what_is_there_and_nothing_else() {
    let needle = |text: &str| (text.to_owned(), text.as_bytes().to_vec());
    let needles = [
        needle("needle-one"),
        needle("needle-on"),
        needle("missing-one"),
    ];
    let search = Search::new(&needles);
    let found = |text: &str| {
        search
            .indices(text.as_bytes())
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(found("a needle-one"), [0, 1]);
    assert_eq!(found("needle-on"), [1]);
    assert_eq!(found("needle-o"), [0; 0]);
    assert_eq!(found("missing-on and a needle-0"), [0; 0]);
    assert_eq!(search.longest(), 11);
}
