//! Clients that stall are hung up on; clients that are merely slow are served.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::support::{
    Server, Setup, Uploaded,
    collecting::no_transfers,
    content,
    raw::{Raw, multipart, multipart_type},
    ticket,
    wait::pause,
};

/// The longest any of them may keep its connection without progress.
const PATIENCE: Duration = Duration::from_secs(75);

/// The longest a reader may, and some seconds more.
const STOPPED: Duration = Duration::from_secs(140);

/// Less than a first head may take.
const HEAD: Duration = Duration::from_secs(3);

/// The server ends the connection, with or without an answer.
async fn is_hung_up_on(what: &str, mut connection: Raw) {
    let began = Instant::now();
    let rest = timeout(PATIENCE, connection.rest()).await;
    assert!(
        rest.is_ok(),
        "{what}: still open after {:?}",
        began.elapsed()
    );
}

async fn first_head(server: &Server) {
    let mut raw = Raw::connect(server.port()).await;
    raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Ag").await;
    is_hung_up_on("an unfinished first head", raw).await;
}

async fn second_head(server: &Server) {
    let mut raw = Raw::connect(server.port()).await;
    raw.head("GET", "/health", &[]).await;
    let head = raw.answer().await.expect("the first request is answered");
    let length = head
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .expect("a length");
    raw.read(length).await;
    raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Ag").await;
    is_hung_up_on("an unfinished second head", raw).await;
}

async fn stalled_form(server: &Server) {
    let mut raw = Raw::connect(server.port()).await;
    let kind = "Content-Type: application/x-www-form-urlencoded";
    raw.head(
        "POST",
        &format!("/d/{}", uuid::Uuid::new_v4()),
        &[kind, "Content-Length: 100"],
    )
    .await;
    raw.send(b"key=a").await;
    is_hung_up_on("a stalled form", raw).await;
}

