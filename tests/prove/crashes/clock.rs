//! A server whose own clock jumps by a day, both ways: Redis's clock decides, so nothing ends early and nothing comes back.

use std::{fs, path::PathBuf, time::Duration};

use crate::{
    proof::Proof,
    support::{
        Client, Dice, Server, Setup, collecting::collect, eventually, ticket, views::Health,
    },
};

/// The library that tells a program another time.
fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("a Linux system").flatten();
    let mut places = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    places
        .find(|library| library.exists())
        .expect("the package faketime is installed (scripts/need faketime)")
}

async fn health_says(client: &Client, status: &str) {
    let said = async || client.get("/health").await.json::<Health>().status == status;
    eventually(status, Duration::from_secs(20), said).await;
}

/// A second server whose wall clock is what the file says.
async fn misled(first: &Server) -> (Server, PathBuf) {
    let file = first.place().directory().join("clock");
    fs::write(&file, "+0").expect("the directory is writable");
    let mut second = first.sibling().await;
    second.set("LD_PRELOAD", &faketime().to_string_lossy());
    second.set("FAKETIME_TIMESTAMP_FILE", &file.to_string_lossy());
    second.set("FAKETIME_CACHE_DURATION", "1");
    // Timers are no clock: a jump of theirs would be a broken machine, not a wrong time.
    second.set("DONT_FAKE_MONOTONIC", "1");
    second.restart().await;
    (second, file)
}

#[tokio::test]
async fn a_wall_clock_that_jumps() {
    let mut proof = Proof::begin("clock");
    let jumps = proof.rounds(40, 2);
    let mut dice = Dice::from_seed(proof.seed());
    let first = Setup::shared().await.start().await;
    let (second, file) = misled(&first).await;
    let apply = [("apply", "true")];
    for jump in 0..jumps {
        fs::write(&file, ["+1d", "-1d"][jump % 2]).expect("the directory is writable");
        let bytes = dice.bytes(20_000);
        // From before the jump was noticed and after it, on either server.
        let early = first
            .client()
            .upload(&bytes, "a", &[("expires", "1h")])
            .await;
        let brief = second
            .client()
            .upload(&bytes, "a", &[("expires", "1s")])
            .await;
        health_says(second.client(), "degraded").await;
        health_says(first.client(), "ok").await;
        let late = second
            .client()
            .upload(&bytes, "a", &[("expires", "1h")])
            .await;
        second.client().cleanup(&apply).await;
        second.client().inspect(&late).await.expect(200);
        for share in [early, late] {
            collect(first.client(), &share, &bytes).await;
        }
        let ended = async || first.client().inspect(&brief).await.status == 410;
        eventually("it expires in its time", Duration::from_secs(10), ended).await;
        for client in [first.client(), second.client()] {
            client.inspect(&brief).await.problem(410);
            client
                .try_reserve(&brief, &ticket(), None)
                .await
                .problem(410);
        }
        second.swept_clean().await;
    }
    fs::write(&file, "+0").expect("the directory is writable");
    health_says(second.client(), "ok").await;
    drop(second);
    first.finish().await;
    proof.figure("jumps of a day", jumps);
    proof.figure("ended early", 0);
    proof.figure("come back", 0);
    proof.holds();
}
