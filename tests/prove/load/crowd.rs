//! Honest visitors are served while a thousand connections give nothing.

use std::{net::Ipv4Addr, time::Duration};

use tokio::time::Instant;

use crate::{
    proof::{Proof, Scale},
    support::{Server, Setup, eventually, wait::pause},
    wire::Wire,
};

use super::{
    attackers::{SLOW_READERS, SecondHeads, WAYS, attack},
    server_health::{Held, sockets},
    visitor::{HONEST, honest, works},
};

/// What the allocator may keep, in KiB, of a thousand connections at once. All waves together must stay within it, so what
/// each of them left behind for good would show.
const SLACK: u64 = 128 << 10;

/// More than a thousand attackers, an honest visitor and the server's own files need.
fn raise_the_limit_of_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("up to its maximum it is ours to raise");
}

async fn comes_to_rest(proof: &mut Proof, server: &Server, before: Held, name: &str) {
    let begun = Instant::now();
    let mut now = Held::by(server);
    while !now.is_back_at(before, SLACK) {
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "{name}: {now:?} a minute later, {before:?} before"
        );
        pause(100).await;
        now = Held::by(server);
    }
    proof.figure(
        &format!("{name}: KiB resident before, after"),
        vec![before.resident, now.resident],
    );
}

#[tokio::test]
async fn honest_visitors_are_served_during_slow_attacks() {
    let mut proof = Proof::begin("load-slow-attacks");
    raise_the_limit_of_files();
    let quick = proof.scale() == Scale::Quick;
    let connections = if quick { 100 } else { 1_000 };
    let time = Duration::from_secs(u64::try_from(proof.rounds(120, 2)).expect("fits"));
    // Without the limits there is no cap on connections: all of them are held.
    let server = Setup::shared().await.start().await;
    let visitor = honest(&server);
    works(&visitor, Duration::from_millis(500)).await;
    let before = Held::by(&server);

    for way in if quick { &[SLOW_READERS][..] } else { &WAYS } {
        let attack = attack(&server, *way, connections, time);
        let (mut times, attack) = tokio::join!(works(&visitor, time), attack);
        let what = format!("{}: connections, most at once", way.name);
        proof.figure(&what, vec![attack.connections, attack.most_at_once]);
        proof.figure(&format!("{}: honest requests", way.name), times.count());
        proof.figure(&format!("{}: p99 ms", way.name), times.p99());
        comes_to_rest(&mut proof, &server, before, way.name).await;
    }

    let heads = SecondHeads::begin(&server, Ipv4Addr::LOCALHOST, connections).await;
    assert!(sockets(server.port()) >= connections, "all are held");
    let mut times = works(&visitor, time).await;
    assert!(times.count() > 0);
    if quick {
        drop(heads);
    } else {
        let borne = heads.ended().await;
        let (first, last) = (borne[0].as_secs(), borne[borne.len() - 1].as_secs());
        assert!(
            (25..=40).contains(&first) && last <= 40,
            "hung up on after {first} to {last} s"
        );
        proof.figure("second heads: borne for s", vec![first, last]);
    }
    proof.figure("second heads: honest requests", times.count());
    proof.figure("second heads: p99 ms", times.p99());
    comes_to_rest(&mut proof, &server, before, "second heads").await;
    server.finish().await;
    proof.holds();
}

#[tokio::test]
async fn one_client_has_so_many_connections_and_pushes_nobody_out() {
    const CAP: usize = 64;
    let mut proof = Proof::begin("load-connection-cap");
    raise_the_limit_of_files();
    let connections = proof.rounds(1_000, 200);
    let server = Setup::shared()
        .await
        .set("RATE_LIMITS", "on")
        .set("RATE_UPLOAD", "1000000/h")
        .set("RATE_RESERVE", "1000000/h")
        .set("MAX_CONNECTIONS_PER_CLIENT", &CAP.to_string())
        .start()
        .await;
    let mut early = Wire::connect_from(HONEST, server.port(), None)
        .await
        .unwrap();
    let first = early.exchange("GET", "/robots.txt", &[]).await.unwrap();
    assert_eq!(first.head.status, 200);
    let idle = sockets(server.port());
    // Each is served once, because one that never asks is ended for that alone.
    let mut held = Vec::new();
    for _ in 0..connections {
        let mut wire = Wire::connect(server.port()).await.unwrap();
        if wire.exchange("GET", "/robots.txt", &[]).await.is_ok() {
            held.push(wire);
        }
    }
    assert_eq!(held.len(), CAP, "so many connections of one client");
    let mut times = works(&honest(&server), Duration::from_secs(1)).await;
    let again = early.exchange("GET", "/robots.txt", &[]).await;
    assert_eq!(
        again.expect("nobody pushes it out").head.status,
        200,
        "a connection from before the crowd"
    );
    for wire in &mut held {
        let answer = wire.exchange("GET", "/robots.txt", &[]).await;
        assert_eq!(
            answer.expect("they stay").head.status,
            200,
            "the first connections of the crowd itself"
        );
    }
    proof.figure("connections", connections);
    proof.figure("cap", CAP);
    proof.figure("honest requests", times.count());
    proof.figure("honest p99 ms", times.p99());
    let left = async || sockets(server.port()) <= idle;
    drop(held);
    eventually("all are gone", Duration::from_secs(20), left).await;
    drop(early);
    drop(server);
    proof.holds();
}
