//! Sizes, times, durations and states, as people say them.

use fluent_bundle::FluentValue;
use time::{Month, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::web::language::Language;

/// A point in time, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, in UTC, to the second.
    pub rfc3339: String,
    at: OffsetDateTime,
}

impl Moment {
    /// The moment so many milliseconds after 1970 (UTC). What lies outside the years 1 to 9999 is moved to 1970, so that it can be written.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a year of four digits can always be written"
    )]
    pub fn from_unix_millis(millis: u64) -> Self {
        let seconds = i64::try_from(millis / 1000).unwrap_or(0);
        let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Self {
            rfc3339: at.format(&Rfc3339).expect("the year has four digits"),
            at,
        }
    }

    /// `21 November 2026, 12:03 UTC`; scripts show it in the visitor's own time instead.
    pub fn words(&self, language: Language) -> String {
        let two_digits = |number: u8| FluentValue::from(format!("{number:02}"));
        language.say_with(
            "moment",
            &[
                ("day", self.at.day().to_string().into()),
                ("month", language.say(month(self.at.month())).into()),
                ("year", self.at.year().to_string().into()),
                ("hour", two_digits(self.at.hour())),
                ("minute", two_digits(self.at.minute())),
            ],
        )
    }

    /// `12:03 UTC`, where the day is known.
    pub fn clock(&self, language: Language) -> String {
        let two_digits = |number: u8| FluentValue::from(format!("{number:02}"));
        let (hour, minute) = (two_digits(self.at.hour()), two_digits(self.at.minute()));
        language.say_with("clock", &[("hour", hour), ("minute", minute)])
    }
}

const fn month(month: Month) -> &'static str {
    match month {
        Month::January => "month-january",
        Month::February => "month-february",
        Month::March => "month-march",
        Month::April => "month-april",
        Month::May => "month-may",
        Month::June => "month-june",
        Month::July => "month-july",
        Month::August => "month-august",
        Month::September => "month-september",
        Month::October => "month-october",
        Month::November => "month-november",
        Month::December => "month-december",
    }
}

/// `0 bytes`, `1 byte`, `812 bytes`, `3.4 MiB`, `10 GiB`: one digit after the point below ten, none where it would be zero; rounded down, so that
/// a limit is never said to be larger than it is.
pub fn size_words(language: Language, bytes: u64) -> String {
    const UNITS: [&str; 6] = [
        "size-kib", "size-mib", "size-gib", "size-tib", "size-pib", "size-eib",
    ];
    if bytes < 1024 {
        return language.say_with("size-bytes", &[("count", bytes.into())]);
    }
    let steps = bytes.ilog2() / 10;
    let unit = UNITS.get(steps as usize - 1).unwrap_or(&"size-eib");
    let tenths = (u128::from(bytes) * 10) >> (10 * steps);
    let (whole, tenth) = ((tenths / 10).to_string(), tenths % 10);
    let amount = if tenths < 100 && tenth > 0 {
        let parts = [("whole", whole.into()), ("tenth", tenth.to_string().into())];
        language.say_with("size-decimal", &parts)
    } else {
        whole
    };
    language.say_with(unit, &[("amount", amount.into())])
}

const SECONDS: (&str, u64) = ("duration-seconds", 1);
const MINUTES: (&str, u64) = ("duration-minutes", 60);
const HOURS: (&str, u64) = ("duration-hours", 3600);
const DAYS: (&str, u64) = ("duration-days", 86_400);

/// `1 second`, `45 seconds`, `2 minutes`, `3 hours`, `7 days`: the largest unit that fits, rounded up.
pub fn duration_words(language: Language, seconds: u64) -> String {
    let (unit, length) = match seconds {
        0..90 => SECONDS,
        90..5400 => MINUTES,
        5400..172_800 => HOURS,
        _ => DAYS,
    };
    language.say_with(unit, &[("count", seconds.div_ceil(length).into())])
}

/// How a choice of expiry reads: `10 minutes`, `1 hour`, `1 day`, `7 days`.
pub fn expiry_label(language: Language, seconds: u64) -> String {
    let (unit, length) = [DAYS, HOURS, MINUTES]
        .into_iter()
        .find(|(_, length)| seconds >= *length && seconds.is_multiple_of(*length))
        .unwrap_or(SECONDS);
    language.say_with(unit, &[("count", (seconds / length).into())])
}

