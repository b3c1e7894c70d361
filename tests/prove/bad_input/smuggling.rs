//! One request that two servers in a row would cut differently: it is refused, and what it hides is never answered.

use futures_util::{StreamExt as _, stream};

use super::wire::answers;
use crate::{
    proof::Proof,
    support::{
        BROWSER, Setup,
        collecting::collect,
        content,
        raw::{FILE, multipart, multipart_type},
    },
};

/// What the hidden request asks for.
const HIDDEN: &str = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: curl/8\r\n\r\n";

/// Header lines that leave open where the body ends; the hidden request follows `0\r\n\r\n`.
const FRAMINGS: [&str; 42] = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 0\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 0",
    "Content-Length: 5\r\nContent-Length: 60",
    "Content-Length: 60\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 5",
    "Content-Length: 0\r\ncontent-length: 5",
    "Content-Length: 5, 5",
    "Content-Length: 5, 60",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5 5",
    "Content-Length: 5;",
    "Content-Length: 5.0",
    "Content-Length: 1e1",
    "Content-Length: 1_0",
    "Content-Length: \"5\"",
    "Content-Length:",
    "Content-Length: 18446744073709551616",
    "Content-Length: \u{ff15}",
    "Content-Length : 5",
    "Content-Length\t: 5",
    "Content-Length: 5\r\n 0",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked\u{b}",
    "Transfer-Encoding: \0chunked",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    "Transfer-Encoding:\r\n chunked",
    "X: y\r\n Transfer-Encoding: chunked",
    "X: y\rTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Content-Length: 5\nTransfer-Encoding: chunked",
];

/// Bodies of `Transfer-Encoding: chunked` that break its rules; before them stands a complete upload in one good chunk.
const CHUNKS: [&str; 20] = [
    "-1\r\n",
    "+5\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5 5\r\nhello\r\n0\r\n\r\n",
    "5_\r\nhello\r\n0\r\n\r\n",
    "g\r\n",
    "\r\n\r\n",
    ";\r\n\r\n",
    "\0\r\n\r\n",
    "5\nhello\r\n0\r\n\r\n",
    "5\rhello\r\n0\r\n\r\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhello\n0\r\n\r\n",
    "5\r\nhello world\r\n0\r\n\r\n",
    "5;a=\0\r\nhello\r\n0\r\n\r\n",
    "5;a\nb\r\nhello\r\n0\r\n\r\n",
    "10000000000000000\r\n",
    "FFFFFFFFFFFFFFFFF\r\n",
    "8000000000000000\r\nhello\r\n0\r\n\r\n",
];

/// A request that would be answered 200 or 201 if it were taken as it stands, and what may be answered to it.
struct Attempt {
    what: String,
    bytes: Vec<u8>,
}

fn attempts() -> Vec<Attempt> {
    let mut attempts = Vec::new();
    let mut add = |what: &str, start: &str, lines: &str, body: &[u8]| {
        let head =
            format!("{start}\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n{lines}\r\n\r\n");
        attempts.push(Attempt {
            what: format!("{start} {what}"),
            bytes: [head.as_bytes(), body, HIDDEN.as_bytes()].concat(),
        });
    };
    for lines in FRAMINGS {
        for start in ["GET / HTTP/1.1", "POST / HTTP/1.1"] {
            add(lines, start, lines, b"0\r\n\r\n");
        }
    }
    for start in ["GET / HTTP/1.0", "POST /upload HTTP/1.0"] {
        add("chunked", start, "Transfer-Encoding: chunked", b"0\r\n\r\n");
    }
    let upload = multipart(&[(FILE, b"hello")]);
    let chunked = format!(
        "Content-Type: {}\r\nTransfer-Encoding: chunked",
        multipart_type()
    );
    for chunk in CHUNKS {
        let first = [
            format!("{:x}\r\n", upload.len()).as_bytes(),
            &upload,
            b"\r\n",
        ]
        .concat();
        let body = [&first, chunk.as_bytes()].concat();
        add(chunk, "POST /upload HTTP/1.1", &chunked, &body);
    }
    // Answered without a look at the body, which ends with the hidden request.
    let length = format!("Content-Length: {}", HIDDEN.len());
    let unread = [
        ("POST /upload HTTP/1.1", length.clone()),
        ("POST /nowhere HTTP/1.1", length.clone()),
        ("POST / HTTP/1.1", length.clone()),
        ("DELETE /health HTTP/1.1", length.clone()),
        ("GET /nowhere HTTP/1.1", length.clone()),
        (
            "POST /upload HTTP/1.1",
            format!("{length}\r\nContent-Encoding: gzip"),
        ),
        (
            "POST /upload HTTP/1.1",
            format!("{length}\r\nOrigin: https://elsewhere.example"),
        ),
        (
            "POST /upload HTTP/1.1",
            format!("{length}\r\nExpect: 100-continue"),
        ),
        (
            "POST /nowhere HTTP/1.1",
            "Transfer-Encoding: chunked".to_owned(),
        ),
    ];
    for (start, lines) in unread {
        let chunk = format!("{:x}\r\n", HIDDEN.len());
        let body = if lines.contains("chunked") {
            chunk.as_bytes()
        } else {
            b""
        };
        add(&lines, start, &lines, body);
    }
    attempts
}

#[tokio::test]
async fn a_smuggled_request_is_never_answered() {
    let mut proof = Proof::begin("smuggling");
    let server = Setup::shared().await.start().await;
    let port = server.port();
    let attempts = attempts();
    let count = attempts.len();
    assert!(count >= 40);
    let outcomes: Vec<(String, Vec<u16>)> = stream::iter(attempts)
        .map(|attempt| async move { (attempt.what, answers(port, &attempt.bytes).await) })
        .buffer_unordered(16)
        .collect()
        .await;
    let wrong: Vec<_> = outcomes
        .iter()
        .filter(|(_, answers)| {
            let expected = answers.iter().filter(|status| **status != 100);
            let all: Vec<_> = expected.collect();
            all.len() > 1 || all.iter().any(|status| !(400..500).contains(*status))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let refused = outcomes.iter().filter(|(_, answers)| !answers.is_empty());
    proof.figure("variants", count);
    proof.figure("answered 4xx", refused.count());

    let bytes = content(1000);
    let share = server.client().upload(&bytes, "a", &[]).await;
    collect(server.client(), &share, &bytes).await;
    server.finish().await;
    proof.holds();
}
