//! The file name of a part, as browsers and as other clients write it.

use actix_multipart::Field;
use actix_web::http::header::CONTENT_DISPOSITION;

use super::UploadError;

/// `None` for a part that is no file. Browsers escape quotes and line ends in names by percent signs.
pub(super) fn of_file(field: &Field) -> Result<Option<String>, UploadError> {
    let Some(disposition) = field.content_disposition() else {
        return Ok(None);
    };
    if let Some(extended) = disposition.get_filename_ext() {
        return String::from_utf8(extended.value.clone())
            .map(Some)
            .map_err(|_| UploadError::Malformed);
    }
    let Some(strict) = disposition.get_filename() else {
        return Ok(None);
    };
    let raw = field.headers().get(CONTENT_DISPOSITION);
    let raw = raw.and_then(|value| str::from_utf8(value.as_bytes()).ok());
    let name = raw
        .and_then(file_name)
        .unwrap_or_else(|| strict.to_owned())
        .replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n");
    Ok(Some(name))
}

/// The parameter `filename`. A reader true to RFC 9110 would take every backslash for an escape and make `Cdira.txt` of
/// `C:\dir\a.txt`, which is how browsers write that name.
fn file_name(disposition: &str) -> Option<String> {
    let (_, mut rest) = disposition.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => after.split_once(';').map_or_else(
                || (after.to_owned(), ""),
                |(token, _)| (token.to_owned(), after.get(token.len()..).unwrap_or("")),
            ),
        };
        if name.trim().eq_ignore_ascii_case("filename") {
            return Some(value);
        }
        rest = after.trim_start().strip_prefix(';')?;
    }
}

/// What stands before the closing quote, and what follows it. Only `\"` and `\\` are escapes.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(place + 1..)?)),
            '\\' => {
                let escaped = letters.next_if(|(_, next)| matches!(next, '"' | '\\'));
                value.push(escaped.map_or(letter, |(_, escaped)| escaped));
            }
            _ => value.push(letter),
        }
    }
    None
}
