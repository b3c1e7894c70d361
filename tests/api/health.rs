//! What the server says of itself.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::support::{Setup, eventually, ticket, views::Health, wait::pause};

#[tokio::test]
async fn health_names_its_parts() {
    let server = Setup::shared().await.start().await;
    let health: Health = server.client().get("/health").await.expect(200).json();
    assert_eq!(health.status, "ok", "{health:?}");
    assert!(!health.redis.is_null() && !health.storage.is_null());
    server.finish().await;
}

#[tokio::test]
async fn a_hundred_probes_at_once_agree() {
    let server = Setup::shared().await.start().await;
    let mut probes = JoinSet::new();
    for _ in 0..100 {
        let client = server.client().clone();
        probes.spawn(async move { client.get("/health").await.status });
    }
    assert!(probes.join_all().await.iter().all(|status| *status == 200));
    server.finish().await;
}

#[tokio::test]
async fn a_dead_redis_is_noticed_within_seconds() {
    let server = Setup::own_redis().await.start().await;
    server.client().get("/health").await.expect(200);
    server.redis().kill();
    let began = Instant::now();
    let noticed = async || server.client().get("/health").await.status == 503;
    eventually("health says failing", Duration::from_secs(8), noticed).await;
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn storage_that_cannot_be_written_is_noticed() {
    let server = Setup::shared().await.start().await;
    let blobs = server.place().data().join("blobs");
    let aside = server.place().data().join("aside");
    std::fs::rename(&blobs, &aside).unwrap();
    std::fs::write(&blobs, b"not a directory").unwrap();
    let noticed = async || server.client().get("/health").await.status == 503;
    eventually("health says failing", Duration::from_secs(10), noticed).await;
    let health: Health = server.client().get("/health").await.json();
    assert_eq!(health.status, "failing");
    std::fs::remove_file(&blobs).unwrap();
    std::fs::rename(&aside, &blobs).unwrap();
    eventually("it is well again", Duration::from_secs(10), async || {
        server.client().get("/health").await.status == 200
    })
    .await;
    server.finish().await;
}

#[tokio::test]
async fn metrics_count_requests_by_pattern_and_shares_by_outcome() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    client.download(&share, &ticket).await.expect(200);
    client.ack(&share, &ticket).await.expect(204);
    pause(200).await;
    let metrics = client.get("/metrics").await.expect(200);
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let text = metrics.text();
    for wanted in ["/d/{id}", "/upload", "201", "delivered"] {
        assert!(text.contains(wanted), "{wanted} is not in:\n{text}");
    }
    assert!(
        !text.contains(&share.id) && !text.contains(&ticket),
        "a path or an id in the metrics"
    );
    let samples = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    assert!(
        samples
            .map(|line| line.rsplit(' ').next())
            .all(|value| value.is_some_and(|value| value.parse::<f64>().is_ok()))
    );
    server.finish().await;
}

#[tokio::test]
async fn a_locked_share_is_called_locked_and_never_deleted() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(b"hello", "a", &[("passphrase", "a good passphrase")])
        .await;
    for _ in 0..5 {
        client
            .try_reserve(&share, &ticket(), Some("a wrong passphrase"))
            .await
            .expect(401);
    }
    let fields = [
        ("key", share.key.as_str()),
        ("passphrase", "a good passphrase"),
    ];
    let form = client
        .request(reqwest::Method::POST, &format!("/d/{}", share.id))
        .header("accept", "text/html")
        .form(&fields);
    let page = client.send(form).await.expect(423).text().to_lowercase();
    assert!(page.contains("locked"));
    for word in [
        "permanently deleted",
        "purged",
        "destroyed",
        "has been deleted",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    server.finish().await;
}
