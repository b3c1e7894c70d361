//! Bad days: Redis away, the disk full, blobs damaged. Answers become 5xx; nothing is deleted because of an error.

use rustix::process::Signal;

use crate::support::{
    Setup, collecting::collect, content, files, ticket, views::Health, wait::health_is,
};

#[tokio::test]
async fn redis_down_is_503_and_comes_back_without_a_restart() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let bytes = content(100_000);
    let share = client.upload(&bytes, "a", &[]).await;
    for _again in 0..2 {
        server.redis().kill();
        health_is(client, 503).await;
        let health: Health = client.get("/health").await.json();
        assert_eq!(health.status, "failing");
        client.page("/").await.expect(200);
        let upload = client.try_upload(&content(10), "b", &[]).await;
        assert!(!upload.header("retry-after").is_empty());
        upload.problem(503);
        client
            .try_reserve(&share, &ticket(), None)
            .await
            .problem(503);
        assert!(
            client
                .page(&format!("/d/{}", share.id))
                .await
                .expect(503)
                .text()
                .contains("<html")
        );
        assert!(files::blob(server.place().data(), &share.id).is_some());
        assert_eq!(
            files::blobs(server.place().data()).len(),
            1,
            "a refused upload leaves nothing"
        );
        server.redis().start();
        server.redis().ready().await;
        health_is(client, 200).await;
    }
    collect(client, &share, &bytes).await;
    assert!(server.alive());
    server.finish().await;
}

#[tokio::test]
async fn an_upload_is_refused_before_its_body_is_read() {
    let server = Setup::own_redis().await.start().await;
    server.redis().kill();
    health_is(server.client(), 503).await;
    let mut raw = crate::support::raw::Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", crate::support::raw::multipart_type());
    raw.head(
        "POST",
        "/upload",
        &[
            &kind,
            "Content-Length: 1000000000",
            "Accept: application/json",
        ],
    )
    .await;
    // Not one byte of the body is sent.
    assert_eq!(raw.answer().await.unwrap().status, 503);
}

#[tokio::test]
async fn a_silent_redis_is_503_too() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    server.redis().signal(Signal::STOP);
    health_is(client, 503).await;
    client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(503);
    server.redis().signal(Signal::CONT);
    health_is(client, 200).await;
    collect(client, &share, b"hello").await;
    server.finish().await;
}

#[tokio::test]
async fn a_delivery_that_has_begun_goes_on_without_redis() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let bytes = content(40_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let mut response = crate::support::collecting::open(client, &share, &ticket).await;
    let mut got = response.chunk().await.unwrap().unwrap().to_vec();
    server.redis().kill();
    while let Some(chunk) = response.chunk().await.expect("the stream goes on") {
        got.extend_from_slice(&chunk);
    }
    assert!(got == bytes);
    server.redis().start();
    server.redis().ready().await;
    health_is(client, 200).await;
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}
