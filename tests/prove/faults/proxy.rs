//! A relay between server and Redis that lets one chosen command fail.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::support::eventually;

/// How a command fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// The connection breaks before Redis sees it.
    CutBefore,
    /// Redis does it, and the connection breaks before its reply.
    LoseReply,
    /// Redis refuses with this line.
    Answer(&'static str),
    /// It waits on its way to Redis, as does everything after it, until [`Proxy::release`].
    Hold,
    /// As [`Self::LoseReply`], and what is sent after it waits until [`Proxy::release`].
    LoseReplyAndHold,
}

pub(super) const FAULTS: [Fault; 5] = [
    Fault::CutBefore,
    Fault::LoseReply,
    Fault::Answer("-LOADING Redis is loading the dataset in memory\r\n"),
    Fault::Answer("-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
    Fault::Answer("-READONLY You can't write against a read only replica.\r\n"),
];

/// What the driver, the sweep and the health check send by themselves: never counted.
const BACKGROUND: [&str; 10] = [
    "AUTH",
    "CLIENT",
    "HELLO",
    "HINCRBY",
    "INFO",
    "PING",
    "QUIT",
    "SELECT",
    "ZCARD",
    "ZRANGEBYSCORE",
];

#[derive(Default)]
struct Plan {
    armed: Option<(usize, Fault)>,
    /// Only these commands count.
    only: Option<&'static str>,
    counted: usize,
    struck: Option<String>,
}

/// What all connections of one relay share.
#[derive(Default)]
struct Shared {
    plan: Mutex<Plan>,
    /// Whether what is sent waits.
    held: watch::Sender<bool>,
}

/// The relay; it ends with the test's runtime.
pub(super) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

/// Is told the name of each command that Redis has done, and its reply, before the server gets that.
type Witness = dyn Fn(&str, &[u8]) + Send + Sync;

type Reader = BufReader<tokio::net::tcp::OwnedReadHalf>;

impl Proxy {
    /// Listens for a server, to relay to the Redis at `url`.
    pub(super) async fn to(url: &str) -> Self {
        Self::witnessed(url, |_, _| ()).await
    }

    /// The same, with a witness.
    pub(super) async fn witnessed(
        url: &str,
        witness: impl Fn(&str, &[u8]) + Send + Sync + 'static,
    ) -> Self {
        let witness: Arc<Witness> = Arc::new(witness);
        let redis = url
            .strip_prefix("redis://")
            .expect("a Redis over TCP")
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared::default());
        let relayed = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (shared, redis) = (Arc::clone(&relayed), redis.clone());
                let witness = Arc::clone(&witness);
                tokio::spawn(async move {
                    let _the_connection_broke = relay(client, &redis, &shared, &*witness).await;
                });
            }
        });
        Self { port, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// From now on the `nth` command fails, once.
    pub(super) fn arm(&self, nth: usize, fault: Fault) {
        *self.plan() = Plan {
            armed: Some((nth, fault)),
            ..Plan::default()
        };
    }

    /// From now on the `nth` swap of a record fails, once.
    pub(super) fn arm_swap(&self, nth: usize, fault: Fault) {
        *self.plan() = Plan {
            armed: Some((nth, fault)),
            only: Some("EVALSHA"),
            ..Plan::default()
        };
    }

    /// Waits until the command has come that was to fail.
    pub(super) async fn strikes(&self) {
        let struck = async || self.plan().struck.is_some();
        eventually("the command comes", Duration::from_secs(10), struck).await;
    }

    /// What waits goes on.
    pub(super) fn release(&self) {
        self.shared.held.send_replace(false);
    }

    /// Which command was struck since [`Self::arm`]; none if fewer were sent. Nothing fails any more.
    pub(super) fn disarm(&self) -> Option<String> {
        let mut plan = self.plan();
        plan.armed = None;
        plan.struck.take()
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.shared.plan()
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().expect("no holder panicked")
    }

    /// Waits while everything is held.
    async fn free(&self) {
        let mut held = self.held.subscribe();
        let freed = held.wait_for(|held| !held).await;
        freed.expect("the sender lives as long as this");
    }
}

impl Plan {
    fn next(&mut self, command: &str) -> Option<Fault> {
        if self.only.is_some_and(|only| command != only) {
            return None;
        }
        self.counted += 1;
        let (_, fault) = self.armed.take_if(|(nth, _)| *nth == self.counted)?;
        self.struck = Some(command.to_owned());
        Some(fault)
    }
}

/// One command and its reply after the other. None: a side has hung up, or was made to.
async fn relay(client: TcpStream, redis: &str, shared: &Shared, witness: &Witness) -> Option<()> {
    let redis = TcpStream::connect(redis).await.ok()?;
    for stream in [&client, &redis] {
        stream.set_nodelay(true).ok()?;
    }
    let (from_client, mut to_client) = client.into_split();
    let (from_redis, mut to_redis) = redis.into_split();
    let (mut from_client, mut from_redis) =
        (BufReader::new(from_client), BufReader::new(from_redis));
    loop {
        let command = message(&mut from_client).await?;
        let name = name(&command);
        let mut fault = None;
        if !BACKGROUND.contains(&name.as_str()) {
            shared.free().await;
            fault = shared.plan().next(&name);
        }
        match fault {
            Some(Fault::CutBefore) => return None,
            Some(Fault::Answer(line)) => {
                to_client.write_all(line.as_bytes()).await.ok()?;
                continue;
            }
            Some(Fault::Hold) => {
                shared.held.send_replace(true);
                shared.free().await;
            }
            Some(Fault::LoseReply | Fault::LoseReplyAndHold) | None => {}
        }
        to_redis.write_all(&command).await.ok()?;
        let reply = message(&mut from_redis).await?;
        witness(&name, &reply);
        match fault {
            Some(Fault::LoseReply) => return None,
            Some(Fault::LoseReplyAndHold) => {
                shared.held.send_replace(true);
                return None;
            }
            _ => to_client.write_all(&reply).await.ok()?,
        }
    }
}

/// One whole message of Redis's protocol, as it came.
async fn message(from: &mut Reader) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let mut pending = 1_usize;
    while pending > 0 {
        pending -= 1;
        let begin = whole.len();
        if from.read_until(b'\n', &mut whole).await.ok()? == 0 {
            return None;
        }
        let line = std::str::from_utf8(whole.get(begin..)?).ok()?.trim_end();
        let (kind, rest) = line.split_at_checked(1)?;
        match (kind, rest.parse::<usize>()) {
            ("$", Ok(length)) => {
                let begin = whole.len();
                whole.resize(begin + length + 2, 0);
                from.read_exact(whole.get_mut(begin..)?).await.ok()?;
            }
            ("*", Ok(length)) => pending += length,
            // A status, a number, an error, or nothing at all.
            _ => {}
        }
    }
    Some(whole)
}

/// The first word of a command, in capitals; the script that adds to the counters goes by the command it is for.
fn name(command: &[u8]) -> String {
    let text = String::from_utf8_lossy(command);
    if text.contains("redis.call('HINCRBY'") {
        return "HINCRBY".to_owned();
    }
    text.lines().nth(2).unwrap_or_default().to_ascii_uppercase()
}
