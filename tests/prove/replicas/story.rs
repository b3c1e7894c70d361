//! What happens to one share while Redis fails over, and what was seen of it.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::support::{Client, Dice, Uploaded, collecting::take, ticket, wait::pause};

/// After so many rounds in which everybody is told on both servers that it is gone, it is.
const GONE_FOR_GOOD: u32 = 4;
const PASSPHRASE: &str = "correct horse battery";

/// One acknowledged share.
pub(crate) struct Story {
    share: Uploaded,
    bytes: Vec<u8>,
    passphrase: bool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Every ticket that asked, and how many bytes from the beginning it has got.
    tickets: BTreeMap<String, usize>,
    revocation_asked: bool,
    revoked: Option<Instant>,
    /// Since the last look every ticket was told that it is gone.
    all_gone: bool,
    log: Vec<String>,
}

/// How a story ended.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Ended {
    /// One ticket has the whole file.
    Collected,
    /// Its owner revoked it, answered or not.
    Revoked,
    /// Nobody revoked it and nobody can have it.
    Lost,
}

impl Story {
    /// Uploads; `None` if it was refused with 503 or the connection broke.
    pub(crate) async fn begin(client: &Client, dice: &mut Dice) -> Option<Self> {
        let length = 1 + dice.below(150_000);
        let bytes = dice.bytes(usize::try_from(length).expect("it is small"));
        let passphrase = dice.below(8) == 0;
        let fields: &[(&str, &str)] = if passphrase {
            &[("passphrase", PASSPHRASE)]
        } else {
            &[]
        };
        let request = client.upload_request(bytes.clone(), "story.bin", fields);
        let answer = client.try_send(request).await.ok()?;
        if answer.status != 201 {
            answer.problem(503);
            return None;
        }
        let share = answer.json::<crate::support::views::Created>().into();
        Some(Self {
            share,
            bytes,
            passphrase,
            seen: Mutex::default(),
        })
    }

    /// Something happens to it, in part on one server and in part on the other.
    pub(crate) async fn live(&self, clients: &[Client; 2], mut dice: Dice) {
        pause(dice.below(250)).await;
        let first = usize::from(dice.below(2) == 0);
        let (here, there) = (&clients[first], &clients[1 - first]);
        let (one, two) = (ticket(), ticket());
        let length = self.bytes.len();
        match dice.below(7) {
            0 => {}
            1 => {
                self.collect(here, &one, usize::MAX).await;
                if dice.below(2) == 0 {
                    let ack = here.post_request(&format!("/r/{}/{one}/ack", self.share.id), &[]);
                    let _whatever_it_says = here.try_send(ack).await;
                }
            }
            2 => {
                tokio::join!(
                    self.collect(here, &one, usize::MAX),
                    self.collect(there, &two, usize::MAX)
                );
            }
            3 => {
                self.collect(here, &one, 1 + length / 3).await;
                pause(dice.below(100)).await;
                self.collect(there, &one, usize::MAX).await;
            }
            4 => {
                let revocation = async {
                    pause(dice.below(60)).await;
                    self.revoke(there).await;
                };
                tokio::join!(self.collect(here, &one, usize::MAX), revocation);
                self.collect(here, &two, usize::MAX).await;
            }
            5 => {
                self.reserve(here, &one).await;
                pause(dice.below(150)).await;
                self.collect(there, &one, usize::MAX).await;
                self.collect(here, &two, usize::MAX).await;
            }
            _ => {
                for _ in 0..=dice.below(5) {
                    let guess = here.reserve_request(&self.share, &two, Some("a wrong guess"));
                    let _whatever_it_says = here.try_send(guess).await;
                }
                self.unlock(there).await;
                self.collect(there, &one, usize::MAX).await;
            }
        }
    }

