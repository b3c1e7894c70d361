//! The server dies at each of the places where dying could hurt.

use std::time::Duration;

use crate::{
    proof::Proof,
    support::{Setup, content, eventually},
};

/// Every place at which the server is made to die, as `src/` names them.
const PLACES: [&str; 2] = ["commit.published", "commit.swapped"];

#[tokio::test]
async fn crashes_at_every_failpoint() {
    let mut proof = Proof::begin("crashes-at-failpoints");
    let rounds = proof.rounds(20, 1);
    for place in PLACES {
        for _ in 0..rounds {
            let mut server = Setup::shared()
                .await
                .set("UPLOAD_LEASE", "1s")
                .set("FAILPOINTS", &format!("{place}=return"))
                .start()
                .await;
            let client = server.client().clone();
            let upload = client.upload_request(content(1000), "a.bin", &[]);
            assert!(
                client.try_send(upload).await.is_err(),
                "{place}: an answer came although the server died"
            );
            eventually("it died", Duration::from_secs(10), async || !server.alive()).await;
            server.restart().await;
            server.finish().await;
        }
    }
    proof.figure("places", PLACES.len());
    proof.figure("rounds", rounds);
    proof.holds();
}
