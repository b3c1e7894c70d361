//! Heads and bodies that break the rules of HTTP in a random place: refused or hung up on, and nothing else happens.

use futures_util::{StreamExt as _, stream};

use super::wire::answers;
use crate::{
    proof::Proof,
    support::{
        BROWSER, Dice, Setup,
        collecting::collect,
        content,
        raw::{FILE, multipart, multipart_type, unfinished},
    },
};

/// First lines that are none.
const FIRST_LINES: [&str; 26] = [
    "GET /",
    "GET / HTTP/0.9",
    "GET / HTTP/1.2",
    "GET / HTTP/2.0",
    "GET / HTTP/11",
    "GET / HTTP/1.",
    "GET / http/1.1",
    "GET / HTTPS/1.1",
    "GET / HTTP/1.1 HTTP/1.1",
    "GET / HTTP/1.1 x",
    "GET /a b HTTP/1.1",
    "GET HTTP/1.1",
    "G ET / HTTP/1.1",
    "G\0T / HTTP/1.1",
    "G(T / HTTP/1.1",
    "G\u{e9}T / HTTP/1.1",
    " GET / HTTP/1.1",
    "GET /\0 HTTP/1.1",
    "GET /\u{7f} HTTP/1.1",
    "GET http://[::1 HTTP/1.1",
    "GET http:// HTTP/1.1",
    "PRI * HTTP/2.0",
    "\u{16}\u{3}\u{1}\u{2}",
    "HTTP/1.1 200 OK",
    "GET\t/\tHTTP/1.1",
    "GET /\\\u{1} HTTP/1.1",
];

/// Header lines that are none.
const LINES: [&str; 22] = [
    ": no name",
    "no colon",
    "a b: c",
    "a : b",
    "a\t: b",
    "a\0: b",
    "a: \0",
    "a: b\u{1}",
    "a: b\u{7f}",
    "a: b\u{b}c",
    "a: b\u{c}c",
    "a: b\u{8}c",
    "a: b\rc: d",
    "a: b\r\n folded",
    "a: b\r\n\tfolded",
    "\u{e9}: b",
    "(a): b",
    "a[]: b",
    "a@: b",
    "Host: 127.0.0.1",
    "\u{2028}: b",
    "=: b\r\n\": c",
];

fn request(first: &str, lines: &str) -> Vec<u8> {
    format!("{first}\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n{lines}\r\n").into_bytes()
}

fn pick<'a>(dice: &mut Dice, from: &[&'a str]) -> &'a str {
    let place = dice.below(u64::try_from(from.len()).unwrap());
    from[usize::try_from(place).unwrap()]
}

fn number(dice: &mut Dice, low: u64, high: u64) -> usize {
    usize::try_from(low + dice.below(high - low)).unwrap()
}

/// Harmless header lines, so that the wrong one does not stand in one place.
fn padding(dice: &mut Dice) -> String {
    let count = dice.below(20);
    let lines = (0..count).map(|index| format!("X-{index}: {}\r\n", dice.next()));
    lines.collect()
}

/// A wrong request: what it is, and its bytes. Taken as it stands it would be answered 200 or 201.
fn wrong(dice: &mut Dice) -> (&'static str, Vec<u8>) {
    if dice.below(13) < 8 {
        wrong_head(dice)
    } else {
        wrong_body(dice)
    }
}

fn wrong_head(dice: &mut Dice) -> (&'static str, Vec<u8>) {
    match dice.below(8) {
        0 => ("a first line", request(pick(dice, &FIRST_LINES), "")),
        1 | 2 => {
            let (before, line) = (padding(dice), pick(dice, &LINES));
            let lines = format!("{before}{line}\r\n{}", padding(dice));
            ("a header line", request("GET / HTTP/1.1", &lines))
        }
        3 => {
            // A control character anywhere but at the line ends.
            let mut bytes = request("GET / HTTP/1.1", &padding(dice));
            let place = number(dice, 0, u64::try_from(bytes.len()).unwrap() - 5);
            let near_line_end = bytes[place] == b'\n' || bytes[place] == b'\r';
            let controls = [0, 1, 2, 7, 8, 11, 12, 14, 27, 31, 127];
            let control = controls[number(dice, 0, 11)];
            if near_line_end {
                bytes[place] = control;
            } else {
                bytes.insert(place, control);
            }
            ("a control character", bytes)
        }
        4 => {
            let count = number(dice, 97, 400);
            let lines = "X: y\r\n".repeat(count);
            ("too many header lines", request("GET / HTTP/1.1", &lines))
        }
        5 => {
            let length = number(dice, 131_100, 300_000);
            let long = "x".repeat(length);
            match dice.below(3) {
                0 => (
                    "a long first line",
                    request(&format!("GET /{long} HTTP/1.1"), ""),
                ),
                1 => (
                    "a long header line",
                    request("GET / HTTP/1.1", &format!("X: {long}\r\n")),
                ),
                _ => (
                    "a long name",
                    request("GET / HTTP/1.1", &format!("{long}: x\r\n")),
                ),
            }
        }
        6 => {
            let mut bytes = request("GET / HTTP/1.1", &padding(dice));
            let end = number(dice, 1, u64::try_from(bytes.len()).unwrap() - 1);
            bytes.truncate(end);
            ("a head that breaks off", bytes)
        }
        _ => {
            let length = number(dice, 1, 3000);
            let mut bytes = dice.bytes(length);
            bytes.insert(0, 0xFF);
            bytes.extend_from_slice(b"\r\n\r\n");
            ("noise", bytes)
        }
    }
}

