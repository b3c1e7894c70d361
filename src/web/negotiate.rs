//! Which of our three forms of an answer a request prefers, and in which language.

use actix_web::http::{
    Method,
    header::{ACCEPT, HeaderMap},
};

use super::language::Language;

/// Who reads the answer.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The form.
    pub wants: Wants,
    /// The language.
    pub language: Language,
    /// Whether a page may offer other languages: that link asks anew, by GET, and what answered a form would be lost.
    pub may_switch: bool,
}

impl Reader {
    /// Who sent such a request.
    pub fn of(method: &Method, headers: &HeaderMap, query: &str) -> Self {
        Self {
            wants: Wants::of(headers),
            language: Language::of(headers, query),
            may_switch: method.is_safe(),
        }
    }
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// For scripts, our own pages' scripts, and everybody without a preference.
    Json,
    /// For browsers that navigate.
    Html,
    /// For those who ask for `text/plain` by name.
    Text,
}

impl Wants {
    /// Reads all `Accept` fields; JSON wins a tie, then HTML.
    pub fn of(headers: &HeaderMap) -> Self {
        let fields: Vec<&str> = headers
            .get_all(ACCEPT)
            .filter_map(|value| value.to_str().ok())
            .collect();
        Self::from_accept(&fields.join(","))
    }

    fn from_accept(accept: &str) -> Self {
        let json = quality(accept, "application", "json").max(quality(
            accept,
            "application",
            "problem+json",
        ));
        let html = quality(accept, "text", "html");
        let text = quality(accept, "text", "plain");
        if html > json && html >= text {
            Self::Html
        } else if text > json {
            Self::Text
        } else {
            Self::Json
        }
    }
}

/// Whether a browser asks before its user does (`Sec-Purpose`, and `Purpose` of older ones).
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].iter().any(|name| {
        headers
            .get(*name)
            .and_then(|purpose| purpose.to_str().ok())
            .is_some_and(|purpose| purpose.to_ascii_lowercase().contains("prefetch"))
    })
}

/// The weight in thousandths of the most specific range that covers a type (RFC 9110, section 12.5.1).
fn quality(accept: &str, main: &str, sub: &str) -> u16 {
    let mut best = (0, 0);
    for item in accept.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let (range_main, range_sub) = parts
            .next()
            .and_then(|range| range.split_once('/'))
            .unwrap_or_default();
        let same = |range: &str, wanted: &str| range.eq_ignore_ascii_case(wanted);
        let specificity = match (range_main, range_sub) {
            (range_main, range_sub) if same(range_main, main) && same(range_sub, sub) => 3,
            (range_main, "*") if same(range_main, main) => 2,
            ("*", "*") => 1,
            _ => continue,
        };
        let weight = weight(parts);
        if specificity > best.0 {
            best = (specificity, weight);
        }
    }
    best.1
}

/// The weight among the parameters of a range, in thousandths; all of it where none is given.
pub(super) fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    parameters
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(1000, thousandths)
}

/// `0.85` → 850; a weight that is no number counts as none.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = fraction
        .chars()
        .chain("000".chars())
        .take(3)
        .collect::<String>();
    match (whole, digits.parse::<u16>()) {
        ("1", Ok(_)) => 1000,
        ("0", Ok(digits)) => digits,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages_and_everybody_else_json() {
        let table = [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                Wants::Html,
            ),
            ("text/html,*/*;q=0.8", Wants::Html),
            ("*/*", Wants::Json),
            ("", Wants::Json),
            ("application/json", Wants::Json),
            ("application/problem+json, text/html;q=0.5", Wants::Json),
            ("text/html;q=0.5, application/json;q=0.9", Wants::Json),
            ("text/html;q=0.9, application/json;q=0.5", Wants::Html),
            ("text/html, application/json", Wants::Json),
            ("text/plain", Wants::Text),
            ("text/plain, */*;q=0.1", Wants::Text),
            ("TEXT/HTML", Wants::Html),
            ("text/*", Wants::Html),
            ("text/html;q=0", Wants::Json),
            ("text/html;q=abc", Wants::Json),
            ("image/png", Wants::Json),
            (";;,,/,q=1", Wants::Json),
        ];
        for (accept, wants) in table {
            assert_eq!(Wants::from_accept(accept), wants, "{accept}");
        }
    }
}
