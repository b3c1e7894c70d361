//! What lies on the disk.

use std::path::{Path, PathBuf};

/// Every file under a directory; a directory that is not there has none.
pub(crate) fn all(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(all(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every file under `blobs/` that is not a pepper.
pub(crate) fn blobs(data: &Path) -> Vec<PathBuf> {
    let mut files = all(&data.join("blobs"));
    files.retain(|path| path.file_name().is_none_or(|name| name != "pepper"));
    files
}

/// The blob of one share, under whichever name it lies.
pub(crate) fn blob(data: &Path, id: &str) -> Option<PathBuf> {
    let plain: String = id.chars().filter(|letter| *letter != '-').collect();
    blobs(data).into_iter().find(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        name.starts_with(id) || name.starts_with(&plain)
    })
}

/// The files that contain any of the needles, each with the name of the needle.
pub(crate) fn search(files: &[PathBuf], needles: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let bytes = std::fs::read(file).unwrap_or_default();
        for (name, needle) in needles {
            if contains(&bytes, needle) {
                found.push(format!("{name} in {}", file.display()));
            }
        }
    }
    found
}

/// Whether `needle` occurs in `bytes`.
pub(crate) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else {
        return false;
    };
    let mut from = bytes;
    while let Some(at) = from.iter().position(|byte| byte == first) {
        let (_, tail) = from.split_at(at + 1);
        if tail.starts_with(rest) {
            return true;
        }
        from = tail;
    }
    false
}

/// Flips one bit of a file, in place.
pub(crate) fn flip(path: &Path, offset: usize) {
    let mut bytes = std::fs::read(path).expect("the blob is there");
    let byte = bytes.get_mut(offset).expect("the blob is long enough");
    *byte ^= 1;
    std::fs::write(path, bytes).expect("the blob is writable");
}