async fn stalled_upload(server: &Server) {
    let mut raw = Raw::connect(server.port()).await;
    let body = multipart(&[(r#"name="file"; filename="a""#, &content(500_000))]);
    let lines = [
        format!("Content-Type: {}", multipart_type()),
        format!("Content-Length: {}", body.len()),
    ];
    raw.head("POST", "/upload", &[&lines[0], &lines[1]]).await;
    raw.send(body.split_at(200_000).0).await;
    is_hung_up_on("a stalled upload", raw).await;
}

/// A share of `bytes`, asked for and answered; no byte of it is read yet.
async fn collecting(server: &Server, bytes: &[u8]) -> (Raw, Uploaded, String) {
    let client = server.client();
    let share = client.upload(bytes, "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let mut raw = Raw::connect(server.port()).await;
    raw.head("GET", &format!("/r/{}/{ticket}", share.id), &[])
        .await;
    assert_eq!(raw.answer().await.unwrap().status, 200);
    (raw, share, ticket)
}

async fn stopped_reader(server: &Server) {
    let client = server.client();
    let (mut raw, share, ticket) = collecting(server, &content(40_000_000)).await;
    raw.read(100_000).await;
    // It reads no more, but keeps the connection.
    no_transfers(client, STOPPED).await;
    let progress = client.status(&share, &ticket).await;
    assert_eq!(
        progress.state, "delivering",
        "hanging up costs the recipient nothing"
    );
    let rest = client
        .download_range(&share, &ticket, "bytes=100000-")
        .await
        .expect(206);
    assert_eq!(rest.body.len(), 39_900_000);
    client.ack(&share, &ticket).await.expect(204);
    drop(raw);
}

async fn steady_reader(server: &Server) {
    let client = server.client();
    let bytes = content(12_000_000);
    let (mut raw, share, ticket) = collecting(server, &bytes).await;
    let mut got = Vec::new();
    while got.len() < bytes.len() {
        let piece = raw.read(300_000.min(bytes.len() - got.len())).await;
        assert!(
            !piece.is_empty(),
            "a slow but steady reader was cut off after {} bytes",
            got.len()
        );
        got.extend(piece);
        pause(1_000).await;
    }
    assert!(got == bytes);
    client.ack(&share, &ticket).await.expect(204);
}

/// 4 KiB/s for longer than a reader that stopped may stay, the rest in one go. Without a grace the rest would be lost.
async fn slow_reader(server: &Server) {
    let bytes = content(1_000_000);
    let (mut raw, _share, _ticket) = collecting(server, &bytes).await;
    let (began, mut got) = (Instant::now(), Vec::new());
    while got.len() < bytes.len() {
        let piece = raw.read(4_096.min(bytes.len() - got.len())).await;
        assert!(
            !piece.is_empty(),
            "a slow reader was cut off after {:?} and {} bytes",
            began.elapsed(),
            got.len()
        );
        got.extend(piece);
        if began.elapsed() < STOPPED {
            pause(1_000).await;
        }
    }
    assert!(got == bytes);
}

async fn steady_sender(server: &Server) {
    let body = multipart(&[(r#"name="file"; filename="a""#, &content(400_000))]);
    let lines = [
        format!("Content-Type: {}", multipart_type()),
        format!("Content-Length: {}", body.len()),
    ];
    let mut raw = Raw::connect(server.port()).await;
    raw.head(
        "POST",
        "/upload",
        &[&lines[0], &lines[1], "Accept: application/json"],
    )
    .await;
    for piece in body.chunks(10_000) {
        assert!(
            raw.send(piece).await,
            "a slow but steady sender was cut off"
        );
        pause(1_000).await;
    }
    assert_eq!(raw.answer().await.unwrap().status, 201);
}

#[tokio::test]
async fn who_stalls_is_hung_up_on_and_who_is_slow_is_served() {
    let server = Setup::shared().await.start().await;
    tokio::join!(
        first_head(&server),
        second_head(&server),
        stalled_form(&server),
        stalled_upload(&server),
        steady_reader(&server),
        steady_sender(&server),
    );
    no_transfers(server.client(), Duration::from_secs(10)).await;
    server.finish().await;
}

#[tokio::test]
async fn a_reader_that_stops_loses_its_connection_and_a_slow_one_does_not() {
    let server = Setup::shared().await.start().await;
    let without_grace = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    tokio::join!(stopped_reader(&server), slow_reader(&without_grace));
    without_grace.finish().await;
    server.finish().await;
}

#[tokio::test]
async fn two_hundred_stalled_connections_do_not_keep_others_out() {
    let server = Setup::shared().await.start().await;
    let mut stalled = Vec::new();
    for _ in 0..200 {
        let mut raw = Raw::connect(server.port()).await;
        raw.send(b"POST /upload HTTP/1.1\r\nHost: x\r\n").await;
        stalled.push(raw);
    }
    let client = server.client();
    for _ in 0..10 {
        let share = client.upload(b"hello", "a", &[]).await;
        let began = Instant::now();
        client.inspect(&share).await.expect(200);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    drop(stalled);
    server.finish().await;
}

#[tokio::test]
async fn clients_that_reset_at_once_fill_no_log() {
    let server = Setup::shared().await.start().await;
    for _ in 0..200 {
        Raw::connect(server.port()).await.reset();
    }
    server.client().get("/health").await.expect(200);
    let log = server.log();
    assert!(!log.contains("be watched"), "{log}");
    server.finish().await;
}

/// Each connection takes two descriptors: with one of two limits the last connection gets only one.
#[tokio::test]
async fn a_connection_that_cannot_be_watched_is_ended() {
    let server = Setup::shared().await.start().await;
    server.client().get("/health").await.expect(200);
    let (mut ended, before) = (0, server.descriptors(200));
    for limit in [200, 201] {
        server.descriptors(limit);
        let mut connections = Vec::new();
        for _ in 0..100 {
            connections.push(Raw::connect(server.port()).await);
        }
        let rest = connections
            .into_iter()
            .map(|mut connection| async move { timeout(HEAD, connection.rest()).await.is_ok() });
        ended += join_all(rest)
            .await
            .into_iter()
            .filter(|ended| *ended)
            .count();
    }
    server.descriptors(before);
    assert!(ended > 0, "all are held, watched or not");
    server.client().get("/health").await.expect(200);
    server.finish().await;
}
