//! Clients that do nothing, or little: what they hold.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_recv_buffer_size;
use rustix::net::{AddressFamily, SocketType, connect, socket};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::Builds;
use super::stream::fill_with_random_bytes;
use crate::Outcome;
use crate::http::Connection;
use crate::machine::{Watch, forget_peak, mib, peak_mib, resident_mib, status};
use crate::process::{Folder, Medium};
use crate::report::Report;
use crate::server::{self, Server};

/// Bytes a trickling client takes in a second.
const TRICKLE: usize = 10 << 10;
/// Small on purpose: what the kernel holds for a client must not be the whole file.
const RECEIVE_BUFFER: usize = 16 << 10;

/// As many descriptors as the kernel allows, for us and the servers we start.
fn raise_descriptors() -> Outcome<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )?)
}

/// Kept-alive connections that have asked once and rest.
pub(crate) fn kept_alive(builds: &Builds, report: &mut Report) -> Outcome<()> {
    let (count, rounds) = if report.quick() {
        (1_000, 1)
    } else {
        (5_000, 5)
    };
    Report::heading(&format!("{count} idle connections"));
    raise_descriptors()?;
    let (mut empty, mut full, mut each, mut cpu) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rounds {
        let rest = rest_after(builds, "GET /robots.txt", count)?;
        empty.push(rest.empty);
        full.push(rest.full);
        each.push(rest.each_kib());
        cpu.push(rest.cpu_ms);
    }
    report.add("idle/empty/RSS MiB", &empty);
    report.add("idle/connections/RSS MiB", &full);
    report.add("idle/each connection/KiB", &each);
    report.add("idle/connections/cpu ms/s", &cpu);
    let page = rest_after(builds, "GET /", count)?;
    report.add("idle/each after a page/KiB", &[page.each_kib()]);
    Ok(())
}

/// What connections that rest cost a server of their own.
struct Rest {
    count: usize,
    /// MiB.
    empty: f64,
    full: f64,
    /// Of a second.
    cpu_ms: f64,
}

impl Rest {
    fn each_kib(&self) -> f64 {
        (self.full - self.empty) * 1024.0 / self.count as f64
    }
}

fn rest_after(builds: &Builds, request: &str, count: usize) -> Outcome<Rest> {
    let server = Server::start(&builds.server, Medium::Tmpfs, "idle", &[])?;
    let mut one = Connection::open(server.address())?;
    drop(one.exchange(request, "", b"")?);
    let empty = resident_mib(server.id())?;
    let mut resting = Vec::with_capacity(count);
    for _ in 0..count {
        let mut connection = Connection::open(server.address())?;
        let (head, _) = connection.exchange(request, "", b"")?;
        head.must_be(200, "a first request")?;
        resting.push(connection);
    }
    let watch = Watch::begin(server.id());
    thread::sleep(Duration::from_secs(5));
    let seen = watch.end();
    Ok(Rest {
        count,
        empty,
        full: resident_mib(server.id())?,
        cpu_ms: seen.cpu * 1000.0 / seen.wall,
    })
}

/// Downloads that take ten kibibytes a second; then readers that take nothing at all.
pub(crate) fn trickling(builds: &Builds, report: &mut Report) -> Outcome<()> {
    let (count, length, span) = if report.quick() {
        (100, 4 << 20, 6)
    } else {
        (1_000, 4 << 20, 15)
    };
    Report::heading(&format!("{count} downloads that trickle, then stop"));
    raise_descriptors()?;
    let source = Folder::fresh(Medium::Tmpfs, "source")?;
    let path = source.path().join("random");
    fill_with_random_bytes(&path, length)?;
    let file = File::open(&path)?;
    let server = Server::start(&builds.server, Medium::Tmpfs, "trickle", &[])?;
    let mut control = Connection::open(server.address())?;
    let mut tickets = Vec::with_capacity(count);
    for _ in 0..count {
        let link = server::upload_file(&mut control, &file, length)?;
        tickets.push(server::reserve(&mut control, &link)?);
    }
    let before = resident_mib(server.id())?;
    forget_peak(server.id());
    let mut readers = Vec::with_capacity(count);
    for ticket in &tickets {
        let mut reader = with_small_buffer(&server)?;
        write!(
            reader,
            "GET {ticket} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Mozilla/5.0\r\n\r\n",
            server.address()
        )?;
        readers.push(reader);
    }
    let watch = Watch::begin(server.id());
    let mut threads = 0;
    let mut piece = vec![0; TRICKLE];
    let began = Instant::now();
    for second in 1..=span {
        for reader in &mut readers {
            reader.read_exact(&mut piece)?;
        }
        threads = threads.max(status(server.id(), "Threads")?);
        let next = Duration::from_secs(second);
        thread::sleep(next.saturating_sub(began.elapsed()));
    }
    let seen = watch.end();
    let peak = peak_mib(server.id())?;
    report.add("trickle/before/RSS MiB", &[before]);
    report.add("trickle/downloads/peak MiB", &[peak]);
    let each = (peak - before) / count as f64;
    report.add("trickle/each download/MiB", &[each]);
    report.add("trickle/downloads/threads", &[threads as f64]);
    report.add(
        "trickle/downloads/cpu ms/s",
        &[seen.cpu * 1000.0 / seen.wall],
    );

    // Nobody reads now. Below the two minutes after which the watchdog ends such a connection.
    thread::sleep(Duration::from_secs(2));
    let watch = Watch::begin(server.id());
    thread::sleep(Duration::from_secs(10));
    let seen = watch.end();
    report.add(
        "stopped/all readers/cpu ms/s",
        &[seen.cpu * 1000.0 / seen.wall],
    );
    let held = mib(status(server.id(), "VmRSS")?);
    report.add("stopped/all readers/RSS MiB", &[held]);
    Ok(())
}

fn with_small_buffer(server: &Server) -> Outcome<TcpStream> {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER)?;
    connect(&socket, &server.address())?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    Ok(stream)
}
