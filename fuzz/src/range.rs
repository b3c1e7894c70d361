//! Conditional and range requests, against a plain reading of RFC 9110.

use std::time::{Duration, SystemTime};

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use onetimeshare::web::range::{Selection, Validators, select};

const ETAG: &str = "\"0a1b2c\"";
/// Sun, 06 Nov 1994 08:49:37 GMT.
const MODIFIED: u64 = 784_111_777;

/// The first line is a method and a size, the others are header fields.
pub fn check(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (method, size) = first.split_once(' ').unwrap_or((&first, "100"));
    let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
    let size = size.parse().unwrap_or(100);
    let mut headers = HeaderMap::new();
    for line in lines {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(halves.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(halves.next().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let file = Validators {
        etag: ETAG,
        // Fractions of a second that no header can say.
        last_modified: SystemTime::UNIX_EPOCH + Duration::from_millis(MODIFIED * 1000 + 999),
    };
    let chosen = select(&method, &headers, file, size);
    assert_eq!(chosen, reference(&method, &headers, size));
    if let Selection::Partial { first, last } = chosen {
        assert!(method == Method::GET && first <= last && last < size);
    }
}

fn reference(method: &Method, headers: &HeaderMap, size: u64) -> Selection {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |name: &str| httpdate::parse_http_date(text(name)?).ok().map(seconds);
    let modified = i128::from(MODIFIED);

    let changed = match (text("if-match"), date("if-unmodified-since")) {
        (Some(tags), _) => !listed(tags, false),
        (None, Some(date)) => modified > date,
        (None, None) => false,
    };
    if changed {
        return Selection::PreconditionFailed;
    }
    let known = match (text("if-none-match"), date("if-modified-since")) {
        (Some(tags), _) => listed(tags, true),
        (None, Some(date)) => modified <= date,
        (None, None) => false,
    };
    if known {
        return Selection::NotModified;
    }
    let same_version = match text("if-range").map(str::trim) {
        None => true,
        Some(tag) if tag == ETAG => true,
        Some(other) => httpdate::parse_http_date(other).is_ok_and(|date| seconds(date) == modified),
    };
    let ranges: Vec<&HeaderValue> = headers.get_all("range").collect();
    match ranges[..] {
        [range] if method == "GET" && same_version => range
            .to_str()
            .ok()
            .and_then(|range| one_range(range, size.into()))
            .unwrap_or(Selection::Full),
        _ => Selection::Full,
    }
}

fn seconds(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i128::from(since.as_secs()),
        Err(_) => 0,
    }
}

fn listed(tags: &str, weakly: bool) -> bool {
    tags.split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag == ETAG || (weakly && tag == format!("W/{ETAG}"))
    })
}

/// The bytes of one range as an interval; an empty one cannot be satisfied.
fn one_range(range: &str, size: i128) -> Option<Selection> {
    let range = range.to_ascii_lowercase();
    let rest = range.trim().strip_prefix("bytes")?.trim_start();
    let (first, last) = rest.strip_prefix('=')?.trim().split_once('-')?;
    let number = |digits: &str| {
        digits.bytes().try_fold(0_i128, |number, digit| {
            let value = i128::from(digit.is_ascii_digit().then(|| digit - b'0')?);
            Some((number * 10 + value).min(i128::from(u64::MAX)))
        })
    };
    let (from, to) = match (number(first)?, number(last)?) {
        _ if first.is_empty() && last.is_empty() => return None,
        (_, suffix) if first.is_empty() => (size - suffix.min(size), size - 1),
        (from, _) if last.is_empty() => (from, size - 1),
        (from, to) if to < from => return None,
        (from, to) => (from, to.min(size - 1)),
    };
    if from > to {
        return Some(Selection::NotSatisfiable);
    }
    Some(Selection::Partial {
        first: u64::try_from(from).expect("a place in the file"),
        last: u64::try_from(to).expect("a place in the file"),
    })
}
