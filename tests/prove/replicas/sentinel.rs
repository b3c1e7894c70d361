//! `REDIS_URL=redis-sentinel://…`: real failovers, found and followed without anybody's help.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use onetimeshare::storage::{Redis, RedisSettings};

use crate::{
    proof::{Proof, Scale},
    replicas::{
        failing_over::fail_over,
        sentinels::{REDIS_PASSWORD, SENTINEL_PASSWORD, Sentinels},
        story::{Ended, Story},
    },
    support::{Client, Dice, Server, Setup, eventually, wait::health_is, wait::pause},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinel_failovers_are_followed() {
    let mut proof = Proof::begin("sentinel-failovers");
    let (rounds, shares) = (proof.rounds(20, 2), proof.rounds(50, 10).max(10));
    let mut dice = Dice::from_seed(proof.seed());
    let sentinels = Sentinels::watch().await;
    let first = server_on(&sentinels).await;
    let second = first.sibling().await;
    let clients = [first.client().clone(), second.client().clone()];
    let clients_of_primary = sentinels.redis[0].command(&["CLIENT", "LIST"]).text();
    assert!(
        clients_of_primary.contains("user=onetime"),
        "{clients_of_primary}"
    );

    let (mut recoveries, mut uploads) = (Vec::new(), Vec::new());
    let (mut collected, mut revoked) = (0, 0);
    let (mut acknowledged, mut meanwhile, mut refused) = (0, 0, 0);
    let mut most_recipients = 0;
    let mut left_alive = 0;
    for round in 0..rounds {
        let mut stories = deposit(&clients, &mut dice, shares).await;
        let lives = stories.iter().map(|story| {
            let (story, clients) = (Arc::clone(story), clients.clone());
            let dice = Dice::from_seed(dice.next());
            tokio::spawn(async move { story.live(&clients, dice).await })
        });
        let lives: Vec<_> = lives.collect();
        pause(dice.below(250)).await;
        let kill = round % 2 == 0;
        let failover = fail_over(&sentinels, &first, &clients, &mut dice, kill).await;
        recoveries.extend(failover.recoveries);
        uploads.extend(failover.uploads);
        refused += failover.refused;
        left_alive += usize::from(failover.left_alive);
        meanwhile += failover.acknowledged.len();
        for life in lives {
            life.await.expect("what a share went through held");
        }
        for client in &clients {
            health_is(client, 200).await;
        }
        stories.extend(failover.acknowledged);
        let ends = join_all(stories.iter().map(|story| story.settle(&clients))).await;
        for (story, end) in stories.iter().zip(ends) {
            assert!(
                story.recipients() <= 1,
                "two tickets got content: {}",
                story.told()
            );
            assert_ne!(
                end,
                Ended::Lost,
                "an acknowledged share was lost: {}",
                story.told()
            );
            acknowledged += 1;
            most_recipients = most_recipients.max(story.recipients());
            collected += usize::from(end == Ended::Collected);
            revoked += usize::from(end == Ended::Revoked);
        }
    }
    proof.figure("failovers", rounds);
    let ordered = rounds / 2;
    proof.figure("ordered", ordered);
    proof.figure("of them old primary left while it lived", left_alive);
    assert!(
        left_alive * 2 >= ordered.max(1),
        "the old primary was followed until it was a replica in {ordered} failovers but {left_alive}"
    );
    proof.figure("shares", acknowledged);
    proof.figure("of them acknowledged during a failover", meanwhile);
    proof.figure("uploads refused during a failover", refused);
    proof.figure("collected", collected);
    proof.figure("revoked", revoked);
    proof.figure("lost", acknowledged - collected - revoked);
    proof.figure("most recipients of one", most_recipients);
    tell_times(&mut proof, recoveries, uploads);

    let log = first.log() + &second.log();
    for secret in [
        REDIS_PASSWORD,
        SENTINEL_PASSWORD,
        "of%2Fredis",
        "of%26sentinels",
    ] {
        assert!(!log.contains(secret), "a password is in the log: {secret}");
    }
    first.client().cleanup(&[("apply", "true")]).await;
    drop(second);
    make_primary_again(&sentinels).await;
    health_is(&clients[0], 200).await;
    // A refused upload may leave its blob: the record that would tell of it was written on a primary that nobody follows any
    // more. The hour's end removes it; here an order does.
    let forgotten = [("apply", "true"), ("unknown", "true")];
    let swept = first.client().cleanup(&forgotten).await;
    assert!(
        swept.unknown <= u64::try_from(refused).expect("few"),
        "{} blobs that no record knows, of {refused} refused uploads",
        swept.unknown
    );
    proof.figure("blobs of refused uploads", swept.unknown);
    first.finish().await;
    proof.holds();
}

fn tell_times(proof: &mut Proof, recoveries: Vec<u64>, uploads: Vec<u64>) {
    for (what, mut times) in [("reservations", recoveries), ("uploads", uploads)] {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        let figure = vec![at(50), at(99)];
        proof.figure(&format!("{what} again, median and p99 ms"), figure);
    }
}

async fn server_on(sentinels: &Sentinels) -> Server {
    Setup::on(&sentinels.redis[0])
        .await
        .set("REDIS_URL", &sentinels.url())
        // Both: with one, Sentinel may promote the other, and what was acknowledged is forgotten.
        .set("REDIS_REPLICAS", "2")
        .set("RESERVATION_LEASE", "1s")
        .set("UPLOAD_LEASE", "5s")
        .set("ARGON2_MEMORY", "1MiB")
        .set("ARGON2_PASSES", "1")
        .set("LOG_LEVEL", "trace")
        .start()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sentinels_of_the_url_are_asked_again_when_those_learned_of_are_gone() {
    let proof = Proof::begin("sentinel-begins-anew");
    let mut sentinels = Sentinels::watch().await;
    if proof.scale() == Scale::Quick {
        looks_in_haste(&mut sentinels).await;
        proof.holds();
        return;
    }
    let server = Setup::on(&sentinels.redis[0])
        .await
        .set("REDIS_URL", &sentinels.url_of_the_first())
        .start()
        .await;
    let client = server.client();
    // The driver asks only those that the first one told it of.
    sentinels.end_the_others();
    sentinels.redis[0].kill();
    health_is(client, 503).await;
    sentinels.revive(&sentinels.redis[0]).await;
    health_is(client, 200).await;
    client.upload(b"again", "a", &[("expires", "1s")]).await;
    server.finish().await;
    proof.holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tie_of_sentinels_moves_nobody() {
    let mut proof = Proof::begin("sentinel-tie");
    let (one, other) = tokio::join!(Sentinels::watch(), Sentinels::watch());
    let redis = Redis::connect(&RedisSettings {
        url: one.url_of_a_tie(&other),
        prefix: String::new(),
        replicas: 0,
    })
    .unwrap();
    let there = async || {
        pause(200).await;
        redis.stay_with_primary().await.is_ok_and(|primary| primary)
    };
    eventually("a primary is found", Duration::from_secs(30), there).await;
    let looks = proof.rounds(500, 50);
    for look in 0..looks {
        // So slow that both are connected for most of them.
        pause(100).await;
        assert!(
            !redis.follow_sentinel().await,
            "one of two that disagree was followed at look {look}"
        );
    }
    proof.figure("looks", looks);
    redis.close().await;
    proof.holds();
}

/// The same without a server, which takes 15 s for the looks it needs: here they come twice a second.
async fn looks_in_haste(sentinels: &mut Sentinels) {
    let redis = Redis::connect(&RedisSettings {
        url: sentinels.url_of_the_first(),
        prefix: String::new(),
        replicas: 0,
    })
    .unwrap();
    let there = async || {
        pause(500).await;
        redis.stay_with_primary().await.is_ok_and(|primary| primary)
    };
    let within = Duration::from_secs(30);
    eventually("the primary is found", within, there).await;
    sentinels.end_the_others();
    sentinels.redis[0].kill();
    eventually("it is away", within, async || !there().await).await;
    sentinels.revive(&sentinels.redis[0]).await;
    eventually("it is found again", within, there).await;
    redis.close().await;
}

/// Teardown looks into the first Redis: it must be the primary, or at least say the same.
async fn make_primary_again(sentinels: &Sentinels) {
    // Else this failover, too, would forget what was written last.
    sentinels.gather().await;
    let first = &sentinels.redis[0];
    let within = Duration::from_mins(1);
    eventually("the first is the primary again", within, async || {
        let is = sentinels
            .primary()
            .is_some_and(|primary| primary.port() == first.port());
        if !is {
            sentinels.fail_over();
            pause(500).await;
        }
        is
    })
    .await;
    sentinels.gather().await;
}

async fn deposit(clients: &[Client; 2], dice: &mut Dice, shares: usize) -> Vec<Arc<Story>> {
    let uploads = (0..shares).map(|index| {
        let mut dice = Dice::from_seed(dice.next());
        async move { Story::begin(&clients[index % 2], &mut dice).await }
    });
    let stories: Vec<_> = join_all(uploads)
        .await
        .into_iter()
        .flatten()
        .map(Arc::new)
        .collect();
    assert_eq!(
        stories.len(),
        shares,
        "with the replicas there all are acknowledged"
    );
    stories
}
