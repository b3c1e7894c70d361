//! The blob store, driven at random while its system calls fail, compared after every step with what may lie on the disk.

mod blobs;
mod disk;
mod hours;
mod world;

use crate::{
    proof::Proof,
    support::{Dice, process::fresh_directory},
};

use world::World;

use std::path::{Path, PathBuf};

const STEPS: u64 = 40;

#[tokio::test]
async fn the_blob_store_keeps_its_word_whatever_fails() {
    let mut proof = Proof::begin("blob-store-faults");
    let sequences = proof.rounds(10_000, 300);
    // The failpoints of this process are used by nothing else here: servers are processes of their own.
    let scenario = fail::FailScenario::setup();
    let mut dice = Dice::from_seed(proof.seed());
    let directory = in_memory(&fresh_directory("blob-store"));
    let (mut steps, mut refused) = (0, 0);
    for sequence in 0..sequences {
        let mut world = World::new(&directory, Dice::from_seed(dice.next()), sequence);
        for _ in 0..10 + world.dice.below(STEPS) {
            world.step().await;
        }
        steps += world.trace.len();
        refused += world.refused;
        world.end();
    }
    scenario.teardown();
    assert!(refused > sequences, "hardly anything ever failed");
    proof.figure("sequences", sequences);
    proof.figure("steps", steps);
    proof.figure("steps that failed", refused);
    proof.holds();
}

/// The same place in memory, where syncing costs nothing; on the disk where there is no such place. The run's end removes
/// either.
fn in_memory(on_disk: &Path) -> PathBuf {
    let below = on_disk.strip_prefix("/tmp").unwrap();
    let memory = Path::new("/dev/shm").join(below);
    match std::fs::create_dir_all(&memory) {
        Ok(()) => memory,
        Err(_) => on_disk.to_owned(),
    }
}