/// The messages about a state.
#[derive(Debug, PartialEq, Eq)]
pub struct StateWords {
    /// The state's name in answers.
    pub state: &'static str,
    /// For lists and headings.
    pub short: &'static str,
    /// For the sender: what it means.
    pub sender: &'static str,
    /// For a recipient who holds the key: a heading.
    pub recipient_title: &'static str,
    /// For a recipient who holds the key: what it means. `{at}` stands for the time.
    pub recipient: &'static str,
}

/// All messages of a state are one message and its attributes.
macro_rules! states {
    ($($state:literal),+) => {
        [$(StateWords {
            state: $state,
            short: concat!("state-", $state),
            sender: concat!("state-", $state, ".sender"),
            recipient_title: concat!("state-", $state, ".recipient-title"),
            recipient: concat!("state-", $state, ".recipient"),
        }),+]
    };
}

/// Every state a share can be in, in the order of its life.
pub static STATES: [StateWords; 10] = states![
    "receiving",
    "available",
    "reserved",
    "locked",
    "delivering",
    "delivered",
    "broken_off",
    "expired",
    "revoked",
    "abandoned"
];

/// The words for a state; those for an abandoned one where the name is not a state's, since then there is nothing to collect either.
pub fn state_words(state: &str) -> &'static StateWords {
    let [.., abandoned] = &STATES;
    STATES
        .iter()
        .find(|words| words.state == state)
        .unwrap_or(abandoned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> [Language; 2] {
        ["en", "de"].map(|tag| {
            let found = Language::all().find(|language| language.tag() == tag);
            found.expect("the file is there")
        })
    }

    #[test]
    fn every_state_has_words() {
        for words in &STATES {
            assert_eq!(state_words(words.state), words);
        }
        assert_eq!(state_words("unheard of").state, "abandoned");
    }

    #[test]
    fn sizes_read_well_and_are_never_rounded_up() {
        for (bytes, english, german) in [
            (0, "0 bytes", "0 Byte"),
            (1, "1 byte", "1 Byte"),
            (1023, "1023 bytes", "1023 Byte"),
            (1024, "1 KiB", "1 KiB"),
            (1536, "1.5 KiB", "1,5 KiB"),
            (1024 * 1024 - 1, "1023 KiB", "1023 KiB"),
            (3_565_158, "3.3 MiB", "3,3 MiB"),
            (10 << 30, "10 GiB", "10 GiB"),
            (u64::MAX, "15 EiB", "15 EiB"),
        ] {
            let words = both().map(|language| size_words(language, bytes));
            assert_eq!(words, [english, german]);
        }
    }

    #[test]
    fn times_are_utc_and_in_words() {
        let moment = Moment::from_unix_millis(1_795_262_580_999);
        assert_eq!(moment.rfc3339, "2026-11-21T12:03:00Z");
        assert_eq!(
            both().map(|language| moment.words(language)),
            [
                "21 November 2026, 12:03 UTC",
                "21. November 2026, 12:03 UTC"
            ]
        );
        assert_eq!(
            Moment::from_unix_millis(u64::MAX).rfc3339,
            "1970-01-01T00:00:00Z"
        );
    }

    #[test]
    fn durations_are_rounded_up_to_the_unit_that_fits() {
        for (seconds, english, german) in [
            (1, "1 second", "1 Sekunde"),
            (61, "61 seconds", "61 Sekunden"),
            (120, "2 minutes", "2 Minuten"),
            (121, "3 minutes", "3 Minuten"),
            (7200, "2 hours", "2 Stunden"),
            (200_000, "3 days", "3 Tage"),
        ] {
            let words = both().map(|language| duration_words(language, seconds));
            assert_eq!(words, [english, german]);
        }
        for (seconds, english, german) in [
            (600, "10 minutes", "10 Minuten"),
            (3600, "1 hour", "1 Stunde"),
            (86_400, "1 day", "1 Tag"),
            (604_800, "7 days", "7 Tage"),
            (45, "45 seconds", "45 Sekunden"),
        ] {
            let words = both().map(|language| expiry_label(language, seconds));
            assert_eq!(words, [english, german]);
        }
    }
}
