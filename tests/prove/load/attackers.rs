//! Clients that hold connections and give nothing: `slowhttptest`'s four ways, and one of our own.

use std::{
    collections::BTreeSet,
    fs,
    net::Ipv4Addr,
    path::Path,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    support::{
        Server,
        process::{Supervised, bare_environment, fresh_directory},
        wait::pause,
    },
    wire::Wire,
};

use super::server_health::clients;

/// With less time left another round would not begin in earnest.
const SHORTEST_WAVE: Duration = Duration::from_secs(5);

/// One of `slowhttptest`'s ways.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) name: &'static str,
    flag: &'static str,
    path: &'static str,
    more: &'static [&'static str],
}

/// All of them.
pub(super) const WAYS: [Way; 4] = [
    Way {
        name: "slow heads",
        flag: "-H",
        path: "/",
        more: &["-i", "5"],
    },
    Way {
        name: "slow bodies",
        flag: "-B",
        path: "/d/8c9b9d4e-4e0b-4a1b-8a59-0f5d9c8f1c55",
        more: &["-i", "5", "-s", "8192"],
    },
    Way {
        name: "many ranges",
        flag: "-R",
        path: "/",
        more: &["-a", "5", "-b", "2000"],
    },
    SLOW_READERS,
];

/// Readers that take five bytes a second of ten pages.
pub(super) const SLOW_READERS: Way = Way {
    name: "slow readers",
    flag: "-X",
    path: "/",
    more: &["-k", "10", "-w", "1", "-y", "64", "-n", "1", "-z", "5"],
};

/// What came of an attack.
#[derive(Default)]
pub(super) struct Attack {
    /// Connections that reached the server.
    pub(super) connections: usize,
    /// How many there were at once.
    pub(super) most_at_once: usize,
}

/// `slowhttptest` with so many connections again and again for so long, because it ends when the server has hung up on all.
pub(super) async fn attack(
    server: &Server,
    way: Way,
    connections: usize,
    time: Duration,
) -> Attack {
    let begun = Instant::now();
    let mut attack = Attack::default();
    while let Some(left) = time.checked_sub(begun.elapsed()) {
        if attack.connections > 0 && left < SHORTEST_WAVE {
            break;
        }
        let statistics = fresh_directory("slow").join("statistics");
        let mut wave = start(server, way, connections, left.as_secs().max(1), &statistics);
        let mut seen = BTreeSet::new();
        let over = Instant::now() + Duration::from_mins(3);
        while wave.alive() {
            assert!(Instant::now() < over, "slowhttptest does not end");
            let now = clients(server.port(), Ipv4Addr::LOCALHOST);
            attack.most_at_once = attack.most_at_once.max(now.len());
            seen.extend(now);
            pause(50).await;
        }
        let code = wave.reap();
        // Some are answered and over before anybody looks: those it counted itself, once a second, and found the server there.
        let reached = seen.len().max(answered(&statistics));
        assert!(
            reached * 2 >= connections,
            "{}: {reached} of {connections} connections reached the server; slowhttptest ended with {code}",
            way.name,
        );
        attack.connections += reached;
    }
    attack
}

/// How many connections `slowhttptest` had made when it last told, if the server was there all the time.
fn answered(statistics: &Path) -> usize {
    let table = fs::read_to_string(statistics.with_extension("csv")).unwrap_or_default();
    let mut answered = 0;
    for line in table.lines().skip(1) {
        let numbers = line.split(',').map(|number| number.parse().unwrap_or(0));
        let numbers: Vec<usize> = numbers.collect();
        let [_seconds, closed, _pending, connected, available] = numbers[..] else {
            return 0;
        };
        if available == 0 {
            return 0;
        }
        answered = answered.max(closed + connected);
    }
    answered
}

fn start(
    server: &Server,
    way: Way,
    connections: usize,
    seconds: u64,
    statistics: &Path,
) -> Supervised {
    let log = statistics.with_file_name("log");
    let url = format!("http://127.0.0.1:{}{}", server.port(), way.path);
    let (count, rate) = (connections.to_string(), connections.div_ceil(2).to_string());
    let seconds = seconds.to_string();
    let mut command = vec!["slowhttptest", way.flag, "-c", &count, "-r", &rate];
    command.extend(["-l", &seconds, "-u", &url, "-p", "10", "-x", "16"]);
    let statistics = statistics.to_string_lossy();
    command.extend(["-g", "-o", &statistics]);
    command.extend(way.more);
    let none = log.with_file_name("none");
    Supervised::start(&command, &bare_environment(), &log, &none)
}

/// Connections that were served once, and then send a second head byte by byte.
pub(super) struct SecondHeads {
    tasks: JoinSet<Duration>,
}

impl SecondHeads {
    pub(super) async fn begin(server: &Server, from: Ipv4Addr, connections: usize) -> Self {
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            let mut wire = Wire::connect_from(from, server.port(), None)
                .await
                .expect("it listens");
            let first = wire.exchange("GET", "/robots.txt", &[]).await;
            assert_eq!(first.expect("the first request is served").head.status, 200);
            tasks.spawn(drip(wire));
        }
        Self { tasks }
    }

    /// How long the server bore with each of them, in order, once it has hung up on all.
    pub(super) async fn ended(self) -> Vec<Duration> {
        let mut borne = self.tasks.join_all().await;
        borne.sort_unstable();
        borne
    }
}

async fn drip(mut wire: Wire) -> Duration {
    let begun = Instant::now();
    let mut head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/5.0\r\nX-Padding: "
        .iter()
        .chain(std::iter::repeat(&b'a'));
    while begun.elapsed() < Duration::from_mins(2) {
        let byte = *head.next().expect("endless");
        if wire.send(&[byte]).await.is_err() {
            break;
        }
        if wire.is_ended_within(Duration::from_millis(500)).await {
            break;
        }
    }
    begun.elapsed()
}
