//! Many collectors, many shares, several servers: exactly one recipient each, and nobody is left without an answer.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;

use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{
    Setup,
    collecting::{Fared, compete},
    content, eventually, files, say,
    views::Stats,
};

const COLLECTORS: usize = 64;
const SHARES: usize = 50;

#[tokio::test]
async fn sixty_four_collectors_of_fifty_shares_over_three_servers_yield_one_recipient_each() {
    let first = Setup::shared().await.start().await;
    let (second, third) = (first.sibling().await, first.sibling().await);
    let clients = [first.client(), second.client(), third.client()];
    let began = Instant::now();
    let mut doubles = Vec::new();
    for number in 0..SHARES {
        let bytes = content(100 + number * 3_000);
        let share = clients[number % 3].upload(&bytes, "a", &[]).await;
        let start = Arc::new(Barrier::new(COLLECTORS));
        let mut collectors = JoinSet::new();
        for collector in 0..COLLECTORS {
            collectors.spawn(compete(
                clients[collector % 3].clone(),
                share.clone(),
                Arc::clone(&start),
            ));
        }
        let fared = collectors.join_all().await;
        let got: Vec<&Vec<u8>> = fared
            .iter()
            .filter_map(|fared| {
                if let Fared::Got(file) = fared {
                    Some(file)
                } else {
                    None
                }
            })
            .collect();
        if got.len() != 1 {
            doubles.push((number, got.len()));
        }
        assert!(
            got.iter().all(|file| **file == bytes),
            "share {number}: not the same bytes"
        );
    }
    assert!(doubles.is_empty(), "(share, recipients): {doubles:?}");
    assert!(files::blobs(first.place().data()).is_empty());
    say(&format!(
        "{COLLECTORS} collectors x {SHARES} shares x 3 servers in {:?}",
        began.elapsed()
    ));
    drop((second, third));
    first.finish().await;
}

#[tokio::test]
async fn losers_leave_no_entry_on_the_agenda_and_room_is_given_back_once() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    client.upload(&content(5_000_000), "stays", &[]).await;
    for _ in 0..20 {
        let share = client.upload(&content(100_000), "a", &[]).await;
        let start = Arc::new(Barrier::new(COLLECTORS));
        let mut collectors = JoinSet::new();
        for _ in 0..COLLECTORS {
            collectors.spawn(compete(client.clone(), share.clone(), Arc::clone(&start)));
        }
        collectors.join_all().await;
    }
    let noted = async || server.agenda_entries() == 1;
    eventually(
        "only the share that stays is noted",
        Duration::from_secs(15),
        noted,
    )
    .await;
    let stats: Stats = client
        .admin(Method::GET, "/admin/stats", &[])
        .await
        .expect(200)
        .json();
    assert_eq!(
        stats.bytes, 5_000_000,
        "what is held is the one share that stays"
    );
    server.finish().await;
}
