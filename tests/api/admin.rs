//! The operator: signing in, looking, deleting, cleaning up.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use reqwest::{Method, RequestBuilder};

use crate::support::{
    ADMIN_PASSWORD, Answer, Client, Setup, content, files, ticket,
    views::{Listing, Stats, Token},
};

/// Signs in as a person does; the cookie to send back.
async fn cookie(client: &Client) -> String {
    let answer = client.post("/auth/login", &[("password", ADMIN_PASSWORD)]).await.expect(303);
    assert_eq!(answer.header("location"), "/admin");
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Domain"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

fn from_page(request: RequestBuilder, cookie: &str) -> RequestBuilder {
    request.header("cookie", cookie).header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn without_a_password_there_is_no_operator() {
    let mut server = Setup::shared().await.unset("ADMIN_PASSWORD").start().await;
    let client = server.client();
    for path in ["/auth/login", "/admin", "/admin/shares", "/admin/stats"] {
        client.get(path).await.problem(404);
    }
    for path in ["/auth/login", "/auth/token", "/auth/logout", "/admin/cleanup"] {
        client.post(path, &[("password", "")]).await.problem(404);
    }
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn a_person_signs_in_sees_the_share_deletes_it_and_signs_out() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(&content(4_000), "a-secret-name.txt", &[]).await;
    let page = client.page("/admin").await.expect(303);
    assert!(page.header("location").starts_with("/auth/login"));
    client.page("/auth/login").await.expect(200);
    client.post("/auth/login", &[("password", "wrong")]).await.problem(401);
    let cookie = cookie(client).await;
    let shown = client.send(client.request(Method::GET, "/admin").header("cookie", &cookie).header("accept", "text/html"));
    let shown = shown.await.expect(200).text();
    assert!(shown.contains(&share.id) && !shown.contains("a-secret-name"));

    let path = format!("/admin/shares/{}", share.id);
    client.send(from_page(client.request(Method::DELETE, &path), &cookie)).await.expect(204);
    assert!(files::blob(server.place().data(), &share.id).is_none(), "the bytes went before the answer");
    client.try_reserve(&share, &ticket(), None).await.problem(410);

    let logout = client.request(Method::POST, "/auth/logout");
    let answer = client.send(from_page(logout, &cookie)).await.expect(303);
    assert_eq!(answer.header("location"), "/");
    let after = client.request(Method::GET, "/admin/stats").header("accept", "application/json");
    client.send(after.header("cookie", &cookie)).await.problem(401);
    server.finish().await;
}

#[tokio::test]
async fn a_session_is_valid_on_every_server_and_after_a_restart() {
    let mut first = Setup::shared().await.start().await;
    let second = first.sibling().await;
    let cookie = cookie(first.client()).await;
    first.restart().await;
    for server in [&first, &second] {
        let request = server.client().get_request("/admin/stats").header("cookie", &cookie);
        server.client().send(request).await.expect(200);
    }
    drop(second);
    first.finish().await;
}

#[tokio::test]
async fn another_site_cannot_act_with_the_operator_s_cookie() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let cookie = cookie(client).await;
    let own = format!("http://127.0.0.1:{}", server.port());
    let cases: [(&[(&str, &str)], bool); 7] = [
        (&[], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", "https://evil.example")], false),
        (&[("origin", "null")], false),
        (&[("origin", &own)], true),
        (&[("sec-fetch-site", "same-origin")], true),
    ];
    for (headers, allowed) in cases {
        let request = client.post_request("/admin/cleanup", &[]).header("cookie", &cookie);
        let answer = client.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await;
        assert_eq!(answer.status, if allowed { 200 } else { 403 }, "{headers:?}");
    }
    server.finish().await;
}

#[tokio::test]
async fn another_site_cannot_reserve_or_upload_either() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"x", "x", &[]).await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        client.send(client.reserve_request(&share, &ticket(), None).header(name, value)).await.problem(403);
        client.send(client.upload_request(b"x".to_vec(), "x", &[]).header(name, value)).await.problem(403);
    }
    client.send(client.reserve_request(&share, &ticket(), None).header("sec-fetch-site", "same-origin")).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn a_script_gets_a_short_lived_token() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let token: Token = client.post("/auth/token", &[("password", ADMIN_PASSWORD)]).await.expect(200).json();
    assert_eq!(token.token_type.to_ascii_lowercase(), "bearer");
    assert!((60..=24 * 3600).contains(&token.expires_in), "{}", token.expires_in);
    for wrong in ["", "wrong", "é", "the-operators-long-password-for-test"] {
        client.post("/auth/token", &[("password", wrong)]).await.problem(401);
    }
    assert!([401, 422].contains(&client.post("/auth/token", &[]).await.status));
    let ask = async |bearer: &str| -> Answer { client.send(client.get_request("/admin/stats").bearer_auth(bearer)).await };
    ask(&token.token).await.expect(200);
    for wrong in ["", "x", ADMIN_PASSWORD, &ticket()] {
        ask(wrong).await.problem(401);
    }
    server.finish().await;
}

