//! Bad days: Redis away, the disk full, blobs damaged. Answers become 5xx; nothing is deleted because of an error.

use std::{path::PathBuf, process::Command, time::Duration};

use rustix::process::Signal;

use crate::support::{
    Client, Server, Setup, Uploaded, collecting::take, content, eventually, files, process::fresh_directory, say, ticket,
    views::Health,
};

async fn health_is(client: &Client, status: u16) {
    let seen = async || client.try_send(client.get_request("/health")).await.is_ok_and(|answer| answer.status == status);
    eventually("health changes", Duration::from_secs(30), seen).await;
}

async fn collect(client: &Client, share: &Uploaded, bytes: &[u8]) {
    let ticket = ticket();
    client.reserve(share, &ticket, None).await;
    let got = client.download(share, &ticket).await.expect(200);
    assert!(got.body == bytes, "{} bytes instead of {}", got.body.len(), bytes.len());
    client.ack(share, &ticket).await.expect(204);
}

#[tokio::test]
async fn redis_down_is_503_and_comes_back_without_a_restart() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let bytes = content(100_000);
    let share = client.upload(&bytes, "a", &[]).await;
    for _again in 0..2 {
        server.redis().kill();
        health_is(client, 503).await;
        let health: Health = client.get("/health").await.json();
        assert_eq!(health.status, "failing");
        client.page("/").await.expect(200);
        let upload = client.try_upload(&content(10), "b", &[]).await;
        assert!(!upload.header("retry-after").is_empty());
        upload.problem(503);
        client.try_reserve(&share, &ticket(), None).await.problem(503);
        assert!(client.page(&format!("/d/{}", share.id)).await.expect(503).text().contains("<html"));
        assert!(files::blob(server.place().data(), &share.id).is_some());
        assert_eq!(files::blobs(server.place().data()).len(), 1, "a refused upload leaves nothing");
        server.redis().start();
        server.redis().ready().await;
        health_is(client, 200).await;
    }
    collect(client, &share, &bytes).await;
    assert!(server.alive());
    server.finish().await;
}

#[tokio::test]
async fn an_upload_is_refused_before_its_body_is_read() {
    let server = Setup::own_redis().await.start().await;
    server.redis().kill();
    health_is(server.client(), 503).await;
    let mut raw = crate::support::raw::Raw::connect(server.port()).await;
    let kind = format!("Content-Type: {}", crate::support::raw::multipart_type());
    raw.head("POST", "/upload", &[&kind, "Content-Length: 1000000000", "Expect: 100-continue", "Accept: application/json"]).await;
    assert_eq!(raw.answer().await.unwrap().status, 503);
}

#[tokio::test]
async fn a_silent_redis_is_503_too() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    server.redis().signal(Signal::STOP);
    health_is(client, 503).await;
    client.try_reserve(&share, &ticket(), None).await.problem(503);
    server.redis().signal(Signal::CONT);
    health_is(client, 200).await;
    collect(client, &share, b"hello").await;
    server.finish().await;
}

