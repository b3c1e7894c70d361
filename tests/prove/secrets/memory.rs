//! What a server's memory holds five seconds after its work.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::fs::FileExt as _,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, KeyInit as _};
use futures_util::{StreamExt as _, stream};
use hkdf::Hkdf;
use onetimeshare::{
    crypto::WrapContext,
    share::{Share, ShareId, State},
};
use sha2::Sha256;

use super::{append_only, search::Search};
use crate::{
    proof::Proof,
    support::{
        Server, Setup, Uploaded, canary::Needles, collecting::take, files, ticket, token,
        wait::pause,
    },
};

/// How much is read at once.
const PIECE: usize = 8 << 20;

/// The parts of a process's memory that it can write: heap, stacks, and what it mapped.
fn writable(pid: u32) -> Vec<(u64, u64)> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("root may read it");
    let ranges = maps.lines().filter_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (from, to) = range.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        (rest.starts_with("rw") && !rest.contains("[v")).then_some((number(from)?, number(to)?))
    });
    ranges.collect()
}

/// How often each kind of needle stands in the memory of a process, and how many bytes were looked at.
fn scan(
    pid: u32,
    search: &Search<'_>,
    names: &[(String, Vec<u8>)],
) -> (BTreeMap<String, u64>, u64) {
    let memory = File::open(format!("/proc/{pid}/mem")).expect("root may read it");
    let (mut found, mut looked_at) = (BTreeMap::new(), 0);
    let mut piece = vec![0; PIECE + search.longest()];
    for (from, to) in writable(pid) {
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at).map_or(piece.len(), |rest| rest.min(piece.len()));
            let read = memory.read_at(&mut piece[..length], at).unwrap_or(0);
            for index in search.indices(&piece[..read]) {
                *found.entry(names[index].0.clone()).or_default() += 1;
            }
            looked_at += read as u64;
            at += PIECE as u64;
        }
    }
    (found, looked_at)
}

/// The key of a share's content, opened by hand as docs/format.md says.
fn file_key(server: &Server, share: &Share, id: &str, ticket: &str) -> Vec<u8> {
    let wrap = match &share.state {
        State::Reserved { hold, .. } => &hold.ticket_wrap,
        State::Delivering(delivery) => &delivery.ticket_wrap,
        other => panic!("not reserved: {other:?}"),
    };
    let id = *ShareId::parse(id).expect("an id").as_bytes();
    let folder = server.place().data().join("blobs");
    let folder = folder.join(share.facts.last_hour.to_string());
    let pepper = fs::read(folder.join("pepper")).expect("the hour has a pepper");
    let ticket = URL_SAFE_NO_PAD.decode(ticket).expect("a ticket");
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(&id), &[ticket, pepper].concat())
        .expand(b"onetimeshare.v1/ticket", &mut key)
        .expect("32 bytes");
    let context = WrapContext {
        id,
        passphrase: share.facts.passphrase.is_some(),
        size: share.facts.size,
        created_at_ms: share.facts.created_at.as_millis(),
        expires_at_ms: share.facts.expires_at.as_millis(),
        last_hour: share.facts.last_hour.number(),
    };
    let mut opened = wrap[12..44].to_vec();
    let nonce: [u8; 12] = wrap[..12].try_into().expect("12 bytes");
    let tag: [u8; 16] = wrap[44..].try_into().expect("16 bytes");
    ChaCha20Poly1305::new((&key).into())
        .decrypt_inout_detached(
            &nonce.into(),
            &context.to_aad(),
            opened.as_mut_slice().into(),
            (&tag).into(),
        )
        .expect("the ticket opens its wrap");
    opened
}

/// One share from upload to its end; its secrets are needles.
async fn one_life(server: &Server, round: usize) -> Needles {
    let mut needles = Needles::default();
    let client = server.client();
    let canary = token();
    let passphrase = format!("phrase-{canary}");
    let fields: &[(&str, &str)] = if round.is_multiple_of(2) {
        &[("passphrase", &passphrase)]
    } else {
        &[]
    };
    let share = client
        .upload(&vec![1; 100_000], &format!("name-{canary}"), fields)
        .await;
    let phrase = (!fields.is_empty()).then_some(passphrase.as_str());
    client.inspect(&share).await.expect(200);
    let holder = ticket();
    client.reserve(&share, &holder, phrase).await;
    let records = append_only::records(server.redis().directory());
    let (_, record) = records
        .iter()
        .rfind(|(id, _)| *id == share.id)
        .expect("it is on record");
    needles.bytes("a file key", &file_key(server, record, &share.id, &holder));
    take(client, &share, &holder, 0, usize::MAX).await;
    client.status(&share, &holder).await;
    client.owner(&share, "status").await;
    client.ack(&share, &holder).await.expect(204);
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("a key");
    for (what, text) in [
        ("a link key", &share.key),
        ("a ticket", &holder),
        ("an owner key", &share.owner),
    ] {
        needles.text(&format!("{what} as text"), text);
        needles.bytes(what, &bytes(text));
    }
    needles.text("a passphrase", &passphrase);
    needles.text("a file name", &format!("name-{canary}"));
    needles
}

#[tokio::test]
async fn five_seconds_after_use_no_key_is_in_memory() {
    let mut proof = Proof::begin("secrets-memory");
    let server = Setup::own_redis().await.start().await;
    let living: Uploaded = server.client().upload(b"living", "living", &[]).await;
    let mut needles = Needles::default();
    let count = proof.rounds(200, 6);
    let lived = stream::iter(0..count)
        .map(|round| one_life(&server, round))
        .buffer_unordered(4)
        .collect::<Vec<_>>()
        .await;
    for of_one in lived {
        needles.extend(of_one);
    }
    // What is on its way may still be in memory; what is over may not.
    pause(5_000).await;

    let folder = files::blob(server.place().data(), &living.id).expect("it waits");
    let pepper = fs::read(folder.with_file_name("pepper")).expect("its hour has a pepper");
    let there = [
        (
            "the prefix".to_owned(),
            server.place().prefix().as_bytes().to_vec(),
        ),
        ("a pepper in use".to_owned(), pepper),
    ];
    let (seen, looked_at) = scan(server.pid(), &Search::new(&there), &there);
    assert_eq!(seen.len(), 2, "the scan finds what is there: {seen:?}");
    assert!(looked_at > 1 << 20);

    let (names, keys): (Vec<_>, Vec<_>) = needles
        .hidden
        .into_iter()
        .partition(|(what, _)| what == "a file name");
    let (found, _) = scan(server.pid(), &Search::new(&keys), &keys);
    proof.figure("shares", count);
    proof.figure("needles", keys.len());
    proof.figure("MiB", looked_at >> 20);
    assert!(found.is_empty(), "in memory of {count} shares: {found:#?}");
    proof.figure("keys, tickets and passphrases found", found.len());
    // Names pass through buffers that live longer than a share; how many stay is told, not promised.
    let (left, _) = scan(server.pid(), &Search::new(&names), &names);
    proof.figure("file names found", left.values().sum::<u64>());
    server.finish().await;
    proof.holds();
}
