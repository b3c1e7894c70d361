//! File names: whatever was sent becomes a name that is safe everywhere, and the header that carries it reads back exactly.

use actix_web::http::header::ContentDisposition;
use onetimeshare::share::{FileName, FilePath};
use onetimeshare::web::disposition::attachment;

const DEVICES: &str = "CON PRN AUX NUL CONIN$ CONOUT$ COM0 COM1 COM2 COM3 COM4 COM5 COM6 COM7 COM8 COM9 COM¹ COM² COM³ \
    LPT0 LPT1 LPT2 LPT3 LPT4 LPT5 LPT6 LPT7 LPT8 LPT9 LPT¹ LPT² LPT³";

/// The bytes are the name; what is not UTF-8 is replaced, as a browser does it.
pub fn check(data: &[u8]) {
    let raw = String::from_utf8_lossy(data);
    let name = FileName::sanitise(&raw);
    let name = name.as_str();
    assert!(is_safe(name), "{raw:?} became {name:?}");
    assert_eq!(FileName::sanitise(name).as_str(), name, "cleaned twice");
    if is_safe(&raw) {
        assert_eq!(raw, name, "a safe name stays as it is");
    }
    let path = FilePath::sanitise(&raw);
    assert_eq!(path.name().as_str(), name);
    let folders = path.folders().iter().map(FileName::as_str);
    assert!(
        path.folders().len() < 32 && folders.clone().all(is_safe),
        "{raw:?}"
    );
    let length: usize = folders.map(|folder| folder.len() + 1).sum();
    assert!(length + name.len() <= 1000, "{raw:?}");
    reads_back(name);
    // The encoder does not rely on the cleaning.
    reads_back(&raw);
}

/// Said once more and differently from how the server says it.
fn is_safe(name: &str) -> bool {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.trim_end_matches(|letter: char| letter.is_whitespace());
    let stem = stem.to_uppercase();
    let edge =
        |letter: Option<char>| letter.is_none_or(|letter| letter == '.' || letter.is_whitespace());
    (1..=200).contains(&name.len())
        && !edge(name.chars().next())
        && !edge(name.chars().next_back())
        && name.chars().all(is_harmless)
        && !DEVICES.split(' ').any(|device| device == stem)
}

fn is_harmless(letter: char) -> bool {
    let number = u32::from(letter);
    let control = number < 0x20 || (0x7F..=0x9F).contains(&number);
    let separator = (0x2028..=0x2029).contains(&number);
    let direction = [0x061C, 0x200E, 0x200F].contains(&number)
        || (0x202A..=0x202E).contains(&number)
        || (0x2066..=0x2069).contains(&number);
    let mark = [0xFEFF, 0xFFFE, 0xFFFF].contains(&number);
    !(control || separator || direction || mark || "/\\:*?\"<>|".contains(letter))
}

/// The header says `name`, by a reader made for it and by actix-web's.
fn reads_back(name: &str) {
    let header = attachment(name);
    let text = header.to_str().expect("visible ASCII only");
    assert!(text.bytes().all(|byte| (0x20..0x7F).contains(&byte)));
    let rest = text
        .strip_prefix("attachment; filename=\"")
        .expect("an attachment");
    let (fallback, rest) = rest.split_once('"').expect("a quoted string");
    assert!(!fallback.contains('\\') && !fallback.contains('%'));
    let exact = rest
        .strip_prefix("; filename*=UTF-8''")
        .expect("the exact name last");
    assert_eq!(decoded(exact), name.as_bytes());

    let parsed = ContentDisposition::from_raw(&header).expect("it parses");
    let extended = parsed.get_filename_ext().expect("the exact name");
    assert_eq!(extended.value, name.as_bytes());
    assert_eq!(parsed.get_filename(), Some(fallback));
}

/// RFC 8187: `attr-char` and percent-encoded bytes, nothing else.
fn decoded(value: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at(2);
            let digits = str::from_utf8(digits).expect("two hexadecimal digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
            rest = after;
        } else {
            assert!(first.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(first));
            bytes.push(*first);
        }
    }
    bytes
}
