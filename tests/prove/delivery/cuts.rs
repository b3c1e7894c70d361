//! Downloads that break at any byte, in every way a connection breaks, and are put together with the same ticket.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};

use crate::{
    proof::Proof,
    support::{Client, Dice, Server, Setup, Uploaded, eventually, files, ticket, wait::pause},
    wire::Wire,
};

use super::nginx::Nginx;

/// How many downloads run at once.
const LANES: usize = 8;

/// What happened in all downloads together.
#[derive(Default)]
struct Tally {
    bytes: AtomicU64,
    cuts: AtomicU64,
    refused_streams: AtomicU64,
}

/// How a connection ends that did not get everything.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Fin,
    Reset,
    /// Reads nothing for a while, then hangs up.
    Stall,
}

/// One download: its content, where it breaks, and how.
struct Plan {
    bytes: Vec<u8>,
    cuts: Vec<(usize, Cut)>,
    port: u16,
    receive_buffer: Option<u32>,
}

impl Plan {
    fn throw(seed: u64, port: u16) -> Self {
        let mut dice = Dice::from_seed(seed);
        let size = match dice.below(20) {
            0 | 1 => 0,
            2..=9 => 1 + dice.below(65_536),
            10..=17 => 1_000_000 + dice.below(3_000_000),
            _ => 18_000_000 + dice.below(4_000_000),
        };
        // A ticket moves three times the size at most, and whatever a cut stream had put into buffers counts.
        let most = if size < 65_536 { 5 } else { 2 };
        let mut offsets: Vec<u64> = (0..=dice.below(most))
            .map(|_| dice.below(size.max(1)))
            .collect();
        offsets.sort_unstable();
        let cuts = offsets.into_iter().map(|offset| {
            let cut = match dice.below(3) {
                0 => Cut::Fin,
                1 => Cut::Reset,
                _ => Cut::Stall,
            };
            (usize::try_from(offset).expect("fits"), cut)
        });
        Self {
            cuts: cuts.collect(),
            port,
            // With a small window the server has not sent everything long before the cut.
            receive_buffer: (dice.below(2) == 0).then_some(16 << 10),
            bytes: dice.bytes(usize::try_from(size).expect("fits")),
        }
    }
}

#[tokio::test]
async fn a_thousand_cut_downloads_arrive_whole() {
    let mut proof = Proof::begin("delivery-cuts");
    let rounds = proof.rounds(1_000, 12);
    let server = Setup::shared().await.start().await;
    let default = Nginx::default_settings(server.port()).await;
    let shipped = Nginx::shipped(server.port()).await;
    let spooling = Nginx::spooling(server.port()).await;
    let ports = [
        server.port(),
        default.port(),
        shipped.port(),
        spooling.port(),
    ];
    let (tally, seed) = (Tally::default(), proof.seed());
    let begun = AtomicU64::new(0);
    stream::iter(0..rounds)
        .for_each_concurrent(LANES, async |round| {
            let number = u64::try_from(round).expect("fits");
            begun.fetch_add(1, Ordering::Relaxed);
            let plan = Plan::throw(seed.wrapping_add(number), ports[round % ports.len()]);
            download(&server, &plan, &tally, round).await;
        })
        .await;
    assert!(
        tally.cuts.load(Ordering::Relaxed) >= begun.load(Ordering::Relaxed),
        "every download is cut at least once"
    );
    proof.figure("downloads", rounds);
    proof.figure("cuts that ended nothing", tally.cuts.into_inner());
    proof.figure("bytes", tally.bytes.into_inner());
    proof.figure("third streams refused", tally.refused_streams.into_inner());
    server.finish().await;
    proof.holds();
}

async fn download(server: &Server, plan: &Plan, tally: &Tally, round: usize) {
    let client = server.client();
    let share = client.upload(&plan.bytes, "a.bin", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let mut have = Vec::with_capacity(plan.bytes.len());
    for (offset, cut) in &plan.cuts {
        let missing = offset.saturating_sub(have.len());
        let mut wire = begin(plan, &share, &ticket, &have, tally).await;
        wire.body(missing, &mut have)
            .await
            .unwrap_or_else(|error| panic!("download {round}: broken by the server: {error}"));
        match cut {
            Cut::Fin => wire.finish().await,
            Cut::Reset => wire.reset(),
            Cut::Stall => {
                pause(300).await;
                drop(wire);
            }
        }
        let progress = client.status(&share, &ticket).await;
        assert_eq!(
            progress.state,
            "delivering",
            "download {round} of {} bytes, cut by {cut:?} at {offset}",
            plan.bytes.len()
        );
        tally.cuts.fetch_add(1, Ordering::Relaxed);
    }
    let missing = plan.bytes.len() - have.len();
    let mut wire = begin(plan, &share, &ticket, &have, tally).await;
    wire.body(missing, &mut have).await.expect("the rest");
    assert!(
        have == plan.bytes,
        "download {round}: {} bytes are not the {} that were uploaded",
        have.len(),
        plan.bytes.len()
    );
    tally
        .bytes
        .fetch_add(u64::try_from(have.len()).expect("fits"), Ordering::Relaxed);
    is_acknowledged_and_gone(server, client, &share, &ticket).await;
}

/// Asks for what is missing until a stream is given.
async fn begin(plan: &Plan, share: &Uploaded, ticket: &str, have: &[u8], tally: &Tally) -> Wire {
    let path = format!("/r/{}/{ticket}", share.id);
    let range = format!("bytes={}-", have.len());
    let fields = [("Range", range.as_bytes())];
    let (fields, expected): (&[_], _) = if have.is_empty() {
        (&[], 200)
    } else {
        (&fields, 206)
    };
    for _ in 0..300 {
        let mut wire = Wire::connect_from([127, 0, 0, 1].into(), plan.port, plan.receive_buffer)
            .await
            .expect("it listens");
        wire.ask("GET", &path, fields).await.expect("it listens");
        let head = wire.head().await.expect("an answer");
        if head.status == 429 {
            // The server has not noticed yet that the streams before are gone.
            tally.refused_streams.fetch_add(1, Ordering::Relaxed);
            pause(100).await;
            continue;
        }
        assert_eq!(head.status, expected);
        assert_eq!(head.length(), plan.bytes.len() - have.len());
        if expected == 206 {
            let (size, from) = (plan.bytes.len(), have.len());
            let whole = format!("bytes {from}-{}/{size}", size - 1);
            assert_eq!(head.field("content-range"), whole);
        }
        return wire;
    }
    panic!("no stream was given within 30 s");
}

async fn is_acknowledged_and_gone(
    server: &Server,
    client: &Client,
    share: &Uploaded,
    ticket: &str,
) {
    client.ack(share, ticket).await.expect(204);
    assert_eq!(client.status(share, ticket).await.state, "delivered");
    eventually("the blob is gone", Duration::from_secs(10), async || {
        files::blob(server.place().data(), &share.id).is_none()
    })
    .await;
    client.download(share, ticket).await.expect(410);
}