#[tokio::test]
async fn a_delivery_that_has_begun_goes_on_without_redis() {
    let server = Setup::own_redis().await.start().await;
    let client = server.client();
    let bytes = content(40_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let mut response = crate::support::collecting::open(client, &share, &ticket).await;
    let mut got = response.chunk().await.unwrap().unwrap().to_vec();
    server.redis().kill();
    while let Some(chunk) = response.chunk().await.expect("the stream goes on") {
        got.extend_from_slice(&chunk);
    }
    assert!(got == bytes);
    server.redis().start();
    server.redis().ready().await;
    health_is(client, 200).await;
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

/// A file system of 64 MiB. None, said loudly, where mounting is not allowed.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let path = fresh_directory("disk").join("full");
        std::fs::create_dir_all(&path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(&path).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(path));
        }
        say("SKIPPED: a full disk cannot be shown here, because `mount -t tmpfs` is refused");
        None
    }

    fn free(&self) -> u64 {
        let statistics = rustix::fs::statvfs(&self.0).unwrap();
        statistics.f_bavail * statistics.f_frsize
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _the_janitor_does_otherwise = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_disk_that_runs_full_refuses_uploads_and_serves_what_it_has() {
    let Some(disk) = SmallDisk::mount() else { return };
    let server: Server = Setup::bundled_in(&disk.0.join("data")).await.set("MIN_FREE", "4MiB").start().await;
    let client = server.client();
    let mut held = Vec::new();
    for _ in 0..3 {
        let bytes = content(9_000_000);
        held.push((client.upload(&bytes, "a", &[]).await, bytes));
    }
    let before = disk.free();
    // Too large by its own word, and too large without one.
    client.try_upload(&content(60_000_000), "b", &[]).await.problem(507);
    let chunks: Vec<_> = content(60_000_000).chunks(500_000).map(bytes::Bytes::copy_from_slice).collect();
    let body = crate::support::raw::unfinished(&[(r#"name="file"; filename="c""#, b"")]);
    let parts = std::iter::once(bytes::Bytes::from(body)).chain(chunks).map(Ok::<_, std::io::Error>);
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(parts.collect::<Vec<_>>()));
    let request = client.request(reqwest::Method::POST, "/upload").header("accept", "application/json");
    let request = request.header("content-type", crate::support::raw::multipart_type()).body(stream);
    if let Ok(answer) = client.try_send(request).await {
        answer.problem(507);
    }
    let partial_gone = async || disk.free() + 3_000_000 > before && files::blobs(server.place().data()).len() == 3;
    eventually("the partial is gone", Duration::from_secs(10), partial_gone).await;
    assert!(disk.free() >= 4 * 1024 * 1024, "the floor holds");
    for (share, bytes) in &held {
        collect(client, share, bytes).await;
    }
    assert!(files::blobs(server.place().data()).is_empty());
    client.upload(&content(9_000_000), "again", &[]).await;
    server.finish().await;
}

#[tokio::test]
async fn a_disk_filled_by_somebody_else_stops_no_delivery_and_no_deletion() {
    let Some(disk) = SmallDisk::mount() else { return };
    let server = Setup::bundled_in(&disk.0.join("data")).await.set("MIN_FREE", "2MiB").start().await;
    let client = server.client();
    let bytes = content(5_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let filler = disk.0.join("filler");
    let _no_space_left = std::fs::write(&filler, vec![1; 80_000_000]);
    assert!(disk.free() < 1024 * 1024, "the disk is full: {} bytes free", disk.free());
    let refused = client.try_upload(b"x", "x", &[]).await;
    assert!([503, 507].contains(&refused.status), "{}", refused.text());
    let ticket = ticket();
    // The bundled Redis may have to give up its reserve and start again first.
    let reserved = async || client.try_reserve(&share, &ticket, None).await.status == 200;
    eventually("the share can be reserved", Duration::from_secs(40), reserved).await;
    let piece = async || take(client, &share, &ticket, 0, usize::MAX).await;
    let mut got = piece().await;
    for _ in 0..40 {
        if got.status == 200 && got.clean {
            break;
        }
        crate::support::wait::pause(500).await;
        got = piece().await;
    }
    assert!(got.bytes == bytes, "{}: {} bytes", got.status, got.bytes.len());
    let acknowledged = async || client.ack(&share, &ticket).await.status == 204;
    eventually("the end can be written", Duration::from_secs(40), acknowledged).await;
    assert!(files::blob(server.place().data(), &share.id).is_none());
    std::fs::remove_file(&filler).unwrap();
    health_is(client, 200).await;
    server.finish().await;
}

/// A reserved share, its blob's path, and the blob's sound bytes.
async fn to_be_damaged(server: &Server, bytes: &[u8]) -> (Uploaded, String, PathBuf, Vec<u8>) {
    let client = server.client();
    let share = client.upload(bytes, "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    let sound = std::fs::read(&blob).unwrap();
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    (share, ticket, blob, sound)
}

#[tokio::test]
async fn damage_found_before_the_claim_is_5xx_and_the_share_is_untouched() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(300_000);
    let (share, ticket, blob, sound) = to_be_damaged(&server, &bytes).await;
    let first_chunk = sound.len() - bytes.len() - 16 * 5 + 100;
    let spoil: [(&str, &dyn Fn()); 6] = [
        ("the header", &|| files::flip(&blob, 20)),
        ("the first chunk", &|| files::flip(&blob, first_chunk)),
        ("the last byte", &|| files::flip(&blob, sound.len() - 1)),
        ("cut inside a chunk", &|| std::fs::write(&blob, &sound[..sound.len() / 2]).unwrap()),
        ("cut at a chunk's edge", &|| std::fs::write(&blob, &sound[..sound.len() - (bytes.len() % 65_536 + 16)]).unwrap()),
        ("something appended", &|| std::fs::write(&blob, [sound.as_slice(), b"more"].concat()).unwrap()),
    ];
    for (what, spoil) in spoil {
        spoil();
        let answer = client.get(&format!("/r/{}/{ticket}", share.id)).await;
        assert!((500..600).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        assert!(blob.exists(), "{what}: nothing is claimed or deleted");
        std::fs::write(&blob, &sound).unwrap();
    }
    assert_eq!(client.owner(&share, "status").await.state, "reserved");
    assert!(server.log().contains("\"ERROR\""), "the operator is told");
    assert_eq!(client.download(&share, &ticket).await.expect(200).body, bytes);
    server.finish().await;
}

#[tokio::test]
async fn damage_found_after_the_claim_breaks_the_connection_and_deletes_nothing() {
    let server = Setup::shared().await.set("DELIVERY_GRACE", "0s").start().await;
    let client = server.client();
    let bytes = content(3_000_000);
    let (share, ticket, blob, sound) = to_be_damaged(&server, &bytes).await;
    files::flip(&blob, sound.len() / 2);
    for _again in 0..2 {
        let got = take(client, &share, &ticket, 0, usize::MAX).await;
        assert_eq!(got.status, 200);
        assert!(!got.clean && got.bytes.len() < bytes.len(), "altered content must not end cleanly");
        assert!(bytes.starts_with(&got.bytes), "not one altered byte");
    }
    let claimed = files::blob(server.place().data(), &share.id).expect("nothing is deleted");
    assert_eq!(client.status(&share, &ticket).await.state, "delivering");
    assert!(server.log().contains("\"ERROR\""), "the operator is told");
    std::fs::write(&claimed, &sound).unwrap();
    assert_eq!(client.download(&share, &ticket).await.expect(200).body, bytes);
    server.finish().await;
}

#[tokio::test]
async fn a_missing_blob_is_5xx_and_the_record_stays() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (share, ticket, blob, sound) = to_be_damaged(&server, &content(10_000)).await;
    std::fs::remove_file(&blob).unwrap();
    let answer = client.get(&format!("/r/{}/{ticket}", share.id)).await;
    assert!((500..600).contains(&answer.status), "{} {}", answer.status, answer.text());
    client.cleanup(&[("apply", "true")]).await;
    std::fs::write(&blob, &sound).unwrap();
    assert_eq!(client.download(&share, &ticket).await.expect(200).body.len(), 10_000);
    server.finish().await;
}

#[tokio::test]
async fn a_pepper_that_is_missing_or_wrong_opens_nothing_and_costs_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    let pepper = blob.with_file_name("pepper");
    let kept = std::fs::read(&pepper).unwrap();
    assert_eq!(kept.len(), 32);
    for wrong in [Some([kept.as_slice(), b"x"].concat()), Some(vec![1; 31]), None] {
        match wrong {
            Some(bytes) => std::fs::write(&pepper, bytes).unwrap(),
            None => std::fs::remove_file(&pepper).unwrap(),
        }
        // Another process, which has not cached the right one.
        let fresh = server.sibling().await;
        let answer = fresh.client().try_reserve(&share, &ticket(), None).await;
        assert!((500..600).contains(&answer.status), "{} {}", answer.status, answer.text());
        assert!(blob.exists());
    }
    std::fs::write(&pepper, kept).unwrap();
    let fresh = server.sibling().await;
    collect(fresh.client(), &share, b"hello").await;
    drop(fresh);
    server.finish().await;
}
