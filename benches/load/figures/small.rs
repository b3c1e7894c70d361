//! Small shares: upload, reserve, download of 1 KiB, complete shares a second.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{Builds, probe};
use crate::Outcome;
use crate::http::Connection;
use crate::interleave::{Sample, Samples, Variant, interleave};
use crate::machine::{Seen, Watch};
use crate::nginx::{self, Nginx};
use crate::process::{Folder, Medium};
use crate::report::{Report, percentile};
use crate::server::{self, Server};

/// Connections at work at once.
pub(super) const CONNECTIONS: usize = 16;
/// Bytes of a small file.
pub(super) const LENGTH: usize = 1024;

/// On tmpfs, where a sync costs nothing, beside nginx.
pub(crate) fn on_tmpfs(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("shares of 1 KiB, 16 connections, tmpfs");
    measure(builds, report, "small-tmpfs", Medium::Tmpfs)
}

/// On the disk, beside a bare probe.
pub(crate) fn on_disk(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("shares of 1 KiB, 16 connections, disk");
    measure(builds, report, "small-disk", Medium::Disk)
}

fn measure(builds: &Builds, report: &mut Report, part: &str, medium: Medium) -> Outcome<()> {
    let (rounds, span) = if report.quick() {
        (3, Duration::from_secs(2))
    } else {
        (5, Duration::from_secs(6))
    };
    let mut servers = Vec::new();
    for (name, program) in builds.all() {
        let started = Server::start(program, medium, name, &[("DELIVERY_GRACE", "0")])?;
        servers.push((name, started));
    }
    let nginx = Nginx::start(medium, "nginx")?;
    let place = Folder::fresh(medium, "probe")?;
    let content = content()?;
    let body = server::upload_body(&content, &[]);
    let mut variants: Vec<Variant<'_>> = servers
        .iter()
        .map(|(name, server)| Variant {
            name,
            run: Box::new(|| share(server, &body, span)),
        })
        .collect();
    variants.push(Variant {
        name: "nginx",
        run: Box::new(|| put_and_get(&nginx, &content, span)),
    });
    if medium == Medium::Disk {
        for (name, journal) in [("probe", false), ("probe with journal", true)] {
            let place = place.path();
            variants.push(Variant {
                name,
                run: Box::new(move || syncs(place, journal, span)),
            });
        }
    }
    let measured = interleave(rounds, !report.quick(), variants)?;
    report.add_all(part, &measured);
    let ours = |value: &str| format!("{part}/share/onetimeshare/{value}");
    for value in ["shares/s", "p99 ms"] {
        let other = |variant: &str| format!("{part}/share/{variant}/{value}");
        let name = |to: &str| format!("{part}/{to}/{value}");
        report.ratio(&name("to nginx"), &ours(value), &other("nginx"));
        report.ratio(&name("to the probe"), &ours(value), &other("probe"));
        report.ratio(
            &name("to the probe with journal"),
            &ours(value),
            &other("probe with journal"),
        );
        report.ratio(&name("to the other build"), &ours(value), &other("against"));
    }
    Ok(())
}

pub(super) fn content() -> Outcome<[u8; LENGTH]> {
    let mut content = [0; LENGTH];
    getrandom::fill(&mut content).map_err(|error| error.to_string())?;
    Ok(content)
}

fn share(server: &Server, body: &[u8], span: Duration) -> Samples {
    let watch = Watch::begin(server.id());
    let laps = over_connections(server.address(), span, |connection, _| {
        one_share(connection, body)
    })?;
    Ok(sample(&watch.end(), &laps))
}

/// Upload, reserve, download, and the content must come back.
pub(super) fn one_share(connection: &mut Connection, body: &[u8]) -> Outcome<()> {
    let link = server::upload(connection, body)?;
    let ticket = server::reserve(connection, &link)?;
    server::download(connection, &ticket, LENGTH as u64)
}

fn put_and_get(nginx: &Nginx, content: &[u8], span: Duration) -> Samples {
    let watch = Watch::begin(nginx.id());
    let laps = over_connections(nginx.address(), span, |connection, index| {
        // As many files as connections: nothing is removed.
        let name = index.to_string();
        nginx::put(connection, &name, content)?;
        nginx::get(connection, &name, LENGTH as u64)
    })?;
    Ok(sample(&watch.end(), &laps))
}

fn syncs(place: &Path, journal: bool, span: Duration) -> Samples {
    let watch = Watch::begin_alone();
    let laps = probe::run(place, CONNECTIONS, journal, span)?;
    let mut seen = watch.end();
    // There is no server: what this process spent is the work.
    seen.cpu = std::mem::take(&mut seen.client);
    Ok(sample(&seen, &laps))
}

fn sample(seen: &Seen, laps: &Laps) -> Vec<(&'static str, Sample)> {
    let mut times = laps.milliseconds.clone();
    times.sort_by(f64::total_cmp);
    let done = times.len() as f64;
    let at = |share| percentile(&times, share).unwrap_or(f64::NAN);
    vec![(
        "share",
        Sample {
            values: vec![
                ("shares/s", done / laps.span.as_secs_f64()),
                ("p50 ms", at(0.5)),
                ("p99 ms", at(0.99)),
                ("cpu ms/share", seen.cpu * 1000.0 / done),
                ("client cpu ms/share", seen.client * 1000.0 / done),
            ],
            foreign: seen.foreign,
        },
    )]
}

/// How long each of many pieces of work took.
pub(super) struct Laps {
    pub(super) milliseconds: Vec<f64>,
    pub(super) span: Duration,
}

/// Repeats `work` over all connections until the time is over.
pub(super) fn over_connections(
    address: SocketAddr,
    span: Duration,
    work: impl Fn(&mut Connection, usize) -> Outcome<()> + Sync,
) -> Outcome<Laps> {
    laps(CONNECTIONS, span, |index| {
        let mut connection = Connection::open(address)?;
        let work = &work;
        Ok(move || work(&mut connection, index))
    })
}

/// Repeats what `prepare` makes for each thread until the time is over.
pub(super) fn laps<W: FnMut() -> Outcome<()>>(
    threads: usize,
    span: Duration,
    prepare: impl Fn(usize) -> Outcome<W> + Sync,
) -> Outcome<Laps> {
    let began = Instant::now();
    let all: Outcome<Vec<Vec<f64>>> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|index| {
                let prepare = &prepare;
                scope.spawn(move || {
                    let mut work = prepare(index)?;
                    let mut times = Vec::new();
                    while began.elapsed() < span {
                        let lap = Instant::now();
                        work()?;
                        times.push(lap.elapsed().as_secs_f64() * 1000.0);
                    }
                    Ok(times)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a client panicked")?)
            .collect()
    });
    Ok(Laps {
        milliseconds: all?.concat(),
        span: began.elapsed(),
    })
}
