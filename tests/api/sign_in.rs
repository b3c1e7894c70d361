//! How the operator gets in, and how nobody else does.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::support::{ADMIN_PASSWORD, Answer, Client, Setup, ticket, views::Token};

/// Signs in as a person does; the cookie to send back.
pub(crate) async fn cookie(client: &Client) -> String {
    let answer = client
        .post("/auth/login", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/admin");
    let set = answer.header("set-cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Domain"),
        "{set}"
    );
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn without_a_password_there_is_no_operator() {
    let mut server = Setup::shared().await.unset("ADMIN_PASSWORD").start().await;
    let client = server.client();
    for path in ["/auth/login", "/admin", "/admin/shares", "/admin/stats"] {
        client.get(path).await.problem(404);
    }
    for path in [
        "/auth/login",
        "/auth/token",
        "/auth/logout",
        "/admin/cleanup",
    ] {
        client.post(path, &[("password", "")]).await.problem(404);
    }
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn a_session_is_valid_on_every_server_and_after_a_restart() {
    let mut first = Setup::shared().await.start().await;
    let second = first.sibling().await;
    let cookie = cookie(first.client()).await;
    first.restart().await;
    for server in [&first, &second] {
        let request = server
            .client()
            .get_request("/admin/stats")
            .header("cookie", &cookie);
        server.client().send(request).await.expect(200);
    }
    drop(second);
    first.finish().await;
}

#[tokio::test]
async fn a_browser_whose_session_is_over_is_told_so_and_others_are_not() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let cookie = cookie(client).await;
    let out = client
        .request(reqwest::Method::POST, "/auth/logout")
        .header("cookie", &cookie)
        .header("sec-fetch-site", "same-origin");
    client.send(out).await.expect(303);
    let page = |path: &str| {
        let request = client.request(reqwest::Method::GET, path);
        request.header("accept", "text/html")
    };
    let late = page("/admin?lang=de").header("cookie", &cookie);
    let late = client.send(late).await.expect(303);
    assert_eq!(late.header("location"), "/auth/login?note=ended&lang=de");
    let stranger = client.send(page("/admin")).await.expect(303);
    assert_eq!(stranger.header("location"), "/auth/login");
    let nonsense = client.send(page("/auth/login?note=nonsense")).await;
    assert!(!nonsense.expect(200).text().contains("note-calm"));
    server.finish().await;
}

#[tokio::test]
async fn sign_ins_are_logged_good_and_bad() {
    let server = Setup::shared().await.start().await;
    cookie(server.client()).await;
    let wrong = [("password", "a-canary-of-a-wrong-password")];
    server
        .client()
        .post("/auth/token", &wrong)
        .await
        .problem(401);
    let log = server.log();
    assert!(log.contains("the operator signed in"), "{log}");
    assert!(
        log.contains("a sign-in failed") && !log.contains("a-canary"),
        "{log}"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_new_sign_in_and_a_new_password_end_the_sessions_before() {
    let mut server = Setup::shared().await.start().await;
    let status = async |server: &crate::support::Server, name: &'static str, value: &str| {
        let client = server.client();
        let request = client.get_request("/admin/stats").header(name, value);
        client.send(request).await.status
    };
    let first = cookie(server.client()).await;
    let again = server
        .client()
        .post_request("/auth/login", &[("password", ADMIN_PASSWORD)])
        .header("cookie", &first)
        .header("sec-fetch-site", "same-origin");
    let again = server.client().send(again).await.expect(303);
    let set = again.header("set-cookie");
    let second = set.split(';').next().unwrap();
    assert_eq!(status(&server, "cookie", &first).await, 401);
    assert_eq!(status(&server, "cookie", second).await, 200);

    let token: Token = server
        .client()
        .post("/auth/token", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(200)
        .json();
    let bearer = format!("Bearer {}", token.token);
    assert_eq!(status(&server, "authorization", &bearer).await, 200);
    server.set("ADMIN_PASSWORD", "another long password of the operator's");
    server.restart().await;
    assert_eq!(status(&server, "cookie", second).await, 401);
    assert_eq!(status(&server, "authorization", &bearer).await, 401);
    server.set("ADMIN_PASSWORD", ADMIN_PASSWORD);
    server.restart().await;
    server.finish().await;
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
        let request = client
            .post_request("/admin/cleanup", &[])
            .header("cookie", &cookie);
        let answer = client
            .send(headers.iter().fold(request, |request, (name, value)| {
                request.header(*name, *value)
            }))
            .await;
        assert_eq!(
            answer.status,
            if allowed { 200 } else { 403 },
            "{headers:?}"
        );
    }
    server.finish().await;
}

#[tokio::test]
async fn another_site_cannot_reserve_or_upload_either() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"x", "x", &[]).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        client
            .send(
                client
                    .reserve_request(&share, &ticket(), None)
                    .header(name, value),
            )
            .await
            .problem(403);
        client
            .send(
                client
                    .upload_request(b"x".to_vec(), "x", &[])
                    .header(name, value),
            )
            .await
            .problem(403);
    }
    client
        .send(
            client
                .reserve_request(&share, &ticket(), None)
                .header("sec-fetch-site", "same-origin"),
        )
        .await
        .expect(200);
    server.finish().await;
}

#[tokio::test]
async fn a_script_gets_a_short_lived_token() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let token: Token = client
        .post("/auth/token", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(200)
        .json();
    assert_eq!(token.token_type.to_ascii_lowercase(), "bearer");
    assert!(
        (60..=24 * 3600).contains(&token.expires_in),
        "{}",
        token.expires_in
    );
    for wrong in ["", "wrong", "é", "the-operators-long-password-for-test"] {
        client
            .post("/auth/token", &[("password", wrong)])
            .await
            .problem(401);
    }
    assert!([401, 422].contains(&client.post("/auth/token", &[]).await.status));
    let ask = async |bearer: &str| -> Answer {
        client
            .send(client.get_request("/admin/stats").bearer_auth(bearer))
            .await
    };
    ask(&token.token).await.expect(200);
    for wrong in ["", "x", ADMIN_PASSWORD, &ticket()] {
        ask(wrong).await.problem(401);
    }
    server.finish().await;
}

#[tokio::test]
async fn the_password_may_be_given_as_an_argon2id_hash() {
    let parameters = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        parameters,
    );
    let (salt, mut derived) = ([7; 16], [0; 32]);
    argon2
        .hash_password_into(ADMIN_PASSWORD.as_bytes(), &salt, &mut derived)
        .unwrap();
    let hash = format!(
        "$argon2id$v=19$m=8192,t=1,p=1${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(derived)
    );
    let server = Setup::shared()
        .await
        .set("ADMIN_PASSWORD", &hash)
        .start()
        .await;
    server
        .client()
        .post("/auth/token", &[("password", &hash)])
        .await
        .problem(401);
    server
        .client()
        .post("/auth/token", &[("password", "another password entirely")])
        .await
        .problem(401);
    server.finish().await;
}
