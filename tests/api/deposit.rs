//! Uploading: what is accepted, what is answered, and that whatever is refused leaves nothing behind.

use crate::support::{
    Server, Setup, content, eventually, files,
    raw::{FILE, Raw, multipart, multipart_type, unfinished},
    say, ticket, token,
    views::Created,
};
use std::time::Duration;

#[tokio::test]
async fn an_upload_is_answered_with_two_links_and_nothing_else_that_is_secret() {
    let server = Setup::shared().await.start().await;
    let answer = server
        .client()
        .try_upload(b"hello", "hello.txt", &[])
        .await
        .expect(201);
    let created: Created = answer.json();
    let base = format!("http://127.0.0.1:{}", server.port());
    let id = uuid::Uuid::parse_str(&created.id).expect("the id is a UUID");
    assert_eq!((id.get_version_num(), created.size), (4, 5));
    let (link, status) = (
        format!("{base}/d/{}#", created.id),
        format!("{base}/s/{}#", created.id),
    );
    let key = created
        .link
        .strip_prefix(&link)
        .expect("the link is made from Host");
    let owner = created
        .status_link
        .strip_prefix(&status)
        .expect("the status link is made from Host");
    for secret in [key, owner] {
        assert_eq!(secret.len(), 43);
        assert!(
            secret
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
        );
    }
    assert_ne!(key, owner);
    let format = &time::format_description::well_known::Rfc3339;
    let expires = time::OffsetDateTime::parse(&created.expires_at, format).expect("RFC 3339");
    let left = expires - time::OffsetDateTime::now_utc();
    assert!(
        left > time::Duration::minutes(1439) && left <= time::Duration::hours(24),
        "{left}"
    );
    server.finish().await;
}

#[tokio::test]
async fn links_stand_on_the_public_url_where_one_is_set() {
    let server = Setup::shared()
        .await
        .set("PUBLIC_URL", "https://drop.example")
        .start()
        .await;
    let share = server.client().upload(b"x", "x", &[]).await;
    assert!(
        share
            .link
            .starts_with(&format!("https://drop.example/d/{}#", share.id)),
        "{}",
        share.link
    );
    server.finish().await;
}

#[tokio::test]
async fn an_upload_is_answered_as_text_or_as_a_page_where_that_is_preferred() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for (accept, kind) in [
        ("text/plain", "text/plain"),
        ("text/html,*/*;q=0.8", "text/html"),
    ] {
        let request = client
            .request(reqwest::Method::POST, "/upload")
            .header("accept", accept);
        let request = request
            .header("content-type", multipart_type())
            .body(multipart(&[(FILE, b"x")]));
        let answer = client.send(request).await.expect(201);
        assert!(
            answer.header("content-type").starts_with(kind),
            "{}",
            answer.header("content-type")
        );
        let link = format!("http://127.0.0.1:{}/d/", server.port());
        if kind == "text/plain" {
            assert!(
                answer.text().starts_with(&link) && !answer.text().contains(char::is_whitespace),
                "{}",
                answer.text()
            );
        } else {
            assert!(answer.text().contains(&link));
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn room_is_taken_ahead_and_given_back() {
    use std::os::unix::fs::MetadataExt as _;
    let server = Setup::shared().await.start().await;
    let bytes = content(3_000_000);
    let share = server.client().upload(&bytes, "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    let taken = std::fs::metadata(blob).unwrap().blocks() * 512;
    assert!(taken < 3_300_000, "{taken} bytes for three million");
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
    client
        .try_reserve(&share, &crate::support::ticket(), None)
        .await
        .problem(410);
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn empty_optional_fields_of_a_plain_form_mean_the_defaults() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client
        .upload(
            b"x",
            "x",
            &[("passphrase", ""), ("expires", ""), ("upload_password", "")],
        )
        .await;
    client.reserve(&share, &ticket(), None).await;
    server.finish().await;
}

#[tokio::test]
async fn an_expiry_or_a_passphrase_out_of_bounds_is_refused_not_bent() {
    let server = Setup::shared()
        .await
        .set("MIN_EXPIRY", "10m")
        .set("MAX_EXPIRY", "7d")
        .start()
        .await;
    let client = server.client();
    for expires in [
        "9m",
        "8d",
        "0",
        "soon",
        "-1h",
        "1h30",
        "99999999999999999999d",
    ] {
        client
            .try_upload(b"x", "x", &[("expires", expires)])
            .await
            .problem(422);
    }
    for expires in ["10m", "1h", "1d", "7d"] {
        client.upload(b"x", "x", &[("expires", expires)]).await;
    }
    let (short, long, longest) = ("7 bytes".to_owned(), "x".repeat(1025), "x".repeat(1024));
    for passphrase in [&short, &long] {
        client
            .try_upload(b"x", "x", &[("passphrase", passphrase)])
            .await
            .problem(422);
    }
    client.upload(b"x", "x", &[("passphrase", &longest)]).await;
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
        let disposition = client
            .download(&share, &ticket)
            .await
            .expect(200)
            .header("content-disposition");
        assert!(
            disposition.starts_with("attachment;") && disposition.is_ascii(),
            "{disposition}"
        );
        assert!(disposition.contains("filename*=UTF-8''"), "{disposition}");
    }
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
    half.head(
        "POST",
        "/upload",
        &[
            &kind,
            "Transfer-Encoding: chunked",
            "Accept: application/json",
        ],
    )
    .await;
    assert!(half.send(format!("{:x}\r\n", body.len()).as_bytes()).await);
    assert!(half.send(&body).await && half.send(b"\r\n").await);
    let mut looked_at = files::all(server.place().data());
    if std::fs::read_dir(format!("/proc/{}/fd", server.pid())).is_err() {
        say("SKIPPED in part: only root may look at the files a server holds open without a name");
    } else {
        let unnamed = || open_blobs(&server);
        let written = async || {
            let mut sizes = unnamed()
                .into_iter()
                .filter_map(|path| std::fs::metadata(path).ok());
            sizes.any(|file| file.len() > 0)
        };
        eventually(
            "some of the blob is written",
            Duration::from_secs(10),
            written,
        )
        .await;
        looked_at.extend(unnamed());
    }
    let needles = [("the content".to_owned(), canary.into_bytes())];
    let found = files::search(&looked_at, &needles);
    assert!(found.is_empty(), "{found:?}");
    drop(half);
    server.nothing_is_left().await;
    server.finish().await;
}

/// The files under `blobs/` that the server holds open, named or not.
fn open_blobs(server: &Server) -> Vec<std::path::PathBuf> {
    let blobs = server.place().data().join("blobs");
    let open = std::fs::read_dir(format!("/proc/{}/fd", server.pid()));
    let mut open: Vec<_> = open
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    open.retain(|path| std::fs::read_link(path).is_ok_and(|target| target.starts_with(&blobs)));
    open
}
