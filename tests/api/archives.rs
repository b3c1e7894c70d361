//! Forms with several parts made by hand, and archives as other programs read them.

use std::{path::PathBuf, process::Command};

use serde::Deserialize;

use crate::support::{
    Answer, Client, Server,
    raw::{multipart, multipart_type},
    token,
};

/// Lists a ZIP as Python understands it, after it has tested every checksum.
const LIST: &str = "import base64, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, base64.b64encode(z.read(i)).decode(), i.compress_type, i.extract_version] for i in z.infolist()]))";

/// One file of a ZIP: its name, its bytes in base64, how they are packed, and which version of the format it needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry(
    pub(crate) String,
    pub(crate) String,
    pub(crate) u16,
    pub(crate) u16,
);

/// The disposition of a file's part.
pub(crate) fn named(name: &str) -> String {
    format!("name=\"file\"; filename=\"{name}\"")
}

/// Sends parts made by hand.
pub(crate) async fn send(client: &Client, parts: &[(&str, &[u8])]) -> Answer {
    let request = client
        .request(reqwest::Method::POST, "/upload")
        .header("accept", "application/json")
        .header("content-type", multipart_type())
        .body(multipart(parts));
    client.send(request).await
}

/// Runs a program that must be content.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; scripts/need installs it"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {text}{errors}");
    text
}

fn on_disk(server: &Server, archive: &[u8]) -> PathBuf {
    let path = server.place().directory().join(format!("{}.zip", token()));
    std::fs::write(&path, archive).unwrap();
    path
}

/// What `unzip`, `zipinfo` and Python find in an archive.
pub(crate) fn entries(server: &Server, archive: &[u8]) -> Vec<Entry> {
    let path = on_disk(server, archive);
    let path = path.to_str().unwrap();
    assert!(run("unzip", &["-t", path]).contains("No errors detected"));
    run("python3", &["-m", "zipfile", "-t", path]);
    let entries: Vec<Entry> = serde_json::from_str(&run("python3", &["-c", LIST, path])).unwrap();
    let listed = run("zipinfo", &["-1", path]).lines().count();
    assert_eq!(listed, entries.len());
    std::fs::remove_file(path).unwrap();
    entries
}
