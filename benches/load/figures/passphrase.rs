//! What a passphrase costs, beside libargon2's C code; memory under a storm of guesses.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use onetimeshare::crypto::{KdfMemory, KdfParams, Passphrase, stretch};

use super::Builds;
use super::small::{content, laps};
use crate::Outcome;
use crate::http::Connection;
use crate::interleave::{Sample, Samples, Variant, interleave};
use crate::machine::{Watch, cpu_seconds, forget_peak, peak_mib, resident_mib};
use crate::process::Medium;
use crate::report::Report;
use crate::server::{self, Server};

const WORDS: &str = "correct horse battery staple";

/// One derivation after the other: the server's code, and Debian's `argon2` at the same parameters.
pub(crate) fn derivation(_builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("one Argon2id derivation, default parameters");
    let rounds = if report.quick() { 5 } else { 15 };
    let params = KdfParams::default();
    let words = Passphrase::parse(WORDS).map_err(|error| error.to_string())?;
    let mut pooled = KdfMemory::new();
    let mut reused = || -> Outcome<()> { derive(&words, params, &mut pooled) };
    let fresh = || -> Outcome<()> { derive(&words, params, &mut KdfMemory::new()) };
    let mut ours = |again: bool| -> Samples {
        let watch = Watch::begin_alone();
        let before = cpu_seconds(std::process::id());
        if again {
            reused()?;
        } else {
            fresh()?;
        }
        let cpu = cpu_seconds(std::process::id()) - before;
        Ok(one(cpu, 0.0, watch))
    };
    ours(true)?;
    let ours = std::cell::RefCell::new(ours);
    let variants = vec![
        Variant {
            name: "onetimeshare",
            run: Box::new(|| (ours.borrow_mut())(true)),
        },
        Variant {
            name: "onetimeshare, fresh memory",
            run: Box::new(|| (ours.borrow_mut())(false)),
        },
        Variant {
            name: "libargon2",
            run: Box::new(|| {
                let watch = Watch::begin_alone();
                let cpu = libargon2(params)?;
                Ok(one(cpu, cpu, watch))
            }),
        },
    ];
    let measured = interleave(rounds, !report.quick(), variants)?;
    report.add_all("argon2", &measured);
    report.ratio(
        "argon2/derivation/to libargon2/cpu ms",
        "argon2/derivation/onetimeshare/cpu ms",
        "argon2/derivation/libargon2/cpu ms",
    );
    Ok(())
}

fn derive(words: &Passphrase, params: KdfParams, memory: &mut KdfMemory) -> Outcome<()> {
    let stretched = stretch(words, &[7; 16], params, memory).map_err(|error| error.to_string())?;
    std::hint::black_box(&stretched);
    Ok(())
}

fn one(cpu: f64, in_child: f64, watch: Watch) -> Vec<(&'static str, Sample)> {
    let seen = watch.end();
    let sample = Sample {
        values: vec![("cpu ms", cpu * 1000.0)],
        // The C code runs in a child, which the watch does not know.
        foreign: (seen.foreign - in_child / (seen.wall + 0.05)).max(0.0),
    };
    vec![("derivation", sample)]
}

/// Seconds of processor time that the program itself reports for one hash.
fn libargon2(params: KdfParams) -> Outcome<f64> {
    let [passes, memory, lanes] =
        [params.passes, params.memory_kib, params.lanes].map(|n| n.to_string());
    let mut child = Command::new("argon2")
        .args(["sixteenbytesalt!", "-id", "-v", "13", "-l", "32"])
        .args(["-t", &passes, "-k", &memory, "-p", &lanes])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("argon2 (Debian's package of that name): {error}"))?;
    child
        .stdin
        .take()
        .ok_or("no input")?
        .write_all(WORDS.as_bytes())?;
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let seconds = text
        .lines()
        .find_map(|line| line.strip_suffix(" seconds"))
        .ok_or_else(|| format!("argon2 said {text}"))?;
    Ok(seconds.parse()?)
}

/// Many who guess at once.
pub(crate) fn storm(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("a storm of passphrase guesses over 64 connections");
    let span = Duration::from_secs(if report.quick() { 5 } else { 20 });
    let server = Server::start(&builds.server, Medium::Tmpfs, "storm", &[])?;
    let before = resident_mib(server.id())?;
    forget_peak(server.id());
    let body = server::upload_body(&content()?, &[("passphrase", WORDS)]);
    let (tried, busy) = (AtomicU64::new(0), AtomicU64::new(0));
    let watch = Watch::begin(server.id());
    let all = laps(64, span, |_| {
        let mut connection = Connection::open(server.address())?;
        let (server, body) = (&server, &body);
        let (tried, busy) = (&tried, &busy);
        let mut target = None;
        Ok(move || {
            let link = match target.take() {
                Some(link) => link,
                None => match server::try_upload(&mut connection, body)? {
                    Some(link) => link,
                    None => return Ok(()),
                },
            };
            match server::guess(&mut connection, &link, "a wrong passphrase")? {
                401 => drop(tried.fetch_add(1, Ordering::Relaxed)),
                503 => drop(busy.fetch_add(1, Ordering::Relaxed)),
                // Five wrong guesses lock it: on to the next share.
                423 => return Ok(()),
                other => {
                    return Err(
                        format!("a guess was answered {other} at {}", server.address()).into(),
                    );
                }
            }
            target = Some(link);
            Ok(())
        })
    })?;
    let seen = watch.end();
    let peak = peak_mib(server.id())?;
    let seconds = all.span.as_secs_f64();
    let rate = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64 / seconds;
    report.add("storm/before/RSS MiB", &[before]);
    report.add("storm/peak/RSS MiB", &[peak]);
    report.add("storm/guesses tried/per s", &[rate(&tried)]);
    report.add("storm/told to wait/per s", &[rate(&busy)]);
    report.add("storm/server/cores", &[seen.cpu / seen.wall]);
    Ok(())
}
