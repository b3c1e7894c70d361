//! Large files: processor time per GiB, speed, memory.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::thread;

use super::Builds;
use crate::Outcome;
use crate::http::Connection;
use crate::interleave::{Sample, Samples, Variant, interleave};
use crate::machine::{Watch, fault_memory_in, forget_peak, peak_mib};
use crate::nginx::{self, Nginx};
use crate::process::{Folder, Medium};
use crate::report::Report;
use crate::server::{self, Server};

struct Size {
    name: &'static str,
    medium: Medium,
    streams: u64,
    length: u64,
    rounds: usize,
}

/// One stream on tmpfs.
pub(crate) fn one(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("one stream of 1 GiB, tmpfs");
    measure(builds, report, &size("stream", Medium::Tmpfs, 1, report))
}

/// One stream on the disk.
pub(crate) fn one_on_disk(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("one stream of 1 GiB, disk");
    measure(
        builds,
        report,
        &size("stream-disk", Medium::Disk, 1, report),
    )
}

/// Eight streams on tmpfs.
pub(crate) fn eight(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("eight streams at once, tmpfs");
    measure(builds, report, &size("parallel", Medium::Tmpfs, 8, report))
}

/// Peak memory of a fresh server with a small and with a large file up and down.
pub(crate) fn memory(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("peak memory by size");
    for (name, mebibytes) in [("10 MiB", 10), ("2 GiB", 2048)] {
        let size = Size {
            name: "memory",
            medium: Medium::Tmpfs,
            streams: 1,
            length: mebibytes << 20,
            rounds: 1,
        };
        let source = Folder::fresh(Medium::Tmpfs, "source")?;
        let path = source.path().join("random");
        fill_with_random_bytes(&path, size.length)?;
        let server = Server::start(&builds.server, size.medium, "memory", &[])?;
        drop(ours(&server, &File::open(&path)?, &size)?);
        let peak = peak_mib(server.id())?;
        report.add(&format!("memory/{name} up and down/peak MiB"), &[peak]);
    }
    Ok(())
}

fn size(name: &'static str, medium: Medium, streams: u64, report: &Report) -> Size {
    let (length, rounds) = match (report.quick(), streams) {
        (true, 1) => (256 << 20, 3),
        (true, _) => (64 << 20, 2),
        (false, 1) => (1 << 30, 5),
        (false, _) => (256 << 20, 5),
    };
    Size {
        name,
        medium,
        streams,
        length,
        rounds,
    }
}

fn measure(builds: &Builds, report: &mut Report, size: &Size) -> Outcome<()> {
    let source = Folder::fresh(Medium::Tmpfs, "source")?;
    let path = source.path().join("random");
    fill_with_random_bytes(&path, size.length)?;
    let file = File::open(&path)?;

    let mut servers = Vec::new();
    for (name, program) in builds.all() {
        let started = Server::start(program, size.medium, name, &[])?;
        servers.push((name, started));
    }
    let nginx = Nginx::start(size.medium, "nginx")?;
    let mut variants: Vec<Variant<'_>> = servers
        .iter()
        .map(|(name, server)| Variant {
            name,
            run: Box::new(|| ours(server, &file, size)),
        })
        .collect();
    variants.push(Variant {
        name: "nginx",
        run: Box::new(|| plain(&nginx, &file, size)),
    });
    let measured = interleave(size.rounds, !report.quick(), variants)?;
    report.add_all(size.name, &measured);
    for what in ["upload", "download"] {
        for value in ["cpu-s/GiB", "GiB/s"] {
            let of = |variant: &str| format!("{}/{what}/{variant}/{value}", size.name);
            let name = format!("{}/{what}/to nginx/{value}", size.name);
            report.ratio(&name, &of("onetimeshare"), &of("nginx"));
            if builds.against.is_some() {
                let name = format!("{}/{what}/to the other build/{value}", size.name);
                report.ratio(&name, &of("onetimeshare"), &of("against"));
            }
        }
    }
    Ok(())
}

/// Memory that was free for two seconds the host may have taken back, and pages that it must give again cost several times more
/// than the copy into them.
fn fault_in_for(size: &Size) -> Outcome<()> {
    fault_memory_in(usize::try_from(2 * size.length * size.streams)?);
    Ok(())
}

fn ours(server: &Server, file: &File, size: &Size) -> Samples {
    fault_in_for(size)?;
    let all = size.length * size.streams;
    let observed = |work: &mut dyn FnMut() -> Outcome<()>| -> Outcome<Sample> {
        forget_peak(server.id());
        let watch = Watch::begin(server.id());
        work()?;
        let seen = watch.end();
        Ok(Sample::of_transfer(&seen, all).with("peak MiB", peak_mib(server.id())?))
    };
    let mut links = Vec::new();
    let upload = observed(&mut || {
        links = at_once(server.address(), size.streams, |connection, _| {
            server::upload_file(connection, file, size.length)
        })?;
        Ok(())
    })?;
    let mut control = Connection::open(server.address())?;
    let mut tickets = Vec::new();
    let download = observed(&mut || {
        for link in &links {
            tickets.push(server::reserve(&mut control, link)?);
        }
        at_once(server.address(), size.streams, |connection, index| {
            let ticket = tickets.get(index).ok_or("a ticket for each stream")?;
            server::download(connection, ticket, size.length)
        })?;
        Ok(())
    })?;
    let removal = observed(&mut || {
        for ticket in &tickets {
            server::acknowledge(&mut control, ticket)?;
        }
        Ok(())
    })?;
    Ok(vec![
        ("upload", upload),
        ("download", download),
        ("removal", removal),
    ])
}

fn plain(nginx: &Nginx, file: &File, size: &Size) -> Samples {
    fault_in_for(size)?;
    let all = size.length * size.streams;
    let watch = Watch::begin(nginx.id());
    at_once(nginx.address(), size.streams, |connection, index| {
        nginx::put_file(connection, &index.to_string(), file, size.length)
    })?;
    let upload = Sample::of_transfer(&watch.end(), all);
    let watch = Watch::begin(nginx.id());
    at_once(nginx.address(), size.streams, |connection, index| {
        nginx::get(connection, &index.to_string(), size.length)
    })?;
    let download = Sample::of_transfer(&watch.end(), all);
    for index in 0..size.streams {
        nginx.forget(&index.to_string());
    }
    Ok(vec![("upload", upload), ("download", download)])
}

/// Does the same over several connections at once.
fn at_once<T: Send>(
    address: SocketAddr,
    streams: u64,
    work: impl Fn(&mut Connection, usize) -> Outcome<T> + Sync,
) -> Outcome<Vec<T>> {
    thread::scope(|scope| {
        let running: Vec<_> = (0..usize::try_from(streams)?)
            .map(|index| {
                let work = &work;
                scope.spawn(move || work(&mut Connection::open(address)?, index))
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a client panicked")?)
            .collect()
    })
}

pub(super) fn fill_with_random_bytes(path: &std::path::Path, length: u64) -> Outcome<()> {
    let mut block = vec![0; 4 << 20];
    let mut file = File::create(path)?;
    let mut left = length;
    while left > 0 {
        getrandom::fill(&mut block).map_err(|error| error.to_string())?;
        let piece = usize::try_from(left)?.min(block.len());
        file.write_all(block.get(..piece).unwrap_or_default())?;
        left -= piece as u64;
    }
    Ok(())
}
