//! The program under test, and what a visitor does with it.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::http::{Connection, Head};
use crate::process::{Folder, Medium, Running, eventually};

/// As long as a browser's: a short one turns up in random content, where `actix-multipart` also takes it behind a lone CR.
const BEFORE: &[u8] = b"------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.bin\"\r\n\r\n";
const AFTER: &[u8] = b"\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n";
const MULTIPART: &str =
    "Content-Type: multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A running `OneTimeShare`.
pub(crate) struct Server {
    running: Running,
    folder: Folder,
    address: SocketAddr,
    started_in: Duration,
}

/// What the sender gets.
pub(crate) struct Link {
    path: String,
    key: String,
}

impl Link {
    /// `/d/{id}`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

impl Server {
    /// Starts a build of the program in a fresh directory, without rate limits and with these settings besides.
    pub(crate) fn start(
        program: &Path,
        medium: Medium,
        name: &str,
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        Self::start_in(program, Folder::fresh(medium, name)?, settings)
    }

    /// The same in a directory that may hold shares already.
    pub(crate) fn start_in(
        program: &Path,
        folder: Folder,
        settings: &[(&str, &str)],
    ) -> Outcome<Self> {
        let (data, temporary) = (folder.at("data"), folder.at("tmp"));
        let log = folder.path().join("server.log");
        fs::create_dir_all(&temporary)?;
        drop(fs::remove_file(&log));
        let mut environment = vec![
            ("DATA_DIR", data.as_str()),
            ("TMPDIR", temporary.as_str()),
            ("BIND", "127.0.0.1:0"),
            ("LOG_LEVEL", "warn"),
            ("RATE_LIMITS", "off"),
        ];
        environment.extend_from_slice(settings);
        let began = Instant::now();
        let mut running = Running::start(program, &["serve"], &environment, &log)?;
        let mut address = None;
        eventually("the server is ready", Duration::from_mins(2), || {
            running.must_run(&log)?;
            let words = fs::read_to_string(&log)?;
            address = words
                .split_once("is ready: http://")
                .and_then(|(_, rest)| rest.split_once("/\n"))
                .and_then(|(address, _)| address.parse().ok());
            Ok(address.is_some())
        })?;
        Ok(Self {
            running,
            folder,
            address: address.ok_or("the server did not say its address")?,
            started_in: began.elapsed(),
        })
    }

    /// Ends it and hands its directory back.
    pub(crate) fn stop(self) -> Folder {
        let Self {
            running, folder, ..
        } = self;
        drop(running);
        folder
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From the call that started it to its word that it is ready.
    pub(crate) fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Where its sealed files lie.
    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder.path().join("data/blobs")
    }

    /// The socket of its bundled Redis.
    pub(crate) fn redis_socket(&self) -> Outcome<PathBuf> {
        for entry in fs::read_dir(self.folder.path().join("tmp"))? {
            let socket = entry?.path().join("redis.sock");
            if socket.exists() {
                return Ok(socket);
            }
        }
        Err("there is no bundled Redis".into())
    }
}

/// Uploads the first `length` bytes of a file.
pub(crate) fn upload_file(connection: &mut Connection, file: &File, length: u64) -> Outcome<Link> {
    connection.send_file("POST /upload", MULTIPART, [BEFORE, AFTER], file, length)?;
    created(connection)
}

/// The body of an upload with this content and these fields.
pub(crate) fn upload_body(content: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(BEFORE);
    body.extend_from_slice(content);
    body.extend_from_slice(AFTER);
    body
}

/// Uploads what [`upload_body`] made.
pub(crate) fn upload(connection: &mut Connection, body: &[u8]) -> Outcome<Link> {
    connection.send("POST /upload", MULTIPART, body)?;
    created(connection)
}

/// As [`upload`], but a server that has too much to do may say so.
pub(crate) fn try_upload(connection: &mut Connection, body: &[u8]) -> Outcome<Option<Link>> {
    connection.send("POST /upload", MULTIPART, body)?;
    let head = connection.receive_head()?;
    let answer = connection.receive_body(&head)?;
    if head.status == 503 {
        return Ok(None);
    }
    link_of(&head, &answer).map(Some)
}

fn created(connection: &mut Connection) -> Outcome<Link> {
    let head = connection.receive_head()?;
    let answer = connection.receive_body(&head)?;
    link_of(&head, &answer)
}

fn link_of(head: &Head, answer: &[u8]) -> Outcome<Link> {
    let answer = String::from_utf8_lossy(answer);
    head.must_be(201, &format!("an upload ({answer})"))?;
    let link = between(&answer, "\"link\":\"")?;
    let (url, key) = link.split_once('#').ok_or("a link without its key")?;
    let at = url.find("/d/").ok_or("a link without its path")?;
    Ok(Link {
        path: url.get(at..).unwrap_or_default().to_owned(),
        key: key.to_owned(),
    })
}

/// Reserves a share; returns where its bytes are.
pub(crate) fn reserve(connection: &mut Connection, link: &Link) -> Outcome<String> {
    let form = format!("key={}", link.key);
    let request = format!("POST {}", link.path);
    let (head, answer) = connection.exchange(&request, FORM, form.as_bytes())?;
    head.must_be(200, "a reservation")?;
    Ok(between(&String::from_utf8_lossy(&answer), "\"download\":\"")?.to_owned())
}

/// Guesses at a passphrase; returns the status.
pub(crate) fn guess(connection: &mut Connection, link: &Link, passphrase: &str) -> Outcome<u16> {
    let form = format!("key={}&passphrase={passphrase}", link.key);
    let request = format!("POST {}", link.path);
    let (head, _) = connection.exchange(&request, FORM, form.as_bytes())?;
    Ok(head.status)
}

/// Fetches the bytes and throws them away.
pub(crate) fn download(connection: &mut Connection, path: &str, length: u64) -> Outcome<()> {
    connection.send(&format!("GET {path}"), "", b"")?;
    let head = connection.receive_head()?;
    head.must_be(200, "a download")?;
    if head.length != length {
        return Err(format!("{} bytes instead of {length}", head.length).into());
    }
    connection.discard_body(&head)
}

/// Tells that all has arrived: the share ends now.
pub(crate) fn acknowledge(connection: &mut Connection, path: &str) -> Outcome<()> {
    let (head, _) = connection.exchange(&format!("POST {path}/ack"), "", b"")?;
    head.must_be(204, "an acknowledgement")
}

fn between<'a>(text: &'a str, before: &str) -> Outcome<&'a str> {
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value)
        .ok_or_else(|| format!("no {before} in {text}").into())
}
