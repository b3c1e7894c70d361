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
    // Each byte as the character of that number: a tag need not be ASCII.
    let latin = |value: &HeaderValue| {
        value
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect()
    };
    let list = |name: &str| {
        let lines: Vec<String> = headers.get_all(name).map(latin).collect();
        headers.contains_key(name).then(|| lines.join(","))
    };
    let date = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        httpdate::parse_http_date(text).ok().map(seconds)
    };
    let modified = i128::from(MODIFIED);

    let changed = match (list("if-match"), date("if-unmodified-since")) {
        (Some(tags), _) => !listed(&tags, false),
        (None, Some(date)) => modified > date,
        (None, None) => false,
    };
    if changed {
        return Selection::PreconditionFailed;
    }
    let known = match (list("if-none-match"), date("if-modified-since")) {
        (Some(tags), _) => listed(&tags, true),
        (None, Some(date)) => modified <= date,
        (None, None) => false,
    };
    if known {
        return Selection::NotModified;
    }
    let same_version = match headers.get("if-range").map(latin) {
        None => true,
        Some(tag) if blank_trimmed(&tag) == ETAG => true,
        Some(_) => date("if-range") == Some(modified),
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
    blank_trimmed(tags) == "*"
        || tags
            .split(',')
            .map(blank_trimmed)
            .any(|tag| tag == ETAG || (weakly && tag == format!("W/{ETAG}")))
}

/// Without the blanks a field may have around its members; Latin-1 has others that are not meant.
fn blank_trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_ascii_whitespace())
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
