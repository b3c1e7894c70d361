//! Each of a share's calls to the file system fails once, with each error a disk has.

use std::collections::BTreeMap;

use crate::{
    proof::{Proof, Scale},
    support::{Dice, Server, Setup},
};

use super::{
    journey::{Journey, STORIES, Story, nothing_is_left},
    strace::Strace,
};

/// Every call by which the server touches its files. Sockets and pipes use others.
const CALLS: [&str; 13] = [
    "open",
    "openat",
    "pwrite64",
    "fsync",
    "linkat",
    "rename",
    "unlink",
    "mkdir",
    "fallocate",
    "ftruncate",
    "statfs",
    "statx",
    "pread64",
];
/// Those that every thread makes more than once for a share.
const OFTEN: [&str; 4] = ["openat", "statfs", "statx", "pread64"];
const ERRORS: [&str; 4] = ["EIO", "ENOSPC", "EINTR", "EDQUOT"];
const UP_TO: usize = 40;
/// Larger than a batch of the writer, so that there is more than one write, and room is asked for in advance.
const LENGTH: u64 = 2_500_000;

/// A server whose system calls can be made to fail, and what was done to it.
struct Bench {
    server: Server,
    dice: Dice,
    journeys: usize,
    setbacks: usize,
    /// The latest call of a thread that failed.
    deepest: usize,
    failed: BTreeMap<&'static str, usize>,
}

impl Bench {
    async fn new(seed: u64) -> Self {
        Self {
            server: Setup::shared()
                .await
                .set("UPLOAD_LEASE", "3s")
                .start()
                .await,
            dice: Dice::from_seed(seed),
            journeys: 0,
            setbacks: 0,
            deepest: 0,
            failed: BTreeMap::new(),
        }
    }

    /// One journey; the `nth` such call of each of the server's threads fails. Returns how many did.
    async fn journey(
        &mut self,
        story: Story,
        call: &'static str,
        error: &str,
        nth: usize,
    ) -> usize {
        let length = usize::try_from(1_100_000 + self.dice.below(LENGTH)).expect("small");
        let bytes = self.dice.bytes(length);
        // Another hour each time: its folder and its pepper are made, too.
        let expires = format!("{}h", 1 + self.journeys % 150);
        self.journeys += 1;
        let strace = Strace::attach(self.server.pid(), call, error, nth).await;
        self.setbacks += Journey::new(&self.server, story, bytes)
            .travel(&expires)
            .await;
        let failed = strace.detach().await;
        nothing_is_left(&self.server).await;
        if failed > 0 {
            self.deepest = self.deepest.max(nth);
        }
        *self.failed.entry(call).or_default() += failed;
        failed
    }

    /// Every such call up to the 40th, until a journey makes no more.
    async fn every(&mut self, story: Story, call: &'static str) {
        for error in ERRORS {
            for nth in 1..=UP_TO {
                if self.journey(story, call, error, nth).await == 0 {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn every_system_call_fails_once() {
    let mut proof = Proof::begin("system-calls-fail");
    let mut dice = Dice::from_seed(proof.seed());
    let mut benches = Vec::new();
    if proof.scale() == Scale::Full {
        let stories = STORIES.map(|story| {
            let seed = dice.next();
            async move {
                let mut bench = Bench::new(seed).await;
                for call in CALLS {
                    bench.every(story, call).await;
                }
                bench
            }
        });
        benches.extend(futures_util::future::join_all(stories).await);
        for call in CALLS {
            let failed: usize = benches.iter().map(|bench| bench.failed[call]).sum();
            assert!(failed > 0, "no {call} ever failed");
        }
    } else {
        let mut bench = Bench::new(dice.next()).await;
        let rounds = proof.rounds(700, 4);
        let first = usize::try_from(dice.below(1_000)).expect("small");
        for round in 0..rounds {
            let call = CALLS[(first + round) % CALLS.len()];
            let error = ERRORS[usize::try_from(dice.below(4)).expect("small")];
            // Some are made only once for a share.
            let most = if OFTEN.contains(&call) { 2 } else { 1 };
            let nth = 1 + usize::try_from(dice.below(most)).expect("small");
            let story = STORIES[(first + round) % STORIES.len()];
            bench.journey(story, call, error, nth).await;
        }
        benches.push(bench);
    }
    let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut journeys, mut setbacks, mut deepest) = (0, 0, 0);
    for bench in benches {
        journeys += bench.journeys;
        setbacks += bench.setbacks;
        deepest = deepest.max(bench.deepest);
        for (call, count) in &bench.failed {
            *failed.entry(call).or_default() += count;
        }
        bench.server.finish().await;
    }
    assert!(failed.values().sum::<usize>() > 0, "no call ever failed");
    proof.figure("journeys", journeys);
    proof.figure("calls failed", failed.values().sum::<usize>());
    proof.figure("latest of one thread", deepest);
    proof.figure("asked again", setbacks);
    proof.figure("by call", serde_json::json!(failed));
    proof.holds();
}
