//! Sealed files: what opens to a clean end is exactly what a sealer writes, and no altered file opens to a clean end.

use std::cell::RefCell;
use std::collections::BTreeMap;

use onetimeshare::crypto::header::seal_header_with_salt;
use onetimeshare::crypto::{
    CHUNK, FileInfo, FileKey, FormatError, HEADER_LEN, Layout, TAG, open_header,
};

use super::source::Source;

const KEY: [u8; 32] = *b"a file key that is used in fuzz!";
const SALT: [u8; 16] = *b"salt of a header";
const SEALED_CHUNK: usize = CHUNK + TAG;

/// The first byte chooses between bytes as they come, a sealed file that is altered, and a length alone.
pub fn check(data: &[u8]) {
    let mut source = Source(data);
    match source.byte() % 4 {
        0 => any_bytes(source.0),
        1 => length(source.long()),
        _ => altered(&mut source),
    }
}

fn any_bytes(blob: &[u8]) {
    let Ok((info, plain)) = open(blob) else {
        return;
    };
    let salt = blob
        .get(8..24)
        .and_then(|salt| salt.try_into().ok())
        .expect("a whole header opened");
    assert!(
        sealed(&info, &plain, salt) == blob,
        "opened, but no sealer writes it"
    );
}

fn length(sealed_len: u64) {
    let Ok(layout) = Layout::from_sealed_len(sealed_len) else {
        return;
    };
    assert_eq!(layout.sealed_len(), sealed_len);
    assert_eq!(Layout::new(layout.size()), Ok(layout));
    let (offset, last) = layout.chunk_span(layout.last_index());
    assert_eq!(
        offset + last as u64,
        sealed_len,
        "the last chunk ends the file"
    );
    assert!((TAG..=SEALED_CHUNK).contains(&last));
    assert_eq!(layout.chunk_at(u64::MAX), layout.last_index());
    assert_eq!(layout.chunk_span(layout.chunks()), (sealed_len, 0));
}

fn altered(source: &mut Source<'_>) {
    let sizes = [0, 1, 100, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK];
    // Large files cost a thousand times more: mostly small ones.
    let chosen = source.byte();
    let size = sizes[usize::from(chosen & if chosen < 250 { 3 } else { 7 })];
    let original = original(size);
    let mut blob = original.clone();
    for _ in 0..=source.below(4) {
        alter(&mut blob, source);
    }
    let opened = open(&blob);
    assert!(
        opened.is_err() || blob == original,
        "{size} bytes were altered and opened to a clean end"
    );
}

fn alter(blob: &mut Vec<u8>, source: &mut Source<'_>) {
    if blob.is_empty() {
        return;
    }
    let place = usize::try_from(source.long() % blob.len() as u64).unwrap_or(0);
    match source.byte() % 8 {
        0..=2 => blob[place] ^= source.byte(),
        3 => blob.truncate(place),
        4 => blob.extend_from_slice(source.take(40)),
        5 => {
            let removed = place..(place + 1 + source.below(100)).min(blob.len());
            blob.drain(removed);
        }
        6 => {
            let added = source.take(20).to_vec();
            blob.splice(place..place, added);
        }
        _ => {
            // A whole chunk once more, or two exchanged.
            let chunks: Vec<Vec<u8>> = blob
                .split_off(HEADER_LEN.min(blob.len()))
                .chunks(SEALED_CHUNK)
                .map(<[u8]>::to_vec)
                .collect();
            for _ in 0..chunks.len() + source.below(2) {
                if let Some(chunk) = chunks.get(source.below(chunks.len().max(1))) {
                    blob.extend_from_slice(chunk);
                }
            }
        }
    }
}

/// Reads a whole file as the server does: header, length, every chunk.
fn open(blob: &[u8]) -> Result<(FileInfo, Vec<u8>), FormatError> {
    let (info, opener) = open_header(blob, &FileKey::from_bytes(KEY))?;
    let layout = Layout::from_sealed_len(blob.len() as u64)?;
    let mut plain = Vec::new();
    for index in 0..layout.chunks() {
        let (offset, length) = layout.chunk_span(index);
        let start = usize::try_from(offset).expect("inside the file");
        let mut chunk = blob[start..start + length].to_vec();
        match opener.open_chunk(index, index == layout.last_index(), &mut chunk) {
            Ok(length) => plain.extend_from_slice(&chunk[..length]),
            Err(error) => {
                assert!(
                    chunk.iter().all(|byte| *byte == 0),
                    "an error leaves nothing to read"
                );
                return Err(error);
            }
        }
    }
    assert_eq!(plain.len() as u64, layout.size());
    Ok((info, plain))
}

fn sealed(info: &FileInfo, plain: &[u8], salt: [u8; 16]) -> Vec<u8> {
    let (header, mut sealer) = seal_header_with_salt(&FileKey::from_bytes(KEY), info, salt)
        .expect("what was opened can be sealed");
    let mut blob = header.to_vec();
    sealer.push(plain, &mut blob);
    sealer.finish(&mut blob);
    blob
}

/// One sealed file of each size, made once.
fn original(size: usize) -> Vec<u8> {
    thread_local! {
        static MADE: RefCell<BTreeMap<usize, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
    }
    MADE.with_borrow_mut(|made| {
        let file = made.entry(size).or_insert_with(|| {
            let info = FileInfo {
                name: "report.pdf".to_owned(),
                content_type: "application/pdf".to_owned(),
            };
            let plain: Vec<u8> = (0..=250).cycle().take(size).collect();
            sealed(&info, &plain, SALT)
        });
        file.clone()
    })
}
