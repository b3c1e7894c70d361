//! The blob store's folder: two names, one file, and what each call of `BlobStore` finds or does there.

use onetimeshare::share::{Fate, Visible};

use crate::setup::ticket_of;
use crate::turn::Turn;
use crate::world::{At, Blob, Job, TicketNo};

/// What `BlobStore::holder` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    Own,
    Other,
    Missing,
}

impl Turn<'_> {
    /// `BlobStore::holder`. Its looks at three names are one step: a blob moves only from the first name to the second and
    /// then away, so the answer was true at one moment of the look.
    pub(crate) fn holder(&self, ticket: TicketNo) -> Holder {
        match self.world.blob {
            Blob::Published => Holder::Nobody,
            Blob::Claimed(of) if of == ticket && self.machine.setup.rules.idempotence => {
                Holder::Own
            }
            Blob::Claimed(_) => Holder::Other,
            Blob::Missing => Holder::Missing,
        }
    }

    /// `BlobStore::is_claimed_by`.
    pub(crate) fn is_claimed_by(&self, ticket: TicketNo) -> bool {
        self.world.blob == Blob::Claimed(ticket)
    }

    /// `BlobStore::is_claimed_by`, where the answer decides whether bytes may leave.
    pub(crate) fn still_lies_there(&self, ticket: TicketNo) -> bool {
        if self.machine.setup.rules.claim {
            self.is_claimed_by(ticket)
        } else {
            self.world.blob != Blob::Missing
        }
    }

    /// `BlobStore::reader`.
    pub(crate) fn can_open(&self, ticket: TicketNo) -> bool {
        self.world.blob == Blob::Published || self.is_claimed_by(ticket)
    }

    /// `BlobStore::claim`: the rename, and after it the look for one's own name.
    pub(crate) fn claim(&mut self, ticket: TicketNo) -> bool {
        let rules = self.machine.setup.rules;
        match self.world.blob {
            Blob::Published => {
                self.world.past.begun = true;
                if rules.claim {
                    self.world.blob = Blob::Claimed(ticket);
                }
                true
            }
            Blob::Claimed(of) => of == ticket && rules.idempotence,
            Blob::Missing => false,
        }
    }

    /// Begins `Vault::clear`: the removal of what a gone share left.
    pub(crate) fn clear(&mut self, fate: &Fate) {
        self.op_mut().listed = fate.ticket.as_ref().map(ticket_of);
        self.op_mut().flags.abandons = fate.without_record() == Visible::Abandoned;
        self.forget_and_go(At::UnlinkPublished);
    }

    /// One call of `BlobStore::remove`.
    pub(crate) fn remove(&mut self) {
        let op = self.op();
        match op.at {
            At::UnlinkPublished if self.world.blob == Blob::Published => self.removed(),
            At::UnlinkPublished if op.listed.is_some() => self.go(At::UnlinkClaimed),
            At::UnlinkPublished => self.go(At::List),
            At::UnlinkClaimed => match op.listed {
                Some(ticket) if self.is_claimed_by(ticket) => self.removed(),
                _ => self.go(At::List),
            },
            At::List => match self.world.blob {
                Blob::Claimed(ticket) => {
                    self.op_mut().listed = Some(ticket);
                    self.go(At::UnlinkListed);
                }
                Blob::Published | Blob::Missing => self.cleared(),
            },
            _ => match op.listed {
                Some(ticket) if self.is_claimed_by(ticket) => self.removed(),
                _ => self.cleared(),
            },
        }
    }

    fn removed(&mut self) {
        self.world.blob = Blob::Missing;
        self.cleared();
    }

    /// The answer goes out after the removal.
    fn cleared(&mut self) {
        let answers = match self.op().job {
            Job::Acknowledge(_) | Job::Revoke | Job::Sweep => true,
            // The stream that was the last one ends the share; one that only helps along answers nothing.
            Job::Deliver(..) => self.op().flags.closed,
            _ => false,
        };
        self.world.past.answered |= answers && !self.op().flags.abandons;
        self.finish();
    }
}
