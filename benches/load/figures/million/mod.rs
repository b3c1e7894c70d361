//! A million live shares: what they cost in memory, and whether anything becomes slower because of them.

mod fill;
mod sweep;

use std::time::{Duration, Instant};

use super::small::{LENGTH, content};
use super::{Builds, start};
use crate::Outcome;
use crate::http::Connection;
use crate::interleave::{Sample, Samples, Variant, interleave};
use crate::machine::Watch;
use crate::process::Medium;
use crate::redis::Redis;
use crate::report::{Report, percentile};
use crate::server::{self, Server};

const PASSWORD: &str = "operator of the benchmark";
/// `DELIVERY_GRACE=0`: the request ends when key and blob are gone, so that all of a share's cost is in its four steps.
const SETTINGS: &[(&str, &str)] = &[
    ("DELIVERY_GRACE", "0"),
    ("ADMIN_PASSWORD", PASSWORD),
    ("MIN_EXPIRY", "1s"),
];

/// Everything that is said of many shares, over one filling.
pub(crate) fn run(builds: &Builds, report: &mut Report) -> Outcome<()> {
    let (count, due) = if report.quick() {
        (50_000, 5_000)
    } else {
        (1_000_000, 100_000)
    };
    Report::heading(&format!("{count} live shares, tmpfs"));
    let empty = Server::start(&builds.server, Medium::Tmpfs, "empty", SETTINGS)?;
    let full = Server::start(&builds.server, Medium::Tmpfs, "full", SETTINGS)?;
    let mut redis = Redis::connect(&full.redis_socket()?)?;
    let before = redis.info("used_memory")?;
    let began = Instant::now();
    let template = fill::Template::upload(&full, &mut redis, "6d")?;
    fill::copies(&template, &mut redis, count, fill::Blobs::Linked)?;
    redis.until_calm()?;
    let each = (redis.info("used_memory")? - before) as f64 / count as f64;
    println!("  (filled in {:.0} s)", began.elapsed().as_secs_f64());
    report.add("million/used_memory per share/bytes", &[each]);

    steps(report, &empty, &full)?;
    idle(report, &empty, &full);
    admin(report, &full)?;
    // Else the growth since the filling began would start a rewrite in the middle of the sweep.
    redis.rewrite()?;
    sweep::measure(report, &full, &mut redis, due)?;
    drop(redis);
    drop(empty);
    start::with_many(builds, report, full.stop(), SETTINGS)
}

fn steps(report: &mut Report, empty: &Server, full: &Server) -> Outcome<()> {
    let (rounds, shares) = if report.quick() { (3, 300) } else { (5, 1000) };
    let body = server::upload_body(&content()?, &[]);
    let variants = [("empty", empty), ("full", full)]
        .into_iter()
        .map(|(name, server)| {
            let body = body.clone();
            Variant {
                name,
                run: Box::new(move || four_steps(server, &body, shares)),
            }
        })
        .collect();
    let measured = interleave(rounds, !report.quick(), variants)?;
    report.add_all("million", &measured);
    for what in ["upload", "page", "reserve", "deliver"] {
        for value in ["cpu ms", "p50 ms"] {
            let of = |variant: &str| format!("million/{what}/{variant}/{value}");
            let name = format!("million/{what}/to empty/{value}");
            report.ratio(&name, &of("full"), &of("empty"));
        }
    }
    Ok(())
}

/// One connection, one step after the other for so many shares.
fn four_steps(server: &Server, body: &[u8], shares: usize) -> Samples {
    let mut connection = Connection::open(server.address())?;
    let mut links = Vec::new();
    let mut tickets = Vec::new();
    let upload = step(server, shares, |_| {
        links.push(server::upload(&mut connection, body)?);
        Ok(())
    })?;
    let link = |index: usize| links.get(index).ok_or("a link for each upload");
    let page = step(server, shares, |index| {
        let request = format!("GET {}", link(index)?.path());
        let (head, _) = connection.exchange(&request, "", b"")?;
        head.must_be(200, "a page")
    })?;
    let reserve = step(server, shares, |index| {
        tickets.push(server::reserve(&mut connection, link(index)?)?);
        Ok(())
    })?;
    let deliver = step(server, shares, |index| {
        let ticket = tickets.get(index).ok_or("a ticket for each share")?;
        server::download(&mut connection, ticket, LENGTH as u64)
    })?;
    Ok(vec![
        ("upload", upload),
        ("page", page),
        ("reserve", reserve),
        ("deliver", deliver),
    ])
}

fn step(
    server: &Server,
    times: usize,
    mut work: impl FnMut(usize) -> Outcome<()>,
) -> Outcome<Sample> {
    let watch = Watch::begin(server.id());
    let mut laps = Vec::new();
    for index in 0..times {
        let lap = Instant::now();
        work(index)?;
        laps.push(lap.elapsed().as_secs_f64() * 1000.0);
    }
    let seen = watch.end();
    laps.sort_by(f64::total_cmp);
    let at = |share| percentile(&laps, share).unwrap_or(f64::NAN);
    Ok(Sample {
        values: vec![
            ("cpu ms", seen.cpu * 1000.0 / times as f64),
            ("p50 ms", at(0.5)),
            ("p99 ms", at(0.99)),
        ],
        foreign: seen.foreign,
    })
}

/// Processor time of server and Redis while nobody asks for anything: one sweep every five seconds is in it.
fn idle(report: &mut Report, empty: &Server, full: &Server) {
    let (rounds, span) = if report.quick() { (1, 10) } else { (3, 20) };
    for _ in 0..rounds {
        let watches = [empty, full].map(|server| Watch::begin(server.id()));
        std::thread::sleep(Duration::from_secs(span));
        for (name, watch) in ["empty", "full"].into_iter().zip(watches) {
            let seen = watch.end();
            let sweep = seen.cpu * 1000.0 * 5.0 / seen.wall;
            report.collect(&format!("million/idle/{name}/cpu ms per sweep"), sweep);
        }
    }
    report.add_collected();
}

/// The operator's pages.
fn admin(report: &mut Report, full: &Server) -> Outcome<()> {
    let mut connection = Connection::open(full.address())?;
    let form = format!("password={}", PASSWORD.replace(' ', "+"));
    let form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
    let (head, answer) = connection.exchange("POST /auth/token", form_type, form.as_bytes())?;
    head.must_be(200, "a token")?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = answer.get("token").and_then(|token| token.as_str());
    let token = format!("Authorization: Bearer {}\r\n", token.ok_or("no token")?);
    for (name, path) in [
        ("list", "/admin/shares"),
        ("list of a rare state", "/admin/shares?state=delivering"),
        ("overview", "/admin"),
        ("stats", "/admin/stats"),
    ] {
        let mut laps = Vec::new();
        let began = Instant::now();
        while laps.len() < 20 && (laps.is_empty() || began.elapsed() < Duration::from_secs(10)) {
            let lap = Instant::now();
            let (head, _) = connection.exchange(&format!("GET {path}"), &token, b"")?;
            head.must_be(200, path)?;
            laps.push(lap.elapsed().as_secs_f64() * 1000.0);
        }
        report.add(&format!("million/admin/{name}/ms"), &laps);
    }
    Ok(())
}
