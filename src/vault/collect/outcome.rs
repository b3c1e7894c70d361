//! What a rule's answer means to who asked.

use std::time::Duration;

use crate::share::{Refusal, Share, State, Timestamp, Visible};
use crate::vault::CollectError;

/// Until when nobody else may reserve, or until when the delivery can be resumed.
pub(in crate::vault) fn held_until(share: &Share) -> Timestamp {
    match &share.state {
        State::Reserved { hold, .. } => hold.lapses_at,
        State::Delivering(delivery) => delivery.end(share.facts.size),
        State::Available { .. } | State::Receiving { .. } => share.facts.expires_at,
    }
}

pub(super) fn expired(share: &Share) -> CollectError {
    CollectError::Gone {
        state: Visible::Expired,
        at: share.look_at(),
    }
}

/// A rule's no, told to somebody who has shown the proof.
pub(in crate::vault) fn refused(refusal: Refusal, share: &Share, now: Timestamp) -> CollectError {
    match refusal {
        Refusal::NotReady | Refusal::NotReceiving => CollectError::Unknown,
        Refusal::Expired => match &share.state {
            State::Delivering(_) => CollectError::Gone {
                state: share.fate().without_record(),
                at: share.fate().told_at(),
            },
            _ => expired(share),
        },
        Refusal::Held(until) => CollectError::Held(until.since(now).max(Duration::from_secs(1))),
        Refusal::Locked => CollectError::Locked,
        Refusal::Taken => CollectError::Gone {
            state: share.visible(now),
            at: share.fate().told_at(),
        },
        Refusal::NotYours => CollectError::NotYours,
        Refusal::TooManyStreams => CollectError::TooManyStreams,
        Refusal::BudgetSpent => CollectError::BudgetSpent,
        Refusal::NothingSent => CollectError::NothingSent,
    }
}
