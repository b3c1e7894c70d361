//! Canaries: a thousand lives of shares, every secret of which is then looked for wherever a server, a proxy or a Redis
//! writes or keeps anything.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};

use super::{append_only, proxy::Nginx, search::Search};
use crate::{
    proof::Proof,
    support::{
        ADMIN_PASSWORD, Client, RedisServer, Server, Setup, Uploaded,
        canary::{Needles, one_life, strings_of},
        eventually, files,
        process::fresh_directory,
        token,
    },
};

/// Lives lived at once.
const AT_ONCE: usize = 8;

/// `MONITOR` of a Redis into a file, until the Redis ends.
struct Monitor {
    file: PathBuf,
    _copier: JoinHandle<()>,
}

impl Monitor {
    fn of(redis: &RedisServer) -> Self {
        let file = fresh_directory("monitor").join("monitor");
        let address = redis.url().replace("redis://", "");
        let mut stream = TcpStream::connect(address).expect("redis-server listens");
        stream.write_all(b"MONITOR\r\n").expect("it takes the word");
        let mut copy = fs::File::create(&file).expect("/tmp is writable");
        let copier = std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length) = stream.read(&mut buffer) {
                if length == 0 || copy.write_all(&buffer[..length]).is_err() {
                    return;
                }
            }
        });
        Self {
            file,
            _copier: copier,
        }
    }
}

/// A Redis that tells all it can: every command is slow, snapshots and rewrites are not compressed.
fn tell_all(redis: &RedisServer) {
    for (name, value) in [
        ("slowlog-log-slower-than", "0"),
        ("slowlog-max-len", "1000000"),
        ("rdbcompression", "no"),
    ] {
        redis.command(&["CONFIG", "SET", name, value]);
    }
}

/// Many lives through this client; every third is left to its grace.
async fn lives(client: &Client, count: usize) -> (Needles, Vec<Uploaded>) {
    let lived = stream::iter(0..count)
        .map(|round| async move {
            let mut needles = Needles::default();
            let share = one_life(client, round, &mut needles).await;
            (needles, share)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut needles = Needles::default();
    let mut shares = Vec::new();
    for (of_one, share) in lived {
        needles.extend(of_one);
        shares.push(share);
    }
    (needles, shares)
}

/// Everything a server and its Redis wrote or keep that somebody could read later.
struct Kept<'a> {
    server: &'a Server,
    files: Vec<PathBuf>,
    texts: Vec<(String, Vec<u8>)>,
}

impl<'a> Kept<'a> {
    fn of(server: &'a Server, monitor: &Monitor, more: &[&Path]) -> Self {
        let redis = server.redis();
        redis.command(&["SAVE"]);
        let mut files = files::all(server.place().directory());
        files.extend(files::all(server.place().data()));
        files.extend(files::all(redis.directory()));
        files.push(monitor.file.clone());
        files.extend(more.iter().flat_map(|folder| files::all(folder)));
        files.sort();
        files.dedup();
        let slow = strings_of(&redis.command(&["SLOWLOG", "GET", "-1"]));
        let proc = |name: &str| {
            let path = format!("/proc/{}/{name}", server.pid());
            (
                path.clone(),
                fs::read(&path).expect("root or the same user may read it"),
            )
        };
        let texts = vec![
            ("the slow log".to_owned(), slow),
            proc("environ"),
            proc("cmdline"),
        ];
        Self {
            server,
            files,
            texts,
        }
    }

    fn find(&self, search: &Search<'_>) -> Vec<String> {
        let mut found = search.in_files(&self.files);
        for (place, bytes) in &self.texts {
            found.extend(search.in_bytes(place, bytes));
        }
        found
    }

    /// Each kind of place is seen to be one in which something would be found.
    fn finds_what_is_there(&self, kept: &Uploaded, request: &str) {
        let planted = token();
        let redis = self.server.redis();
        redis.command(&["SET", &format!("planted-{planted}"), "1"]);
        redis.command(&["SAVE"]);
        let slow = strings_of(&redis.command(&["SLOWLOG", "GET", "-1"]));
        let blob = files::blob(self.server.place().data(), &kept.id).expect("it waits");
        let blob = fs::read(blob).expect("it waits");
        let needles = [
            (
                "planted".to_owned(),
                format!("planted-{planted}").into_bytes(),
            ),
            ("request".to_owned(), request.as_bytes().to_vec()),
            ("password".to_owned(), ADMIN_PASSWORD.as_bytes().to_vec()),
            ("blob".to_owned(), blob[..64].to_vec()),
            ("program".to_owned(), b"onetimeshare".to_vec()),
            ("id".to_owned(), kept.id.clone().into_bytes()),
        ];
        let search = Search::new(&needles);
        let mut seen = self.find(&search);
        seen.extend(search.in_bytes("the slow log", &slow));
        for (what, place) in [
            ("planted", ".aof"),
            ("planted", "dump.rdb"),
            ("planted", "/monitor"),
            ("planted", "the slow log"),
            ("request", ".log"),
            ("password", "/environ"),
            ("program", "/cmdline"),
            ("blob", "/blobs/"),
            ("id", "dump.rdb"),
        ] {
            let there =
                |line: &String| line.starts_with(&format!("{what} in ")) && line.contains(place);
            assert!(
                seen.iter().any(there),
                "the search would find nothing in {place}: {seen:#?}"
            );
        }
        redis.command(&["DEL", &format!("planted-{planted}")]);
    }
}

/// Nothing of the finished shares' wraps is left after their end, the sweep and a rewrite; that of a living one is.
async fn no_wrap_outlives_its_share(proof: &mut Proof, server: &Server, kept: &Uploaded) {
    let redis = server.redis();
    let written = append_only::wraps(redis.directory());
    let (living, finished): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|(id, _)| *id == kept.id);
    assert!(
        !living.is_empty(),
        "the record of the living share was not read"
    );
    let named = |wraps: Vec<(String, Vec<u8>)>| {
        let mut needles = Needles::default();
        for (id, wrap) in wraps {
            needles.bytes(&format!("a wrap of {id}"), &wrap);
        }
        needles.hidden
    };
    let (living, finished) = (named(living), named(finished));
    let (living, search) = (Search::new(&living), Search::new(&finished));
    let before = search.indices(&append_only::bytes(redis.directory())).len();
    assert_eq!(
        before,
        finished.len(),
        "the wraps were in the append-only file"
    );
    let rewrites = || {
        let info = redis.command(&["INFO", "persistence"]).text();
        info.contains("aof_rewrite_in_progress:0") && info.contains("aof_last_bgrewrite_status:ok")
    };
    redis.command(&["BGREWRITEAOF"]);
    eventually("the rewrite is done", Duration::from_mins(1), async || {
        rewrites()
    })
    .await;
    redis.command(&["SAVE"]);
    let files = files::all(redis.directory());
    assert_eq!(search.in_files(&files), [""; 0]);
    assert!(
        !living.in_files(&files).is_empty(),
        "a living share's wrap is there"
    );
    proof.figure("wraps", finished.len());
}

