//! Three Sentinels that watch one primary with two replicas, all with passwords that a URL must spell.

use std::{path::Path, sync::Arc, time::Duration};

use crate::support::{
    RedisServer, eventually,
    process::{Supervised, bare_environment, free_port, fresh_directory},
    redis::{Reply, ask},
};

const NAME: &str = "shares";
/// Both need percent-encoding in a URL.
pub(crate) const REDIS_PASSWORD: &str = "of/redis@1#";
pub(crate) const SENTINEL_PASSWORD: &str = "of&sentinels+2";

/// Who decides which Redis is the primary.
pub(crate) struct Sentinels {
    pub(crate) redis: [Arc<RedisServer>; 3],
    ports: [u16; 3],
    processes: Vec<Supervised>,
}

impl Sentinels {
    /// Starts them and waits until they know each other and the replicas.
    pub(crate) async fn watch() -> Self {
        let redis = [
            RedisServer::own().await,
            RedisServer::own().await,
            RedisServer::own().await,
        ];
        for replica in &redis[1..] {
            replica.follow(redis[0].port());
        }
        for server in &redis {
            admit(server);
        }
        for replica in &redis[1..] {
            replica.in_step_with(&redis[0]).await;
        }
        let ports = [free_port(), free_port(), free_port()];
        let processes = ports.map(|port| start(port, redis[0].port()));
        let sentinels = Self {
            redis,
            ports,
            processes: processes.into_iter().collect(),
        };
        let within = Duration::from_secs(30);
        eventually("the sentinels are complete", within, async || {
            sentinels.ports.iter().all(|port| {
                let knows = |what| match ask(*port, &["SENTINEL", what, NAME]) {
                    Some(Reply::List(known)) => known.len(),
                    _ => 0,
                };
                knows("SENTINELS") == 2 && knows("REPLICAS") == 2
            })
        })
        .await;
        sentinels
    }

    /// The URL of the primary as the operator writes it; the first Sentinel named is one that never answers.
    pub(crate) fn url(&self) -> String {
        let [one, two, three] = self.ports;
        format!(
            "redis-sentinel://onetime:of%2Fredis%401%23@127.0.0.1:{one}/0?sentinelServiceName={NAME}&node=127.0.0.1:1&node=127.0.0.1:{two}&node=127.0.0.1:{three}&sentinelUsername=watcher&sentinelPassword=of%26sentinels%2B2"
        )
    }

    /// The URL that names only the first of them.
    pub(crate) fn url_of_the_first(&self) -> String {
        let url = self.url();
        let nodes = url.split('&').filter(|part| !part.starts_with("node="));
        nodes.collect::<Vec<_>>().join("&")
    }

    /// The URL that names one of them and one that watches other Redis servers under the same name.
    pub(crate) fn url_of_a_tie(&self, other: &Self) -> String {
        let node = format!("&node=127.0.0.1:{}", other.ports[0]);
        self.url_of_the_first() + &node
    }

    /// Ends all but the first.
    pub(crate) fn end_the_others(&mut self) {
        self.processes.truncate(1);
    }

    /// Who is the primary, as most Sentinels see it.
    pub(crate) fn primary(&self) -> Option<&Arc<RedisServer>> {
        let named: Vec<String> = self.ports.iter().filter_map(|port| named(*port)).collect();
        self.redis.iter().find(|redis| {
            let port = redis.port().to_string();
            named.iter().filter(|named| **named == port).count() >= 2
        })
    }

    /// Starts one again after `kill -9`.
    pub(crate) async fn revive(&self, redis: &RedisServer) {
        redis.start();
        redis.ready().await;
        admit(redis);
    }

    /// Asks for another primary; it may be too early after the last time.
    pub(crate) fn fail_over(&self) -> bool {
        ask(self.ports[0], &["SENTINEL", "FAILOVER", NAME]) == Some(Reply::Text(b"OK".to_vec()))
    }

    /// Makes the others follow the primary at once; Sentinel takes ten seconds for one that has just come back.
    pub(crate) async fn gather(&self) {
        // A Sentinel whose machine stood still for two seconds does nothing for thirty ("tilt").
        let within = Duration::from_secs(75);
        let mut gathered = None;
        // One that has not seen it yet would put right what is right, and end connections by it. And a failover that had
        // begun before may make another the primary meanwhile.
        eventually("the sentinels have seen it", within, async || {
            let primary = self.primary();
            let Some(primary) = primary.filter(|primary| primary.info("role") == "master") else {
                return false;
            };
            if gathered != Some(primary.port()) {
                self.follow(primary).await;
                gathered = Some(primary.port());
            }
            self.ports.iter().all(|port| at_rest(*port, primary.port()))
        })
        .await;
    }

    async fn follow(&self, primary: &RedisServer) {
        for replica in &self.redis {
            if replica.port() != primary.port() {
                if replica.info("master_port") != primary.port().to_string() {
                    replica.follow(primary.port());
                }
                replica.in_step_with(primary).await;
            }
        }
    }
}

/// Whether this Sentinel sees the primary, two replicas that follow it, and nothing to do.
fn at_rest(sentinel: u16, primary: u16) -> bool {
    let primary = primary.to_string();
    let is = |facts: &Reply, name: &str, value: &str| match facts {
        Reply::List(facts) => facts
            .chunks(2)
            .any(|fact| fact[0].text() == name && fact[1].text() == value),
        _ => false,
    };
    let master = ask(sentinel, &["SENTINEL", "MASTER", NAME]);
    let calm =
        master.is_some_and(|facts| is(&facts, "port", &primary) && is(&facts, "flags", "master"));
    let follows = |facts: &Reply| {
        is(facts, "flags", "slave")
            && is(facts, "master-port", &primary)
            && is(facts, "master-link-status", "ok")
    };
    calm && match ask(sentinel, &["SENTINEL", "REPLICAS", NAME]) {
        Some(Reply::List(replicas)) => replicas.len() == 2 && replicas.iter().all(follows),
        _ => false,
    }
}

fn named(sentinel: u16) -> Option<String> {
    match ask(sentinel, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME])? {
        Reply::List(address) => address.get(1).map(Reply::text),
        _ => None,
    }
}

/// The server under test has a user of its own; the test itself needs none.
fn admit(redis: &RedisServer) {
    let password = format!(">{REDIS_PASSWORD}");
    let user = [
        "ACL", "SETUSER", "onetime", "reset", "on", &password, "~*", "&*", "+@all",
    ];
    assert_eq!(redis.command(&user).text(), "OK");
}

fn start(port: u16, primary: u16) -> Supervised {
    let directory = fresh_directory("sentinel");
    let file = directory.join("sentinel.conf");
    let lines = [
        format!("port {port}"),
        "bind 127.0.0.1".to_owned(),
        format!("dir {}", directory.display()),
        format!("user watcher on \">{SENTINEL_PASSWORD}\" ~* &* +@all"),
        format!("sentinel monitor {NAME} 127.0.0.1 {primary} 2"),
        format!("sentinel down-after-milliseconds {NAME} 500"),
        format!("sentinel failover-timeout {NAME} 3000"),
        format!("sentinel parallel-syncs {NAME} 2"),
    ];
    std::fs::write(&file, lines.join("\n") + "\n").expect("/tmp is writable");
    let file = file.to_string_lossy();
    Supervised::start(
        &["redis-server", &file, "--sentinel"],
        &bare_environment(),
        &directory.join("sentinel.log"),
        Path::new("/nonexistent"),
    )
}
