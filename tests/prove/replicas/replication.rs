//! Redis servers that follow each other.

use std::time::Duration;

use crate::support::{RedisServer, eventually};

impl RedisServer {
    /// One line of what it says about itself; empty if it does not say.
    pub(crate) fn info(&self, field: &str) -> String {
        let info = self.command(&["INFO", "everything"]).text();
        let line = info
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| *name == field);
        line.map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    }

    /// Sets one of its settings until it ends.
    pub(crate) fn configure(&self, setting: &str, value: &str) {
        let answer = self.command(&["CONFIG", "SET", setting, value]).text();
        assert_eq!(answer, "OK", "CONFIG SET {setting} {value}");
    }

    /// Makes it a replica of whoever listens on this port.
    pub(crate) fn follow(&self, port: u16) {
        // Replicas of a test come one at a time: nobody is to be waited for.
        self.configure("repl-diskless-sync-delay", "0");
        let answer = self.command(&["REPLICAOF", "127.0.0.1", &port.to_string()]);
        assert_eq!(answer.text(), "OK");
    }

    /// Makes it a primary.
    pub(crate) fn promote(&self) {
        let answer = self.command(&["REPLICAOF", "NO", "ONE"]);
        assert_eq!(answer.text(), "OK");
    }

    /// Waits until it has everything `primary` has.
    pub(crate) async fn in_step_with(&self, primary: &Self) {
        primary.configure("repl-diskless-sync-delay", "0");
        let within = Duration::from_secs(30);
        eventually("the replica is in step", within, async || {
            self.info("master_link_status") == "up"
                && self.info("master_sync_in_progress") == "0"
                && self.info("slave_repl_offset") == primary.info("master_repl_offset")
        })
        .await;
    }
}