fn wrong_body(dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let post = |lines: &str| format!("Content-Type: {}\r\n{lines}\r\n", multipart_type());
    let upload = multipart(&[(FILE, b"hello")]);
    match dice.below(5) {
        0 => {
            let length = number(dice, 1, 3000);
            let noise = dice.bytes(length);
            let lines = post(&format!("Content-Length: {length}"));
            let head = request("POST /upload HTTP/1.1", &lines);
            ("noise for a multipart body", [head, noise].concat())
        }
        1 => {
            let lines = post(&format!("Content-Length: {}", upload.len()));
            let head = request("POST /upload HTTP/1.1", &lines);
            // Without its last two characters it is still not at its end.
            let end = number(dice, 0, u64::try_from(upload.len()).unwrap() - 3);
            ("a body that breaks off", [&head, &upload[..end]].concat())
        }
        2 => {
            let body = unfinished(&[(FILE, &dice.bytes(100))]);
            let lines = post(&format!("Content-Length: {}", body.len()));
            let head = request("POST /upload HTTP/1.1", &lines);
            ("a body without its end", [head, body].concat())
        }
        3 => {
            let head = request("POST /upload HTTP/1.1", &post("Transfer-Encoding: chunked"));
            let junk = b"ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-+_.,:/\\\"'\0\x01\x7f\xff";
            let mut size = format!("{:x}", upload.len()).into_bytes();
            let place = number(dice, 0, u64::try_from(size.len()).unwrap());
            size.insert(
                place,
                junk[number(dice, 0, u64::try_from(junk.len()).unwrap())],
            );
            let body = [&size, &b"\r\n"[..], &upload, b"\r\n0\r\n\r\n"].concat();
            ("a chunk size", [head, body].concat())
        }
        _ => {
            let length = number(dice, 0, 200);
            let noise = dice.bytes(length);
            let kind = "Content-Type: application/x-www-form-urlencoded";
            let id = uuid::Uuid::new_v4();
            let action = pick(dice, &["", "/inspect"]);
            let first = format!("POST /d/{id}{action} HTTP/1.1");
            let head = request(&first, &format!("{kind}\r\nContent-Length: {length}\r\n"));
            ("noise for a form", [head, noise].concat())
        }
    }
}

#[tokio::test]
async fn malformed_requests_are_refused_or_hung_up_on() {
    let mut proof = Proof::begin("malformed");
    let rounds = proof.rounds(2000, 200);
    let server = Setup::shared().await.start().await;
    let port = server.port();
    let mut dice = Dice::from_seed(proof.seed());
    let requests: Vec<_> = (0..rounds).map(|_| wrong(&mut dice)).collect();
    let outcomes: Vec<_> = stream::iter(requests)
        .map(|(what, bytes)| async move { (what, answers(port, &bytes).await, bytes) })
        .buffer_unordered(32)
        .collect()
        .await;
    let mut refused = 0;
    for (what, answers, bytes) in &outcomes {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]);
        assert!(answers.len() <= 1, "{what}: {answers:?} for {start:?}");
        for status in answers {
            assert!(
                (400..500).contains(status),
                "{what}: {status} for {start:?}"
            );
            refused += 1;
        }
    }
    proof.figure("requests", rounds);
    proof.figure("answered 4xx", refused);
    proof.figure("hung up on", rounds - refused);

    let bytes = content(1000);
    let share = server.client().upload(&bytes, "a", &[]).await;
    collect(server.client(), &share, &bytes).await;
    server.finish().await;
    proof.holds();
}