/// Lets every grace end and the sweep remove what is over, without deleting anything by hand.
async fn all_are_over(server: &Server, shares: &[Uploaded]) {
    let over = async || {
        server.client().cleanup(&[("apply", "true")]).await;
        let blobs = files::blobs(server.place().data());
        !shares.iter().any(|share| {
            blobs
                .iter()
                .any(|path| path.to_string_lossy().contains(&share.id))
        })
    };
    eventually("every delivery has ended", Duration::from_mins(2), over).await;
}

async fn server() -> Server {
    let server = Setup::own_redis()
        .await
        .set("LOG_LEVEL", "trace")
        .set("DELIVERY_GRACE", "2s")
        .set("TRUSTED_PROXIES", "127.0.0.1/32")
        .set("RUST_BACKTRACE", "full")
        .start()
        .await;
    tell_all(server.redis());
    server
}

async fn session(proof: &mut Proof, server: &Server, client: &Client, nginx: Option<&Nginx>) {
    let monitor = Monitor::of(server.redis());
    let kept = server
        .client()
        .upload(b"kept", "kept", &[("expires", "1d")])
        .await;
    let count = proof.rounds(1_000, 10);
    let (mut needles, shares) = lives(client, count).await;
    needles.share(&kept);
    let answer = client.get("/health").await.expect(200);
    let search = Search::new(&needles.hidden);
    all_are_over(server, &shares).await;

    let more: Vec<&Path> = nginx.iter().map(|nginx| nginx.directory()).collect();
    let everything = Kept::of(server, &monitor, &more);
    assert_eq!(everything.find(&search), [""; 0]);
    everything.finds_what_is_there(&kept, &answer.header("x-request-id"));
    no_wrap_outlives_its_share(proof, server, &kept).await;
    proof.figure("shares", count);
    proof.figure("needles", needles.hidden.len());
    proof.figure("files", everything.files.len());
    proof.figure("hits", 0);
}

#[tokio::test]
async fn no_secret_of_a_thousand_shares_is_written_anywhere() {
    let mut proof = Proof::begin("secrets-canaries");
    let server = server().await;
    let client = server.client().clone();
    session(&mut proof, &server, &client, None).await;
    server.finish().await;
    proof.holds();
}

#[tokio::test]
async fn no_secret_of_a_thousand_shares_is_written_by_the_shipped_proxy() {
    let mut proof = Proof::begin("secrets-canaries-nginx");
    let server = server().await;
    let nginx = Arc::new(Nginx::shipped(server.port()).await);
    let client = Client::new(nginx.port());
    let before = nginx.last_spooled();
    session(&mut proof, &server, &client, Some(&nginx)).await;
    let log = fs::read_to_string(nginx.directory().join("onetimeshare.log")).expect("it logs");
    assert!(
        log.lines().count() > 10,
        "there is a log to look into: {log}"
    );
    assert_eq!(nginx.last_spooled(), before, "a body touched nginx's disk");

    let spooling = Nginx::that_spools(server.port()).await;
    let before = spooling.last_spooled();
    let body = vec![7; 256 << 10];
    let client = Client::new(spooling.port());
    client.upload(&body, "spooled", &[]).await;
    assert_ne!(
        spooling.last_spooled(),
        before,
        "an nginx that spools would have been noticed"
    );
    server.finish().await;
    proof.holds();
}
