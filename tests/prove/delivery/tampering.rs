//! Blobs altered in every way somebody with the disk could alter them: no answer made of them ends cleanly, and nothing is
//! deleted because of them.

use std::{
    fs, io,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

use futures_util::{StreamExt as _, stream};

use crate::{
    proof::Proof,
    support::{Dice, Server, Setup, collecting::reserved_blob, files},
    wire::Wire,
};

const LANES: usize = 8;
const CHUNK: usize = 65_536;
/// A sealed chunk.
const STRIDE: usize = CHUNK + 16;

#[derive(Default)]
struct Tally {
    tampered: AtomicUsize,
    errors: AtomicU64,
    resets: AtomicU64,
    untouched_parts: AtomicU64,
    in_place: AtomicU64,
    sound_again: AtomicU64,
}

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// An error, with its own page, before anything was claimed.
    Refused,
    /// The connection was reset before the promised length.
    Reset,
    /// It ended before the promised length.
    Short,
    /// All that was promised came.
    Clean,
}

#[tokio::test]
async fn tampered_blobs_never_end_cleanly() {
    let mut proof = Proof::begin("delivery-tampering");
    let rounds = proof.rounds(10_000, 100);
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let (tally, seed) = (Tally::default(), proof.seed());
    let number = AtomicU64::new(0);
    stream::iter(0..LANES)
        .for_each_concurrent(None, async |_| {
            while tally.tampered.load(Ordering::Relaxed) < rounds {
                let number = number.fetch_add(1, Ordering::Relaxed);
                let mut dice = Dice::from_seed(seed.wrapping_add(number));
                one_share(&server, &mut dice, &tally).await;
            }
        })
        .await;
    proof.figure("tampered blobs", tally.tampered.into_inner());
    proof.figure("shares", number.into_inner());
    proof.figure("refused with 5xx", tally.errors.into_inner());
    proof.figure("reset", tally.resets.into_inner());
    proof.figure(
        "parts beside the damage, sound",
        tally.untouched_parts.into_inner(),
    );
    proof.figure("blobs found in place after it", tally.in_place.into_inner());
    proof.figure(
        "shares whole once sound again",
        tally.sound_again.into_inner(),
    );
    server.finish().await;
    proof.holds();
}

