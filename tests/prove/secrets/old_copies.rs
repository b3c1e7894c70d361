//! Old copies of Redis's files are worthless once their hour is over, and the file itself forgets what ended.
//!
//! The server and its Redis run on a clock that a file moves, so that hours pass for both at once and everything that the
//! passing of hours brings about is done by the server's own loops.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    append_only,
    clock::{Clock, tell},
    search::Search,
};
use crate::{
    proof::Proof,
    support::{
        Server, Setup, Uploaded, collecting::take, content, eventually, files,
        process::fresh_directory, ticket,
    },
};

const PASSPHRASE: &str = "a passphrase for the old copies";

/// A copy of what a thief or a backup took of a data directory: Redis's files, the blobs, and the peppers or not.
fn copy(data: &Path, peppers: bool) -> PathBuf {
    let target = fresh_directory("copy");
    for path in files::all(data) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mine = path.strip_prefix(data).expect("it lies there");
        let wanted = mine.starts_with("blobs") || mine.to_string_lossy().contains("appendonly");
        if !wanted || (name == "pepper" && !peppers) {
            continue;
        }
        let to = target.join(mine);
        fs::create_dir_all(to.parent().expect("below the copy")).unwrap();
        fs::copy(&path, &to).unwrap();
    }
    target
}

/// How many of the shares a server on a copy opens: tells the name, reserves, or hands out bytes.
async fn opened(server: &Server, shares: &[(Uploaded, Vec<u8>)]) -> usize {
    let client = server.client();
    let mut opened = 0;
    for (round, (share, bytes)) in shares.iter().enumerate() {
        let inspected = client.inspect(share).await;
        let ticket = ticket();
        let reserved = client.try_reserve(share, &ticket, phrase(round)).await;
        let arrived = take(client, share, &ticket, 0, usize::MAX).await;
        let told = inspected.status == 200 && inspected.text().contains("the-name-of-it");
        if told || reserved.status == 200 || arrived.status == 200 {
            assert_eq!(arrived.bytes, *bytes, "what opens is what was sent");
            opened += 1;
        }
    }
    opened
}

fn phrase(round: usize) -> Option<&'static str> {
    round.is_multiple_of(4).then_some(PASSPHRASE)
}

fn hours(server: &Server) -> Vec<PathBuf> {
    let folders = fs::read_dir(server.place().data().join("blobs")).unwrap();
    folders.flatten().map(|folder| folder.path()).collect()
}

#[tokio::test]
async fn an_old_copy_opens_nothing_once_its_hour_is_over() {
    let mut proof = Proof::begin("secrets-old-copies");
    let clock = Clock::new();
    let server = clock.on(Setup::bundled().await).start().await;
    let client = server.client();
    tell(&server, "CONFIG SET rdbcompression no");
    let count = proof.rounds(100, 3);
    let mut shares = Vec::new();
    for round in 0..count {
        let bytes = content(3_000);
        let mut fields = vec![("expires", "1d")];
        fields.extend(phrase(round).map(|phrase| ("passphrase", phrase)));
        shares.push((
            client.upload(&bytes, "the-name-of-it", &fields).await,
            bytes,
        ));
    }
    let (old, with_peppers) = (
        copy(server.place().data(), false),
        copy(server.place().data(), true),
    );
    let folders = hours(&server);
    let living = client
        .upload(b"living", "living", &[("expires", "7d")])
        .await;

    // A third is delivered, a third revoked, a third is left to expire.
    for (round, (share, bytes)) in shares.iter().enumerate() {
        if round % 3 == 0 {
            let ticket = ticket();
            client.reserve(share, &ticket, phrase(round)).await;
            assert_eq!(
                take(client, share, &ticket, 0, usize::MAX).await.bytes,
                *bytes
            );
            client.ack(share, &ticket).await.expect(204);
        } else if round % 3 == 1 {
            client.owner(share, "revoke").await;
        }
    }
    forgets_what_ended(&mut proof, &server, &clock, &shares, &living).await;

    clock.ahead(Duration::from_hours(70));
    let gone = async || folders.iter().all(|folder| !folder.exists());
    eventually("the hour is removed", Duration::from_mins(3), gone).await;
    assert!(files::blob(server.place().data(), &living.id).is_some());
    drop(server);

    let thief = Setup::bundled_in(&old).await.start().await;
    let mut without = opened(&thief, &shares).await;
    // Nor does a pepper that the hour gets anew.
    thief
        .client()
        .upload(b"new", "new", &[("expires", "1d")])
        .await;
    without += opened(&thief, &shares).await;
    assert_eq!(without, 0);
    drop(thief);
    let thief = Setup::bundled_in(&with_peppers).await.start().await;
    assert_eq!(
        opened(&thief, &shares).await,
        count,
        "with the peppers they open"
    );
    drop(thief);
    proof.figure("copies opened without the pepper", without);
    proof.figure("copies opened with it", count);
    proof.holds();
}

/// After an hour the file has been rewritten by the server's own schedule, and only living shares have wraps in it.
async fn forgets_what_ended(
    proof: &mut Proof,
    server: &Server,
    clock: &Clock,
    shares: &[(Uploaded, Vec<u8>)],
    living: &Uploaded,
) {
    let redis = server.place().data().join("redis");
    let ended = |id: &str| {
        let mut rounds = shares.iter().enumerate();
        rounds.any(|(round, (share, _))| share.id == id && round % 3 != 2)
    };
    let written = append_only::wraps(&redis);
    let (finished, alive): (Vec<_>, Vec<_>) = written.into_iter().partition(|(id, _)| ended(id));
    assert!(finished.len() > 1 && alive.iter().any(|(id, _)| *id == living.id));
    let (finished_search, alive_search) = (Search::new(&finished), Search::new(&alive));
    let hits = |search: &Search<'_>| search.indices(&append_only::bytes(&redis)).len();
    assert_eq!(
        hits(&finished_search),
        finished.len(),
        "they are in it until then"
    );
    clock.ahead(Duration::from_secs(3_700));
    let forgotten = async || hits(&finished_search) == 0;
    eventually("the file is rewritten", Duration::from_mins(2), forgotten).await;
    assert_eq!(hits(&alive_search), alive.len(), "the living keep theirs");
    proof.figure("wraps forgotten", finished.len());
}
