//! Variants measured in turn (ABAB…), so that a noisy minute meets all of them alike.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::machine::Seen;

/// Cores that others may keep busy during a sample that counts.
pub(crate) const QUIET: f64 = 0.25;

/// One measurement: its values by name, and what else ran meanwhile.
pub(crate) struct Sample {
    /// Name of each value with the value.
    pub(crate) values: Vec<(&'static str, f64)>,
    /// Cores that others kept busy.
    pub(crate) foreign: f64,
}

impl Sample {
    /// The usual values of a transfer of this many bytes.
    pub(crate) fn of_transfer(seen: &Seen, bytes: u64) -> Self {
        let gib = bytes as f64 / f64::from(1 << 30);
        Self {
            values: vec![
                ("cpu-s/GiB", seen.cpu / gib),
                ("GiB/s", gib / seen.wall),
                ("client cpu-s/GiB", seen.client / gib),
            ],
            foreign: seen.foreign,
        }
    }

    /// With one more value.
    pub(crate) fn with(mut self, name: &'static str, value: f64) -> Self {
        self.values.push((name, value));
        self
    }
}

/// Samples of one round, each with a name of its own, such as one up and one down.
pub(crate) type Samples = Outcome<Vec<(&'static str, Sample)>>;

/// One of the things that are compared.
pub(crate) struct Variant<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Measures once.
    pub(crate) run: Box<dyn FnMut() -> Samples + 'a>,
}

/// All values of one variant's one sample kind.
pub(crate) struct Measured {
    /// The variant.
    pub(crate) variant: String,
    /// The name of the sample, such as `upload`.
    pub(crate) what: &'static str,
    /// Every value by name, in the order measured.
    pub(crate) values: BTreeMap<&'static str, Vec<f64>>,
    /// Whether other work ran during them all.
    pub(crate) loaded: bool,
    /// Samples thrown away because other work ran.
    pub(crate) dropped: usize,
}

/// Runs all variants `rounds` times in turn, and where there is time for it (`patient`) up to as many times again while
/// quiet samples are missing. What was measured beside other work is thrown away, unless there is too little else.
pub(crate) fn interleave(
    rounds: usize,
    patient: bool,
    mut variants: Vec<Variant<'_>>,
) -> Outcome<Vec<Measured>> {
    let mut samples: Vec<(String, &'static str, Vec<Sample>)> = Vec::new();
    for round in 0..if patient { 2 * rounds } else { rounds } {
        let enough =
            |taken: &Vec<Sample>| taken.iter().filter(|s| s.foreign <= QUIET).count() >= rounds;
        if round >= rounds && samples.iter().all(|(_, _, taken)| enough(taken)) {
            break;
        }
        for variant in &mut variants {
            for (what, sample) in (variant.run)()? {
                let known = samples
                    .iter_mut()
                    .find(|(name, of, _)| name == variant.name && *of == what);
                match known {
                    Some((_, _, taken)) => taken.push(sample),
                    None => samples.push((variant.name.to_owned(), what, vec![sample])),
                }
            }
        }
    }
    Ok(samples
        .into_iter()
        .map(|(variant, what, taken)| keep_quiet(variant, what, taken))
        .collect())
}

fn keep_quiet(variant: String, what: &'static str, taken: Vec<Sample>) -> Measured {
    let all = taken.len();
    let quiet = taken.iter().filter(|s| s.foreign <= QUIET).count();
    let loaded = quiet * 3 < all || quiet == 0;
    let mut values: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for sample in taken {
        if loaded || sample.foreign <= QUIET {
            for (name, value) in sample.values {
                values.entry(name).or_default().push(value);
            }
            values
                .entry("foreign cores")
                .or_default()
                .push(sample.foreign);
        }
    }
    Measured {
        variant,
        what,
        values,
        loaded,
        dropped: if loaded { 0 } else { all - quiet },
    }
}
