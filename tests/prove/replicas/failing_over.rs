//! A failover by Sentinel while uploads go on, and what came of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use crate::{
    replicas::{sentinels::Sentinels, story::Story},
    support::{Client, Dice, Server, eventually, ticket, wait::pause},
};

/// What a failover was like.
pub(super) struct Failover {
    /// For each server how long until it wrote a reservation again, in milliseconds.
    pub(super) recoveries: Vec<u64>,
    /// For each server how long until an upload was acknowledged that was begun with the new primary there, in milliseconds.
    pub(super) uploads: Vec<u64>,
    /// Whether the old primary still called itself one when both servers had left it.
    pub(super) left_alive: bool,
    /// Uploads that were acknowledged meanwhile.
    pub(super) acknowledged: Vec<Arc<Story>>,
    /// Uploads that were refused meanwhile.
    pub(super) refused: usize,
}

/// Ends the primary's time, by order or by kill -9, while both servers are given uploads.
pub(super) async fn fail_over(
    sentinels: &Sentinels,
    server: &Server,
    clients: &[Client; 2],
    dice: &mut Dice,
    kill: bool,
) -> Failover {
    let old = Arc::clone(sentinels.primary().expect("there is one"));
    let over = Arc::new(AtomicBool::new(false));
    let uploaders = clients.each_ref().map(|client| {
        let (client, over) = (client.clone(), Arc::clone(&over));
        tokio::spawn(upload_until(client, Dice::from_seed(dice.next()), over))
    });
    let mut probes = Vec::new();
    for client in clients {
        probes.push(client.upload(b"probe", "p", &[]).await);
    }
    let begun = Instant::now();
    if kill {
        old.kill();
    } else {
        let within = Duration::from_secs(30);
        eventually("Sentinel fails over", within, async || {
            sentinels.fail_over()
        })
        .await;
    }
    let within = Duration::from_mins(1);
    eventually("there is another primary", within, async || {
        sentinels
            .primary()
            .is_some_and(|primary| primary.port() != old.port())
    })
    .await;
    let promoted = Instant::now();
    let recovered = clients.iter().zip(&probes).map(async |(client, probe)| {
        let key = format!("{}{{{}}}:share", server.place().prefix(), probe.id);
        let there = || {
            sentinels
                .primary()
                .map(|redis| redis.command(&["GET", &key]))
        };
        eventually("reservations are written again", within, async || {
            let before = there();
            let answer = client.try_reserve(probe, &ticket(), None).await;
            assert!([200, 409, 503].contains(&answer.status), "{answer:?}");
            // A server may go on with the old primary for a while.
            answer.status == 200 && there() != before
        })
        .await;
        u64::try_from(begun.elapsed().as_millis()).expect("it was short")
    });
    let recoveries = join_all(recovered).await;
    let left_alive = !kill && old.info("role") == "master";
    if kill {
        sentinels.revive(&old).await;
    }
    sentinels.gather().await;
    for (client, probe) in clients.iter().zip(&probes) {
        assert_eq!(client.owner(probe, "revoke").await.state, "revoked");
    }
    over.store(true, Ordering::Relaxed);
    let (mut uploads, mut acknowledged, mut refused) = (Vec::new(), Vec::new(), 0);
    for uploader in uploaders {
        let (taken, failed) = uploader.await.expect("what it was told is documented");
        let mut after = taken.iter().filter(|taken| taken.begun > promoted);
        let first = after.next().expect("uploads are taken again");
        let again = first.acknowledged.duration_since(begun);
        uploads.push(u64::try_from(again.as_millis()).expect("it was short"));
        acknowledged.extend(taken.into_iter().map(|taken| taken.story));
        refused += failed;
    }
    Failover {
        recoveries,
        uploads,
        left_alive,
        acknowledged,
        refused,
    }
}

/// An upload that was acknowledged.
struct Taken {
    begun: Instant,
    acknowledged: Instant,
    story: Arc<Story>,
}

/// One upload after the other until it is over; those that were acknowledged, and how many were not.
async fn upload_until(
    client: Client,
    mut dice: Dice,
    over: Arc<AtomicBool>,
) -> (Vec<Taken>, usize) {
    let (mut taken, mut refused) = (Vec::new(), 0);
    loop {
        let (last, begun) = (over.load(Ordering::Relaxed), Instant::now());
        if let Some(story) = Story::begin(&client, &mut dice).await {
            taken.push(Taken {
                begun,
                acknowledged: Instant::now(),
                story: Arc::new(story),
            });
        } else {
            assert!(!last, "with both replicas there it is acknowledged");
            refused += 1;
        }
        if last {
            return (taken, refused);
        }
        pause(100).await;
    }
}
