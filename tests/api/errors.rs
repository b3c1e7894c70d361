//! Every refusal twice: as a problem a program reads, and as a page a person reads.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};

use crate::support::{
    Client, Server, Setup,
    collecting::open,
    content, eventually,
    raw::{BOUNDARY, FILE, multipart, multipart_type},
    ticket,
    views::Problem,
};

/// Sends the request once for each reader. Each must get the status; the program all members, the person a readable page.
async fn both(client: &Client, status: u16, request: impl Fn() -> RequestBuilder) -> Problem {
    let problem = client
        .send(request().header("accept", "application/json"))
        .await
        .problem(status);
    assert!(
        !problem.kind.is_empty() && !problem.title.is_empty() && !problem.detail.is_empty(),
        "{problem:?}"
    );
    assert!(!problem.request_id.is_empty());
    let page = client
        .send(request().header("accept", "text/html,application/xhtml+xml,*/*;q=0.8"))
        .await;
    assert_eq!(page.status, status, "{}", page.text());
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{}",
        page.header("content-type")
    );
    let text = page.text();
    assert!(text.contains("<html") && text.contains("</html>"), "{text}");
    assert!(
        status != 410 || !text.contains(&page.header("x-request-id")),
        "the request id travels in a header only where pages must be identical"
    );
    if [409, 429, 503].contains(&status) {
        assert!(!page.header("retry-after").is_empty(), "{status}");
        assert!(problem.retry_after.is_some(), "{status}");
    }
    problem
}

fn upload(client: &Client, parts: &[(&str, &[u8])]) -> RequestBuilder {
    let request = client
        .request(Method::POST, "/upload")
        .header("content-type", multipart_type());
    request.body(multipart(parts))
}

fn form(client: &Client, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    client.request(Method::POST, path).form(fields)
}

#[tokio::test]
async fn every_refusal_of_an_upload_is_a_problem_and_a_page() {
    let setup = Setup::shared()
        .await
        .set("UPLOAD_PASSWORD", "for uploaders only")
        .set("MAX_SIZE", "50KiB");
    let server = setup.set("MAX_TOTAL", "120KiB").start().await;
    let client = server.client();
    let password = (
        r#"name="upload_password""#,
        b"for uploaders only".as_slice(),
    );
    both(client, 400, || {
        let broken = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"upload_password\"\r\n\r\nfor uploaders only");
        client.request(Method::POST, "/upload").header("content-type", multipart_type()).body(broken)
    })
    .await;
    both(client, 401, || upload(client, &[(FILE, b"x")])).await;
    both(client, 413, || {
        upload(client, &[password, (FILE, &content(60_000))])
    })
    .await;
    both(client, 415, || {
        client
            .request(Method::POST, "/upload")
            .header("content-type", "text/plain")
            .body("x")
    })
    .await;
    both(client, 422, || {
        upload(
            client,
            &[password, (r#"name="expires""#, b"never"), (FILE, b"x")],
        )
    })
    .await;
    for _ in 0..2 {
        let sent = client.send(
            upload(client, &[password, (FILE, &content(50_000))])
                .header("accept", "application/json"),
        );
        sent.await.expect(201);
    }
    both(client, 507, || {
        upload(client, &[password, (FILE, &content(50_000))])
    })
    .await;
    server.finish().await;
}

#[tokio::test]
async fn every_refusal_of_a_recipient_is_a_problem_and_a_page() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let unknown = uuid::Uuid::new_v4();
    both(client, 410, || {
        client.request(Method::GET, &format!("/d/{unknown}"))
    })
    .await;
    both(client, 410, || {
        form(client, &format!("/d/{unknown}"), &[("key", &ticket())])
    })
    .await;
    both(client, 410, || {
        client.request(Method::GET, &format!("/r/{unknown}/{}", ticket()))
    })
    .await;
    both(client, 410, || {
        form(
            client,
            &format!("/s/{unknown}"),
            &[("owner", &ticket()), ("action", "status")],
        )
    })
    .await;

    let share = client
        .upload(
            &content(20_000_000),
            "a",
            &[("passphrase", "a good passphrase")],
        )
        .await;
    let path = format!("/d/{}", share.id);
    let guess = |passphrase: &str| {
        form(
            client,
            &path,
            &[
                ("key", &share.key),
                ("ticket", &ticket()),
                ("passphrase", passphrase),
            ],
        )
    };
    let problem = both(client, 401, || guess("a wrong passphrase")).await;
    assert_eq!(problem.tries_left, Some(4));
    both(client, 422, || {
        form(client, &path, &[("key", &share.key), ("ticket", "short")])
    })
    .await;
    for _ in 0..3 {
        client.send(guess("a wrong passphrase")).await.expect(401);
    }
    both(client, 423, || guess("a good passphrase")).await;
    client.owner(&share, "unlock").await;
    let holder = ticket();
    client
        .reserve(&share, &holder, Some("a good passphrase"))
        .await;
    both(client, 409, || guess("a good passphrase")).await;

    let bytes = format!("/r/{}/{holder}", share.id);
    both(client, 416, || {
        client
            .request(Method::GET, &bytes)
            .header("range", "bytes=99999999-")
    })
    .await;
    both(client, 412, || {
        client
            .request(Method::GET, &bytes)
            .header("if-match", "\"another\"")
    })
    .await;
    let streams = (
        open(client, &share, &holder).await,
        open(client, &share, &holder).await,
    );
    both(client, 429, || client.request(Method::GET, &bytes)).await;
    drop(streams);
    server.finish().await;
}

