//! Addresses a client claims for itself, and what limits remember.

use std::time::Instant;

use crate::{
    proof::{Proof, Scale},
    support::{Dice, Server, Setup, wait::pause},
    wire::Wire,
};

use super::server_health::status;

const PATH: &str = "/d/8c9b9d4e-4e0b-4a1b-8a59-0f5d9c8f1c55";
/// Admitted at once: a third of what an hour has.
const BURST: usize = 40;

/// Tries to reserve once for each of the claimed addresses; how many were let through the limit.
async fn admitted(server: &Server, count: usize, mut claim: impl FnMut(usize) -> String) -> usize {
    let mut wire = Wire::connect(server.port()).await.expect("it listens");
    let mut admitted = 0;
    for number in 0..count {
        let claimed = claim(number);
        let fields: [(&str, &[u8]); 3] = [
            ("X-Forwarded-For", claimed.as_bytes()),
            ("Content-Type", b"application/x-www-form-urlencoded"),
            ("Content-Length", b"0"),
        ];
        let reply = wire
            .exchange("POST", PATH, &fields)
            .await
            .expect("an answer");
        match reply.head.status {
            429 => assert!(!reply.head.field("retry-after").is_empty()),
            410 => admitted += 1,
            other => panic!("{other}: {}", String::from_utf8_lossy(&reply.body)),
        }
    }
    admitted
}

async fn limited(proxies: Option<&str>, rate: &str) -> Server {
    let setup = Setup::shared()
        .await
        .set("RATE_LIMITS", "on")
        .set("RATE_RESERVE", rate);
    match proxies {
        Some(proxies) => setup.set("TRUSTED_PROXIES", proxies).start().await,
        None => setup.start().await,
    }
}

fn ipv4(bits: u64) -> String {
    let [_, b, c, d] = u32::try_from(bits & 0xff_ffff)
        .expect("24 bits")
        .to_be_bytes();
    format!("11.{b}.{c}.{d}")
}

#[tokio::test]
async fn forged_addresses_are_one_client() {
    let mut proof = Proof::begin("load-forged-addresses");
    let rounds = proof.rounds(10_000, 300);
    let mut dice = Dice::from_seed(proof.seed());
    let hour = format!("{}/d", BURST * 3);

    let open = limited(None, &hour).await;
    let stranger = admitted(&open, rounds, |_| ipv4(dice.next())).await;
    drop(open);
    // Each network of its own, so that what one has used up is not what another lacks.
    let behind = limited(Some("127.0.0.1/32"), &hour).await;
    let leftmost = admitted(&behind, rounds, |_| {
        format!("{}, 192.0.2.7", ipv4(dice.next()))
    })
    .await;
    let one_network = admitted(&behind, rounds, |_| {
        format!(
            "2001:db8:0:7:{:x}:{:x}::1",
            dice.below(0xffff),
            dice.below(0xffff)
        )
    })
    .await;
    let networks = admitted(&behind, BURST, |number| {
        format!("2001:db8:0:{:x}::1", number + 100)
    })
    .await;
    drop(behind);
    for (what, count) in [
        ("distinct claims of one stranger", stranger),
        ("distinct claims left of one address", leftmost),
        ("addresses of one IPv6 network", one_network),
    ] {
        assert!(
            (BURST..=BURST + 2).contains(&count),
            "{count} of {rounds} {what} were let through, {BURST} at once are allowed"
        );
        proof.figure(what, rounds);
        proof.figure(&format!("{what}: let through"), count);
    }
    assert_eq!(networks, BURST, "networks are counted apart");
    proof.holds();
}

#[tokio::test]
async fn limits_forget_clients_at_rest() {
    let mut proof = Proof::begin("load-many-clients");
    let lanes = 8;
    let each = proof.rounds(400_000, 2_000) / lanes;
    let server = limited(Some("127.0.0.1/32"), "3600000/h").await;
    // The first requests warm up what stays.
    admitted(&server, 500, |_| ipv4(1)).await;
    let before = status(server.pid(), "VmRSS:");
    let begun = Instant::now();
    let claims = (0..lanes).map(|lane| {
        admitted(&server, each, move |number| {
            ipv4(u64::try_from(lane * each + number).expect("fits"))
        })
    });
    let let_through: usize = futures_util::future::join_all(claims)
        .await
        .into_iter()
        .sum();
    assert_eq!(let_through, lanes * each, "each is a client of its own");
    assert!(
        begun.elapsed().as_secs() < 50,
        "too slow: the first of them are forgotten before the last have come"
    );
    let full = status(server.pid(), "VmRSS:");
    proof.figure("clients", let_through);
    proof.figure("seconds", begun.elapsed().as_secs());
    proof.figure("KiB resident before", before);
    proof.figure("KiB resident with all of them", full);
    if proof.scale() != Scale::Quick {
        // They are forgotten once a minute.
        pause(65_000).await;
        let after = status(server.pid(), "VmRSS:");
        proof.figure("KiB resident a minute later", after);
        // Half of what they took: the allocator keeps some of what is freed.
        assert!(
            after.saturating_sub(before) <= full.saturating_sub(before) / 2,
            "{before} KiB before, {full} with all of them, {after} a minute later"
        );
    }
    server.finish().await;
    proof.holds();
}
