//! `vault/deliver.rs` up to the first byte, and `vault/keeper.rs` after it.

use onetimeshare::share::{Ending, Refusal, Share, State, StreamReport};

use crate::machine::How;
use crate::records::Rec;
use crate::redis::Sent;
use crate::reserve::names_ticket;
use crate::setup::{UNIT, digest, ticket_wrap};
use crate::turn::Turn;
use crate::world::{At, Job, Op, TicketNo};

impl Op {
    /// Whether the first byte has left and the stream lives.
    pub(crate) fn is_streaming(&self) -> bool {
        matches!(
            self.at,
            At::KeeperLook | At::KeeperCompute | At::KeeperWrite | At::KeeperReread
        )
    }

    pub(crate) fn may_send(&self, units: u8) -> bool {
        let Job::Deliver(_, from) = self.job else {
            return false;
        };
        !self.flags.closed && from + self.sent < units
    }
}

impl Turn<'_> {
    /// `prepare` and `begin_delivery`.
    pub(crate) fn deliver(&mut self, ticket: TicketNo, from: u8, how: How) {
        match self.op().at {
            At::Read => {
                let now = self.now();
                match self.read() {
                    Some(read)
                        if names_ticket(&read.value, ticket) && now < read.value.look_at() =>
                    {
                        // Of this look only the wrap is kept, which is the same in every record of the ticket.
                        self.op_mut().read = Rec::NONE;
                        self.go(At::Handle);
                    }
                    _ => self.finish(),
                }
            }
            At::Handle if self.can_open(ticket) => self.go(At::ReadAgain),
            At::Handle => self.go(At::Why),
            At::ReadAgain => match self.read() {
                Some(read) if names_ticket(&read.value, ticket) => self.may_stream(ticket, from),
                _ => self.finish(),
            },
            At::Claim => {
                if self.claim(ticket) {
                    self.compute_delivery(ticket);
                } else {
                    self.finish();
                }
            }
            At::DeliverWrite => match self.send(how) {
                Sent::Done => self.go(At::LastLook),
                Sent::Conflict => self.forget_and_go(At::DeliverReread),
                Sent::Unknown => self.finish(),
                Sent::Again => {}
            },
            At::DeliverReread => match (self.read(), self.fate()) {
                (Some(_), _) => self.compute_delivery(ticket),
                (None, Some(mut fate)) if fate.phase.has_ended() => {
                    fate.ticket = Some(digest(ticket));
                    self.clear(&fate);
                }
                (None, _) => self.finish(),
            },
            At::LastLook => {
                if self.machine.setup.rules.last_look && !self.still_lies_there(ticket) {
                    return self.finish();
                }
                // Whatever leaves from here on counts as sent now.
                self.world.past.served |= 1 << ticket;
                self.world.past.late_byte |= self.world.past.answered;
                self.go(At::Stream);
            }
            other => unreachable!("{other:?} is no step of a delivery"),
        }
    }

    fn may_stream(&mut self, ticket: TicketNo, from: u8) {
        let share = self.share();
        let wanted = u64::from(self.machine.setup.units - from) * UNIT;
        let allowed = share.may_stream(&digest(ticket), self.now());
        if allowed.is_err() || share.has_claimed() && share.stream_allowance() < wanted {
            self.finish();
        } else if share.has_claimed() {
            self.compute_delivery(ticket);
        } else {
            self.go(At::Claim);
        }
    }

    fn compute_delivery(&mut self, ticket: TicketNo) {
        let (now, times) = (self.now(), self.machine.setup.times());
        let share = self.share();
        if self.op().slot == 0 {
            self.op_mut().slot = self.fresh_slot(&share);
        }
        let slot = self.op().slot.into();
        let next = share
            .claim_won(digest(ticket), ticket_wrap(ticket), now, &times)
            .and_then(|claimed| claimed.open_stream(&digest(ticket), slot, now, &times));
        match next {
            Ok(next) => {
                self.prepare_share(&next);
                self.go(At::DeliverWrite);
            }
            Err(_) => self.finish(),
        }
    }

    /// Streams have random numbers; the least one that nobody has stands for it.
    fn fresh_slot(&self, share: &Share) -> u8 {
        let used = |slot: u8| {
            let recorded = |share: &Share| match &share.state {
                State::Delivering(delivery) => {
                    delivery.slots.iter().any(|open| open.id == u64::from(slot))
                }
                _ => false,
            };
            let world = &self.world;
            let stored = [world.primary.share, world.replica.share];
            let stored = stored.into_iter().filter_map(|rec| self.machine.share(rec));
            recorded(share)
                || stored.into_iter().any(|stored| recorded(&stored.value))
                || world.ops.iter().any(|op| op.slot == slot)
        };
        (1..u8::MAX)
            .find(|slot| !used(*slot))
            .expect("few streams are open")
    }

    /// The stream and its keeper, which run side by side.
    pub(crate) fn stream(&mut self, ticket: TicketNo, from: u8, how: How) {
        match (self.op().at, how) {
            (_, How::Send) => {
                let unit = 1 << (from + self.op().sent);
                self.op_mut().sent += 1;
                self.world.past.got[usize::from(ticket - 1)] |= unit;
            }
            (At::Stream, How::Close) => {
                self.op_mut().flags.closed = true;
                self.report(ticket, from);
            }
            (At::Stream, _) => self.go(At::KeeperLook),
            (At::KeeperLook, _) => {
                if self.still_lies_there(ticket) {
                    self.report(ticket, from);
                } else {
                    self.finish();
                }
            }
            (At::KeeperCompute, _) => self.report(ticket, from),
            (At::KeeperReread, _) => match self.read() {
                Some(_) => self.compute_report(ticket, from),
                None => self.finish(),
            },
            (_, how) => match self.send(how) {
                Sent::Done => {
                    let reported = self.op().upto;
                    self.op_mut().reported = reported;
                    self.op_mut().upto = 0;
                    self.after_report();
                }
                Sent::Conflict => self.forget_and_go(At::KeeperReread),
                // It is tried again: while the stream runs at the next report, after it at once.
                Sent::Unknown if self.op().flags.closed => self.go(At::KeeperCompute),
                Sent::Unknown => self.go(At::Stream),
                Sent::Again => {}
            },
        }
    }

    fn report(&mut self, ticket: TicketNo, from: u8) {
        let sent = self.op().sent;
        self.op_mut().upto = sent;
        self.compute_report(ticket, from);
    }

    /// `Keeper::next`: after a failover the record may have forgotten the delivery.
    fn compute_report(&mut self, ticket: TicketNo, from: u8) {
        let (now, times) = (self.now(), self.machine.setup.times());
        let op = self.op();
        let report = StreamReport {
            from: u64::from(from) * UNIT,
            to: u64::from(from + op.upto) * UNIT,
            fresh: u64::from(op.upto - op.reported) * UNIT,
            closed: op.flags.closed,
        };
        let share = self.share();
        let next = || -> Result<Share, Refusal> {
            let forgotten = !matches!(share.state, State::Delivering(_));
            let share = share.claim_won(digest(ticket), ticket_wrap(ticket), now, &times)?;
            let share = if forgotten {
                share.open_stream(&digest(ticket), op.slot.into(), now, &times)?
            } else {
                share
            };
            share.report_stream(&digest(ticket), op.slot.into(), report, now, &times)
        };
        match next() {
            Ok(next) => {
                self.prepare_share(&next);
                self.go(At::KeeperWrite);
            }
            Err(_) => self.finish(),
        }
    }

    /// `begin_grace`: the last stream may end the share.
    fn after_report(&mut self) {
        if !self.op().flags.closed {
            return self.go(At::Stream);
        }
        let share = self.share();
        let now = self.now();
        match share.end(Ending::Finished, now) {
            Ok(fate) if share.is_finished(now) => {
                self.prepare_end(&fate);
                self.go(At::EndWrite);
            }
            _ => self.finish(),
        }
    }
}
