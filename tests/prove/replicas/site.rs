//! Two Redis servers that follow each other, two servers before them, and lines that can be cut.

use std::{sync::Arc, time::Duration};

use crate::{
    replicas::Link,
    support::{Client, RedisServer, Server, Setup, files, redis::Reply},
};

/// Where failovers happen. Whoever is the primary, each server reaches it by a line of its own.
pub(crate) struct Site {
    redis: [Arc<RedisServer>; 2],
    primary: usize,
    /// From the replica to the primary.
    pub(crate) replication: Link,
    /// From each server to what it takes for the primary.
    pub(crate) fronts: [Link; 2],
    servers: Vec<Server>,
}

impl Site {
    /// Two servers on one primary with one replica, each with these settings.
    pub(crate) async fn new(settings: &[(&str, &str)]) -> Self {
        let redis = [RedisServer::own().await, RedisServer::own().await];
        let replication = Link::to(redis[0].port()).await;
        let fronts = [
            Link::to(redis[0].port()).await,
            Link::to(redis[0].port()).await,
        ];
        let url = |front: &Link| format!("redis://127.0.0.1:{}", front.port());
        redis[1].follow(replication.port());
        redis[1].in_step_with(&redis[0]).await;
        let mut setup = Setup::on(&redis[0])
            .await
            .set("REDIS_URL", &url(&fronts[0]));
        for (name, value) in settings {
            setup = setup.set(name, value);
        }
        let first = setup.start().await;
        let second = first.sibling_with("REDIS_URL", &url(&fronts[1])).await;
        Self {
            redis,
            primary: 0,
            replication,
            fronts,
            servers: vec![first, second],
        }
    }

    /// A browser at each server.
    pub(crate) fn clients(&self) -> [Client; 2] {
        [0, 1].map(|server| self.servers[server].client().clone())
    }

    /// The servers.
    pub(crate) fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The Redis that shall be written.
    pub(crate) fn primary(&self) -> &RedisServer {
        &self.redis[self.primary]
    }

    /// The Redis that follows it.
    pub(crate) fn replica(&self) -> &RedisServer {
        &self.redis[1 - self.primary]
    }

    /// The replica is the primary from now on, with what it has; nobody is led to it yet.
    pub(crate) fn promote(&mut self) {
        self.replication.cut();
        self.replica().promote();
        self.primary = 1 - self.primary;
    }

    /// Leads a server to the primary.
    pub(crate) fn lead(&self, server: usize) {
        self.fronts[server].lead_to(self.primary().port());
    }

    /// Makes the other Redis follow the primary, forgetting what it alone knew, and waits until both are the same.
    pub(crate) async fn join(&self) {
        self.replication.lead_to(self.primary().port());
        self.replication.restore();
        self.replica().follow(self.replication.port());
        self.replica().in_step_with(self.primary()).await;
    }

    /// The end: nothing is left, not even of what a failover forgot. With `unknown`, blobs are swept that nobody knows.
    /// How many records came back without their blobs.
    pub(crate) async fn finish(mut self, unknown: bool) -> usize {
        if self.primary == 1 {
            self.promote();
            self.lead(0);
            self.lead(1);
            self.join().await;
        }
        let first = self.servers.remove(0);
        for client in [first.client(), self.servers[0].client()] {
            crate::support::wait::health_is(client, 200).await;
        }
        self.servers.clear();
        let mut scope = vec![("apply", "true")];
        if unknown {
            scope.push(("unknown", "true"));
        }
        // What a failover took off the agenda is put back by a scan, and only then listed.
        first.client().cleanup(&scope).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.client().cleanup(&scope).await;
        first.delete_everything().await;
        let revived = forget_the_revived(&first);
        first.finish().await;
        revived
    }
}

/// A failover may bring back the record of a share that was over: its end was written where nobody looks any more. Such a
/// record has lost its blob and its place on the agenda, opens nothing, and dies by its own time to live. How many there
/// were; they are gone then.
fn forget_the_revived(server: &Server) -> usize {
    let blobs = files::blobs(server.place().data());
    let mut revived = 0;
    for key in server.leftovers() {
        let Some(id) = key.strip_suffix("}:share") else {
            continue;
        };
        let (_, id) = id.split_once('{').expect("a key names its share");
        assert!(
            !blobs.iter().any(|blob| blob.to_string_lossy().contains(id)),
            "a share with its blob is on the agenda: {key}"
        );
        let lives = server.redis().command(&["PTTL", &key]);
        assert!(
            matches!(lives, Reply::Number(millis) if millis > 0),
            "it never dies: {key}"
        );
        server.redis().command(&["DEL", &key]);
        revived += 1;
    }
    revived
}
