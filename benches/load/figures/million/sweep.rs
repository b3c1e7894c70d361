//! Many shares that expire in the same moment, and a visitor meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::fill::{Blobs, Template, copies, number};
use crate::Outcome;
use crate::figures::small::{content, one_share};
use crate::http::Connection;
use crate::machine::Watch;
use crate::redis::Redis;
use crate::report::{Report, percentile};
use crate::server::{self, Server};

/// How long the template lives: all copies must be made by then, and a few seconds be left.
const fn life(due: u64) -> Duration {
    Duration::from_secs(10 + due / 6_000)
}

/// Lets `due` shares expire at once, and measures the sweep that carries it out.
pub(super) fn measure(
    report: &mut Report,
    server: &Server,
    redis: &mut Redis,
    due: u64,
) -> Outcome<()> {
    let life = format!("{}s", life(due).as_secs());
    let template = Template::upload(server, redis, &life)?;
    let before = on_agenda(redis)?;
    copies(&template, redis, due, Blobs::Copied)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let end = Duration::from_millis(template.share_until()?);
    let left = end
        .checked_sub(now)
        .ok_or("the copies took longer than they live")?;
    let quiet = visit_until(server, || {
        thread::sleep(left.min(Duration::from_secs(3)));
        Ok(())
    })?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    thread::sleep(end.saturating_sub(now));

    let full = on_agenda(redis)?;
    let watch = Watch::begin(server.id());
    let mut first = None;
    let mut last = Instant::now();
    let busy = visit_until(server, || {
        let deadline = Instant::now() + Duration::from_mins(3);
        let mut here = full;
        while here > before && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
            let next = on_agenda(redis)?;
            // The visitor's own share is one line that comes and goes.
            if next + 2 < full && first.is_none() {
                first = Some((Instant::now(), next));
            }
            if next < here {
                last = Instant::now();
            }
            here = next;
        }
        Ok(())
    })?;
    let seen = watch.end();
    let (began, at) = first.ok_or("nothing was swept")?;
    let swept = (at - before) as f64;
    let rate = swept / last.duration_since(began).as_secs_f64();
    report.add("million/sweep/expired a second", &[rate]);
    let each = seen.cpu * 1e6 / (due as f64);
    report.add("million/sweep/cpu us per share", &[each]);
    for (name, laps) in [("before", &quiet), ("meanwhile", &busy)] {
        let p99 = percentile(laps, 0.99).unwrap_or(f64::NAN);
        report.add(&format!("million/sweep/a visitor's p99 {name}/ms"), &[p99]);
    }
    Ok(())
}

/// Lines on the agenda.
fn on_agenda(redis: &mut Redis) -> Outcome<i64> {
    let mut sum = 0;
    for bucket in 0..16 {
        let key = format!("ots:agenda:{bucket:x}");
        sum += number(redis.call(&[b"ZCARD", key.as_bytes()])?)?;
    }
    Ok(sum)
}

/// A visitor who uploads and collects one small share after the other while `work` runs; how long each took, sorted.
fn visit_until(server: &Server, work: impl FnOnce() -> Outcome<()>) -> Outcome<Vec<f64>> {
    let body = server::upload_body(&content()?, &[]);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let over = &over;
        let visitor = scope.spawn(move || -> Outcome<Vec<f64>> {
            let mut connection = Connection::open(server.address())?;
            let mut laps = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let lap = Instant::now();
                one_share(&mut connection, &body)?;
                laps.push(lap.elapsed().as_secs_f64() * 1000.0);
            }
            laps.sort_by(f64::total_cmp);
            Ok(laps)
        });
        let worked = work();
        over.store(true, Ordering::Relaxed);
        let laps = visitor.join().map_err(|_| "the visitor panicked")?;
        worked?;
        laps
    })
}
