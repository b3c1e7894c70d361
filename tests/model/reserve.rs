//! `vault/collect/reserve.rs`, and `why_missing` of `vault/access.rs`.

use onetimeshare::share::{Admission, Guess, Share, State};

use crate::blobs::Holder;
use crate::machine::How;
use crate::records::Rec;
use crate::redis::Sent;
use crate::setup::{at, digest, ticket_of, ticket_wrap};
use crate::turn::Turn;
use crate::world::{At, Job, TicketNo};

/// Whether the record holds a wrap of this ticket.
pub(crate) fn names_ticket(share: &Share, ticket: TicketNo) -> bool {
    match &share.state {
        State::Reserved { hold, .. } => hold.ticket == digest(ticket),
        State::Delivering(delivery) => delivery.ticket == digest(ticket),
        _ => false,
    }
}

/// Whether the link opens it.
pub(crate) fn has_link_wrap(share: &Share) -> bool {
    matches!(
        share.state,
        State::Available { .. } | State::Reserved { .. }
    )
}

impl Turn<'_> {
    /// `make_reservation`, `count_guess`, `take` and `refund`.
    pub(crate) fn reserve(&mut self, ticket: TicketNo, right: bool, how: How) {
        match self.op().at {
            At::Read => match self.read() {
                Some(_) => self.go(At::Admit),
                None => self.finish(),
            },
            At::Admit => self.admit(ticket),
            At::Holder => match self.holder(ticket) {
                Holder::Nobody | Holder::Own => self.guess(ticket),
                Holder::Other | Holder::Missing => self.forget_and_go(At::Why),
            },
            At::CountWrite => match self.send(how) {
                Sent::Done => {
                    self.op_mut().flags.counted = true;
                    self.go(At::Derive);
                }
                Sent::Conflict => self.forget_and_go(At::Read),
                Sent::Unknown => self.finish(),
                Sent::Again => {}
            },
            At::Derive if right => self.go(At::Open),
            At::Derive => {
                self.world.past.wrong += 1;
                self.finish();
            }
            At::Open if self.can_open(ticket) => self.take(ticket),
            At::Open => self.forget_and_go(At::Why),
            At::ReserveWrite => match self.send(how) {
                Sent::Done => self.grant(),
                Sent::Conflict => {
                    if self.may_have_been_done() && self.machine.setup.rules.reserves_once {
                        self.op_mut().flags.counted = false;
                    }
                    self.forget_and_go(At::ReserveReread);
                }
                Sent::Unknown => self.finish(),
                Sent::Again => {}
            },
            At::ReserveReread => match self.read() {
                Some(_) => self.take(ticket),
                None => self.finish(),
            },
            At::RefundRead => match self.read() {
                Some(read) => {
                    self.prepare_share(&read.value.refund_guess());
                    self.go(At::RefundWrite);
                }
                None => self.finish(),
            },
            At::RefundWrite => match self.send(how) {
                Sent::Done | Sent::Unknown => self.finish(),
                Sent::Conflict => {
                    if self.may_have_been_done() && self.machine.setup.rules.refunds_once {
                        self.finish();
                    } else {
                        self.forget_and_go(At::RefundRead);
                    }
                }
                Sent::Again => {}
            },
            other => unreachable!("{other:?} is no step of a reservation"),
        }
    }

    /// Whether the write that met another one had been sent before without an answer.
    fn may_have_been_done(&mut self) -> bool {
        std::mem::take(&mut self.op_mut().flags.resent)
    }

    fn admit(&mut self, ticket: TicketNo) {
        let share = self.share();
        let now = self.now();
        let admission = share.admit(&digest(ticket), now);
        let idempotence = self.machine.setup.rules.idempotence;
        if admission == Ok(Admission::Own) && names_ticket(&share, ticket) {
            // The same answer again, if the blob opens.
            match (idempotence, self.can_open(ticket)) {
                (false, _) => self.finish(),
                (true, true) => self.grant(),
                (true, false) => self.forget_and_go(At::Why),
            }
            return;
        }
        self.op_mut().now = self.world.now;
        let holds_claim = idempotence && has_link_wrap(&share) && self.is_claimed_by(ticket);
        self.op_mut().flags.holds_claim = holds_claim;
        if holds_claim {
            self.guess(ticket);
        } else if admission.is_ok() {
            self.go(At::Holder);
        } else {
            self.finish();
        }
    }

    /// A guess is counted before anything is derived from it, unless the claim shows that it was right before.
    fn guess(&mut self, ticket: TicketNo) {
        let share = self.share();
        let now = at(self.op().now);
        if !self.op().flags.holds_claim && share.facts.passphrase.is_some() {
            match share.count_guess(&digest(ticket), now) {
                Ok(next) => {
                    self.prepare_share(&next);
                    self.go(At::CountWrite);
                }
                Err(_) => self.forget_and_go(At::Read),
            }
        } else if share.facts.passphrase.is_some() {
            self.go(At::Derive);
        } else {
            self.go(At::Open);
        }
        self.op_mut().now = 0;
    }

    /// The key is right and the blob opens: computes the reservation, or for the holder of the claim the delivery.
    fn take(&mut self, ticket: TicketNo) {
        let (now, times) = (self.now(), self.machine.setup.times());
        let share = self.share();
        let wrap = ticket_wrap(ticket);
        let next = if self.op().flags.holds_claim {
            share.claim_won(digest(ticket), wrap, now, &times)
        } else {
            let guess = if self.op().flags.counted {
                Guess::Counted
            } else {
                Guess::None
            };
            share.reserve(digest(ticket), wrap, guess, now, &times)
        };
        match next {
            Ok(next) => {
                self.prepare_share(&next);
                self.go(At::ReserveWrite);
            }
            Err(_) => self.refund_or_finish(),
        }
    }

    fn refund_or_finish(&mut self) {
        let counted = self.op().flags.counted;
        self.op_mut().promised = Rec::NONE;
        if counted {
            self.forget_and_go(At::RefundRead);
        } else {
            self.finish();
        }
    }

    /// `look_for`: the share has ended, another ticket has claimed it, or the blob is lost.
    pub(crate) fn why_missing(&mut self, how: How) {
        match self.op().at {
            At::Why => {
                let found = self.read();
                if found.is_none() {
                    self.refund_or_finish();
                } else if self.op().promised == self.op().read {
                    let past = &mut self.world.past;
                    // Of what was never acknowledged nobody has the link.
                    past.called_damaged |= past.acknowledged && !past.ended && !past.forgot;
                    self.refund_or_finish();
                } else {
                    self.go(At::WhyHolder);
                }
            }
            At::WhyHolder => match self.holder(self.asking()) {
                Holder::Missing => {
                    self.op_mut().promised = self.op().read;
                    self.go(At::Why);
                }
                Holder::Other if self.record_lost_claim(self.world.now) => {}
                Holder::Other | Holder::Nobody | Holder::Own => self.refund_or_finish(),
            },
            _ => match self.send(how) {
                Sent::Done | Sent::Conflict | Sent::Unknown => self.refund_or_finish(),
                Sent::Again => {}
            },
        }
    }

    fn asking(&self) -> TicketNo {
        match self.op().job {
            Job::Reserve(ticket) | Job::Guess(ticket) | Job::Deliver(ticket, _) => ticket,
            other => unreachable!("{other:?} does not ask for a blob"),
        }
    }

    /// `record_lost_claim`, up to its write. True: there is something to write.
    pub(crate) fn record_lost_claim(&mut self, now: u8) -> bool {
        let share = self.share();
        let State::Reserved { hold, .. } = &share.state else {
            return false;
        };
        if !self.is_claimed_by(ticket_of(&hold.ticket)) {
            return false;
        }
        let times = self.machine.setup.times();
        let wrap = hold.ticket_wrap.clone();
        let Ok(next) = share.claim_won(hold.ticket, wrap, at(now), &times) else {
            return false;
        };
        self.prepare_share(&next);
        self.go(At::LostClaimWrite);
        true
    }
}
