//! What `/metrics` tells: names in one place, bounded labels, and nothing about any single share.

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "onetimeshare_requests_total";
const REQUEST_SECONDS: &str = "onetimeshare_request_seconds";

/// Every counter the layers below and this one keep, with its meaning.
pub const COUNTERS: [(&str, &str); 10] = [
    (
        REQUESTS,
        "requests answered, by route pattern, method and status",
    ),
    ("onetimeshare_bytes_in_total", "bytes of content received"),
    ("onetimeshare_bytes_out_total", "bytes of content sent"),
    (
        "onetimeshare_shares_total",
        "shares deposited, and how they ended, by outcome",
    ),
    (
        "onetimeshare_damaged_total",
        "blobs found missing or altered",
    ),
    ("onetimeshare_derivations_total", "passphrases stretched"),
    (
        "onetimeshare_swept_total",
        "shares a sweep carried out, by what",
    ),
    (
        "onetimeshare_sweep_errors_total",
        "steps of a sweep that failed and are tried again",
    ),
    (
        "onetimeshare_redis_restarts_total",
        "restarts of the bundled Redis",
    ),
    (
        "onetimeshare_connections_refused_total",
        "connections over the cap of one client",
    ),
];

/// Every gauge.
pub const GAUGES: [(&str, &str); 3] = [
    (
        "onetimeshare_transfers",
        "uploads and downloads running now",
    ),
    (
        "onetimeshare_derivations_waiting",
        "passphrases waiting to be stretched now",
    ),
    (
        "onetimeshare_unknown_blobs",
        "blobs without record and fate at the last scan",
    ),
];

/// Every histogram.
pub const HISTOGRAMS: [(&str, &str); 2] = [
    (
        REQUEST_SECONDS,
        "seconds from the head of a request to the head of its answer, by route pattern",
    ),
    (
        "onetimeshare_redis_seconds",
        "seconds Redis takes to answer",
    ),
];

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
    for (name, meaning) in COUNTERS {
        describe_counter!(name, meaning);
    }
    for (name, meaning) in GAUGES {
        describe_gauge!(name, meaning);
    }
    for (name, meaning) in HISTOGRAMS {
        describe_histogram!(name, meaning);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_shows_up_by_its_pattern_and_invented_methods_are_one() {
        let handle = install();
        request("/d/{id}".to_owned(), "BREW", 405, Duration::from_millis(3));
        let text = handle.render();
        let line =
            "onetimeshare_requests_total{route=\"/d/{id}\",method=\"other\",status=\"405\"} 1";
        assert!(text.contains(line), "{text}");
        assert!(install().render().contains(line));
    }
}
