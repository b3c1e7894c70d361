//! From exec to the first answer, and the size of the program.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::Builds;
use crate::Outcome;
use crate::machine::mib;
use crate::process::{Folder, Medium, free_port};
use crate::redis::{External, has_loaded};
use crate::report::Report;
use crate::server::Server;

/// With an external Redis and with the bundled one, both empty.
pub(crate) fn empty(builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("start");
    let size = mib(fs::metadata(&builds.server)?.len());
    report.add("start/size of the program/MiB", &[size]);
    let rounds = if report.quick() { 3 } else { 10 };
    let redis = External::start(Folder::fresh(Medium::Disk, "redis")?)?;
    let url = redis.url();
    for _ in 0..rounds {
        for (name, settings) in [
            ("external Redis", vec![("REDIS_URL", url.as_str())]),
            ("bundled Redis", vec![]),
        ] {
            let server = Server::start(&builds.server, Medium::Disk, "start", &settings)?;
            let ms = server.started_in().as_secs_f64() * 1000.0;
            report.collect(&format!("start/{name}/ms"), ms);
        }
    }
    report.add_collected();
    Ok(())
}

/// With the shares that lie in this directory: when the port says 503, when Redis has read its file, when the server serves.
pub(crate) fn with_many(
    builds: &Builds,
    report: &mut Report,
    folder: Folder,
    settings: &[(&str, &str)],
) -> Outcome<()> {
    let port = free_port()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let bind = address.to_string();
    let mut settings = settings.to_vec();
    settings.push(("BIND", &bind));
    let temporary = folder.path().join("tmp");
    let began = Instant::now();
    let (server, told, loaded, serving) = thread::scope(|scope| {
        let told = scope.spawn(|| moment(began, || answers(address) == Some(503)));
        let loaded = scope.spawn(|| moment(began, || redis_below(&temporary)));
        let serving = scope.spawn(|| moment(began, || answers(address) == Some(200)));
        let server = Server::start_in(&builds.server, folder, &settings);
        (server, told.join(), loaded.join(), serving.join())
    });
    drop(server?);
    let ms = |moment: thread::Result<Option<Duration>>, what: &str| -> Outcome<f64> {
        let moment = moment.map_err(|_| "a watcher panicked")?;
        let moment = moment.ok_or_else(|| format!("{what}: never seen"))?;
        Ok(moment.as_secs_f64() * 1000.0)
    };
    let loaded = ms(loaded, "Redis has read its file")?;
    let serving = ms(serving, "the server serves")?;
    report.add("start-many/503 after/ms", &[ms(told, "a 503")?]);
    report.add("start-many/Redis ready after/ms", &[loaded]);
    report.add("start-many/serves after/ms", &[serving]);
    report.add("start-many/serves after Redis/ms", &[serving - loaded]);
    Ok(())
}

fn moment(began: Instant, mut come: impl FnMut() -> bool) -> Option<Duration> {
    while began.elapsed() < Duration::from_mins(1) {
        if come() {
            return Some(began.elapsed());
        }
        thread::sleep(Duration::from_millis(3));
    }
    None
}

/// The status of a page that needs Redis, if anybody answers.
fn answers(address: SocketAddr) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

fn redis_below(temporary: &Path) -> bool {
    fs::read_dir(temporary)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| has_loaded(&entry.path().join("redis.sock")))
}
