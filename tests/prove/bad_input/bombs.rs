//! Multipart bodies made to exhaust the server: refused early, and neither memory nor processor is spent on them.

use std::{fs, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    proof::Proof,
    support::{BROWSER, Server, Setup, collecting::collect, content},
};

const MIB: u64 = 1024 * 1024;
/// Most bytes a bomb may make the server read before it is refused; besides the text and the heads of files, which it takes.
const READ: u64 = MIB;
/// So many files it takes.
const FILES: u64 = 1000;
/// Most memory it may cost; the peak counts, not what is left.
const MEMORY: u64 = 8 * MIB;
/// Most processor time; the program under test is hardly optimised.
const PROCESSOR: Duration = Duration::from_secs(1);
/// How much is sent before the next look whether the server has read it.
const STEP: usize = 16 * 1024;

const PART: &str = "--b\r\nContent-Disposition: form-data; name=\"expires\"\r\n\r\n1h\r\n";

const ANNOUNCED: &str = "--b\r\nContent-Disposition: form-data; name=\"files\"\r\n\r\n1000\r\n";

/// A body that goes on and on.
struct Bomb {
    what: &'static str,
    kind: String,
    /// Sent once.
    start: String,
    /// Then sent again and again.
    rest: String,
    /// One byte in each chunk.
    bytewise: bool,
    /// Bytes that it may be taken for an upload.
    taken: u64,
}

fn bomb(what: &'static str, start: &str, rest: &str) -> Bomb {
    Bomb {
        what,
        kind: "multipart/form-data; boundary=b".to_owned(),
        start: start.to_owned(),
        rest: rest.to_owned(),
        bytewise: false,
        taken: 0,
    }
}

fn bombs() -> Vec<Bomb> {
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"";
    let kilobyte = "x".repeat(1024);
    let of_kind = |what, kind: &str| Bomb {
        kind: kind.to_owned(),
        ..bomb(what, "", PART)
    };
    let long_boundary = |what, length| Bomb {
        start: format!("--{}\r\n", "b".repeat(length)),
        ..of_kind(
            what,
            &format!("multipart/form-data; boundary={}", "b".repeat(length)),
        )
    };
    let files = |what, start: &str, name_length: usize| {
        let rest = format!("{head}{}\"\r\n\r\n\r\n", "n".repeat(name_length));
        let taken = FILES * rest.len() as u64;
        Bomb {
            taken,
            ..bomb(what, start, &rest)
        }
    };
    let text = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n";
    let nested = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\
        Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n";
    let bytewise = |what, start: &str, rest: &str| Bomb {
        bytewise: true,
        ..bomb(what, start, rest)
    };
    vec![
        bomb("a million fields", "", PART),
        bomb(
            "a million fields of their own name",
            "",
            &PART.replace("expires", "x"),
        ),
        files("a million files", "", 1),
        files("a million files of long names", "", 1000),
        files("a million files, announced", ANNOUNCED, 1000),
        files("a million files that nobody chose", "", 0),
        Bomb {
            taken: MIB,
            ..bomb("a text that does not end", text, &kilobyte)
        },
        bomb("a million texts", "", &format!("{text}\r\n")),
        bomb("a million empty parts", "", "--b\r\n\r\n\r\n"),
        bomb("a header that does not end", "--b\r\nX: ", &kilobyte),
        bomb("a file name that does not end", head, &kilobyte),
        bomb("headers that do not end", "--b\r\n", "X: y\r\n"),
        bomb("folded lines that do not end", "--b\r\nX: y\r\n", " y\r\n"),
        bomb("a preamble that does not end", "", "preamble\r\n"),
        bomb("a preamble of one line", "", &kilobyte),
        bomb("a boundary that does not end", "--b", "b"),
        bomb("almost boundaries", "", "--b \r\n"),
        bomb("a field that does not end", PART.trim_end(), &kilobyte),
        bomb("line ends", "", "\r\n"),
        bomb("zeros", "", &"\0".repeat(1024)),
        bomb("nested bodies", nested, "--d\r\n\r\nx\r\n"),
        of_kind("no boundary", "multipart/form-data"),
        of_kind("an empty boundary", "multipart/form-data; boundary="),
        of_kind("two kinds", "multipart/form-data, text/plain"),
        long_boundary("a boundary of 71 characters", 71),
        long_boundary("a boundary of 60,000 characters", 60_000),
        bytewise("a million fields, byte by byte", "", PART),
        bytewise(
            "a header that does not end, byte by byte",
            "--b\r\nX: ",
            "x",
        ),
        bytewise("a preamble that does not end, byte by byte", "", "x"),
    ]
}

