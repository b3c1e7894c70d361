//! A server whose own clock jumps by a day, both ways: Redis's clock decides, so nothing ends early and nothing comes back.

use std::{fs, path::PathBuf, time::Duration};

use crate::{
    proof::Proof,
    support::{
        Client, Dice, Server, Setup, collecting::collect, eventually, redis::Reply, ticket,
        views::Health,
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

/// From now on the server's wall clock is what the file says.
async fn mislead(server: &mut Server) -> PathBuf {
    let file = server.place().directory().join("clock");
    fs::write(&file, "+0").expect("the directory is writable");
    server.set("LD_PRELOAD", &faketime().to_string_lossy());
    server.set("FAKETIME_TIMESTAMP_FILE", &file.to_string_lossy());
    server.set("FAKETIME_CACHE_DURATION", "1");
    // Timers are no clock: a jump of theirs would be a broken machine, not a wrong time.
    server.set("DONT_FAKE_MONOTONIC", "1");
    server.restart().await;
    file
}

#[tokio::test]
async fn a_wall_clock_that_jumps() {
    let mut proof = Proof::begin("clock");
    let jumps = proof.rounds(40, 2);
    let mut dice = Dice::from_seed(proof.seed());
    let first = Setup::shared().await.start().await;
    let mut second = first.sibling().await;
    let file = mislead(&mut second).await;
    let apply = [("apply", "true")];
    let (mut lived, mut refused) = (0, 0);
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
            lived += 1;
        }
        let ended = async || first.client().inspect(&brief).await.status == 410;
        eventually("it expires in its time", Duration::from_secs(10), ended).await;
        for client in [first.client(), second.client()] {
            client.inspect(&brief).await.problem(410);
            client
                .try_reserve(&brief, &ticket(), None)
                .await
                .problem(410);
            refused += 2;
        }
        second.swept_clean().await;
    }
    fs::write(&file, "+0").expect("the directory is writable");
    health_says(second.client(), "ok").await;
    drop(second);
    first.finish().await;
    proof.figure("jumps of a day", jumps);
    proof.figure("shares collected in their time", lived);
    proof.figure("requests refused after theirs", refused);
    proof.holds();
}

/// The folder of an hour so many hours from now by Redis's clock, with what a forgotten one would hold.
fn folder_of_hour(server: &Server, from_now: i64) -> PathBuf {
    let Reply::List(now) = server.redis().command(&["TIME"]) else {
        panic!("Redis has a clock");
    };
    let hour = now[0].text().parse::<i64>().unwrap() / 3600 + from_now;
    let folder = server.place().data().join(format!("blobs/h{hour:07}"));
    fs::create_dir_all(&folder).expect("the data directory is writable");
    fs::write(folder.join("pepper"), [7; 32]).expect("the folder is writable");
    folder
}

/// An hour that one of the clocks takes for past and the other does not, whose folder must outlive every sweep until they
/// agree that it is past.
async fn only_one_takes_it_for_past(jump: &str, hour: i64) {
    let mut server = Setup::shared().await.start().await;
    let file = mislead(&mut server).await;
    fs::write(&file, jump).expect("the directory is writable");
    health_says(server.client(), "degraded").await;
    let folder = folder_of_hour(&server, hour);
    let sweep = async || server.client().cleanup(&[("apply", "true")]).await;
    assert_eq!(
        sweep().await.past_hours,
        0,
        "an hour {hour} away, at {jump}"
    );
    assert!(folder.join("pepper").exists());
    fs::write(&file, "+0").expect("the directory is writable");
    health_says(server.client(), "ok").await;
    // The server's own loop may be first.
    sweep().await;
    assert_eq!(folder.exists(), hour > 0);
    server.finish().await;
}

#[tokio::test]
async fn an_hour_that_is_past_by_the_wall_clock_alone_stays() {
    only_one_takes_it_for_past("+1d", 2).await;
}

#[tokio::test]
async fn an_hour_that_is_past_by_the_clock_of_redis_alone_stays() {
    only_one_takes_it_for_past("-1d", -2).await;
}
