//! What every answer carries, refusals included.

mod answers;

use crate::support::{Answer, Server, Setup, content, ticket};

use answers::{data, files, pages};

const EVERYWHERE: [(&str, &str); 10] = [
    (
        "permissions-policy",
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), \
         midi=(), payment=(), usb=(), browsing-topics=(), clipboard-read=(), clipboard-write=(self)",
    ),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    ("x-robots-tag", "noindex, nofollow, noarchive, nosnippet"),
    ("x-frame-options", "DENY"),
    ("server", ""),
    ("access-control-allow-origin", ""),
];

fn carries_what_all_carry(what: &str, answer: &Answer, https: bool) {
    for (name, value) in EVERYWHERE {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    // Only a page with a form may tell its own site where a request came from: Chromium would post `Origin: null`.
    let form = answer.header("content-type").starts_with("text/html");
    let referrer = answer.header("referrer-policy");
    assert!(
        referrer == "no-referrer" || form && referrer == "same-origin",
        "{what}: {referrer}"
    );
    let forever = "max-age=63072000; includeSubDomains; preload";
    assert_eq!(
        answer.header("strict-transport-security"),
        if https { forever } else { "" },
        "{what}"
    );
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
    let csp = answer.header("content-security-policy");
    assert!(
        !csp.contains("unsafe-inline") && !csp.contains("unsafe-eval") && !csp.contains("nonce"),
        "{what}: {csp}"
    );
    assert!(csp.contains("default-src 'none'"), "{what}: {csp}");
}

fn is_a_page(what: &str, answer: &Answer, https: bool) {
    assert!(
        answer.header("content-type").starts_with("text/html"),
        "{what}"
    );
    let csp = answer.header("content-security-policy");
    for rule in [
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(csp.contains(rule), "{what}: {rule} in {csp}");
    }
    assert_eq!(csp.contains("upgrade-insecure-requests"), https, "{what}");
    assert!(
        answer
            .header("integrity-policy")
            .contains("blocked-destinations=(script"),
        "{what}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    let page = answer.text();
    assert!(
        !page.contains(" style=\"") && !page.contains("<style") && !page.contains(" onclick="),
        "{what}: nothing inline"
    );
    for tag in page
        .split('<')
        .filter(|tag| tag.starts_with("script") || tag.contains("rel=\"stylesheet\""))
    {
        assert!(tag.contains("integrity=\"sha"), "{what}: {tag}");
    }
    assert!(
        !page.contains("http://fonts") && !page.contains("https://fonts") && !page.contains("og:"),
        "{what}"
    );
}

async fn all(server: &Server, https: bool) {
    let client = server.client();
    let share = client.upload(&content(1_000), "a", &[]).await;
    let pages = pages(client, &share).await;
    for (what, answer) in &pages {
        carries_what_all_carry(what, answer, https);
        is_a_page(what, answer, https);
    }
    for (path, answer) in files(client, &pages).await {
        carries_what_all_carry(&path, &answer, https);
        let kept = answer.header("cache-control");
        let forever = path.starts_with("/static/") && kept == "public, max-age=31536000, immutable";
        assert!(forever || !path.starts_with("/static/"), "{path}: {kept}");
    }
    for (what, answer) in data(client, &share).await {
        carries_what_all_carry(what, &answer, https);
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    }
}

#[tokio::test]
async fn over_plain_http_nothing_promises_https() {
    let setup = Setup::shared().await.set("MAX_SIZE", "50KiB");
    let server = setup.start().await;
    all(&server, false).await;
    let signed_in = server
        .client()
        .post(
            "/auth/login",
            &[("password", crate::support::ADMIN_PASSWORD)],
        )
        .await
        .expect(303);
    let cookie = signed_in.header("set-cookie");
    assert!(
        !cookie.contains("Secure") && !cookie.starts_with("__Host-"),
        "{cookie}"
    );
    server.finish().await;
}

#[tokio::test]
async fn behind_https_the_browser_is_held_to_it() {
    let server = Setup::shared()
        .await
        .set("PUBLIC_URL", "https://drop.example")
        .set("MAX_SIZE", "50KiB")
        .start()
        .await;
    all(&server, true).await;
    let signed_in = server
        .client()
        .post(
            "/auth/login",
            &[("password", crate::support::ADMIN_PASSWORD)],
        )
        .await
        .expect(303);
    let cookie = signed_in.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );
    server.finish().await;
}

#[tokio::test]
async fn the_bytes_arrive_as_a_download_that_nothing_runs_or_keeps() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(b"<script>alert(1)</script>", "pagé \"1\".html", &[])
        .await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let asked = client
        .download_request(&share, &ticket)
        .header("accept-encoding", "gzip, br");
    let answer = client.send(asked).await.expect(200);
    carries_what_all_carry("the bytes", &answer, false);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ),
        ("cache-control", "no-store, no-transform"),
        ("x-accel-buffering", "no"),
        ("accept-ranges", "bytes"),
        ("content-length", "25"),
        ("content-encoding", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let disposition = answer.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\""),
        "{disposition}"
    );
    assert!(
        disposition.contains("filename*=UTF-8''pag%C3%A9%20"),
        "{disposition}"
    );
    server.finish().await;
}

#[tokio::test]
async fn the_operator_s_name_and_contact_stand_on_every_page() {
    let setup = Setup::shared()
        .await
        .set("OPERATOR_NAME", "The Post Office")
        .set("ABUSE_CONTACT", "mailto:abuse@post.example")
        .set("MAX_SIZE", "50KiB");
    let server = setup.start().await;
    let share = server.client().upload(b"x", "x", &[]).await;
    for (what, answer) in pages(server.client(), &share).await {
        let page = answer.text();
        assert!(
            page.contains("The Post Office") && page.contains("mailto:abuse@post.example"),
            "{what}"
        );
    }
    server.finish().await;
}
