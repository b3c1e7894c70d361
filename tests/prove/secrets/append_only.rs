//! What an append-only file holds, read as Redis wrote it.

use std::path::Path;

use onetimeshare::share::{Share, State, Stored};

use crate::support::files;

/// The bytes of all files under a Redis's directory that belong to its append-only file.
pub(super) fn bytes(directory: &Path) -> Vec<u8> {
    let files = files::all(directory).into_iter();
    let parts = files.filter(|path| path.to_string_lossy().contains("appendonly"));
    parts
        .flat_map(|path| std::fs::read(path).unwrap_or_default())
        .collect()
}

/// Every record of a share that was written to it since its last rewrite, with the share's id.
pub(super) fn records(directory: &Path) -> Vec<(String, Share)> {
    let bytes = bytes(directory);
    let mut records = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(at) = find(rest, b"}:share\r\n") {
        let (before, after) = rest.split_at(at);
        rest = &after[b"}:share\r\n".len()..];
        let id = String::from_utf8_lossy(&before[before.len().saturating_sub(36)..]).into_owned();
        let stored = value(rest).and_then(|value| Stored::<Share>::decode(value).ok());
        records.extend(stored.map(|stored| (id, stored.value)));
    }
    records
}

/// Every wrap among them, with the id of its share.
pub(super) fn wraps(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut wraps = Vec::new();
    for (id, record) in records(directory) {
        match record.state {
            State::Receiving { .. } => {}
            State::Available { wrap } => wraps.push((id, wrap)),
            State::Reserved { wrap, hold } => {
                wraps.push((id.clone(), wrap));
                wraps.push((id, hold.ticket_wrap));
            }
            State::Delivering(delivery) => wraps.push((id, delivery.ticket_wrap)),
        }
    }
    wraps.sort();
    wraps.dedup();
    wraps
}

/// The value that follows a key: `$length`, a line's end, the bytes.
fn value(rest: &[u8]) -> Option<Vec<u8>> {
    let rest = rest.strip_prefix(b"$")?;
    let line = find(rest, b"\r\n")?;
    let length: usize = std::str::from_utf8(&rest[..line]).ok()?.parse().ok()?;
    Some(rest.get(line + 2..)?.get(..length)?.to_vec())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
