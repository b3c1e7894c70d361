//! A rewrite of the append-only file that Redis accepts and that breaks off is done again.

use std::{fs, time::Duration};

use rustix::process::Signal;

use super::{
    append_only,
    clock::{Clock, tell},
    search::Search,
};
use crate::{
    proof::Proof,
    support::{Server, Setup, collecting::collect, content, eventually, process},
};

/// The children of the server's Redis: one writes, while it rewrites.
fn writers(server: &Server) -> Vec<u32> {
    let pid = fs::read_to_string(server.place().redis_pid_file()).expect("it names its Redis");
    let pid = pid.trim();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.expect("Redis runs");
    children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

#[tokio::test]
async fn a_rewrite_that_breaks_off_is_done_again() {
    let mut proof = Proof::begin("secrets-broken-rewrite");
    let clock = Clock::new();
    let server = clock.on(Setup::bundled().await).start().await;
    let redis = server.place().data().join("redis");
    let (client, bytes) = (server.client(), content(3_000));
    let share = client.upload(&bytes, "ended", &[]).await;
    // What stays makes the rewrite slow.
    client.upload(&bytes, "living", &[]).await;
    collect(client, &share, &bytes).await;
    client.owner(&share, "revoke").await;
    let ended = append_only::wraps(&redis);
    let ended: Vec<_> = ended
        .into_iter()
        .filter(|(id, _)| *id == share.id)
        .collect();
    assert!(!ended.is_empty(), "its wraps are in the file until then");
    let search = Search::new(&ended);
    let found = || !search.indices(&append_only::bytes(&redis)).is_empty();

    tell(&server, "CONFIG SET rdb-key-save-delay 10000000");
    clock.ahead(Duration::from_secs(3_700));
    let begun = async || !writers(&server).is_empty();
    eventually("the rewrite begins", Duration::from_mins(2), begun).await;
    for child in writers(&server) {
        process::send(child, Signal::KILL);
    }
    let over = async || writers(&server).is_empty();
    eventually("it has broken off", Duration::from_secs(30), over).await;
    assert!(found(), "nothing was rewritten");
    tell(&server, "CONFIG SET rdb-key-save-delay 0");

    // Nothing more ends. Redis would not try again by itself.
    clock.ahead(Duration::from_secs(7_400));
    let forgotten = async || !found();
    eventually("it is done again", Duration::from_mins(2), forgotten).await;
    server.finish().await;
    proof.figure("rewrites broken off", 1);
    proof.holds();
}
