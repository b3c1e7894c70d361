//! HTTP over sockets that are cut, held back or reset on purpose, from whichever loopback address.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::BROWSER;

/// Longer than any server that still works lets a byte wait.
const PATIENCE: Duration = Duration::from_secs(90);

/// One connection, kept alive for as long as the server likes.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    used: usize,
}

/// The head of an answer.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

impl Head {
    /// One field; empty if it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// What `Content-Length` promises.
    pub(crate) fn length(&self) -> usize {
        self.field("content-length").parse().unwrap_or(0)
    }

    fn parse(text: &str) -> Option<Self> {
        let (first, rest) = text.split_once("\r\n")?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let fields = rest.lines().filter_map(|line| line.split_once(':'));
        let fields =
            fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Some(Self {
            status,
            fields: fields.collect(),
        })
    }
}

impl Wire {
    /// Connects as an everyday client of this machine.
    pub(crate) async fn connect(port: u16) -> io::Result<Self> {
        Self::connect_from(Ipv4Addr::LOCALHOST, port, None).await
    }

    /// Connects from one of the loopback addresses, with a receive buffer as small as asked for.
    pub(crate) async fn connect_from(
        from: Ipv4Addr,
        port: u16,
        receive_buffer: Option<u32>,
    ) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        socket.bind(SocketAddr::from((from, 0)))?;
        let stream = socket.connect((Ipv4Addr::LOCALHOST, port).into()).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
            used: 0,
        })
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a head with a browser's agent and these fields.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &[u8])],
    ) -> io::Result<()> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n")
                .into_bytes();
        for (name, value) in fields {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        self.send(&head).await
    }

    /// Reads the head of the next answer.
    pub(crate) async fn head(&mut self) -> io::Result<Head> {
        loop {
            let rest = &self.buffer[self.used..];
            if let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.used += end + 4;
                return Head::parse(&text).ok_or_else(|| io::Error::other(text));
            }
            self.fill().await?;
        }
    }

    /// Appends up to `length` bytes of the body to `into`; what came before an error is there, too.
    pub(crate) async fn body(&mut self, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let wanted = into.len() + length;
        loop {
            let ready = (self.buffer.len() - self.used).min(wanted - into.len());
            into.extend_from_slice(&self.buffer[self.used..self.used + ready]);
            self.used += ready;
            if into.len() == wanted {
                return Ok(());
            }
            self.fill().await?;
        }
    }

    /// Asks and reads the whole answer.
    pub(crate) async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &[u8])],
    ) -> io::Result<Reply> {
        self.ask(method, path, fields).await?;
        let head = self.head().await?;
        let mut body = Vec::new();
        if method != "HEAD" && head.status != 304 && head.status != 204 {
            self.body(head.length(), &mut body).await?;
        }
        Ok(Reply { head, body })
    }

    /// Waits until the server hangs up, or until the time is over.
    pub(crate) async fn is_ended_within(&mut self, time: Duration) -> bool {
        let mut bytes = [0; 4096];
        let ended =
            async { while matches!(self.stream.read(&mut bytes).await, Ok(count) if count > 0) {} };
        timeout(time, ended).await.is_ok()
    }

    /// Ends in order: no further byte will be sent, and none is read.
    pub(crate) async fn finish(mut self) {
        let _gone_already = self.stream.shutdown().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    /// Ends with a reset.
    pub(crate) fn reset(self) {
        let _gone_already = self.stream.set_zero_linger();
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.used);
        self.used = 0;
        if self.buffer.capacity() < 256 << 10 {
            self.buffer.reserve(256 << 10);
        }
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.buffer));
        let count = read.await.map_err(|_| io::ErrorKind::TimedOut)??;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}
