//! Redis as the servers see it: the one script, its lost replies, time to live, replica and failover.

use onetimeshare::share::{Fate, Phase, Share, State, Visible};

use crate::machine::How;
use crate::records::{FateRec, Rec};
use crate::setup::{at, ticket_of};
use crate::turn::Turn;
use crate::world::{Keys, Swap};

/// How a swap went, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Done,
    Conflict,
    /// The caller gives up: it may or may not have been written.
    Unknown,
    /// No answer came; the same bytes will be sent again.
    Again,
}

impl Turn<'_> {
    /// The write of a share that goes on: `next` with fresh writer bytes, over what the operation has read.
    pub(crate) fn prepare_share(&mut self, next: &Share) {
        self.op_mut().share = Rec::NONE;
        let world = *self.world;
        let writer_bytes = self.machine.setup.rules.writer_bytes;
        let table = &self.machine.table;
        self.op_mut().share = table.write(next, writer_bytes, |rec| world.mentions(rec));
    }

    /// The write of an end.
    pub(crate) fn prepare_end(&mut self, fate: &Fate) {
        self.op_mut().share = Rec::NONE;
        self.op_mut().fate = FateRec::NONE;
        let world = *self.world;
        let writer_bytes = self.machine.setup.rules.writer_bytes;
        let table = &self.machine.table;
        self.op_mut().fate = table.write_fate(fate, writer_bytes, |fate| world.mentions_fate(fate));
        self.op_mut().listed = fate.ticket.as_ref().map(ticket_of);
        self.op_mut().flags.abandons = fate.without_record() == Visible::Abandoned;
    }

    /// Sends what was prepared.
    pub(crate) fn send(&mut self, how: How) -> Sent {
        let op = self.op();
        let swap = Swap {
            read: op.read,
            share: op.share,
            fate: op.fate,
        };
        let sent = match how {
            How::Lost | How::Cut => {
                if how == How::Lost {
                    self.run_script(swap);
                }
                self.op_mut().flags.resent = op.at.minds_resending();
                return Sent::Again;
            }
            How::Failed => Sent::Unknown,
            How::Late => {
                self.world.late = Some(swap);
                Sent::Unknown
            }
            _ if self.run_script(swap) => {
                self.op_mut().read = swap.share;
                Sent::Done
            }
            _ => Sent::Conflict,
        };
        self.op_mut().fate = FateRec::NONE;
        self.op_mut().share = Rec::NONE;
        sent
    }

    /// The script of `ShareStore`, line by line. True: it answered 1.
    pub(crate) fn run_script(&mut self, swap: Swap) -> bool {
        let table = &self.machine.table;
        let stored = self.world.primary.share;
        if self.machine.setup.rules.compare_and_swap {
            if swap.share.is_some() && stored == swap.share {
                return true;
            }
            if stored != swap.read {
                return !swap.share.is_some() && self.world.primary.fate == swap.fate;
            }
            let begins = !swap.read.is_some() && swap.share.is_some();
            let had_one = self.world.primary.fate != FateRec::NONE;
            if self.machine.setup.rules.begins_once && begins && had_one {
                return false;
            }
        }
        let written = table.share(swap.share);
        self.world.primary = match &written {
            Some(next) => Keys {
                share: swap.share,
                fate: table.write_fate(&next.value.fate(), false, |_| false),
            },
            None => Keys {
                share: Rec::NONE,
                fate: swap.fate,
            },
        };
        if written.is_none() {
            self.note_end(stored, swap.fate);
        }
        self.expire_keys();
        true
    }

    /// An end took effect: it must have been due, by what its sender or recipient was promised.
    fn note_end(&mut self, ended: Rec, fate: FateRec) {
        let now = at(self.world.now);
        let past = &self.world.past;
        let fate = self.machine.table.fate(fate).expect("an end has a fate");
        let share = self.machine.table.share(ended);
        let due = match (fate.value.phase, share.as_ref().map(|share| &share.value)) {
            (Phase::Revoked, _) => past.ordered || !past.acknowledged,
            (Phase::Delivered, _) if past.acked => true,
            (Phase::Delivered | Phase::BrokenOff, Some(share)) => match &share.state {
                State::Delivering(delivery) => {
                    let by_time = now >= delivery.lease_until || now >= delivery.hard_end;
                    let all = delivery.mark == share.facts.size;
                    by_time || all && delivery.grace_until.is_some_and(|until| now >= until)
                }
                _ => false,
            },
            (Phase::Expired, Some(share)) => match &share.state {
                State::Reserved { hold, .. } => {
                    now >= hold.lapses_at && self.world.now >= past.expires
                }
                State::Available { .. } => self.world.now >= past.expires,
                _ => false,
            },
            (Phase::Abandoned, _) => {
                !past.acknowledged || past.forgot || self.world.now >= past.expires
            }
            _ => false,
        };
        let past = &mut self.world.past;
        past.unlawful |= !due;
        past.ended = true;
    }

    /// Redis's own time to live, on both sides.
    pub(crate) fn expire_keys(&mut self) {
        let now = at(self.world.now);
        let table = &self.machine.table;
        let over = |rec: Rec| {
            let share = table.share(rec);
            share.is_some_and(|share| now >= share.value.kept_until())
        };
        if over(self.world.primary.share) {
            self.world.primary.share = Rec::NONE;
            self.world.past.ended = true;
        }
        if over(self.world.replica.share) {
            self.world.replica.share = Rec::NONE;
        }
    }

    /// The replica takes over as it stands: what it had not received is forgotten.
    pub(crate) fn fail_over(&mut self) {
        let table = &self.machine.table;
        let committed = |rec: Rec| {
            let share = table.share(rec);
            share.is_some_and(|share| !matches!(share.value.state, State::Receiving { .. }))
        };
        let world = &mut *self.world;
        world.past.failovers += 1;
        world.past.came_back |= world.past.ended;
        world.past.forgot |= world.past.acknowledged && !committed(world.replica.share);
        world.primary = world.replica;
        if world.past.failovers == self.machine.setup.failovers {
            // Nobody will look at it again.
            world.replica = Keys::default();
        }
    }
}
