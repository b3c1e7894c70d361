//! What RFC 9110 says, read from the RFC alone (sections 5.6.1, 8.8, 13 and 14), beside what `docs/api.md` chooses where
//! the RFC leaves a choice: one range at most, everything else gets the whole.

/// A request as far as it matters here.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    pub(super) fields: Vec<(&'static str, Vec<u8>)>,
}

/// The one representation there is.
#[derive(Debug)]
pub(super) struct File {
    /// With its quotation marks.
    pub(super) etag: String,
    /// As an IMF-fixdate.
    pub(super) modified: String,
    pub(super) size: u64,
}

/// What may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Whole,
    /// First and last byte.
    Part(u64, u64),
    NotModified,
    PreconditionFailed,
    NotSatisfiable,
    /// A prefetch is never served.
    Later,
}

/// Year, month, day and time of day; they compare as moments do.
type Moment = (u32, u32, u32, String);

/// Every outcome that is right.
pub(super) fn answers(asked: &Asked, file: &File) -> Vec<Expected> {
    if ["sec-purpose", "purpose"]
        .iter()
        .any(|name| lower(&all(asked, name)).contains("prefetch"))
    {
        return vec![Expected::Later];
    }
    let modified = moment(file.modified.as_bytes()).expect("the server writes IMF-fixdates");
    // 13.2.2, steps 1 to 4.
    if has(asked, "if-match") {
        if !matches(&all(asked, "if-match"), &file.etag, false) {
            return vec![Expected::PreconditionFailed];
        }
    } else if moment(&all(asked, "if-unmodified-since")).is_some_and(|date| modified > date) {
        return vec![Expected::PreconditionFailed];
    }
    if has(asked, "if-none-match") {
        if matches(&all(asked, "if-none-match"), &file.etag, true) {
            return vec![Expected::NotModified];
        }
    } else if moment(&all(asked, "if-modified-since")).is_some_and(|date| modified <= date) {
        return vec![Expected::NotModified];
    }
    // Step 5, and 14.2: "this specification only defines range handling for GET".
    if asked.method != "GET" || !has(asked, "range") {
        return vec![Expected::Whole];
    }
    if has(asked, "if-range") && !if_range(&all(asked, "if-range"), file, &modified) {
        return vec![Expected::Whole];
    }
    ranges(&all(asked, "range"), file.size)
}

/// 13.1.5: a strong comparison with an entity tag, or the exact date; the content of a share never changes, so its date is
/// a strong validator.
fn if_range(validator: &[u8], file: &File, modified: &Moment) -> bool {
    validator == file.etag.as_bytes() || moment(validator).is_some_and(|date| date == *modified)
}

/// 14.1.2, with the grammar of 14.1.1.
fn ranges(value: &[u8], size: u64) -> Vec<Expected> {
    let whole = vec![Expected::Whole];
    let Ok(value) = str::from_utf8(value) else {
        return whole;
    };
    let Some((unit, set)) = value.split_once('=') else {
        return whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return whole;
    }
    let elements: Vec<&str> = set.split(',').map(str::trim).collect();
    let specs: Vec<&str> = elements
        .iter()
        .copied()
        .filter(|one| !one.is_empty())
        .collect();
    let [one] = specs.as_slice() else {
        return whole;
    };
    let Some(answer) = one_range(one, size) else {
        return whole;
    };
    // Blanks and empty elements: the grammar has none or ignores them, so the field may be ignored or served.
    let exact = elements.len() == 1 && set == *one && unit.len() == 5;
    match answer {
        answer if exact => answer,
        answer => answer.into_iter().chain(whole).collect(),
    }
}

fn one_range(spec: &str, size: u64) -> Option<Vec<Expected>> {
    let (first, last) = spec.split_once('-')?;
    let (first, last) = (position(first)?, position(last)?);
    let last_byte = size.checked_sub(1);
    Some(match (first, last, last_byte) {
        (None, None, _) => return None,
        (Some(first), Some(last), _) if last < first => return None,
        (Some(first), _, Some(end)) if first > u128::from(end) => vec![Expected::NotSatisfiable],
        (Some(_), _, None) | (None, Some(0), _) => vec![Expected::NotSatisfiable],
        (Some(first), last, Some(end)) => {
            let last = last.map_or(end, |last| narrow(last).min(end));
            vec![Expected::Part(narrow(first), last)]
        }
        (None, Some(length), Some(end)) => {
            vec![Expected::Part(size.saturating_sub(narrow(length)), end)]
        }
        // "Satisfiable", yet no Content-Range can name it.
        (None, Some(_), None) => vec![Expected::NotSatisfiable, Expected::Whole],
    })
}

/// `None`: not digits. `Some(None)`: nothing there. Larger than anything when there are too many digits.
#[expect(
    clippy::option_option,
    reason = "no number and none that is one are different things"
)]
fn position(digits: &str) -> Option<Option<u128>> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    Some(match (digits.len(), significant.len()) {
        (0, _) => None,
        (_, 0) => Some(0),
        (_, length) if length > 30 => Some(u128::MAX),
        _ => significant.parse().ok(),
    })
}

fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// 13.1.1 and 13.1.2: `*`, or a list of entity tags of which one matches (8.8.3.2).
fn matches(list: &[u8], etag: &str, weak_counts: bool) -> bool {
    if list == b"*" {
        return true;
    }
    let opaque = etag.trim_matches('"').as_bytes();
    let mut rest = list;
    while let Some(quote) = rest.iter().position(|byte| *byte == b'"') {
        let (before, after) = (&rest[..quote], &rest[quote + 1..]);
        let Some(end) = after.iter().position(|byte| *byte == b'"') else {
            return false;
        };
        let is_weak = before.ends_with(b"W/");
        if &after[..end] == opaque && (weak_counts || !is_weak) {
            return true;
        }
        rest = &after[end + 1..];
    }
    false
}

/// 5.6.7, the three forms of a date.
fn moment(value: &[u8]) -> Option<Moment> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let text = str::from_utf8(value).ok()?;
    let month = |name: &str| {
        let at = MONTHS
            .find(name)
            .filter(|at| name.len() == 3 && at % 3 == 0)?;
        u32::try_from(at / 3).ok()
    };
    let words: Vec<&str> = text
        .split([' ', '-'])
        .filter(|word| !word.is_empty())
        .collect();
    let (day, name, year, time) = match words.as_slice() {
        [week, day, name, year, time, "GMT"] if week.ends_with(',') => (day, name, year, time),
        [week, name, day, time, year] if week.len() == 3 => (day, name, year, time),
        _ => return None,
    };
    let year: u32 = year.parse().ok()?;
    let year = if year < 100 { 1900 + year } else { year };
    let valid = time.len() == 8
        && time
            .bytes()
            .all(|byte| byte == b':' || byte.is_ascii_digit());
    valid.then_some((year, month(name)?, day.parse().ok()?, (*time).to_owned()))
}

fn has(asked: &Asked, name: &str) -> bool {
    asked
        .fields
        .iter()
        .any(|(field, _)| field.eq_ignore_ascii_case(name))
}

/// 5.3: several lines of one field are one list.
fn all(asked: &Asked, name: &str) -> Vec<u8> {
    let lines = asked
        .fields
        .iter()
        .filter(|(field, _)| field.eq_ignore_ascii_case(name));
    let lines: Vec<&[u8]> = lines.map(|(_, value)| value.trim_ascii()).collect();
    lines.join(&b", "[..])
}

fn lower(value: &[u8]) -> String {
    String::from_utf8_lossy(value).to_ascii_lowercase()
}
