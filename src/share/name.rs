//! File names as a recipient may safely save them.

use std::fmt;

/// Longest name in UTF-8 bytes; leaves room for ` (1)` and `.part` within the 255 bytes of common file systems.
const MAX_NAME_BYTES: usize = 200;

/// Longest ending (with its dot) that is kept when a name is cut.
const MAX_EXTENSION_BYTES: usize = 24;

/// What a name becomes that has nothing usable in it.
const FALLBACK: &str = "download";

/// What stands between the components of a path, on any system.
pub(super) const SEPARATORS: [char; 2] = ['/', '\\'];

/// A name without path, control and direction characters, never empty, at most [`MAX_NAME_BYTES`] bytes, and legal on
/// Windows, macOS and Linux. `Debug` does not show it, so that it stays out of the log.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Makes a safe name of whatever a client sent; a safe name stays as it is.
    pub fn sanitise(raw: &str) -> Self {
        let last = raw.rsplit(SEPARATORS).next().unwrap_or_default();
        Self::of_component(last).unwrap_or_else(|| Self(FALLBACK.to_owned()))
    }

    /// Makes a safe name of one component of a path; nothing where nothing usable is in it.
    pub(super) fn of_component(raw: &str) -> Option<Self> {
        let kept: String = raw
            .chars()
            .filter(|character| !is_forbidden(*character))
            .collect();
        let trimmed = kept.trim_matches(is_edge);
        if trimmed.is_empty() {
            return None;
        }
        // Only the shortened name says whether it is reserved: a cut may leave nothing but the device.
        let mut name = shortened(trimmed.to_owned());
        if is_reserved(&name) {
            name.insert(0, '_');
            name = shortened(name);
        }
        Some(Self(name))
    }

    /// The name with a number before its ending, as in `report (2).pdf`: longer than before by the number.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let dot = self.0.rfind('.').unwrap_or(self.0.len());
        let (stem, extension) = self.0.split_at(dot);
        Self(format!("{stem} ({number}){extension}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FileName(…)")
    }
}

fn is_edge(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

/// Direction marks could make `exe.txt` out of `txt.exe`; line separators break headers and lists.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'
        )
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Windows opens a device for these, whatever the ending says.
fn is_reserved(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end_matches(is_edge)
        .to_uppercase();
    let device = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|digit| {
            matches!(
                digit,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || device("COM")
        || device("LPT")
}

fn shortened(name: String) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name;
    }
    let (stem, extension) = match name.rfind('.').map(|dot| name.split_at(dot)) {
        Some((stem, extension)) if extension.len() <= MAX_EXTENSION_BYTES => (stem, extension),
        _ => (name.as_str(), ""),
    };
    let room = MAX_NAME_BYTES - extension.len();
    let end = stem
        .char_indices()
        .map(|(start, character)| start + character.len_utf8())
        .take_while(|end| *end <= room);
    let (stem, _) = stem.split_at(end.last().unwrap_or(0));
    format!("{}{extension}", stem.trim_end_matches(is_edge))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(raw: &str) -> String {
        FileName::sanitise(raw).as_str().to_owned()
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in [
            "report.pdf",
            "日本語.pdf",
            "a b.tar.gz",
            "Übergrößenträger.odt",
            "archive.tar",
            "no-ending",
            "_con.txt",
            "100%.txt",
        ] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn only_the_last_component_of_a_path_remains() {
        for path in [
            "/etc/passwd",
            "C:\\Users\\me\\passwd",
            "../../passwd",
            "..\\passwd",
            "a/b\\passwd",
        ] {
            assert_eq!(clean(path), "passwd");
        }
    }

    #[test]
    fn nothing_usable_becomes_download() {
        for name in [
            "", ".", "..", "   ", "///", "\0", "\u{202E}", "<>", "...\t ",
        ] {
            assert_eq!(clean(name), "download", "{name:?}");
        }
    }

    #[test]
    fn control_and_direction_characters_vanish() {
        assert_eq!(clean("a\r\nSet-Cookie: x=y.txt"), "aSet-Cookie x=y.txt");
        assert_eq!(clean("invoice\u{202E}fdp.exe"), "invoicefdp.exe");
        assert_eq!(clean("a\u{85}b\u{7f}c\u{2066}.txt"), "abc.txt");
        assert_eq!(clean("what?*\"<>|.txt"), "what.txt");
        assert_eq!(clean("  .hidden. "), "hidden");
    }

    #[test]
    fn device_names_are_defused() {
        for (raw, safe) in [
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("com1.tar.gz", "_com1.tar.gz"),
            ("LPT³", "_LPT³"),
            ("aux .c", "_aux .c"),
        ] {
            assert_eq!(clean(raw), safe);
        }
        for name in ["console.txt", "com10.txt", "nulls", "lpt"] {
            assert_eq!(clean(name), name);
        }
        let spaces = " ".repeat(MAX_NAME_BYTES);
        assert_eq!(clean(&format!("con{spaces}x")), "_con");
        assert_eq!(clean(&format!("con{spaces}x.txt")), "_con.txt");
        let full = format!("con.{}", "x".repeat(MAX_NAME_BYTES - 4));
        let safe = format!("_con.{}", "x".repeat(MAX_NAME_BYTES - 5));
        assert_eq!(clean(&full), safe);
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = clean(&format!("{}.pdf", "ä".repeat(300)));
        assert_eq!(
            long,
            format!("{}.pdf", "ä".repeat(98)),
            "as much as there is room for"
        );
        assert_eq!(
            clean(&format!("a{}.pdf", "ä".repeat(300))),
            format!("a{}.pdf", "ä".repeat(97)),
            "never half a character"
        );
        assert_eq!(clean(&"x".repeat(4096)).len(), MAX_NAME_BYTES);
        assert_eq!(
            clean(&format!("a.{}", "x".repeat(4096))).len(),
            MAX_NAME_BYTES
        );
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, second) in [
            ("report.pdf", "report (2).pdf"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("no-ending", "no-ending (2)"),
        ] {
            assert_eq!(FileName::sanitise(name).numbered(2).as_str(), second);
        }
    }

    #[test]
    fn debug_does_not_show_the_name() {
        let shown = format!("{:?}", FileName::sanitise("secret.txt"));
        assert_eq!(shown, "FileName(…)");
    }

    proptest! {
        #[test]
        fn every_result_is_safe_and_final(raw in "\\PC{0,80}|[\\x00-\\x7f. ]{0,400}|(.|\\p{Cc}|\\p{Cf}){0,300}") {
            let name = clean(&raw);
            prop_assert_eq!(clean(&name), name.clone());
            prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES);
            prop_assert!(!name.chars().any(is_forbidden));
            prop_assert!(!name.starts_with(is_edge) && !name.ends_with(is_edge) && !is_reserved(&name));
        }
    }
}
