//! A file system of 64 MiB that is filled again and again.

use std::fs;

use crate::{
    proof::Proof,
    support::{
        Client, Dice, RedisServer, Server, Setup, Uploaded,
        collecting::{collect, take},
        eventually, files,
        small_disk::SmallDisk,
        ticket,
        views::Created,
        wait::{health_is, pause},
    },
};

use std::time::Duration;

const SIZE: u64 = 64 << 20;
/// Twice the room below which the reserve of a bundled Redis is given up: only somebody else may drive it there.
const FLOOR: u64 = 8 << 20;
const LARGEST: u64 = 16 << 20;
/// The room that is nobody's content: folders, peppers, the reserve of a bundled Redis.
const BESIDES: u64 = 1 << 20;

/// A server on a small disk, and the shares that lie there.
struct Bench {
    server: Server,
    disk: SmallDisk,
    dice: Dice,
    held: Vec<(Uploaded, Vec<u8>)>,
    shares: usize,
    refused: usize,
    filled_up: usize,
}

impl Bench {
    async fn new(bundled: bool, seed: u64) -> Self {
        let disk = SmallDisk::mount().expect(
            "a full disk cannot be shown here, because `mount -t tmpfs` is refused (root may)",
        );
        let data = disk.path().join("data");
        let redis = if bundled {
            None
        } else {
            Some(RedisServer::shared().await)
        };
        let setup = Setup::at(redis, Some(&data)).await;
        Self {
            server: setup.set("MIN_FREE", "8MiB").start().await,
            disk,
            dice: Dice::from_seed(seed),
            held: Vec::new(),
            shares: 0,
            refused: 0,
            filled_up: 0,
        }
    }

    fn client(&self) -> Client {
        self.server.client().clone()
    }

    /// Uploads until there is no room, then empties the disk but for `kept` shares, which lie there in the next round.
    async fn round(&mut self, kept: usize) {
        while let Some(share) = self.upload().await {
            self.held.push(share);
        }
        self.only_shares_lie_there().await;
        if self.dice.below(10) == 0 && self.has_its_reserve() {
            self.somebody_else_takes_the_rest().await;
        }
        let revoked = usize::try_from(self.dice.below(2)).expect("small");
        for (share, _) in self.held.drain(..revoked.min(self.held.len())) {
            let client = self.server.client();
            assert_eq!(client.owner(&share, "revoke").await.state, "revoked");
        }
        while self.held.len() > kept {
            // The oldest ones have seen the disk full most often.
            let (share, bytes) = self.held.remove(0);
            collect(self.server.client(), &share, &bytes).await;
        }
        self.only_shares_lie_there().await;
    }

    /// One share of a random size; none when it was told that there is no room.
    async fn upload(&mut self) -> Option<(Uploaded, Vec<u8>)> {
        let length = usize::try_from(self.dice.below(LARGEST)).expect("small");
        let bytes = self.dice.bytes(length);
        let answer = self.client().try_upload(&bytes, "a", &[]).await;
        if answer.status == 507 {
            self.refused += 1;
            return None;
        }
        self.shares += 1;
        let share = answer.expect(201).json::<Created>().into();
        Some((share, bytes))
    }

    /// No partial: neither a name nor room that is used without one. The floor holds.
    async fn only_shares_lie_there(&self) {
        let data = self.server.place().data();
        // Of a bundled Redis: what it appends goes on until the next rewrite, below the floor, too.
        let appended = || {
            let sizes = files::all(&data.join("redis"))
                .into_iter()
                .filter_map(|file| fs::metadata(file).ok());
            sizes.map(|file| file.len()).sum::<u64>()
        };
        let held: u64 = self
            .held
            .iter()
            .map(|(_, bytes)| u64::try_from(bytes.len()).expect("small") + (64 << 10))
            .sum();
        eventually(
            "nothing but the shares lies on the disk",
            Duration::from_secs(20),
            async || {
                let used = SIZE - self.disk.free();
                files::blobs(data).len() == self.held.len() && used <= held + appended() + BESIDES
            },
        )
        .await;
        let (free, redis) = (self.disk.free(), appended());
        assert!(
            free + redis + (64 << 10) >= FLOOR,
            "the floor holds: {free} bytes free, {redis} of Redis"
        );
    }

    /// Whether a bundled Redis has room put aside: given up the last time, it is put aside again when a look finds plenty.
    fn has_its_reserve(&self) -> bool {
        let place = self.server.place();
        place.redis().is_some() || place.data().join("redis/reserve").exists()
    }

    /// The disk is full to the last byte: a bundled Redis exits and comes back with its reserve. Every share can be
    /// revoked and collected.
    async fn somebody_else_takes_the_rest(&mut self) {
        self.filled_up += 1;
        let filler = self.disk.path().join("filler");
        let _no_space_left = fs::write(&filler, vec![1; 64 << 20]);
        let client = self.client();
        let refused = client.try_upload(b"x", "x", &[]).await;
        assert!([503, 507].contains(&refused.status), "{}", refused.text());
        if let Some((share, bytes)) = self.held.pop() {
            collect_in_need(&client, &share, &bytes).await;
        }
        if let Some((share, _)) = self.held.pop() {
            let revoked = async || client.try_owner(&share, "revoke").await.status == 200;
            eventually("it can be revoked", Duration::from_mins(1), revoked).await;
        }
        fs::remove_file(&filler).unwrap();
        health_is(&client, 200).await;
    }
}

/// Asks again while Redis comes back.
async fn collect_in_need(client: &Client, share: &Uploaded, bytes: &[u8]) {
    let (ticket, within) = (ticket(), Duration::from_mins(1));
    let reserved = async || client.try_reserve(share, &ticket, None).await.status == 200;
    eventually("it can be reserved", within, reserved).await;
    let mut got = Vec::new();
    for _try in 0..200 {
        let piece = take(client, share, &ticket, 0, usize::MAX).await;
        if piece.status == 200 && piece.clean {
            got = piece.bytes;
            break;
        }
        pause(200).await;
    }
    assert!(got == bytes, "{} bytes", got.len());
    let acknowledged = async || client.ack(share, &ticket).await.status == 204;
    eventually("its end can be written", within, acknowledged).await;
}

#[tokio::test]
async fn a_small_disk_is_filled_again_and_again() {
    let mut proof = Proof::begin("full-disk");
    let fills = proof.rounds(500, 2);
    let mut dice = Dice::from_seed(proof.seed());
    let benches = [true, false].map(|bundled| {
        let seed = dice.next();
        async move {
            let mut bench = Bench::new(bundled, seed).await;
            for _ in 0..fills / 2 {
                let kept = usize::try_from(bench.dice.below(4)).expect("small");
                bench.round(kept).await;
            }
            bench.round(0).await;
            bench
        }
    });
    let (mut shares, mut refused, mut filled_up) = (0, 0, 0);
    for bench in futures_util::future::join_all(benches).await {
        shares += bench.shares;
        refused += bench.refused;
        filled_up += bench.filled_up;
        assert!(bench.held.is_empty());
        bench.server.finish().await;
    }
    proof.figure("times filled to the floor", refused);
    proof.figure("shares", shares);
    proof.figure("times filled to the last byte", filled_up);
    proof.holds();
}
