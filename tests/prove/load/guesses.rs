//! Many guesses at once on one share, over several servers.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    proof::Proof,
    support::{Client, Setup, collecting::counter, ticket},
};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";

async fn derivations(clients: &[Client]) -> f64 {
    let mut sum = 0.0;
    for client in clients {
        sum += counter(client, "onetimeshare_derivations_total").await;
    }
    sum
}

#[tokio::test]
async fn parallel_guesses_derive_five_times_at_most() {
    let mut proof = Proof::begin("load-guesses");
    let shares = proof.rounds(10, 1);
    let guesses = proof.rounds(500, 150);
    let first = Setup::shared().await.start().await;
    let (second, third) = (first.sibling().await, first.sibling().await);
    let clients = [&first, &second, &third].map(|server| server.client().clone());
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut most: f64 = 0.0;
    for _ in 0..shares {
        let secret = [("passphrase", RIGHT)];
        let share = clients[0].upload(b"hello", "a.txt", &secret).await;
        let before = derivations(&clients).await;
        let start = Arc::new(Barrier::new(guesses));
        let mut running = JoinSet::new();
        for guess in 0..guesses {
            let client = clients[guess % clients.len()].clone();
            let (share, start) = (share.clone(), Arc::clone(&start));
            running.spawn(async move {
                start.wait().await;
                client.try_reserve(&share, &ticket(), Some(WRONG)).await
            });
        }
        let answers = running.join_all().await;
        for answer in &answers {
            assert!(
                [401, 423, 503].contains(&answer.status),
                "{}: {}",
                answer.status,
                answer.text()
            );
            *statuses.entry(answer.status).or_default() += 1;
        }
        let ran = derivations(&clients).await - before;
        let wrong = answers.iter().filter(|answer| answer.status == 401).count();
        assert!(ran < 5.5 && wrong <= 5, "{ran} derivations, {wrong} tried");
        most = most.max(ran);
        // A guess that found no room was given back.
        while clients[1]
            .try_reserve(&share, &ticket(), Some(WRONG))
            .await
            .status
            == 401
        {}
        for client in &clients {
            let right = client.try_reserve(&share, &ticket(), Some(RIGHT)).await;
            right.problem(423);
        }
        assert!(derivations(&clients).await - before < 5.5);
        clients[2].owner(&share, "unlock").await;
        let ticket = ticket();
        clients[1].reserve(&share, &ticket, Some(RIGHT)).await;
        let got = clients[2].download(&share, &ticket).await.expect(200);
        assert_eq!(got.body, "hello");
        clients[0].ack(&share, &ticket).await.expect(204);
    }
    proof.figure("shares", shares);
    proof.figure("guesses at once on each", guesses);
    proof.figure("most derivations for one", most);
    for (status, count) in statuses {
        proof.figure(&format!("answered {status}"), count);
    }
    drop((second, third));
    first.finish().await;
    proof.holds();
}
