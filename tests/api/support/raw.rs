//! HTTP by hand, for what a well-behaved client does not do.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::BROWSER;

/// One connection to a server.
pub(crate) struct Raw {
    stream: TcpStream,
}

/// The head of an answer read by hand.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Raw {
    /// Connects.
    pub(crate) async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        Self { stream }
    }

    /// Sends bytes; false when the server has hung up.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// Sends a request head with a browser's agent and these header lines (each without its line end).
    pub(crate) async fn head(&mut self, method: &str, path: &str, lines: &[&str]) {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n");
        for line in lines {
            head.push_str(line);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        assert!(
            self.send(head.as_bytes()).await,
            "the server took the request head"
        );
    }

    /// Reads the head of the answer; none if the connection ended before it was complete.
    pub(crate) async fn answer(&mut self) -> Option<Head> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let byte = timeout(Duration::from_secs(90), self.stream.read_u8())
                .await
                .expect("an answer within 90 s")
                .ok()?;
            head.push(byte);
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = text.split(' ').nth(1)?.parse().ok()?;
        Some(Head { status, text })
    }

    /// Reads up to `length` bytes of the body; fewer when the connection ends.
    pub(crate) async fn read(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length);
        let mut rest = (&mut self.stream).take(u64::try_from(length).expect("fits"));
        let _the_connection_ended = rest.read_to_end(&mut bytes).await;
        bytes
    }

    /// Reads to the end of the connection, however it ends.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _the_connection_ended = self.stream.read_to_end(&mut bytes).await;
        bytes
    }

    /// Ends with a reset instead of a clean end.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().expect("a TCP socket");
    }
}

impl Head {
    /// The value of one header, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
    }
}

/// The boundary of every multipart body made here.
pub(crate) const BOUNDARY: &str = "----the-tests-boundary";

/// The header that goes with [`multipart`] and [`unfinished`].
pub(crate) fn multipart_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A multipart body without its closing boundary: parts of (value of Content-Disposition after `form-data`, bytes).
pub(crate) fn unfinished(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, bytes) in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body
}

/// A complete multipart body.
pub(crate) fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = unfinished(parts);
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The Content-Disposition of an ordinary file.
pub(crate) const FILE: &str = r#"name="file"; filename="a.txt""#;
