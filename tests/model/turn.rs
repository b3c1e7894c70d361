//! One operation at its step: what it has in its hands, and which of the vault's functions goes on with it.

use std::sync::Arc;

use onetimeshare::share::{Share, Stored, Timestamp};

use crate::machine::{How, Machine};
use crate::records::{FateRec, Rec};
use crate::setup::at;
use crate::world::{At, Flags, Job, Op, World};

/// The operation in slot `slot` at its step.
pub(crate) struct Turn<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) world: &'a mut World,
    pub(crate) slot: usize,
    /// The request was answered with a yes.
    pub(crate) granted: bool,
}

impl Turn<'_> {
    pub(crate) fn op(&self) -> Op {
        self.world.ops[self.slot]
    }

    pub(crate) fn op_mut(&mut self) -> &mut Op {
        &mut self.world.ops[self.slot]
    }

    pub(crate) fn now(&self) -> Timestamp {
        at(self.world.now)
    }

    pub(crate) fn go(&mut self, at: At) {
        self.op_mut().at = at;
    }

    /// What was read before does not matter any more.
    pub(crate) fn forget_and_go(&mut self, at: At) {
        self.op_mut().read = Rec::NONE;
        self.go(at);
    }

    pub(crate) fn finish(&mut self) {
        *self.op_mut() = Op::default();
    }

    pub(crate) fn grant(&mut self) {
        self.granted = true;
        self.finish();
    }

    /// Reads the record into the operation's hands.
    pub(crate) fn read(&mut self) -> Option<Arc<Stored<Share>>> {
        self.op_mut().read = self.world.primary.share;
        self.machine.share(self.op().read)
    }

    /// The record the operation has read.
    pub(crate) fn share(&self) -> Share {
        let share = self.machine.share(self.op().read);
        share
            .expect("the operation has read a record")
            .value
            .clone()
    }

    pub(crate) fn fate(&self) -> Option<onetimeshare::share::Fate> {
        let fate: FateRec = self.world.primary.fate;
        self.machine.table.fate(fate).map(|fate| fate.value.clone())
    }

    pub(crate) fn begin(&mut self, job: Job) {
        let now = self.world.now;
        *self.op_mut() = Op {
            job,
            flags: Flags::default(),
            ..Op::default()
        };
        match job {
            Job::Sweep => self.op_mut().now = now,
            Job::Revoke => self.world.past.ordered = true,
            Job::Unlock => self.world.past.unlocks += 1,
            Job::Upload => self.begin_upload(),
            _ => {}
        }
    }

    pub(crate) fn step(&mut self, how: How) {
        match self.op().at {
            At::Why | At::WhyHolder | At::LostClaimWrite => return self.why_missing(how),
            At::UnlinkPublished | At::UnlinkClaimed | At::List | At::UnlinkListed => {
                return self.remove();
            }
            At::EndWrite => return self.end(how),
            _ => {}
        }
        match self.op().job {
            Job::Idle => {}
            Job::Reserve(ticket) => self.reserve(ticket, true, how),
            Job::Guess(ticket) => self.reserve(ticket, false, how),
            Job::Deliver(ticket, from)
                if self.op().is_streaming() || self.op().at == At::Stream =>
            {
                self.stream(ticket, from, how);
            }
            Job::Deliver(ticket, from) => self.deliver(ticket, from, how),
            Job::Acknowledge(ticket) => self.acknowledge(ticket),
            Job::Revoke => self.revoke(),
            Job::Unlock => self.unlock(how),
            Job::Sweep => self.sweep(),
            Job::Upload => self.upload(how),
        }
    }
}
