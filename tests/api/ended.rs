//! A delivery that its own time has ended: every door says so, and the same, before anybody has written it down.

use std::time::Duration;

use crate::support::{
    Client, Setup, Uploaded,
    collecting::take,
    content, eventually, ticket,
    views::{Owned, Progress},
};

struct Told {
    progress: Progress,
    owned: Owned,
    inspected: (Option<String>, Option<String>),
    fetched: (Option<String>, Option<String>),
}

async fn told(client: &Client, share: &Uploaded, ticket: &str) -> Told {
    let fetched = client.download(share, ticket).await.problem(410);
    let inspected = client.inspect(share).await.problem(410);
    Told {
        progress: client.status(share, ticket).await,
        owned: client.owner(share, "status").await,
        inspected: (inspected.state, inspected.at),
        fetched: (fetched.state, fetched.at),
    }
}

#[tokio::test]
async fn an_end_by_time_is_told_alike_by_all_and_alike_before_and_after_the_sweep() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_IDLE", "2s")
        .start()
        .await;
    let client = server.client();
    // Of several, some are looked at before the sweep comes.
    let mut shares = Vec::new();
    for _ in 0..3 {
        let share = client.upload(&content(3_000_000), "a", &[]).await;
        let ticket = ticket();
        client.reserve(&share, &ticket, None).await;
        take(client, &share, &ticket, 0, 1_000).await;
        let over = async || {
            let stopped = client.download_range(&share, &ticket, "bytes=0-0").await;
            stopped.status == 410 || {
                tokio::time::sleep(Duration::from_millis(2_100)).await;
                false
            }
        };
        eventually("the lease ends", Duration::from_secs(20), over).await;
        let told = told(client, &share, &ticket).await;
        let state = Some("broken_off".to_owned());
        assert_eq!(told.progress.state, "broken_off");
        assert_eq!(told.progress.resumable_until, None);
        assert_eq!(told.owned.state, "broken_off");
        assert_eq!((&told.inspected.0, &told.fetched.0), (&state, &state));
        assert!(told.owned.started_at.is_some() && told.owned.ended_at.is_some());
        assert_eq!(
            told.inspected.1, told.owned.started_at,
            "when it was picked up"
        );
        assert_eq!(
            told.fetched.1, told.owned.started_at,
            "when it was picked up"
        );
        shares.push((share, ticket, told));
    }
    server.nothing_is_left().await;
    for (share, ticket, before) in shares {
        let after = told(client, &share, &ticket).await;
        assert_eq!(after.owned.ended_at, before.owned.ended_at);
        assert_eq!(after.inspected, before.inspected);
        assert_eq!(after.fetched, before.fetched);
        assert_eq!(after.progress.state, before.progress.state);
    }
    server.finish().await;
}
