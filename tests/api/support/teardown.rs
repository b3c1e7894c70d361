//! The end of a test is a test: nothing may be left.

use std::time::Duration;

use reqwest::Method;

use super::{Server, eventually, files, process::runs, redis::Reply, views::Listing};

impl Server {
    /// Deletes what still lives through the operator's door, sweeps, and asserts that no share, no agenda entry, no blob and
    /// no process is left; only fates and sessions may live on. The server must then end by itself with 0.
    pub(crate) async fn finish(mut self) {
        // A crash may have left a share off the agenda, where the operator's list does not show it; the look at every blob
        // puts it back.
        self.client().cleanup(&[("apply", "true")]).await;
        self.delete_everything().await;
        self.swept_clean().await;
        let brought = std::fs::read_to_string(self.place().redis_pid_file()).ok();
        let pid = self.pid();
        assert_eq!(
            self.terminate().await,
            0,
            "the exit code after SIGTERM:\n{}",
            self.log()
        );
        assert!(!runs(pid));
        if let Some(redis) = brought.and_then(|text| text.trim().parse().ok()) {
            eventually(
                "the Redis it brought is gone",
                Duration::from_secs(10),
                async || !runs(redis),
            )
            .await;
        }
        assert!(
            !self.log().contains("panicked at"),
            "a panic:\n{}",
            self.log()
        );
    }

    /// Sweeps until neither record nor agenda entry nor blob is left.
    pub(crate) async fn swept_clean(&self) {
        let mut left = Vec::new();
        for _ in 0..120 {
            self.client().cleanup(&[("apply", "true")]).await;
            left = self.leftovers();
            if left.is_empty() {
                return;
            }
            super::wait::pause(100).await;
        }
        panic!("left after the sweep: {left:?}");
    }

    /// Deletes every share the operator's list shows.
    pub(crate) async fn delete_everything(&self) {
        let client = self.client();
        loop {
            let listing: Listing = client
                .admin(Method::GET, "/admin/shares?limit=100", &[])
                .await
                .expect(200)
                .json();
            let alive = ["receiving", "available", "reserved", "locked", "delivering"];
            let live: Vec<_> = listing
                .shares
                .iter()
                .filter(|share| alive.contains(&share.state.as_str()))
                .collect();
            for share in &live {
                let path = format!("/admin/shares/{}", share.id);
                let deleted = client.admin(Method::DELETE, &path, &[]).await;
                assert!([204, 404].contains(&deleted.status), "{}", deleted.text());
            }
            if live.is_empty() {
                return;
            }
        }
    }

    /// Waits until neither record nor agenda entry nor blob is left.
    pub(crate) async fn nothing_is_left(&self) {
        let within = Duration::from_secs(20);
        eventually("nothing is left behind", within, async || {
            self.leftovers().is_empty()
        })
        .await;
    }

    /// How many entries the agenda has.
    pub(crate) fn agenda_entries(&self) -> i64 {
        let redis = self.redis();
        let keys = redis.keys(self.place().prefix());
        let agenda = keys
            .iter()
            .filter(|key| redis.command(&["TYPE", key]).text() == "zset");
        let counts = agenda.map(|key| redis.command(&["ZCARD", key]));
        counts
            .map(|count| {
                if let Reply::Number(count) = count {
                    count
                } else {
                    0
                }
            })
            .sum()
    }

    /// What should not be there any more: records, agenda entries, blobs.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let place = self.place();
        let mut left: Vec<String> = files::blobs(place.data())
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let Some(redis) = place.redis() else {
            return left;
        };
        for key in redis.keys(place.prefix()) {
            let sorted_set = redis.command(&["TYPE", &key]).text() == "zset";
            if key.ends_with(":share")
                || (sorted_set && redis.command(&["ZCARD", &key]) != Reply::Number(0))
            {
                left.push(key);
            } else if !sorted_set {
                let lives = redis.command(&["TTL", &key]);
                let mortal = matches!(lives, Reply::Number(seconds) if seconds != -1);
                let of_one = key
                    .strip_prefix(place.prefix())
                    .is_some_and(|rest| rest.contains([':', '{']));
                assert!(
                    mortal || !of_one,
                    "a key of one share or session never expires: {key}"
                );
            }
        }
        left
    }
}
