//! The operator: signing in, looking, deleting, cleaning up.

use reqwest::{Method, RequestBuilder};

use crate::sign_in::cookie;
use crate::support::{
    ADMIN_PASSWORD, Setup, content, files, ticket,
    views::{Listing, Stats, Token},
};

fn from_page(request: RequestBuilder, cookie: &str) -> RequestBuilder {
    request
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn a_person_signs_in_sees_the_share_deletes_it_and_signs_out() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(&content(4_000), "a-secret-name.txt", &[])
        .await;
    let page = client.page("/admin").await.expect(303);
    assert!(page.header("location").starts_with("/auth/login"));
    client.page("/auth/login").await.expect(200);
    client
        .post("/auth/login", &[("password", "wrong")])
        .await
        .problem(401);
    let cookie = cookie(client).await;
    let shown = client.send(
        client
            .request(Method::GET, "/admin")
            .header("cookie", &cookie)
            .header("accept", "text/html"),
    );
    let shown = shown.await.expect(200).text();
    assert!(shown.contains(&share.id) && !shown.contains("a-secret-name"));

    let path = format!("/admin/shares/{}", share.id);
    client
        .send(from_page(client.request(Method::DELETE, &path), &cookie))
        .await
        .expect(204);
    assert!(
        files::blob(server.place().data(), &share.id).is_none(),
        "the bytes went before the answer"
    );
    client
        .try_reserve(&share, &ticket(), None)
        .await
        .problem(410);

    let logout = client.request(Method::POST, "/auth/logout");
    let answer = client.send(from_page(logout, &cookie)).await.expect(303);
    assert_eq!(answer.header("location"), "/");
    let after = client
        .request(Method::GET, "/admin/stats")
        .header("accept", "application/json");
    client
        .send(after.header("cookie", &cookie))
        .await
        .problem(401);
    server.finish().await;
}

#[tokio::test]
async fn the_list_pages_filters_and_never_names() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..7 {
        ids.insert(client.upload(b"hello", "a-secret-name.txt", &[]).await.id);
    }
    let held = client.upload(b"hello", "b", &[]).await;
    client.reserve(&held, &ticket(), None).await;
    let mut seen = std::collections::BTreeSet::new();
    let mut after = String::new();
    for _page in 0..10 {
        let answer = client
            .admin(Method::GET, &format!("/admin/shares?limit=3{after}"), &[])
            .await
            .expect(200);
        assert!(!answer.text().contains("a-secret-name"));
        let listing: Listing = answer.json();
        assert!(listing.shares.len() <= 3);
        for share in &listing.shares {
            assert!(["available", "reserved"].contains(&share.state.as_str()) && share.size == 5);
            assert!(share.created_at < share.expires_at);
        }
        seen.extend(listing.shares.into_iter().map(|share| share.id));
        let Some(next) = listing.next else { break };
        after = format!("&after={next}");
    }
    ids.insert(held.id.clone());
    assert_eq!(seen, ids);
    let reserved: Listing = client
        .admin(Method::GET, "/admin/shares?state=reserved", &[])
        .await
        .expect(200)
        .json();
    assert_eq!(
        reserved
            .shares
            .iter()
            .map(|share| share.id.as_str())
            .collect::<Vec<_>>(),
        [held.id.as_str()]
    );
    for nonsense in ["state=nonsense", "after=nonsense", "after=3.7", "limit=few"] {
        for path in ["/admin/shares", "/admin"] {
            let path = format!("{path}?{nonsense}");
            client.admin(Method::GET, &path, &[]).await.problem(422);
        }
    }
    let page = client.admin(Method::GET, "/admin?state=reserved&after=", &[]);
    let page = page.await.expect(200).text();
    assert!(page.contains(&held.id), "the page filters, too");
    ids.remove(&held.id);
    assert!(ids.iter().all(|id| !page.contains(id)));
    server.finish().await;
}

#[tokio::test]
async fn what_is_deleted_while_somebody_pages_hides_nothing_from_the_next_page() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..12 {
        ids.insert(client.upload(b"hello", "a", &[]).await.id);
    }
    let mut after = String::new();
    for _page in 0..12 {
        let path = format!("/admin/shares?limit=4{after}");
        let listing: Listing = client
            .admin(Method::GET, &path, &[])
            .await
            .expect(200)
            .json();
        for share in &listing.shares {
            assert!(ids.remove(&share.id), "it is shown once");
            let path = format!("/admin/shares/{}", share.id);
            client.admin(Method::DELETE, &path, &[]).await.expect(204);
        }
        let Some(next) = listing.next else { break };
        after = format!("&after={next}");
    }
    assert!(ids.is_empty(), "never shown: {ids:?}");
    server.finish().await;
}

#[tokio::test]
async fn the_statistics_count_what_is_held() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let first = client.upload(&content(100_000), "a", &[]).await;
    client.upload(&content(100_000), "b", &[]).await;
    client.reserve(&first, &ticket(), None).await;
    let stats: Stats = client
        .admin(Method::GET, "/admin/stats", &[])
        .await
        .expect(200)
        .json();
    let count = |state: &str| stats.shares.get(state).copied().unwrap_or_default();
    assert_eq!(
        (count("available"), count("reserved"), stats.transfers),
        (1, 1, 0),
        "{stats:?}"
    );
    assert!(
        stats.bytes >= 200_000 && stats.bytes < 300_000,
        "{}",
        stats.bytes
    );
    assert!(stats.free_bytes > 0);
    assert!(stats.disk_bytes >= stats.free_bytes && stats.disk_bytes > stats.floor_bytes);
    server.delete_everything().await;
    client.cleanup(&[("apply", "true")]).await;
    let stats: Stats = client
        .admin(Method::GET, "/admin/stats", &[])
        .await
        .expect(200)
        .json();
    assert_eq!(stats.bytes, 0);
    assert!(stats.last_sweep_at.is_some());
    server.finish().await;
}

#[tokio::test]
async fn deleting_what_is_not_there_is_404() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for id in [uuid::Uuid::new_v4().to_string(), "malformed".to_owned()] {
        client
            .admin(Method::DELETE, &format!("/admin/shares/{id}"), &[])
            .await
            .problem(404);
    }
    server.finish().await;
}

#[tokio::test]
async fn metrics_are_for_the_operator_and_the_machine_itself() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    client.get("/metrics").await.expect(200);
    let through = || {
        client
            .get_request("/metrics")
            .header("x-forwarded-for", "192.0.2.1")
    };
    let stranger = client.send(through()).await;
    assert!(
        [401, 403, 404].contains(&stranger.status),
        "{}",
        stranger.status
    );
    let token: Token = client
        .post("/auth/token", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(200)
        .json();
    client
        .send(through().bearer_auth(token.token))
        .await
        .expect(200);
    server.finish().await;
}
