//! Many shares: the operator's answers are bounded, and a share takes little of Redis's memory.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use onetimeshare::share::{Facts, Share, ShareId, Times, Timestamp};
use onetimeshare::storage::{Next, Redis, RedisSettings, ShareStore, Swapped};
use reqwest::Method;

use crate::support::{
    RedisServer, Server, Setup, eventually,
    views::{Listing, Stats},
};

const LONG: Duration = Duration::from_hours(2);
/// As long as a wrapped file key.
const WRAP: usize = 48;

/// The shares' records as a server writes them, without a server.
struct Planter {
    store: ShareStore,
    now: Timestamp,
}

impl Planter {
    async fn at(redis: &RedisServer, prefix: &str) -> Self {
        let redis = Redis::connect(&RedisSettings {
            url: redis.url(),
            prefix: prefix.to_owned(),
            replicas: 0,
        });
        let store = ShareStore::new(Arc::new(redis.unwrap()));
        let connected = async || store.redis().read_clock().await.is_ok();
        eventually("Redis answers", Duration::from_secs(30), connected).await;
        let now = store.redis().now().await.unwrap();
        Self { store, now }
    }

    /// An upload that has begun and, if it is `whole`, waits for its recipient.
    async fn plant(&self, whole: bool) -> String {
        let times = Times {
            upload_lease: LONG,
            reservation_lease: LONG,
            delivery_idle: LONG,
            delivery_max: LONG,
            delivery_grace: LONG,
            stream_lease: LONG,
        };
        let id = ShareId::random();
        let until = self.now.plus(LONG);
        let digest = <[u8; 16]>::try_from(id.as_bytes().as_slice()).unwrap();
        let facts = Facts {
            size: 0,
            created_at: self.now,
            expires_at: until,
            last_hour: until.hour(),
            proof: [digest, digest].concat().try_into().unwrap(),
            owner: [digest, digest].concat().try_into().unwrap(),
            passphrase: None,
        };
        let share = Share::receiving(facts, self.now, &times);
        let next = Next::Share(share.clone());
        self.store.redis().note(id, share.look_at()).await.unwrap();
        let begun = self.store.swap(id, None, next).await.unwrap();
        let Swapped::Done(Some(begun)) = begun else {
            panic!("a fresh id has no record: {begun:?}");
        };
        if whole {
            let next = share.commit(1_000_000, until, None, vec![7; WRAP]).unwrap();
            let next = Next::Share(next);
            let done = self.store.swap(id, Some(&begun), next).await.unwrap();
            assert!(matches!(done, Swapped::Done(Some(_))), "{done:?}");
        }
        id.to_string()
    }

    async fn plant_many(&self, count: usize, whole: bool) -> BTreeSet<String> {
        let planted = futures_util::stream::iter(0..count).map(|_| self.plant(whole));
        planted.buffer_unordered(32).collect().await
    }
}

/// Takes everything of this server out of Redis again: it has no blobs.
fn uproot(server: &Server) {
    let all =
        "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end";
    let prefix = server.place().prefix();
    server.redis().command(&["EVAL", all, "0", prefix]);
}

async fn stats(server: &Server) -> Stats {
    let answer = server
        .client()
        .admin(Method::GET, "/admin/stats", &[])
        .await;
    answer.expect(200).json()
}

/// The pages of the list with these parameters, to the end.
async fn pages(server: &Server, query: &str) -> Vec<Listing> {
    let mut pages: Vec<Listing> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/admin/shares?{query}{after}");
        let answer = server.client().admin(Method::GET, &path, &[]).await;
        pages.push(answer.expect(200).json());
        assert!(pages.len() < 100, "the list has no end");
        match &pages[pages.len() - 1].next {
            Some(next) => after = format!("&after={next}"),
            None => return pages,
        }
    }
}

fn ids(pages: &[Listing]) -> Vec<String> {
    let lines = pages.iter().flat_map(|page| &page.shares);
    lines.map(|line| line.id.clone()).collect()
}

