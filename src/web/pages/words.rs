//! Sizes, times, durations and states, as people say them.

use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

/// A point in time, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, in UTC, to the second.
    pub rfc3339: String,
    /// `21 November 2026, 12:03 UTC`; scripts show it in the visitor's own time instead.
    pub words: String,
}

impl Moment {
    /// The moment so many milliseconds after 1970 (UTC). What lies outside the years 1 to 9999 is moved to 1970, so that it can be written.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a year of four digits can always be written"
    )]
    pub fn from_unix_millis(millis: u64) -> Self {
        let seconds = i64::try_from(millis / 1000).unwrap_or(0);
        let moment =
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let words =
            format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
        Self {
            rfc3339: moment.format(&Rfc3339).expect("the year has four digits"),
            words: moment
                .format(&words)
                .expect("every part of the format is known"),
        }
    }
}

/// `0 bytes`, `1 byte`, `812 bytes`, `3.4 MiB`, `10 GiB`: one digit after the point below ten, none where it would be zero; rounded down, so that
/// a limit is never said to be larger than it is.
pub fn size_words(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} {}", if bytes == 1 { "byte" } else { "bytes" });
    }
    let steps = bytes.ilog2() / 10;
    let unit = UNITS.get(steps as usize - 1).unwrap_or(&"EiB");
    let tenths = (u128::from(bytes) * 10) >> (10 * steps);
    if tenths < 100 && !tenths.is_multiple_of(10) {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", tenths / 10)
    }
}

/// `1 second`, `45 seconds`, `2 minutes`, `3 hours`, `7 days`: the largest unit that fits, rounded up.
pub fn duration_words(seconds: u64) -> String {
    let (unit, length) = match seconds {
        0..90 => ("second", 1),
        90..5400 => ("minute", 60),
        5400..172_800 => ("hour", 3600),
        _ => ("day", 86_400),
    };
    let count = seconds.div_ceil(length);
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How a choice of expiry reads: `10 minutes`, `1 hour`, `1 day`, `7 days`.
pub fn expiry_label(seconds: u64) -> String {
    for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)] {
        if seconds >= length && seconds.is_multiple_of(length) {
            let count = seconds / length;
            return format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        }
    }
    duration_words(seconds)
}

/// What the pages say about a state.
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

/// Every state a share can be in, in the order of its life.
pub static STATES: [StateWords; 10] = [
    StateWords {
        state: "receiving",
        short: "Still uploading",
        sender: "The upload is not complete yet.",
        recipient_title: "The file is not here yet",
        recipient: "The sender's upload is still running. Open the link again in a moment.",
    },
    StateWords {
        state: "available",
        short: "Waiting to be picked up",
        sender: "Nobody has taken the file yet.",
        recipient_title: "The file is here",
        recipient: "It can be downloaded. Open the link again.",
    },
    StateWords {
        state: "reserved",
        short: "Opened, not taken yet",
        sender: "Somebody pressed the button. The file is set aside for a moment; if the download does not begin, it waits on.",
        recipient_title: "The file is set aside for somebody",
        recipient: "The link is open somewhere else at this moment. If the file is not taken there, it is free again soon: open the link again in a few minutes.",
    },
    StateWords {
        state: "locked",
        short: "Locked",
        sender: "There were too many wrong passphrases. The file is untouched. Ask the recipient whether it was them before you unlock it.",
        recipient_title: "The file is locked",
        recipient: "There were too many wrong passphrases. The file is still there: ask the sender to unlock it on the status page.",
    },
    StateWords {
        state: "delivering",
        short: "Being picked up",
        sender: "A download has begun. From now on nobody else can take the file.",
        recipient_title: "The file is being picked up",
        recipient: "A download of this file began ({at}). If that was you, on another device or in another browser, continue it there. If not, tell the sender: somebody else had the link.",
    },
    StateWords {
        state: "delivered",
        short: "Picked up",
        sender: "The file was sent to the last byte. Key and file are gone.",
        recipient_title: "The file was picked up",
        recipient: "It was picked up once ({at}), as intended, and then removed. If that was not you, tell the sender: somebody else had the link.",
    },
    StateWords {
        state: "broken_off",
        short: "Broken off",
        sender: "A download began but was never finished, and its time is up. Key and file are gone. If the recipient still needs it, send it again.",
        recipient_title: "The download was never finished",
        recipient: "A download began, broke off and was not continued in time ({at}). The file has been removed.",
    },
    StateWords {
        state: "expired",
        short: "Expired",
        sender: "The time was up before anybody picked the file up. Key and file are gone.",
        recipient_title: "The link has expired",
        recipient: "Its time was up ({at}) before anybody picked the file up. The file has been removed unread.",
    },
    StateWords {
        state: "revoked",
        short: "Revoked",
        sender: "The link was revoked by you or by the operator. Key and file are gone.",
        recipient_title: "The link was revoked",
        recipient: "The sender, or the operator of this server, took the file back ({at}). It has been removed.",
    },
    StateWords {
        state: "abandoned",
        short: "Never complete",
        sender: "The upload broke off before it was complete. Nothing was kept.",
        recipient_title: "The file never arrived here",
        recipient: "The upload broke off before it was complete. Nothing was kept.",
    },
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

    #[test]
    fn every_state_has_words() {
        let names = [
            "receiving",
            "available",
            "reserved",
            "locked",
            "delivering",
            "delivered",
            "broken_off",
            "expired",
            "revoked",
            "abandoned",
        ];
        assert_eq!(STATES.each_ref().map(|words| words.state), names);
        assert!(names.iter().all(|name| state_words(name).state == *name));
    }

    #[test]
    fn sizes_read_well_and_are_never_rounded_up() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (1024 * 1024 - 1, "1023 KiB"),
            (3_565_158, "3.3 MiB"),
            (10 << 30, "10 GiB"),
            (u64::MAX, "15 EiB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }

    #[test]
    fn times_are_utc_and_in_words() {
        let moment = Moment::from_unix_millis(1_795_262_580_999);
        assert_eq!(
            (moment.rfc3339.as_str(), moment.words.as_str()),
            ("2026-11-21T12:03:00Z", "21 November 2026, 12:03 UTC")
        );
        assert_eq!(
            Moment::from_unix_millis(u64::MAX).rfc3339,
            "1970-01-01T00:00:00Z"
        );
    }

    #[test]
    fn durations_are_rounded_up_to_the_unit_that_fits() {
        for (seconds, words) in [
            (1, "1 second"),
            (61, "61 seconds"),
            (120, "2 minutes"),
            (121, "3 minutes"),
            (7200, "2 hours"),
            (200_000, "3 days"),
        ] {
            assert_eq!(duration_words(seconds), words);
        }
        for (seconds, words) in [
            (600, "10 minutes"),
            (3600, "1 hour"),
            (86_400, "1 day"),
            (604_800, "7 days"),
            (45, "45 seconds"),
        ] {
            assert_eq!(expiry_label(seconds), words);
        }
    }
}
