//! The server dies at each of the places where dying could hurt.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use tokio::task::{JoinSet, LocalSet};

use super::{
    lane::{BundledLane, Lane},
    places::{Deed, PLACES},
};
use crate::{proof::Proof, support::Dice};

const LANES: usize = 4;

type Round = (&'static str, Deed);

fn next(queue: &RefCell<VecDeque<Round>>) -> Option<Round> {
    queue.borrow_mut().pop_front()
}

/// Every place as often as it is told, in random order.
fn rounds(proof: &Proof, dice: &mut Dice) -> Vec<Round> {
    let each = proof.rounds(20, 1);
    let mut rounds = Vec::new();
    for (place, deeds) in PLACES {
        let first = usize::try_from(dice.below(16)).expect("small");
        let deeds = deeds.iter().cycle().skip(first).take(each);
        rounds.extend(deeds.map(|deed| (*place, *deed)));
    }
    for last in (1..rounds.len()).rev() {
        let other = dice.below(u64::try_from(last + 1).expect("small"));
        rounds.swap(last, usize::try_from(other).expect("small"));
    }
    rounds
}

/// All rounds, in several lanes side by side.
async fn walk(bundled: VecDeque<Round>, shared: VecDeque<Round>, mut dice: Dice) {
    let shared = Rc::new(RefCell::new(shared));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (queue, seed) = (Rc::clone(&shared), dice.next());
        lanes.spawn_local(async move {
            let mut lane = Lane::open(seed).await;
            while let Some((place, deed)) = next(&queue) {
                lane.round(place, deed).await;
            }
            lane.close().await;
        });
    }
    let queue = RefCell::new(bundled);
    lanes.spawn_local(async move {
        let mut lane = BundledLane::open(dice.next()).await;
        while let Some((place, deed)) = next(&queue) {
            lane.round(place, deed).await;
        }
        lane.close().await;
    });
    while let Some(done) = lanes.join_next().await {
        done.expect("a lane");
    }
}

#[tokio::test]
async fn crashes_at_every_failpoint() {
    let mut proof = Proof::begin("crashes-at-failpoints");
    let mut dice = Dice::from_seed(proof.seed());
    let rounds = rounds(&proof, &mut dice);
    proof.figure("deaths", rounds.len());
    proof.figure("places", PLACES.len());
    let (bundled, shared) = rounds.into_iter().partition(|(_, deed)| deed.is_bundled());
    // A lane lends itself to closures, which only a task of this thread can wait for.
    LocalSet::new().run_until(walk(bundled, shared, dice)).await;
    proof.holds();
}
