//! What is not a proper upload is refused with a reason and leaves nothing behind.

use std::time::Duration;

use crate::support::{
    Client, Setup, content,
    raw::{BOUNDARY, FILE, Raw, multipart, multipart_type, unfinished},
    ticket,
    wait::eventually,
};

/// Sends a multipart body made by hand; the problem's status.
async fn refused(client: &Client, parts: &[(&str, &[u8])]) -> u16 {
    let request = client
        .request(reqwest::Method::POST, "/upload")
        .header("accept", "application/json");
    let answer = client
        .send(
            request
                .header("content-type", multipart_type())
                .body(multipart(parts)),
        )
        .await;
    answer.problem(answer.status).status
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
        ("a field after the second file", &[file, file, passphrase]),
        (
            "a file in another field",
            &[(r#"name="files"; filename="a""#, b"x")],
        ),
        (
            "an empty file name",
            &[(r#"name="file"; filename="""#, b"")],
        ),
        ("no file", &[passphrase]),
    ] {
        assert_eq!(refused(client, parts).await, 422, "{what}");
    }
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn an_oversize_body_is_413_whether_or_not_it_says_its_length() {
    let server = Setup::shared()
        .await
        .set("MAX_SIZE", "100KiB")
        .start()
        .await;
    let client = server.client();
    client
        .try_upload(&content(100 * 1024 + 1), "big", &[])
        .await
        .problem(413);
    let body = multipart(&[(FILE, &content(300 * 1024))]);
    let chunks = body
        .chunks(10_000)
        .map(|chunk| Ok::<_, std::io::Error>(bytes::Bytes::copy_from_slice(chunk)));
    let chunks: Vec<_> = chunks.collect();
    let request = client
        .request(reqwest::Method::POST, "/upload")
        .header("accept", "application/json");
    let request = request.header("content-type", multipart_type());
    let sent = client
        .try_send(
            request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(
                chunks,
            ))),
        )
        .await;
    if let Ok(answer) = sent {
        answer.problem(413);
    }
    client.upload(&content(100 * 1024), "fits", &[]).await;
    server.delete_everything().await;
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn a_broken_off_body_never_becomes_a_share() {
    let server = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "1s")
        .start()
        .await;
    let body = multipart(&[(FILE, &content(200_000))]);
    let kind = format!("Content-Type: {}", multipart_type());
    let length = format!("Content-Length: {}", body.len());
    let (half, _) = body.split_at(body.len() / 2);

    let mut cut = Raw::connect(server.port()).await;
    cut.head(
        "POST",
        "/upload",
        &[&kind, &length, "Accept: application/json"],
    )
    .await;
    assert!(cut.send(half).await);
    drop(cut);

    let mut reset = Raw::connect(server.port()).await;
    reset
        .head(
            "POST",
            "/upload",
            &[
                &kind,
                "Transfer-Encoding: chunked",
                "Accept: application/json",
            ],
        )
        .await;
    assert!(reset.send(format!("{:x}\r\n", half.len()).as_bytes()).await);
    assert!(reset.send(half).await);
    reset.reset();

    // The file is complete, the closing boundary is not there.
    let mut open = Raw::connect(server.port()).await;
    let open_body = unfinished(&[(FILE, b"all of it")]);
    let length = format!("Content-Length: {}", open_body.len());
    open.head(
        "POST",
        "/upload",
        &[&kind, &length, "Accept: application/json"],
    )
    .await;
    assert!(open.send(&open_body).await);
    assert_eq!(open.answer().await.map(|head| head.status), Some(400));

    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn what_is_not_multipart_is_415() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let post = || {
        client
            .request(reqwest::Method::POST, "/upload")
            .header("accept", "application/json")
    };
    client
        .send(post().header("content-type", "application/json").body("{}"))
        .await
        .problem(415);
    client.send(post().body("x")).await.problem(415);
    let packed = post()
        .header("content-type", multipart_type())
        .header("content-encoding", "gzip");
    client
        .send(packed.body(multipart(&[(FILE, b"x")])))
        .await
        .problem(415);
    server.finish().await;
}

#[tokio::test]
async fn an_upload_password_is_asked_of_uploaders_only() {
    let server = Setup::shared()
        .await
        .set("UPLOAD_PASSWORD", "a password for uploaders")
        .start()
        .await;
    let client = server.client();
    client.try_upload(b"x", "x", &[]).await.problem(401);
    client
        .try_upload(b"x", "x", &[("upload_password", "a password for uploader")])
        .await
        .problem(401);
    let share = client
        .upload(
            b"x",
            "x",
            &[("upload_password", "a password for uploaders")],
        )
        .await;
    let request = client.upload_request(b"x".to_vec(), "x", &[]);
    client
        .send(request.bearer_auth("a password for uploaders"))
        .await
        .expect(201);
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
    client
        .try_upload(&content(700_000), "second", &[])
        .await
        .problem(507);
    client.owner(&first, "revoke").await;
    // What the refused one had counted is given back beside its answer.
    let fits = async || {
        let answer = client.try_upload(&content(700_000), "second", &[]).await;
        answer.status == 201
    };
    eventually("there is room", Duration::from_secs(10), fits).await;
    let full = server.sibling_with("MIN_FREE", "900TiB").await;
    full.client().try_upload(b"x", "x", &[]).await.problem(507);
    drop(full);
    server.finish().await;
}

#[tokio::test]
async fn a_bomb_of_fields_is_refused_before_it_is_read() {
    let server = Setup::shared().await.start().await;
    let mut bomb = Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", multipart_type());
    bomb.head(
        "POST",
        "/upload",
        &[
            &kind,
            "Content-Length: 1000000000",
            "Accept: application/json",
        ],
    )
    .await;
    let field = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\r\n");
    bomb.send(field.repeat(20_000).as_bytes()).await;
    let head = bomb.answer().await;
    assert!(head.is_none_or(|head| (400..500).contains(&head.status)));

    let mut long = Raw::connect(server.port()).await;
    long.head(
        "POST",
        "/upload",
        &[
            &kind,
            "Content-Length: 1000000000",
            "Accept: application/json",
        ],
    )
    .await;
    long.send(format!("--{BOUNDARY}\r\nX-Long: {}", "x".repeat(2_000_000)).as_bytes())
        .await;
    let head = long.answer().await;
    assert!(head.is_none_or(|head| (400..500).contains(&head.status)));
    server.nothing_is_left().await;
    server.finish().await;
}
