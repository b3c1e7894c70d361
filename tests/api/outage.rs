//! Bad days: Redis away, the disk full, blobs damaged. Answers become 5xx; nothing is deleted because of an error.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{
    Setup,
    collecting::collect,
    content, eventually, files, raw, ticket,
    views::Health,
    wait::{health_is, pause},
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
    let mut raw = raw::Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", raw::multipart_type());
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

#[tokio::test]
async fn an_upload_whose_record_redis_forgot_is_503_and_leaves_nothing() {
    let server = Setup::own_redis().await.start().await;
    let bytes = content(200_000);
    let whole = raw::multipart(&[(raw::FILE, &bytes)]);
    let (first, rest) = whole.split_at(100_000);
    let mut upload = raw::Raw::connect(server.port()).await;
    let lines = [
        format!("Content-Type: {}", raw::multipart_type()),
        format!("Content-Length: {}", whole.len()),
        "Accept: application/json".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    upload.head("POST", "/upload", &lines).await;
    upload.send(first).await;
    let within = Duration::from_secs(20);
    eventually("it has begun", within, async || {
        let keys = server.redis().keys("");
        keys.iter().any(|key| key.ends_with(":share"))
    })
    .await;
    // As a replica would have it that was not yet told of this upload.
    server.redis().command(&["FLUSHALL"]);
    upload.send(rest).await;
    let refused = upload.answer().await.unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").is_some());
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn the_log_says_why_redis_lets_nobody_in() {
    let setup = Setup::own_redis().await;
    let mut server = setup.start().await;
    let secret = "a password of Redis that no log may hold";
    server
        .redis()
        .command(&["CONFIG", "SET", "requirepass", secret]);
    let port = server.redis().port();
    for (url, why) in [
        (format!("redis://127.0.0.1:{port}"), "NOAUTH"),
        (
            format!("redis://:wrong-{port}@127.0.0.1:{port}"),
            "WRONGPASS",
        ),
        (
            format!(
                "redis://:{}@127.0.0.1:{port}/99",
                secret.replace(' ', "%20")
            ),
            "DB index is out of range",
        ),
        ("redis://127.0.0.1:1".to_owned(), "refused"),
    ] {
        server.kill9();
        server.set("REDIS_URL", &url);
        server.launch();
        let told = async || server.log().contains(why);
        eventually(why, Duration::from_secs(20), told).await;
    }
    let log = server.log();
    assert!(!log.contains(secret) && !log.contains("wrong-"), "{log}");
    let reasons = log.matches("there is no connection to Redis").count();
    assert_eq!(reasons, 4, "each reason once: {log}");
}

/// Nothing would look for a blob without one, should the server die.
#[tokio::test]
async fn a_blob_gets_no_name_before_its_record_stands() {
    let server = Setup::own_redis().await.start().await;
    let (client, data) = (server.client(), server.place().data());
    let hold_writes = || {
        server
            .redis()
            .command(&["CLIENT", "PAUSE", "1500", "WRITE"])
    };
    let nameless = async {
        for _look in 0..20 {
            pause(50).await;
            assert!(files::blobs(data).is_empty());
        }
    };
    let bytes = content(1_000);
    hold_writes();
    let (share, ()) = tokio::join!(client.upload(&bytes, "a", &[]), nameless);
    assert_eq!(files::blobs(data).len(), 1);
    collect(client, &share, &bytes).await;
    eventually("the blob is removed", Duration::from_secs(5), async || {
        files::blobs(data).is_empty()
    })
    .await;

    hold_writes();
    let cut = async {
        pause(500).await;
        server.redis().kill();
    };
    let (refused, ()) = tokio::join!(client.try_upload(&bytes, "b", &[]), cut);
    refused.problem(503);
    assert!(files::blobs(data).is_empty());
    server.redis().start();
    server.redis().ready().await;
    health_is(client, 200).await;
    server.finish().await;
}

#[tokio::test]
async fn who_hangs_up_while_the_record_is_being_written_leaves_none() {
    let server = Setup::own_redis().await.start().await;
    server.client().get("/health").await.expect(200);
    server
        .redis()
        .command(&["CLIENT", "PAUSE", "1500", "WRITE"]);
    let mut raw = raw::Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", raw::multipart_type());
    raw.head("POST", "/upload", &[&kind, "Content-Length: 100000"])
        .await;
    raw.send(&raw::unfinished(&[(raw::FILE, &content(20_000))]))
        .await;
    pause(500).await;
    drop(raw);
    // Held back until now, it is written after its client has gone.
    pause(1_500).await;
    let records = || server.redis().keys(server.place().prefix());
    eventually(
        "the record is taken back",
        Duration::from_secs(10),
        async || !records().iter().any(|key| key.ends_with(":share")),
    )
    .await;
    assert!(
        records().iter().any(|key| key.ends_with(":fate")),
        "there was one"
    );
    server.finish().await;
}
