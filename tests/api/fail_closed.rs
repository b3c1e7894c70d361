//! The sweep never takes an error, an empty Redis or foreign data for a reason to delete.

use crate::support::{Setup, content, files, redis::Reply, ticket, views::Swept};

#[tokio::test]
async fn a_redis_that_forgot_everything_costs_no_blob() {
    let mut server = Setup::own_redis().await.start().await;
    let client = server.client().clone();
    for _ in 0..5 {
        client.upload(&content(20_000), "a", &[]).await;
    }
    assert_eq!(server.redis().command(&["FLUSHALL"]).text(), "OK");
    assert_eq!(client.cleanup(&[("apply", "true")]).await.bytes, 0);
    server.restart().await;
    client.cleanup(&[("apply", "true")]).await;
    assert_eq!(
        files::blobs(server.place().data()).len(),
        5,
        "a missing record may mean that Redis lost it"
    );
    let dry = client.cleanup(&[]).await;
    assert_eq!(dry.unknown, 5, "what has no fate is counted: {dry:?}");
    let applied = client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert_eq!(applied.unknown, 5);
    assert!(files::blobs(server.place().data()).is_empty());
    server.finish().await;
}

#[tokio::test]
async fn a_record_lost_before_its_time_costs_no_blob_and_is_told_to_the_operator() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(&content(20_000), "a", &[]).await;
    let lost = server
        .redis()
        .keys("")
        .into_iter()
        .find(|key| key.ends_with(":share"));
    server.redis().command(&["DEL", &lost.unwrap()]);
    client.inspect(&share).await.problem(410);
    // The sweep looks at it now, and finds a fate that does not say that it is gone.
    let at_once = "for _, key in ipairs(redis.call('KEYS', '*agenda:*')) do \
         for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZADD', key, 0, id) end end";
    server.redis().command(&["EVAL", at_once, "0"]);
    let applied = client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert_eq!(
        (applied.expired, applied.finished, applied.unknown),
        (0, 0, 0)
    );
    assert!(files::blob(server.place().data(), &share.id).is_some());
    let health = client.get("/health").await.text();
    assert!(health.contains("lost records"), "{health}");
    // The owner's order stands all the same.
    assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
    assert!(files::blob(server.place().data(), &share.id).is_none());
    server.finish().await;
}

#[tokio::test]
async fn the_wrong_database_costs_no_blob() {
    let mut server = Setup::own_redis().await.start().await;
    let share = server.client().upload(&content(20_000), "a", &[]).await;
    let right = server.redis().url();
    server.set("REDIS_URL", &format!("{right}/5"));
    server.restart().await;
    server
        .client()
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(410);
    server.client().cleanup(&[("apply", "true")]).await;
    server.set("REDIS_URL", &right);
    server.restart().await;
    let ticket = ticket();
    server.client().reserve(&share, &ticket, None).await;
    assert_eq!(
        server
            .client()
            .download(&share, &ticket)
            .await
            .expect(200)
            .body
            .len(),
        20_000
    );
    server.finish().await;
}

#[tokio::test]
async fn keys_of_others_in_the_same_redis_are_left_alone() {
    let server = Setup::own_redis().await.start().await;
    server
        .redis()
        .command(&["HSET", "somebody-elses", "field", "value"]);
    server.redis().command(&["SET", "another", "1"]);
    server
        .client()
        .upload(b"x", "x", &[("expires", "1s")])
        .await;
    server.delete_everything().await;
    server
        .client()
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert_eq!(
        server
            .redis()
            .command(&["HGET", "somebody-elses", "field"])
            .text(),
        "value"
    );
    assert_eq!(server.redis().command(&["GET", "another"]).text(), "1");
    server.finish().await;
}

#[tokio::test]
async fn a_past_hour_goes_with_everything_in_it_and_a_coming_one_stays() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let living = client.upload(&content(1_000), "living", &[]).await;
    let hour = files::blob(server.place().data(), &living.id)
        .unwrap()
        .parent()
        .unwrap()
        .to_owned();
    let name = hour.file_name().unwrap().to_string_lossy().into_owned();
    let past = hour.with_file_name(past_hour(&name));
    std::fs::create_dir_all(&past).unwrap();
    std::fs::write(past.join("pepper"), [7; 32]).unwrap();
    std::fs::write(past.join(uuid::Uuid::new_v4().to_string()), content(5_000)).unwrap();
    let foreign = hour.with_file_name("lost+found");
    std::fs::create_dir_all(&foreign).unwrap();
    std::fs::write(foreign.join("something"), b"not ours").unwrap();
    let swept: Swept = client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert!(!past.exists(), "{swept:?}");
    assert!(
        foreign.join("something").exists(),
        "what is not an hour is not ours"
    );
    assert!(hour.exists());
    std::fs::remove_dir_all(&foreign).unwrap();
    server.finish().await;
}

/// The folder of an hour some years ago; folders are named `h` and the hour's number in seven digits.
fn past_hour(name: &str) -> String {
    let number: u32 = name
        .strip_prefix('h')
        .and_then(|digits| digits.parse().ok())
        .expect("an hour's folder");
    format!("h{:07}", number - 30_000)
}

#[tokio::test]
async fn three_servers_that_sweep_at_once_remove_no_living_blob() {
    let first = Setup::shared().await.start().await;
    let (second, third) = (first.sibling().await, first.sibling().await);
    let mut living = Vec::new();
    for round in 0..30 {
        let expires = if round % 2 == 0 { "1s" } else { "1h" };
        let share = first
            .client()
            .upload(&content(5_000), "a", &[("expires", expires)])
            .await;
        living.extend((round % 2 == 1).then_some(share));
        let apply = [("apply", "true")];
        tokio::join!(
            first.client().cleanup(&apply),
            second.client().cleanup(&apply),
            third.client().cleanup(&apply)
        );
    }
    for share in &living {
        let ticket = ticket();
        second.client().reserve(share, &ticket, None).await;
        assert_eq!(
            third
                .client()
                .download(share, &ticket)
                .await
                .expect(200)
                .body
                .len(),
            5_000
        );
        first.client().ack(share, &ticket).await.expect(204);
    }
    drop((second, third));
    first.finish().await;
}

#[tokio::test]
async fn an_error_of_redis_deletes_nothing() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(&content(5_000), "a", &[]).await;
    let redis = server.redis();
    assert_eq!(
        redis.command(&["CONFIG", "SET", "maxmemory", "1"]).text(),
        "OK"
    );
    assert_eq!(client.try_upload(b"x", "x", &[]).await.status, 503);
    let refused = client.try_reserve(&share, &ticket(), None).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(files::blob(server.place().data(), &share.id).is_some());
    assert_eq!(
        redis.command(&["CONFIG", "SET", "maxmemory", "0"]).text(),
        "OK"
    );
    assert_eq!(redis.command(&["SCRIPT", "FLUSH"]).text(), "OK");
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    assert_eq!(
        redis.command(&["CONFIG", "SET", "maxmemory", "1"]).text(),
        "OK"
    );
    assert_eq!(
        client
            .download(&share, &ticket)
            .await
            .expect(200)
            .body
            .len(),
        5_000,
        "what is reserved ends well"
    );
    client.ack(&share, &ticket).await.expect(204);
    assert_ne!(
        redis.command(&["CONFIG", "SET", "maxmemory", "0"]),
        Reply::Nil
    );
    server.finish().await;
}
