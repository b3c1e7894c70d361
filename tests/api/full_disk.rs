//! A disk without room: uploads are refused, everything else goes on.

use std::time::Duration;

use crate::support::{
    Server, Setup,
    collecting::{collect, take},
    content, eventually, files, say,
    small_disk::SmallDisk,
    ticket,
    wait::health_is,
};

/// None, said loudly, where mounting is not allowed.
fn small_disk() -> Option<SmallDisk> {
    let disk = SmallDisk::mount();
    if disk.is_none() {
        say("SKIPPED: a full disk cannot be shown here, because `mount -t tmpfs` is refused");
    }
    disk
}

#[tokio::test]
async fn a_disk_that_runs_full_refuses_uploads_and_serves_what_it_has() {
    let Some(disk) = small_disk() else {
        return;
    };
    let server: Server = Setup::bundled_in(&disk.path().join("data"))
        .await
        .set("MIN_FREE", "4MiB")
        .start()
        .await;
    let client = server.client();
    let mut held = Vec::new();
    for _ in 0..3 {
        let bytes = content(9_000_000);
        held.push((client.upload(&bytes, "a", &[]).await, bytes));
    }
    let before = disk.free();
    // Too large by its own word, and too large without one.
    client
        .try_upload(&content(60_000_000), "b", &[])
        .await
        .problem(507);
    let chunks: Vec<_> = content(60_000_000)
        .chunks(500_000)
        .map(bytes::Bytes::copy_from_slice)
        .collect();
    let body = crate::support::raw::unfinished(&[(r#"name="file"; filename="c""#, b"")]);
    let parts = std::iter::once(bytes::Bytes::from(body))
        .chain(chunks)
        .map(Ok::<_, std::io::Error>);
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(parts.collect::<Vec<_>>()));
    let request = client
        .request(reqwest::Method::POST, "/upload")
        .header("accept", "application/json");
    let request = request
        .header("content-type", crate::support::raw::multipart_type())
        .body(stream);
    if let Ok(answer) = client.try_send(request).await {
        answer.problem(507);
    }
    let partial_gone =
        async || disk.free() + 3_000_000 > before && files::blobs(server.place().data()).len() == 3;
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
    let Some(disk) = small_disk() else {
        return;
    };
    let server = Setup::bundled_in(&disk.path().join("data"))
        .await
        .set("MIN_FREE", "2MiB")
        .start()
        .await;
    let client = server.client();
    let bytes = content(5_000_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let filler = disk.path().join("filler");
    let _no_space_left = std::fs::write(&filler, vec![1; 80_000_000]);
    assert!(
        disk.free() < 1024 * 1024,
        "the disk is full: {} bytes free",
        disk.free()
    );
    let refused = client.try_upload(b"x", "x", &[]).await;
    assert!([503, 507].contains(&refused.status), "{}", refused.text());
    let ticket = ticket();
    // The bundled Redis may have to give up its reserve and start again first.
    let reserved = async || client.try_reserve(&share, &ticket, None).await.status == 200;
    eventually(
        "the share can be reserved",
        Duration::from_secs(40),
        reserved,
    )
    .await;
    let piece = async || take(client, &share, &ticket, 0, usize::MAX).await;
    let mut got = piece().await;
    for _ in 0..40 {
        if got.status == 200 && got.clean {
            break;
        }
        crate::support::wait::pause(500).await;
        got = piece().await;
    }
    assert!(
        got.bytes == bytes,
        "{}: {} bytes",
        got.status,
        got.bytes.len()
    );
    let acknowledged = async || client.ack(&share, &ticket).await.status == 204;
    eventually(
        "the end can be written",
        Duration::from_secs(40),
        acknowledged,
    )
    .await;
    assert!(files::blob(server.place().data(), &share.id).is_none());
    std::fs::remove_file(&filler).unwrap();
    health_is(client, 200).await;
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_starts_on_a_full_disk_serves_what_it_has_and_puts_room_aside_again() {
    let Some(disk) = small_disk() else {
        return;
    };
    let mut server = Setup::bundled_in(&disk.path().join("data"))
        .await
        .set("MIN_FREE", "2MiB")
        .start()
        .await;
    let share = server.client().upload(&content(2_000_000), "a", &[]).await;
    let reserve = disk.path().join("data/redis/reserve");
    assert!(reserve.exists(), "room is put aside");
    server.terminate().await;
    let filler = disk.path().join("filler");
    let _no_space_left = std::fs::write(&filler, vec![1; 80_000_000]);
    server.restart().await;
    let client = server.client();
    assert!(!reserve.exists(), "the reserve was given up");
    assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
    assert!(files::blob(server.place().data(), &share.id).is_none());
    std::fs::remove_file(&filler).unwrap();
    eventually(
        "room is put aside again",
        Duration::from_secs(15),
        async || reserve.exists(),
    )
    .await;
    server.finish().await;
}
