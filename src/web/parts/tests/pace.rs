//! How slowly it may come.

use std::time::Duration;

use super::*;

fn slow(pace: Pace, chunk: usize, every: Duration) -> PartReader {
    let head = stream::iter([Ok(Bytes::from(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
    ))]);
    let trickle = stream::unfold((), move |()| async move {
        tokio::time::sleep(every).await;
        Some((Ok(Bytes::from(vec![b'x'; chunk])), ()))
    });
    PartReader::with_pace(&headers(), Box::pin(head.chain(trickle)), pace).unwrap()
}

#[actix_web::test]
async fn stalled_and_trickling_bodies_are_given_up() {
    let pace = Pace {
        stall: Duration::from_millis(200),
        window: Duration::from_millis(300),
        least: 100,
    };
    assert_eq!(
        read(slow(pace, 1, Duration::from_mins(1))).await,
        Err(UploadError::TooSlow)
    );
    assert_eq!(
        read(slow(pace, 1, Duration::from_millis(20))).await,
        Err(UploadError::TooSlow)
    );
    let steady = tokio::time::timeout(
        Duration::from_secs(1),
        read(slow(pace, 50, Duration::from_millis(20))),
    );
    assert!(steady.await.is_err(), "a steady body goes on");
}
