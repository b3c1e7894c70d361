//! `kill -9` of the server at random moments while files are uploaded, reserved and delivered: nobody gets a file twice, no
//! acknowledged share is lost, and a sweep leaves nothing behind.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinSet};

use crate::support::{
    Client, Dice, Server, Setup, Uploaded, collecting::take, eventually, say, ticket,
    views::Created, wait::pause,
};

const KILLS: usize = 50;
const UPLOADERS: u64 = 2;

/// A share whose 201 has arrived, and what it holds.
struct Acknowledged {
    share: Uploaded,
    bytes: Vec<u8>,
}

/// What is known at the end: per share, the tickets that ever got a byte of content.
#[derive(Default)]
struct Ledger {
    recipients: Mutex<BTreeMap<String, Vec<String>>>,
    delivered: Mutex<usize>,
    running: AtomicBool,
}

/// Uploads until told to stop; hands on what was acknowledged.
async fn upload_on(
    client: Client,
    ledger: Arc<Ledger>,
    mut dice: Dice,
    out: mpsc::UnboundedSender<Acknowledged>,
) {
    while ledger.running.load(Ordering::Relaxed) {
        let limit = if dice.below(4) == 0 {
            6_000_000
        } else {
            200_000
        };
        let length = usize::try_from(dice.below(limit)).expect("small");
        let bytes = dice.bytes(length);
        match client
            .try_send(client.upload_request(bytes.clone(), "a.bin", &[]))
            .await
        {
            Ok(answer) if answer.status == 201 => {
                let share = answer.json::<Created>().into();
                out.send(Acknowledged { share, bytes })
                    .expect("the collectors listen");
            }
            Ok(answer) => assert!(
                [400, 503].contains(&answer.status),
                "an upload was answered {}: {}",
                answer.status,
                answer.text()
            ),
            Err(_) => pause(30).await,
        }
        // Collecting is slower than uploading: leave it room, so that deliveries are what gets interrupted.
        pause(100).await;
    }
}

/// One who wants the share and does not give up: reserves again after every break, resumes where the bytes ended.
/// Ends with true when it has the whole file, false when it is told that somebody else has.
async fn collect_on(client: Client, wanted: Arc<Acknowledged>, ledger: Arc<Ledger>) -> bool {
    let (share, ticket) = (&wanted.share, ticket());
    let mut have: Vec<u8> = Vec::new();
    for _try in 0..4_000 {
        if have.is_empty() {
            match client
                .try_send(client.reserve_request(share, &ticket, None))
                .await
            {
                Ok(answer) if answer.status == 200 => {}
                Ok(answer) if answer.status == 410 => return false,
                Ok(answer) => {
                    assert!(
                        [409, 503].contains(&answer.status),
                        "a reservation was answered {}",
                        answer.status
                    );
                    pause(30).await;
                    continue;
                }
                Err(_) => {
                    pause(30).await;
                    continue;
                }
            }
        }
        let piece = take(&client, share, &ticket, have.len(), usize::MAX).await;
        match piece.status {
            200 | 206 => {
                if !piece.bytes.is_empty() {
                    let mut recipients = ledger.recipients.lock().expect("no holder panicked");
                    let of_this = recipients.entry(share.id.clone()).or_default();
                    if !of_this.contains(&ticket) {
                        of_this.push(ticket.clone());
                    }
                }
                have.extend(piece.bytes);
                assert!(
                    wanted.bytes.starts_with(&have),
                    "the pieces are not the file"
                );
                if piece.clean && have.len() == wanted.bytes.len() {
                    return acknowledge(&client, share, &ticket, &ledger).await;
                }
            }
            // Between reserving and fetching the ticket lapsed or lost; the next reservation tells which.
            410 => assert!(
                have.is_empty(),
                "a delivery that had begun was taken away from its ticket"
            ),
            0 | 429 | 503 => pause(30).await,
            status => panic!(
                "a download was answered {status}: {}",
                String::from_utf8_lossy(&piece.bytes)
            ),
        }
    }
    panic!("neither file nor end for {} after 4,000 tries", share.id);
}

