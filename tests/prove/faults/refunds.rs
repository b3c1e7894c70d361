//! A guess is taken back once, and a lock raised once, also where the reply to that is lost and somebody else writes before it
//! is sent again.

use tokio::task::JoinHandle;

use super::proxy::{Fault, Proxy};
use crate::support::{Answer, RedisServer, Server, Setup, Uploaded, ticket};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";
/// The swap that counts a guess is the first of a reservation, the one that writes it the second.
const RESERVES: usize = 2;

/// One more server, and what is between it and Redis.
struct Lane {
    server: Server,
    proxy: Proxy,
}

impl Lane {
    async fn beside(server: &Server) -> Self {
        let proxy = Proxy::to(&RedisServer::shared().await.url()).await;
        Self {
            server: server.sibling_with("REDIS_URL", &proxy.url()).await,
            proxy,
        }
    }

    /// Somebody who knows the passphrase asks here and waits before the reservation is written: his guess is counted.
    async fn asks(&self, share: &Uploaded, ticket: &str, fault: Fault) -> JoinHandle<Answer> {
        self.proxy.arm_swap(RESERVES, fault);
        let (client, share) = (self.server.client().clone(), share.clone());
        let ticket = ticket.to_owned();
        let asking =
            tokio::spawn(async move { client.try_reserve(&share, &ticket, Some(RIGHT)).await });
        self.proxy.strikes().await;
        asking
    }
}

async fn guessed_wrong(server: &Server, times: u32) -> Uploaded {
    let secret = [("passphrase", RIGHT)];
    let client = server.client();
    let share = client.upload(b"hello", "a.txt", &secret).await;
    for _ in 0..times {
        let answer = client.try_reserve(&share, &ticket(), Some(WRONG)).await;
        answer.problem(401);
    }
    share
}

async fn tries_left(server: &Server, share: &Uploaded) -> Option<u32> {
    server.client().owner(share, "status").await.tries_left
}

#[tokio::test]
async fn a_reservation_whose_reply_is_lost_takes_its_guess_back_once() {
    let server = Setup::shared().await.start().await;
    let (first, second) = (Lane::beside(&server).await, Lane::beside(&server).await);
    let share = guessed_wrong(&server, 2).await;
    let ticket = ticket();
    // The same ticket twice, so that neither keeps the other out.
    let second_asks = second.asks(&share, &ticket, Fault::Hold).await;
    let first_asks = first.asks(&share, &ticket, Fault::LoseReplyAndHold).await;
    assert_eq!(tries_left(&server, &share).await, Some(2), "one is counted");
    second.proxy.release();
    second_asks.await.unwrap().expect(200);
    first.proxy.release();
    first_asks.await.unwrap().expect(200);
    assert_eq!(
        tries_left(&server, &share).await,
        Some(3),
        "two guesses were wrong"
    );
    server.finish().await;
}

#[tokio::test]
async fn a_refund_whose_reply_is_lost_takes_its_guess_back_once() {
    let server = Setup::shared().await.start().await;
    let (first, second) = (Lane::beside(&server).await, Lane::beside(&server).await);
    let share = guessed_wrong(&server, 1).await;
    let second_asks = second.asks(&share, &ticket(), Fault::Hold).await;
    let first_asks = first.asks(&share, &ticket(), Fault::Hold).await;
    server
        .client()
        .reserve(&share, &ticket(), Some(RIGHT))
        .await;
    assert_eq!(
        tries_left(&server, &share).await,
        Some(2),
        "two are counted"
    );
    // Too late for both: each takes its guess back.
    first.proxy.arm_swap(1, Fault::LoseReplyAndHold);
    first.proxy.release();
    first.proxy.strikes().await;
    second.proxy.release();
    second_asks.await.unwrap().problem(409);
    first.proxy.release();
    first_asks.await.unwrap().problem(409);
    assert_eq!(
        tries_left(&server, &share).await,
        Some(4),
        "one guess was wrong"
    );
    server.finish().await;
}

#[tokio::test]
async fn an_unlock_whose_reply_is_lost_raises_the_limit_once() {
    let server = Setup::shared().await.start().await;
    let first = Lane::beside(&server).await;
    let share = guessed_wrong(&server, 5).await;
    first.proxy.arm_swap(1, Fault::LoseReplyAndHold);
    let unlocking = tokio::spawn({
        let (client, share) = (first.server.client().clone(), share.clone());
        async move { client.try_owner(&share, "unlock").await }
    });
    first.proxy.strikes().await;
    for left in (0..5).rev() {
        let client = server.client();
        let answer = client.try_reserve(&share, &ticket(), Some(WRONG)).await;
        assert_eq!(answer.problem(401).tries_left, Some(left));
    }
    first.proxy.release();
    unlocking.await.unwrap().problem(503);
    assert_eq!(tries_left(&server, &share).await, Some(0), "it was used up");
    let again = server.client().owner(&share, "unlock").await;
    assert_eq!(again.tries_left, Some(5));
    server.finish().await;
}
