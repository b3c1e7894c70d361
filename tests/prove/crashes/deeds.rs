//! What is done until the server dies, and what must hold when it is back.

use std::path::PathBuf;

use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::{lane::Lane, places::Deed};
use crate::support::{
    ADMIN_PASSWORD, Client, Uploaded,
    collecting::{Arrived, open},
    collector::{Acknowledged, Collector, Ledger},
    files, ticket,
    views::Token,
    wait::pause,
};

/// Long enough for three batches of an upload.
const LARGE: usize = 3_300_000;
/// Long enough for renewals of a delivery, one each 8 MiB.
const HUGE: usize = 26_000_000;
const SMALL: usize = 150_000;
const WORDS: &str = "correct horse battery";

/// What was there when the server died, and what of it may still be had.
pub(super) enum Left {
    /// Nothing was acknowledged: a sweep leaves nothing of it.
    Nothing,
    /// A share that somebody must be able to collect; who has begun is the first of them.
    Living(Box<(Acknowledged, Collector, Ledger)>),
    /// A share whose end was asked for.
    Ending(Box<(Acknowledged, Collector)>),
    /// A share whose end needs nobody to ask for it.
    Over(Uploaded),
    /// A folder that must go.
    Folder(PathBuf),
}

impl Lane {
    /// Does the deed; the server dies meanwhile.
    pub(super) async fn provoke(&mut self, deed: Deed, place: &str) -> Left {
        let victim = self.victim.client().clone();
        match deed {
            Deed::Upload | Deed::SlowUpload => {
                let bytes = self.dice.bytes(LARGE);
                // Committed without an answer it has no known link, and ends by its own time.
                let request = victim.upload_request(bytes, "a.bin", &[("expires", "2s")]);
                nobody_answers(&victim, request, place).await;
                Left::Nothing
            }
            Deed::UploadTwo => {
                let mut form = Form::new().text("expires", "2s");
                for name in ["a.bin", "b.bin"] {
                    let file = Part::bytes(self.dice.bytes(LARGE)).file_name(name);
                    form = form.part("file", file);
                }
                let request = victim.request(Method::POST, "/upload").multipart(form);
                nobody_answers(&victim, request, place).await;
                Left::Nothing
            }
            Deed::SpoiltUpload => {
                let file = Part::bytes(self.dice.bytes(LARGE)).file_name("a.bin");
                let form = Form::new().part("file", file).text("surprise", "!");
                let request = victim.request(Method::POST, "/upload").multipart(form);
                // Its refusal may arrive before the server dies over what is left of it.
                drop(victim.try_send(request).await);
                Left::Nothing
            }
            Deed::Guess | Deed::Reserve => {
                let words = (deed == Deed::Guess).then_some(WORDS);
                let wanted = self.deposit(SMALL, words, "1h").await;
                let own = self.collector();
                let request = victim.reserve_request(&wanted.share, &own.ticket, words);
                nobody_answers(&victim, request, place).await;
                living(wanted, own, Ledger::default())
            }
            Deed::Fetch | Deed::FetchWithoutGrace => {
                let (wanted, mut own, ledger) = self.reserved(SMALL).await;
                own.fetch(&victim, &wanted, &ledger, usize::MAX).await;
                if deed == Deed::FetchWithoutGrace && own.have.len() == wanted.bytes.len() {
                    return Left::Ending(Box::new((wanted, own)));
                }
                living(wanted, own, ledger)
            }
            Deed::FetchLarge => {
                let (wanted, mut own, ledger) = self.reserved(HUGE).await;
                own.fetch_slowly(&victim, &wanted).await;
                living(wanted, own, ledger)
            }
            Deed::Acknowledge => {
                let (wanted, mut own, ledger) = self.reserved(SMALL).await;
                let calm = self.calm.client().clone();
                own.fetch(&calm, &wanted, &ledger, usize::MAX).await;
                let path = format!("/r/{}/{}/ack", wanted.share.id, own.ticket);
                nobody_answers(&victim, victim.post_request(&path, &[]), place).await;
                Left::Ending(Box::new((wanted, own)))
            }
            Deed::Revoke => {
                let wanted = self.deposit(SMALL, None, "1h").await;
                let fields = [("owner", wanted.share.owner.as_str()), ("action", "revoke")];
                let path = format!("/s/{}", wanted.share.id);
                nobody_answers(&victim, victim.post_request(&path, &fields), place).await;
                Left::Ending(Box::new((wanted, self.collector())))
            }
            Deed::Expire | Deed::ExpireReserved => {
                self.expire(&victim, deed == Deed::ExpireReserved).await
            }
            Deed::PastHour => {
                let folder = self.calm.place().data().join("blobs/h0000007");
                std::fs::create_dir_all(&folder).expect("the data directory is writable");
                for name in ["pepper", "00000000-0000-4000-8000-000000000000"] {
                    std::fs::write(folder.join(name), [7; 32]).expect("the folder is writable");
                }
                self.sweep(&victim).await;
                Left::Folder(folder)
            }
            Deed::Scan => {
                let wanted = self.deposit(SMALL, None, "1h").await;
                self.sweep(&victim).await;
                let own = self.collector();
                living(wanted, own, Ledger::default())
            }
            Deed::ScanStale => {
                let wanted = self.deposit(SMALL, None, "1h").await;
                let data = self.calm.place().data().to_owned();
                let blob = files::blob(&data, &wanted.share.id).expect("it was acknowledged");
                self.calm.client().owner(&wanted.share, "revoke").await;
                std::fs::write(blob, [7; 32]).expect("the folder is writable");
                self.sweep(&victim).await;
                Left::Over(wanted.share)
            }
            Deed::Stop => {
                let (wanted, mut own, ledger) = self.reserved(SMALL).await;
                own.fetch(&victim, &wanted, &ledger, 1).await;
                self.victim.ask_to_end();
                living(wanted, own, ledger)
            }
            Deed::Start | Deed::StartRedis | Deed::Adopt | Deed::KillRedis | Deed::StopRedis => {
                panic!("{deed:?} is a deed on a server alone")
            }
        }
    }

