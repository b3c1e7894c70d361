//! What a run of the model contains: who acts, what may go wrong, how far time runs, and which protections hold.

use std::time::Duration;

use onetimeshare::share::{Facts, KeyStretching, Sha256, Share, Times, Timestamp, Wrap};

use crate::world::TicketNo;

/// One tick.
pub(crate) const MINUTE: u64 = 60_000;
/// One unit of content: two streams and a restart fit into a ticket's budget, as in the real thing.
pub(crate) const UNIT: u64 = 1 << 20;
/// A moment whose hour ends after [`LAST_TICK`].
const BEGIN: u64 = 500_000 * 3_600_000 + (60 - LAST_TICK) * MINUTE;
const LAST_TICK: u64 = 20;

/// Who holds a slot for operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The holder of the link, the passphrase and this ticket.
    Client(TicketNo),
    /// One who has the link and this ticket and guesses the passphrase wrong.
    Guesser(TicketNo),
    /// The sender, who may revoke.
    Owner,
    /// The sender, who may unlock.
    Unlocker,
    Sweeper,
    Uploader,
}

/// The protections; each can be taken away to see what it holds.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Rules {
    /// Delivering needs the exclusive rename; without it only that there is a blob.
    pub(crate) claim: bool,
    /// One more look by name before the first byte.
    pub(crate) last_look: bool,
    /// A ticket that holds the claim is recognised when it asks again.
    pub(crate) idempotence: bool,
    /// Every write differs from every other.
    pub(crate) writer_bytes: bool,
    /// A write is done only over the bytes that were read.
    pub(crate) compare_and_swap: bool,
    /// A record begins only where there is no fate.
    pub(crate) begins_once: bool,
    /// A reservation of which it is unknown whether it was written refunds no second guess.
    pub(crate) reserves_once: bool,
    /// A refund of which it is unknown whether it was written is not made anew.
    pub(crate) refunds_once: bool,
}

impl Rules {
    pub(crate) const ALL: Self = Self {
        claim: true,
        last_look: true,
        idempotence: true,
        writer_bytes: true,
        compare_and_swap: true,
        begins_once: true,
        reserves_once: true,
        refunds_once: true,
    };
}

#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) roles: Vec<Role>,
    pub(crate) rules: Rules,
    /// How often the replica may take over.
    pub(crate) failovers: u8,
    /// The last moment.
    pub(crate) ticks: u8,
    /// How long an unopened share lives, in ticks from the commit.
    pub(crate) expiry: u8,
    /// Units of content.
    pub(crate) units: u8,
    /// Guesses counted at the start; none: there is no passphrase.
    pub(crate) guessed: Option<u32>,
    /// It begins before the upload.
    pub(crate) from_upload: bool,
    /// Replies of Redis get lost, and its callers give up.
    pub(crate) lost_replies: bool,
    /// A command may still be carried out after its sender gave up.
    pub(crate) late_commands: bool,
    /// Minutes a delivery lives after everything was sent.
    pub(crate) grace: u8,
}

impl Setup {
    pub(crate) fn times(&self) -> Times {
        let ticks = |ticks: u8| Duration::from_millis(u64::from(ticks) * MINUTE);
        Times {
            upload_lease: ticks(1),
            reservation_lease: ticks(1),
            delivery_idle: ticks(2),
            delivery_max: ticks(3),
            delivery_grace: ticks(self.grace),
            stream_lease: ticks(1),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        u64::from(self.units) * UNIT
    }

    pub(crate) fn stretching(&self) -> Option<KeyStretching> {
        self.guessed.map(|_| KeyStretching {
            salt: [0; 16],
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        })
    }

    pub(crate) fn facts(&self, now: u8) -> Facts {
        Facts {
            size: 0,
            created_at: at(now),
            expires_at: at(now + self.expiry),
            last_hour: at(0).hour(),
            proof: [250; 32],
            owner: [251; 32],
            passphrase: None,
        }
    }

    /// The share as it waits when the upload was acknowledged at the beginning.
    pub(crate) fn committed(&self) -> Share {
        let mut share = Share::receiving(self.facts(0), at(0), &self.times())
            .commit(self.size(), at(self.expiry), self.stretching(), link_wrap())
            .expect("an upload commits");
        share.guesses = self.guessed.unwrap_or(0);
        share
    }
}

pub(crate) fn at(tick: u8) -> Timestamp {
    Timestamp::from_millis(BEGIN + u64::from(tick) * MINUTE)
}

pub(crate) fn link_wrap() -> Wrap {
    vec![200]
}

pub(crate) fn ticket_wrap(ticket: TicketNo) -> Wrap {
    vec![ticket]
}

pub(crate) fn digest(ticket: TicketNo) -> Sha256 {
    [ticket; 32]
}

/// The ticket with this SHA-256.
pub(crate) fn ticket_of(digest: &Sha256) -> TicketNo {
    digest[0]
}