#[tokio::test]
async fn every_refusal_before_any_handler_is_a_problem_and_a_page() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    both(client, 404, || client.request(Method::GET, "/nowhere")).await;
    both(client, 404, || client.request(Method::GET, "/error/999")).await;
    both(client, 404, || form(client, "/nowhere", &[])).await;
    both(client, 405, || client.request(Method::PUT, "/upload")).await;
    both(client, 403, || {
        form(client, "/upload", &[]).header("sec-fetch-site", "cross-site")
    })
    .await;
    both(client, 413, || {
        client
            .request(Method::POST, "/auth/token")
            .form(&[("password", "x".repeat(2_000_000))])
    })
    .await;
    let id = uuid::Uuid::new_v4();
    both(client, 406, || {
        client
            .request(Method::GET, &format!("/d/{id}"))
            .header("user-agent", "curl/8.5.0")
    })
    .await;
    both(client, 401, || {
        form(client, "/auth/login", &[("password", "wrong")])
    })
    .await;
    // A stranger's browser is sent to the login page instead.
    client.get("/admin/stats").await.problem(401);
    server.finish().await;
}

#[tokio::test]
async fn the_rate_limit_is_a_problem_and_a_page() {
    let server = Setup::shared()
        .await
        .set("RATE_LIMITS", "on")
        .set("RATE_SIGNIN", "3/h")
        .start()
        .await;
    let client = server.client();
    client
        .post("/auth/token", &[("password", "wrong")])
        .await
        .problem(401);
    both(client, 429, || {
        form(client, "/auth/login", &[("password", "wrong")])
    })
    .await;
}

#[tokio::test]
async fn an_absent_redis_is_a_problem_and_a_page() {
    let server: Server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    server.redis().kill();
    let path = format!("/d/{}", share.id);
    eventually(
        "the server has noticed",
        Duration::from_secs(10),
        async || client.get("/health").await.status == 503,
    )
    .await;
    both(client, 503, || client.request(Method::GET, &path)).await;
    both(client, 503, || form(client, &path, &[("key", &share.key)])).await;
    both(client, 503, || upload(client, &[(FILE, b"x")])).await;
    both(client, 503, || {
        client.request(Method::GET, &format!("/r/{}/{}", share.id, ticket()))
    })
    .await;
    server.redis().start();
    server.redis().ready().await;
    eventually("it is back", Duration::from_secs(20), async || {
        client.get("/health").await.status == 200
    })
    .await;
    server.finish().await;
}
