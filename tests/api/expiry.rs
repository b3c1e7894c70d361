//! Time: nothing opens after its end, nothing that has begun is cut short, and nothing outlives its hour.

use std::time::Duration;

use crate::support::{
    Client, Server, Setup, Uploaded, collecting::take, content, eventually, files, ticket,
    wait::pause,
};

async fn expired(client: &Client, share: &Uploaded) {
    let gone = async || client.inspect(share).await.status == 410;
    eventually("it expires", Duration::from_secs(8), gone).await;
}

fn has_record(server: &Server, share: &Uploaded) -> bool {
    server
        .redis()
        .keys(server.place().prefix())
        .iter()
        .any(|key| key.contains(&share.id) && key.ends_with(":share"))
}

#[tokio::test]
async fn after_its_time_a_share_is_gone_with_key_and_bytes() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(&content(100_000), "a", &[("expires", "2s")])
        .await;
    assert!(has_record(&server, &share));
    client.inspect(&share).await.expect(200);
    expired(client, &share).await;
    let problem = client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(410);
    assert!(problem.state.is_none_or(|state| state == "expired"));
    eventually("the key is gone", Duration::from_secs(3), async || {
        !has_record(&server, &share)
    })
    .await;
    let unlinked = async || files::blob(server.place().data(), &share.id).is_none();
    eventually(
        "the sweep unlinks the bytes by itself",
        Duration::from_secs(15),
        unlinked,
    )
    .await;
    assert_eq!(
        client.inspect(&share).await.problem(410).state.as_deref(),
        Some("expired")
    );
    assert_eq!(client.owner(&share, "status").await.state, "expired");
    server.finish().await;
}

#[tokio::test]
async fn a_ticket_reserved_in_time_may_still_begin_after_the_expiry() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[("expires", "2s")]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    pause(2_500).await;
    client.cleanup(&[("apply", "true")]).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_delivery_that_has_begun_outlives_the_expiry() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(3_000_000);
    let share = client.upload(&bytes, "a", &[("expires", "2s")]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let begun = take(client, &share, &ticket, 0, 1_000_000).await;
    pause(2_500).await;
    client.cleanup(&[("apply", "true")]).await;
    let rest = take(client, &share, &ticket, begun.bytes.len(), usize::MAX).await;
    assert!([begun.bytes, rest.bytes].concat() == bytes);
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn a_lapsed_reservation_does_not_outlive_the_expiry() {
    let server = Setup::shared()
        .await
        .set("RESERVATION_LEASE", "1s")
        .start()
        .await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[("expires", "3s")]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    expired(client, &share).await;
    client.download(&share, &ticket).await.expect(410);
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn a_stopped_server_carries_out_what_fell_due_before_it_listens() {
    let mut server = Setup::shared().await.start().await;
    let share = server
        .client()
        .upload(&content(100_000), "a", &[("expires", "2s")])
        .await;
    assert_eq!(server.terminate().await, 0);
    assert!(
        files::blob(server.place().data(), &share.id).is_some(),
        "nothing is removed before its time"
    );
    pause(2_500).await;
    server.restart().await;
    assert!(files::blob(server.place().data(), &share.id).is_none());
    expired(server.client(), &share).await;
    server.finish().await;
}

#[tokio::test]
async fn key_material_vanishes_even_while_no_server_runs() {
    let mut server = Setup::shared().await.start().await;
    let share = server
        .client()
        .upload(&content(1_000), "a", &[("expires", "2s")])
        .await;
    server.kill9();
    assert!(has_record(&server, &share));
    eventually(
        "Redis forgets the key",
        Duration::from_secs(8),
        async || !has_record(&server, &share),
    )
    .await;
    server.restart().await;
    server.finish().await;
}

#[tokio::test]
async fn no_refused_request_brings_an_expired_share_back() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(
            b"hello",
            "a",
            &[("passphrase", "a good passphrase"), ("expires", "1s")],
        )
        .await;
    expired(client, &share).await;
    for _ in 0..6 {
        client
            .try_reserve(&share, &ticket(), Some("a wrong passphrase"))
            .await
            .problem(410);
        client.page(&format!("/d/{}", share.id)).await.expect(410);
    }
    client.try_owner(&share, "unlock").await;
    assert!(
        !has_record(&server, &share),
        "a count on a vanished key must not make a new one"
    );
    server.finish().await;
}
