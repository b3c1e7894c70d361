//! The promises as properties of every state, and what shows that the model gets anywhere at all.

use onetimeshare::share::{Phase, Share, State, Visible};
use stateright::Property;

use crate::machine::Machine;
use crate::setup::{Setup, UNIT, at, ticket_of};
use crate::world::{Blob, World};

pub(crate) const ONE_RECIPIENT: &str = "bytes go to the holders of one ticket only";
pub(crate) const NOTHING_LOST: &str = "no acknowledged share is lost";
pub(crate) const CAN_FINISH: &str = "what has begun keeps its blob";
pub(crate) const ENDS_ARE_DUE: &str = "nothing ends before it is due";
pub(crate) const GONE: &str = "after an answered end no first byte leaves";
pub(crate) const NO_KEYS: &str = "after an answered end there is no blob and no key";
pub(crate) const COMPLETE: &str = "delivered means that everything was sent";
pub(crate) const GUESSES: &str = "no more wrong guesses than were counted";
pub(crate) const STAYS_COUNTED: &str = "what was guessed wrong stays counted";
pub(crate) const NOT_DAMAGED: &str = "a whole share is never called damaged";
pub(crate) const NO_DEAD_END: &str = "while the bytes are there somebody can be served";
pub(crate) const SERVED: &str = "somebody is served";
pub(crate) const CARRIED_OUT: &str = "one sweep carries out what is due";

/// How many wrong guesses are left at the start of a setup.
const LIMIT: u32 = 5;

pub(crate) fn all(setup: &Setup) -> Vec<Property<Machine>> {
    let mut all = vec![
        Property::always(ONE_RECIPIENT, |_, world: &World| {
            world.past.served.count_ones() <= 1
        }),
        Property::always(NOTHING_LOST, nothing_is_lost),
        Property::always(CAN_FINISH, can_finish),
        Property::always(ENDS_ARE_DUE, |_, world: &World| !world.past.unlawful),
        Property::always(GONE, |_, world: &World| !world.past.late_byte),
        Property::always(NO_KEYS, |_, world: &World| {
            let past = &world.past;
            !past.answered
                || world.blob == Blob::Missing && (past.came_back || !world.primary.share.is_some())
        }),
        Property::always(COMPLETE, delivered_means_sent),
        Property::always(GUESSES, |machine: &Machine, world: &World| {
            let left = LIMIT.saturating_sub(machine.setup.guessed.unwrap_or(0));
            let allowed = left + LIMIT * u32::from(world.past.unlocks);
            world.past.failovers > 0 || u32::from(world.past.wrong) <= allowed
        }),
        Property::always(STAYS_COUNTED, |machine: &Machine, world: &World| {
            let wrong = machine.setup.guessed.unwrap_or(0) + u32::from(world.past.wrong);
            let share = machine.share(world.primary.share);
            world.past.failovers > 0 || share.is_none_or(|share| share.value.guesses >= wrong)
        }),
        Property::always(NOT_DAMAGED, |_, world: &World| !world.past.called_damaged),
        Property::always(NO_DEAD_END, Machine::somebody_can_be_served),
        Property::always(CARRIED_OUT, Machine::what_is_due_can_be_carried_out),
        Property::sometimes(SERVED, |_, world: &World| world.past.served != 0),
        Property::sometimes("an end is answered", |_, world: &World| world.past.answered),
    ];
    if setup.failovers > 0 {
        all.push(Property::sometimes(
            "a failover brings back what had ended",
            |_, world: &World| world.past.came_back && world.primary.share.is_some(),
        ));
        all.push(Property::sometimes(
            "a claim outlives the record of its reservation",
            |machine: &Machine, world: &World| {
                let share = machine.share(world.primary.share);
                let available =
                    share.is_some_and(|share| matches!(share.value.state, State::Available { .. }));
                available && matches!(world.blob, Blob::Claimed(_))
            },
        ));
    }
    all.push(Property::sometimes(
        "a share is delivered",
        |machine: &Machine, world: &World| {
            let fate = machine.table.fate(world.primary.fate);
            fate.is_some_and(|fate| fate.value.phase == Phase::Delivered)
        },
    ));
    all
}

/// Acknowledged, not revoked, not due, nobody has claimed it, and no failover took back the commit or an earlier end:
/// record and blob are there.
fn nothing_is_lost(machine: &Machine, world: &World) -> bool {
    let past = &world.past;
    if !past.acknowledged
        || past.ordered
        || past.begun
        || past.forgot
        || past.came_back
        || world.now >= past.expires
    {
        return true;
    }
    let share = machine.share(world.primary.share);
    world.blob == Blob::Published
        && share.is_some_and(|share| {
            matches!(
                share.value.state,
                State::Available { .. } | State::Reserved { .. }
            )
        })
}

/// A recorded delivery has its blob under its ticket's name until it ends.
fn can_finish(machine: &Machine, world: &World) -> bool {
    let share = machine.share(world.primary.share);
    let delivering = share.as_ref().and_then(|share| match &share.value.state {
        State::Delivering(delivery) => Some(ticket_of(&delivery.ticket)),
        _ => None,
    });
    match delivering {
        Some(ticket) if !world.past.ended && machine.setup.rules.claim => {
            world.blob == Blob::Claimed(ticket)
        }
        Some(_) if !world.past.ended => world.blob != Blob::Missing,
        _ => true,
    }
}

/// The mark never runs ahead of what was sent in one piece, and only what was sent whole, or what its recipient said to
/// have, counts as delivered.
fn delivered_means_sent(machine: &Machine, world: &World) -> bool {
    let sent = |ticket| u64::from(world.past.got_in_one_piece(ticket)) * UNIT;
    if let Some(share) = machine.share(world.primary.share) {
        return match &share.value.state {
            State::Delivering(delivery) => delivery.mark <= sent(ticket_of(&delivery.ticket)),
            _ => true,
        };
    }
    let Some(fate) = machine.table.fate(world.primary.fate) else {
        return true;
    };
    let delivered = fate.value.without_record() == Visible::Delivered;
    let whole = fate
        .value
        .ticket
        .is_some_and(|ticket| sent(ticket_of(&ticket)) == machine.setup.size());
    !delivered || whole
}

/// Whether the record promises that somebody can be served now or when what holds it up has lapsed.
pub(crate) fn is_owed(share: &Share, blob: Blob, now: u8) -> bool {
    if at(now) >= share.look_at() {
        return false;
    }
    match &share.state {
        State::Receiving { .. } => false,
        State::Available { .. } | State::Reserved { .. } => blob != Blob::Missing,
        State::Delivering(delivery) => {
            let end = delivery.end(share.facts.size);
            let free = |at: onetimeshare::share::Timestamp| {
                delivery.slots.iter().filter(|slot| at < slot.until).count() < 2
            };
            // A delivery of which everything was moved three times, or whose dead streams outlast it, has had its turn.
            blob != Blob::Missing
                && share.stream_allowance() >= share.facts.size
                && (now..u8::MAX).map(at).take_while(|at| *at < end).any(free)
        }
    }
}