#[tokio::test]
async fn the_password_may_be_given_as_an_argon2id_hash() {
    let parameters = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, parameters);
    let (salt, mut derived) = ([7; 16], [0; 32]);
    argon2.hash_password_into(ADMIN_PASSWORD.as_bytes(), &salt, &mut derived).unwrap();
    let hash = format!("$argon2id$v=19$m=8192,t=1,p=1${}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(derived));
    let server = Setup::shared().await.set("ADMIN_PASSWORD", &hash).start().await;
    server.client().post("/auth/token", &[("password", &hash)]).await.problem(401);
    server.client().post("/auth/token", &[("password", "another password entirely")]).await.problem(401);
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
        let answer = client.admin(Method::GET, &format!("/admin/shares?limit=3{after}"), &[]).await.expect(200);
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
    let reserved: Listing = client.admin(Method::GET, "/admin/shares?state=reserved", &[]).await.expect(200).json();
    assert_eq!(reserved.shares.iter().map(|share| share.id.as_str()).collect::<Vec<_>>(), [held.id.as_str()]);
    client.admin(Method::GET, "/admin/shares?state=nonsense", &[]).await.problem(422);
    server.finish().await;
}

#[tokio::test]
async fn the_statistics_count_what_is_held() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let first = client.upload(&content(100_000), "a", &[]).await;
    client.upload(&content(100_000), "b", &[]).await;
    client.reserve(&first, &ticket(), None).await;
    let stats: Stats = client.admin(Method::GET, "/admin/stats", &[]).await.expect(200).json();
    let count = |state: &str| stats.shares.get(state).copied().unwrap_or_default();
    assert_eq!((count("available"), count("reserved"), stats.transfers), (1, 1, 0), "{stats:?}");
    assert!(stats.bytes >= 200_000 && stats.bytes < 300_000, "{}", stats.bytes);
    assert!(stats.free_bytes > 0);
    server.delete_everything().await;
    client.cleanup(&[("apply", "true")]).await;
    let stats: Stats = client.admin(Method::GET, "/admin/stats", &[]).await.expect(200).json();
    assert_eq!(stats.bytes, 0);
    assert!(stats.last_sweep_at.is_some());
    server.finish().await;
}

#[tokio::test]
async fn deleting_what_is_not_there_is_404() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for id in [uuid::Uuid::new_v4().to_string(), "malformed".to_owned()] {
        client.admin(Method::DELETE, &format!("/admin/shares/{id}"), &[]).await.problem(404);
    }
    server.finish().await;
}

#[tokio::test]
async fn sign_in_attempts_are_limited_for_cookie_and_token_together() {
    let server = Setup::shared().await.set("RATE_LIMITS", "on").set("RATE_SIGNIN", "6/h").start().await;
    let client = server.client();
    let mut statuses = Vec::new();
    for round in 0..4 {
        let path = if round % 2 == 0 { "/auth/login" } else { "/auth/token" };
        let answer = client.post(path, &[("password", "wrong")]).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [401, 401, 429, 429], "6 an hour with a burst of a third");
    client.post("/auth/token", &[("password", ADMIN_PASSWORD)]).await.problem(429);
}

#[tokio::test]
async fn uploads_and_reservations_are_limited_by_client_network() {
    let limits = Setup::shared().await.set("RATE_LIMITS", "on").set("RATE_UPLOAD", "6/h").set("RATE_RESERVE", "6/h");
    let server = limits.set("TRUSTED_PROXIES", "127.0.0.1/32").start().await;
    let client = server.client();
    let upload = async |from: &str| {
        client.send(client.upload_request(b"x".to_vec(), "x", &[]).header("x-forwarded-for", from)).await
    };
    upload("2001:db8:1:1::1").await.expect(201);
    upload("2001:db8:1:1::2").await.expect(201);
    upload("2001:db8:1:1:ffff::3").await.problem(429);
    let share = upload("2001:db8:1:2::1").await.expect(201).json::<crate::support::views::Created>().into();
    // The leftmost name is the client's own word; the rightmost is the proxy's.
    upload("6.6.6.6, 2001:db8:1:1::4").await.problem(429);
    let ticket = ticket();
    let reserve = async |from: &str| client.send(client.reserve_request(&share, &ticket, None).header("x-forwarded-for", from)).await;
    reserve("192.0.2.1").await.expect(200);
    reserve("192.0.2.1").await.expect(200);
    let limited = reserve("192.0.2.1").await;
    assert!(!limited.header("retry-after").is_empty());
    limited.problem(429);
    reserve("192.0.2.2").await.expect(200);
}

#[tokio::test]
async fn metrics_are_for_the_operator_and_the_machine_itself() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    client.get("/metrics").await.expect(200);
    let through = || client.get_request("/metrics").header("x-forwarded-for", "192.0.2.1");
    let stranger = client.send(through()).await;
    assert!([401, 403, 404].contains(&stranger.status), "{}", stranger.status);
    let token: Token = client.post("/auth/token", &[("password", ADMIN_PASSWORD)]).await.expect(200).json();
    client.send(through().bearer_auth(token.token)).await.expect(200);
    server.finish().await;
}