async fn acknowledge(client: &Client, share: &Uploaded, ticket: &str, ledger: &Ledger) -> bool {
    for _try in 0..600 {
        let ack = client.post_request(&format!("/r/{}/{ticket}/ack", share.id), &[]);
        match client.try_send(ack).await {
            Ok(answer) if answer.status == 204 => {
                *ledger.delivered.lock().expect("no holder panicked") += 1;
                return true;
            }
            Ok(answer) => assert_eq!(answer.status, 503, "an acknowledgement: {}", answer.text()),
            Err(_) => {}
        }
        pause(30).await;
    }
    panic!("the acknowledgement was never answered");
}

/// Two rivals for every acknowledged share; exactly one of them must end with the file.
async fn collect_all(
    client: Client,
    ledger: Arc<Ledger>,
    mut incoming: mpsc::UnboundedReceiver<Acknowledged>,
) -> usize {
    let mut shares = 0;
    let mut pairs = JoinSet::new();
    loop {
        tokio::select! {
            next = incoming.recv(), if pairs.len() < 4 => {
                let Some(next) = next else { break };
                shares += 1;
                let (client, ledger, next) = (client.clone(), Arc::clone(&ledger), Arc::new(next));
                pairs.spawn(async move {
                    let rivals = [0, 1].map(|_| collect_on(client.clone(), Arc::clone(&next), Arc::clone(&ledger)));
                    let [first, second] = rivals;
                    let fared = tokio::join!(first, second);
                    assert!(fared.0 != fared.1, "share {} of {} bytes: {fared:?}", next.share.id, next.bytes.len());
                });
            }
            Some(done) = pairs.join_next() => done.expect("a pair of rivals"),
        }
    }
    while let Some(done) = pairs.join_next().await {
        done.expect("a pair of rivals");
    }
    shares
}

async fn kill_again_and_again(server: &mut Server, dice: &mut Dice) {
    for kill in 0..KILLS {
        // Mostly right after the start, while everybody's second try is under way; sometimes in the midst of calm.
        pause(dice.below(if kill % 5 == 0 { 900 } else { 350 })).await;
        server.kill9();
        server.restart().await;
    }
}

#[tokio::test]
async fn fifty_kills_lose_nothing_double_nothing_and_leave_nothing() {
    let mut dice = Dice::announced("kill -9");
    let mut server = Setup::shared()
        .await
        .set("UPLOAD_LEASE", "3s")
        .set("RESERVATION_LEASE", "2s")
        .start()
        .await;
    let ledger = Arc::new(Ledger::default());
    ledger.running.store(true, Ordering::Relaxed);
    let (out, incoming) = mpsc::unbounded_channel();
    let mut uploaders = JoinSet::new();
    for _ in 0..UPLOADERS {
        let own = Dice::from_seed(dice.next());
        uploaders.spawn(upload_on(
            server.client().clone(),
            Arc::clone(&ledger),
            own,
            out.clone(),
        ));
    }
    drop(out);
    let collecting = tokio::spawn(collect_all(
        server.client().clone(),
        Arc::clone(&ledger),
        incoming,
    ));
    kill_again_and_again(&mut server, &mut dice).await;
    ledger.running.store(false, Ordering::Relaxed);
    while let Some(done) = uploaders.join_next().await {
        done.expect("an uploader");
    }
    let shares = collecting
        .await
        .expect("every acknowledged share found its one recipient");

    let delivered = *ledger.delivered.lock().expect("no holder panicked");
    assert_eq!(delivered, shares, "every acknowledged share was delivered");
    assert!(
        shares >= 10,
        "only {shares} shares came through: too few to show anything"
    );
    for (id, tickets) in ledger.recipients.lock().expect("no holder panicked").iter() {
        assert_eq!(tickets.len(), 1, "{id} went to more than one ticket");
    }
    say(&format!(
        "{KILLS} kills, {shares} acknowledged shares, each delivered once"
    ));
    // What was committed without its answer arriving has no known link: the operator deletes it. The rest is the sweep's.
    server.delete_everything().await;
    let clean = async || {
        server.client().cleanup(&[("apply", "true")]).await;
        server.leftovers().is_empty()
    };
    eventually("nothing is left", Duration::from_secs(20), clean).await;
    server.finish().await;
}
