//! Headers a client might send, sound and unsound.

use crate::support::Dice;

use super::reference::{Asked, File};

/// Another entity tag.
const OTHER: &str = "\"00000000000000000000000000000000\"";

/// Throws one request about `file`.
pub(super) fn throw(dice: &mut Dice, file: &File) -> Asked {
    let mut fields = Vec::new();
    let mut add = |name, value: String| fields.push((name, value.into_bytes()));
    if dice.below(10) < 8 {
        add(
            one_of(dice, &["Range", "range", "RANGE"]),
            range(dice, file.size),
        );
    }
    if dice.below(40) == 0 {
        add("Range", range(dice, file.size));
    }
    if dice.below(4) == 0 {
        add("If-Range", validator(dice, file));
    }
    if dice.below(8) == 0 {
        add("If-Match", tags(dice, file));
        if dice.below(4) == 0 {
            add("If-Match", tags(dice, file));
        }
    }
    if dice.below(8) == 0 {
        add("If-None-Match", tags(dice, file));
        if dice.below(4) == 0 {
            add("If-None-Match", tags(dice, file));
        }
    }
    if dice.below(8) == 0 {
        add("If-Modified-Since", date(dice, file));
    }
    if dice.below(8) == 0 {
        add("If-Unmodified-Since", date(dice, file));
    }
    match dice.below(40) {
        0 => add("Sec-Purpose", "prefetch;prerender".to_owned()),
        1 => add("Purpose", "Prefetch".to_owned()),
        2 => add("Sec-Purpose", "nothing".to_owned()),
        _ => {}
    }
    Asked {
        method: if dice.below(6) == 0 { "HEAD" } else { "GET" },
        fields,
    }
}

fn one_of<T: Copy>(dice: &mut Dice, choices: &[T]) -> T {
    let limit = u64::try_from(choices.len()).expect("fits");
    choices[usize::try_from(dice.below(limit)).expect("fits")]
}

/// A position near something interesting.
fn position(dice: &mut Dice, size: u64) -> u64 {
    let edge = one_of(dice, &[0, size / 2, size, 65_536, 131_072]);
    match dice.below(4) {
        0 => dice.below(size + 2),
        1 => edge,
        2 => edge.saturating_sub(1),
        _ => edge + 1,
    }
}

fn range(dice: &mut Dice, size: u64) -> String {
    let (from, to) = (position(dice, size), position(dice, size));
    let (low, high) = (from.min(to), from.max(to));
    match dice.below(24) {
        0..=8 => format!("bytes={low}-{high}"),
        9 | 10 => format!("bytes={from}-"),
        11 | 12 => format!("bytes=-{}", dice.below(size + 2)),
        13 => format!("bytes={}-{low}", high + 1),
        14 => format!("bytes={low}-{high},{from}-{to}"),
        15 => format!("bytes={}-", size.saturating_sub(1)),
        16 => one_of(
            dice,
            &[
                "bytes=-0",
                "bytes=-",
                "bytes=",
                "bytes",
                "=0-1",
                "",
                "0-1",
                "bytes=--1",
            ],
        )
        .to_owned(),
        17 => format!(
            "{}={low}-{high}",
            one_of(dice, &["lines", "octets", "byte", "bytess", "none"])
        ),
        18 => format!(
            "{}={low}-{high}",
            one_of(dice, &["Bytes", "BYTES", "bYtEs"])
        ),
        19 => format!("bytes={low}-99999999999999999999999999999999999999999"),
        20 => "bytes=99999999999999999999999999999999999999999-".to_owned(),
        21 => format!("bytes=0{low}-00{high}"),
        22 => one_of(
            dice,
            &[
                "bytes=0-x",
                "bytes=0x0-0x1",
                "bytes=+0-1",
                "bytes=0--1",
                "bytes=1.0-2",
                "bytes=\u{661}-2",
                "bytes=0-1-2",
                "bytes=0-0;q=1",
            ],
        )
        .to_owned(),
        _ => match dice.below(20) {
            0 => format!("bytes={}0-0", "0-0,".repeat(9_999)),
            1..=6 => format!("bytes={low}-{high},"),
            7..=12 => format!("bytes= {low}-{high}"),
            13..=16 => format!("bytes ={low}-{high}"),
            _ => format!("bytes=,{low}-{high}"),
        },
    }
}

fn validator(dice: &mut Dice, file: &File) -> String {
    match dice.below(8) {
        0..=2 => file.etag.clone(),
        3 => format!("W/{}", file.etag),
        4 => OTHER.to_owned(),
        5 => "\"\u{e9}\"".to_owned(),
        _ => date(dice, file),
    }
}

fn tags(dice: &mut Dice, file: &File) -> String {
    let etag = &file.etag;
    match dice.below(11) {
        0 => "*".to_owned(),
        1 | 2 => etag.clone(),
        3 => format!("W/{etag}"),
        4 => OTHER.to_owned(),
        5 => format!("{OTHER}, {etag}"),
        6 => format!("{OTHER} ,\t,W/{etag},"),
        7 => etag.trim_matches('"').to_owned(),
        8 => "\"\u{e9}\"".to_owned(),
        9 => format!("\"a,{}\", \"*\"", etag.trim_matches('"')),
        _ => String::new(),
    }
}

fn date(dice: &mut Dice, file: &File) -> String {
    match dice.below(9) {
        0..=2 => file.modified.clone(),
        3 => "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
        4 => "Sunday, 06-Nov-94 08:49:37 GMT".to_owned(),
        5 => "Sun Nov  6 08:49:37 1994".to_owned(),
        6 => "Fri, 01 Jan 2100 00:00:00 GMT".to_owned(),
        7 => "yesterday".to_owned(),
        _ => "Sun, 06 Nov 1994 08:49:37 MEZ".to_owned(),
    }
}
