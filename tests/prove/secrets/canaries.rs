//! Canaries: a thousand lives of shares, every secret of which is then looked for wherever a server, a proxy or a Redis
//! writes or keeps anything.

use std::{fs, path::Path, time::Duration};

use futures_util::{StreamExt as _, stream};

use super::{
    append_only,
    kept::{Kept, Monitor, tell_all},
    proxy::Nginx,
    search::Search,
};
use crate::{
    proof::Proof,
    support::{
        Client, Server, Setup, Uploaded,
        canary::{Needles, one_life},
        eventually, files,
    },
};

/// Lives lived at once.
const AT_ONCE: usize = 8;

/// Many lives through this client; every third is left to its grace.
async fn lives(client: &Client, count: usize) -> (Needles, Vec<Uploaded>) {
    let lived = stream::iter(0..count)
        .map(|round| async move {
            let mut needles = Needles::default();
            let share = one_life(client, round, &mut needles).await;
            (needles, share)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut needles = Needles::default();
    let mut shares = Vec::new();
    for (of_one, share) in lived {
        needles.extend(of_one);
        shares.push(share);
    }
    (needles, shares)
}

/// Nothing of the finished shares' wraps is left after their end, the sweep and a rewrite; that of a living one is.
async fn no_wrap_outlives_its_share(proof: &mut Proof, server: &Server, kept: &Uploaded) {
    let redis = server.redis();
    let written = append_only::wraps(redis.directory());
    let (living, finished): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|(id, _)| *id == kept.id);
    assert!(
        !living.is_empty(),
        "the record of the living share was not read"
    );
    let named = |wraps: Vec<(String, Vec<u8>)>| {
        let mut needles = Needles::default();
        for (id, wrap) in wraps {
            needles.bytes(&format!("a wrap of {id}"), &wrap);
        }
        needles.hidden
    };
    let (living, finished) = (named(living), named(finished));
    let (living, search) = (Search::new(&living), Search::new(&finished));
    let before = search.indices(&append_only::bytes(redis.directory())).len();
    assert_eq!(
        before,
        finished.len(),
        "the wraps were in the append-only file"
    );
    let rewrites = || {
        let info = redis.command(&["INFO", "persistence"]).text();
        info.contains("aof_rewrite_in_progress:0") && info.contains("aof_last_bgrewrite_status:ok")
    };
    redis.command(&["BGREWRITEAOF"]);
    eventually("the rewrite is done", Duration::from_mins(1), async || {
        rewrites()
    })
    .await;
    redis.command(&["SAVE"]);
    let files = files::all(redis.directory());
    assert_eq!(search.in_files(&files), [""; 0]);
    assert!(
        !living.in_files(&files).is_empty(),
        "a living share's wrap is there"
    );
    proof.figure("wraps", finished.len());
}

/// Lets every grace end and the sweep remove what is over, without deleting anything by hand.
async fn all_are_over(server: &Server, shares: &[Uploaded]) {
    let over = async || {
        server.client().cleanup(&[("apply", "true")]).await;
        let blobs = files::blobs(server.place().data());
        !shares.iter().any(|share| {
            blobs
                .iter()
                .any(|path| path.to_string_lossy().contains(&share.id))
        })
    };
    eventually("every delivery has ended", Duration::from_mins(2), over).await;
}

async fn server() -> Server {
    let server = Setup::own_redis()
        .await
        .set("LOG_LEVEL", "trace")
        .set("DELIVERY_GRACE", "2s")
        .set("TRUSTED_PROXIES", "127.0.0.1/32")
        .set("RUST_BACKTRACE", "full")
        .start()
        .await;
    tell_all(server.redis());
    server
}

async fn session(proof: &mut Proof, server: &Server, client: &Client, nginx: Option<&Nginx>) {
    let monitor = Monitor::of(server.redis());
    let kept = server
        .client()
        .upload(b"kept", "kept", &[("expires", "1d")])
        .await;
    let count = proof.rounds(1_000, 10);
    let (mut needles, shares) = lives(client, count).await;
    needles.share(&kept);
    let answer = client.get("/health").await.expect(200);
    let search = Search::new(&needles.hidden);
    all_are_over(server, &shares).await;

    let more: Vec<&Path> = nginx.iter().map(|nginx| nginx.directory()).collect();
    let everything = Kept::of(server, &monitor, &more);
    let hits = everything.find(&search);
    assert_eq!(hits, [""; 0]);
    everything.finds_what_is_there(&kept, &answer.header("x-request-id"));
    no_wrap_outlives_its_share(proof, server, &kept).await;
    proof.figure("shares", count);
    proof.figure("needles", needles.hidden.len());
    proof.figure("files", everything.files.len());
    proof.figure("hits", hits.len());
}

#[tokio::test]
async fn no_secret_of_a_thousand_shares_is_written_anywhere() {
    let mut proof = Proof::begin("secrets-canaries");
    let server = server().await;
    let client = server.client().clone();
    session(&mut proof, &server, &client, None).await;
    server.finish().await;
    proof.holds();
}

#[tokio::test]
async fn no_secret_of_a_thousand_shares_is_written_by_the_shipped_proxy() {
    let mut proof = Proof::begin("secrets-canaries-nginx");
    let server = server().await;
    let nginx = Nginx::shipped(server.port()).await;
    let client = Client::new(nginx.port());
    let before = nginx.last_spooled();
    session(&mut proof, &server, &client, Some(&nginx)).await;
    let log = fs::read_to_string(nginx.directory().join("onetimeshare.log")).expect("it logs");
    assert!(
        log.lines().count() > 10,
        "there is a log to look into: {log}"
    );
    assert_eq!(nginx.last_spooled(), before, "a body touched nginx's disk");

    let spooling = Nginx::that_spools(server.port()).await;
    let before = spooling.last_spooled();
    let body = vec![7; 256 << 10];
    let client = Client::new(spooling.port());
    client.upload(&body, "spooled", &[]).await;
    assert_ne!(
        spooling.last_spooled(),
        before,
        "an nginx that spools would have been noticed"
    );
    server.finish().await;
    proof.holds();
}
