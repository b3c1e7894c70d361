//! A connection on which anything may be sent, and a strict reading of what comes back.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long the server may take for anything here, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);
/// When nothing more has come for this long, the client says that it will send nothing more either.
const QUIET: Duration = Duration::from_millis(150);

/// Sends `bytes` on a connection of its own and returns the statuses of all answers until the server hangs up, which it must.
pub(crate) async fn answers(port: u16, bytes: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("the server listens");
    // It may hang up before it has read everything.
    let _hung_up = timeout(PATIENCE, stream.write_all(bytes)).await;
    let mut seen = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    let mut done = false;
    loop {
        let wait = if done { PATIENCE } else { QUIET };
        let Ok(read) = timeout(wait, stream.read(&mut buffer)).await else {
            assert!(!done, "the connection stays open: {:?}", statuses(&seen));
            done = true;
            let _gone_already = stream.shutdown().await;
            continue;
        };
        match read {
            Ok(0) | Err(_) => return statuses(&seen),
            Ok(length) => seen.extend_from_slice(&buffer[..length]),
        }
    }
}

/// The statuses of answers that follow each other, each with a stated length or the last one.
fn statuses(mut bytes: &[u8]) -> Vec<u16> {
    let mut statuses = Vec::new();
    while let Some(end) = find(bytes, b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let status = head
            .strip_prefix("http/1.1 ")
            .and_then(|rest| rest.get(..3));
        let status = status.and_then(|status| status.parse().ok());
        statuses.push(status.unwrap_or_else(|| panic!("not an answer: {head}")));
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let Some(length) = length else {
            return statuses;
        };
        let after = end + 4 + std::cmp::min(length, bytes.len() - end - 4);
        bytes = &bytes[after..];
    }
    statuses
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
