//! Blobs and peppers that are altered, cut or missing: never a clean end, and nothing is deleted because of it.

use crate::support::{
    Setup,
    collecting::{collect, reserved_blob, take},
    content, files, ticket,
};

#[tokio::test]
async fn damage_found_before_the_claim_is_5xx_and_the_share_is_untouched() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(300_000);
    let (share, ticket, blob, sound) = reserved_blob(&server, &bytes).await;
    let first_chunk = sound.len() - bytes.len() - 16 * 5 + 100;
    let spoil: [(&str, &dyn Fn()); 6] = [
        ("the header", &|| files::flip(&blob, 20)),
        ("the first chunk", &|| files::flip(&blob, first_chunk)),
        ("the last byte", &|| files::flip(&blob, sound.len() - 1)),
        ("cut inside a chunk", &|| {
            std::fs::write(&blob, &sound[..sound.len() / 2]).unwrap();
        }),
        ("cut at a chunk's edge", &|| {
            std::fs::write(&blob, &sound[..sound.len() - (bytes.len() % 65_536 + 16)]).unwrap();
        }),
        ("something appended", &|| {
            std::fs::write(&blob, [sound.as_slice(), b"more"].concat()).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        spoil();
        let answer = client.get(&format!("/r/{}/{ticket}", share.id)).await;
        assert!(
            (500..600).contains(&answer.status),
            "{what}: {} {}",
            answer.status,
            answer.text()
        );
        assert!(blob.exists(), "{what}: nothing is claimed or deleted");
        std::fs::write(&blob, &sound).unwrap();
    }
    assert_eq!(client.owner(&share, "status").await.state, "reserved");
    assert!(server.log().contains("\"ERROR\""), "the operator is told");
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        bytes
    );
    server.finish().await;
}

#[tokio::test]
async fn damage_found_after_the_claim_breaks_the_connection_and_deletes_nothing() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(3_000_000);
    let (share, ticket, blob, sound) = reserved_blob(&server, &bytes).await;
    files::flip(&blob, sound.len() / 2);
    for _again in 0..2 {
        let got = take(client, &share, &ticket, 0, usize::MAX).await;
        assert_eq!(got.status, 200);
        assert!(
            !got.clean && got.bytes.len() < bytes.len(),
            "altered content must not end cleanly"
        );
        assert!(bytes.starts_with(&got.bytes), "not one altered byte");
    }
    let claimed = files::blob(server.place().data(), &share.id).expect("nothing is deleted");
    assert_eq!(client.status(&share, &ticket).await.state, "delivering");
    assert!(server.log().contains("\"ERROR\""), "the operator is told");
    std::fs::write(&claimed, &sound).unwrap();
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        bytes
    );
    server.finish().await;
}

#[tokio::test]
async fn a_missing_blob_is_5xx_and_the_record_stays() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (share, ticket, blob, sound) = reserved_blob(&server, &content(10_000)).await;
    std::fs::remove_file(&blob).unwrap();
    let answer = client.get(&format!("/r/{}/{ticket}", share.id)).await;
    assert!(
        (500..600).contains(&answer.status),
        "{} {}",
        answer.status,
        answer.text()
    );
    client.cleanup(&[("apply", "true")]).await;
    std::fs::write(&blob, &sound).unwrap();
    assert_eq!(
        client
            .download(&share, &ticket)
            .await
            .expect(200)
            .body
            .len(),
        10_000
    );
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
    for wrong in [
        Some([kept.as_slice(), b"x"].concat()),
        Some(vec![1; 31]),
        None,
    ] {
        match wrong {
            Some(bytes) => std::fs::write(&pepper, bytes).unwrap(),
            None => std::fs::remove_file(&pepper).unwrap(),
        }
        // Another process, which has not cached the right one.
        let fresh = server.sibling().await;
        let answer = fresh.client().try_reserve(&share, &ticket(), None).await;
        assert!(
            (500..600).contains(&answer.status),
            "{} {}",
            answer.status,
            answer.text()
        );
        assert!(blob.exists());
    }
    std::fs::write(&pepper, kept).unwrap();
    let fresh = server.sibling().await;
    collect(fresh.client(), &share, b"hello").await;
    drop(fresh);
    server.finish().await;
}
