//! People at work on several servers at once: uploads, some given up; two rivals for every share that was acknowledged, some
//! behind a passphrase, some ended by their sender meanwhile. For tests that break something under them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc,
    task::{JoinHandle, JoinSet},
};

use super::{
    Client, Dice,
    collector::{Acknowledged, Collector, Ledger},
    views::Created,
    wait::pause,
};

/// What the people share.
#[derive(Default)]
struct Common {
    clients: Vec<Client>,
    ledger: Ledger,
    stopping: AtomicBool,
    given_up: AtomicUsize,
}

/// The load under way.
pub(crate) struct Load {
    common: Arc<Common>,
    uploaders: JoinSet<()>,
    collecting: JoinHandle<Collected>,
}

/// What became of the acknowledged shares.
#[derive(Default, Clone, Copy)]
pub(crate) struct Collected {
    /// How many there were.
    pub(crate) shares: usize,
    /// How many found their one recipient.
    pub(crate) delivered: usize,
    /// How many were ended by their sender before anybody had them whole.
    pub(crate) revoked: usize,
    /// Uploads whose sender went away in the midst.
    pub(crate) given_up: usize,
    /// Shares of which somebody got a byte, each with one recipient.
    pub(crate) begun: usize,
}

impl Load {
    /// Begins. All randomness follows from `dice`.
    pub(crate) fn start(clients: &[&Client], uploaders: u64, dice: &mut Dice) -> Self {
        let common = Arc::new(Common {
            clients: clients.iter().map(|client| (*client).clone()).collect(),
            ..Common::default()
        });
        let (out, incoming) = mpsc::unbounded_channel();
        let mut uploading = JoinSet::new();
        for _ in 0..uploaders {
            let own = Dice::from_seed(dice.next());
            uploading.spawn(upload_on(Arc::clone(&common), own, out.clone()));
        }
        let own = Dice::from_seed(dice.next());
        let collecting = tokio::spawn(collect_all(Arc::clone(&common), own, incoming));
        Self {
            common,
            uploaders: uploading,
            collecting,
        }
    }

    /// Ends the uploads and waits until every share that was acknowledged has found its recipient or its end. None may have
    /// had two, and none be lost.
    pub(crate) async fn end(mut self) -> Collected {
        self.common.stopping.store(true, Ordering::Relaxed);
        while let Some(done) = self.uploaders.join_next().await {
            done.expect("an uploader");
        }
        let mut collected = self
            .collecting
            .await
            .expect("every acknowledged share found its one recipient");
        let doubles = self.common.ledger.doubles();
        assert!(doubles.is_empty(), "went to more than one: {doubles:?}");
        collected.begun = self.common.ledger.begun();
        collected.given_up = self.common.given_up.load(Ordering::Relaxed);
        collected
    }
}

/// Uploads until told to stop; hands on what was acknowledged.
async fn upload_on(common: Arc<Common>, mut dice: Dice, out: mpsc::UnboundedSender<Acknowledged>) {
    while !common.stopping.load(Ordering::Relaxed) {
        let client = any(&common.clients, &mut dice);
        let limit = if dice.below(4) == 0 {
            6_000_000
        } else {
            200_000
        };
        let length = usize::try_from(dice.below(limit)).expect("small");
        let bytes = dice.bytes(length);
        let passphrase = (dice.below(6) == 0).then(|| "correct horse battery".to_owned());
        let fields: Vec<(&str, &str)> = passphrase
            .iter()
            .map(|passphrase| ("passphrase", passphrase.as_str()))
            .collect();
        let request = client.upload_request(bytes.clone(), "a.bin", &fields);
        let patience = if dice.below(8) == 0 {
            Duration::from_millis(dice.below(20))
        } else {
            Duration::from_mins(2)
        };
        let Ok(answered) = tokio::time::timeout(patience, client.try_send(request)).await else {
            common.given_up.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        match answered {
            Ok(answer) if answer.status == 201 => {
                let acknowledged = Acknowledged {
                    share: answer.json::<Created>().into(),
                    bytes,
                    passphrase,
                    revoked: dice.below(10) == 0,
                };
                out.send(acknowledged).expect("the collectors listen");
            }
            Ok(answer) => assert!(
                [400, 408, 503].contains(&answer.status),
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

/// Two rivals for every share; exactly one of them must end with the file, at most one where its sender ends it.
async fn collect_all(
    common: Arc<Common>,
    mut dice: Dice,
    mut incoming: mpsc::UnboundedReceiver<Acknowledged>,
) -> Collected {
    let mut all = Collected::default();
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            next = incoming.recv(), if running.len() < 6 => {
                let Some(next) = next else { break };
                all.shares += 1;
                running.spawn(compete(Arc::clone(&common), next, dice.next()));
            }
            Some(done) = running.join_next() => all.count(done.expect("a pair of rivals")),
        }
    }
    while let Some(done) = running.join_next().await {
        all.count(done.expect("a pair of rivals"));
    }
    all
}

/// Whether it was delivered, and whether its sender ended it.
async fn compete(common: Arc<Common>, wanted: Acknowledged, seed: u64) -> (bool, bool) {
    let mut dice = Dice::from_seed(seed);
    let mut first = Collector::new(&common.clients, dice.next());
    let mut second = Collector::new(&common.clients, dice.next());
    let (got, other, ()) = tokio::join!(
        first.collect(&wanted, &common.ledger),
        second.collect(&wanted, &common.ledger),
        revoke(&common, &wanted, &mut dice),
    );
    let id = &wanted.share.id;
    assert!(!(got && other), "both rivals have {id}");
    assert!(
        got || other || wanted.revoked,
        "nobody has {id} of {} bytes",
        wanted.bytes.len()
    );
    (got || other, wanted.revoked)
}

/// The sender's second thoughts, until they are answered; from then on nobody new gets it.
async fn revoke(common: &Common, wanted: &Acknowledged, dice: &mut Dice) {
    if !wanted.revoked {
        return;
    }
    pause(dice.below(60)).await;
    let fields = [("owner", wanted.share.owner.as_str()), ("action", "revoke")];
    for _try in 0..2_000 {
        let client = any(&common.clients, dice);
        let request = client.post_request(&format!("/s/{}", wanted.share.id), &fields);
        match client.try_send(request).await {
            Ok(answer) if answer.status == 200 => break,
            Ok(answer) => assert_eq!(answer.status, 503, "a revocation: {}", answer.text()),
            Err(_) => {}
        }
        pause(30).await;
    }
    let mut late = Collector::new(&common.clients, dice.next());
    assert!(
        !late.collect(wanted, &common.ledger).await,
        "{} was collected after its revocation was answered",
        wanted.share.id
    );
}

fn any(clients: &[Client], dice: &mut Dice) -> Client {
    let chosen = dice.below(u64::try_from(clients.len()).expect("few"));
    let chosen = usize::try_from(chosen).expect("few");
    clients.get(chosen).expect("below their number").clone()
}

impl Collected {
    fn count(&mut self, (delivered, revoked): (bool, bool)) {
        self.delivered += usize::from(delivered);
        self.revoked += usize::from(revoked && !delivered);
    }
}
