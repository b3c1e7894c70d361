//! What a server holds on to, as the kernel tells.

use std::{fs, net::Ipv4Addr};

use crate::support::Server;

/// Sockets, open files and memory of one server at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Connections at its port that have not ended on its side.
    pub(super) sockets: usize,
    /// Open files; only root may count those of a process that allows no debugger.
    pub(super) files: Option<usize>,
    /// Resident memory in KiB.
    pub(super) resident: u64,
}

impl Held {
    pub(super) fn by(server: &Server) -> Self {
        let files = fs::read_dir(format!("/proc/{}/fd", server.pid()));
        Self {
            sockets: sockets(server.port()),
            files: files.ok().map(Iterator::count),
            resident: status(server.pid(), "VmRSS:"),
        }
    }

    /// Whether no more is held than before, but for 5 % or `slack` KiB.
    pub(super) fn is_back_at(self, before: Self, slack: u64) -> bool {
        let few = |now: usize, before: usize| now <= before + before.div_ceil(20) + 8;
        few(self.sockets, before.sockets)
            && few(self.files.unwrap_or(0), before.files.unwrap_or(0))
            && self.resident
                <= (before.resident + before.resident / 20).max(before.resident + slack)
    }
}

/// A line of `/proc/<pid>/status`, in KiB.
pub(super) fn status(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|line| line.split_whitespace().next());
    value
        .and_then(|value| value.parse().ok())
        .expect("a number")
}

/// The connections to `port` that the server has not ended.
pub(super) fn sockets(port: u16) -> usize {
    peers(port).len()
}

/// The ports of one client's connections to `port` that the server has not ended.
pub(super) fn clients(port: u16, from: Ipv4Addr) -> Vec<u16> {
    let here = format!("{:08X}", u32::from(from).swap_bytes());
    let peers = peers(port);
    let own = peers.iter().filter_map(|peer| {
        let (address, port) = peer.split_once(':')?;
        (address == here).then(|| u16::from_str_radix(port, 16).ok())?
    });
    own.collect()
}

/// The other ends, as the kernel writes them.
fn peers(port: u16) -> Vec<String> {
    const ESTABLISHED: &str = "01";
    const PEER_HAS_ENDED: &str = "08";
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux");
    let local = format!(":{port:04X}");
    let peers = table.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let here = words.next()?.ends_with(&local);
        let peer = words.next()?;
        let state = words.next()?;
        (here && [ESTABLISHED, PEER_HAS_ENDED].contains(&state)).then(|| peer.to_owned())
    });
    peers.collect()
}
