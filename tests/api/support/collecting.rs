//! Downloads that break, trickle or are put together from pieces.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::Barrier;

use super::{Client, Server, Uploaded, files, ticket, wait::pause};

/// What arrived of a body.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    /// The status, 0 if there was no answer.
    pub(crate) status: u16,
    /// The bytes that came before the end or the break.
    pub(crate) bytes: Vec<u8>,
    /// Whether the body ended as HTTP says it must.
    pub(crate) clean: bool,
}

/// Downloads from `from` (no Range at 0) until `enough` bytes are there, then hangs up; or until the body ends or breaks.
pub(crate) async fn take(
    client: &Client,
    share: &Uploaded,
    ticket: &str,
    from: usize,
    enough: usize,
) -> Arrived {
    let mut request = client.download_request(share, ticket);
    if from > 0 {
        request = request.header("range", format!("bytes={from}-"));
    }
    let Ok(mut response) = request.send().await else {
        return Arrived::default();
    };
    let mut arrived = Arrived {
        status: response.status().as_u16(),
        ..Arrived::default()
    };
    while arrived.bytes.len() < enough {
        match response.chunk().await {
            Ok(Some(chunk)) => arrived.bytes.extend_from_slice(&chunk),
            Ok(None) => {
                return Arrived {
                    clean: true,
                    ..arrived
                };
            }
            Err(_) => return arrived,
        }
    }
    arrived
}

/// Opens a download and reads only its head: a stream that occupies its slot for as long as the answer is kept.
pub(crate) async fn open(client: &Client, share: &Uploaded, ticket: &str) -> reqwest::Response {
    client
        .download_request(share, ticket)
        .send()
        .await
        .expect("an answer")
}

/// How one of many simultaneous collectors fared.
#[derive(Debug)]
pub(crate) enum Fared {
    /// Got these bytes.
    Got(Vec<u8>),
    /// Was told that it is gone.
    Gone,
}

/// One collector with a ticket of its own: waits for the others, then tries until it has the file or is told that it is gone.
/// While another holds the reservation it asks again.
pub(crate) async fn compete(client: Client, share: Uploaded, start: Arc<Barrier>) -> Fared {
    let ticket = ticket();
    start.wait().await;
    for _ in 0..2_000 {
        let reserved = client.try_reserve(&share, &ticket, None).await;
        match reserved.status {
            200 => {
                let arrived = take(&client, &share, &ticket, 0, usize::MAX).await;
                match arrived.status {
                    200 => {
                        assert!(
                            arrived.clean,
                            "a download ended early: {} bytes",
                            arrived.bytes.len()
                        );
                        client.ack(&share, &ticket).await.expect(204);
                        return Fared::Got(arrived.bytes);
                    }
                    410 => return Fared::Gone,
                    status => panic!(
                        "a reserved download was answered {status}: {}",
                        String::from_utf8_lossy(&arrived.bytes)
                    ),
                }
            }
            409 => pause(20).await,
            410 => return Fared::Gone,
            status => panic!("a reservation was answered {status}: {}", reserved.text()),
        }
    }
    panic!("a collector got neither the file nor an end within 2,000 tries");
}

/// Waits until no transfer runs on the server, as its own statistics say.
pub(crate) async fn no_transfers(client: &Client, within: Duration) {
    super::eventually("no transfer runs", within, async || {
        let stats = client
            .admin(reqwest::Method::GET, "/admin/stats", &[])
            .await;
        stats.status == 200 && stats.json::<super::views::Stats>().transfers == 0
    })
    .await;
}

/// Collects a share to its acknowledged end; the bytes must be these.
pub(crate) async fn collect(client: &Client, share: &Uploaded, bytes: &[u8]) {
    let ticket = ticket();
    client.reserve(share, &ticket, None).await;
    let got = client.download(share, &ticket).await.expect(200);
    assert!(
        got.body == bytes,
        "{} bytes instead of {}",
        got.body.len(),
        bytes.len()
    );
    client.ack(share, &ticket).await.expect(204);
}

/// The sum of a counter over all its labels, as the server's metrics say.
pub(crate) async fn counter(client: &Client, name: &str) -> f64 {
    let metrics = client.get("/metrics").await.expect(200).text();
    let lines = metrics.lines().filter(|line| line.starts_with(name));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

/// A share that is reserved: it, its ticket, its blob's path, and the blob's bytes.
pub(crate) async fn reserved_blob(
    server: &Server,
    bytes: &[u8],
) -> (Uploaded, String, PathBuf, Vec<u8>) {
    let client = server.client();
    let share = client.upload(bytes, "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).expect("a share has its blob");
    let sealed = std::fs::read(&blob).expect("the blob is readable");
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    (share, ticket, blob, sealed)
}
