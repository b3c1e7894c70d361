//! What a failover forgets: records are set back to what they were, as a replica that lagged behind would have them.

use std::time::Duration;

use crate::support::{
    Client, RedisServer, Setup, Uploaded,
    collecting::{open, take},
    content, eventually, files, ticket,
    wait::pause,
};

/// Record and fate of one share, kept aside inside Redis with their times to live.
struct Past<'a> {
    redis: &'a RedisServer,
    keys: Vec<String>,
}

impl<'a> Past<'a> {
    fn keep(redis: &'a RedisServer, share: &Uploaded) -> Self {
        let keys: Vec<String> = redis
            .keys("")
            .into_iter()
            .filter(|key| key.contains(&share.id) && !key.starts_with("past:"))
            .collect();
        assert_eq!(keys.len(), 2, "record and fate");
        for key in &keys {
            redis.command(&["COPY", key, &format!("past:{key}"), "REPLACE"]);
        }
        Self { redis, keys }
    }

    fn fail_over(&self) {
        for key in &self.keys {
            let copied = self
                .redis
                .command(&["COPY", &format!("past:{key}"), key, "REPLACE"]);
            assert_eq!(copied.text(), "1");
        }
    }

    fn forget(self) {
        for key in &self.keys {
            self.redis.command(&["DEL", &format!("past:{key}")]);
        }
    }
}

async fn nobody_else_gets_it(client: &Client, share: &Uploaded) {
    for _ in 0..3 {
        client
            .try_reserve(share, &ticket(), None)
            .await
            .problem(410);
    }
}

fn seconds_until(written: &str) -> i64 {
    let format = &time::format_description::well_known::Rfc3339;
    let at = time::OffsetDateTime::parse(written, format).expect("RFC 3339");
    (at - time::OffsetDateTime::now_utc()).whole_seconds()
}

#[tokio::test]
async fn a_forgotten_delivery_belongs_to_the_ticket_on_the_blob_and_to_nobody_else() {
    let server = Setup::own_redis()
        .await
        .set("RESERVATION_LEASE", "10s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(6_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let available = Past::keep(server.redis(), &share);
    let alice = ticket();
    client.reserve(&share, &alice, None).await;
    let begun = take(client, &share, &alice, 0, 1_000_000).await.bytes;
    available.fail_over();
    assert_eq!(client.owner(&share, "status").await.state, "available");
    nobody_else_gets_it(client, &share).await;
    // Those have left a note of the claim; it is forgotten, too, and so is the ticket's wrap. With the link the ticket goes on.
    available.fail_over();
    let again = client.reserve(&share, &alice, None).await;
    assert!(
        seconds_until(&again.reserved_until) > 60,
        "the delivery is remembered in the same step, not only reserved"
    );
    assert_eq!(client.owner(&share, "status").await.state, "delivering");
    let rest = take(client, &share, &alice, begun.len(), usize::MAX).await;
    assert!([begun, rest.bytes].concat() == bytes);
    client.ack(&share, &alice).await.expect(204);
    available.forget();
    server.finish().await;
}

#[tokio::test]
async fn a_ticket_of_a_forgotten_time_gets_no_byte_of_a_claimed_blob() {
    let server = Setup::own_redis()
        .await
        .set("RESERVATION_LEASE", "1s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(6_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let bob = ticket();
    client.reserve(&share, &bob, None).await;
    let bobs = Past::keep(server.redis(), &share);
    pause(1_100).await;
    let alice = ticket();
    client.reserve(&share, &alice, None).await;
    let stream = open(client, &share, &alice).await;
    bobs.fail_over();
    let refused = client.download(&share, &bob).await;
    assert!(
        [410, 503].contains(&refused.status),
        "the claim is Alice's: {}",
        refused.status
    );
    // Alice's running stream writes the record back as it was.
    let got = stream.bytes().await.unwrap();
    assert!(got == bytes);
    client.download(&share, &bob).await.problem(410);
    eventually("it is hers again", Duration::from_secs(15), async || {
        client.ack(&share, &alice).await.status == 204
    })
    .await;
    bobs.forget();
    server.finish().await;
}

#[tokio::test]
async fn a_forgotten_revocation_brings_nothing_back() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(&content(50_000), "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let reserved = Past::keep(server.redis(), &share);
    assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
    assert!(files::blob(server.place().data(), &share.id).is_none());
    reserved.fail_over();
    let answer = client.download(&share, &ticket).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert!(
        !answer
            .body
            .windows(64)
            .any(|part| content(50_000).starts_with(part)),
        "no byte of the file"
    );
    assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
    reserved.forget();
    server.finish().await;
}

#[tokio::test]
async fn a_record_that_comes_back_without_its_blob_is_damaged_until_it_is_revoked_again() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(&content(50_000), "a", &[]).await;
    let available = Past::keep(server.redis(), &share);
    client.owner(&share, "revoke").await;
    available.fail_over();
    // Nothing tells it from a share whose blob the disk has lost, and that must not pass for one that is over.
    client.page(&format!("/d/{}", share.id)).await.expect(200);
    let refused = client.inspect(&share).await.problem(500);
    assert!(refused.kind.ends_with("damaged"), "{}", refused.kind);
    let refused = client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(500);
    assert!(refused.kind.ends_with("damaged"), "{}", refused.kind);
    assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
    client.page(&format!("/d/{}", share.id)).await.expect(410);
    available.forget();
    server.finish().await;
}

/// What is left when a server dies between the rename and the record.
fn claim_by_hand(data: &std::path::Path, share: &Uploaded, ticket: &str) {
    use base64::Engine as _;
    use sha2::Digest as _;
    use std::fmt::Write as _;
    let secret = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(ticket)
        .unwrap();
    let digest = sha2::Sha256::digest(secret);
    let hash = digest.iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    });
    let blob = files::blob(data, &share.id).unwrap();
    let claimed = blob.with_file_name(format!("{}.{hash}", share.id));
    std::fs::rename(blob, claimed).unwrap();
}

#[tokio::test]
async fn a_claim_that_was_never_recorded_is_recorded_by_the_next_look() {
    let server = Setup::own_redis()
        .await
        .set("RESERVATION_LEASE", "1s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(50_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let alice = ticket();
    client.reserve(&share, &alice, None).await;
    claim_by_hand(server.place().data(), &share, &alice);
    pause(1_100).await;
    let told = client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(410);
    assert_eq!(told.state.as_deref(), Some("delivering"));
    let status = client.owner(&share, "status").await;
    assert_eq!(status.state, "delivering", "everybody is told the same");
    assert!(status.started_at.is_some());
    let problem = client.inspect(&share).await.problem(410);
    assert!(
        problem.at <= status.started_at,
        "picked up, and not in the future"
    );
    assert!(client.download(&share, &alice).await.expect(200).body == bytes);
    client.ack(&share, &alice).await.expect(204);
    server.finish().await;
}
