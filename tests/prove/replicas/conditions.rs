//! What Redis may say instead of serving: each has its documented answer, costs no blob and no share, and passes by itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    proof::Proof,
    support::{
        Client, RedisServer, Server, Setup, Uploaded,
        collecting::collect,
        content, eventually, files,
        tables::{document, rows},
        ticket,
        views::Health,
        wait::health_is,
    },
};

/// The first column of the table in `docs/operations.md`, in its order.
const CONDITIONS: [&str; 10] = [
    "`OOM`",
    "`MISCONF`",
    "`LOADING`",
    "`READONLY`",
    "`NOSCRIPT`",
    "`NOREPLICAS`",
    "`BUSY`",
    "an evicting `maxmemory-policy`",
    "nothing: it was emptied (`FLUSHALL`)",
    "nothing: it is another database",
];

/// A server, its Redis, and a share that was acknowledged before anything went wrong.
struct Ground {
    server: Server,
    redis: Arc<RedisServer>,
    client: Client,
    kept: Uploaded,
    bytes: Vec<u8>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_redis_may_say_has_its_documented_answer() {
    let mut proof = Proof::begin("redis-conditions");
    let redis = RedisServer::own().await;
    let server = Setup::on(&redis).await.start().await;
    let client = server.client().clone();
    let bytes = content(50_000);
    let kept = client.upload(&bytes, "kept", &[]).await;
    let mut ground = Ground {
        server,
        redis,
        client,
        kept,
        bytes,
    };
    let mut in_place = 0;
    for condition in CONDITIONS {
        let begun = Instant::now();
        ground.meet(condition).await;
        health_is(&ground.client, 200).await;
        let blobs = files::blobs(ground.server.place().data());
        assert!(!blobs.is_empty(), "{condition}: a blob was deleted");
        in_place += blobs.len();
        if !condition.contains("FLUSHALL") {
            collect(&ground.client, &ground.kept, &ground.bytes).await;
        }
        ground.kept = ground.client.upload(&ground.bytes, "kept", &[]).await;
        crate::support::say(&format!("{condition}: {:?}", begun.elapsed()));
    }
    assert!(ground.server.alive());
    ground
        .client
        .cleanup(&[("apply", "true"), ("unknown", "true")])
        .await;
    ground.server.finish().await;
    proof.figure("conditions", CONDITIONS.len());
    proof.figure("blobs found in place after them", in_place);
    proof.holds();
}

impl Ground {
    async fn meet(&mut self, condition: &str) {
        match condition.split('`').nth(1).unwrap_or(condition) {
            "OOM" => {
                self.redis.configure("maxmemory", "1");
                self.refused("degraded", "no memory left").await;
                let owned = self.client.owner(&self.kept, "status").await;
                assert_eq!(owned.state, "available", "what only reads goes on");
                self.redis.configure("maxmemory", "0");
            }
            "MISCONF" => self.cannot_save().await,
            "LOADING" => self.is_loading().await,
            "READONLY" => {
                // Nobody listens there, and nobody has to.
                self.redis.follow(1);
                self.refused("failing", "read-only replica").await;
                self.redis.promote();
            }
            "NOSCRIPT" => {
                for kind in ["SCRIPT", "FUNCTION"] {
                    assert_eq!(self.redis.command(&[kind, "FLUSH"]).text(), "OK");
                }
                let share = self.client.upload(&self.bytes, "b", &[]).await;
                assert_eq!(self.redis.command(&["SCRIPT", "FLUSH"]).text(), "OK");
                collect(&self.client, &share, &self.bytes).await;
            }
            "NOREPLICAS" => {
                self.redis.configure("min-replicas-to-write", "1");
                self.refused("failing", "refuses to write").await;
                self.redis.configure("min-replicas-to-write", "0");
            }
            "BUSY" => self.is_busy().await,
            "maxmemory-policy" => self.evicts().await,
            "FLUSHALL" => self.is_emptied().await,
            _ => self.is_another_database().await,
        }
    }

    /// Uploads and reservations get 503 with `Retry-After`, health says so, and no blob comes or goes.
    async fn refused(&self, status: &str, reason: &str) {
        let blobs = files::blobs(self.server.place().data());
        let seen = async || {
            let health = self.client.get("/health").await;
            assert_eq!(health.status, if status == "failing" { 503 } else { 200 });
            let health: Health = health.json();
            assert_eq!(health.status, status);
            health.redis.to_string()
        };
        let health = seen().await;
        assert!(health.contains(reason), "{reason}: {health}");
        let upload = self.client.try_upload(&self.bytes, "b", &[]).await;
        let reserve = self.client.try_reserve(&self.kept, &ticket(), None).await;
        for refused in [upload, reserve] {
            assert_eq!(refused.header("retry-after"), "10", "{}", refused.text());
            refused.problem(503);
        }
        self.client.page("/").await.expect(200);
        // The page tells nothing of it unless it had to look.
        let page = self.client.page(&format!("/d/{}", self.kept.id)).await;
        assert!([200, 503].contains(&page.status), "{}", page.status);
        assert_eq!(files::blobs(self.server.place().data()), blobs);
    }

