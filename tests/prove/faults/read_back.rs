//! The reading back after `WAIT`: what a replica has confirmed may be forgotten before the sender is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use super::proxy::Proxy;
use crate::support::{RedisServer, Setup, collecting::collect, content};

/// Where the record of the upload is kept as it was before its commit.
const EARLIER: &str = "earlier";

fn copy(redis: &RedisServer, from: &str, to: &str) {
    let done = redis.command(&["COPY", from, to, "REPLACE"]).text();
    assert_eq!(done, "1", "COPY {from} {to}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_confirmed_and_then_forgotten_is_not_acknowledged() {
    let (primary, replica) = (RedisServer::own().await, RedisServer::own().await);
    replica.follow(primary.port());
    replica.in_step_with(&primary).await;
    let (forgets, confirmed) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let witness = {
        let (redis, forgets) = (Arc::clone(&primary), Arc::clone(&forgets));
        let confirmed: Arc<Mutex<Vec<Vec<u8>>>> = Arc::clone(&confirmed);
        move |command: &str, reply: &[u8]| {
            let record = || {
                let mut keys = redis.keys("").into_iter();
                keys.find(|key| key.ends_with(":share"))
            };
            match command {
                // The bytes are counted right before the commit. Those of the share before may be taken off only now.
                "INCRBY" if forgets.load(Ordering::Relaxed) => {
                    if let Some(record) = record() {
                        copy(&redis, &record, EARLIER);
                    }
                }
                "WAIT" => {
                    confirmed.lock().unwrap().push(reply.to_vec());
                    // Once: what follows is the server's own taking back, which ends with no record.
                    if forgets.load(Ordering::Relaxed) {
                        copy(&redis, EARLIER, &record().expect("it was just committed"));
                        forgets.store(false, Ordering::Relaxed);
                    }
                }
                _ => {}
            }
        }
    };
    let proxy = Proxy::witnessed(&primary.url(), witness).await;
    let server = Setup::on(&primary)
        .await
        .set("REDIS_URL", &proxy.url())
        .set("REDIS_REPLICAS", "1")
        // With a limit the bytes are counted at once.
        .set("MAX_TOTAL", "1GiB")
        .start()
        .await;
    let client = server.client();
    let bytes = content(100_000);
    collect(client, &client.upload(&bytes, "a", &[]).await, &bytes).await;
    // As a failover to somebody who has the upload's record and not its commit.
    forgets.store(true, Ordering::Relaxed);
    let refused = client.try_upload(&bytes, "b", &[]).await;
    assert!(!forgets.load(Ordering::Relaxed), "nothing was forgotten");
    assert!(
        !refused.header("retry-after").is_empty(),
        "{}",
        refused.text()
    );
    refused.problem(503);
    server.nothing_is_left().await;
    collect(client, &client.upload(&bytes, "c", &[]).await, &bytes).await;
    let confirmed = confirmed.lock().unwrap().clone();
    assert_eq!(confirmed, [b":1\r\n"; 3], "the replica was there each time");
    server.finish().await;
}
