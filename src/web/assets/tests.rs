//! Every static file arrives whole, in whatever encoding, and only under its own address.

use super::*;
use std::io::Read as _;

fn path_of(name: &str) -> String {
    url(name)
        .strip_prefix("/static/")
        .expect("every address begins so")
        .to_owned()
}

#[test]
fn each_encoding_unpacks_to_the_same_bytes() {
    let plain = lookup(&path_of("base.css"), "").expect("the file exists");
    let packed = lookup(&path_of("base.css"), "gzip, deflate, br;q=0.9").expect("the file exists");
    assert_eq!((plain.encoding, packed.encoding), (None, Some("br")));
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(packed.bytes.as_ref(), 4096)
        .read_to_end(&mut unpacked)
        .expect("valid brotli");
    assert_eq!(plain.bytes, unpacked);

    let packed = lookup(&path_of("base.css"), "gzip, br;q=0").expect("the file exists");
    assert_eq!(packed.encoding, Some("gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.bytes.as_ref())
        .read_to_end(&mut unpacked)
        .expect("valid gzip");
    assert_eq!(plain.bytes, unpacked);
}

#[test]
fn text_says_its_charset() {
    for (name, expected) in [
        ("base.css", "text/css; charset=utf-8"),
        ("js/dom.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml; charset=utf-8"),
        ("favicon.ico", "image/x-icon"),
    ] {
        assert_eq!(
            lookup(&path_of(name), "")
                .expect("the file exists")
                .content_type,
            expected
        );
    }
}

#[test]
fn another_version_or_an_unknown_file_is_not_served() {
    assert!(lookup("0000000000000000/base.css", "").is_none());
    assert!(lookup(&path_of("../Cargo.toml"), "").is_none());
    assert!(lookup("base.css", "").is_none());
}

#[test]
fn every_import_of_a_script_names_a_file_that_exists() {
    for (name, stored) in &shelf().files {
        for imported in
            imports(std::str::from_utf8(&stored.content.in_smallest("").0).unwrap_or(""))
        {
            assert!(
                shelf().files.contains_key(&format!("js/{imported}")),
                "{name} imports {imported}"
            );
        }
    }
}

fn imports(script: &str) -> Vec<&str> {
    script
        .split("from \"./")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}
