//! Conditional and range requests (RFC 9110, sections 13 and 14), as one pure function.

use std::time::{Duration, SystemTime};

use actix_web::http::{
    Method,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

/// What identifies the one version of a file there ever is.
#[derive(Debug, Clone, Copy)]
pub struct Validators<'a> {
    /// A strong entity tag with its quotation marks.
    pub etag: &'a str,
    /// When the file came to be; compared in whole seconds.
    pub last_modified: SystemTime,
}

/// How to answer a request for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// 200 with everything.
    Full,
    /// 206 with the bytes from `first` to `last`, both included.
    Partial {
        /// Offset of the first byte.
        first: u64,
        /// Offset of the last byte; below the size.
        last: u64,
    },
    /// 304.
    NotModified,
    /// 412.
    PreconditionFailed,
    /// 416.
    NotSatisfiable,
}

/// Decides by the request's method and headers alone, in the order of RFC 9110, section 13.2.2.
///
/// At most one range is served: several ranges, a malformed range or another unit answer with everything.
pub fn select(method: &Method, headers: &HeaderMap, file: Validators<'_>, size: u64) -> Selection {
    let modified = whole_seconds(file.last_modified);
    let date = |name: HeaderName| {
        let value = headers.get(name)?.to_str().ok()?;
        httpdate::parse_http_date(value).ok().map(whole_seconds)
    };

    if let Some(tags) = tags(headers, &header::IF_MATCH) {
        if !names(&tags, file.etag, Comparison::Strong) {
            return Selection::PreconditionFailed;
        }
    } else if date(header::IF_UNMODIFIED_SINCE).is_some_and(|date| modified > date) {
        return Selection::PreconditionFailed;
    }
    if let Some(tags) = tags(headers, &header::IF_NONE_MATCH) {
        if names(&tags, file.etag, Comparison::Weak) {
            return Selection::NotModified;
        }
    } else if date(header::IF_MODIFIED_SINCE).is_some_and(|date| modified <= date) {
        return Selection::NotModified;
    }

    let mut ranges = headers.get_all(header::RANGE);
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return Selection::Full;
    };
    let still_the_same = headers.get(header::IF_RANGE).is_none_or(|validator| {
        validator.as_bytes().trim_ascii() == file.etag.as_bytes()
            || date(header::IF_RANGE).is_some_and(|date| date == modified)
    });
    if *method != Method::GET || !still_the_same {
        return Selection::Full;
    }
    range
        .to_str()
        .ok()
        .and_then(|range| one_range(range, size))
        .unwrap_or(Selection::Full)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// The members of a list field, all its lines together. Bytes, because a tag nobody can read still is one that does not
/// match.
fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a [u8]>> {
    let lines = headers.get_all(name).map(HeaderValue::as_bytes);
    let tags = lines.flat_map(|line| line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    headers.contains_key(name).then(|| tags.collect())
}

fn names(tags: &[&[u8]], etag: &str, comparison: Comparison) -> bool {
    *tags == [b"*"]
        || tags.iter().any(|tag| {
            let tag = match comparison {
                Comparison::Strong => tag,
                Comparison::Weak => tag.strip_prefix(b"W/").unwrap_or(tag),
            };
            tag == etag.as_bytes()
        })
}

/// HTTP dates have no fractions of a second.
fn whole_seconds(time: SystemTime) -> Duration {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Duration::from_secs(since.as_secs())
}

/// `None` for whatever is not exactly one well-formed range of bytes.
fn one_range(range: &str, size: u64) -> Option<Selection> {
    let (unit, range) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let selection = match (first, last) {
        ("", suffix) => match number(suffix)?.min(size) {
            0 => Selection::NotSatisfiable,
            length => Selection::Partial {
                first: size - length,
                last: size - 1,
            },
        },
        (first, last) => {
            let first = number(first)?;
            let last = if last.is_empty() {
                u64::MAX
            } else {
                number(last)?
            };
            if last < first {
                return None;
            }
            if first >= size {
                Selection::NotSatisfiable
            } else {
                Selection::Partial {
                    first,
                    last: last.min(size - 1),
                }
            }
        }
    };
    Some(selection)
}

/// Digits only; a number too large for 64 bits counts as the largest.
fn number(digits: &str) -> Option<u64> {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
