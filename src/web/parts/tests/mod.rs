//! Tests of the parent module: what is read. How much of it and how fast is in the modules below.

use actix_web::http::header::HeaderValue;
use futures_util::stream;

use super::*;

mod limits;
mod pace;
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
