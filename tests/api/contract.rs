//! Every route and every method, with the status a stranger without anything gets.

use reqwest::Method;

use crate::support::{Setup, raw::Raw, ticket};

/// The methods that are tried on every route. `TRACE` and `CONNECT` never reach a handler.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Every route: its pattern as the documents write it, and the methods it knows with the status a stranger gets.
/// All other methods are 405.
pub(crate) const ROUTES: &[(&str, &[(&str, u16)])] = &[
    ("/", &[("GET", 200), ("HEAD", 200)]),
    ("/upload", &[("POST", 415)]),
    ("/d/{id}", &[("GET", 410), ("HEAD", 410), ("POST", 410)]),
    ("/d/{id}/inspect", &[("POST", 410)]),
    ("/r/{id}/{ticket}", &[("GET", 410), ("HEAD", 410)]),
    ("/r/{id}/{ticket}/status", &[("GET", 410), ("HEAD", 410)]),
    ("/r/{id}/{ticket}/ack", &[("POST", 410)]),
    ("/s/{id}", &[("GET", 200), ("HEAD", 200), ("POST", 422)]),
    ("/auth/login", &[("GET", 200), ("HEAD", 200), ("POST", 422)]),
    ("/auth/logout", &[("POST", 303)]),
    ("/auth/token", &[("POST", 422)]),
    ("/admin", &[("GET", 401), ("HEAD", 401)]),
    ("/admin/shares", &[("GET", 401), ("HEAD", 401)]),
    ("/admin/shares/{id}", &[("DELETE", 401)]),
    ("/admin/shares/{id}/delete", &[("POST", 401)]),
    ("/admin/cleanup", &[("POST", 401)]),
    ("/admin/stats", &[("GET", 401), ("HEAD", 401)]),
    ("/health", &[("GET", 200), ("HEAD", 200)]),
    ("/metrics", &[("GET", 200), ("HEAD", 200)]),
    ("/static/{path}", &[("GET", 404), ("HEAD", 404)]),
    ("/favicon.ico", &[("GET", 200), ("HEAD", 200)]),
    ("/robots.txt", &[("GET", 200), ("HEAD", 200)]),
];

fn filled_in(pattern: &str) -> String {
    pattern
        .replace("{id}", &uuid::Uuid::new_v4().to_string())
        .replace("{ticket}", &ticket())
        .replace("{path}", "x.js")
}

#[tokio::test]
async fn every_route_and_method_answers_a_stranger_as_agreed() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let mut wrong = Vec::new();
    for (pattern, known) in ROUTES {
        for method in METHODS {
            let agreed = known
                .iter()
                .find(|(name, _)| *name == method)
                .map(|(_, status)| *status);
            // Who is not signed in does not even learn which methods there are.
            let otherwise = if pattern.starts_with("/admin") {
                401
            } else {
                405
            };
            let request = client.request(
                Method::from_bytes(method.as_bytes()).unwrap(),
                &filled_in(pattern),
            );
            let request = request.header("accept", "application/json");
            let answer = match method {
                "POST" => client.send(request.form::<[(&str, &str)]>(&[])).await,
                _ => client.send(request).await,
            };
            if answer.status != agreed.unwrap_or(otherwise) {
                wrong.push(format!(
                    "{method} {pattern}: {} instead of {}",
                    answer.status,
                    agreed.unwrap_or(otherwise)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    server.finish().await;
}

#[tokio::test]
async fn without_an_operator_the_operator_s_routes_do_not_exist() {
    let server = Setup::shared().await.unset("ADMIN_PASSWORD").start().await;
    let client = server.client();
    for (pattern, known) in ROUTES
        .iter()
        .filter(|(pattern, _)| pattern.starts_with("/a"))
    {
        for (method, _) in *known {
            let request = client.request(
                Method::from_bytes(method.as_bytes()).unwrap(),
                &filled_in(pattern),
            );
            let answer = client
                .send(request.header("accept", "application/json"))
                .await;
            assert_eq!(answer.status, 404, "{method} {pattern}");
        }
    }
}

#[tokio::test]
async fn a_traced_request_is_refused_and_not_echoed() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for (path, status) in [("/", 405), ("/d/x", 405), ("/nowhere", 404)] {
        let request = client.request(Method::TRACE, path);
        let answer = client.send(request.header("x-canary", "a-canary")).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.text().contains("a-canary"), "{}", answer.text());
    }
    server.finish().await;
}

#[tokio::test]
async fn a_trailing_slash_or_another_spelling_is_another_path() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for path in [
        "/upload/",
        "/Upload",
        "//",
        "/d",
        "/d/",
        "/r",
        "/s/",
        "/auth",
        "/index.html",
        "/.env",
        "/.git/config",
    ] {
        client.get(path).await.problem(404);
    }
    server.finish().await;
}

#[tokio::test]
async fn the_small_duties_of_statuses_are_kept() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(b"x", "x", &[("passphrase", "a good passphrase")])
        .await;
    let blocked = client
        .send(client.get_request("/d/x").header("user-agent", "curl/8"))
        .await
        .expect(406);
    assert!(
        blocked
            .header("vary")
            .to_ascii_lowercase()
            .contains("user-agent")
    );
    let asked = client.page(&format!("/d/{}", share.id)).await.expect(401);
    assert!(
        !asked.header("www-authenticate").is_empty()
            && !asked.header("www-authenticate").starts_with("Basic")
    );
    assert!(
        !client
            .get("/admin/stats")
            .await
            .expect(401)
            .header("www-authenticate")
            .is_empty()
    );
    let method = client
        .send(client.request(Method::PUT, "/upload"))
        .await
        .expect(405);
    assert!(method.header("allow").contains("POST"));
    server.finish().await;
}

#[tokio::test]
async fn no_spelling_of_an_operator_s_path_lets_a_stranger_in() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let id = &share.id;
    for path in [
        "/%61dmin/shares",
        "/a%64min/stats",
        "/%61%64%6d%69%6e",
        "/./admin/stats",
        "//admin/stats",
        "/x/../admin/stats",
        "/admin%2Fstats",
        "/ADMIN/stats",
    ] {
        // By hand: a client would tidy the path up.
        let mut raw = Raw::connect(server.port()).await;
        raw.head("GET", path, &["Accept: application/json"]).await;
        let status = raw.answer().await.expect("an answer").status;
        assert!([400, 401, 404].contains(&status), "GET {path}: {status}");
    }
    for (method, path) in [
        ("DELETE", format!("/%61dmin/shares/{id}")),
        ("POST", format!("/%61dmin/shares/{id}/delete")),
        ("POST", "/%61dmin/cleanup".to_owned()),
    ] {
        let mut raw = Raw::connect(server.port()).await;
        raw.head(
            method,
            &path,
            &["Accept: application/json", "Content-Length: 0"],
        )
        .await;
        let status = raw.answer().await.expect("an answer").status;
        assert!(
            [400, 401, 404].contains(&status),
            "{method} {path}: {status}"
        );
    }
    client.inspect(&share).await.expect(200);
    server.finish().await;
}
