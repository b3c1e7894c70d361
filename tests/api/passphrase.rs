//! A passphrase on top of the link: five wrong guesses lock, none destroys.

use std::sync::Arc;

use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Client, Setup, Uploaded, collecting::counter, ticket, views::Inspected};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";

async fn protected(client: &Client) -> Uploaded {
    client
        .upload(b"hello", "a.txt", &[("passphrase", RIGHT)])
        .await
}

/// How many keys the server has derived from passphrases, as its metrics say.
async fn derivations(client: &Client) -> f64 {
    counter(client, "onetimeshare_derivations_total").await
}

#[tokio::test]
async fn a_wrong_passphrase_costs_a_try_and_never_the_file() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    for left in [4, 3] {
        let answer = client.try_reserve(&share, &ticket(), Some(WRONG)).await;
        assert!(!answer.header("www-authenticate").is_empty());
        assert_eq!(answer.problem(401).tries_left, Some(left));
    }
    let ticket = ticket();
    client.reserve(&share, &ticket, Some(RIGHT)).await;
    let owned = client.owner(&share, "status").await;
    assert_eq!(
        (owned.tries_left, owned.passphrase),
        (Some(3), true),
        "a right guess is refunded, wrong ones are not"
    );
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn one_s_own_ticket_needs_neither_the_passphrase_again_nor_a_derivation() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, Some(RIGHT)).await;
    let before = derivations(client).await;
    assert!(before >= 1.0, "the metrics count derivations");
    client.reserve(&share, &ticket, None).await;
    client.reserve(&share, &ticket, Some(WRONG)).await;
    assert!((derivations(client).await - before).abs() < 0.5);
    assert_eq!(client.owner(&share, "status").await.tries_left, Some(5));
    server.finish().await;
}

#[tokio::test]
async fn five_wrong_guesses_lock_until_the_owner_unlocks() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    for left in (0..5).rev() {
        assert_eq!(
            client
                .try_reserve(&share, &ticket(), Some(WRONG))
                .await
                .problem(401)
                .tries_left,
            Some(left)
        );
    }
    for passphrase in [WRONG, RIGHT] {
        client
            .try_reserve(&share, &ticket(), Some(passphrase))
            .await
            .problem(423);
    }
    assert_eq!(client.owner(&share, "status").await.state, "locked");
    let unlocked = client.owner(&share, "unlock").await;
    assert_eq!(
        (unlocked.state.as_str(), unlocked.tries_left),
        ("available", Some(5))
    );
    for left in (1..5).rev() {
        assert_eq!(
            client
                .try_reserve(&share, &ticket(), Some(WRONG))
                .await
                .problem(401)
                .tries_left,
            Some(left)
        );
    }
    let ticket = ticket();
    client.reserve(&share, &ticket, Some(RIGHT)).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn unlocking_what_is_not_locked_gives_no_further_tries() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    client
        .try_reserve(&share, &ticket(), Some(WRONG))
        .await
        .problem(401);
    assert_eq!(client.owner(&share, "unlock").await.tries_left, Some(4));
    server.finish().await;
}

#[tokio::test]
async fn a_hundred_parallel_wrong_guesses_run_five_derivations_at_most() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    let before = derivations(client).await;
    let start = Arc::new(Barrier::new(100));
    let mut guesses = JoinSet::new();
    for _ in 0..100 {
        let (client, share, start) = (client.clone(), share.clone(), Arc::clone(&start));
        guesses.spawn(async move {
            start.wait().await;
            client
                .try_reserve(&share, &ticket(), Some(WRONG))
                .await
                .status
        });
    }
    let statuses = guesses.join_all().await;
    let wrong = statuses.iter().filter(|status| **status == 401).count();
    assert!(wrong <= 5, "{wrong} guesses were tried: {statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|status| [401, 423, 503].contains(status)),
        "{statuses:?}"
    );
    while client
        .try_reserve(&share, &ticket(), Some(WRONG))
        .await
        .status
        == 401
    {}
    client
        .try_reserve(&share, &ticket(), Some(RIGHT))
        .await
        .problem(423);
    let ran = derivations(client).await - before;
    assert!(ran <= 5.5, "{ran} derivations");
    client.owner(&share, "unlock").await;
    let ticket = ticket();
    client.reserve(&share, &ticket, Some(RIGHT)).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn only_who_holds_the_link_can_guess() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    let mut stranger = share.clone();
    stranger.key = ticket();
    for _ in 0..7 {
        client
            .try_reserve(&stranger, &ticket(), Some(WRONG))
            .await
            .problem(410);
        client
            .try_reserve(&stranger, &ticket(), Some(RIGHT))
            .await
            .problem(410);
    }
    assert_eq!(client.owner(&share, "status").await.tries_left, Some(5));
    server.finish().await;
}

#[tokio::test]
async fn the_same_passphrase_typed_on_another_system_opens() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let pairs = [
        ("Ångström-Café", "A\u{30a}ngstro\u{308}m-Cafe\u{301}"),
        ("ﬁnal file 2024", "final file 2024"),
    ];
    for (set, typed) in pairs {
        let share = client
            .upload(b"hello", "a.txt", &[("passphrase", set)])
            .await;
        client.reserve(&share, &ticket(), Some(typed)).await;
    }
    server.finish().await;
}

#[tokio::test]
async fn a_long_passphrase_counts_to_its_last_byte() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let long = "0123456789".repeat(10);
    let share = client
        .upload(b"hello", "a.txt", &[("passphrase", &long)])
        .await;
    let (prefix, _) = long.split_at(72);
    assert_eq!(
        client
            .try_reserve(&share, &ticket(), Some(prefix))
            .await
            .problem(401)
            .tries_left,
        Some(4)
    );
    let ticket = ticket();
    client.reserve(&share, &ticket, Some(&long)).await;
    assert_eq!(
        client.download(&share, &ticket).await.expect(200).body,
        "hello"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_passphrase_nobody_can_have_set_is_422_and_costs_no_try() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    for passphrase in ["short", &"x".repeat(1025)] {
        client
            .try_reserve(&share, &ticket(), Some(passphrase))
            .await
            .problem(422);
    }
    assert_eq!(client.owner(&share, "status").await.tries_left, Some(5));
    server.finish().await;
}

#[tokio::test]
async fn before_the_passphrase_neither_name_nor_type_nor_state_is_told() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = protected(client).await;
    let inspected: Inspected = client.inspect(&share).await.expect(200).json();
    assert_eq!(
        (
            inspected.passphrase,
            inspected.name,
            inspected.kind,
            inspected.size
        ),
        (true, None, None, 5)
    );
    let path = format!("/d/{}", share.id);
    let page = client.page(&path).await.expect(401);
    assert!(!page.header("www-authenticate").is_empty());
    let plain = |page: String| page.split(r#"name="ticket""#).next().unwrap().to_owned();
    let available = plain(page.text());
    for _ in 0..5 {
        client.try_reserve(&share, &ticket(), Some(WRONG)).await;
    }
    assert_eq!(
        plain(client.page(&path).await.expect(401).text()),
        available,
        "a locked share looks the same"
    );
    client.owner(&share, "unlock").await;
    client.reserve(&share, &ticket(), Some(RIGHT)).await;
    assert_eq!(
        plain(client.page(&path).await.expect(401).text()),
        available,
        "a reserved share looks the same"
    );
    server.finish().await;
}
