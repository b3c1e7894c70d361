//! How long a handler may take to answer.

use std::time::Duration;

use actix_web::http::Method;

/// Longest time between a request's head and its answer's head.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Whether a request is exempt because its answer waits for a transfer or for a whole sweep.
///
/// Uploads have their own timers in [`super::parts`]; a download answers after its claim is durable.
pub fn is_exempt(method: &Method, path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let place = (
        segments.next(),
        segments.next(),
        segments.next(),
        segments.next(),
    );
    match *method {
        Method::POST => matches!(
            place,
            (Some("upload"), None, ..) | (Some("admin"), Some("cleanup"), None, _)
        ),
        Method::GET => matches!(place, (Some("r"), Some(_), Some(_), None)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_transfers_and_sweeps_may_take_their_time() {
        let table = [
            (Method::POST, "/upload", true),
            (Method::GET, "/r/id/ticket", true),
            (Method::POST, "/admin/cleanup", true),
            (Method::GET, "/upload", false),
            (Method::GET, "/r/id/ticket/status", false),
            (Method::POST, "/r/id/ticket/ack", false),
            (Method::POST, "/r/id/ticket", false),
            (Method::POST, "/d/id", false),
            (Method::GET, "/", false),
            (Method::POST, "/upload/x", false),
        ];
        for (method, path, exempt) in table {
            assert_eq!(is_exempt(&method, path), exempt, "{method} {path}");
        }
    }
}
