//! One state of the model: what Redis and the blob store hold, what every operation under way has in its hands, and what
//! has happened so far as far as the promises ask about it.

use crate::records::{FateRec, Rec};

/// Operations under way at most.
pub(crate) const SLOTS: usize = 5;

/// The ticket with this number; its SHA-256 in the records is this number, repeated.
pub(crate) type TicketNo = u8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// Redis's clock in ticks: a minute each.
    pub(crate) now: u8,
    pub(crate) primary: Keys,
    /// What a failover would bring back.
    pub(crate) replica: Keys,
    pub(crate) blob: Blob,
    pub(crate) ops: [Op; SLOTS],
    /// A command whose sender has given up and that Redis has not carried out yet.
    pub(crate) late: Option<Swap>,
    pub(crate) past: Past,
}

/// The two keys of the share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Keys {
    pub(crate) share: Rec,
    pub(crate) fate: FateRec,
}

/// The blob's name in its hour's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Blob {
    Missing,
    Published,
    Claimed(TicketNo),
}

/// The arguments of the one script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Swap {
    pub(crate) read: Rec,
    /// None: the share ends.
    pub(crate) share: Rec,
    /// Only of an end; else it follows from the share.
    pub(crate) fate: FateRec,
}

/// What is asked of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    #[default]
    Idle,
    /// `POST /d/{id}` with the right key and the right passphrase, if there is one.
    Reserve(TicketNo),
    /// The same with a wrong passphrase.
    Guess(TicketNo),
    /// `GET /r/{id}/{ticket}` from this unit on.
    Deliver(TicketNo, u8),
    /// `POST /r/{id}/{ticket}/ack`.
    Acknowledge(TicketNo),
    Revoke,
    Unlock,
    Sweep,
    Upload,
}

/// The next thing an operation does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum At {
    #[default]
    Read,
    // reserving
    Admit,
    Holder,
    CountWrite,
    Derive,
    Open,
    ReserveWrite,
    ReserveReread,
    RefundRead,
    RefundWrite,
    // why a blob is missing
    Why,
    WhyHolder,
    LostClaimWrite,
    // delivering
    Handle,
    ReadAgain,
    Claim,
    DeliverWrite,
    DeliverReread,
    LastLook,
    // streaming
    Stream,
    KeeperLook,
    KeeperCompute,
    KeeperWrite,
    KeeperReread,
    // ending
    EndWrite,
    UnlinkPublished,
    UnlinkClaimed,
    List,
    UnlinkListed,
    // the owner
    UnlockWrite,
    // uploading
    FirstWrite,
    Receiving,
    RenewWrite,
    Commit,
    CommitWrite,
    TakeBack,
}

impl At {
    /// Whether it matters to the caller that a write which met another one had been sent before without an answer.
    pub(crate) fn minds_resending(self) -> bool {
        matches!(self, Self::ReserveWrite | Self::RefundWrite)
    }

    /// Whether it sends the script.
    pub(crate) fn is_write(self) -> bool {
        matches!(
            self,
            Self::CountWrite
                | Self::ReserveWrite
                | Self::RefundWrite
                | Self::LostClaimWrite
                | Self::DeliverWrite
                | Self::KeeperWrite
                | Self::EndWrite
                | Self::UnlockWrite
                | Self::FirstWrite
                | Self::RenewWrite
                | Self::CommitWrite
        )
    }
}

/// An operation under way: a task on some server. It dies as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Op {
    pub(crate) job: Job,
    pub(crate) at: At,
    /// The record it read last.
    pub(crate) read: Rec,
    /// What it is about to write.
    pub(crate) share: Rec,
    pub(crate) fate: FateRec,
    /// The record that promised a blob when it was missing.
    pub(crate) promised: Rec,
    /// The moment it works with, where that is older than the step.
    pub(crate) now: u8,
    /// The ticket in the blob's name, as the fate or the listing gives it.
    pub(crate) listed: Option<TicketNo>,
    /// The number of its stream.
    pub(crate) slot: u8,
    /// Units sent, units in the report being written, and units reported.
    pub(crate) sent: u8,
    pub(crate) upto: u8,
    pub(crate) reported: u8,
    pub(crate) flags: Flags,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what an operation remembers is many yeses and noes"
)]
pub(crate) struct Flags {
    pub(crate) holds_claim: bool,
    pub(crate) counted: bool,
    /// Its write was sent before without an answer.
    pub(crate) resent: bool,
    pub(crate) closed: bool,
    /// What it ends is an upload, of which nobody was told.
    pub(crate) abandons: bool,
}

/// What the promises ask about the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what has happened is many yeses and noes"
)]
pub(crate) struct Past {
    /// The upload was answered 201.
    pub(crate) acknowledged: bool,
    pub(crate) uploaded: bool,
    /// When the share ends unopened, as its sender was told.
    pub(crate) expires: u8,
    /// A claim was won.
    pub(crate) begun: bool,
    /// The owner asked for the end.
    pub(crate) ordered: bool,
    /// An end was written, or the record's own time ran out.
    pub(crate) ended: bool,
    /// An end was carried out and answered: the blob was removed before.
    pub(crate) answered: bool,
    /// A failover came after an end: what had ended may be back.
    pub(crate) came_back: bool,
    /// A failover took back the commit.
    pub(crate) forgot: bool,
    pub(crate) failovers: u8,
    /// Which tickets received content, a bit each.
    pub(crate) served: u8,
    /// Which units each ticket's client received, a bit each.
    pub(crate) got: [u8; 2],
    /// The client said that it has everything.
    pub(crate) acked: bool,
    /// Wrong passphrases derived, and unlocks asked for.
    pub(crate) wrong: u8,
    pub(crate) unlocks: u8,
    /// A first byte left after an answered end.
    pub(crate) late_byte: bool,
    /// An end was written that was not due.
    pub(crate) unlawful: bool,
    /// A whole share was called damaged.
    pub(crate) called_damaged: bool,
}

impl Past {
    /// How many units the ticket's client has from the start without a gap.
    pub(crate) fn got_in_one_piece(&self, ticket: TicketNo) -> u8 {
        let got = self.got[usize::from(ticket - 1)];
        (0..8).find(|unit| got & (1 << unit) == 0).unwrap_or(8)
    }
}

impl World {
    /// Whether a record is known to anybody: then no fresh one may equal it.
    pub(crate) fn mentions(&self, rec: Rec) -> bool {
        self.primary.share == rec
            || self.replica.share == rec
            || self
                .late
                .is_some_and(|late| late.read == rec || late.share == rec)
            || self
                .ops
                .iter()
                .any(|op| op.read == rec || op.share == rec || op.promised == rec)
    }

    pub(crate) fn mentions_fate(&self, fate: FateRec) -> bool {
        self.primary.fate == fate
            || self.replica.fate == fate
            || self.late.is_some_and(|late| late.fate == fate)
            || self.ops.iter().any(|op| op.fate == fate)
    }
}
