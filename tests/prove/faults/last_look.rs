//! The last look before the first byte, and again while it streams: what it is there for, and what happens when it fails.

use std::time::Duration;

use crate::{
    proof::Proof,
    support::{Setup, collecting::take, content, eventually, files, raw::Raw, ticket, wait::pause},
};

/// Opened by name: the pepper for the upload; the blob for the reservation; then for each download the blob (under its claimed name
/// after its first) and, after the claim, its name once more.
const LAST_LOOK_OF_TWO_DOWNLOADS: &str = "blob.open=3*off->1*return(EIO)->2*off->1*return(EIO)";

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

#[tokio::test]
async fn what_was_removed_after_the_claim_gives_no_byte() {
    let server = Setup::shared()
        .await
        .set("FAILPOINTS", "deliver.swapped=1*sleep(2000)")
        .start()
        .await;
    let (client, ticket) = (server.client().clone(), ticket());
    let share = client.upload(&content(100_000), "a", &[]).await;
    client.reserve(&share, &ticket, None).await;
    let asking = tokio::spawn({
        let (share, ticket) = (share.clone(), ticket.clone());
        async move { take(&client, &share, &ticket, 0, usize::MAX).await }
    });
    // As a revocation on the other side of a failover removes it, of which this server's Redis knows nothing.
    eventually("it is claimed", Duration::from_secs(10), async || {
        let blob = files::blob(server.place().data(), &share.id);
        blob.filter(|blob| blob.extension().is_some())
            .is_some_and(|blob| std::fs::remove_file(blob).is_ok())
    })
    .await;
    let arrived = asking.await.unwrap();
    assert_eq!(arrived.status, 410, "{} bytes came", arrived.bytes.len());
    server.finish().await;
}

#[tokio::test]
async fn what_is_removed_under_a_running_stream_breaks_it() {
    let server = Setup::shared().await.start().await;
    let (client, ticket) = (server.client(), ticket());
    // A running stream looks again every 8 MiB.
    let bytes = content(40 << 20);
    let share = client.upload(&bytes, "a", &[]).await;
    client.reserve(&share, &ticket, None).await;
    let mut stream = Raw::connect(server.port()).await;
    let path = format!("/r/{}/{ticket}", share.id);
    stream.head("GET", &path, &[]).await;
    assert_eq!(stream.answer().await.unwrap().status, 200);
    let mut got = stream.read(100_000).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    assert!(blob.extension().is_some(), "it is claimed");
    std::fs::remove_file(blob).unwrap();
    // Slower than the look: what is open can be read to its end although it has no name any more.
    let mut whole = true;
    while whole && got.len() < bytes.len() {
        let wanted = (64 << 10).min(bytes.len() - got.len());
        let piece = stream.read(wanted).await;
        whole = piece.len() == wanted;
        got.extend(piece);
        pause(5).await;
    }
    assert!(!whole, "all {} bytes came", got.len());
    assert!(bytes.starts_with(&got));
    // Nothing but the name said so.
    assert_eq!(client.status(&share, &ticket).await.state, "delivering");
    server.finish().await;
}