    async fn cannot_save(&self) {
        // A file cannot take the place of a folder that is not empty.
        let in_the_way = self.redis.directory().join("dump.rdb");
        std::fs::create_dir_all(in_the_way.join("x")).unwrap();
        self.redis.configure("save", "3600 1");
        let save = async |outcome: &str| {
            self.redis.command(&["BGSAVE", "SCHEDULE"]);
            eventually(outcome, Duration::from_secs(20), async || {
                self.redis.info("rdb_bgsave_in_progress") == "0"
                    && self.redis.info("rdb_last_bgsave_status") == outcome
            })
            .await;
        };
        save("err").await;
        self.refused("failing", "refuses to write").await;
        std::fs::remove_dir_all(in_the_way).unwrap();
        save("ok").await;
        self.redis.configure("save", "");
    }

    async fn is_loading(&self) {
        let fill =
            "for i = 1, 1800 do redis.call('SET', 'somebody-elses:' .. i, string.rep(i, 1000)) end";
        self.redis.command(&["EVAL", fill, "0"]);
        // Only while it reads a snapshot does it answer that often.
        self.redis.command(&["BGREWRITEAOF"]);
        let within = Duration::from_secs(20);
        eventually("it is rewritten", within, async || {
            self.redis.info("aof_rewrite_in_progress") == "0"
                && self.redis.info("aof_rewrite_scheduled") == "0"
        })
        .await;
        self.redis.kill();
        let slow = ["--key-load-delay", "5000"];
        let often = ["--loading-process-events-interval-bytes", "1024"];
        self.redis.start_with(&[slow, often].concat());
        let loading = || {
            self.redis
                .try_command(&["INFO", "persistence"])
                .is_some_and(|info| info.text().contains("\nloading:1"))
        };
        eventually("it loads", Duration::from_secs(20), async || loading()).await;
        // The first one may wait for its reply until the connection is given up.
        let mut upload = self.client.try_upload(&self.bytes, "b", &[]).await;
        while upload.status == 201 && loading() {
            upload = self.client.try_upload(&self.bytes, "b", &[]).await;
        }
        let health = self.client.get("/health").await;
        assert!(
            loading(),
            "it must still be loading for this to show anything"
        );
        assert_eq!(upload.header("retry-after"), "10", "{}", upload.text());
        upload.problem(503);
        assert_eq!(health.status, 503);
        assert!(
            health.text().contains("does not answer"),
            "{}",
            health.text()
        );
        health_is(&self.client, 200).await;
    }

    async fn is_busy(&self) {
        self.redis.configure("busy-reply-threshold", "50");
        let redis = Arc::clone(&self.redis);
        let endless =
            tokio::task::spawn_blocking(move || redis.command(&["EVAL", "while true do end", "0"]));
        eventually("it is busy", Duration::from_secs(20), async || {
            self.redis.command(&["GET", "x"]).text().starts_with("BUSY")
        })
        .await;
        self.refused("failing", "does not answer").await;
        assert_eq!(self.redis.command(&["SCRIPT", "KILL"]).text(), "OK");
        endless.await.unwrap();
    }

    async fn evicts(&mut self) {
        self.redis.configure("maxmemory-policy", "allkeys-lru");
        let health: Health = self.client.get("/health").await.expect(200).json();
        assert_eq!(health.status, "degraded");
        assert!(health.redis.to_string().contains("may evict shares"));
        let share = self.client.upload(&self.bytes, "b", &[]).await;
        collect(&self.client, &share, &self.bytes).await;
        let refused = self.server.refused_sibling().await;
        assert!(
            refused.code != 0 && refused.log.contains("REDIS_ALLOW_EVICTION"),
            "{}",
            refused.log
        );
        self.redis.configure("maxmemory-policy", "noeviction");
    }

    async fn is_emptied(&self) {
        let blobs = files::blobs(self.server.place().data());
        assert_eq!(self.redis.command(&["FLUSHALL"]).text(), "OK");
        self.client.inspect(&self.kept).await.problem(410);
        let refused = self.client.try_reserve(&self.kept, &ticket(), None).await;
        refused.problem(410);
        let swept = self.client.cleanup(&[("apply", "true")]).await;
        assert_eq!((swept.bytes, swept.unknown), (0, 1), "{swept:?}");
        assert_eq!(files::blobs(self.server.place().data()), blobs);
    }

    async fn is_another_database(&mut self) {
        let blobs = files::blobs(self.server.place().data());
        let keys = self.redis.keys("");
        let right = self.redis.url();
        self.server.set("REDIS_URL", &format!("{right}/5"));
        self.server.restart().await;
        let refused = self.client.try_reserve(&self.kept, &ticket(), None).await;
        refused.problem(410);
        self.client.cleanup(&[("apply", "true")]).await;
        assert_eq!(files::blobs(self.server.place().data()), blobs);
        let there: Vec<String> = self.redis.keys("");
        assert!(
            keys.iter().all(|key| there.contains(key)),
            "a key of the first database was touched"
        );
        self.server.set("REDIS_URL", &right);
        self.server.restart().await;
    }
}

#[test]
fn the_documented_conditions_are_the_tested_ones() {
    let operations = document("docs/operations.md");
    let (_, after) = operations
        .split_once("\n## What Redis may say, and what the server does\n")
        .expect("the chapter is there");
    let chapter = after.split("\n## ").next().unwrap_or_default();
    let documented: Vec<String> = rows(chapter)
        .into_iter()
        .skip(1)
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(documented, CONDITIONS);
}