/// What a bomb cost.
struct Cost {
    status: u16,
    read: u64,
}

/// Sends until the server answers, never much more than it has read.
async fn throw(server: &Server, bomb: &Bomb) -> Cost {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .expect("the server listens");
    stream.set_nodelay(true).expect("a TCP socket");
    let ours = stream.local_addr().expect("connected").port();
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        bomb.kind
    );
    stream
        .write_all(head.as_bytes())
        .await
        .expect("it takes the head");
    let mut body = bomb.start.bytes().chain(bomb.rest.bytes().cycle());
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut read = 0;
    let mut answer = Vec::new();
    loop {
        let piece: Vec<u8> = body.by_ref().take(STEP).collect();
        let chunks = piece.chunks(if bomb.bytewise { 1 } else { STEP });
        let framed: Vec<u8> = chunks
            .flat_map(|chunk| {
                [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat()
            })
            .collect();
        let sent = stream.write_all(&framed).await;
        read += STEP as u64;
        let mut buffer = [0; 1024];
        // Refusing may take a moment; a server that has read everything and says nothing wants more.
        while Instant::now() < deadline {
            match timeout(Duration::from_millis(1), stream.read(&mut buffer)).await {
                Ok(Ok(0) | Err(_)) => {
                    return Cost {
                        status: status(&answer),
                        read,
                    };
                }
                Ok(Ok(length)) => {
                    answer.extend_from_slice(&buffer[..length]);
                    return Cost {
                        status: status(&answer),
                        read,
                    };
                }
                Err(_) if sent.is_ok() && waiting(server.port(), ours) == 0 => break,
                Err(_) => {}
            }
        }
        assert!(
            Instant::now() < deadline,
            "{}: still no answer after {read} bytes",
            bomb.what
        );
        assert!(
            read <= 2 * READ + bomb.taken,
            "{}: it goes on reading",
            bomb.what
        );
    }
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

/// Bytes that have arrived on the server's side of a connection and that it has not read.
fn waiting(server: u16, client: u16) -> u64 {
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux");
    let (local, remote) = (format!(":{server:04X}"), format!(":{client:04X}"));
    let queue = table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let ours = columns.get(1)?.ends_with(&local) && columns.get(2)?.ends_with(&remote);
        let queues = columns.get(4).filter(|_| ours)?;
        u64::from_str_radix(queues.split_once(':')?.1, 16).ok()
    });
    queue.unwrap_or(0)
}

/// The largest resident size since [`forget_peak`], in bytes.
fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.expect("the kernel counts it") * 1024
}

fn forget_peak(pid: u32) {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("it is our own process");
}

/// Processor time spent so far.
fn processor(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let (_, rest) = stat.rsplit_once(") ").expect("the name is in brackets");
    let ticks = rest
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok());
    // Linux counts in hundredths of a second.
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

#[tokio::test]
async fn multipart_bombs_are_refused_before_they_cost_anything() {
    let mut proof = Proof::begin("multipart-bombs");
    let rounds = proof.rounds(10, 1);
    let server = Setup::shared().await.start().await;
    let pid = server.pid();
    // The first requests make the server's lasting memory.
    for bomb in &bombs()[..2] {
        throw(&server, bomb).await;
    }
    let (mut most_read, mut most_memory, mut most_time) = (0, 0, Duration::ZERO);
    for _ in 0..rounds {
        for bomb in bombs() {
            forget_peak(pid);
            let (before, spent) = (peak(pid), processor(pid));
            let cost = throw(&server, &bomb).await;
            let memory = peak(pid).saturating_sub(before);
            let time = processor(pid).checked_sub(spent).expect("it only grows");
            let what = bomb.what;
            assert!(
                (400..500).contains(&cost.status),
                "{what}: answered {}",
                cost.status
            );
            assert!(
                cost.read <= READ + bomb.taken,
                "{what}: {} bytes read",
                cost.read
            );
            assert!(memory <= MEMORY, "{what}: {memory} bytes of memory");
            assert!(time <= PROCESSOR, "{what}: {time:?} of processor time");
            most_read = most_read.max(cost.read);
            most_memory = most_memory.max(memory);
            most_time = most_time.max(time);
        }
    }
    proof.figure("bombs", bombs().len() * rounds);
    proof.figure("most bytes read", most_read);
    proof.figure("most bytes of memory", most_memory);
    proof.figure(
        "most milliseconds of processor",
        u64::try_from(most_time.as_millis()).unwrap(),
    );

    let bytes = content(1000);
    let share = server.client().upload(&bytes, "a", &[]).await;
    collect(server.client(), &share, &bytes).await;
    server.finish().await;
    proof.holds();
}
