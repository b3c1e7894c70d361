//! The task beside a stream that renews its lease: begun anew, it does not judge by what it knew at first.

use std::time::{Duration, Instant};

use crate::support::{Setup, content, raw::Raw, ticket, wait::pause};

#[tokio::test]
async fn a_keeper_that_is_begun_anew_late_lets_the_stream_go_on() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_IDLE", "3s")
        .set("FAILPOINTS", "keeper.renewed=6*off->1*panic")
        .start()
        .await;
    let (client, ticket) = (server.client(), ticket());
    let bytes = content(40 << 20);
    let share = client.upload(&bytes, "a", &[]).await;
    client.reserve(&share, &ticket, None).await;
    let mut stream = Raw::connect(server.port()).await;
    let path = format!("/r/{}/{ticket}", share.id);
    stream.head("GET", &path, &[]).await;
    assert_eq!(stream.answer().await.unwrap().status, 200);
    // The lease of the first record is over long before the end; renewals come every second.
    let (mut got, began) = (Vec::new(), Instant::now());
    while got.len() < bytes.len() {
        let wanted = (256 << 10).min(bytes.len() - got.len());
        let piece = stream.read(wanted).await;
        assert_eq!(piece.len(), wanted, "broken after {:?}", began.elapsed());
        got.extend(piece);
        pause(60).await;
    }
    assert!(got == bytes && began.elapsed() > Duration::from_secs(8));
    client.ack(&share, &ticket).await.expect(204);
    assert!(
        server.log().contains("panicked at"),
        "no keeper was begun anew"
    );
}
