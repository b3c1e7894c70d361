//! The sweep: removes what a fate says to be gone, and fails closed on everything else.

use std::time::Duration;

use crate::support::{
    Server, Setup, content, eventually, files,
    raw::{Raw, multipart, multipart_type},
    ticket,
};

/// A share whose record has ended although its blob still lies there: what a crash between the two leaves.
async fn half_ended(server: &Server) -> std::path::PathBuf {
    let client = server.client();
    let share = client.upload(&content(50_000), "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    let kept = std::fs::read(&blob).unwrap();
    client.owner(&share, "revoke").await;
    std::fs::write(&blob, kept).unwrap();
    blob
}

#[tokio::test]
async fn a_blob_that_survived_its_end_is_removed_and_counted() {
    let server = Setup::shared().await.start().await;
    let blob = half_ended(&server).await;
    // The background scan may be first; then there is nothing left to count.
    let dry = server.client().cleanup(&[("unknown", "true")]).await;
    assert!(dry.dry_run);
    assert!(blob.exists(), "a dry run removes nothing");
    let removed = async || {
        server
            .client()
            .cleanup(&[("apply", "true"), ("unknown", "true")])
            .await;
        !blob.exists()
    };
    eventually("the sweep removes it", Duration::from_secs(10), removed).await;
    server.finish().await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_go_and_changes_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let living = client.upload(&content(20_000), "living", &[]).await;
    let stray = stray_blob(&server, &living.id);
    let dry = client.cleanup(&[("unknown", "true")]).await;
    assert!(dry.dry_run);
    assert_eq!((dry.unknown, dry.bytes >= 20_000), (1, true), "{dry:?}");
    assert_eq!(
        (dry.finished, dry.expired, dry.past_hours),
        (0, 0, 0),
        "nothing else is due"
    );
    assert!(stray.exists());
    let applied = client.cleanup(&[("apply", "true")]).await;
    assert!(!applied.dry_run);
    assert!(stray.exists(), "what has no fate goes only when asked for");
    let applied = client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert_eq!((applied.dry_run, applied.unknown), (false, 1));
    assert!(!stray.exists());
    let again = client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    assert_eq!((again.unknown, again.bytes), (0, 0));
    let ticket = ticket();
    client.reserve(&living, &ticket, None).await;
    client.download(&living, &ticket).await.expect(200);
    server.finish().await;
}

/// A blob nobody knows, beside the one of a living share.
fn stray_blob(server: &Server, living: &str) -> std::path::PathBuf {
    let blob = files::blob(server.place().data(), living).unwrap();
    let stray = blob.with_file_name(uuid::Uuid::new_v4().to_string());
    std::fs::copy(&blob, &stray).unwrap();
    // Old enough not to be an upload that is just being written.
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    std::fs::File::options()
        .write(true)
        .open(&stray)
        .unwrap()
        .set_modified(old)
        .unwrap();
    stray
}

#[tokio::test]
async fn an_upload_whose_server_died_is_abandoned_when_its_lease_ends() {
    let mut server = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "2s")
        .start()
        .await;
    let body = multipart(&[(r#"name="file"; filename="a""#, &content(3_000_000))]);
    let mut upload = Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", multipart_type());
    let length = format!("Content-Length: {}", body.len());
    upload.head("POST", "/upload", &[&kind, &length]).await;
    assert!(upload.send(body.split_at(2_500_000).0).await);
    let receiving = || {
        server
            .redis()
            .keys(server.place().prefix())
            .iter()
            .any(|key| key.ends_with(":share"))
    };
    eventually(
        "the upload has its record",
        Duration::from_secs(5),
        async || receiving(),
    )
    .await;
    server.kill9();
    server.restart().await;
    eventually("the sweep takes it", Duration::from_secs(20), async || {
        server.leftovers().is_empty()
    })
    .await;
    server.finish().await;
}

#[tokio::test]
async fn a_slow_upload_renews_its_lease_and_is_never_swept() {
    let server = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "2s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(500_000);
    let body = multipart(&[(r#"name="file"; filename="a""#, &bytes)]);
    let mut upload = Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", multipart_type());
    let length = format!("Content-Length: {}", body.len());
    upload
        .head(
            "POST",
            "/upload",
            &[
                &kind,
                &length,
                "Accept: application/json",
                "Connection: close",
            ],
        )
        .await;
    for piece in body.chunks(body.len() / 12) {
        assert!(upload.send(piece).await);
        crate::support::wait::pause(500).await;
        client
            .cleanup(&[("apply", "true"), ("unknown", "true")])
            .await;
    }
    assert_eq!(upload.answer().await.unwrap().status, 201);
    server.finish().await;
}
