//! Tests of the parent module.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use futures_util::stream;

use super::*;

mod text;

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("multipart/form-data; boundary=b"),
    );
    headers
}

fn reader(chunks: Vec<Result<Bytes, PayloadError>>) -> PartReader {
    PartReader::new(&headers(), stream::iter(chunks)).unwrap()
}

fn whole(text: impl Into<Vec<u8>>) -> PartReader {
    reader(vec![Ok(Bytes::from(text.into()))])
}

fn field(name: &str, value: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str, content: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n"
    )
}

/// Reads everything; files as `name=content`, fields as `name:value`.
async fn read(mut reader: PartReader) -> Result<Vec<String>, UploadError> {
    let mut seen = Vec::new();
    while let Some(part) = reader.next().await? {
        match part {
            Part::Field { name, value } => seen.push(format!("{name}:{}", value.as_str())),
            Part::Text(mut text) => {
                let mut content = Vec::new();
                while let Some(chunk) = text.next().await {
                    content.extend_from_slice(&chunk?);
                }
                assert!(text.next().await.is_none());
                seen.push(format!("text~{}", String::from_utf8(content).unwrap()));
            }
            Part::File(mut file) => {
                let mut content = Vec::new();
                while let Some(chunk) = file.next().await {
                    content.extend_from_slice(&chunk?);
                }
                assert!(
                    file.next().await.is_none(),
                    "polling after the end is harmless"
                );
                seen.push(format!(
                    "{}={}",
                    file.file_name,
                    String::from_utf8_lossy(&content)
                ));
            }
        }
    }
    Ok(seen)
}

#[actix_web::test]
async fn parts_come_in_order() {
    let body = format!(
        "{}{}{}--b--\r\n",
        field("passphrase", "geheim"),
        field("expires", "1h"),
        file("a.txt", "hello\r\n--world")
    );
    let expected = ["passphrase:geheim", "expires:1h", "a.txt=hello\r\n--world"];
    assert_eq!(read(whole(body.clone())).await.unwrap(), expected);
    let bytewise = body
        .bytes()
        .map(|byte| Ok(Bytes::copy_from_slice(&[byte])))
        .collect();
    assert_eq!(read(reader(bytewise)).await.unwrap(), expected);
}

#[actix_web::test]
async fn names_are_read_as_browsers_and_rfc_5987_write_them() {
    for (disposition, name) in [
        ("filename=\"\"", ""),
        ("filename=\"日本.txt\"", "日本.txt"),
        ("filename=\"a%22b%0D%0Ac.txt\"", "a\"b\r\nc.txt"),
        ("filename=\"C:\\dir\\a.txt\"; x=\"y\"", "C:\\dir\\a.txt"),
        (
            "x=\"; filename=b\"; FileName=\"\\\\host\\\\a \\\"b\\\".txt\"",
            "\\host\\a \"b\".txt",
        ),
        ("filename=token.txt; x=y", "token.txt"),
        ("filename=\"x\"; filename*=UTF-8''%E2%82%AC.txt", "€.txt"),
    ] {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; {disposition}\r\n\r\nx\r\n--b--\r\n"
        );
        assert_eq!(
            read(whole(body)).await.unwrap(),
            [format!("{name}=x")],
            "{disposition}"
        );
    }
}

#[actix_web::test]
async fn an_empty_file_is_a_file() {
    assert_eq!(
        read(whole(format!("{}--b--\r\n", file("e", ""))))
            .await
            .unwrap(),
        ["e="]
    );
    assert_eq!(
        read(whole("--b--\r\n")).await.unwrap(),
        Vec::<String>::new()
    );
}

#[actix_web::test]
async fn every_prefix_of_a_body_is_broken_off_or_malformed() {
    let body = format!("{}{}--b--", field("expires", "1h"), file("a.txt", "hello"));
    for end in 0..body.len() {
        let cut = Bytes::copy_from_slice(&body.as_bytes()[..end]);
        let error = read(reader(vec![Ok(cut.clone())]))
            .await
            .expect_err(&format!("{end}"));
        assert!(
            matches!(error, UploadError::BrokenOff | UploadError::Malformed),
            "{end}: {error:?}"
        );
        let lost = vec![Ok(cut), Err(PayloadError::Incomplete(None))];
        let error = read(reader(lost)).await.expect_err(&format!("{end}"));
        assert!(
            matches!(error, UploadError::BrokenOff | UploadError::Malformed),
            "{end}: {error:?}"
        );
    }
    let in_file = vec![
        Ok(Bytes::from(file("a", "hello"))),
        Err(PayloadError::Incomplete(None)),
    ];
    assert_eq!(read(reader(in_file)).await, Err(UploadError::BrokenOff));
}

#[actix_web::test]
async fn a_body_that_goes_on_behind_its_final_boundary_is_read_to_its_end() {
    let body = Bytes::from(format!("{}--b--\r\n", file("a", "x")));
    let epilogue = vec![Ok(body.clone()), Ok(Bytes::from("epilogue"))];
    assert_eq!(read(reader(epilogue)).await.unwrap(), ["a=x"]);
    let lost = vec![Ok(body.clone()), Err(PayloadError::Incomplete(None))];
    assert_eq!(read(reader(lost)).await, Err(UploadError::BrokenOff));
    let mut endless = vec![Ok(body)];
    endless.extend((0..10).map(|_| Ok(Bytes::from(vec![0; 64 * 1024]))));
    assert_eq!(read(reader(endless)).await, Err(UploadError::HeadTooLarge));
}

