//! One recipient, and only who means to become one.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{
    Setup,
    collecting::{Fared, compete, take},
    content, eventually, files, ticket,
    views::{Inspected, Reserved},
    wait::pause,
};

#[tokio::test]
async fn the_second_collector_is_told_it_is_gone() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(3_000_000);
    let share = client.upload(&bytes, "report.pdf", &[]).await;
    let ticket = ticket();
    let reserved = client.reserve(&share, &ticket, None).await;
    assert!(
        reserved
            .download
            .ends_with(&format!("/r/{}/{ticket}", share.id)),
        "{}",
        reserved.download
    );
    assert_eq!(
        (reserved.name.as_str(), reserved.size),
        ("report.pdf", 3_000_000)
    );
    assert!(!reserved.kind.is_empty() && !reserved.reserved_until.is_empty());
    let got = client.download(&share, &ticket).await.expect(200);
    assert!(got.body == bytes, "the bytes are not the same");

    let problem = client
        .try_reserve(&share, &crate::support::ticket(), None)
        .await
        .problem(410);
    assert!(problem.at.is_some());
    eventually(
        "record and blob are gone",
        Duration::from_secs(5),
        async || server.leftovers().is_empty(),
    )
    .await;
    client.download(&share, &ticket).await.expect(410);
    assert_eq!(client.status(&share, &ticket).await.state, "delivered");
    server.finish().await;
}

#[tokio::test]
async fn showing_the_page_does_not_burn_the_share() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "secret-name.txt", &[]).await;
    let path = format!("/d/{}", share.id);
    for _ in 0..20 {
        let page = client.page(&path).await.expect(200);
        assert!(
            !page.text().contains("secret-name"),
            "a preview would copy the name"
        );
        client
            .send(client.request(reqwest::Method::HEAD, &path))
            .await
            .expect(200);
        client
            .send(client.get_request(&path).header("sec-purpose", "prefetch"))
            .await;
        let inspected: Inspected = client.inspect(&share).await.expect(200).json();
        assert_eq!(
            (inspected.state.as_str(), inspected.name.as_deref()),
            ("available", Some("secret-name.txt"))
        );
        assert_eq!((inspected.size, inspected.passphrase), (5, false));
        assert_eq!(inspected.expires_at, share.expires_at);
        assert!(inspected.kind.is_some());
    }
    let owned = client.owner(&share, "status").await;
    assert_eq!(
        (owned.state.as_str(), owned.reserved_at, owned.started_at),
        ("available", None, None)
    );
    server.finish().await;
}

#[tokio::test]
async fn while_one_holds_a_reservation_another_is_asked_to_wait_and_then_may() {
    let server = Setup::shared()
        .await
        .set("RESERVATION_LEASE", "2s")
        .start()
        .await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let (first, second) = (ticket(), ticket());
    client.reserve(&share, &first, None).await;
    let wait = client.try_reserve(&share, &second, None).await;
    let seconds: u64 = wait.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    assert_eq!(wait.problem(409).retry_after, Some(seconds));
    let lapsed = async || client.try_reserve(&share, &second, None).await.status == 200;
    eventually("the reservation lapses", Duration::from_secs(5), lapsed).await;
    client.download(&share, &first).await.expect(410);
    assert_eq!(
        client.download(&share, &second).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_lapsed_ticket_still_works_while_nobody_else_has_reserved() {
    let server = Setup::shared()
        .await
        .set("RESERVATION_LEASE", "1s")
        .start()
        .await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let available = async || {
        let state = client.owner(&share, "status").await.state;
        state == "available"
    };
    eventually("the reservation lapses", Duration::from_secs(5), available).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn reserving_again_with_the_same_ticket_is_the_same_reservation() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    let first: Reserved = client.reserve(&share, &ticket, None).await;
    pause(1_100).await;
    let second: Reserved = client.reserve(&share, &ticket, None).await;
    assert_eq!(
        first.reserved_until, second.reserved_until,
        "asking again must not lease longer"
    );
    take(client, &share, &ticket, 0, 1).await;
    client.try_reserve(&share, &ticket, None).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn twenty_simultaneous_collectors_yield_one_file() {
    let server = Setup::shared().await.start().await;
    let bytes = content(400_000);
    let share = server.client().upload(&bytes, "a", &[]).await;
    let start = Arc::new(Barrier::new(20));
    let mut collectors = JoinSet::new();
    for _ in 0..20 {
        collectors.spawn(compete(
            server.client().clone(),
            share.clone(),
            Arc::clone(&start),
        ));
    }
    let fared = collectors.join_all().await;
    let got: Vec<_> = fared
        .iter()
        .filter(|fared| matches!(fared, Fared::Got(_)))
        .collect();
    assert_eq!(got.len(), 1);
    assert!(matches!(got.first(), Some(Fared::Got(file)) if *file == bytes));
    assert!(
        files::blobs(server.place().data()).is_empty(),
        "the acknowledgement was answered after the blob had gone"
    );
    server.finish().await;
}

#[tokio::test]
async fn without_javascript_a_pasted_key_leads_to_a_page_with_the_download() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a.txt", &[]).await;
    let path = format!("/d/{}", share.id);
    let (first, second) = (
        client.page(&path).await.text(),
        client.page(&path).await.text(),
    );
    let drawn = hidden_ticket(&first);
    assert_ne!(
        drawn,
        hidden_ticket(&second),
        "each page carries a fresh ticket"
    );
    let fields = [("key", share.key.as_str()), ("ticket", drawn.as_str())];
    for _double_click in 0..2 {
        let form = client
            .request(reqwest::Method::POST, &path)
            .header("accept", "text/html")
            .form(&fields);
        let page = client.send(form).await.expect(200).text();
        assert!(page.contains(&format!("/r/{}/{drawn}", share.id)), "{page}");
    }
    assert_eq!(
        client.download(&share, &drawn).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_reservation_without_a_ticket_gets_one_drawn() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a.txt", &[]).await;
    let reserved: Reserved = client
        .post(&format!("/d/{}", share.id), &[("key", &share.key)])
        .await
        .expect(200)
        .json();
    let path = reserved
        .download
        .split_at(reserved.download.find("/r/").unwrap())
        .1;
    assert_eq!(client.get(path).await.expect(200).body, "hello");
    server.finish().await;
}

fn hidden_ticket(page: &str) -> String {
    let at = page
        .find(r#"name="ticket""#)
        .expect("the form carries a ticket");
    let (before, after) = page.split_at(at);
    let input = format!(
        "{}{}",
        before.rsplit('<').next().unwrap(),
        after.split('>').next().unwrap()
    );
    input
        .split(r#"value=""#)
        .nth(1)
        .expect("a value")
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn only_who_asks_for_json_by_name_is_answered_in_it() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for (accept, kind) in [
        (Some("application/json"), "application/json"),
        (Some("*/*"), "text/html"),
        (Some("text/html,*/*;q=0.8"), "text/html"),
        (None, "text/html"),
    ] {
        let share = client.upload(b"hello", "a.txt", &[]).await;
        let ticket = ticket();
        let mut request = client
            .request(reqwest::Method::POST, &format!("/d/{}", share.id))
            .form(&[("key", &share.key), ("ticket", &ticket)]);
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let answer = client.send(request).await.expect(200);
        let got = answer.header("content-type");
        assert!(got.starts_with(kind), "{accept:?}: {got}");
        let download = format!("/r/{}/{ticket}", share.id);
        assert!(answer.text().contains(&download), "{accept:?}");
    }
    server.finish().await;
}