#[tokio::test]
async fn the_list_of_many_shares_shows_each_once_and_a_rare_state_in_bounded_steps() {
    let server = Setup::shared().await.start().await;
    let planter = Planter::at(server.redis(), server.place().prefix()).await;
    let common = planter.plant_many(4_500, true).await;
    let rare = planter.plant_many(5, false).await;

    let listed = pages(&server, "limit=1000").await;
    let shown = ids(&listed);
    assert_eq!(listed.len(), 5, "full pages, then the rest");
    assert_eq!(shown.len(), 4_505, "each once");
    assert_eq!(
        shown.into_iter().collect::<BTreeSet<_>>(),
        common.union(&rare).cloned().collect()
    );
    for limit in [1, 3, 1000] {
        let found = pages(&server, &format!("state=receiving&limit={limit}")).await;
        let shown = ids(&found);
        assert_eq!(shown.len(), 5, "each once");
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), rare);
        assert!(found.len() >= 3, "no answer looks at them all");
        assert!(found.iter().all(|page| page.shares.len() <= limit));
    }
    let none = pages(&server, "state=locked").await;
    assert!(none.len() >= 3 && ids(&none).is_empty());
    uproot(&server);
    planter.store.redis().close().await;
    server.finish().await;
}

#[tokio::test]
async fn few_shares_are_counted_at_once_and_many_by_a_census_that_says_when() {
    let server = Setup::shared().await.start().await;
    let planter = Planter::at(server.redis(), server.place().prefix()).await;
    planter.plant_many(1_900, true).await;
    let few = stats(&server).await;
    assert_eq!((few.shares["available"], few.listed), (1_900, 1_900));
    assert_eq!(few.counted_at, None);

    planter.plant_many(600, true).await;
    planter.plant_many(3, false).await;
    let census = format!("{}census", server.place().prefix());
    server.redis().command(&["DEL", &census]);
    let first = stats(&server).await;
    assert_eq!(first.listed, 2_503, "known at once");
    if first.counted_at.is_none() {
        assert!(first.shares.is_empty(), "no guess passes for a count");
    }
    let counted = async || stats(&server).await.counted_at.is_some();
    eventually("they are counted", Duration::from_secs(30), counted).await;
    let many = stats(&server).await;
    assert_eq!(many.shares.len(), 10, "every state: {many:?}");
    assert_eq!(
        (many.shares["available"], many.shares["receiving"]),
        (2_500, 3)
    );
    let lives = server.redis().command(&["TTL", &census]).text();
    assert!(lives.parse::<i64>().is_ok_and(|left| left > 0), "{lives}");
    // The census is what the next server knows at its start.
    let sibling = server.sibling().await;
    assert_eq!(stats(&sibling).await.shares, many.shares);
    uproot(&server);
    planter.store.redis().close().await;
    server.finish().await;
}

fn used_memory(redis: &RedisServer) -> u64 {
    let info = redis.command(&["INFO", "memory"]).text();
    let line = info.lines().find(|line| line.starts_with("used_memory:"));
    line.unwrap()
        .trim_start_matches("used_memory:")
        .parse()
        .unwrap()
}

/// What one share takes of Redis's memory, its line on the agenda included.
async fn memory_per_share(count: usize) -> u64 {
    let redis = RedisServer::own().await;
    let planter = Planter::at(&redis, "ots:").await;
    planter.plant(true).await;
    let before = used_memory(&redis);
    planter.plant_many(count, true).await;
    let grown = used_memory(&redis) - before;
    planter.store.redis().close().await;
    grown / u64::try_from(count).unwrap()
}

#[tokio::test]
async fn a_share_takes_at_most_800_bytes_of_redis() {
    let each = memory_per_share(4_000).await;
    assert!(each <= 800, "{each} bytes");
}

#[tokio::test]
#[ignore = "a measurement; it takes a minute"]
async fn measure_what_20_000_shares_take_of_redis() {
    let each = memory_per_share(20_000).await;
    crate::support::say(&format!("{each} bytes of used_memory for each share"));
    assert!(each <= 800, "{each} bytes");
}