    /// A share that is reserved, through the server that lives on.
    async fn reserved(&mut self, length: usize) -> (Acknowledged, Collector, Ledger) {
        let wanted = self.deposit(length, None, "1h").await;
        let own = self.collector();
        let calm = self.calm.client();
        calm.reserve(&wanted.share, &own.ticket, None).await;
        (wanted, own, Ledger::default())
    }

    /// The server that lives on sweeps, too: whichever is first. Until it is the other one another share runs out.
    async fn expire(&mut self, victim: &Client, reserved: bool) -> Left {
        for _try in 0..5 {
            let share = self.deposit(SMALL, None, "1s").await.share;
            if reserved {
                self.calm.client().reserve(&share, &ticket(), None).await;
            }
            let data = self.calm.place().data().to_owned();
            while self.victim.alive() && files::blob(&data, &share.id).is_some() {
                pause(100).await;
                self.sweep(victim).await;
            }
            // What the answer to a sweep came before.
            pause(200).await;
            if !self.victim.alive() {
                return Left::Over(share);
            }
        }
        panic!("five shares ran out, and the server never came to the place");
    }

    /// Asks for a sweep; no answer if the server dies over it.
    async fn sweep(&self, victim: &Client) {
        // Sessions are shared, so the server that lives on signs in.
        let calm = self.calm.client();
        let signed_in = calm.post("/auth/token", &[("password", ADMIN_PASSWORD)]);
        let token: Token = signed_in.await.expect(200).json();
        let request = victim
            .post_request("/admin/cleanup", &[("apply", "true")])
            .bearer_auth(token.token);
        drop(victim.try_send(request).await);
    }

