//! What a proxy takes ahead of its client, and what that means for the end of a delivery.

use std::time::{Duration, Instant};

use crate::{
    proof::Proof,
    support::{Server, Setup, collecting::counter, content, eventually, ticket, wait::pause},
    wire::Wire,
};

use super::nginx::Nginx;

const SIZE: usize = 24_000_000;
const READ: usize = 100_000;

/// How many bytes have left the server when a client has read few, and nothing moves any more.
async fn swallowed(server: &Server, port: u16) -> (Wire, Vec<u8>, Vec<u8>, String, f64) {
    let client = server.client();
    let bytes = content(SIZE);
    let share = client.upload(&bytes, "a.bin", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let before = counter(client, "onetimeshare_bytes_out_total").await;
    let mut wire = Wire::connect_from([127, 0, 0, 1].into(), port, Some(64 << 10))
        .await
        .unwrap();
    let path = format!("/r/{}/{ticket}", share.id);
    wire.ask("GET", &path, &[]).await.unwrap();
    assert_eq!(wire.head().await.unwrap().status, 200);
    let mut have = Vec::new();
    wire.body(READ, &mut have).await.unwrap();
    let (mut sent, mut still) = (0.0, 0);
    let begun = Instant::now();
    while still < 12 && begun.elapsed() < Duration::from_secs(20) {
        pause(50).await;
        let now = counter(client, "onetimeshare_bytes_out_total").await - before;
        still = if now > sent { 0 } else { still + 1 };
        sent = now;
    }
    (wire, have, bytes, path, sent)
}

#[tokio::test]
async fn what_proxies_swallow_and_what_the_grace_covers() {
    let mut proof = Proof::begin("delivery-spooling");
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "2s")
        .start()
        .await;
    let default = Nginx::default_settings(server.port()).await;
    let shipped = Nginx::shipped(server.port()).await;
    let spooling = Nginx::spooling(server.port()).await;
    let (mut wire, mut have, bytes, path, sent) = swallowed(&server, spooling.port()).await;
    eventually(
        "a proxy that must spool does",
        Duration::from_secs(30),
        async || spooling.spooled() > 10_000_000,
    )
    .await;
    proof.figure("spooling nginx: bytes ahead of the client", sent - 1e5);

    let mut stalled = Vec::new();
    for (way, port, nginx) in [
        ("direct", server.port(), None),
        ("default nginx", default.port(), Some(&default)),
        ("shipped nginx", shipped.port(), Some(&shipped)),
    ] {
        let (wire, have, bytes, path, sent) = swallowed(&server, port).await;
        assert!(
            sent < 0.75 * 24e6,
            "{way}: {sent} of {SIZE} bytes had left for a client that took {READ}"
        );
        assert_eq!(
            nginx.map_or(0, Nginx::spooled),
            0,
            "{way}: plain text on the disk of the proxy"
        );
        proof.figure(&format!("{way}: bytes ahead of the client"), sent - 1e5);
        // One stays and reads nothing, the others are gone.
        let wire = if nginx.is_none() {
            Some(wire)
        } else {
            wire.reset();
            None
        };
        stalled.push((wire, port, path, have, bytes));
    }
    // Longer than the grace: nothing ends while not everything has left.
    pause(2_500).await;
    for (wire, port, path, have, bytes) in stalled {
        if let Some(wire) = wire {
            wire.reset();
        }
        finishes(&server, port, &path, have, &bytes).await;
    }

    let status = format!("{path}/status");
    eventually(
        "what the proxy took whole counts as delivered once the grace is over",
        Duration::from_secs(30),
        async || {
            let answer = server.client().get(&status).await;
            answer.text().contains("\"delivered\"")
        },
    )
    .await;
    wire.body(SIZE - READ, &mut have).await.unwrap();
    assert!(have == bytes, "the proxy has it, so its client gets it");
    server.client().get(&path).await.expect(410);
    server.finish().await;
    proof.holds();
}

/// Resumes to the end and acknowledges.
async fn finishes(server: &Server, port: u16, path: &str, mut have: Vec<u8>, bytes: &[u8]) {
    let mut wire = Wire::connect(port).await.unwrap();
    let range = format!("bytes={}-", have.len());
    wire.ask("GET", path, &[("Range", range.as_bytes())])
        .await
        .unwrap();
    assert_eq!(wire.head().await.unwrap().status, 206);
    wire.body(bytes.len() - have.len(), &mut have)
        .await
        .unwrap();
    assert!(have == bytes, "{} bytes after a stall", have.len());
    let acknowledged = server.client().post(&format!("{path}/ack"), &[]).await;
    acknowledged.expect(204);
}
