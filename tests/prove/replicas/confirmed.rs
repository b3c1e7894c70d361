//! `REDIS_REPLICAS`: an upload is acknowledged once a replica has it, or taken back.

use std::time::{Duration, Instant};

use crate::{
    replicas::Link,
    support::{RedisServer, Setup, collecting::collect, content, eventually, files, redis::Reply},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_replica_an_upload_is_503_and_leaves_nothing() {
    let (primary, replica) = (RedisServer::own().await, RedisServer::own().await);
    let link = Link::to(primary.port()).await;
    replica.follow(link.port());
    replica.in_step_with(&primary).await;
    let server = Setup::on(&primary)
        .await
        .set("REDIS_REPLICAS", "1")
        .start()
        .await;
    let client = server.client();
    let bytes = content(100_000);
    let kept = client.upload(&bytes, "a", &[]).await;
    let record = primary
        .keys("")
        .into_iter()
        .find(|key| key.contains(&kept.id) && key.ends_with(":share"))
        .unwrap();
    assert_eq!(
        replica.command(&["EXISTS", &record]),
        Reply::Number(1),
        "what is acknowledged is on the replica"
    );
    for way in ["cut", "frozen"] {
        if way == "cut" {
            link.cut();
        } else {
            link.freeze();
        }
        let refused = client.try_upload(&bytes, "b", &[]).await;
        assert!(!refused.header("retry-after").is_empty(), "{way}");
        refused.problem(503);
        let lives = files::blob(server.place().data(), &kept.id);
        eventually("it is taken back", Duration::from_secs(20), async || {
            files::blobs(server.place().data()) == lives.clone().into_iter().collect::<Vec<_>>()
                && primary
                    .keys("")
                    .iter()
                    .filter(|key| key.ends_with(":share"))
                    .count()
                    == 1
        })
        .await;
        link.restore();
        replica.in_step_with(&primary).await;
        client.upload(&bytes, "c", &[("expires", "1s")]).await;
        eventually("it has expired", Duration::from_secs(20), async || {
            client.cleanup(&[("apply", "true")]).await;
            files::blobs(server.place().data()).len() == 1
        })
        .await;
    }
    collect(client, &kept, &bytes).await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_of_uploads_without_their_replica_leaves_nothing() {
    let primary = RedisServer::own().await;
    let server = Setup::on(&primary)
        .await
        .set("REDIS_REPLICAS", "1")
        .set("FAILPOINTS", "takeback.read=5*sleep(1000)")
        .start()
        .await;
    // More than wait at once: the last ones are given up while their writes are still on their way.
    let uploads = (0..120).map(|_| server.client().try_upload(b"x", "x", &[]));
    for refused in futures_util::future::join_all(uploads).await {
        refused.problem(503);
    }
    let within = Duration::from_secs(30);
    eventually("all are taken back", within, async || {
        server.leftovers().is_empty()
    })
    .await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_are_two() {
    let [primary, one, other] = [(); 3].map(|()| RedisServer::own());
    let (primary, one, other) = tokio::join!(primary, one, other);
    one.follow(primary.port());
    one.in_step_with(&primary).await;
    let server = Setup::on(&primary)
        .await
        .set("REDIS_REPLICAS", "2")
        .start()
        .await;
    let client = server.client();
    client.try_upload(b"x", "x", &[]).await.problem(503);
    other.follow(primary.port());
    other.in_step_with(&primary).await;
    let share = client.upload(b"x", "x", &[]).await;
    collect(client, &share, b"x").await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_wait_for_a_replica_hold_up_nobody_else() {
    let (primary, replica) = (RedisServer::own().await, RedisServer::own().await);
    let link = Link::to(primary.port()).await;
    replica.follow(link.port());
    replica.in_step_with(&primary).await;
    let server = Setup::on(&primary)
        .await
        .set("REDIS_REPLICAS", "1")
        .start()
        .await;
    let client = server.client();
    let share = client.upload(&content(1_000), "a", &[]).await;
    link.freeze();
    let uploads: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.try_upload(b"x", "b", &[]).await.status })
        })
        .collect();
    let mut slowest = Duration::ZERO;
    let begun = Instant::now();
    while uploads.iter().any(|upload| !upload.is_finished()) {
        let asked = Instant::now();
        client.inspect(&share).await.expect(200);
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        begun.elapsed() > Duration::from_millis(900),
        "they did wait"
    );
    assert!(
        slowest < Duration::from_millis(700),
        "an inspection took {slowest:?} while uploads waited for a replica"
    );
    for upload in uploads {
        assert_eq!(upload.await.unwrap(), 503);
    }
    link.restore();
    replica.in_step_with(&primary).await;
    server.finish().await;
}
