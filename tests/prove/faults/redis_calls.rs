//! Each of a share's calls to Redis fails once: not sent, done without a reply, refused.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    proof::{Proof, Scale},
    support::{Dice, RedisServer, Server, Setup},
};

use super::{
    journey::{Journey, STORIES, Story, nothing_is_left},
    proxy::{FAULTS, Fault, Proxy},
};

const CALLS: usize = 40;
/// A share makes at least so many calls, however it ends; fewer means that they were not seen.
const AT_LEAST: usize = 10;

/// A server whose Redis can be made to fail, and what was done to it.
struct Bench {
    server: Server,
    proxy: Proxy,
    _replica: Arc<RedisServer>,
    dice: Dice,
    calls: usize,
    journeys: usize,
    setbacks: usize,
    struck: BTreeMap<String, usize>,
}

impl Bench {
    async fn new(seed: u64) -> Self {
        let (primary, replica) = (RedisServer::own().await, RedisServer::own().await);
        replica.follow(primary.port());
        replica.in_step_with(&primary).await;
        let proxy = Proxy::to(&primary.url()).await;
        // With both settings an upload makes every call there is.
        let server = Setup::on(&primary)
            .await
            .set("REDIS_URL", &proxy.url())
            .set("REDIS_REPLICAS", "1")
            .set("MAX_TOTAL", "1GiB")
            .set("UPLOAD_LEASE", "3s")
            .start()
            .await;
        Self {
            server,
            proxy,
            _replica: replica,
            dice: Dice::from_seed(seed),
            calls: 0,
            journeys: 0,
            setbacks: 0,
            struck: BTreeMap::new(),
        }
    }

    /// One journey whose `nth` call fails; false if it made fewer.
    async fn journey(&mut self, story: Story, nth: usize, fault: Fault) -> bool {
        let length = 1 + usize::try_from(self.dice.below(400_000)).expect("small");
        let bytes = self.dice.bytes(length);
        let expires = format!("{}h", 1 + self.journeys % 150);
        self.journeys += 1;
        self.proxy.arm(nth, fault);
        self.setbacks += Journey::new(&self.server, story, bytes)
            .travel(&expires)
            .await;
        let struck = self.proxy.disarm();
        nothing_is_left(&self.server).await;
        self.note(struck)
    }

    /// One start whose `nth` call fails; false if it made fewer.
    async fn start(&mut self, nth: usize, fault: Fault) -> bool {
        self.server.kill9();
        self.proxy.arm(nth, fault);
        self.server.restart().await;
        let struck = self.proxy.disarm();
        self.note(struck)
    }

    fn note(&mut self, struck: Option<String>) -> bool {
        let reached = struck.is_some();
        if let Some(command) = struck {
            *self.struck.entry(command).or_default() += 1;
        }
        reached
    }
}

/// Every call of one story, until a journey makes no such call; returns how many there are.
async fn every_call(bench: &mut Bench, story: Story) -> usize {
    let mut most = 0;
    for fault in FAULTS {
        for nth in 1..=CALLS {
            if !bench.journey(story, nth, fault).await {
                break;
            }
            most = most.max(nth);
        }
    }
    most
}

#[tokio::test]
async fn every_redis_call_fails_once() {
    let mut proof = Proof::begin("redis-calls-fail");
    let mut dice = Dice::from_seed(proof.seed());
    let mut benches = Vec::new();
    if proof.scale() == Scale::Full {
        let stories = STORIES.map(|story| {
            let seed = dice.next();
            async move {
                let mut bench = Bench::new(seed).await;
                let calls = every_call(&mut bench, story).await;
                bench.calls = calls;
                assert!(calls >= AT_LEAST, "{story:?} made only {calls} calls");
                bench
            }
        });
        benches.extend(futures_util::future::join_all(stories).await);
    } else {
        let mut bench = Bench::new(dice.next()).await;
        let each = proof.rounds(60, 2);
        for (index, fault) in FAULTS
            .into_iter()
            .cycle()
            .take(each * FAULTS.len())
            .enumerate()
        {
            let nth = 1 + usize::try_from(dice.below(20)).expect("small");
            let story = STORIES[(index + nth) % STORIES.len()];
            bench.journey(story, nth, fault).await;
        }
        benches.push(bench);
    }
    if let Some(bench) = benches.first_mut() {
        let starts = proof.rounds(4 * FAULTS.len(), 1);
        for start in 0..starts {
            bench
                .start(1 + start / FAULTS.len(), FAULTS[start % FAULTS.len()])
                .await;
        }
        proof.figure("starts", starts);
    }
    let mut struck: BTreeMap<String, usize> = BTreeMap::new();
    let (mut journeys, mut setbacks, mut calls) = (0, 0, 0);
    for bench in benches {
        calls = calls.max(bench.calls);
        journeys += bench.journeys;
        setbacks += bench.setbacks;
        for (command, count) in &bench.struck {
            *struck.entry(command.clone()).or_default() += count;
        }
        bench.server.finish().await;
    }
    assert!(!struck.is_empty(), "no call was struck");
    proof.figure("journeys", journeys);
    if calls > 0 {
        proof.figure("calls of one share", calls);
    }
    proof.figure("calls failed", struck.values().sum::<usize>());
    proof.figure("asked again", setbacks);
    proof.figure("by command", serde_json::json!(struck));
    proof.holds();
}
