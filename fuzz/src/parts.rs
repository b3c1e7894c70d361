//! The reader of multipart bodies: how a body is cut into pieces changes nothing, limits hold, a body that was broken off is
//! never a complete one, and what a browser writes is read as it was meant.

use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use onetimeshare::share::FileName;
use onetimeshare::web::parts::{
    MAX_FIELD, MAX_FIELDS, MAX_FILES, MAX_NAME, MAX_TEXT, Part, PartReader, UploadError,
};

use super::source::{Source, cut, run};

const KIND: &[u8] = b"multipart/form-data; boundary=b";
const END: &[u8] = b"--b--";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Field {
        name: String,
        value: String,
    },
    Text(String),
    File {
        name: String,
        file_name: String,
        content: Vec<u8>,
    },
}

/// The first byte chooses between a body as it comes, a body as a browser makes it, and a type as it comes.
pub fn check(data: &[u8]) {
    let mut source = Source(data);
    match source.byte() % 4 {
        0 | 1 => any_body(&mut source),
        2 => browsers_body(&mut source),
        _ => any_type(source.0),
    }
}

fn any_body(source: &mut Source<'_>) {
    let seed = source.long();
    let body = source.0;
    let whole = read(KIND, vec![body.to_vec()], true);
    let pieces = read(KIND, cut(body, seed), true);
    match (&whole, &pieces) {
        (Ok(whole), Ok(pieces)) => assert_eq!(whole, pieces, "the cuts change what is read"),
        (Err(_), Err(_)) => {}
        _ => panic!("the cuts decide whether it is read: {whole:?}, {pieces:?}"),
    }
    if let Ok(parts) = whole {
        assert!(find(body, END).is_some(), "complete without its end");
        assert_limits(&parts, body);
    }
    let lost = read_lost(KIND, cut(body, seed));
    assert!(lost.is_err(), "lost, but complete: {lost:?}");
    let unended = find(body, END).map_or(body, |end| &body[..end + END.len() - 1]);
    let broken_off = read(KIND, cut(unended, seed), true);
    assert!(
        broken_off.is_err(),
        "broken off, but complete: {broken_off:?}"
    );
}

fn assert_limits(parts: &[Seen], body: &[u8]) {
    let files = |part: &&Seen| matches!(part, Seen::File { .. });
    let files = parts.iter().filter(files).count();
    assert!(files <= MAX_FILES && parts.len() - files <= MAX_FIELDS);
    for part in parts {
        match part {
            Seen::Text(text) => {
                assert!(text.len() <= MAX_TEXT);
                assert!(find(body, text.as_bytes()).is_some());
            }
            Seen::Field { name, value } => {
                assert!(name.len() <= MAX_NAME && value.len() <= MAX_FIELD);
                assert!(find(body, value.as_bytes()).is_some());
            }
            Seen::File {
                name,
                file_name,
                content,
            } => {
                assert!(name.len() <= MAX_NAME && file_name.len() <= MAX_NAME);
                assert!(find(body, content).is_some(), "content nobody sent");
            }
        }
    }
}

