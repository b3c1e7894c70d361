use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_599_000);

/// The whole ZIP of these files, its name, and how many bytes were held back at most.
fn framed(files: &[(&str, &[u8])]) -> (Vec<u8>, String) {
    let mut archive = Archive::new(NOW);
    let mut bytes = Vec::new();
    for (path, content) in files {
        archive.begin(&FilePath::sanitise(path), 0).unwrap();
        for piece in content.chunks(7) {
            archive.write(piece).unwrap();
            bytes.extend(archive.take());
        }
    }
    let (end, name) = archive.finish().unwrap();
    bytes.extend(end);
    (bytes, name.as_str().to_owned())
}

/// The names in the order of a ZIP's own list.
fn names(paths: &[&str]) -> Vec<String> {
    let files: Vec<(&str, &[u8])> = paths.iter().map(|path| (*path, &b"x"[..])).collect();
    let (bytes, _) = framed(&files);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            archive
                .by_index(index)
                .unwrap()
                .name()
                .unwrap()
                .into_owned()
        })
        .collect()
}

fn name(paths: &[&str]) -> String {
    let files: Vec<(&str, &[u8])> = paths.iter().map(|path| (*path, &b""[..])).collect();
    framed(&files).1
}

#[test]
fn what_goes_in_comes_out_with_the_time_it_was_given() {
    let content: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let files: [(&str, &[u8]); 3] = [("a/ä.bin", &content), ("empty", b""), ("b.txt", b"hello")];
    let (bytes, _) = framed(&files);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 3);
    for (path, content) in files {
        let mut file = archive.by_name(path).unwrap();
        assert_eq!(file.compression(), CompressionMethod::Stored);
        let time = file.last_modified().unwrap();
        assert_eq!(time.to_string(), "2025-12-31 23:59:58");
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert_eq!(read, content);
    }
}

#[test]
fn content_is_handed_on_at_once() {
    let mut archive = Archive::new(NOW);
    archive.begin(&FilePath::sanitise("a"), 1 << 40).unwrap();
    assert!(!archive.take().is_empty(), "the head of the entry");
    archive.write(&[7; 10_000]).unwrap();
    assert_eq!(archive.take(), [7; 10_000]);
    assert!(archive.take().is_empty());
}

#[test]
fn a_moment_that_a_zip_cannot_tell_is_1980() {
    for moment in [0, 4_354_819_200_000, u64::MAX] {
        assert_eq!(dos_time(Timestamp::from_millis(moment)), None);
    }
    let last = dos_time(Timestamp::from_millis(4_354_819_199_000)).unwrap();
    assert_eq!(last.to_string(), "2107-12-31 23:59:58");
    let first = dos_time(Timestamp::from_millis(315_532_800_000)).unwrap();
    assert_eq!(first.to_string(), "1980-01-01 00:00:00");
}

#[test]
fn the_archive_is_called_like_the_folder_all_files_lie_in() {
    for (paths, expected) in [
        (&["photos/a", "photos/b/c"][..], "photos.zip"),
        (&["photos/a", "other/a"], "files.zip"),
        (&["photos/a", "other/a", "photos/b"], "files.zip"),
        (&["a", "photos/a"], "files.zip"),
        (&["photos/a", "a"], "files.zip"),
        (&["a", "b"], "files.zip"),
        (&["v1.2/a", "v1.2/b"], "v1.2.zip"),
    ] {
        assert_eq!(name(paths), expected, "{paths:?}");
    }
}

#[test]
fn no_name_stands_twice_where_case_does_not_count() {
    for (paths, expected) in [
        (
            &["a.txt", "a.txt", "a.txt"][..],
            &["a.txt", "a (2).txt", "a (3).txt"][..],
        ),
        (&["a.txt", "A.TXT"], &["a.txt", "A (2).TXT"]),
        (&["Ä", "ä", "a\u{308}"], &["Ä", "ä (2)", "a\u{308} (3)"]),
        (&["σ", "ς", "ß", "ss"], &["σ", "ς (2)", "ß", "ss"]),
        (&["a (2)", "a", "a"], &["a (2)", "a", "a (3)"]),
        (&["x/a", "y/a", "X/A"], &["x/a", "y/a", "X/A (2)"]),
        (
            &["a", "a/b", "a/c", "a"],
            &["a", "a (2)/b", "a (2)/c", "a (3)"],
        ),
        (&["a/b", "a", "A/b"], &["a/b", "a (2)", "A/b (2)"]),
        (
            &["a", "a (2)", "a/b", "a/b"],
            &["a", "a (2)", "a (3)/b", "a (3)/b (2)"],
        ),
    ] {
        assert_eq!(names(paths), expected, "{paths:?}");
    }
}

#[test]
fn a_thousand_times_one_name_is_a_thousand_names() {
    let mut given = names(&["same.txt"; 1000]);
    assert_eq!(given.last().map(String::as_str), Some("same (1000).txt"));
    given.sort();
    given.dedup();
    assert_eq!(given.len(), 1000);
}
