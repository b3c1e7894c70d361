//! What is gone, wrong or not there is all the same to who has no key.

use std::time::Duration;

use crate::support::{Setup, eventually, ticket};

#[tokio::test]
async fn a_wrong_key_answers_like_an_unknown_share() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let mut wrong = share.clone();
    wrong.key = ticket();
    let mut unknown = share.clone();
    unknown.id = uuid::Uuid::new_v4().to_string();
    let mut told = Vec::new();
    for share in [&wrong, &unknown] {
        let problem = client
            .try_reserve(share, &ticket(), None)
            .await
            .problem(410);
        assert_eq!(
            (&problem.state, &problem.at, problem.tries_left),
            (&None, &None, None)
        );
        told.push((problem.kind, problem.title, problem.detail));
        let problem = client.inspect(share).await.problem(410);
        told.push((problem.kind, problem.title, problem.detail));
    }
    assert!(
        told.iter().all(|words| Some(words) == told.first()),
        "{told:?}"
    );
    for key in [
        "",
        "short",
        &"x".repeat(44),
        "?????????????????????????????????????????????",
    ] {
        client
            .post(
                &format!("/d/{}", share.id),
                &[("key", key), ("ticket", &ticket())],
            )
            .await
            .problem(410);
    }
    client
        .post(&format!("/d/{}", share.id), &[])
        .await
        .problem(410);
    client.reserve(&share, &ticket(), None).await;
    server.finish().await;
}

#[tokio::test]
async fn a_malformed_ticket_is_422_and_costs_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    for ticket in [
        "short",
        &"x".repeat(44),
        "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+",
    ] {
        client.try_reserve(&share, ticket, None).await.problem(422);
        client
            .send(client.get_request(&format!("/r/{}/{}", share.id, ticket.replace('/', "%2F"))))
            .await
            .problem(410);
    }
    client.reserve(&share, &ticket(), None).await;
    server.finish().await;
}

#[tokio::test]
async fn the_gone_page_is_the_same_to_the_byte_whatever_the_reason() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let delivering = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&delivering, &ticket, None).await;
    client.download(&delivering, &ticket).await.expect(200);
    let revoked = client.upload(b"hello", "a", &[]).await;
    client.owner(&revoked, "revoke").await;
    let expired = client.upload(b"hello", "a", &[("expires", "1s")]).await;
    let gone = async || client.inspect(&expired).await.status == 410;
    eventually("it expires", Duration::from_secs(5), gone).await;
    let unknown = uuid::Uuid::new_v4().to_string();
    let mut bodies = Vec::new();
    for id in [
        &delivering.id,
        &revoked.id,
        &expired.id,
        &unknown,
        "malformed",
        "..%2f..%2fetc%2fpasswd",
    ] {
        let page = client.page(&format!("/d/{id}")).await.expect(410);
        let mut headers: Vec<_> = page
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        headers.retain(|(name, _)| name != "date" && name != "x-request-id");
        headers.sort();
        bodies.push((page.body, headers));
    }
    assert!(
        bodies.iter().all(|page| Some(page) == bodies.first()),
        "{bodies:?}"
    );
    client.ack(&delivering, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn the_holder_of_the_link_learns_when_it_was_picked_up() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    client.download(&share, &ticket).await.expect(200);
    let problem = client.inspect(&share).await.problem(410);
    assert_eq!(problem.state.as_deref(), Some("delivering"));
    assert!(problem.at.is_some());
    client.ack(&share, &ticket).await.expect(204);
    let problem = client.inspect(&share).await.problem(410);
    assert_eq!(problem.state.as_deref(), Some("delivered"));
    assert!(problem.at.is_some());
    server.finish().await;
}