fn browsers_body(source: &mut Source<'_>) {
    let seed = source.long();
    let count = source.below(2 * MAX_FIELDS) + 1;
    let mut fields = 0;
    let mut parts = Vec::new();
    let mut body = Vec::new();
    for _ in 0..count {
        let is_file = source.byte().is_multiple_of(2) || fields == MAX_FIELDS;
        fields += usize::from(!is_file);
        // Browsers escape the names of fields, too, but the server knows none that would need it.
        let name: String = some_name(source)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        // What is called `text` is text, with a file name or without.
        let name = match name.as_str() {
            "text" if is_file => "file".to_owned(),
            _ => name,
        };
        body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        if is_file {
            let file_name = some_name(source);
            let length = source.below(700);
            let content = without_boundary(source.take(length));
            body.extend_from_slice(b"\"; filename=\"");
            body.extend_from_slice(escaped(&file_name).as_bytes());
            body.extend_from_slice(b"\"\r\nContent-Type: application/octet-stream\r\n\r\n");
            body.extend_from_slice(&content);
            parts.push(Seen::File {
                name,
                file_name: cleaned(&file_name),
                content,
            });
        } else {
            let length = source.below(200);
            let text = String::from_utf8_lossy(source.take(length)).into_owned();
            let value = String::from_utf8_lossy(&without_boundary(text.as_bytes())).into_owned();
            body.extend_from_slice(b"\"\r\n\r\n");
            body.extend_from_slice(value.as_bytes());
            parts.push(if name == "text" {
                Seen::Text(value)
            } else {
                Seen::Field { name, value }
            });
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");

    let read_back = read(KIND, cut(&body, seed), true);
    assert_eq!(read_back.as_ref(), Ok(&parts), "not as it was sent");
    for part in &mut parts {
        match part {
            Seen::File { content, .. } => content.clear(),
            Seen::Text(text) => text.clear(),
            Seen::Field { .. } => {}
        }
    }
    let skipped = read(KIND, cut(&body, seed), false);
    assert_eq!(
        skipped.as_ref(),
        Ok(&parts),
        "skipping a file changes the rest"
    );
    let end = source.below(body.len() - 2);
    let broken_off = read(KIND, cut(&body[..end], seed), true);
    assert!(
        broken_off.is_err(),
        "broken off, but complete: {broken_off:?}"
    );
}

/// Names are compared as a recipient gets them: how many backslashes stand in a row is told by no browser.
fn cleaned(name: &str) -> String {
    FileName::sanitise(name).as_str().to_owned()
}

/// A name whose way through a browser is unambiguous: browsers escape neither the percent sign nor a backslash at the end.
fn some_name(source: &mut Source<'_>) -> String {
    let length = source.below(40);
    let name: String = String::from_utf8_lossy(source.take(length))
        .chars()
        .filter(|letter| *letter != '%' && (!letter.is_control() || "\r\n".contains(*letter)))
        .collect();
    name.trim_end_matches('\\').to_owned()
}

/// As the HTML standard has browsers write names.
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn without_boundary(content: &[u8]) -> Vec<u8> {
    let mut content = content.to_vec();
    while let Some(place) = find(&content, b"--b") {
        content.drain(place..place + 3);
    }
    content
}

fn any_type(data: &[u8]) {
    let end = find(data, b"\n").unwrap_or(data.len());
    let (kind, body) = data.split_at(end);
    let seen = read(kind, vec![body.to_vec()], true);
    let named = kind
        .get(..19)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/form-data"));
    let blank = kind.first().is_some_and(u8::is_ascii_whitespace);
    assert!(
        named || blank || seen == Err(UploadError::NotMultipart),
        "read as multipart/form-data: {seen:?}"
    );
}

/// Everything the reader yields; with `take` false files and text are dropped unread.
fn read(kind: &[u8], pieces: Vec<Vec<u8>>, take: bool) -> Result<Vec<Seen>, UploadError> {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::from(piece)));
    read_stream(kind, pieces.collect(), take)
}

/// The same of a body whose connection is lost behind these pieces.
fn read_lost(kind: &[u8], pieces: Vec<Vec<u8>>) -> Result<Vec<Seen>, UploadError> {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::from(piece)));
    let lost = Err(PayloadError::Incomplete(None));
    read_stream(kind, pieces.chain([lost]).collect(), true)
}

fn read_stream(
    kind: &[u8],
    pieces: Vec<Result<Bytes, PayloadError>>,
    take: bool,
) -> Result<Vec<Seen>, UploadError> {
    let kind = HeaderValue::from_bytes(kind).map_err(|_| UploadError::NotMultipart)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, kind);
    let body = stream::iter(pieces).then(|piece| async move {
        // The client pauses between any two pieces.
        tokio::task::yield_now().await;
        piece
    });
    run(async {
        let mut reader = PartReader::new(&headers, Box::pin(body))?;
        let mut seen = Vec::new();
        while let Some(part) = reader.next().await? {
            seen.push(match part {
                Part::Field { name, value } => Seen::Field {
                    name,
                    value: value.as_str().to_owned(),
                },
                Part::Text(mut text) => {
                    let mut content = Vec::new();
                    while take && let Some(piece) = text.next().await {
                        content.extend_from_slice(&piece?);
                    }
                    Seen::Text(String::from_utf8(content).expect("what is handed on is UTF-8"))
                }
                Part::File(mut file) => {
                    let mut content = Vec::new();
                    while take && let Some(piece) = file.next().await {
                        content.extend_from_slice(&piece?);
                    }
                    Seen::File {
                        name: file.name.clone(),
                        file_name: cleaned(&file.file_name),
                        content,
                    }
                }
            });
        }
        Ok(seen)
    })
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
