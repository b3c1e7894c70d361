//! Tests of the parent module, on the wire.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use serde::Deserialize;

use super::super::{
    form::Form,
    headers::{CSP_DOWNLOAD, REFERRER_OF_FORMS},
    testing::{ask, edge, exchange, patient, serve, until_closed},
};
use super::*;

#[derive(Deserialize)]
struct Key {
    key: String,
}

fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/d/{id}")
                .route(web::get().to(page))
                .route(web::post().to(async |form: Form<Key>| form.0.key)),
        )
        .route(
            "/r/{id}/{ticket}",
            web::get().to(async || {
                HttpResponse::Ok()
                    .insert_header((header::CONTENT_SECURITY_POLICY, CSP_DOWNLOAD))
                    .body("bytes")
            }),
        )
        .route("/slow", web::get().to(slow))
        .route("/r/{id}/{ticket}/slow", web::get().to(slow))
        .route(
            "/gone",
            web::get().to(async || {
                HttpResponse::Gone()
                    .content_type("text/html")
                    .body("own page")
            }),
        )
        .route(
            "/416",
            web::get().to(async || {
                HttpResponse::RangeNotSatisfiable()
                    .insert_header((header::CONTENT_RANGE, "bytes */5"))
                    .finish()
            }),
        )
        .route(
            "/broken",
            web::get().to(async || -> Result<&'static str, Error> {
                Err(actix_web::error::ErrorInternalServerError("secret detail"))
            }),
        )
        .route(
            "/network",
            web::get().to(async |visitor: web::ReqData<Visitor>| format!("{}", visitor.https)),
        );
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::REFERRER_POLICY, REFERRER_OF_FORMS))
        .body("page")
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(600)).await;
    "late"
}

use actix_web::http::header;

fn server(settings: &[(&str, &str)]) -> super::super::testing::Running {
    serve(
        edge(settings, Duration::from_millis(200)),
        patient(),
        routes,
    )
}

const COMMON: [&str; 10] = [
    "x-content-type-options: nosniff",
    "cross-origin-resource-policy: same-origin",
    "cross-origin-opener-policy: same-origin",
    "cross-origin-embedder-policy: require-corp",
    "origin-agent-cluster: ?1",
    "x-robots-tag: noindex, nofollow, noarchive, nosnippet",
    "x-frame-options: deny",
    "cache-control: no-store",
    "permissions-policy: accelerometer=()",
    "x-request-id: ",
];

#[actix_web::test]
async fn every_answer_has_the_common_headers() {
    let server = server(&[]);
    for (line, status) in [
        ("GET /d/1", "200"),
        ("HEAD /d/1", "405"),
        ("GET /nowhere", "404"),
        ("DELETE /d/1", "405"),
        ("GET /broken", "500"),
        ("GET /slow", "408"),
        ("GET /416", "416"),
        ("GET /r/1/2", "200"),
        ("POST /d/1", "415"),
    ] {
        let answer = ask(&server, &format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n")).await;
        let lower = answer.to_ascii_lowercase();
        assert!(
            lower.starts_with(&format!("http/1.1 {status}")),
            "{line}: {answer}"
        );
        for field in COMMON {
            assert!(
                lower.contains(&format!("\r\n{field}")),
                "{line}: {field} in {answer}"
            );
        }
        assert_eq!(
            lower.matches("\r\ncontent-security-policy: ").count(),
            1,
            "{line}"
        );
        assert_eq!(lower.matches("\r\nreferrer-policy: ").count(), 1, "{line}");
        assert!(
            !lower.contains("\r\nserver:") && !lower.contains("strict-transport-security"),
            "{line}"
        );
        assert!(!answer.contains("secret detail"), "{line}");
    }
}

#[actix_web::test]
async fn https_turns_on_what_needs_it() {
    let server = server(&[("PUBLIC_URL", "https://drop.example.org")]);
    let answer = ask(
        &server,
        "GET /nowhere HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\n\r\n",
    )
    .await
    .to_ascii_lowercase();
    assert!(
        answer.contains("strict-transport-security: max-age=63072000; includesubdomains; preload")
    );
    assert!(answer.contains("upgrade-insecure-requests") && answer.contains("integrity-policy: "));
}

#[actix_web::test]
async fn errors_take_the_form_that_is_asked_for() {
    let server = server(&[]);
    let json = ask(&server, "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(
        json.contains("content-type: application/problem+json") && json.contains("\"status\":404"),
        "{json}"
    );
    let id = json
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "))
        .unwrap();
    assert!(json.contains(&format!("\"request_id\":\"{id}\"")), "{json}");
    let html = ask(
        &server,
        "GET /nowhere HTTP/1.1\r\nHost: h\r\nAccept: text/html,*/*;q=0.8\r\n\r\n",
    )
    .await;
    assert!(
        html.contains("content-type: text/html; charset=utf-8")
            && html.contains("<h1>There is nothing here</h1>"),
        "{html}"
    );
    assert!(html.contains("vary: Accept, Accept-Language\r\n"), "{html}");
    let own = ask(
        &server,
        "GET /gone HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\n\r\n",
    )
    .await;
    assert!(own.ends_with("own page"), "{own}");
}

#[actix_web::test]
async fn fields_of_bare_errors_stay() {
    let server = server(&[]);
    let method = ask(&server, "DELETE /d/1 HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(method.contains("allow: GET, POST\r\n"), "{method}");
    let range = ask(&server, "GET /416 HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(range.contains("content-range: bytes */5\r\n"), "{range}");
}

#[actix_web::test]
async fn a_late_answer_is_given_up_and_its_connection_closed() {
    let server = server(&[]);
    let mut stream = actix_web::rt::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    let answer = exchange(&mut stream, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("connection: close\r\n"),
        "{answer}"
    );
    until_closed(&mut stream, Duration::from_secs(5)).await;
}

#[actix_web::test]
async fn requests_from_other_sites_are_refused() {
    let server = server(&[]);
    let post = |extra: &str| {
        format!(
            "POST /d/1 HTTP/1.1\r\nHost: h\r\n{extra}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\nkey=k"
        )
    };
    for (extra, status) in [
        ("", "200"),
        ("Sec-Fetch-Site: same-origin\r\n", "200"),
        ("Sec-Fetch-Site: cross-site\r\n", "403"),
        ("Origin: http://evil.example\r\n", "403"),
        ("Cookie: ots=abc\r\n", "403"),
        ("Cookie: ots=abc\r\nOrigin: http://h\r\n", "200"),
    ] {
        let answer = ask(&server, &post(extra)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{extra}: {answer}"
        );
    }
}

#[actix_web::test]
async fn forwarders_are_believed_only_when_trusted() {
    let hops = ["1.1.1.1"; 11].join(", ");
    let request = format!(
        "GET /network HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: {hops}\r\nX-Forwarded-Proto: https\r\n\r\n"
    );
    let trusting = server(&[("TRUSTED_PROXIES", "127.0.0.0/8")]);
    assert!(ask(&trusting, &request).await.starts_with("HTTP/1.1 400"));
    let short = request.replace(&hops, "1.1.1.1");
    assert!(ask(&trusting, &short).await.ends_with("true"));
    assert!(ask(&server(&[]), &request).await.ends_with("false"));
}
