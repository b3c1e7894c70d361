//! The bytes on their way: ranges, resumption, slots, and when a delivery is over.

use std::time::Duration;

use crate::{
    ranges::reserved,
    support::{
        Setup,
        collecting::{counter, no_transfers, open, take},
        content, eventually, files,
        raw::Raw,
    },
};

#[tokio::test]
async fn an_interrupted_download_is_resumed_by_its_ticket() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(6_000_000);
    let (share, ticket) = reserved(client, &bytes).await;
    let mut have = Vec::new();
    for enough in [1, 700_000, 2_000_000, usize::MAX] {
        let piece = take(
            client,
            &share,
            &ticket,
            have.len(),
            enough.saturating_sub(have.len()),
        )
        .await;
        assert!([200, 206].contains(&piece.status), "{}", piece.status);
        have.extend(piece.bytes);
        let no_more = async || {
            let progress = client.status(&share, &ticket).await;
            progress.sent <= progress.size
                && ["delivering", "delivered"].contains(&progress.state.as_str())
        };
        eventually("its status is told", Duration::from_secs(5), no_more).await;
        client
            .try_reserve(&share, &crate::support::ticket(), None)
            .await
            .problem(410);
    }
    assert!(have == bytes, "the pieces make the file");
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}

#[tokio::test]
async fn what_a_recipient_who_hangs_up_never_took_does_not_count_as_sent() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (share, ticket) = reserved(client, &content(3_000_000)).await;
    let mut stream = Raw::connect(server.port()).await;
    let path = format!("/r/{}/{ticket}", share.id);
    stream.head("GET", &path, &[]).await;
    assert_eq!(stream.answer().await.unwrap().status, 200);
    assert_eq!(stream.read(20_000).await.len(), 20_000);
    // Nobody reads any more; what the kernels take, they take.
    let (mut sent, mut looks_at_rest) = (0.0, 0);
    let at_rest = async || {
        let before = sent;
        sent = counter(client, "onetimeshare_bytes_out_total").await;
        looks_at_rest = if sent > before { 0 } else { looks_at_rest + 1 };
        sent > 0.0 && looks_at_rest > 20
    };
    eventually("nothing moves any more", Duration::from_secs(20), at_rest).await;
    drop(stream);
    no_transfers(client, Duration::from_secs(10)).await;
    let told = async || client.status(&share, &ticket).await.sent > 0;
    eventually("its end is on record", Duration::from_secs(10), told).await;
    let progress = client.status(&share, &ticket).await;
    assert!(
        progress.state == "delivering" && progress.sent < 1_500_000,
        "{} of {} bytes count as sent",
        progress.sent,
        progress.size
    );
    server.finish().await;
}

#[tokio::test]
async fn a_third_stream_is_asked_to_wait() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (share, ticket) = reserved(client, &content(24_000_000)).await;
    let first = open(client, &share, &ticket).await;
    let second = open(client, &share, &ticket).await;
    assert_eq!(
        (first.status().as_u16(), second.status().as_u16()),
        (200, 200)
    );
    let third = client.get(&format!("/r/{}/{ticket}", share.id)).await;
    assert!(!third.header("retry-after").is_empty());
    third.problem(429);
    drop(first);
    let free = async || open(client, &share, &ticket).await.status() == 200;
    eventually("the slot is free again", Duration::from_secs(10), free).await;
    drop(second);
    server.finish().await;
}

#[tokio::test]
async fn an_acknowledgement_ends_it_at_once_and_can_be_repeated() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "1h")
        .start()
        .await;
    let client = server.client();
    let bytes = content(200_000);
    let (share, ticket) = reserved(client, &bytes).await;
    client
        .ack(&share, &crate::support::ticket())
        .await
        .problem(410);
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        bytes
    );
    for _ in 0..3 {
        client.ack(&share, &ticket).await.expect(204);
        assert!(
            files::blob(server.place().data(), &share.id).is_none(),
            "the blob went before the answer"
        );
    }
    client.download(&share, &ticket).await.expect(410);
    let progress = client.status(&share, &ticket).await;
    assert_eq!(
        (
            progress.state.as_str(),
            progress.sent,
            progress.resumable_until
        ),
        ("delivered", 200_000, None)
    );
    server.finish().await;
}

#[tokio::test]
async fn during_the_grace_the_ticket_may_fetch_again_and_after_it_nobody() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "3s")
        .start()
        .await;
    let client = server.client();
    let bytes = content(200_000);
    let (share, ticket) = reserved(client, &bytes).await;
    for _again in 0..2 {
        assert_eq!(
            client.download(&share, &ticket).await.expect(200).body,
            bytes
        );
    }
    let gone = async || client.download(&share, &ticket).await.status == 410;
    // Each look that is answered begins a new grace, so the looks go to the status.
    let over = async || client.status(&share, &ticket).await.state == "delivered";
    eventually("the grace ends", Duration::from_secs(15), over).await;
    eventually("nobody gets it any more", Duration::from_secs(1), gone).await;
    let unlinked = async || files::blob(server.place().data(), &share.id).is_none();
    eventually("the blob is unlinked", Duration::from_secs(15), unlinked).await;
    server.finish().await;
}