    /// What must hold once the server is back.
    pub(super) async fn holds(&mut self, left: Left, place: &str) {
        match left {
            Left::Nothing => {}
            Left::Over(share) => self.gone(&share, place).await,
            Left::Folder(folder) => {
                assert!(!folder.exists(), "{place}: the start left a past hour");
            }
            Left::Living(living) => {
                let (wanted, own, ledger) = *living;
                self.one_collects(wanted, own, ledger, place).await;
            }
            Left::Ending(ending) => {
                let (wanted, own) = *ending;
                self.ends(&wanted, own, place).await;
            }
        }
        self.calm.swept_clean().await;
    }

    /// Exactly one of two gets it; who held the claim when the server died is the one.
    pub(super) async fn one_collects(
        &mut self,
        wanted: Acknowledged,
        mut own: Collector,
        ledger: Ledger,
        place: &str,
    ) {
        let blob = files::blob(self.calm.place().data(), &wanted.share.id);
        let blob = blob.unwrap_or_else(|| panic!("{place}: an acknowledged blob is gone"));
        let claimed = blob.extension().is_some();
        own.clients = vec![self.victim.client().clone(), self.calm.client().clone()];
        let mut rival = self.collector();
        let late = if self.dice.below(4) == 0 { 1_500 } else { 0 };
        let own_turn = async {
            pause(late).await;
            own.collect(&wanted, &ledger).await
        };
        let fared = tokio::join!(own_turn, rival.collect(&wanted, &ledger));
        assert!(
            fared.0 != fared.1,
            "{place}: of two rivals not exactly one has it: {fared:?}"
        );
        assert!(
            fared.0 || !claimed,
            "{place}: the claim was the first one's, but the other one has it"
        );
        assert_eq!(ledger.doubles(), Vec::<String>::new(), "{place}");
        self.gone(&wanted.share, place).await;
    }

    /// Once its end is on record it stays ended; before that whoever asked for it can ask again.
    async fn ends(&mut self, wanted: &Acknowledged, mut own: Collector, place: &str) {
        if self.has_record(&wanted.share) {
            if own.have.is_empty() {
                self.victim.client().owner(&wanted.share, "revoke").await;
            } else {
                own.clients = vec![self.victim.client().clone()];
                own.acknowledge(wanted).await;
            }
        }
        self.gone(&wanted.share, place).await;
        let again = self.calm.client().download(&wanted.share, &own.ticket);
        assert_eq!(again.await.status, 410, "{place}: ended, and yet served");
    }

    async fn gone(&self, share: &Uploaded, place: &str) {
        for client in [self.calm.client(), self.victim.client()] {
            assert_eq!(client.inspect(share).await.status, 410, "{place}");
            let late = client.try_reserve(share, &ticket(), None).await;
            assert_eq!(late.status, 410, "{place}: {}", late.text());
        }
    }

    fn has_record(&self, share: &Uploaded) -> bool {
        let place = self.calm.place();
        let keys = self.calm.redis().keys(place.prefix());
        let own = |key: &String| key.contains(&share.id) && key.ends_with(":share");
        keys.iter().any(own)
    }
}

impl Collector {
    /// Fetches from the beginning at a pace at which the delivery is renewed meanwhile; whatever comes, until it breaks.
    async fn fetch_slowly(&mut self, client: &Client, wanted: &Acknowledged) {
        let mut response = open(client, &wanted.share, &self.ticket).await;
        let mut arrived = Arrived::default();
        while let Ok(Some(chunk)) = response.chunk().await {
            arrived.bytes.extend_from_slice(&chunk);
            pause(1).await;
        }
        self.have = arrived.bytes;
        assert!(
            wanted.bytes.starts_with(&self.have),
            "the pieces are not the file"
        );
    }
}

fn living(wanted: Acknowledged, own: Collector, ledger: Ledger) -> Left {
    Left::Living(Box::new((wanted, own, ledger)))
}

async fn nobody_answers(client: &Client, request: reqwest::RequestBuilder, place: &str) {
    if let Ok(answer) = client.try_send(request).await {
        panic!(
            "{place}: an answer came although the server was to die: {} {}",
            answer.status,
            answer.text()
        );
    }
}
