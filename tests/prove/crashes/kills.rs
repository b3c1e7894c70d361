//! `kill -9` at random moments under a mixed load: of the servers, and of Redis.

use std::time::Duration;

use rustix::process::Signal;

use crate::{
    proof::Proof,
    support::{
        Client, Dice, Server, Setup, eventually,
        load::{Collected, Load},
        process::{runs, send},
        wait::pause,
    },
};

fn setup(setup: Setup) -> Setup {
    setup
        .set("UPLOAD_LEASE", "3s")
        .set("RESERVATION_LEASE", "2s")
}

fn figures(proof: &mut Proof, collected: Collected) {
    proof.figure("acknowledged", collected.shares);
    proof.figure("delivered", collected.delivered);
    proof.figure("revoked before that", collected.revoked);
    let lost = collected.shares - collected.delivered - collected.revoked;
    proof.figure("lost", lost);
    proof.figure("with one recipient, whole or in part", collected.begun);
    proof.figure("uploads given up", collected.given_up);
    assert!(collected.shares > 0, "no share came through");
}

/// Kills one server again and again; the others go on.
async fn kill_again_and_again(server: &mut Server, times: usize, mut dice: Dice) {
    for kill in 0..times {
        // Mostly right after the start, while everybody's second try is under way; sometimes in the midst of calm.
        pause(dice.below(if kill % 5 == 0 { 900 } else { 350 })).await;
        server.kill9();
        server.restart().await;
    }
}

#[tokio::test]
async fn kills_of_servers() {
    let mut proof = Proof::begin("kills-of-servers");
    let kills = proof.rounds(1_000, 9);
    let mut dice = Dice::from_seed(proof.seed());
    let mut first = setup(Setup::shared().await).start().await;
    let (mut second, mut third) = (first.sibling().await, first.sibling().await);
    let clients: Vec<Client> = [&first, &second, &third].map(|s| s.client().clone()).into();
    let clients: Vec<&Client> = clients.iter().collect();
    let load = Load::start(&clients, 3, &mut dice);
    let each = kills.div_ceil(3);
    let mut own = || Dice::from_seed(dice.next());
    tokio::join!(
        kill_again_and_again(&mut first, each, own()),
        kill_again_and_again(&mut second, each, own()),
        kill_again_and_again(&mut third, each, own()),
    );
    let collected = load.end().await;
    drop((second, third));
    first.finish().await;
    proof.figure("kills", 3 * each);
    figures(&mut proof, collected);
    proof.holds();
}

#[tokio::test]
async fn kills_of_a_redis_of_ones_own() {
    let mut proof = Proof::begin("kills-of-redis");
    let kills = proof.rounds(200, 4);
    let mut dice = Dice::from_seed(proof.seed());
    let first = setup(Setup::own_redis().await).start().await;
    let second = first.sibling().await;
    let load = Load::start(&[first.client(), second.client()], 3, &mut dice);
    for _ in 0..kills {
        pause(200 + dice.below(700)).await;
        first.redis().kill();
        pause(dice.below(150)).await;
        first.redis().start();
        first.redis().ready().await;
    }
    let collected = load.end().await;
    drop(second);
    first.finish().await;
    proof.figure("kills", kills);
    figures(&mut proof, collected);
    proof.holds();
}

#[tokio::test]
async fn kills_of_the_bundled_redis() {
    let mut proof = Proof::begin("kills-of-bundled-redis");
    let kills = proof.rounds(200, 4);
    let mut dice = Dice::from_seed(proof.seed());
    let server = setup(Setup::bundled().await).start().await;
    let load = Load::start(&[server.client()], 3, &mut dice);
    for _ in 0..kills {
        pause(200 + dice.below(700)).await;
        let named = || {
            let pid = std::fs::read_to_string(server.place().redis_pid_file()).ok()?;
            pid.trim().parse().ok().filter(|pid| runs(*pid))
        };
        let back = async || named().is_some();
        eventually("its Redis is back", Duration::from_secs(30), back).await;
        send(named().expect("it was just there"), Signal::KILL);
    }
    let collected = load.end().await;
    assert!(server.alive(), "the server survives its Redis");
    server.finish().await;
    proof.figure("kills", kills);
    figures(&mut proof, collected);
    proof.holds();
}
