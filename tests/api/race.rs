//! Many collectors, many shares, several servers: exactly one recipient each, and nobody is left without an answer.

use std::{sync::Arc, time::Instant};

use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{
    Setup,
    collecting::{Fared, compete},
    content, files, say,
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
