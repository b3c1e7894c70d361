//! One answer of every kind.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};

use crate::support::{
    ADMIN_PASSWORD, Answer, Client, Uploaded, content,
    raw::{FILE, multipart, multipart_type},
    ticket,
};

/// Sends a request as a browser that shows a page.
async fn seen(client: &Client, request: RequestBuilder) -> Answer {
    client.send(request.header("accept", "text/html")).await
}

/// Every page of the routes, and every refusal that is a page.
pub(super) async fn pages(client: &Client, share: &Uploaded) -> Vec<(&'static str, Answer)> {
    let (id, unknown, ticket) = (&share.id, uuid::Uuid::new_v4(), ticket());
    let secured = [("passphrase", "a good passphrase")];
    let secured = client.upload(b"x", "x", &secured).await;
    let other = client.upload(b"x", "x", &[]).await;
    let get = |path: &str| client.request(Method::GET, path);
    let form =
        |path: &str, fields: &[(&str, &str)]| client.request(Method::POST, path).form(fields);
    let multipart = |bytes: &[u8]| {
        let request = client.request(Method::POST, "/upload");
        let request = request.header("content-type", multipart_type());
        request.body(multipart(&[(FILE, bytes)]))
    };
    let to = |share: &Uploaded| format!("/d/{}", share.id);
    let guess = [
        ("key", secured.key.as_str()),
        ("passphrase", "a bad passphrase"),
    ];
    let taken = [("key", other.key.as_str()), ("ticket", ticket.as_str())];
    let owned = [("owner", share.owner.as_str()), ("action", "status")];
    let password = [("password", ADMIN_PASSWORD)];
    let signed_in = client.post("/auth/login", &password).await.expect(303);
    let cookie = signed_in.header("set-cookie");
    let cookie = cookie.split(';').next().unwrap();
    let mut pages = Vec::new();
    for (what, status, request) in [
        ("the upload page", 200, get("/")),
        ("uploaded", 201, multipart(b"x")),
        ("too large", 413, multipart(&content(70_000))),
        ("the recipient's page", 200, get(&to(share))),
        ("the passphrase page", 401, get(&to(&secured))),
        ("a wrong passphrase", 401, form(&to(&secured), &guess)),
        ("set aside", 200, form(&to(&other), &taken)),
        ("held by somebody else", 409, form(&to(&other), &taken[..1])),
        ("the gone page", 410, get(&format!("/d/{unknown}"))),
        ("no such ticket", 410, get(&format!("/r/{id}/{ticket}"))),
        ("the sender's page", 200, get(&format!("/s/{id}"))),
        ("the status", 200, form(&format!("/s/{id}"), &owned)),
        ("the login page", 200, get("/auth/login")),
        (
            "no sign-in",
            401,
            form("/auth/login", &[("password", "no")]),
        ),
        (
            "the operator's page",
            200,
            get("/admin").header("cookie", cookie),
        ),
        ("not found", 404, get("/nowhere")),
        ("no such file", 404, get("/static/0/none.css")),
        ("method not allowed", 405, client.request(Method::PUT, "/")),
        ("no multipart", 415, client.request(Method::POST, "/upload")),
        (
            "a blocked agent",
            406,
            get("/d/x").header("user-agent", "Wget/1.2"),
        ),
    ] {
        let answer = seen(client, request).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        pages.push((what, answer));
    }
    pages
}

/// Answers for programs.
pub(super) async fn data(client: &Client, share: &Uploaded) -> Vec<(&'static str, Answer)> {
    let ticket = format!("/r/{}/{}", share.id, ticket());
    vec![
        ("health", client.get("/health").await.expect(200)),
        ("metrics", client.get("/metrics").await.expect(200)),
        ("inspect", client.inspect(share).await.expect(200)),
        (
            "a stranger at the operator's door",
            client.get("/admin/stats").await.expect(401),
        ),
        ("redirected", client.page("/admin").await.expect(303)),
        ("a problem", client.get("/nowhere").await.expect(404)),
        (
            "no delivery",
            client.get(&format!("{ticket}/status")).await.expect(410),
        ),
        (
            "an unknown method",
            client
                .send(client.request(Method::PATCH, "/upload"))
                .await
                .expect(405),
        ),
    ]
}

/// Every static file the pages name, images among them, and what browsers and crawlers ask for by themselves.
pub(super) async fn files(client: &Client, pages: &[(&str, Answer)]) -> Vec<(String, Answer)> {
    let mut paths = BTreeSet::from(["/favicon.ico".into(), "/robots.txt".into()]);
    for (_, page) in pages {
        let page = page.text();
        let named = page
            .split('"')
            .filter(|text| text.starts_with("/static/") && !text.contains("/none."));
        paths.extend(named.map(str::to_owned));
    }
    assert!(paths.len() > 8, "{paths:?}");
    let mut found = Vec::new();
    for path in paths {
        let answer = client.get(&path).await.expect(200);
        found.push((path, answer));
    }
    found
}
