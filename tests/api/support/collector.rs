//! One who wants a share and does not give up, and the ledger of who ever got a byte of what.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use super::{
    Client, Dice, Uploaded,
    collecting::{Arrived, take},
    ticket,
    wait::pause,
};

/// A share whose 201 has arrived, and what it holds.
pub(crate) struct Acknowledged {
    pub(crate) share: Uploaded,
    pub(crate) bytes: Vec<u8>,
    pub(crate) passphrase: Option<String>,
    /// Whether somebody ends it meanwhile.
    pub(crate) revoked: bool,
}

/// Per share, the tickets that ever got a byte of content.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<String, BTreeSet<String>>>);

/// A recipient with a ticket of its own, who knows several servers and takes whichever answers.
pub(crate) struct Collector {
    pub(crate) clients: Vec<Client>,
    pub(crate) ticket: String,
    pub(crate) have: Vec<u8>,
    dice: Dice,
    hangs_up: bool,
}

impl Ledger {
    fn note(&self, share: &Uploaded, ticket: &str) {
        let mut recipients = self.0.lock().expect("no holder panicked");
        let of_this = recipients.entry(share.id.clone()).or_default();
        of_this.insert(ticket.to_owned());
    }

    /// How many shares somebody got a byte of.
    pub(crate) fn begun(&self) -> usize {
        self.0.lock().expect("no holder panicked").len()
    }

    /// Shares of which more than one ticket got a byte.
    pub(crate) fn doubles(&self) -> Vec<String> {
        let recipients = self.0.lock().expect("no holder panicked");
        let doubles = recipients.iter().filter(|(_, tickets)| tickets.len() > 1);
        doubles.map(|(id, _)| id.clone()).collect()
    }
}

impl Collector {
    /// One who begins with nothing. Some hang up once in the midst of a download.
    pub(crate) fn new(clients: &[Client], seed: u64) -> Self {
        let mut dice = Dice::from_seed(seed);
        Self {
            clients: clients.to_vec(),
            ticket: ticket(),
            have: Vec::new(),
            hangs_up: dice.below(3) == 0,
            dice,
        }
    }

    fn client(&mut self) -> Client {
        let count = u64::try_from(self.clients.len()).expect("few");
        let chosen = usize::try_from(self.dice.below(count)).expect("few");
        self.clients
            .get(chosen)
            .expect("below their number")
            .clone()
    }

    /// Fetches from where the bytes ended until there are `enough` more, the file is whole or the connection breaks.
    pub(crate) async fn fetch(
        &mut self,
        client: &Client,
        wanted: &Acknowledged,
        ledger: &Ledger,
        enough: usize,
    ) -> Arrived {
        let from = self.have.len();
        let mut piece = take(client, &wanted.share, &self.ticket, from, enough).await;
        if matches!(piece.status, 200 | 206) {
            if !piece.bytes.is_empty() {
                ledger.note(&wanted.share, &self.ticket);
            }
            self.have.append(&mut piece.bytes);
            assert!(
                wanted.bytes.starts_with(&self.have),
                "the pieces are not the file"
            );
        }
        piece
    }

    /// Whether it may go and fetch now; `None`: it is gone for this ticket.
    async fn reserve(&mut self, wanted: &Acknowledged) -> Option<bool> {
        let client = self.client();
        let request =
            client.reserve_request(&wanted.share, &self.ticket, wanted.passphrase.as_deref());
        match client.try_send(request).await {
            Ok(answer) if answer.status == 200 => return Some(true),
            Ok(answer) if answer.status == 410 => return None,
            // A server that died may have left a right guess counted, and every other one tries one.
            Ok(answer) if answer.status == 423 && wanted.passphrase.is_some() => {}
            Ok(answer) => assert!(
                [409, 503].contains(&answer.status),
                "a reservation was answered {}: {}",
                answer.status,
                answer.text()
            ),
            Err(_) => {}
        }
        pause(30).await;
        Some(false)
    }

    /// Reserves again after every break and resumes where the bytes ended. True with the whole file, false when told that
    /// it is gone.
    pub(crate) async fn collect(&mut self, wanted: &Acknowledged, ledger: &Ledger) -> bool {
        for _try in 0..4_000 {
            if !self.have.is_empty() && self.have.len() == wanted.bytes.len() {
                return self.acknowledge(wanted).await;
            }
            if self.have.is_empty() {
                match self.reserve(wanted).await {
                    None => return false,
                    Some(false) => continue,
                    Some(true) => {}
                }
            }
            let enough = if std::mem::take(&mut self.hangs_up) && wanted.bytes.len() > 1 {
                wanted.bytes.len() / 2
            } else {
                usize::MAX
            };
            let client = self.client();
            let piece = self.fetch(&client, wanted, ledger, enough).await;
            match piece.status {
                200 | 206 if piece.clean && self.have.len() == wanted.bytes.len() => {
                    return self.acknowledge(wanted).await;
                }
                200 | 206 => {}
                410 if wanted.revoked => return false,
                // Between reserving and fetching the ticket lapsed or lost; the next reservation tells which.
                410 => assert!(
                    self.have.is_empty(),
                    "a delivery of {} that had begun was taken away from its ticket",
                    wanted.share.id
                ),
                0 | 429 | 503 => pause(30).await,
                status => panic!(
                    "a download was answered {status}: {}",
                    String::from_utf8_lossy(&piece.bytes)
                ),
            }
        }
        panic!(
            "neither file nor end for {} after 4,000 tries",
            wanted.share.id
        );
    }

    /// Says that everything has arrived until that is answered.
    pub(crate) async fn acknowledge(&mut self, wanted: &Acknowledged) -> bool {
        let path = format!("/r/{}/{}/ack", wanted.share.id, self.ticket);
        for _try in 0..1_000 {
            let client = self.client();
            match client.try_send(client.post_request(&path, &[])).await {
                Ok(answer) if answer.status == 204 => return true,
                Ok(answer) if answer.status == 410 && wanted.revoked => return true,
                Ok(answer) => {
                    assert_eq!(answer.status, 503, "an acknowledgement: {}", answer.text());
                }
                Err(_) => {}
            }
            pause(30).await;
        }
        panic!("the acknowledgement was never answered");
    }
}
