//! Which language a request asks for.

use std::cmp::Reverse;

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

use crate::web::negotiate::weight;

/// More than this many ranges nobody means.
const RANGES: usize = 32;

/// The value of the parameter `lang`. Tags need no decoding.
pub(super) fn in_query(query: &str) -> Option<&str> {
    query
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("lang="))
}

/// The ranges of all `Accept-Language` fields, the most wanted first (RFC 9110, section 12.5.4); without those that are refused.
pub(super) fn in_headers(headers: &HeaderMap) -> Vec<&str> {
    let fields = headers
        .get_all(ACCEPT_LANGUAGE)
        .filter_map(|value| value.to_str().ok());
    let mut ranges: Vec<(&str, u16)> = fields
        .flat_map(|field| field.split(','))
        .take(RANGES)
        .map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let range = parts.next().unwrap_or_default();
            (range, weight(parts))
        })
        .filter(|(range, weight)| !range.is_empty() && *weight > 0)
        .collect();
    ranges.sort_by_key(|(_, weight)| Reverse(*weight));
    ranges.into_iter().map(|(range, _)| range).collect()
}
