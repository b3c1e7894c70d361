//! Failovers with a replica that lags, a line that is cut, and now and then a server that still speaks to the old primary.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;

use crate::{
    proof::Proof,
    replicas::{
        site::Site,
        story::{Ended, Story},
    },
    support::{Client, Dice, wait::pause},
};

/// What all rounds together did.
#[derive(Default)]
struct Sum {
    shares: usize,
    refused: usize,
    collected: usize,
    revoked: usize,
    lost: usize,
    most_recipients: usize,
    split: usize,
}

const SETTINGS: [(&str, &str); 5] = [
    // The record of an upload that only the old primary knew as taken back dies by itself.
    ("UPLOAD_LEASE", "5s"),
    ("RESERVATION_LEASE", "1s"),
    ("ARGON2_MEMORY", "1MiB"),
    ("ARGON2_PASSES", "1"),
    ("MAX_CONNECTIONS_PER_CLIENT", "100000"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failovers_lose_nothing_that_a_replica_has_confirmed() {
    let mut proof = Proof::begin("replicas-failovers");
    let (rounds, shares) = (proof.rounds(200, 2), proof.rounds(50, 10).max(10));
    let mut site = Site::new(&[&SETTINGS[..], &[("REDIS_REPLICAS", "1")]].concat()).await;
    let sum = fail_over_again_and_again(&mut site, &mut proof, rounds, shares).await;
    assert_eq!(sum.lost, 0, "acknowledged shares were lost");
    let revived = site.finish(false).await;
    proof.figure("lost", sum.lost);
    proof.figure("records revived without a blob", revived);
    proof.holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failovers_without_confirmation_may_forget_uploads_but_give_nothing_twice() {
    let mut proof = Proof::begin("replicas-failovers-unconfirmed");
    let (rounds, shares) = (proof.rounds(30, 1), proof.rounds(50, 10).max(10));
    let mut site = Site::new(&SETTINGS).await;
    let sum = fail_over_again_and_again(&mut site, &mut proof, rounds, shares).await;
    let revived = site.finish(true).await;
    proof.figure("records revived without a blob", revived);
    proof.figure("forgotten", sum.lost);
    proof.holds();
}

async fn fail_over_again_and_again(
    site: &mut Site,
    proof: &mut Proof,
    rounds: usize,
    shares: usize,
) -> Sum {
    let mut dice = Dice::from_seed(proof.seed());
    let mut sum = Sum::default();
    for _ in 0..rounds {
        round(site, &mut dice, shares, &mut sum).await;
    }
    proof.figure("failovers", rounds);
    proof.figure("shares", sum.shares);
    proof.figure("uploads_refused", sum.refused);
    proof.figure("collected", sum.collected);
    proof.figure("revoked", sum.revoked);
    proof.figure("split_brains", sum.split);
    proof.figure("most recipients of one", sum.most_recipients);
    sum
}

async fn round(site: &mut Site, dice: &mut Dice, shares: usize, sum: &mut Sum) {
    let clients = site.clients();
    let beforehand = (0..shares).map(|_| dice.next()).collect();
    let mut stories = deposit(&clients, beforehand).await;
    assert_eq!(
        stories.len(),
        shares,
        "over a whole line all are acknowledged"
    );

    // The replica lags by so much, and what is on the way when the line is cut is forgotten.
    site.replication
        .delay(Duration::from_millis(dice.below(40)));
    let lives = stories.iter().map(|story| {
        let (story, clients, dice) = (
            Arc::clone(story),
            clients.clone(),
            Dice::from_seed(dice.next()),
        );
        tokio::spawn(async move { story.live(&clients, dice).await })
    });
    let lives: Vec<_> = lives.collect();
    let meanwhile: Vec<u64> = (0..shares / 5).map(|_| dice.next()).collect();
    let asked = meanwhile.len();
    let uploads = {
        let clients = clients.clone();
        let wait = dice.below(150);
        tokio::spawn(async move {
            pause(wait).await;
            deposit(&clients, meanwhile).await
        })
    };
    pause(dice.below(200)).await;
    site.replication.cut();
    pause(dice.below(80)).await;
    site.promote();
    let early = usize::from(dice.below(2) == 0);
    site.lead(early);
    if dice.below(2) == 0 {
        sum.split += 1;
        pause(200 + dice.below(400)).await;
    }
    site.lead(1 - early);
    for life in lives {
        life.await.expect("what a share went through held");
    }
    let more = uploads.await.expect("uploads are answered");
    sum.refused += asked - more.len();
    stories.extend(more);
    site.join().await;

    let ends = join_all(stories.iter().map(|story| story.settle(&clients))).await;
    for (story, end) in stories.iter().zip(ends) {
        assert!(
            story.recipients() <= 1,
            "two tickets got content: {}",
            story.told()
        );
        sum.most_recipients = sum.most_recipients.max(story.recipients());
        match end {
            Ended::Collected => sum.collected += 1,
            Ended::Revoked => sum.revoked += 1,
            Ended::Lost => {
                sum.lost += 1;
                crate::support::say(&format!("nobody can have it any more: {}", story.told()));
            }
        }
    }
    sum.shares += stories.len();
    let server = &site.servers()[0];
    server.client().cleanup(&[("apply", "true")]).await;
    server.delete_everything().await;
}

/// Uploads all at once, on both servers; those that were acknowledged.
async fn deposit(clients: &[Client; 2], seeds: Vec<u64>) -> Vec<Arc<Story>> {
    let uploads = seeds
        .into_iter()
        .enumerate()
        .map(|(index, seed)| async move {
            let mut dice = Dice::from_seed(seed);
            Story::begin(&clients[index % 2], &mut dice).await
        });
    let stories = join_all(uploads).await;
    stories.into_iter().flatten().map(Arc::new).collect()
}
