//! The files the pages need, embedded in the program.

use crate::support::{Answer, Setup};

#[tokio::test]
async fn static_files_are_hashed_typed_and_kept_for_ever() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let page = client.page("/").await.text();
    let links = page
        .split(['"', '\''])
        .filter(|text| text.starts_with("/static/") || text.starts_with("/assets/"));
    let links: Vec<_> = links.collect();
    assert!(
        links.len() >= 2,
        "the page has a script and a style: {page}"
    );
    for link in links {
        let plain = client.get(link).await.expect(200);
        carries_static(link, &plain);
        for encoding in ["br", "gzip"] {
            let packed = client
                .send(client.get_request(link).header("accept-encoding", encoding))
                .await
                .expect(200);
            carries_static(link, &packed);
            assert!([encoding, ""].contains(&packed.header("content-encoding").as_str()));
        }
        client.page(&format!("{link}x")).await.expect(404);
    }
    client.page("/static/../Cargo.toml").await.expect(404);
    client.page("/static/%2e%2e/Cargo.toml").await.expect(404);
    server.finish().await;
}

fn carries_static(link: &str, answer: &Answer) {
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable",
        "{link}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let kind = answer.header("content-type");
    if [Some("js"), Some("css")].contains(&link.rsplit_once('.').map(|(_, ending)| ending)) {
        assert!(
            kind.to_ascii_lowercase().contains("charset=utf-8"),
            "{link}: {kind}"
        );
    }
}
