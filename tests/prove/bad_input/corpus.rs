//! The inputs of the fuzz targets, on any compiler: what was once worth keeping keeps its promises.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use crate::{proof::Proof, support::Dice};

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a crate of its own for the fuzzer")]
mod targets;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 7] = [
    ("blob", targets::blob::check),
    ("client", targets::client::check),
    ("form", targets::form::check),
    ("name", targets::name::check),
    ("parts", targets::parts::check),
    ("range", targets::range::check),
    ("record", targets::record::check),
];

fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let folder = fuzz.join("corpus").join(target);
    let mut inputs: Vec<_> = fs::read_dir(folder)
        .expect("every target has a corpus")
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    inputs.sort();
    inputs
}

/// A byte changed, lost or added, or a piece of another input in the place of one.
fn mutated(dice: &mut Dice, inputs: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut below = |limit: usize| usize::try_from(dice.below(limit.max(1) as u64)).unwrap();
    let mut bytes = inputs[below(inputs.len())].1.clone();
    for _ in 0..=below(3) {
        let place = below(bytes.len());
        match below(4) {
            0 if !bytes.is_empty() => bytes[place] = u8::try_from(below(256)).unwrap(),
            1 if !bytes.is_empty() => drop(bytes.remove(place)),
            2 => bytes.insert(place, u8::try_from(below(256)).unwrap()),
            _ => {
                let other = &inputs[below(inputs.len())].1;
                let from = below(other.len());
                let to = from + below(other.len() - from);
                bytes.splice(place..place, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn every_committed_input_and_its_neighbours_keep_the_promises() {
    let mut proof = Proof::begin("fuzz-corpus");
    let neighbours = proof.rounds(100_000, 1000);
    let mut dice = Dice::from_seed(proof.seed());
    let mut committed = 0;
    for (target, check) in TARGETS {
        let inputs = inputs(target);
        assert!(
            (10..=60).contains(&inputs.len()),
            "{target}: {}",
            inputs.len()
        );
        committed += inputs.len();
        for (name, bytes) in &inputs {
            assert!(bytes.len() <= 4096, "{target}/{name} is longer than 4 KiB");
            let kept = catch_unwind(AssertUnwindSafe(|| check(bytes)));
            assert!(kept.is_ok(), "fuzz/corpus/{target}/{name}");
        }
        for _ in 0..neighbours {
            let bytes = mutated(&mut dice, &inputs);
            let kept = catch_unwind(AssertUnwindSafe(|| check(&bytes)));
            assert!(
                kept.is_ok(),
                "{target}: {:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }
    proof.figure("targets", TARGETS.len());
    proof.figure("committed inputs", committed);
    proof.figure("neighbours of each target", neighbours);
    proof.holds();
}
