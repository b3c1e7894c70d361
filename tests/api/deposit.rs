//! Uploading: what is accepted, what is answered, and that whatever is refused leaves nothing behind.

use crate::support::{
    Client, Server, Setup, content, eventually, files,
    raw::{BOUNDARY, Raw, multipart, multipart_type, unfinished},
    ticket, token,
    views::Created,
};
use std::time::Duration;

const FILE: &str = r#"name="file"; filename="a.txt""#;

/// Sends a multipart body made by hand; the problem's status.
async fn refused(client: &Client, parts: &[(&str, &[u8])]) -> u16 {
    let request = client.request(reqwest::Method::POST, "/upload").header("accept", "application/json");
    let answer = client.send(request.header("content-type", multipart_type()).body(multipart(parts))).await;
    answer.problem(answer.status).status
}

async fn nothing_is_left(server: &Server) {
    eventually("nothing is left behind", Duration::from_secs(10), async || server.leftovers().is_empty()).await;
}

#[tokio::test]
async fn an_upload_is_answered_with_two_links_and_nothing_else_that_is_secret() {
    let server = Setup::shared().await.start().await;
    let answer = server.client().try_upload(b"hello", "hello.txt", &[]).await.expect(201);
    let created: Created = answer.json();
    let base = format!("http://127.0.0.1:{}", server.port());
    let id = uuid::Uuid::parse_str(&created.id).expect("the id is a UUID");
    assert_eq!((id.get_version_num(), created.size), (4, 5));
    let (link, status) = (format!("{base}/d/{}#", created.id), format!("{base}/s/{}#", created.id));
    let key = created.link.strip_prefix(&link).expect("the link is made from Host");
    let owner = created.status_link.strip_prefix(&status).expect("the status link is made from Host");
    for secret in [key, owner] {
        assert_eq!(secret.len(), 43);
        assert!(secret.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)));
    }
    assert_ne!(key, owner);
    let format = &time::format_description::well_known::Rfc3339;
    let expires = time::OffsetDateTime::parse(&created.expires_at, format).expect("RFC 3339");
    let left = expires - time::OffsetDateTime::now_utc();
    assert!(left > time::Duration::minutes(1439) && left <= time::Duration::hours(24), "{left}");
    server.finish().await;
}

#[tokio::test]
async fn links_stand_on_the_public_url_where_one_is_set() {
    let server = Setup::shared().await.set("PUBLIC_URL", "https://drop.example").start().await;
    let share = server.client().upload(b"x", "x", &[]).await;
    assert!(share.link.starts_with(&format!("https://drop.example/d/{}#", share.id)), "{}", share.link);
    server.finish().await;
}

