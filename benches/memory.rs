//! Peak resident size with a small and with a large share: `make memory`.
//!
//! Starts the release build twice, with the bundled Redis in a fresh directory, moves one file up and down, and prints the
//! server's `VmHWM` for both sizes. It reports; it does not judge.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot be taken ends"
)]
#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{env, fs};

const MIB: u64 = 1 << 20;
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_onetimeshare"))
            .env("DATA_DIR", data)
            .env("BIND", "127.0.0.1:0")
            .env("LOG_LEVEL", "error")
            .env("RATE_LIMITS", "off")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap();
        let address = address.trim().trim_end_matches('/').to_owned();
        Self { process, address }
    }

    fn peak(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(path).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            / 1024
    }

    fn request(&self, head: &str, length: u64, parts: [&[u8]; 2], fill: u64) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let [before, after] = parts;
        write!(
            stream,
            "{head}\r\nHost: {}\r\nUser-Agent: {AGENT}\r\nAccept: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n",
            self.address
        )
        .unwrap();
        stream.write_all(before).unwrap();
        let block = vec![0x5a; 1 << 20];
        for _ in 0..fill / MIB {
            stream.write_all(&block).unwrap();
        }
        stream.write_all(after).unwrap();
        stream
    }

    fn upload(&self, size: u64) -> String {
        let before =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        let after = b"\r\n--b--\r\n";
        let length = size + (before.len() + after.len()) as u64;
        let head = "POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b";
        text(self.request(head, length, [before, after], size))
    }

    fn download(&self, link: &str) -> u64 {
        let (path, key) = link.split_once('#').unwrap();
        let path = path.split(&self.address).nth(1).unwrap();
        let form = format!("key={key}");
        let head =
            format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded");
        let answer = text(self.request(&head, form.len() as u64, [form.as_bytes(), b""], 0));
        let download = between(&answer, "\"download\":\"");
        let mut stream = self.request(&format!("GET {download} HTTP/1.1"), 0, [b"", b""], 0);
        let mut block = vec![0; 1 << 20];
        let mut sum = 0;
        loop {
            match stream.read(&mut block).unwrap() {
                0 => return sum,
                read => sum += read as u64,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let told = Command::new("kill").arg("-TERM").arg(id).status();
        assert!(
            told.is_ok_and(|told| told.success()),
            "the server could not be ended"
        );
        self.process.wait().unwrap();
    }
}

fn text(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn between<'a>(text: &'a str, before: &str) -> &'a str {
    let rest = text.split(before).nth(1).unwrap();
    rest.split('"').next().unwrap()
}

fn measure(size: u64) -> u64 {
    let data = env::temp_dir().join(format!("onetimeshare-memory-{}-{size}", std::process::id()));
    let server = Server::start(&data);
    let answer = server.upload(size);
    let received = server.download(between(&answer, "\"link\":\""));
    assert!(received > size, "the download was cut short");
    let peak = server.peak();
    println!("{:>6} MiB up and down: peak {peak} MiB", size / MIB);
    drop(server);
    fs::remove_dir_all(data).unwrap();
    peak
}

fn main() {
    let small = measure(10 * MIB);
    let large = measure(2048 * MIB);
    println!("difference: {} MiB", i128::from(large) - i128::from(small));
}
