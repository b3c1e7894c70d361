//! `vault/ending.rs`, `vault/owner.rs` and the sweep of `vault/cleanup.rs`.

use onetimeshare::share::{Due, Ending, Phase, State, Visible};

use crate::machine::How;
use crate::redis::Sent;
use crate::setup::{at, digest};
use crate::turn::Turn;
use crate::world::{At, Job, TicketNo};

impl Turn<'_> {
    /// `end_with` from its swap on; whose conflict or error it is decides what follows.
    pub(crate) fn end(&mut self, how: How) {
        match (self.send(how), self.op().job) {
            (Sent::Again, _) => {}
            (Sent::Done, _) => self.forget_and_go(At::UnlinkPublished),
            (Sent::Conflict, Job::Acknowledge(_) | Job::Revoke) => {
                self.op_mut().listed = None;
                self.op_mut().flags.abandons = false;
                self.forget_and_go(At::Read);
            }
            (Sent::Conflict, Job::Upload) => {
                self.op_mut().listed = None;
                self.forget_and_go(At::UnlinkPublished);
            }
            (Sent::Unknown, Job::Upload) => self.go(At::TakeBack),
            (Sent::Conflict | Sent::Unknown, _) => self.finish(),
        }
    }

    /// `end_by_recipient`.
    pub(crate) fn acknowledge(&mut self, ticket: TicketNo) {
        self.world.past.acked = true;
        let read = self.read();
        let fate = match &read {
            Some(read) => Some(read.value.fate()),
            None => self.fate(),
        };
        let Some(fate) = fate.filter(|fate| fate.ticket == Some(digest(ticket))) else {
            return self.finish();
        };
        let Some(read) = read else {
            return match fate.without_record() {
                Visible::Delivered | Visible::BrokenOff => self.clear(&fate),
                _ => self.finish(),
            };
        };
        match read.value.end(Ending::Acknowledged, self.now()) {
            Ok(fate) => {
                self.prepare_end(&fate);
                self.go(At::EndWrite);
            }
            Err(_) => self.finish(),
        }
    }

    /// `end_by_order`.
    pub(crate) fn revoke(&mut self) {
        let now = self.now();
        match (self.read(), self.fate()) {
            (Some(read), _) => {
                let fate = read.value.end(Ending::Revoked, now);
                self.prepare_end(&fate.expect("an order ends every share"));
                self.go(At::EndWrite);
            }
            (None, Some(fate)) if fate.is_gone(now) => self.clear(&fate),
            (None, Some(mut fate)) => {
                fate.phase = Phase::Revoked;
                fate.ended_at = Some(now);
                self.prepare_end(&fate);
                self.go(At::EndWrite);
            }
            (None, None) => self.finish(),
        }
    }

    /// `unlock`.
    pub(crate) fn unlock(&mut self, how: How) {
        if self.op().at == At::UnlockWrite {
            return match self.send(how) {
                Sent::Done | Sent::Unknown => self.finish(),
                Sent::Conflict => self.forget_and_go(At::Read),
                Sent::Again => {}
            };
        }
        match self.read() {
            Some(read) if read.value.is_locked() => {
                self.prepare_share(&read.value.unlock());
                self.go(At::UnlockWrite);
            }
            _ => self.finish(),
        }
    }

    /// `settle`, with the moment at which the sweep began.
    pub(crate) fn sweep(&mut self) {
        let now = self.op().now;
        match (self.read(), self.fate()) {
            (Some(read), _) => match read.value.due(at(now)) {
                Due::NotBefore(_) => {
                    if !self.record_lost_claim(now) {
                        self.finish();
                    }
                }
                Due::End(ending) => match read.value.end(ending, at(now)) {
                    Ok(fate) => {
                        self.prepare_end(&fate);
                        self.go(At::EndWrite);
                    }
                    Err(_) => self.finish(),
                },
            },
            (None, Some(fate)) if fate.is_gone(at(now)) => self.clear(&fate),
            (None, _) => self.finish(),
        }
    }

    /// `take_back`: nobody has the link, so everything goes.
    pub(crate) fn take_back(&mut self) {
        let own = self.op().read;
        let (now, found) = (self.now(), self.read());
        if found.is_none() {
            self.op_mut().read = own;
        }
        let share = self.share();
        let ending = match share.state {
            State::Receiving { .. } => Ending::Abandoned,
            _ => Ending::Revoked,
        };
        let mut fate = share.end(ending, now).expect("every state has its end");
        fate.size = 0;
        self.prepare_end(&fate);
        self.go(At::EndWrite);
    }
}
