use super::*;

#[actix_web::test]
async fn text_is_utf_8_wherever_it_is_cut() {
    let text = "aä€𝄞".repeat(3);
    let body = format!("{}--b--\r\n", field("text", &text));
    for size in 1..9 {
        let chunks = body
            .as_bytes()
            .chunks(size)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
        assert_eq!(
            read(reader(chunks.collect())).await.unwrap(),
            [format!("text~{text}")]
        );
    }
    for wrong in [&b"a\xff"[..], b"\xe2\x82", b"\xe2\x82x", b"\xc0\xaf"] {
        let head = field("text", "");
        let body = [
            head.trim_end().as_bytes(),
            b"\r\n\r\n",
            wrong,
            b"\r\n--b--\r\n",
        ]
        .concat();
        for size in [1, 1000] {
            let chunks = body
                .chunks(size)
                .map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
            assert_eq!(
                read(reader(chunks.collect())).await,
                Err(UploadError::FieldNotText),
                "{wrong:?}"
            );
        }
    }
}

#[actix_web::test]
async fn text_may_be_as_long_as_it_may_be() {
    let text = "x".repeat(MAX_TEXT);
    let body = format!("{}--b--\r\n", field("text", &text));
    let chunks = body
        .as_bytes()
        .chunks(8192)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
    let seen = read(reader(chunks.collect())).await.unwrap();
    assert_eq!(seen.first().map(String::len), Some(MAX_TEXT + 5));
    // Scripts send it with a file name, so that its line ends stay what they are.
    let named = file("a", "x\n").replace("name=\"file\"", "name=\"text\"");
    assert_eq!(
        read(whole(format!("{named}--b--\r\n"))).await.unwrap(),
        ["text~x\n"]
    );
}
