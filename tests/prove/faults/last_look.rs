//! The last look before the first byte fails: whoever asks again is not kept waiting for streams that never began.

use std::time::Duration;

use crate::{
    proof::Proof,
    support::{Setup, content, eventually, ticket},
};

/// Opened by name: the pepper for the upload; the claim and the blob for the reservation; then for each download the blob (under
/// its claimed name after its first) and, after the claim, its name once more.
const LAST_LOOK_OF_TWO_DOWNLOADS: &str = "blob.open=4*off->1*return(EIO)->2*off->1*return(EIO)";

#[tokio::test]
async fn a_last_look_that_fails_leaves_no_stream_open() {
    let mut proof = Proof::begin("last-look-fails");
    let server = Setup::shared()
        .await
        .set("FAILPOINTS", LAST_LOOK_OF_TWO_DOWNLOADS)
        .start()
        .await;
    let (client, ticket) = (server.client(), ticket());
    let bytes = content(100_000);
    let share = client.upload(&bytes, "a", &[]).await;
    client.reserve(&share, &ticket, None).await;
    for _download in 0..2 {
        client.download(&share, &ticket).await.problem(503);
    }
    // Both slots would be taken for half a minute.
    let got = async || {
        let answer = client.download(&share, &ticket).await;
        assert!([200, 429].contains(&answer.status), "{}", answer.text());
        answer.status == 200 && answer.body == bytes
    };
    eventually("it is delivered", Duration::from_secs(10), got).await;
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
    proof.figure("looks failed", 2);
    proof.holds();
}
