//! One server that lives on, and beside it one after the other that dies at its place and comes back.

use std::time::Duration;

use rustix::process::Signal;

use super::places::Deed;
use crate::support::{
    Client, Dice, Server, Setup,
    collector::{Acknowledged, Collector, Ledger},
    eventually,
    process::{runs, send},
};

/// What a shell says of a process that `kill -9` ended.
const KILLED: i32 = 137;

/// Two servers on one Redis and one directory.
pub(super) struct Lane {
    pub(super) calm: Server,
    pub(super) victim: Server,
    pub(super) dice: Dice,
}

/// What makes a server die at this place.
fn armed(place: &str, deed: Deed) -> String {
    match deed {
        // Each batch takes longer than a third of the lease.
        Deed::SlowUpload => format!("deposit.midway=sleep(450);{place}=return"),
        _ => format!("{place}=return"),
    }
}

impl Lane {
    /// Opens a lane.
    pub(super) async fn open(seed: u64) -> Self {
        let calm = Setup::shared()
            .await
            .set("UPLOAD_LEASE", "1s")
            .set("RESERVATION_LEASE", "1s")
            .start()
            .await;
        let victim = calm.sibling().await;
        Self {
            calm,
            victim,
            dice: Dice::from_seed(seed),
        }
    }

    /// The server dies at the place, comes back, and everything holds.
    pub(super) async fn round(&mut self, place: &str, deed: Deed) {
        self.victim.set("FAILPOINTS", &armed(place, deed));
        let grace = if deed == Deed::FetchWithoutGrace {
            "0s"
        } else {
            "60s"
        };
        self.victim.set("DELIVERY_GRACE", grace);
        let left = if deed == Deed::Start {
            let wanted = self.deposit(1_000, None, "1h").await;
            self.victim.kill9();
            let code = self.victim.refused_sibling().await.code;
            assert_eq!(code, KILLED, "{place}: it did not die there");
            let own = self.collector();
            super::deeds::Left::Living(Box::new((wanted, own, Ledger::default())))
        } else {
            self.victim.restart().await;
            let left = self.provoke(deed, place).await;
            let dies = format!("{place} by {deed:?}: it dies there");
            let within = Duration::from_secs(40);
            eventually(&dies, within, async || !self.victim.alive()).await;
            let code = self.victim.ended(within).await;
            assert_eq!(code, KILLED, "{place} by {deed:?}: it did not die there");
            left
        };
        self.victim.set("FAILPOINTS", "");
        // Without a grace all that was sent counts as received, and the rivals hang up in the midst.
        self.victim.set("DELIVERY_GRACE", "60s");
        self.victim.restart().await;
        self.holds(left, place).await;
    }

    /// Ends the lane; nothing may be left.
    pub(super) async fn close(self) {
        drop(self.victim);
        self.calm.finish().await;
    }

    /// An acknowledged share.
    pub(super) async fn deposit(
        &mut self,
        length: usize,
        passphrase: Option<&str>,
        expires: &str,
    ) -> Acknowledged {
        deposit(
            self.calm.client(),
            &mut self.dice,
            length,
            passphrase,
            expires,
        )
        .await
    }

    /// A recipient who knows both servers.
    pub(super) fn collector(&mut self) -> Collector {
        let clients = [self.calm.client().clone(), self.victim.client().clone()];
        Collector::new(&clients, self.dice.next())
    }
}

async fn deposit(
    client: &Client,
    dice: &mut Dice,
    length: usize,
    passphrase: Option<&str>,
    expires: &str,
) -> Acknowledged {
    let bytes = dice.bytes(length);
    let mut fields = vec![("expires", expires)];
    fields.extend(passphrase.map(|words| ("passphrase", words)));
    Acknowledged {
        share: client.upload(&bytes, "a.bin", &fields).await,
        bytes,
        passphrase: passphrase.map(str::to_owned),
        revoked: false,
    }
}

/// A server with a Redis of its own, which has no second one beside it.
pub(super) struct BundledLane {
    server: Server,
    dice: Dice,
}

impl BundledLane {
    /// Opens a lane.
    pub(super) async fn open(seed: u64) -> Self {
        let setup = Setup::bundled().await.set("RESERVATION_LEASE", "1s");
        Self {
            server: setup.start().await,
            dice: Dice::from_seed(seed),
        }
    }

    fn redis(&self) -> u32 {
        let pid = std::fs::read_to_string(self.server.place().redis_pid_file());
        let pid = pid.expect("it names its Redis");
        pid.trim().parse().expect("a pid")
    }

    async fn kill_redis(&self) {
        let redis = self.redis();
        send(redis, Signal::KILL);
        let gone = async || !runs(redis);
        eventually("the Redis is gone", Duration::from_secs(10), gone).await;
    }

    /// The server dies at the place, comes back, and the share is there.
    pub(super) async fn round(&mut self, place: &str, deed: Deed) {
        let client = self.server.client().clone();
        let wanted = deposit(&client, &mut self.dice, 1_000, None, "1h").await;
        self.server.set("FAILPOINTS", &armed(place, deed));
        let code = match deed {
            Deed::StartRedis => {
                self.server.kill9();
                self.kill_redis().await;
                self.server.refused_sibling().await.code
            }
            Deed::Adopt => {
                self.server.kill9();
                self.server.refused_sibling().await.code
            }
            _ => {
                self.server.restart().await;
                if deed == Deed::KillRedis {
                    self.kill_redis().await;
                } else {
                    self.server.ask_to_end();
                }
                self.server.ended(Duration::from_secs(40)).await
            }
        };
        assert_eq!(code, KILLED, "{place} by {deed:?}: it did not die there");
        self.server.set("FAILPOINTS", "");
        self.server.restart().await;
        let ledger = Ledger::default();
        let clients = [client];
        let mut first = Collector::new(&clients, self.dice.next());
        let mut second = Collector::new(&clients, self.dice.next());
        let fared = tokio::join!(
            first.collect(&wanted, &ledger),
            second.collect(&wanted, &ledger)
        );
        assert!(fared.0 != fared.1, "{place}: {fared:?}");
        assert_eq!(ledger.doubles(), Vec::<String>::new(), "{place}");
        self.server.swept_clean().await;
    }

    /// Ends the lane; nothing may be left, the Redis neither.
    pub(super) async fn close(self) {
        self.server.finish().await;
    }
}
