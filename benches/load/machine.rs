//! What the kernel says: time used by a server's processes, their memory, and how much else the machine was doing.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use crate::Outcome;

/// `USER_HZ`: what /proc counts time in, on every Linux of today.
const TICKS: f64 = 100.0;

/// A process and all that it started, as they are now.
pub(crate) fn descendants(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().parse::<u32>();
        if let Ok(pid) = pid
            && let Some(parent) = stat_field(pid, 1)
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut family = vec![root];
    let mut at = 0;
    while let Some(pid) = family.get(at) {
        if let Some(own) = children.remove(pid) {
            family.extend(own);
        }
        at += 1;
    }
    family
}

/// Whether there is such a process and it is more than an entry that waits to be read.
pub(crate) fn is_running(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| {
            Some(
                !stat
                    .rsplit_once(')')?
                    .1
                    .trim_start()
                    .starts_with(['Z', 'X']),
            )
        })
        .unwrap_or(false)
}

/// The field `index` places behind the name in /proc/PID/stat.
fn stat_field(pid: u32, index: usize) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(index)?.parse().ok()
}

/// Seconds of processor time a process has used, its waited-for children aside.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let ticks = |index| f64::from(stat_field(pid, index).unwrap_or(0));
    (ticks(11) + ticks(12)) / TICKS
}

fn family_cpu(pids: &[u32]) -> f64 {
    pids.iter().map(|pid| cpu_seconds(*pid)).sum()
}

/// Seconds the whole machine was busy, and seconds its host took away.
fn machine_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system and steal; interrupts may be our own loopback's.
    [0, 1, 2, 7]
        .iter()
        .filter_map(|index| fields.get(*index))
        .sum::<f64>()
        / TICKS
}

/// One number of /proc/PID/status, in bytes where it has a unit.
pub(crate) fn status(pid: u32, name: &str) -> Outcome<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .ok_or_else(|| format!("/proc/{pid}/status has no {name}"))?;
    let mut words = line.split_whitespace();
    let number: u64 = words.next().unwrap_or_default().parse()?;
    Ok(if words.next() == Some("kB") {
        number * 1024
    } else {
        number
    })
}

/// Resident MiB now.
pub(crate) fn resident_mib(pid: u32) -> Outcome<f64> {
    Ok(mib(status(pid, "VmRSS")?))
}

/// Highest resident MiB since the start, or since [`forget_peak`].
pub(crate) fn peak_mib(pid: u32) -> Outcome<f64> {
    Ok(mib(status(pid, "VmHWM")?))
}

/// Begins the search for the peak anew, where the kernel lets us.
pub(crate) fn forget_peak(pid: u32) {
    drop(fs::write(format!("/proc/{pid}/clear_refs"), "5"));
}

/// Bytes as MiB.
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A span of time under observation.
pub(crate) struct Watch {
    family: Vec<u32>,
    began: Instant,
    cpu: f64,
    own: f64,
    machine: f64,
}

/// What a [`Watch`] saw.
pub(crate) struct Seen {
    /// Seconds by the clock.
    pub(crate) wall: f64,
    /// Seconds of processor time of the server's processes.
    pub(crate) cpu: f64,
    /// Seconds of processor time of this load generator.
    pub(crate) client: f64,
    /// Cores that others kept busy meanwhile.
    pub(crate) foreign: f64,
}

impl Watch {
    /// Begins to watch a server and everything it has started.
    pub(crate) fn begin(server: u32) -> Self {
        Self::of(descendants(server))
    }

    /// Begins to watch the machine alone, for work that this process does itself.
    pub(crate) fn begin_alone() -> Self {
        Self::of(Vec::new())
    }

    fn of(family: Vec<u32>) -> Self {
        Self {
            machine: machine_cpu(),
            own: cpu_seconds(std::process::id()),
            cpu: family_cpu(&family),
            family,
            began: Instant::now(),
        }
    }

    /// Ends it. The clock stops at once; what the server does in the next 50 ms still counts as its work.
    pub(crate) fn end(self) -> Seen {
        let wall = self.began.elapsed().as_secs_f64();
        std::thread::sleep(Duration::from_millis(50));
        let span = self.began.elapsed().as_secs_f64();
        let cpu = family_cpu(&self.family) - self.cpu;
        let client = cpu_seconds(std::process::id()) - self.own;
        let busy = machine_cpu() - self.machine;
        Seen {
            wall,
            cpu,
            client,
            foreign: ((busy - cpu - client) / span).max(0.0),
        }
    }
}

/// What the machine does beside us over a longer time, in which our servers start and end.
pub(crate) struct Surroundings {
    began: Instant,
    ours: f64,
    machine: f64,
}

impl Surroundings {
    /// Begins to watch.
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            ours: own_and_ended(),
            machine: machine_cpu(),
        }
    }

    /// Cores that others kept busy. The servers started since must have ended.
    pub(crate) fn end(self) -> f64 {
        let busy = machine_cpu() - self.machine;
        let ours = own_and_ended() - self.ours;
        ((busy - ours) / self.began.elapsed().as_secs_f64()).max(0.0)
    }
}

/// Seconds of processor time of this process and of all it has started and waited for.
fn own_and_ended() -> f64 {
    let ticks = |index| f64::from(stat_field(std::process::id(), index).unwrap_or(0));
    (ticks(11) + ticks(12) + ticks(13) + ticks(14)) / TICKS
}

/// Touches and frees memory, so that the host has given it to the machine before any clock starts.
pub(crate) fn fault_memory_in(bytes: usize) {
    let mut memory: Vec<u8> = Vec::new();
    if memory.try_reserve_exact(bytes).is_ok() {
        memory.resize(bytes, 0x5a);
        std::hint::black_box(&memory);
    }
}

/// In words: processor, cores, memory, kernel.
pub(crate) fn description() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let processor = value(&read("/proc/cpuinfo"), "model name");
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = value(&read("/proc/meminfo"), "MemTotal");
    let kibibytes: u64 = memory
        .split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{processor}, {cores} cores, {} GiB, Linux {}",
        kibibytes >> 20,
        kernel.trim()
    )
}

/// What git calls the sources.
pub(crate) fn commit() -> String {
    std::process::Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map_or_else(
            || "unknown commit".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        )
}
