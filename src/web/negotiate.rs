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
        Self::from_accept(&accepted(headers))
    }

    fn from_accept(accept: &str) -> Self {
        let weight = |main, sub| best_range(accept, main, sub).weight;
        let json = weight("application", "json").max(weight("application", "problem+json"));
        let html = weight("text", "html");
        let text = weight("text", "plain");
        if html > json && html >= text {
            Self::Html
        } else if text > json {
            Self::Text
        } else {
            Self::Json
        }
    }
}

/// Whether a request asks for JSON by name, not by a range that covers everything.
pub fn names_json(headers: &HeaderMap) -> bool {
    let accept = accepted(headers);
    ["json", "problem+json"].iter().any(|sub| {
        let range = best_range(&accept, "application", sub);
        range.specificity == EXACT && range.weight > 0
    })
}

fn accepted(headers: &HeaderMap) -> String {
    let fields: Vec<&str> = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .collect();
    fields.join(",")
}

/// How closely a range names a type.
const EXACT: u8 = 3;

/// A range of `Accept`.
#[derive(Default)]
struct Range {
    specificity: u8,
    /// In thousandths.
    weight: u16,
}

/// The most specific range that covers a type (RFC 9110, section 12.5.1); without one, no weight.
fn best_range(accept: &str, main: &str, sub: &str) -> Range {
    let mut best = Range::default();
    for item in accept.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let (range_main, range_sub) = parts
            .next()
            .and_then(|range| range.split_once('/'))
            .unwrap_or_default();
        let same = |range: &str, wanted: &str| range.eq_ignore_ascii_case(wanted);
        let specificity = match (range_main, range_sub) {
            (range_main, range_sub) if same(range_main, main) && same(range_sub, sub) => EXACT,
            (range_main, "*") if same(range_main, main) => 2,
            ("*", "*") => 1,
            _ => continue,
        };
        let weight = weight(parts);
        if specificity > best.specificity {
            best = Range {
                specificity,
                weight,
            };
        }
    }
    best
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
    fn json_is_named_by_its_own_range_only() {
        let table = [
            ("application/json", true),
            ("text/html, application/problem+json;q=0.1", true),
            ("Application/JSON", true),
            ("application/json;q=0", false),
            ("application/*", false),
            ("*/*", false),
            ("text/html;x=json", false),
            ("", false),
        ];
        for (accept, named) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(names_json(&headers), named, "{accept:?}");
        }
    }

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
