//! The Redis the server brings itself: everything survives everything, and two servers never share one data directory by accident.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{
    Server, Setup, content, eventually, files,
    process::{fresh_directory, runs, send},
    ticket,
};

fn redis_pid(server: &Server) -> Option<u32> {
    std::fs::read_to_string(server.place().redis_pid_file())
        .ok()?
        .trim()
        .parse()
        .ok()
}

#[tokio::test]
async fn shares_survive_kill_9_of_everything() {
    let mut server = Setup::bundled().await.start().await;
    let mut shares = Vec::new();
    for round in 0..3 {
        let bytes = content(50_000);
        shares.push((server.client().upload(&bytes, "a", &[]).await, bytes));
        let redis = redis_pid(&server).expect("it names its Redis");
        server.kill9();
        if round != 1 {
            send(redis, Signal::KILL);
            eventually("the Redis is gone", Duration::from_secs(5), async || {
                !runs(redis)
            })
            .await;
        }
        server.restart().await;
        if round == 1 {
            assert_eq!(
                redis_pid(&server),
                Some(redis),
                "a Redis that survived is adopted"
            );
        }
    }
    for (share, bytes) in &shares {
        let ticket = ticket();
        server.client().reserve(share, &ticket, None).await;
        assert_eq!(
            server
                .client()
                .download(share, &ticket)
                .await
                .expect(200)
                .body,
            *bytes
        );
        server.client().ack(share, &ticket).await.expect(204);
    }
    server.finish().await;
}

#[tokio::test]
async fn shares_survive_an_orderly_restart_which_takes_its_redis_along() {
    let mut server = Setup::bundled().await.start().await;
    let share = server.client().upload(b"hello", "a", &[]).await;
    let redis = redis_pid(&server).expect("it names its Redis");
    assert_eq!(server.terminate().await, 0);
    eventually(
        "its Redis ends with it",
        Duration::from_secs(10),
        async || !runs(redis),
    )
    .await;
    server.restart().await;
    let ticket = ticket();
    server.client().reserve(&share, &ticket, None).await;
    assert_eq!(
        server
            .client()
            .download(&share, &ticket)
            .await
            .expect(200)
            .body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_bundled_redis_that_is_killed_is_started_again_and_nothing_is_lost() {
    let server = Setup::bundled().await.start().await;
    let client = server.client();
    let bytes = content(50_000);
    let share = client.upload(&bytes, "a", &[]).await;
    for _ in 0..3 {
        let before = redis_pid(&server).expect("it names its Redis");
        send(before, Signal::KILL);
        let another = async || redis_pid(&server).is_some_and(|pid| pid != before && runs(pid));
        eventually("another Redis runs", Duration::from_secs(20), another).await;
        eventually("it is well again", Duration::from_secs(20), async || {
            client.get("/health").await.status == 200
        })
        .await;
    }
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        bytes
    );
    assert_eq!(files::blobs(server.place().data()).len(), 1);
    server.finish().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_data_directory_is_refused_with_a_sentence() {
    let server = Setup::bundled().await.start().await;
    let share = server.client().upload(b"hello", "a", &[]).await;
    let refused = server.refused_sibling().await;
    assert_ne!(refused.code, 0);
    assert!(
        refused.log.contains("DATA_DIR") && refused.log.contains("another"),
        "{}",
        refused.log
    );
    assert!(!refused.log.contains("panicked"), "{}", refused.log);
    server.client().inspect(&share).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn without_redis_server_installed_one_sentence_says_what_to_do() {
    let refused = Setup::bundled()
        .await
        .set("PATH", "/nonexistent")
        .start_refused()
        .await;
    assert_ne!(refused.code, 0);
    assert!(
        refused.log.contains("redis-server") && refused.log.contains("REDIS_URL"),
        "{}",
        refused.log
    );
    assert!(!refused.log.contains("panicked"), "{}", refused.log);
}

#[tokio::test]
async fn a_redis_that_never_answers_is_ended_with_the_server_that_gives_it_up() {
    let folder = fresh_directory("silent");
    let (program, pid) = (folder.join("redis-server"), folder.join("pid"));
    // Written by a process of its own: a file that is open for writing anywhere cannot be run.
    let written = std::process::Command::new("sh")
        .arg("-c")
        .arg(r#"printf '#!/bin/sh\necho $$ > "%s"\nexec /bin/sleep 600\n' "$2" > "$1" && chmod 700 "$1""#)
        .arg("sh")
        .args([&program, &pid])
        .status();
    assert!(written.unwrap().success());
    let refused = Setup::bundled()
        .await
        .set("PATH", &folder.to_string_lossy())
        .start_refused()
        .await;
    assert_ne!(refused.code, 0);
    assert!(refused.log.contains("does not answer"), "{}", refused.log);
    let pid: u32 = std::fs::read_to_string(pid)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let left = runs(pid);
    send(pid, Signal::KILL);
    assert!(!left, "it still runs");
}

#[tokio::test]
async fn the_bundled_redis_listens_on_no_tcp_port_and_only_for_its_owner() {
    let server = Setup::bundled().await.start().await;
    let pid = redis_pid(&server).expect("it names its Redis");
    let sockets = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .flatten();
    let inodes: Vec<String> = sockets
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter_map(|target| {
            Some(
                target
                    .to_string_lossy()
                    .strip_prefix("socket:[")?
                    .trim_end_matches(']')
                    .to_owned(),
            )
        })
        .collect();
    let listening = |table: &str| {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        table.lines().skip(1).any(|line| {
            line.split_whitespace()
                .nth(9)
                .is_some_and(|inode| inodes.iter().any(|own| own == inode))
        })
    };
    assert!(!inodes.is_empty());
    assert!(!listening("/proc/net/tcp") && !listening("/proc/net/tcp6"));
    server.finish().await;
}
