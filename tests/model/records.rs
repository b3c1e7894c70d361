//! Records as Redis holds them: whole byte strings, compared as such. Each distinct one is kept once and named by a number,
//! so that a state of the model stays small; equal numbers are equal bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;

use onetimeshare::share::{Fate, Share, Stored, WriterMark};

/// A stored share; [`Rec::NONE`] where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Rec(u16);

/// A stored fate; [`FateRec::NONE`] where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FateRec(u16);

impl Rec {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn is_some(self) -> bool {
        self != Self::NONE
    }
}

impl FateRec {
    pub(crate) const NONE: Self = Self(0);
}

/// Every record that came up.
#[derive(Default)]
pub(crate) struct Table {
    shares: Mutex<Kept<Share>>,
    fates: Mutex<Kept<Fate>>,
}

struct Kept<T> {
    all: Vec<Arc<Stored<T>>>,
    by_bytes: HashMap<Vec<u8>, u16>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            by_bytes: HashMap::new(),
        }
    }
}

impl<T: Serialize + DeserializeOwned> Kept<T> {
    /// What is kept is what the codec reads back from the bytes.
    fn number(&mut self, bytes: Vec<u8>) -> u16 {
        if let Some(number) = self.by_bytes.get(&bytes) {
            return *number;
        }
        let read = Stored::decode(bytes.clone()).expect("what was encoded can be decoded");
        self.all.push(Arc::new(read));
        let number =
            u16::try_from(self.all.len()).expect("a model has fewer than 65,536 different records");
        self.by_bytes.insert(bytes, number);
        number
    }

    /// The value encoded with fresh writer bytes: the first for which the record is not `known` anywhere. Random bytes
    /// matter only by being unlike all others, so the least unused ones stand for them. Without `writer_bytes` they are
    /// always the same.
    fn write(&mut self, value: &T, writer_bytes: bool, known: impl Fn(u16) -> bool) -> u16
    where
        T: Clone,
    {
        (0..=u8::MAX)
            .map(|mark| self.number(Stored::encode(value.clone(), WriterMark([mark; 8])).bytes))
            .find(|number| !writer_bytes || !known(*number))
            .expect("fewer than 256 equal records are around at once")
    }

    fn get(&self, number: u16) -> Option<Arc<Stored<T>>> {
        self.all.get(usize::from(number).checked_sub(1)?).cloned()
    }
}

impl Table {
    /// The share as a write of its own; `known` says which records are around.
    pub(crate) fn write(
        &self,
        share: &Share,
        writer_bytes: bool,
        known: impl Fn(Rec) -> bool,
    ) -> Rec {
        let mut kept = self.shares.lock().unwrap();
        Rec(kept.write(share, writer_bytes, |number| known(Rec(number))))
    }

    /// The fate of an end as a write of its own.
    pub(crate) fn write_fate(
        &self,
        fate: &Fate,
        writer_bytes: bool,
        known: impl Fn(FateRec) -> bool,
    ) -> FateRec {
        let mut kept = self.fates.lock().unwrap();
        FateRec(kept.write(fate, writer_bytes, |number| known(FateRec(number))))
    }

    pub(crate) fn share(&self, rec: Rec) -> Option<Arc<Stored<Share>>> {
        self.shares.lock().unwrap().get(rec.0)
    }

    pub(crate) fn fate(&self, rec: FateRec) -> Option<Arc<Stored<Fate>>> {
        self.fates.lock().unwrap().get(rec.0)
    }

    /// How many different records came up.
    pub(crate) fn len(&self) -> usize {
        self.shares.lock().unwrap().all.len() + self.fates.lock().unwrap().all.len()
    }
}