/// Tampers with one share until its ticket has little left, then takes it whole.
async fn one_share(server: &Server, dice: &mut Dice, tally: &Tally) {
    let size = match dice.below(12) {
        edge @ 0..=1 => usize::try_from(edge).expect("fits"),
        2 => CHUNK - 1,
        3 => CHUNK,
        4 => CHUNK + 1,
        5 => 2 * CHUNK,
        6 => 5 * CHUNK + below(dice, CHUNK),
        7 => 12 * CHUNK + below(dice, CHUNK),
        8..=10 => 3 * CHUNK + below(dice, CHUNK),
        _ => below(dice, CHUNK),
    };
    let bytes = dice.bytes(size);
    let (share, ticket, _, sound) = reserved_blob(server, &bytes).await;
    let other = {
        let (_, _, _, other) = reserved_blob(server, &bytes).await;
        other
    };
    let path = format!("/r/{}/{ticket}", share.id);
    let (mut spent, budget) = (0, (3 * size).max(size + (1 << 20)));
    for _ in 0..24 {
        if spent + 2 * size > budget {
            break;
        }
        let (what, tampered) = tamper(dice, &sound, &other, size);
        if tampered == sound {
            continue;
        }
        let blob = files::blob(server.place().data(), &share.id).expect("nothing is deleted");
        fs::write(&blob, &tampered).unwrap();
        let range = (dice.below(3) == 0 && size > 0).then(|| {
            let first = below(dice, size);
            first..first + 1 + below(dice, size - first)
        });
        let wanted = range.clone().unwrap_or(0..size);
        let (ended, got) = fetch(server.port(), &path, range.is_some(), &wanted).await;
        tally.tampered.fetch_add(1, Ordering::Relaxed);
        if ended != Ended::Refused {
            spent += wanted.len();
        }
        let context = format!(
            "{what}, {wanted:?} of {size} bytes: {ended:?} after {}",
            got.len()
        );
        assert!(
            ended == Ended::Refused || bytes[wanted.clone()].starts_with(&got),
            "{context}: altered bytes"
        );
        let counter = match ended {
            Ended::Refused => &tally.errors,
            Ended::Reset => &tally.resets,
            // A proxy or an old client might not compare lengths.
            Ended::Short => panic!("{context}: an orderly end"),
            Ended::Clean => {
                // A part may end well if its own chunks, the header and the last chunk are sound.
                assert!(range.is_some() && got == bytes[wanted], "{context}");
                &tally.untouched_parts
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let blob = files::blob(server.place().data(), &share.id);
        assert!(blob.is_some(), "{context}: it was deleted");
        tally.in_place.fetch_add(1, Ordering::Relaxed);
    }
    let blob = files::blob(server.place().data(), &share.id).expect("nothing is deleted");
    fs::write(blob, &sound).unwrap();
    let (ended, got) = fetch(server.port(), &path, false, &(0..size)).await;
    assert!(
        ended == Ended::Clean && got == bytes,
        "sound again, it is delivered: {ended:?}"
    );
    tally.sound_again.fetch_add(1, Ordering::Relaxed);
}

/// One altered form of the blob, and what was done.
fn tamper(dice: &mut Dice, sound: &[u8], other: &[u8], size: usize) -> (&'static str, Vec<u8>) {
    let chunks = size.div_ceil(CHUNK).max(1);
    let header = sound.len() - size - 16 * chunks;
    let span = |index: usize| {
        let from = header + index * STRIDE;
        from..(from + STRIDE).min(sound.len())
    };
    let mut blob = sound.to_vec();
    let what = match dice.below(14) {
        0 | 1 | 12 | 13 => {
            let at = below(dice, sound.len());
            blob[at] ^= 1 << dice.below(8);
            "a bit"
        }
        2 => {
            let at = below(dice, header);
            blob[at] ^= 1 << dice.below(8);
            "a bit of the header"
        }
        3 => {
            blob.truncate(below(dice, sound.len()));
            "cut anywhere"
        }
        4 => {
            blob.truncate(span(below(dice, chunks)).start);
            "cut at a chunk's edge"
        }
        5 => {
            let (one, two) = (span(below(dice, chunks)), span(below(dice, chunks)));
            if one.len() == two.len() {
                blob[one.clone()].copy_from_slice(&sound[two.clone()]);
                blob[two].copy_from_slice(&sound[one]);
            }
            "two chunks swapped"
        }
        6 => {
            let again = span(below(dice, chunks));
            let copy = sound[again.clone()].to_vec();
            blob.splice(again.end..again.end, copy);
            "a chunk doubled"
        }
        7 => {
            let copy = sound[span(below(dice, chunks))].to_vec();
            blob.extend(copy);
            "a chunk appended"
        }
        8 => {
            let longer = 1 + below(dice, 2 * STRIDE);
            blob.extend(dice.bytes(longer));
            "random bytes appended"
        }
        9 => {
            blob = other.to_vec();
            "the blob of another share"
        }
        10 => {
            blob[header..].copy_from_slice(&other[header..]);
            "the content of another share under its own header"
        }
        _ => {
            blob.drain(span(below(dice, chunks)));
            "a chunk left out"
        }
    };
    (what, blob)
}

async fn fetch(
    port: u16,
    path: &str,
    ranged: bool,
    wanted: &std::ops::Range<usize>,
) -> (Ended, Vec<u8>) {
    let mut wire = Wire::connect(port).await.expect("it listens");
    let range = format!("bytes={}-{}", wanted.start, wanted.end.saturating_sub(1));
    let fields: &[(&str, &[u8])] = &[("Range", range.as_bytes())];
    let fields = if ranged { fields } else { &[] };
    wire.ask("GET", path, fields).await.expect("it listens");
    let mut body = Vec::new();
    let head = match wire.head().await {
        Ok(head) => head,
        // The damage lay so near that not even the head had left.
        Err(error) => return (broken(&error), body),
    };
    let end = wire.body(head.length(), &mut body).await;
    if (500..600).contains(&head.status) {
        return (Ended::Refused, body);
    }
    assert_eq!(head.status, if ranged { 206 } else { 200 });
    assert_eq!(head.length(), wanted.len());
    (
        end.map_or_else(|error| broken(&error), |()| Ended::Clean),
        body,
    )
}

fn broken(error: &io::Error) -> Ended {
    match error.kind() {
        io::ErrorKind::ConnectionReset => Ended::Reset,
        io::ErrorKind::UnexpectedEof => Ended::Short,
        other => panic!("{other}"),
    }
}

fn below(dice: &mut Dice, limit: usize) -> usize {
    let limit = u64::try_from(limit).expect("fits");
    usize::try_from(dice.below(limit)).expect("fits")
}
