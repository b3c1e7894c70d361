//! Many collectors of each of many shares over three servers: exactly one recipient each, and nobody is left without an answer.

use std::sync::Arc;

use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    proof::Proof,
    support::{
        Client, Dice, Setup,
        collector::{Acknowledged, Collector, Ledger},
        files,
    },
};

const COLLECTORS: usize = 16;
/// Shares raced for at once.
const RACES: usize = 4;

/// One share, one barrier, everybody with a ticket of their own; how many had it in the end.
async fn race(clients: Vec<Client>, ledger: Arc<Ledger>, number: usize, seed: u64) -> usize {
    let mut dice = Dice::from_seed(seed);
    let length = usize::try_from(dice.below(200_000)).expect("small");
    let bytes = dice.bytes(length);
    let passphrase = number.is_multiple_of(8).then_some("correct horse battery");
    let fields: Vec<(&str, &str)> = passphrase.iter().map(|p| ("passphrase", *p)).collect();
    let uploader = &clients[number % clients.len()];
    let wanted = Arc::new(Acknowledged {
        share: uploader.upload(&bytes, "a.bin", &fields).await,
        bytes,
        passphrase: passphrase.map(str::to_owned),
        revoked: false,
    });
    let start = Arc::new(Barrier::new(COLLECTORS));
    let mut collectors = JoinSet::new();
    for _ in 0..COLLECTORS {
        let mut one = Collector::new(&clients, dice.next());
        let (wanted, ledger, start) =
            (Arc::clone(&wanted), Arc::clone(&ledger), Arc::clone(&start));
        collectors.spawn(async move {
            start.wait().await;
            one.collect(&wanted, &ledger).await
        });
    }
    let got = collectors.join_all().await;
    let got = got.into_iter().filter(|got| *got).count();
    assert_eq!(got, 1, "recipients of share {number}");
    got
}

#[tokio::test]
async fn sixteen_collectors_of_every_share() {
    let mut proof = Proof::begin("race");
    let shares = proof.rounds(10_000, 12);
    let mut dice = Dice::from_seed(proof.seed());
    let first = Setup::shared().await.start().await;
    let (second, third) = (first.sibling().await, first.sibling().await);
    let clients: Vec<Client> = [&first, &second, &third].map(|s| s.client().clone()).into();
    let ledger = Arc::new(Ledger::default());
    let (mut races, mut recipients) = (JoinSet::new(), 0);
    for number in 0..shares {
        if races.len() == RACES {
            recipients += races.join_next().await.expect("four run").expect("a race");
        }
        races.spawn(race(
            clients.clone(),
            Arc::clone(&ledger),
            number,
            dice.next(),
        ));
    }
    while let Some(done) = races.join_next().await {
        recipients += done.expect("a race");
    }
    assert_eq!(ledger.doubles(), Vec::<String>::new());
    assert!(files::blobs(first.place().data()).is_empty());
    drop((second, third));
    first.finish().await;
    proof.figure("shares", shares);
    proof.figure("collectors of each", COLLECTORS);
    proof.figure("recipients of all", recipients);
    proof.holds();
}
