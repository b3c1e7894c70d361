//! Text that was typed: the same machine, and the recipient is told that it is no file.

use crate::{
    archives::{named, send},
    support::{
        Client, Setup, Uploaded, content,
        raw::FILE,
        ticket,
        views::{Created, Inspected, Reserved},
    },
};

const TEXT: &str = r#"name="text""#;
const NO_FILE: &str = r#"name="file"; filename="""#;
const PASSPHRASE: &str = r#"name="passphrase""#;

/// Uploads, which must be answered 201.
async fn upload(client: &Client, parts: &[(&str, &[u8])]) -> Uploaded {
    send(client, parts)
        .await
        .expect(201)
        .json::<Created>()
        .into()
}

/// Reserves and fetches.
async fn collected(client: &Client, share: &Uploaded, words: Option<&str>) -> (Reserved, Vec<u8>) {
    let ticket = ticket();
    let reserved = client.reserve(share, &ticket, words).await;
    let got = client.download(share, &ticket).await.expect(200);
    assert_eq!(got.header("content-type"), "application/octet-stream");
    client.ack(share, &ticket).await.expect(204);
    (reserved, got.body.to_vec())
}

#[tokio::test]
async fn text_arrives_as_it_was_typed_and_says_that_it_is_text() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for text in [
        "hello",
        "zwei\r\nZeilen mit Ümläuten und 🔑",
        &"ä".repeat(1 << 19),
    ] {
        let share = upload(client, &[(TEXT, text.as_bytes())]).await;
        let inspected: Inspected = client.inspect(&share).await.expect(200).json();
        assert_eq!(inspected.text, Some(true));
        assert_eq!(inspected.name.as_deref(), Some("message.txt"));
        assert_eq!(inspected.kind.as_deref(), Some("text/plain; charset=utf-8"));
        let (reserved, got) = collected(client, &share, None).await;
        assert_eq!((reserved.text, &*reserved.name), (true, "message.txt"));
        assert_eq!(reserved.kind, "text/plain; charset=utf-8");
        assert!(got == text.as_bytes());
    }
    server.finish().await;
}

#[tokio::test]
async fn with_a_passphrase_text_is_called_text_only_after_it() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let words = "correct horse battery";
    let share = upload(client, &[(PASSPHRASE, words.as_bytes()), (TEXT, b"hello")]).await;
    let inspected: Inspected = client.inspect(&share).await.expect(200).json();
    assert_eq!(
        (inspected.text, inspected.kind, inspected.passphrase),
        (None, None, true)
    );
    let (reserved, got) = collected(client, &share, Some(words)).await;
    assert_eq!((reserved.text, &*got), (true, &b"hello"[..]));
    server.finish().await;
}

#[tokio::test]
async fn no_file_passes_for_text() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for kind in [
        "text/plain; charset=utf-8",
        "typed text",
        "text",
        "typed/text",
        "",
    ] {
        let disposition = format!("{}\r\nContent-Type: {kind}", named("message.txt"));
        let share = upload(client, &[(&disposition, b"hello")]).await;
        let inspected: Inspected = client.inspect(&share).await.expect(200).json();
        assert_eq!(inspected.text, Some(false), "{kind}");
        assert!(!collected(client, &share, None).await.0.text, "{kind}");
    }
    server.finish().await;
}

#[tokio::test]
async fn what_a_form_leaves_empty_beside_the_other_is_ignored() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (no_file, no_text) = ((NO_FILE, &b""[..]), (TEXT, &b""[..]));
    let (file, text) = ((FILE, &b"file"[..]), (TEXT, &b"text"[..]));
    for (parts, is_text) in [
        (&[no_file, text][..], true),
        (&[text, no_file], true),
        (&[no_file, (PASSPHRASE, b""), text], true),
        (&[no_text, file], false),
        (&[file, no_text], false),
        (&[no_file, file, no_file, no_text], false),
    ] {
        let share = upload(client, parts).await;
        let (reserved, got) = collected(client, &share, None).await;
        assert_eq!(reserved.text, is_text);
        assert_eq!(got, if is_text { b"text" } else { b"file" });
    }
    server.finish().await;
}

#[tokio::test]
async fn text_that_is_none_too_long_or_mixed_with_files_is_refused_and_leaves_nothing() {
    let server = Setup::shared().await.start().await;
    let long = content((1 << 20) + 1)
        .iter()
        .map(|byte| byte & 0x7f)
        .collect::<Vec<u8>>();
    let (file, text) = ((FILE, &b"file"[..]), (TEXT, &b"text"[..]));
    for (kind, status, parts) in [
        ("text-and-file", 422, &[file, text][..]),
        ("text-and-file", 422, &[text, file]),
        ("text-and-file", 422, &[file, file, text]),
        ("field-twice", 422, &[text, text]),
        ("field-twice", 422, &[(TEXT, b""), text]),
        ("empty-text", 422, &[(TEXT, b"")]),
        ("empty-file-name", 422, &[(TEXT, b""), (NO_FILE, b"")]),
        ("empty-file-name", 422, &[(NO_FILE, b""), (TEXT, b"")]),
        ("empty-file-name", 422, &[(NO_FILE, b"x"), text]),
        ("late-field", 422, &[text, (PASSPHRASE, b"correct horse")]),
        ("wrong-count", 422, &[(r#"name="files""#, b"2"), text]),
        ("field-not-text", 422, &[(TEXT, b"hello \xff")]),
        ("field-not-text", 422, &[(TEXT, b"hello \xe2\x82")]),
        ("text-too-long", 413, &[(TEXT, &long)]),
    ] {
        let problem = send(server.client(), parts).await.problem(status);
        assert!(
            problem.kind.ends_with(kind),
            "{} instead of {kind}",
            problem.kind
        );
    }
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn text_needs_the_upload_password_as_files_do() {
    let server = Setup::shared()
        .await
        .set("UPLOAD_PASSWORD", "a password for uploaders")
        .start()
        .await;
    let client = server.client();
    send(client, &[(TEXT, b"hello")]).await.problem(401);
    let password = (
        r#"name="upload_password""#,
        &b"a password for uploaders"[..],
    );
    send(client, &[password, (TEXT, b"hello")])
        .await
        .expect(201);
    server.finish().await;
}
