//! Many who know the passphrase, at once: one of them gets the share, nothing is locked by them, and a crash in their midst
//! costs hardly a try.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Client, Setup, Uploaded, collecting::counter, eventually, ticket};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";

async fn protected(client: &Client) -> Uploaded {
    client
        .upload(b"hello", "a.txt", &[("passphrase", RIGHT)])
        .await
}

/// So many ask at once, each with a ticket of its own; the statuses of their answers, 0 where none came.
fn ask_at_once(client: &Client, share: &Uploaded, count: usize) -> JoinSet<u16> {
    let start = Arc::new(Barrier::new(count));
    let mut asking = JoinSet::new();
    for _ in 0..count {
        let (client, share, start) = (client.clone(), share.clone(), Arc::clone(&start));
        asking.spawn(async move {
            start.wait().await;
            let request = client.reserve_request(&share, &ticket(), Some(RIGHT));
            let answer = client.try_send(request).await;
            answer.map_or(0, |answer| answer.status)
        });
    }
    asking
}

#[tokio::test]
async fn of_many_right_passphrases_at_once_one_reserves_and_none_is_told_locked() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    // One try is left: the one that is being tried must not lock the others out either.
    for left in (1..5).rev() {
        let answer = client.try_reserve(&share, &ticket(), Some(WRONG)).await;
        assert_eq!(answer.problem(401).tries_left, Some(left));
    }
    let mut statuses = ask_at_once(client, &share, 64).join_all().await;
    statuses.sort_unstable();
    let (first, others) = statuses.split_first().unwrap();
    assert_eq!(*first, 200, "{statuses:?}");
    assert!(others.iter().all(|status| *status == 409), "{statuses:?}");
    assert_eq!(client.owner(&share, "status").await.tries_left, Some(1));
    server.finish().await;
}

#[tokio::test]
async fn a_crash_amid_right_passphrases_costs_one_try_at_most() {
    let mut server = Setup::shared()
        .await
        // So much that the server dies while it still derives.
        .set("ARGON2_MEMORY", "128MiB")
        .start()
        .await;
    let client = server.client().clone();
    let share = protected(&client).await;
    let uploaded = counter(&client, "onetimeshare_derivations_total").await;
    let asking = ask_at_once(&client, &share, 5);
    let derives = async || {
        let derivations = counter(&client, "onetimeshare_derivations_total").await;
        derivations - uploaded > 0.5
    };
    eventually("a key is derived", Duration::from_secs(10), derives).await;
    server.kill9();
    asking.join_all().await;
    server.restart().await;
    let owned = client.owner(&share, "status").await;
    assert!(
        owned.tries_left >= Some(4),
        "{:?} tries are left, {}",
        owned.tries_left,
        owned.state
    );
    server.finish().await;
}