#[actix_web::test]
async fn limits_hold() {
    let long = "x".repeat(MAX_FIELD + 1);
    let header = format!(
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX-A: {}\r\n\r\nx\r\n--b--",
        "y".repeat(MAX_HEAD)
    );
    let length = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Length: 1\r\n\r\nabc\r\n--b--";
    let table = [
        (
            field("a", "b").repeat(MAX_FIELDS + 1),
            UploadError::TooManyParts,
        ),
        (
            file("a", "b").repeat(MAX_FILES + 1),
            UploadError::TooManyFiles,
        ),
        (
            field("text", &"x".repeat(MAX_TEXT + 1)),
            UploadError::TextTooLarge,
        ),
        (field("a", &long), UploadError::FieldTooLarge),
        (
            field(&"n".repeat(MAX_NAME + 1), "x"),
            UploadError::HeadTooLarge,
        ),
        (
            file(&"n".repeat(MAX_NAME + 1), "x"),
            UploadError::HeadTooLarge,
        ),
        (header, UploadError::HeadTooLarge),
        (length.to_owned(), UploadError::PartLength),
        (
            "--b\r\nX-A: y\r\n\r\nx\r\n--b--".to_owned(),
            UploadError::Malformed,
        ),
        ("no boundary here".to_owned(), UploadError::BrokenOff),
        (
            format!("--b\r\nX-A: {}", "y".repeat(1 << 20)),
            UploadError::HeadTooLarge,
        ),
        ("preamble\r\n".repeat(100_000), UploadError::HeadTooLarge),
    ];
    for (body, error) in table {
        let chunks = body
            .into_bytes()
            .chunks(8192)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        assert_eq!(read(reader(chunks)).await, Err(error));
    }
    let not_text = [
        field("a", "").as_bytes()[..51 - 2].to_vec(),
        vec![0xff, 0xfe],
        b"\r\n--b--".to_vec(),
    ]
    .concat();
    assert!(matches!(
        read(whole(not_text)).await,
        Err(UploadError::FieldNotText | UploadError::Malformed)
    ));
}

#[actix_web::test]
async fn a_thousand_files_with_the_longest_names_are_no_overhead() {
    let name = "n".repeat(MAX_NAME);
    let body = format!(
        "{}{}--b--\r\n",
        field("a", "b").repeat(MAX_FIELDS),
        file(&name, "x").repeat(MAX_FILES)
    );
    let chunks = body
        .into_bytes()
        .chunks(8192)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    let seen = read(reader(chunks)).await.unwrap();
    assert_eq!(seen.len(), MAX_FIELDS + MAX_FILES);
    assert_eq!(seen.last(), Some(&format!("{name}=x")));
}

#[actix_web::test]
async fn a_large_file_is_no_overhead() {
    let mut chunks = vec![Ok(Bytes::from(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
    ))];
    chunks.extend((0..256).map(|_| Ok(Bytes::from(vec![b'x'; 64 * 1024]))));
    chunks.push(Ok(Bytes::from("\r\n--b--\r\n")));
    let seen = read(reader(chunks)).await.unwrap();
    assert_eq!(seen.first().map(String::len), Some(2 + 256 * 64 * 1024));
}

#[actix_web::test]
async fn one_large_chunk_is_no_overhead() {
    // On a busy server the whole socket buffer comes at once.
    let content = "x".repeat(2 * 512 * 1024);
    let body = format!("{}--b--\r\n", file("large", &content));
    assert_eq!(
        read(whole(body)).await.unwrap(),
        [format!("large={content}")]
    );
}

#[actix_web::test]
async fn a_file_left_unread_is_not_skipped_without_end() {
    let mut chunks = vec![Ok(Bytes::from(file("a", "")))];
    chunks[0] = Ok(Bytes::from(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
    ));
    chunks.extend((0..64).map(|_| Ok(Bytes::from(vec![b'x'; 64 * 1024]))));
    let mut reader = reader(chunks);
    assert!(matches!(reader.next().await, Ok(Some(Part::File(_)))));
    assert!(matches!(
        reader.next().await,
        Err(UploadError::HeadTooLarge)
    ));
}

fn slow(pace: Pace, chunk: usize, every: Duration) -> PartReader {
    let head = stream::iter([Ok(Bytes::from(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
    ))]);
    let trickle = stream::unfold((), move |()| async move {
        tokio::time::sleep(every).await;
        Some((Ok(Bytes::from(vec![b'x'; chunk])), ()))
    });
    PartReader::with_pace(&headers(), Box::pin(head.chain(trickle)), pace).unwrap()
}

#[actix_web::test]
async fn stalled_and_trickling_bodies_are_given_up() {
    let pace = Pace {
        stall: Duration::from_millis(200),
        window: Duration::from_millis(300),
        least: 100,
    };
    assert_eq!(
        read(slow(pace, 1, Duration::from_mins(1))).await,
        Err(UploadError::TooSlow)
    );
    assert_eq!(
        read(slow(pace, 1, Duration::from_millis(20))).await,
        Err(UploadError::TooSlow)
    );
    let steady = tokio::time::timeout(
        Duration::from_secs(1),
        read(slow(pace, 50, Duration::from_millis(20))),
    );
    assert!(steady.await.is_err(), "a steady body goes on");
}

#[actix_web::test]
async fn other_bodies_are_refused_before_they_are_read() {
    let nothing = || stream::empty::<Result<Bytes, PayloadError>>();
    let mut headers = headers();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(
        PartReader::new(&headers, nothing()).err(),
        Some(UploadError::Encoded)
    );
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("multipart/mixed; boundary=b"),
    );
    assert_eq!(
        PartReader::new(&headers, nothing()).err(),
        Some(UploadError::NotMultipart)
    );
    headers.remove(header::CONTENT_TYPE);
    assert_eq!(
        PartReader::new(&headers, nothing()).err(),
        Some(UploadError::NotMultipart)
    );
}
