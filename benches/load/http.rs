//! HTTP/1.1 over a plain socket, as cheap for the client as it goes: bodies are sent by `sendfile` and discarded in the
//! kernel, so that the server's work is what is measured.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rustix::net::RecvFlags;

use crate::Outcome;

const PATIENCE: Duration = Duration::from_mins(1);

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    /// Received and not yet taken.
    buffer: Vec<u8>,
    discarded: Vec<u8>,
}

/// The head of an answer.
pub(crate) struct Head {
    /// Its status.
    pub(crate) status: u16,
    /// How long the body is.
    pub(crate) length: u64,
}

impl Head {
    /// An error unless the status is this one.
    pub(crate) fn must_be(&self, status: u16, what: &str) -> Outcome<()> {
        if self.status == status {
            return Ok(());
        }
        Err(format!("{what}: {} instead of {status}", self.status).into())
    }
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            address,
            buffer: Vec::with_capacity(16 << 10),
            discarded: Vec::new(),
        })
    }

    fn head(&self, request: &str, more: &str, length: u64) -> String {
        format!(
            "{request} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: application/json\r\n{more}Content-Length: {length}\r\n\r\n",
            self.address
        )
    }

    /// Sends a request with a small body in one piece. `more` are header lines with their ends.
    pub(crate) fn send(&mut self, request: &str, more: &str, body: &[u8]) -> Outcome<()> {
        let mut bytes = self.head(request, more, body.len() as u64).into_bytes();
        bytes.extend_from_slice(body);
        Ok(self.stream.write_all(&bytes)?)
    }

    /// Sends a request whose body is `before`, the first `length` bytes of `file`, `after`.
    pub(crate) fn send_file(
        &mut self,
        request: &str,
        more: &str,
        [before, after]: [&[u8]; 2],
        file: &File,
        length: u64,
    ) -> Outcome<()> {
        let whole = length + (before.len() + after.len()) as u64;
        let mut bytes = self.head(request, more, whole).into_bytes();
        bytes.extend_from_slice(before);
        self.stream.write_all(&bytes)?;
        let mut sent = 0;
        while sent < length {
            let rest = usize::try_from(length - sent)?.min(16 << 20);
            match rustix::fs::sendfile(&self.stream, file, Some(&mut sent), rest) {
                Ok(0) => return Err("the file is shorter than it was".into()),
                Ok(_) => {}
                Err(error) => return Err(self.refusal(sent, &error)),
            }
        }
        Ok(self.stream.write_all(after)?)
    }

    /// What the server said when it stopped taking a body.
    fn refusal(
        &mut self,
        sent: u64,
        error: &dyn std::error::Error,
    ) -> Box<dyn std::error::Error + Send + Sync> {
        let said = match self.receive_head() {
            Ok(head) => format!("an answer with {}", head.status),
            Err(_) => "no answer".to_owned(),
        };
        format!("the body broke off after {sent} bytes ({error}), {said}").into()
    }

    /// Receives the head of an answer.
    pub(crate) fn receive_head(&mut self) -> Outcome<Head> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default());
                let status = head.split(' ').nth(1).unwrap_or_default().parse()?;
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    let wanted = name.eq_ignore_ascii_case("content-length");
                    wanted.then(|| value.trim().parse().ok())?
                });
                let bodiless = status == 204 || status == 304;
                let length = match length {
                    Some(length) => length,
                    None if bodiless => 0,
                    None => return Err(format!("no length: {head}").into()),
                };
                drop(self.buffer.drain(..end + 4));
                return Ok(Head { status, length });
            }
            self.receive_more()?;
        }
    }

    fn receive_more(&mut self) -> Outcome<()> {
        let before = self.buffer.len();
        self.buffer.resize(before + (8 << 10), 0);
        let space = self.buffer.get_mut(before..).unwrap_or_default();
        let read = self.stream.read(space)?;
        self.buffer.truncate(before + read);
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }

    /// Receives the whole body.
    pub(crate) fn receive_body(&mut self, head: &Head) -> Outcome<Vec<u8>> {
        let length = usize::try_from(head.length)?;
        while self.buffer.len() < length {
            self.receive_more()?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// Lets the kernel throw the body away; the error says if less of it came than was announced.
    pub(crate) fn discard_body(&mut self, head: &Head) -> Outcome<()> {
        let here = usize::try_from(head.length)?.min(self.buffer.len());
        drop(self.buffer.drain(..here));
        let mut left = head.length - here as u64;
        self.discarded.resize(1 << 20, 0);
        while left > 0 {
            let want = usize::try_from(left)?.min(self.discarded.len());
            let space = self.discarded.get_mut(..want).unwrap_or_default();
            let (_, taken) = rustix::net::recv(&self.stream, space, RecvFlags::TRUNC)?;
            if taken == 0 {
                return Err(format!("the answer broke off {left} bytes before its end").into());
            }
            left -= taken as u64;
        }
        Ok(())
    }

    /// One small request and its whole answer.
    pub(crate) fn exchange(
        &mut self,
        request: &str,
        more: &str,
        body: &[u8],
    ) -> Outcome<(Head, Vec<u8>)> {
        self.send(request, more, body)?;
        let head = self.receive_head()?;
        let body = self.receive_body(&head)?;
        Ok((head, body))
    }
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}
