//! Three servers sweep without a pause while many uploads are under way, some of them given up: nothing that lives is
//! removed, and what was given up leaves nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::{
    Body, Method,
    multipart::{Form, Part},
};
use tokio::task::JoinSet;

use crate::{
    proof::{Proof, Scale},
    support::{
        Client, Dice, Setup,
        answer::Uploaded,
        collecting::collect,
        views::{Created, Swept},
        wait::pause,
    },
};

const PIECES: usize = 8;

/// Sends the bytes in pieces, so that an upload stays under way for a second or two. None: it was given up.
async fn upload_slowly(client: &Client, bytes: &[u8], dice: &mut Dice) -> Option<Uploaded> {
    let pieces: Vec<Bytes> = bytes
        .chunks(bytes.len() / PIECES + 1)
        .map(Bytes::copy_from_slice)
        .collect();
    let wait = 100 + dice.below(200);
    let body = futures_util::stream::unfold(pieces.into_iter(), move |mut left| async move {
        pause(wait).await;
        Some((Ok::<_, std::io::Error>(left.next()?), left))
    });
    let file = Part::stream(Body::wrap_stream(body)).file_name("a.bin");
    let request = client
        .request(Method::POST, "/upload")
        .header("accept", "application/json")
        .multipart(Form::new().part("file", file));
    let patience = if dice.below(4) == 0 {
        // Less than the pieces take: what is given up is never complete.
        Duration::from_millis(dice.below(700))
    } else {
        Duration::from_mins(2)
    };
    let answer = tokio::time::timeout(patience, client.send(request)).await;
    let created: Created = answer.ok()?.expect(201).json();
    Some(created.into())
}

/// Uploads again and again; each share is collected when the one after it is there. How many lived, how many were given up.
async fn work(clients: Arc<[Client]>, mut dice: Dice, until: Instant) -> (usize, usize) {
    let mut living: Option<(Uploaded, Vec<u8>)> = None;
    let mut counts = (0, 0);
    while Instant::now() < until {
        let client = &clients[usize::try_from(dice.below(3)).expect("three")];
        let length = 1 + usize::try_from(dice.below(100_000)).expect("small");
        let bytes = dice.bytes(length);
        match upload_slowly(client, &bytes, &mut dice).await {
            Some(share) => {
                counts.0 += 1;
                if let Some((share, bytes)) = living.replace((share, bytes)) {
                    collect(client, &share, &bytes).await;
                }
            }
            None => counts.1 += 1,
        }
    }
    if let Some((share, bytes)) = living {
        collect(&clients[0], &share, &bytes).await;
    }
    counts
}

/// Sweeps until told to stop; how often.
async fn sweep(client: Client, until: Instant) -> usize {
    let mut sweeps = 0;
    while Instant::now() < until {
        let swept: Swept = client.cleanup(&[("apply", "true")]).await;
        assert_eq!(swept.expired, 0, "nothing was to expire");
        sweeps += 1;
        pause(10).await;
    }
    sweeps
}

#[tokio::test]
async fn three_sweep_among_uploads() {
    let mut proof = Proof::begin("sweepers");
    let uploaders = match proof.scale() {
        Scale::Quick => 30,
        Scale::Tenth | Scale::Full => 200,
    };
    let seconds = proof.rounds(600, 2);
    let mut dice = Dice::from_seed(proof.seed());
    let first = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "10s")
        .start()
        .await;
    let (second, third) = (first.sibling().await, first.sibling().await);
    let clients: Arc<[Client]> = [&first, &second, &third].map(|s| s.client().clone()).into();
    let until = Instant::now() + Duration::from_secs(u64::try_from(seconds).expect("a minute"));
    let mut sweeping = JoinSet::new();
    for client in clients.iter() {
        sweeping.spawn(sweep(client.clone(), until));
    }
    let mut working = JoinSet::new();
    for _ in 0..uploaders {
        let own = Dice::from_seed(dice.next());
        working.spawn(work(Arc::clone(&clients), own, until));
    }
    let (mut lived, mut given_up) = (0, 0);
    for counts in working.join_all().await {
        lived += counts.0;
        given_up += counts.1;
    }
    let sweeps: usize = sweeping.join_all().await.into_iter().sum();
    assert!(lived > 0 && given_up > 0 && sweeps > 2, "too little of it");
    drop((second, third));
    first.swept_clean().await;
    let left = first.leftovers().len();
    first.finish().await;
    proof.figure("seconds of sweeping", seconds);
    proof.figure("uploads at once", uploaders);
    proof.figure("sweeps", sweeps);
    proof.figure("uploads collected whole", lived);
    proof.figure("uploads given up", given_up);
    proof.figure("left", left);
    proof.holds();
}
