//! The one script, against a real Redis.

use std::sync::Arc;
use std::time::Duration;

use onetimeshare::share::{Ending, Facts, Share, ShareId, Times};
use onetimeshare::storage::{Next, Redis, RedisSettings, ShareStore, Swapped};

use crate::support::{RedisServer, eventually};

#[tokio::test]
async fn what_has_ended_does_not_begin_again_by_a_write_that_is_sent_twice() {
    let server = RedisServer::shared().await;
    let redis = Redis::connect(&RedisSettings {
        url: server.url(),
        prefix: "records:".to_owned(),
        replicas: 0,
    });
    let store = ShareStore::new(Arc::new(redis.unwrap()));
    let connected = async || store.redis().read_clock().await.is_ok();
    eventually("Redis answers", Duration::from_secs(30), connected).await;
    let now = store.redis().now().await.unwrap();
    let lease = Duration::from_mins(5);
    let times = Times {
        upload_lease: lease,
        reservation_lease: lease,
        delivery_idle: lease,
        delivery_max: lease,
        delivery_grace: lease,
        stream_lease: lease,
    };
    let facts = Facts {
        size: 0,
        created_at: now,
        expires_at: now.plus(lease),
        last_hour: now.hour(),
        proof: [1; 32],
        owner: [2; 32],
        passphrase: None,
    };
    let id = ShareId::random();
    let first = Next::Share(Share::receiving(facts, now, &times));
    let begun = store.swap(id, None, first.clone()).await.unwrap();
    let Swapped::Done(Some(begun)) = begun else {
        panic!("a fresh id has no record: {begun:?}");
    };
    let fate = begun.value.end(Ending::Abandoned, now).unwrap();
    let ended = store.swap(id, Some(&begun), Next::End(fate)).await.unwrap();
    assert!(matches!(ended, Swapped::Done(None)));

    let again = store.swap(id, None, first).await.unwrap();
    assert!(matches!(again, Swapped::Conflict { .. }), "{again:?}");
    assert!(store.read(id).await.unwrap().share.is_none());
    for key in server.keys("records:") {
        server.command(&["DEL", &key]);
    }
    store.redis().close().await;
}
