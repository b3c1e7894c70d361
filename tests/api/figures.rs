//! The operator's figures by the hour: they add up over servers, outlive them, name nobody and end by themselves.

use std::time::Duration;

use reqwest::Method;

use crate::support::{
    Client, Server, Setup,
    collecting::{collect, reserved_blob},
    content, eventually, files,
    redis::Reply,
    ticket,
    views::{HourCounts, Stats},
};

/// Others of a server's own figures arrive within seconds.
const SOON: Duration = Duration::from_secs(15);

async fn stats(client: &Client) -> Stats {
    client
        .admin(Method::GET, "/admin/stats", &[])
        .await
        .expect(200)
        .json()
}

/// All hours together: a test may run across the full hour.
async fn day(client: &Client) -> HourCounts {
    let stats = stats(client).await;
    assert_eq!(stats.last_24h.len(), 24);
    let mut day = HourCounts::default();
    for hour in &stats.last_24h {
        assert!(hour.hour.ends_with(":00:00Z"), "{}", hour.hour);
        assert!(day.hour < hour.hour, "in their order");
        day.hour.clone_from(&hour.hour);
        day.uploads += hour.uploads;
        day.picked_up += hour.picked_up;
        day.delivered += hour.delivered;
        day.broken_off += hour.broken_off;
        day.expired += hour.expired;
        day.revoked += hour.revoked;
        day.bytes_in += hour.bytes_in;
        day.bytes_out += hour.bytes_out;
        day.errors += hour.errors;
        day.refused += hour.refused;
    }
    assert!(stats.at >= day.hour, "{} {}", stats.at, day.hour);
    assert_eq!(stats.errors, day.errors);
    day.hour.clear();
    day
}

/// The keys of this server's counters.
fn counters(server: &Server) -> Vec<String> {
    let keys = server.redis().keys(server.place().prefix());
    keys.into_iter()
        .filter(|key| key.contains("hours:"))
        .collect()
}

#[tokio::test]
async fn what_two_servers_did_adds_up_and_outlives_both() {
    let mut first = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .set("RATE_LIMITS", "on")
        .set("RATE_SIGNIN", "3000/h")
        .set("RATE_RESERVE", "6/h")
        .start()
        .await;
    let mut second = first.sibling_with("RATE_LIMITS", "off").await;
    let bytes = content(100_000);
    let (here, there) = (first.client().clone(), second.client().clone());

    let (share, ticket_of_it, blob, sound) = reserved_blob(&first, &bytes).await;
    files::flip(&blob, 20);
    let path = format!("/r/{}/{ticket_of_it}", share.id);
    let broken = here.get(&path).await.status;
    assert!(broken >= 500, "{broken}");
    std::fs::write(&blob, sound).unwrap();
    here.download(&share, &ticket_of_it).await.expect(200);
    let other = there.upload(&bytes, "b", &[]).await;
    here.reserve(&other, &ticket(), None).await;
    here.try_reserve(&other, &ticket(), None).await.problem(429);
    there.owner(&other, "revoke").await;
    let third = there.upload(&bytes, "c", &[]).await;
    collect(&there, &third, &bytes).await;
    assert_eq!(second.terminate().await, 0);

    let expected = HourCounts {
        uploads: 3,
        picked_up: 2,
        delivered: 2,
        revoked: 1,
        bytes_in: 300_000,
        bytes_out: 200_000,
        errors: 1,
        refused: 1,
        ..HourCounts::default()
    };
    assert_eq!(day(&here).await, expected);
    let attention = stats(&here).await.attention;
    let errors = attention.iter().find(|need| need.kind == "errors");
    let said = errors.is_some_and(|need| need.detail.starts_with("1 request failed"));
    assert!(said, "{attention:?}");
    first.restart().await;
    assert_eq!(day(&here).await, expected);
    first.finish().await;
}

#[tokio::test]
async fn what_a_server_counts_reaches_the_others_without_being_asked_for() {
    let server = Setup::shared().await.start().await;
    let sibling = server.sibling().await;
    server.client().upload(b"hello", "a", &[]).await;
    eventually("the sibling knows", SOON, async || {
        day(sibling.client()).await.uploads == 1
    })
    .await;
    server.finish().await;
}