#[tokio::test]
async fn a_ticket_moves_three_times_the_size_and_no_more() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(9_000_000);
    let (share, ticket) = reserved(client, &bytes).await;
    let mut moved = 0;
    for _ in 0..12 {
        let piece = take(client, &share, &ticket, 1, usize::MAX).await;
        if piece.status == 206 && piece.clean {
            assert!(piece.bytes == bytes[1..]);
        }
        moved += piece.bytes.len();
        no_transfers(client, Duration::from_secs(5)).await;
    }
    // What is debited every 8 MiB may be exceeded by as much.
    assert!(moved >= bytes.len() * 2, "only {moved} bytes");
    assert!(moved <= bytes.len() * 3 + 9 * 1024 * 1024, "{moved} bytes");
    server.finish().await;
}

#[tokio::test]
async fn a_delivery_that_nobody_continues_ends_by_its_idle_lease() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_IDLE", "2s")
        .start()
        .await;
    let client = server.client();
    let (share, ticket) = reserved(client, &content(8_000_000)).await;
    take(client, &share, &ticket, 0, 100_000).await;
    let over = async || client.status(&share, &ticket).await.state == "broken_off";
    eventually("the lease ends", Duration::from_secs(15), over).await;
    client.download(&share, &ticket).await.expect(410);
    assert_eq!(
        client.inspect(&share).await.problem(410).state.as_deref(),
        Some("broken_off")
    );
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn a_delivery_has_a_hard_end_however_busy_it_is() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_MAX", "3s")
        .set("DELIVERY_IDLE", "3s")
        .set("DELIVERY_GRACE", "1s")
        .start()
        .await;
    let client = server.client();
    let (share, ticket) = reserved(client, &content(1_000)).await;
    // Each of these fetches would renew a lease that only counts idleness.
    let over = async || {
        client
            .download_range(&share, &ticket, "bytes=1-1")
            .await
            .status
            == 410
    };
    eventually("the hard end comes", Duration::from_secs(15), over).await;
    let swept = async || client.status(&share, &ticket).await.state == "broken_off";
    eventually("the sweep carries it out", Duration::from_secs(15), swept).await;
    server.finish().await;
}

#[tokio::test]
async fn another_server_continues_what_one_began() {
    let first = Setup::shared().await.start().await;
    let second = first.sibling().await;
    let bytes = content(4_000_000);
    let (share, ticket) = reserved(first.client(), &bytes).await;
    let begun = take(second.client(), &share, &ticket, 0, 1_000_000).await;
    let rest = take(
        first.client(),
        &share,
        &ticket,
        begun.bytes.len(),
        usize::MAX,
    )
    .await;
    assert!([begun.bytes, rest.bytes].concat() == bytes);
    second.client().ack(&share, &ticket).await.expect(204);
    first.client().download(&share, &ticket).await.expect(410);
    drop(second);
    first.finish().await;
}

#[tokio::test]
async fn a_strange_ticket_gets_nothing_and_learns_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let (share, ticket) = reserved(client, b"hello").await;
    let stranger = crate::support::ticket();
    let download = client
        .send(client.get_request(&format!("/r/{}/{stranger}", share.id)))
        .await
        .problem(410);
    assert_eq!((download.state, download.at), (None, None));
    client.try_status(&share, &stranger).await.problem(410);
    client.ack(&share, &stranger).await.problem(410);
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn sigterm_lets_a_running_download_finish_and_loses_no_share() {
    let mut server = Setup::shared().await.start().await;
    let client = server.client().clone();
    let bytes = content(40_000_000);
    let (share, ticket) = reserved(&client, &bytes).await;
    let waiting = client.upload(b"hello", "b", &[]).await;
    let mut response = open(&client, &share, &ticket).await;
    let mut got = response.chunk().await.unwrap().unwrap().to_vec();
    server.ask_to_end();
    crate::support::wait::pause(500).await;
    while let Some(chunk) = response.chunk().await.expect("the transfer goes on") {
        got.extend_from_slice(&chunk);
    }
    assert!(got == bytes);
    assert_eq!(server.ended(Duration::from_secs(35)).await, 0);
    server.restart().await;
    let other = crate::support::ticket();
    client.reserve(&waiting, &other, None).await;
    assert_eq!(
        client.download(&waiting, &other).await.expect(200).body,
        "hello"
    );
    client.ack(&share, &ticket).await.expect(204);
    server.finish().await;
}
