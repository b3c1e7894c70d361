//! Waiting by looking, never by sleeping blindly.

use std::time::{Duration, Instant};

/// Looks every 25 ms until `look` is true; a test that waited in vain fails with `what` it waited for.
pub(crate) async fn eventually(what: &str, within: Duration, mut look: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !look().await {
        assert!(
            Instant::now() < deadline,
            "waited {within:?} in vain: {what}"
        );
        pause(25).await;
    }
}

/// Gives the other side `milliseconds` before the next look.
pub(crate) async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// Says something the reader of a test run must see even when it passes: a seed, a test that could not run here.
#[expect(
    clippy::print_stderr,
    reason = "the only way of a test to speak to who runs it"
)]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Waits until `/health` answers with this status.
pub(crate) async fn health_is(client: &super::Client, status: u16) {
    let seen = async || {
        client
            .try_send(client.get_request("/health"))
            .await
            .is_ok_and(|answer| answer.status == status)
    };
    eventually("health changes", Duration::from_secs(30), seen).await;
}
