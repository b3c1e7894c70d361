//! A storm of derivations over many shares costs bounded memory, and nobody else's patience.

use std::{collections::BTreeMap, fs, sync::Arc, time::Instant};

use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    proof::{Proof, Scale},
    support::{Server, Setup, Uploaded, ticket, wait::pause},
};

use super::{server_health::status, visitor::Times};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";
/// For five hundred connections and what they carry, in KiB.
const SLACK: u64 = 32 << 10;

#[tokio::test]
async fn a_storm_of_derivations_has_bounded_memory() {
    let mut proof = Proof::begin("load-derivations");
    let quick = proof.scale() == Scale::Quick;
    let memory: u64 = if quick { 16 } else { 64 };
    // Guesses on one share take turns, so it takes more shares than the queue has places.
    let shares = proof.rounds(100, 50);
    let mut server = Setup::shared()
        .await
        .set("ARGON2_MEMORY", &format!("{memory}MiB"))
        .start()
        .await;
    let mut locked = Vec::new();
    for _ in 0..shares {
        let secret = [("passphrase", RIGHT)];
        locked.push(server.client().upload(b"hello", "a.txt", &secret).await);
    }
    // A fresh process, which has derived nothing yet.
    assert_eq!(server.terminate().await, 0);
    server.restart().await;
    let permits = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let permits = u64::try_from(permits).expect("fits");
    let base = status(server.pid(), "VmRSS:");
    forget_the_peak(server.pid());

    let mut storm = Box::pin(storm(&server, &locked));
    let mut times = Times::default();
    let statuses = loop {
        let begun = Instant::now();
        let healthy = async {
            server.client().get("/health").await.expect(200);
            times.add(begun);
            pause(10).await;
        };
        tokio::select! {
            statuses = &mut storm => break statuses,
            () = healthy => {}
        }
    };
    drop(storm);
    let peak = status(server.pid(), "VmHWM:");
    let bound = base + permits * (memory << 10) + SLACK;
    assert!(
        peak <= bound,
        "{peak} KiB at the peak, {base} KiB before, {permits} derivations at once"
    );
    assert!(statuses.contains_key(&503), "more than fits: {statuses:?}");
    proof.figure("KiB resident before", base);
    proof.figure("KiB resident at the peak", peak);
    proof.figure("KiB allowed", bound);
    proof.figure("health requests meanwhile", times.count());
    proof.figure("health p99 ms", times.p99());
    for (status, count) in statuses {
        proof.figure(&format!("answered {status}"), count);
    }
    server.finish().await;
    proof.holds();
}

/// Five guesses on every share, all at once; how they were answered.
async fn storm(server: &Server, shares: &[Uploaded]) -> BTreeMap<u16, usize> {
    let start = Arc::new(Barrier::new(shares.len() * 5));
    let mut running = JoinSet::new();
    for guess in 0..shares.len() * 5 {
        let (client, share) = (
            server.client().clone(),
            shares[guess % shares.len()].clone(),
        );
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            client.try_reserve(&share, &ticket(), Some(WRONG)).await
        });
    }
    let mut statuses = BTreeMap::new();
    for answer in running.join_all().await {
        assert!(
            [401, 503].contains(&answer.status),
            "{}: {}",
            answer.status,
            answer.text()
        );
        if answer.status == 503 {
            let wait = answer.header("retry-after").parse::<u64>();
            assert!(wait.is_ok_and(|seconds| seconds > 0), "{answer:?}");
        }
        *statuses.entry(answer.status).or_default() += 1;
    }
    statuses
}

/// From now on `VmHWM` tells the peak from now on.
fn forget_the_peak(pid: u32) {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the process is ours");
}