#[tokio::test]
async fn an_upload_is_answered_as_text_or_as_a_page_where_that_is_preferred() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for (accept, kind) in [("text/plain", "text/plain"), ("text/html,*/*;q=0.8", "text/html")] {
        let request = client.request(reqwest::Method::POST, "/upload").header("accept", accept);
        let request = request.header("content-type", multipart_type()).body(multipart(&[(FILE, b"x")]));
        let answer = client.send(request).await.expect(201);
        assert!(answer.header("content-type").starts_with(kind), "{}", answer.header("content-type"));
        let link = format!("http://127.0.0.1:{}/d/", server.port());
        if kind == "text/plain" {
            assert!(answer.text().starts_with(&link) && answer.text().trim_end().lines().count() == 1, "{}", answer.text());
        } else {
            assert!(answer.text().contains(&link));
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"", "empty", &[]).await;
    let ticket = ticket();
    assert_eq!(client.reserve(&share, &ticket, None).await.size, 0);
    let got = client.download(&share, &ticket).await.expect(200);
    assert!(got.body.is_empty());
    assert_eq!(got.header("content-length"), "0");
    client.try_reserve(&share, &crate::support::ticket(), None).await.problem(410);
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn fields_in_the_wrong_place_or_unknown_are_refused_and_leave_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let passphrase = (r#"name="passphrase""#, b"correct horse".as_slice());
    let file = (FILE, b"x".as_slice());
    for (what, parts) in [
        ("a field after the file", &[file, passphrase][..]),
        ("an unknown field", &[(r#"name="colour""#, b"red"), file]),
        ("a field twice", &[passphrase, passphrase, file]),
        ("a second file", &[file, (FILE, b"y")]),
        ("a text", &[(r#"name="text""#, b"hello")]),
        ("an empty file name", &[(r#"name="file"; filename="""#, b"")]),
        ("no file", &[passphrase]),
    ] {
        assert_eq!(refused(client, parts).await, 422, "{what}");
    }
    nothing_is_left(&server).await;
    server.finish().await;
}

#[tokio::test]
async fn empty_optional_fields_of_a_plain_form_mean_the_defaults() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"x", "x", &[("passphrase", ""), ("expires", ""), ("upload_password", "")]).await;
    client.reserve(&share, &ticket(), None).await;
    server.finish().await;
}

#[tokio::test]
async fn an_expiry_or_a_passphrase_out_of_bounds_is_refused_not_bent() {
    let server = Setup::shared().await.set("MIN_EXPIRY", "10m").set("MAX_EXPIRY", "7d").start().await;
    let client = server.client();
    for expires in ["9m", "8d", "0", "soon", "-1h", "1h30", "99999999999999999999d"] {
        client.try_upload(b"x", "x", &[("expires", expires)]).await.problem(422);
    }
    for expires in ["10m", "1h", "1d", "7d"] {
        client.upload(b"x", "x", &[("expires", expires)]).await;
    }
    let (short, long, longest) = ("7 bytes".to_owned(), "x".repeat(1025), "x".repeat(1024));
    for passphrase in [&short, &long] {
        client.try_upload(b"x", "x", &[("passphrase", passphrase)]).await.problem(422);
    }
    client.upload(b"x", "x", &[("passphrase", &longest)]).await;
    server.finish().await;
}

#[tokio::test]
async fn an_oversize_body_is_413_whether_or_not_it_says_its_length() {
    let server = Setup::shared().await.set("MAX_SIZE", "100KiB").start().await;
    let client = server.client();
    client.try_upload(&content(100 * 1024 + 1), "big", &[]).await.problem(413);
    let body = multipart(&[(FILE, &content(300 * 1024))]);
    let chunks = body.chunks(10_000).map(|chunk| Ok::<_, std::io::Error>(bytes::Bytes::copy_from_slice(chunk)));
    let chunks: Vec<_> = chunks.collect();
    let request = client.request(reqwest::Method::POST, "/upload").header("accept", "application/json");
    let request = request.header("content-type", multipart_type());
    let sent = client.try_send(request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(chunks)))).await;
    if let Ok(answer) = sent {
        answer.problem(413);
    }
    client.upload(&content(100 * 1024), "fits", &[]).await;
    server.delete_everything().await;
    nothing_is_left(&server).await;
    server.finish().await;
}

#[tokio::test]
async fn a_broken_off_body_never_becomes_a_share() {
    let server = Setup::shared().await.set("UPLOAD_LEASE", "1s").start().await;
    let body = multipart(&[(FILE, &content(200_000))]);
    let kind = format!("Content-Type: {}", multipart_type());
    let length = format!("Content-Length: {}", body.len());
    let (half, _) = body.split_at(body.len() / 2);

    let mut cut = Raw::connect(server.port()).await;
    cut.head("POST", "/upload", &[&kind, &length, "Accept: application/json"]).await;
    assert!(cut.send(half).await);
    drop(cut);

    let mut reset = Raw::connect(server.port()).await;
    reset.head("POST", "/upload", &[&kind, "Transfer-Encoding: chunked", "Accept: application/json"]).await;
    assert!(reset.send(format!("{:x}\r\n", half.len()).as_bytes()).await);
    assert!(reset.send(half).await);
    reset.reset();

    // The file is complete, the closing boundary is not there.
    let mut open = Raw::connect(server.port()).await;
    let open_body = unfinished(&[(FILE, b"all of it")]);
    let length = format!("Content-Length: {}", open_body.len());
    open.head("POST", "/upload", &[&kind, &length, "Accept: application/json"]).await;
    assert!(open.send(&open_body).await);
    assert_eq!(open.answer().await.map(|head| head.status), Some(400));

    nothing_is_left(&server).await;
    server.finish().await;
}

#[tokio::test]
async fn what_is_not_multipart_is_415() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let post = || client.request(reqwest::Method::POST, "/upload").header("accept", "application/json");
    client.send(post().header("content-type", "application/json").body("{}")).await.problem(415);
    client.send(post().body("x")).await.problem(415);
    let packed = post().header("content-type", multipart_type()).header("content-encoding", "gzip");
    client.send(packed.body(multipart(&[(FILE, b"x")]))).await.problem(415);
    server.finish().await;
}

#[tokio::test]
async fn an_upload_password_is_asked_of_uploaders_only() {
    let server = Setup::shared().await.set("UPLOAD_PASSWORD", "a password for uploaders").start().await;
    let client = server.client();
    client.try_upload(b"x", "x", &[]).await.problem(401);
    client.try_upload(b"x", "x", &[("upload_password", "a password for uploader")]).await.problem(401);
    let share = client.upload(b"x", "x", &[("upload_password", "a password for uploaders")]).await;
    let request = client.upload_request(b"x".to_vec(), "x", &[]);
    client.send(request.bearer_auth("a password for uploaders")).await.expect(201);
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    client.download(&share, &ticket).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn above_max_total_and_below_min_free_is_507_until_there_is_room() {
    let server = Setup::shared().await.set("MAX_TOTAL", "1MiB").start().await;
    let client = server.client();
    let first = client.upload(&content(700_000), "first", &[]).await;
    client.try_upload(&content(700_000), "second", &[]).await.problem(507);
    client.owner(&first, "revoke").await;
    client.upload(&content(700_000), "second", &[]).await;
    let full = server.sibling_with("MIN_FREE", "900TiB").await;
    full.client().try_upload(b"x", "x", &[]).await.problem(507);
    drop(full);
    server.finish().await;
}

#[tokio::test]
async fn a_name_arrives_without_what_could_hurt() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for (name, arrives) in [
        ("plain.txt", "plain.txt"),
        ("日本語.pdf", "日本語.pdf"),
        ("CON.txt", "_CON.txt"),
        ("../../etc/passwd", "passwd"),
        ("bidi\u{202e}gpj.exe", "bidigpj.exe"),
    ] {
        let share = client.upload(b"x", name, &[]).await;
        let ticket = ticket();
        let reserved = client.reserve(&share, &ticket, None).await;
        assert_eq!(reserved.name, arrives);
        let disposition = client.download(&share, &ticket).await.expect(200).header("content-disposition");
        assert!(disposition.starts_with("attachment;") && disposition.is_ascii(), "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''"), "{disposition}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_bomb_of_fields_is_refused_before_it_is_read() {
    let server = Setup::shared().await.start().await;
    let mut bomb = Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", multipart_type());
    bomb.head("POST", "/upload", &[&kind, "Content-Length: 1000000000", "Accept: application/json"]).await;
    let field = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\r\n");
    bomb.send(field.repeat(20_000).as_bytes()).await;
    let head = bomb.answer().await;
    assert!(head.is_none_or(|head| (400..500).contains(&head.status)));

    let mut long = Raw::connect(server.port()).await;
    long.head("POST", "/upload", &[&kind, "Content-Length: 1000000000", "Accept: application/json"]).await;
    long.send(format!("--{BOUNDARY}\r\nX-Long: {}", "x".repeat(2_000_000)).as_bytes()).await;
    let head = long.answer().await;
    assert!(head.is_none_or(|head| (400..500).contains(&head.status)));
    nothing_is_left(&server).await;
    server.finish().await;
}

#[tokio::test]
async fn plaintext_never_touches_the_disk() {
    let server = Setup::shared().await.start().await;
    let canary = format!("canary-{}", token());
    let mut body = unfinished(&[(FILE, canary.repeat(200_000).as_bytes())]);
    body.truncate(body.len() - 2);
    let mut half = Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", multipart_type());
    half.head("POST", "/upload", &[&kind, "Transfer-Encoding: chunked", "Accept: application/json"]).await;
    assert!(half.send(format!("{:x}\r\n", body.len()).as_bytes()).await);
    assert!(half.send(&body).await && half.send(b"\r\n").await);
    let unnamed = format!("/proc/{}/fd", server.pid());
    let open = || std::fs::read_dir(&unnamed).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|path| {
        std::fs::read_link(path).is_ok_and(|target| target.starts_with(server.place().data().join("blobs")))
    });
    let written = || open().filter_map(|path| std::fs::metadata(path).ok()).any(|file| file.len() > 0);
    eventually("some of the blob is written", Duration::from_secs(10), async || written()).await;
    let mut looked_at: Vec<_> = files::all(server.place().data());
    looked_at.extend(open());
    let found = files::search(&looked_at, &[("the content".to_owned(), canary.into_bytes())]);
    assert!(found.is_empty(), "{found:?}");
    drop(half);
    nothing_is_left(&server).await;
    server.finish().await;
}
