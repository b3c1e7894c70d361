//! Neither a crash nor a debugger of the same user gets at the memory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use rustix::process::Signal;

use crate::{
    proof::Proof,
    support::{
        RedisServer, Setup, eventually,
        process::{Supervised, bare_environment, free_port, fresh_directory, runs, send},
        say,
        server::PROGRAM,
        ticket,
    },
};

/// Nobody's number on every Linux.
const NOBODY: &str = "65534";

/// A program run in `folder`, as nobody where the test may choose.
fn command<'a>(folder: &'a str, program: &[&'a str]) -> Vec<&'a str> {
    let mut words = vec![
        "sh",
        "-c",
        r#"cd "$0" && ulimit -c unlimited && exec "$@""#,
        folder,
    ];
    if rustix::process::geteuid().is_root() {
        words.extend([
            "setpriv",
            "--reuid",
            NOBODY,
            "--regid",
            NOBODY,
            "--clear-groups",
        ]);
    }
    words.extend(program);
    words
}

fn start(folder: &Path, program: &[&str], more: &[(&str, &str)]) -> Supervised {
    let mut environment = bare_environment();
    let pairs = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    environment.extend(pairs);
    let place = folder.to_string_lossy().into_owned();
    Supervised::start(
        &command(&place, program),
        &environment,
        &folder.join("output.log"),
        Path::new("/nonexistent"),
    )
}

/// Looks at another process as its own user would.
fn look(arguments: &[&str]) -> Output {
    let words = command("/", arguments);
    Command::new(words[0])
        .args(&words[1..])
        .output()
        .expect("sh starts")
}

/// A folder of nobody's.
fn folder() -> PathBuf {
    let folder = fresh_directory("cores");
    if rustix::process::geteuid().is_root() {
        let id = NOBODY.parse().expect("a number");
        let (user, group) = (rustix::fs::Uid::from_raw(id), rustix::fs::Gid::from_raw(id));
        rustix::fs::chown(&folder, Some(user), Some(group)).expect("root may");
    }
    folder
}

async fn server(redis: &RedisServer, folder: &Path) -> Supervised {
    let program = folder.join("onetimeshare");
    fs::copy(PROGRAM, &program).expect("/tmp is writable");
    let (bind, data) = (format!("127.0.0.1:{}", free_port()), folder.join("data"));
    let started = start(
        folder,
        &[&program.to_string_lossy()],
        &[
            ("BIND", &bind),
            ("DATA_DIR", &data.to_string_lossy()),
            ("REDIS_URL", &redis.url()),
            ("REDIS_PREFIX", "cores:"),
        ],
    );
    eventually("the server listens", Duration::from_secs(30), async || {
        std::net::TcpStream::connect(&bind).is_ok()
    })
    .await;
    started
}

fn core_limit(pid: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("it runs");
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<_> = line.expect("Linux says so").split_whitespace().collect();
    words[4..6].join(" ")
}

fn cores(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("core")).collect()
}

#[tokio::test]
async fn no_crash_leaves_a_core_file_and_no_debugger_of_the_same_user_gets_in() {
    let mut proof = Proof::begin("secrets-cores");
    let redis = RedisServer::shared().await;
    let signals = [Signal::ABORT, Signal::SEGV, Signal::BUS, Signal::ILL];
    let mut left = Vec::new();
    for signal in signals {
        let folder = folder();
        let mut server = server(&redis, &folder).await;
        let pid = server.pid();
        assert_eq!(core_limit(pid), "0 0");
        for file in ["mem", "environ", "maps"] {
            let path = format!("/proc/{pid}/{file}");
            let looked = look(&["head", "-c", "1", &path]);
            let words = String::from_utf8_lossy(&looked.stderr).into_owned();
            assert!(words.contains("ermission denied"), "{path}: {looked:?}");
        }
        // The first SIGSEGV only takes Rust's handler away.
        let died = async || {
            server.signal(signal);
            !server.alive()
        };
        eventually("it dies of it", Duration::from_secs(20), died).await;
        assert!(server.reap() > 128);
        left.extend(cores(&folder));
        assert_eq!(left, [""; 0]);
    }
    would_be_noticed().await;
    proof.figure("deadly signals", signals.len());
    proof.figure("core files", left.len());
    proof.holds();
}

/// A process without the server's care can be looked into, and leaves a core file.
async fn would_be_noticed() {
    let folder = folder();
    let mut careless = start(&folder, &["sleep", "60"], &[]);
    let environ = format!("/proc/{}/environ", careless.pid());
    let readable = async || look(&["head", "-c", "1", &environ]).stdout.len() == 1;
    eventually("it can be looked into", Duration::from_secs(10), readable).await;
    careless.signal(Signal::ABORT);
    eventually("it dies", Duration::from_secs(10), async || {
        !careless.alive()
    })
    .await;
    assert!(careless.reap() > 128);
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.starts_with("core") {
        assert_eq!(cores(&folder).len(), 1, "a core file would have been found");
    } else {
        say(&format!(
            "core files go elsewhere here ({}): only the limit of 0 and the closed memory were seen",
            pattern.trim()
        ));
    }
}

#[tokio::test]
async fn a_crash_of_the_bundled_redis_writes_none_of_its_memory_down() {
    let mut proof = Proof::begin("secrets-redis-crash");
    let server = Setup::bundled().await.start().await;
    let client = server.client();
    let crashes = proof.rounds(10, 1);
    for _ in 0..crashes {
        let share = client.upload(b"kept", "kept", &[]).await;
        let pid = fs::read_to_string(server.place().redis_pid_file()).expect("it names its Redis");
        let pid = pid.trim().parse().expect("a pid");
        assert_eq!(core_limit(pid), "0 0");
        send(pid, Signal::SEGV);
        eventually("it crashed", Duration::from_secs(20), async || !runs(pid)).await;
        let ticket = ticket();
        let back = async || {
            let answer = client.reserve_request(&share, &ticket, None);
            client
                .try_send(answer)
                .await
                .is_ok_and(|answer| answer.status == 200)
        };
        eventually("it is back", Duration::from_secs(30), back).await;
    }
    let folder = server.place().data().join("redis");
    assert_eq!(cores(&folder), [""; 0]);
    let log = fs::read(folder.join("redis.log")).expect("it has a log");
    let log = String::from_utf8_lossy(&log);
    assert!(
        !log.contains("STACK TRACE") && !log.contains("CURRENT CLIENT"),
        "a report of memory: {log}"
    );
    server.finish().await;
    proof.figure("crashes", crashes);
    proof.holds();
}
