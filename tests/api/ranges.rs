//! Parts of a file: what is asked for, what is sent, what counts.

use std::time::Duration;

use crate::support::{
    Answer, Client, Setup, Uploaded, collecting::no_transfers, content, eventually, files, ticket,
};

const CHUNK: usize = 64 * 1024;

/// An uploaded and reserved share.
pub(crate) async fn reserved(client: &Client, bytes: &[u8]) -> (Uploaded, String) {
    let share = client.upload(bytes, "a.bin", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    (share, ticket)
}

async fn with(client: &Client, share: &Uploaded, ticket: &str, headers: &[(&str, &str)]) -> Answer {
    let request = client.download_request(share, ticket);
    client
        .send(headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        }))
        .await
}

#[tokio::test]
async fn every_range_is_the_slice_it_names() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(3 * CHUNK + 17);
    let (share, ticket) = reserved(client, &bytes).await;
    let end = bytes.len() - 1;
    for (from, to) in [
        (0, 0),
        (0, end),
        (1, 1),
        (CHUNK - 1, CHUNK),
        (CHUNK, 2 * CHUNK - 1),
        (3 * CHUNK, end),
        (end, end),
    ] {
        let answer = client
            .download_range(&share, &ticket, &format!("bytes={from}-{to}"))
            .await
            .expect(206);
        assert!(answer.body == bytes[from..=to], "{from}-{to}");
        assert_eq!(
            answer.header("content-range"),
            format!("bytes {from}-{to}/{}", bytes.len())
        );
    }
    let open_ended = client
        .download_range(&share, &ticket, &format!("bytes={CHUNK}-"))
        .await
        .expect(206);
    assert!(open_ended.body == bytes[CHUNK..]);
    let beyond = client
        .download_range(&share, &ticket, &format!("bytes={end}-99999999"))
        .await
        .expect(206);
    assert!(beyond.body == bytes[end..]);
    let suffix = client
        .download_range(&share, &ticket, "bytes=-100")
        .await
        .expect(206);
    assert!(suffix.body == bytes[bytes.len() - 100..]);
    let outside = client
        .download_range(&share, &ticket, &format!("bytes={}-", bytes.len()))
        .await;
    assert_eq!(
        outside.header("content-range"),
        format!("bytes */{}", bytes.len())
    );
    outside.expect(416);
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn several_ranges_at_once_are_not_served_piecewise() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(1_000);
    let (share, ticket) = reserved(client, &bytes).await;
    for ranges in [
        "bytes=0-1,5-6",
        "bytes=0-0,0-0,0-0,0-0",
        "lines=0-5",
        "bytes=x-y",
    ] {
        let answer = client.download_range(&share, &ticket, ranges).await;
        assert!(
            answer.status == 416 || (answer.status == 200 && answer.body == bytes),
            "{ranges}: {}",
            answer.status
        );
        assert!(
            !answer
                .header("content-type")
                .contains("multipart/byteranges")
        );
    }
    server.finish().await;
}

#[tokio::test]
async fn the_validators_let_a_browser_resume_and_never_mix_two_files() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(200_000);
    let (share, ticket) = reserved(client, &bytes).await;
    let head = client
        .send(client.request(reqwest::Method::HEAD, &format!("/r/{}/{ticket}", share.id)))
        .await
        .expect(200);
    let (etag, modified) = (head.header("etag"), head.header("last-modified"));
    assert!(
        etag.starts_with('"') && modified.ends_with("GMT"),
        "{etag} {modified}"
    );
    let range = ("range", "bytes=100-199");
    for validator in [&etag, &modified] {
        let answer = with(client, &share, &ticket, &[range, ("if-range", validator)])
            .await
            .expect(206);
        assert!(answer.body == bytes[100..200]);
        assert_eq!(
            (answer.header("etag"), answer.header("last-modified")),
            (etag.clone(), modified.clone())
        );
    }
    for validator in [
        r#""another""#,
        "Mon, 01 Jan 2024 00:00:00 GMT",
        &format!("W/{etag}"),
    ] {
        let answer = with(client, &share, &ticket, &[range, ("if-range", validator)]).await;
        assert!(
            answer.status == 200 && answer.body == bytes,
            "{validator}: {}",
            answer.status
        );
    }
    assert_eq!(
        with(client, &share, &ticket, &[("if-none-match", &etag)])
            .await
            .status,
        304
    );
    with(client, &share, &ticket, &[("if-match", r#""another""#)])
        .await
        .expect(412);
    let other = client.upload(&bytes, "a.bin", &[]).await;
    let other_ticket = crate::support::ticket();
    client.reserve(&other, &other_ticket, None).await;
    assert_ne!(
        client
            .download(&other, &other_ticket)
            .await
            .expect(200)
            .header("etag"),
        etag,
        "the same file tells nothing"
    );
    server.finish().await;
}

#[tokio::test]
async fn asking_without_taking_never_counts() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(100_000);
    let (share, ticket) = reserved(client, &bytes).await;
    let path = format!("/r/{}/{ticket}", share.id);
    let head = client
        .send(client.request(reqwest::Method::HEAD, &path))
        .await
        .expect(200);
    assert_eq!(
        (head.header("content-length").as_str(), head.body.len()),
        ("100000", 0)
    );
    let etag = head.header("etag");
    let ranged = client
        .request(reqwest::Method::HEAD, &path)
        .header("range", "bytes=99999-");
    client.send(ranged).await.expect(200);
    with(client, &share, &ticket, &[("if-none-match", &etag)])
        .await
        .expect(304);
    with(client, &share, &ticket, &[("if-match", r#""another""#)])
        .await
        .expect(412);
    with(client, &share, &ticket, &[("range", "bytes=100000-")])
        .await
        .expect(416);
    for purpose in [
        "prefetch",
        "prefetch;prerender",
        "prefetch;anonymous-client-ip",
    ] {
        let answer = with(client, &share, &ticket, &[("sec-purpose", purpose)]).await;
        assert_ne!(answer.body, bytes, "{purpose}");
    }
    assert_eq!(
        client.owner(&share, "status").await.state,
        "reserved",
        "nothing of it claimed the blob"
    );
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        bytes
    );
    server.finish().await;
}

#[tokio::test]
async fn the_last_byte_first_completes_nothing() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(300_000);
    let (share, ticket) = reserved(client, &bytes).await;
    for range in ["bytes=299999-", "bytes=150000-", "bytes=-1", "bytes=1-"] {
        client
            .download_range(&share, &ticket, range)
            .await
            .expect(206);
    }
    no_transfers(client, Duration::from_secs(5)).await;
    let progress = client.status(&share, &ticket).await;
    assert_eq!(
        (progress.state.as_str(), progress.sent, progress.size),
        ("delivering", 0, 300_000)
    );
    assert!(progress.resumable_until.is_some());
    client
        .download_range(&share, &ticket, "bytes=0-99999")
        .await
        .expect(206);
    let counted = async || client.status(&share, &ticket).await.sent == 100_000;
    eventually("the first part counts", Duration::from_secs(5), counted).await;
    client
        .download_range(&share, &ticket, "bytes=50000-")
        .await
        .expect(206);
    let done = async || client.status(&share, &ticket).await.state == "delivered";
    eventually(
        "all parts together complete it",
        Duration::from_secs(5),
        done,
    )
    .await;
    // Who has every byte it was promised does not wait for the end of the answer, which comes after the removal.
    let removed = async || files::blob(server.place().data(), &share.id).is_none();
    eventually("its bytes are gone", Duration::from_secs(5), removed).await;
    server.finish().await;
}
