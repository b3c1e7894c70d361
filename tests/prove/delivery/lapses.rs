//! Reservations nobody makes use of.

use std::time::Duration;

use futures_util::future::join_all;

use crate::{
    proof::Proof,
    support::{Client, Server, Setup, content, eventually, ticket, wait::pause},
};

const LEASE: Duration = Duration::from_secs(3);

/// Reserved, never fetched: after the lease the next one gets it, or, if nobody came, the first ticket still does.
async fn lapse(server: &Server, somebody_else_comes: bool) {
    let client: &Client = server.client();
    let bytes = content(2_000);
    let share = client.upload(&bytes, "a.bin", &[]).await;
    let (first, second) = (ticket(), ticket());
    let reserved = client.reserve(&share, &first, None).await;
    assert_eq!(reserved.size, 2_000);
    let winner = if somebody_else_comes {
        let taken = async || {
            let answer = client.try_reserve(&share, &second, None).await;
            assert!(
                [200, 409].contains(&answer.status),
                "{} {}",
                answer.status,
                answer.text()
            );
            answer.status == 200
        };
        eventually("the lease lapses", 20 * LEASE, taken).await;
        client.download(&share, &first).await.expect(410);
        second
    } else {
        pause(3_500).await;
        assert_eq!(client.owner(&share, "status").await.state, "available");
        first
    };
    let got = client.download(&share, &winner).await.expect(200);
    assert!(got.body == bytes);
    client.ack(&share, &winner).await.expect(204);
}

#[tokio::test]
async fn reservations_without_a_byte_become_available_again() {
    let mut proof = Proof::begin("delivery-lapses");
    let rounds = proof.rounds(500, 20);
    let server = Setup::shared()
        .await
        .set("RESERVATION_LEASE", "3s")
        .start()
        .await;
    for from in (0..rounds).step_by(100) {
        let together = (from..rounds.min(from + 100)).map(|round| lapse(&server, round % 2 == 0));
        join_all(together).await;
    }
    proof.figure("reservations", rounds);
    server.finish().await;
    proof.holds();
}