    /// Everybody tries again, on both servers, until one has it all or time is up.
    pub(crate) async fn settle(&self, clients: &[Client; 2]) -> Ended {
        let deadline = Instant::now() + Duration::from_secs(25);
        let stranger = ticket();
        let mut gone = 0;
        loop {
            self.look(|seen| seen.all_gone = true);
            let mut tickets = self.tickets();
            tickets.push(stranger.clone());
            for ticket in &tickets {
                for client in clients {
                    if !self.is_whole() {
                        self.unlock(client).await;
                        self.collect(client, ticket, usize::MAX).await;
                    }
                }
            }
            if self.is_whole() {
                self.too_late(clients).await;
                return Ended::Collected;
            }
            let asked = self.look(|seen| seen.revocation_asked);
            if asked && self.revoke(&clients[0]).await && self.revoke(&clients[1]).await {
                self.too_late(clients).await;
                return Ended::Revoked;
            }
            gone = if self.look(|seen| seen.all_gone) {
                gone + 1
            } else {
                0
            };
            if gone == GONE_FOR_GOOD || Instant::now() > deadline {
                return if asked { Ended::Revoked } else { Ended::Lost };
            }
            pause(150).await;
        }
    }

    /// Nobody else gets a byte now.
    async fn too_late(&self, clients: &[Client; 2]) {
        for client in clients {
            self.collect(client, &ticket(), usize::MAX).await;
        }
    }

    /// How many tickets have got content.
    pub(crate) fn recipients(&self) -> usize {
        self.look(|seen| seen.tickets.values().filter(|got| **got > 0).count())
    }

    /// What was seen, to find out what went wrong.
    pub(crate) fn told(&self) -> String {
        let log = self.look(|seen| seen.log.join("\n  "));
        format!("{} of {} bytes:\n  {log}", self.share.id, self.bytes.len())
    }

    async fn reserve(&self, client: &Client, ticket: &str) -> bool {
        self.look(|seen| {
            seen.tickets.entry(ticket.to_owned()).or_default();
        });
        let passphrase = self.passphrase.then_some(PASSPHRASE);
        let request = client.reserve_request(&self.share, ticket, passphrase);
        let status = client
            .try_send(request)
            .await
            .map_or(0, |answer| answer.status);
        self.note(&format!("reserve {ticket:.6}: {status}"));
        self.look(|seen| seen.all_gone &= status == 410);
        status == 200
    }

    /// Reserves and takes up to `enough` bytes. What arrives must be the file's.
    async fn collect(&self, client: &Client, ticket: &str, enough: usize) {
        if !self.reserve(client, ticket).await {
            return;
        }
        let asked = Instant::now();
        let arrived = take(client, &self.share, ticket, 0, enough).await;
        let (status, got) = (arrived.status, arrived.bytes.len());
        self.note(&format!("download {ticket:.6}: {status}, {got} bytes"));
        if status != 200 || got == 0 {
            return;
        }
        assert!(
            self.bytes.starts_with(&arrived.bytes) && (!arrived.clean || got == self.bytes.len()),
            "other bytes than were uploaded, or a clean end too early: {}",
            self.told()
        );
        let revoked = self.look(|seen| seen.revoked);
        assert!(
            revoked.is_none_or(|revoked| asked < revoked),
            "it opened after an answered revocation: {}",
            self.told()
        );
        self.look(|seen| {
            let most = seen.tickets.entry(ticket.to_owned()).or_default();
            *most = got.max(*most);
        });
    }

    /// Whether the owner was told that it is over.
    async fn revoke(&self, client: &Client) -> bool {
        self.look(|seen| seen.revocation_asked = true);
        let fields = [("owner", self.share.owner.as_str()), ("action", "revoke")];
        let request = client.post_request(&format!("/s/{}", self.share.id), &fields);
        let Ok(answer) = client.try_send(request).await else {
            return false;
        };
        self.note(&format!("revoke: {} {}", answer.status, answer.text()));
        if answer.status == 200 {
            self.look(|seen| seen.revoked = seen.revoked.or(Some(Instant::now())));
        }
        answer.status == 200
    }

    async fn unlock(&self, client: &Client) {
        if self.passphrase {
            let fields = [("owner", self.share.owner.as_str()), ("action", "unlock")];
            let request = client.post_request(&format!("/s/{}", self.share.id), &fields);
            let _whatever_it_says = client.try_send(request).await;
        }
    }

    fn tickets(&self) -> Vec<String> {
        self.look(|seen| seen.tickets.keys().cloned().collect())
    }

    fn is_whole(&self) -> bool {
        self.look(|seen| seen.tickets.values().any(|got| *got == self.bytes.len()))
    }

    fn note(&self, what: &str) {
        self.look(|seen| seen.log.push(what.to_owned()));
    }

    fn look<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().expect("no holder panicked"))
    }
}
