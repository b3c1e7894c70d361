//! `Content-Disposition` for downloads (RFC 6266, RFC 8187).

use actix_web::http::header::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the `attr-char` of RFC 8187.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `attachment` with an ASCII fallback for old clients and the exact name for all others.
///
/// Succeeds for every name: whatever does not belong into the fallback becomes `_`.
pub fn attachment(name: &str) -> HeaderValue {
    // A percent sign is left out of the fallback because some clients decode it there.
    let plain = |character: char| {
        (character.is_ascii_graphic() || character == ' ') && !matches!(character, '"' | '\\' | '%')
    };
    let fallback: String = name
        .chars()
        .map(|character| if plain(character) { character } else { '_' })
        .collect();
    let exact = utf8_percent_encode(name, ESCAPED);
    // Both forms are visible ASCII, so the bare word is never needed; it would still save the file.
    HeaderValue::try_from(format!(
        "attachment; filename=\"{fallback}\"; filename*=UTF-8''{exact}"
    ))
    .unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_given_twice() {
        let table = [
            (
                "report.pdf",
                "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf",
            ),
            (
                "ä b.txt",
                "attachment; filename=\"_ b.txt\"; filename*=UTF-8''%C3%A4%20b.txt",
            ),
            (
                "100%.txt",
                "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt",
            ),
            (
                "a\"b\\c\r\n.txt",
                "attachment; filename=\"a_b_c__.txt\"; filename*=UTF-8''a%22b%5Cc%0D%0A.txt",
            ),
        ];
        for (name, header) in table {
            assert_eq!(attachment(name).to_str().unwrap(), header);
        }
    }

    proptest! {
        #[test]
        fn every_name_survives_the_round_trip(name in any::<String>()) {
            let header = attachment(&name);
            let (_, exact) = header.to_str().unwrap().rsplit_once("''").unwrap();
            let decoded = percent_encoding::percent_decode_str(exact).decode_utf8().unwrap();
            prop_assert_eq!(decoded.as_ref(), name.as_str());
        }
    }
}