#[tokio::test]
async fn an_expiry_that_redis_carried_out_is_counted_once_by_all_servers_together() {
    let server = Setup::shared().await.start().await;
    let sibling = server.sibling().await;
    let client = server.client();
    for name in ["a", "b", "c"] {
        client.upload(b"hello", name, &[("expires", "1s")]).await;
    }
    let swept = async || {
        client.cleanup(&[("apply", "true")]).await;
        sibling.client().cleanup(&[("apply", "true")]).await;
        server.leftovers().is_empty()
    };
    eventually("all three are swept", SOON, swept).await;
    for round in 0..3 {
        stats(sibling.client()).await;
        assert_eq!(day(client).await.expired, 3, "round {round}");
        client.cleanup(&[("apply", "true")]).await;
    }
    server.finish().await;
}

#[tokio::test]
async fn the_counters_name_nobody_and_end_by_themselves() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(5_000);
    collect(client, &client.upload(&bytes, "a", &[]).await, &bytes).await;
    stats(client).await;
    let keys = counters(&server);
    assert!((1..=2).contains(&keys.len()), "{keys:?}");
    let fields = [
        "uploads",
        "picked_up",
        "delivered",
        "broken_off",
        "expired",
        "revoked",
        "bytes_in",
        "bytes_out",
        "errors",
        "refused",
    ];
    for key in &keys {
        let hour = key.strip_prefix(server.place().prefix()).unwrap();
        let hour = hour.strip_prefix("hours:").unwrap();
        assert!(hour.parse::<u32>().is_ok(), "{key}");
        let Reply::List(pairs) = server.redis().command(&["HGETALL", key]) else {
            panic!("{key} is no hash");
        };
        for pair in pairs.chunks(2) {
            assert!(fields.contains(&pair[0].text().as_str()), "{pair:?}");
            assert!(pair[1].text().parse::<u32>().is_ok(), "{pair:?}");
        }
        let lives = server.redis().command(&["TTL", key]);
        let within = 25 * 3600..=26 * 3600;
        assert!(
            matches!(lives, Reply::Number(seconds) if within.contains(&seconds)),
            "{lives:?}"
        );
        server.redis().command(&["DEL", key]);
    }
    // A count after the end of its key does not make an immortal one.
    client.upload(&bytes, "b", &[]).await;
    stats(client).await;
    let keys = counters(&server);
    assert!(!keys.is_empty());
    for key in keys {
        let lives = server.redis().command(&["TTL", &key]);
        assert!(matches!(lives, Reply::Number(1..)), "{lives:?}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_day_has_24_hours_and_nonsense_in_redis_counts_as_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    client.upload(b"hello", "a", &[]).await;
    let last = stats(client).await.last_24h.pop().unwrap();
    let present: u32 = counters(&server)
        .iter()
        .map(|key| key.rsplit(':').next().unwrap().parse().unwrap())
        .max()
        .unwrap();
    assert_eq!(last.uploads, 1);
    let redis = server.redis();
    let key = |ago: u32| format!("{}hours:{}", server.place().prefix(), present - ago);
    redis.command(&["HSET", &key(22), "errors", "7", "thawed", "9"]);
    redis.command(&["HSET", &key(25), "errors", "70"]);
    redis.command(&["HSET", &key(3), "revoked", "-5"]);
    let day = day(client).await;
    assert_eq!((day.errors, day.revoked, day.uploads), (7, 0, 1));
    for ago in [3, 22, 25] {
        redis.command(&["DEL", &key(ago)]);
    }
    server.finish().await;
}

#[tokio::test]
async fn errors_while_redis_is_away_are_counted_later_and_health_s_reports_are_none() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    server.redis().kill();
    for _ in 0..20 {
        assert_eq!(client.get("/health").await.status, 503);
    }
    let refused = client.try_upload(b"hello", "a", &[]).await;
    assert_eq!(refused.status, 503);
    server.redis().start();
    server.redis().ready().await;
    eventually("Redis is found again", SOON, async || {
        client.get("/health").await.status == 200
    })
    .await;
    let errors = stats(client).await.errors;
    assert_eq!(errors, 1, "the refused upload");
    server.finish().await;
}

#[tokio::test]
async fn a_prefetch_that_is_refused_is_no_error_of_the_server() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let path = format!("/r/{}/{}", uuid::Uuid::new_v4(), ticket());
    let prefetch = client.get_request(&path).header("sec-purpose", "prefetch");
    client.send(prefetch).await.problem(503);
    assert_eq!(stats(client).await.errors, 0);
    server.finish().await;
}
