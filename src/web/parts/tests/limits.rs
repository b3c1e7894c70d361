//! How much may come: what is too large is refused, what is allowed is no overhead.

use super::*;

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
