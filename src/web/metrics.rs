//! What `/metrics` tells: names in one place, bounded labels, and nothing about any single share.

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Requests answered, by `route` (the pattern), `method` and `status`.
pub const REQUESTS: &str = "ots_http_requests_total";
/// Seconds from a request's head to its answer's head, by `route`.
pub const REQUEST_SECONDS: &str = "ots_http_request_seconds";
/// Bytes of file content received.
pub const BYTES_IN: &str = "ots_bytes_received_total";
/// Bytes of file content sent.
pub const BYTES_OUT: &str = "ots_bytes_sent_total";
/// Transfers running, by `direction` = `up` or `down`.
pub const TRANSFERS: &str = "ots_transfers_running";
/// Shares by `outcome`.
pub const SHARES: &str = "ots_shares_total";
/// What sweeps removed or found, by `result`.
pub const SWEPT: &str = "ots_swept_total";
/// Passphrase derivations, by `state` = `waiting` or `running`.
pub const DERIVATIONS: &str = "ots_argon2_derivations";
/// Seconds a Redis operation took, by `operation`.
pub const REDIS_SECONDS: &str = "ots_redis_seconds";

/// The direction of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a sender to us.
    Up,
    /// From us to a recipient.
    Down,
}

impl Direction {
    const fn label(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// Collects metrics from now on; later calls give the same handle. `render()` yields the Prometheus text.
///
/// Call `run_upkeep()` of the handle every minute or so, otherwise histograms grow between two renders.
pub fn install() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(start).clone()
}

fn start() -> PrometheusHandle {
    let seconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0];
    let recorder = PrometheusBuilder::new()
        .set_buckets(&seconds)
        .expect("there are buckets")
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is in place; /metrics stays empty");
    }
    describe_counter!(
        REQUESTS,
        "Requests answered, by route pattern, method and status"
    );
    describe_histogram!(
        REQUEST_SECONDS,
        "Seconds from the head of a request to the head of its answer"
    );
    describe_counter!(BYTES_IN, "Bytes of file content received");
    describe_counter!(BYTES_OUT, "Bytes of file content sent");
    describe_gauge!(TRANSFERS, "Transfers running, by direction");
    describe_counter!(SHARES, "Shares, by outcome");
    describe_counter!(SWEPT, "What sweeps removed or found, by result");
    describe_gauge!(DERIVATIONS, "Passphrase derivations waiting and running");
    describe_histogram!(REDIS_SECONDS, "Seconds a Redis operation took");
    handle
}

/// Counts an answered request. `route` must be a pattern, never a path.
pub fn request(route: String, method: &str, status: u16, took: Duration) {
    // Clients may invent methods; each would become a time series of its own.
    let method = match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "DELETE" => "DELETE",
        _ => "other",
    };
    histogram!(REQUEST_SECONDS, "route" => route.clone()).record(took.as_secs_f64());
    counter!(REQUESTS, "route" => route, "method" => method, "status" => status.to_string())
        .increment(1);
}

/// Counts bytes of file content.
pub fn bytes(direction: Direction, count: u64) {
    match direction {
        Direction::Up => counter!(BYTES_IN).increment(count),
        Direction::Down => counter!(BYTES_OUT).increment(count),
    }
}

/// Counts a share that reached an outcome, such as `created` or `delivered`.
pub fn share(outcome: &'static str) {
    counter!(SHARES, "outcome" => outcome).increment(1);
}

/// Counts what a sweep did, such as `expired` or `unknown`.
pub fn swept(result: &'static str, count: u64) {
    counter!(SWEPT, "result" => result).increment(count);
}

/// Tells how many derivations wait and run now.
pub fn derivations(waiting: u32, running: u32) {
    gauge!(DERIVATIONS, "state" => "waiting").set(f64::from(waiting));
    gauge!(DERIVATIONS, "state" => "running").set(f64::from(running));
}

/// Records how long a Redis operation took.
pub fn redis(operation: &'static str, took: Duration) {
    histogram!(REDIS_SECONDS, "operation" => operation).record(took.as_secs_f64());
}

/// A running transfer; counted until it is dropped.
#[must_use = "the transfer counts as running only while this lives"]
pub struct Transfer(Direction);

impl Transfer {
    /// Counts one more.
    pub fn begin(direction: Direction) -> Self {
        gauge!(TRANSFERS, "direction" => direction.label()).increment(1);
        Self(direction)
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        gauge!(TRANSFERS, "direction" => self.0.label()).decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_helper_shows_up_in_the_text() {
        let handle = install();
        request("/d/{id}".to_owned(), "BREW", 405, Duration::from_millis(3));
        bytes(Direction::Up, 5);
        bytes(Direction::Down, 7);
        share("delivered");
        swept("expired", 2);
        derivations(1, 2);
        redis("swap", Duration::from_millis(1));
        let running = Transfer::begin(Direction::Down);
        let text = handle.render();
        for line in [
            "ots_http_requests_total{route=\"/d/{id}\",method=\"other\",status=\"405\"} 1",
            "ots_transfers_running{direction=\"down\"} 1",
            "ots_shares_total{outcome=\"delivered\"} 1",
            "ots_swept_total{result=\"expired\"} 2",
            "ots_argon2_derivations{state=\"running\"} 2",
            "ots_redis_seconds_count{operation=\"swap\"} 1",
            "ots_bytes_received_total 5",
            "ots_bytes_sent_total 7",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        drop(running);
        assert!(
            handle
                .render()
                .contains("ots_transfers_running{direction=\"down\"} 0")
        );
        assert!(install().render().contains("ots_shares_total"));
    }
}
