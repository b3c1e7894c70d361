//! A server whose Redis is a replica, or becomes one without a word, finds the primary.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    replicas::Link,
    support::{
        RedisServer, Setup, collecting::collect, content, eventually, ticket, views::Health,
        wait::pause,
    },
};

/// A primary, its replica, and a link that leads to the primary.
async fn a_pair_behind_a_link() -> (Arc<RedisServer>, Arc<RedisServer>, Link) {
    let (one, two) = (RedisServer::own().await, RedisServer::own().await);
    two.follow(one.port());
    two.in_step_with(&one).await;
    let front = Link::to(one.port()).await;
    (one, two, front)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_finds_the_primary_although_it_only_reads() {
    let (one, two, front) = a_pair_behind_a_link().await;
    let server = Setup::on(&two)
        .await
        .set("REDIS_URL", &format!("redis://127.0.0.1:{}", front.port()))
        .start()
        .await;
    let client = server.client();
    let bytes = content(10_000);
    let share = client.upload(&bytes, "a", &[]).await;
    two.in_step_with(&one).await;
    two.promote();
    // The connection to the old primary stays: nothing but its word shows that it is a replica now.
    let connected = one.info("connected_clients");
    assert!(connected.parse::<u32>().unwrap() > 1);
    one.follow(two.port());
    front.lead_new_to(two.port());
    let health: Health = client.get("/health").await.json();
    assert_eq!(health.status, "failing");
    assert!(health.redis.to_string().contains("read-only replica"));
    crate::support::wait::health_is(client, 200).await;
    collect(client, &share, &bytes).await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_meets_a_replica_finds_the_primary() {
    let (one, two, front) = a_pair_behind_a_link().await;
    let server = Setup::on(&two)
        .await
        .set("REDIS_URL", &format!("redis://127.0.0.1:{}", front.port()))
        .start()
        .await;
    let client = server.client();
    let share = client.upload(&content(10_000), "a", &[]).await;
    two.in_step_with(&one).await;
    two.promote();
    one.follow(two.port());
    front.lead_new_to(two.port());
    let ticket = ticket();
    let asked = Instant::now();
    // The regular look may have come first; else the first answer is READONLY.
    let first = client.try_reserve(&share, &ticket, None).await.status;
    assert!([200, 503].contains(&first), "{first}");
    let within = Duration::from_secs(20);
    eventually("the same ticket is served", within, async || {
        client.try_reserve(&share, &ticket, None).await.status == 200
    })
    .await;
    assert!(
        asked.elapsed() < Duration::from_secs(3),
        "{:?}",
        asked.elapsed()
    );
    client.download(&share, &ticket).await.expect(200);
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

/// Every connection that waits for replicas still leads to what was the primary, which lives on and refuses to write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_meet_a_replica_are_written_to_the_primary() {
    let (one, two, front) = a_pair_behind_a_link().await;
    let server = Setup::on(&two)
        .await
        .set("REDIS_URL", &format!("redis://127.0.0.1:{}", front.port()))
        .set("REDIS_REPLICAS", "1")
        .start()
        .await;
    let client = server.client();
    let crowd = async || {
        let uploads = (0..40).map(|_| client.try_upload(b"x", "a", &[("expires", "1s")]));
        let answers = futures_util::future::join_all(uploads).await;
        let refused = answers.iter().filter(|answer| answer.status != 201);
        assert_eq!(refused.count(), 0, "refused");
    };
    crowd().await;
    two.in_step_with(&one).await;
    two.promote();
    one.follow(two.port());
    one.in_step_with(&two).await;
    front.lead_new_to(two.port());
    crowd().await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_waits_for_the_primary_and_believes_only_that() {
    let (primary, replica) = (RedisServer::own().await, RedisServer::own().await);
    replica.follow(primary.port());
    replica.in_step_with(&primary).await;
    primary.configure("maxmemory-policy", "allkeys-lru");
    let front = Link::to(replica.port()).await;
    let url = format!("redis://:a%40secret@127.0.0.1:{}", front.port());
    for redis in [&primary, &replica] {
        redis.command(&["ACL", "SETUSER", "default", ">a@secret"]);
    }
    let setup = Setup::on(&primary).await.set("REDIS_URL", &url);
    let (refused, ()) = tokio::join!(setup.start_refused(), async {
        pause(1_500).await;
        front.lead_new_to(primary.port());
    });
    assert!(refused.code != 0);
    for words in ["read-only replica", "REDIS_ALLOW_EVICTION"] {
        assert!(refused.log.contains(words), "{words}: {}", refused.log);
    }
    assert!(!refused.log.contains("secret"), "{}", refused.log);
}

#[tokio::test]
async fn a_wrong_url_stops_the_start_with_a_sentence() {
    for (url, words) in [
        (
            "redis-sentinel://:hunter2@127.0.0.1:1",
            "sentinelServiceName is missing",
        ),
        (
            "redis-sentinel://127.0.0.1:1,127.0.0.1:2/?sentinelServiceName=m&sentinelPassword=hunter2",
            "&node=",
        ),
        (
            "redis://:hunter2@127.0.0.1/first",
            "redis://[user:password@]host[:port][/database]",
        ),
    ] {
        let refused = Setup::shared()
            .await
            .set("REDIS_URL", url)
            .start_refused()
            .await;
        assert!(
            refused.code != 0 && refused.log.contains(words),
            "{}",
            refused.log
        );
        assert!(refused.log.contains("REDIS_URL") && !refused.log.contains("hunter2"));
    }
}
