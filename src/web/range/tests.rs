//! Tests of the parent module.

use actix_web::http::header::HeaderValue;
use proptest::prelude::*;

use super::*;

const ETAG: &str = "\"abc\"";
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

fn ask(method: &Method, fields: &[(HeaderName, &str)], size: u64) -> Selection {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
    }
    let last_modified = httpdate::parse_http_date(DATE).unwrap() + Duration::from_millis(700);
    select(
        method,
        &headers,
        Validators {
            etag: ETAG,
            last_modified,
        },
        size,
    )
}

fn ranged(range: &str, size: u64) -> Selection {
    ask(&Method::GET, &[(header::RANGE, range)], size)
}

#[test]
fn one_range_is_cut_to_the_size() {
    let partial = |first, last| Selection::Partial { first, last };
    let table = [
        ("bytes=0-0", partial(0, 0)),
        ("bytes=0-9", partial(0, 9)),
        ("bytes=5-", partial(5, 9)),
        ("bytes=5-99", partial(5, 9)),
        ("bytes=-3", partial(7, 9)),
        ("bytes=-99", partial(0, 9)),
        ("BYTES=1-2", partial(1, 2)),
        ("bytes=0-99999999999999999999999", partial(0, 9)),
        ("bytes=10-", Selection::NotSatisfiable),
        ("bytes=99999999999999999999999-", Selection::NotSatisfiable),
        ("bytes=-0", Selection::NotSatisfiable),
    ];
    for (range, selection) in table {
        assert_eq!(ranged(range, 10), selection, "{range}");
    }
}

#[test]
fn whatever_is_not_one_range_gets_everything() {
    for range in [
        "bytes=0-1,3-4",
        "bytes=5-4",
        "bytes=-",
        "bytes=a-b",
        "items=0-1",
        "bytes 0-1",
        "bytes=+1-2",
        "bytes=1--2",
        "",
        "bytes=0x1-",
    ] {
        assert_eq!(ranged(range, 10), Selection::Full, "{range}");
    }
    let twice = [(header::RANGE, "bytes=0-1"), (header::RANGE, "bytes=2-3")];
    assert_eq!(ask(&Method::GET, &twice, 10), Selection::Full);
    assert_eq!(
        ask(&Method::HEAD, &[(header::RANGE, "bytes=0-1")], 10),
        Selection::Full
    );
}

#[test]
fn an_empty_file_has_no_ranges() {
    assert_eq!(ranged("bytes=0-", 0), Selection::NotSatisfiable);
    assert_eq!(ranged("bytes=-5", 0), Selection::NotSatisfiable);
    assert_eq!(ask(&Method::GET, &[], 0), Selection::Full);
}

#[test]
fn if_range_must_name_this_very_version() {
    let part = Selection::Partial { first: 0, last: 1 };
    let table = [
        (ETAG, part),
        (DATE, part),
        ("\"other\"", Selection::Full),
        ("W/\"abc\"", Selection::Full),
        (EARLIER, Selection::Full),
        ("nonsense", Selection::Full),
    ];
    for (validator, selection) in table {
        let fields = [(header::RANGE, "bytes=0-1"), (header::IF_RANGE, validator)];
        assert_eq!(ask(&Method::GET, &fields, 10), selection, "{validator}");
    }
}

#[test]
fn preconditions_come_before_ranges_and_tags_before_dates() {
    let table: [(&[(HeaderName, &str)], Selection); 15] = [
        (&[(header::IF_MATCH, ETAG)], Selection::Full),
        // Several lines are one list.
        (
            &[(header::IF_MATCH, "\"x\""), (header::IF_MATCH, ETAG)],
            Selection::Full,
        ),
        (
            &[
                (header::IF_NONE_MATCH, "\"x\""),
                (header::IF_NONE_MATCH, ETAG),
            ],
            Selection::NotModified,
        ),
        // What is no ASCII is a tag all the same, and not ours.
        (
            &[(header::IF_MATCH, "\"é\"")],
            Selection::PreconditionFailed,
        ),
        (
            &[(header::IF_RANGE, "\"é\""), (header::RANGE, "bytes=0-1")],
            Selection::Full,
        ),
        (
            &[(header::IF_RANGE, ETAG), (header::RANGE, "bytes=0-1")],
            Selection::Partial { first: 0, last: 1 },
        ),
        (&[(header::IF_MATCH, "*")], Selection::Full),
        (
            &[(header::IF_MATCH, "W/\"abc\", \"x\"")],
            Selection::PreconditionFailed,
        ),
        (
            &[(header::IF_NONE_MATCH, "\"x\", W/\"abc\"")],
            Selection::NotModified,
        ),
        (
            &[
                (header::IF_NONE_MATCH, "\"x\""),
                (header::IF_MODIFIED_SINCE, DATE),
            ],
            Selection::Full,
        ),
        (&[(header::IF_MODIFIED_SINCE, DATE)], Selection::NotModified),
        (&[(header::IF_MODIFIED_SINCE, EARLIER)], Selection::Full),
        (
            &[(header::IF_UNMODIFIED_SINCE, EARLIER)],
            Selection::PreconditionFailed,
        ),
        (&[(header::IF_UNMODIFIED_SINCE, DATE)], Selection::Full),
        (
            &[(header::IF_MATCH, "\"x\""), (header::RANGE, "bytes=0-1")],
            Selection::PreconditionFailed,
        ),
    ];
    for (fields, selection) in table {
        assert_eq!(ask(&Method::GET, fields, 10), selection, "{fields:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_part_always_lies_within_the_file(range in "(bytes=)?[0-9]{0,4}(-|,)?[0-9]{0,4}(-|,)?|\\PC{0,20}", size in 0_u64..3000) {
        if HeaderValue::from_str(&range).is_ok() && let Selection::Partial { first, last } = ranged(&range, size) {
            prop_assert!(first <= last && last < size);
        }
    }

    #[test]
    fn well_formed_ranges_select_the_slice_they_name(first in 0_usize..300, length in 1_usize..300, size in 0_usize..300) {
        let data: Vec<usize> = (0..size).collect();
        let named = data.iter().skip(first).take(length).copied().collect::<Vec<_>>();
        let expected = match (named.first(), named.last()) {
            (Some(first), Some(last)) => Selection::Partial { first: *first as u64, last: *last as u64 },
            _ => Selection::NotSatisfiable,
        };
        let range = format!("bytes={first}-{}", first + length - 1);
        prop_assert_eq!(ranged(&range, size as u64), expected);
    }
}
