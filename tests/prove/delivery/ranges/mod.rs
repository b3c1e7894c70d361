//! Random conditional and range requests over HTTP, held against a reference function.

mod reference;
mod requests;

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};

use crate::{
    proof::Proof,
    support::{Dice, Server, Setup, eventually, files, ticket, views::Progress},
    wire::{Head, Wire},
};

use reference::{Asked, Expected, File, answers};

const LANES: usize = 8;

/// How many requests one share is asked before it is taken.
const PER_SHARE: usize = 60;

#[derive(Default)]
struct Tally {
    asked: AtomicUsize,
    parts: AtomicU64,
    wholes: AtomicU64,
    others: AtomicU64,
}

impl Tally {
    fn count(&self, outcome: Expected) {
        let counter = match outcome {
            Expected::Part(..) => &self.parts,
            Expected::Whole => &self.wholes,
            _ => &self.others,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the rules say of the share so far.
#[derive(Debug, Default)]
struct Model {
    claimed: bool,
    mark: u64,
    spent: u64,
}

impl Model {
    /// The state after a `GET` with this outcome.
    fn after(&self, outcome: Expected, size: u64) -> Self {
        let (from, to) = match outcome {
            Expected::Whole => (0, size),
            Expected::Part(first, last) => (first, last + 1),
            _ => (u64::MAX, 0),
        };
        let sends = from < u64::MAX;
        Self {
            claimed: self.claimed || sends,
            mark: if from <= self.mark {
                self.mark.max(to)
            } else {
                self.mark
            },
            spent: self.spent + to.saturating_sub(from),
        }
    }
}

#[tokio::test]
async fn random_ranges_are_what_the_rfc_says() {
    let mut proof = Proof::begin("delivery-ranges");
    let rounds = proof.rounds(100_000, 300);
    let server = Setup::shared()
        .await
        // The byte that completes a share ends it, so no other byte may.
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let (tally, seed) = (Tally::default(), proof.seed());
    let number = AtomicU64::new(0);
    stream::iter(0..LANES)
        .for_each_concurrent(None, async |_| {
            while tally.asked.load(Ordering::Relaxed) < rounds {
                let number = number.fetch_add(1, Ordering::Relaxed);
                let mut dice = Dice::from_seed(seed.wrapping_add(number));
                one_share(&server, &mut dice, &tally, rounds).await;
            }
        })
        .await;
    proof.figure("requests", tally.asked.into_inner());
    proof.figure("shares", number.into_inner());
    proof.figure("206", tally.parts.into_inner());
    proof.figure("200", tally.wholes.into_inner());
    proof.figure("304, 412, 416, 503", tally.others.into_inner());
    server.finish().await;
    proof.holds();
}

async fn one_share(server: &Server, dice: &mut Dice, tally: &Tally, rounds: usize) {
    let client = server.client();
    let size = match dice.below(12) {
        edge @ 0..=2 => edge,
        3 => 65_535,
        4 => 65_536,
        5 => 65_537,
        6 => 131_072,
        7 => 150_000 + dice.below(50_000),
        _ => dice.below(20_000),
    };
    let bytes = dice.bytes(usize::try_from(size).expect("fits"));
    let share = client.upload(&bytes, "a.bin", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let path = format!("/r/{}/{ticket}", share.id);
    let mut wire = Wire::connect(server.port()).await.expect("it listens");
    let head = wire
        .exchange("HEAD", &path, &[])
        .await
        .expect("an answer")
        .head;
    let file = File {
        etag: head.field("etag").to_owned(),
        modified: head.field("last-modified").to_owned(),
        size,
    };
    let mut model = Model::default();
    let budget = (3 * size).max(size + (1 << 20));
    for _ in 0..PER_SHARE {
        if model.spent + 2 * size > budget || tally.asked.load(Ordering::Relaxed) >= rounds {
            break;
        }
        let asked = requests::throw(dice, &file);
        let right = answers(&asked, &file);
        let completes = |outcome: &Expected| {
            let after = model.after(*outcome, size);
            after.claimed && after.mark == size
        };
        if asked.method == "GET" && right.iter().any(completes) {
            continue;
        }
        let outcome = ask(&mut wire, &path, &asked, &right, &file, &bytes).await;
        if asked.method == "GET" {
            model = model.after(outcome, size);
        }
        tally.asked.fetch_add(1, Ordering::Relaxed);
        tally.count(outcome);
    }
    stands_as_the_model_says(server, &mut wire, &path, &share.id, &model).await;
    let whole = wire.exchange("GET", &path, &[]).await.expect("the whole");
    assert!(whole.head.status == 200 && whole.body == bytes);
    let within = Duration::from_secs(20);
    eventually("the last byte ends it", within, async || {
        client.status(&share, &ticket).await.state == "delivered"
            && files::blob(server.place().data(), &share.id).is_none()
    })
    .await;
}

/// Asks, and holds the answer against those that are right; says which it was.
async fn ask(
    wire: &mut Wire,
    path: &str,
    asked: &Asked,
    right: &[Expected],
    file: &File,
    bytes: &[u8],
) -> Expected {
    let fields: Vec<(&str, &[u8])> = asked
        .fields
        .iter()
        .map(|(name, value)| (*name, value.as_slice()))
        .collect();
    let reply = wire.exchange(asked.method, path, &fields).await;
    let reply = reply.unwrap_or_else(|error| panic!("{error}: {asked:?}"));
    let got = read(&reply.head);
    let shown = || {
        let fields = fields.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(&value[..value.len().min(200)]).into_owned();
            format!("{name}: {value}")
        });
        fields.collect::<Vec<_>>().join("\n")
    };
    assert!(
        got.is_some_and(|got| right.contains(&got)),
        "{right:?} would be right, not {:?}, for {} of {file:?} with\n{}",
        reply.head,
        asked.method,
        shown()
    );
    let got = got.expect("checked");
    let slice = match got {
        Expected::Whole => Some(0..file.size),
        Expected::Part(first, last) => Some(first..last + 1),
        _ => None,
    };
    if let Some(slice) = slice {
        let slice =
            usize::try_from(slice.start).expect("fits")..usize::try_from(slice.end).expect("fits");
        assert_eq!(reply.head.length(), slice.len(), "{}", shown());
        assert_eq!(reply.head.field("etag"), file.etag);
        assert_eq!(reply.head.field("last-modified"), file.modified);
        let body = if asked.method == "HEAD" {
            &[]
        } else {
            &bytes[slice]
        };
        assert!(
            reply.body == body,
            "not the bytes of {got:?} for\n{}",
            shown()
        );
    } else if got == Expected::NotModified {
        assert_eq!(reply.head.field("etag"), file.etag);
    } else if got == Expected::NotSatisfiable {
        assert_eq!(
            reply.head.field("content-range"),
            format!("bytes */{}", file.size)
        );
    }
    got
}

fn read(head: &Head) -> Option<Expected> {
    Some(match head.status {
        200 => Expected::Whole,
        206 => {
            let range = head.field("content-range").strip_prefix("bytes ")?;
            let (first, last) = range.split_once('/')?.0.split_once('-')?;
            Expected::Part(first.parse().ok()?, last.parse().ok()?)
        }
        304 => Expected::NotModified,
        412 => Expected::PreconditionFailed,
        416 => Expected::NotSatisfiable,
        503 => Expected::Later,
        _ => return None,
    })
}

async fn stands_as_the_model_says(
    server: &Server,
    wire: &mut Wire,
    path: &str,
    id: &str,
    model: &Model,
) {
    let state = if model.claimed {
        "delivering"
    } else {
        "reserved"
    };
    let status = format!("{path}/status");
    let mut seen = None;
    for _ in 0..400 {
        let reply = wire.exchange("GET", &status, &[]).await.expect("an answer");
        let progress: Progress = serde_json::from_slice(&reply.body).expect("a progress");
        assert_eq!(progress.state, state, "{model:?}");
        assert!(progress.sent <= model.mark, "{progress:?} {model:?}");
        if progress.sent == model.mark {
            assert!(files::blob(server.place().data(), id).is_some());
            return;
        }
        seen = Some(progress);
        crate::support::wait::pause(25).await;
    }
    panic!("the mark is not where it must be: {seen:?} instead of {model:?}");
}
