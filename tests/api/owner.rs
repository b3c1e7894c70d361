//! The sender's side of a share.

use crate::support::{Setup, content, files, ticket};

#[tokio::test]
async fn the_owner_sees_how_far_it_is_and_a_stranger_does_not() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(&content(10_000), "a", &[]).await;
    let seen = client.owner(&share, "status").await;
    assert_eq!(
        (seen.state.as_str(), seen.size, seen.passphrase, seen.sent),
        ("available", 10_000, false, 0)
    );
    assert_eq!(seen.expires_at.as_ref(), Some(&share.expires_at));
    assert_eq!(
        (&seen.reserved_at, &seen.started_at, &seen.ended_at),
        (&None, &None, &None)
    );
    assert!(seen.created_at < share.expires_at);

    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let seen = client.owner(&share, "status").await;
    assert_eq!(
        (seen.state.as_str(), seen.reserved_at.is_some()),
        ("reserved", true)
    );
    client
        .download_range(&share, &ticket, "bytes=0-4999")
        .await
        .expect(206);
    let half = async || client.owner(&share, "status").await.sent == 5_000;
    crate::support::eventually("half is sent", std::time::Duration::from_secs(5), half).await;
    let seen = client.owner(&share, "status").await;
    assert_eq!(
        (
            seen.state.as_str(),
            seen.started_at.is_some(),
            seen.ended_at
        ),
        ("delivering", true, None)
    );
    client.download(&share, &ticket).await.expect(200);
    client.ack(&share, &ticket).await.expect(204);
    let seen = client.owner(&share, "status").await;
    assert_eq!(
        (seen.state.as_str(), seen.sent, seen.ended_at.is_some()),
        ("delivered", 10_000, true)
    );

    let mut stranger = share.clone();
    for owner in [
        share.key.clone(),
        crate::support::ticket(),
        String::new(),
        "short".to_owned(),
    ] {
        stranger.owner = owner;
        for action in ["status", "revoke", "unlock"] {
            client.try_owner(&stranger, action).await.problem(410);
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn revoking_removes_record_and_blob_before_it_is_answered() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(&content(10_000), "a", &[]).await;
    for _again in 0..2 {
        assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
        assert!(files::blob(server.place().data(), &share.id).is_none());
    }
    let problem = client.inspect(&share).await.problem(410);
    assert_eq!(problem.state.as_deref(), Some("revoked"));
    client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(410);
    server.finish().await;
}

#[tokio::test]
async fn revoking_ends_a_reservation_and_a_delivery() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (reserved, delivering) = (
        client.upload(b"hello", "a", &[]).await,
        client.upload(b"hello", "b", &[]).await,
    );
    let (first, second) = (ticket(), ticket());
    client.reserve(&reserved, &first, None).await;
    client.owner(&reserved, "revoke").await;
    client.download(&reserved, &first).await.expect(410);
    client.reserve(&delivering, &second, None).await;
    client
        .download_range(&delivering, &second, "bytes=0-1")
        .await
        .expect(206);
    client.owner(&delivering, "revoke").await;
    assert!(
        files::blob(server.place().data(), &delivering.id).is_none(),
        "the claimed name goes too"
    );
    client.download(&delivering, &second).await.expect(410);
    assert_eq!(client.status(&delivering, &second).await.state, "revoked");
    server.finish().await;
}

#[tokio::test]
async fn revoking_stops_a_stream_that_is_running() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(60_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let mut stream = crate::support::collecting::open(client, &share, &ticket).await;
    stream.chunk().await.unwrap().unwrap();
    client.owner(&share, "revoke").await;
    let mut got = 0;
    let whole = loop {
        match stream.chunk().await {
            Ok(Some(chunk)) => got += chunk.len(),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    assert!(
        !whole,
        "a revoked stream must not end as if it were complete: {got} bytes"
    );
    server.finish().await;
}

#[tokio::test]
async fn an_unknown_action_is_422() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    client.try_owner(&share, "explode").await.problem(422);
    assert_eq!(client.owner(&share, "status").await.state, "available");
    server.finish().await;
}

#[tokio::test]
async fn the_status_page_tells_nothing_without_the_owner_key() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a-name.txt", &[]).await;
    let page = client
        .page(&format!("/s/{}", share.id))
        .await
        .expect(200)
        .text();
    assert!(!page.contains("a-name.txt"));
    let unknown = uuid::Uuid::new_v4().to_string();
    let other = client
        .page(&format!("/s/{unknown}"))
        .await
        .expect(200)
        .text();
    assert_eq!(page.replace(&share.id, "id"), other.replace(&unknown, "id"));
    server.finish().await;
}
