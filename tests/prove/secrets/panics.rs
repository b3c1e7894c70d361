//! What a panic writes down: its place, and nothing it was working on.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::search::Search;
use crate::{
    proof::Proof,
    support::{Client, Dice, Setup, canary::Needles, files, ticket, token, views::Created},
};

/// Every upload passes it.
const ALWAYS_REACHED: &str = "commit.published";

/// Every failpoint of the source.
fn failpoints() -> Vec<String> {
    let source = files::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut names = BTreeSet::new();
    for path in source.iter().filter(|path| !path.ends_with("failpoint.rs")) {
        let text = fs::read_to_string(path).expect("source is text");
        let calls = text.split("failpoint!(").skip(1);
        names.extend(calls.filter_map(|call| call.split('"').nth(1).map(str::to_owned)));
    }
    names.into_iter().collect()
}

/// A share's life in which any step may fail.
async fn stumble(client: &Client, needles: &mut Needles) {
    let canary = token();
    let passphrase = format!("phrase-{canary}");
    let bytes = format!("content-{canary} ").repeat(5_000).into_bytes();
    needles.text("a passphrase", &passphrase);
    needles.text("content", &format!("content-{canary}"));
    needles.text("a name", &format!("name-{canary}"));
    let upload = client.upload_request(
        bytes,
        &format!("name-{canary}"),
        &[("passphrase", &passphrase)],
    );
    let Ok(answer) = client.try_send(upload).await else {
        return;
    };
    if answer.status != 201 {
        return;
    }
    let share = answer.json::<Created>().into();
    needles.share(&share);
    let holder = ticket();
    needles.key("a ticket", &holder);
    for _ in 0..2 {
        let steps = [
            client.post_request(&format!("/d/{}/inspect", share.id), &[("key", &share.key)]),
            client.reserve_request(&share, &holder, Some(&passphrase)),
            client.download_request(&share, &holder),
            client.post_request(&format!("/r/{}/{holder}/ack", share.id), &[]),
        ];
        for step in steps {
            let _any_outcome_will_do = client.try_send(step).await;
        }
    }
    let revoke = [("owner", share.owner.as_str()), ("action", "revoke")];
    let revoke = client.post_request(&format!("/s/{}", share.id), &revoke);
    let _any_outcome_will_do = client.try_send(revoke).await;
}

#[tokio::test]
async fn a_panic_anywhere_writes_down_no_secret() {
    let mut proof = Proof::begin("secrets-panics");
    let mut names = failpoints();
    let mut dice = Dice::from_seed(proof.seed());
    let count = proof.rounds(names.len(), 3);
    while names.len() > count {
        let out = usize::try_from(dice.below(names.len() as u64)).expect("a few dozen");
        if names[out] != ALWAYS_REACHED {
            names.remove(out);
        }
    }
    assert!(names.iter().any(|name| name == ALWAYS_REACHED));
    let (mut panics, mut at_start, mut hits) = (0, 0, Vec::new());
    for name in &names {
        let server = Setup::shared()
            .await
            .set("LOG_LEVEL", "trace")
            .set("RUST_BACKTRACE", "full")
            .set("FAILPOINTS", &format!("{name}=1*panic"))
            .try_start()
            .await;
        // Some are reached by the start itself, before there is any secret.
        let Ok(server) = server else {
            at_start += 1;
            continue;
        };
        let mut needles = Needles::default();
        for _ in 0..2 {
            stumble(server.client(), &mut needles).await;
        }
        let mut kept: Vec<PathBuf> = files::all(server.place().directory());
        kept.extend(files::all(server.place().data()));
        hits.extend(Search::new(&needles.hidden).in_files(&kept));
        // By the same search, so that it is known to look where panics are written.
        let panic = [("a panic".to_owned(), b"panicked at".to_vec())];
        panics += usize::from(!Search::new(&panic).in_files(&kept).is_empty());
    }
    assert_eq!(hits, [""; 0]);
    assert!(panics > 0, "none of {names:?} was reached");
    proof.figure("failpoints", names.len());
    proof.figure("panics", panics);
    proof.figure("starts that panicked", at_start);
    proof.figure("hits", hits.len());
    proof.holds();
}
