//! `kill -9` of the server at random moments while files are uploaded, reserved and delivered: nobody gets a file twice, no
//! acknowledged share is lost, and a sweep leaves nothing behind.

use crate::support::{Dice, Setup, load::Load, say, wait::pause};

const KILLS: usize = 50;

#[tokio::test]
async fn fifty_kills_lose_nothing_double_nothing_and_leave_nothing() {
    let mut dice = Dice::announced("kill -9");
    let mut server = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "3s")
        .set("RESERVATION_LEASE", "2s")
        .start()
        .await;
    let load = Load::start(&[server.client()], 2, &mut dice);
    for kill in 0..KILLS {
        // Mostly right after the start, while everybody's second try is under way; sometimes in the midst of calm.
        pause(dice.below(if kill % 5 == 0 { 900 } else { 350 })).await;
        server.kill9();
        server.restart().await;
    }
    let collected = load.end().await;
    assert!(
        collected.shares >= 10,
        "only {} shares came through: too few to show anything",
        collected.shares
    );
    say(&format!(
        "{KILLS} kills, {} acknowledged shares, each delivered once",
        collected.shares
    ));
    // What was committed without its answer arriving has no known link: the operator deletes it. The rest is the sweep's.
    server.finish().await;
}
