//! The one-time machine's rules as total functions of a share, an event and a moment.
//!
//! Nothing here is atomic by itself: the store writes what a rule returns only if the record it was computed from is
//! still the stored one. No rule gives the bytes to anybody; that is decided for good by the claim in the blob store.

use std::time::Duration;

use super::fate::{Fate, Phase};
use super::record::{Delivery, Facts, Hold, KeyStretching, Sha256, Share, Slot, State, Wrap};
use super::time::Timestamp;

/// How long a record outlives the moment it must be ended at, so that the end can still be written.
pub(super) const RECORD_SLACK: Duration = Duration::from_mins(1);
/// How long a fate outlives the end.
pub(super) const FATE_KEPT: Duration = Duration::from_hours(168);
/// How many wrong guesses lock a share, and how many an unlock adds.
const GUESSES: u32 = 5;
/// How many streams one ticket may have open.
const STREAMS: usize = 2;

/// The times the rules need; the configuration fills them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long an upload lives without a renewal.
    pub upload_lease: Duration,
    /// How long a ticket is kept for its holder before somebody else may reserve.
    pub reservation_lease: Duration,
    /// How long a delivery lives without a stream.
    pub delivery_idle: Duration,
    /// How long a delivery lives at most.
    pub delivery_max: Duration,
    /// How long it lives after everything was sent.
    pub delivery_grace: Duration,
    /// How long a stream counts as open without a renewal.
    pub stream_lease: Duration,
}

/// Why a rule says no. An outcome, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The upload has not finished; to everybody but the uploader the share does not exist.
    NotReady,
    /// Its time is over.
    Expired,
    /// Another ticket holds an unused reservation until then.
    Held(Timestamp),
    /// Too many wrong guesses.
    Locked,
    /// Another ticket is being served.
    Taken,
    /// This ticket holds nothing here.
    NotYours,
    /// The ticket has two streams open.
    TooManyStreams,
    /// The ticket has moved three times the size.
    BudgetSpent,
    /// The upload is no longer the one that was begun.
    NotReceiving,
    /// Nothing has been sent yet, so there is nothing to finish.
    NothingSent,
}

/// What a would-be recipient may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The ticket already holds it: the same answer again.
    Own,
    /// It may be reserved.
    Open,
}

/// Whether a reservation brings a counted guess along, to be refunded with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// One guess was counted for this reservation.
    Counted,
    /// None was: there is no passphrase, or the ticket had proved it before.
    None,
}

/// How a share ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The recipient says it has everything.
    Acknowledged,
    /// The delivery is over by its own times.
    Finished,
    /// Nobody opened it in time.
    Expired,
    /// Its owner or the operator ended it.
    Revoked,
    /// The upload never finished.
    Abandoned,
}

/// What the sweep should do with a share now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing before this moment.
    NotBefore(Timestamp),
    /// End it this way.
    End(Ending),
}

/// What a stream reports when it renews or closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamReport {
    /// First byte of its range.
    pub from: u64,
    /// First byte after what it has sent.
    pub to: u64,
    /// Bytes sent since its last report.
    pub fresh: u64,
    /// Whether it is closed now.
    pub closed: bool,
}

impl Share {
    /// The record of an upload that begins now; `facts.size` and `facts.expires_at` are not final yet.
    pub fn receiving(facts: Facts, now: Timestamp, times: &Times) -> Self {
        Self {
            facts,
            guesses: 0,
            guess_limit: GUESSES,
            state: State::Receiving {
                lease_until: now.plus(times.upload_lease),
            },
        }
    }

    /// The upload still runs.
    ///
    /// # Errors
    /// [`Refusal::NotReceiving`] in every other state.
    pub fn renew_upload(&self, now: Timestamp, times: &Times) -> Result<Self, Refusal> {
        let State::Receiving { .. } = self.state else {
            return Err(Refusal::NotReceiving);
        };
        Ok(self.with(State::Receiving {
            lease_until: now.plus(times.upload_lease),
        }))
    }

    /// The blob is durable: from now on the link opens it.
    ///
    /// # Errors
    /// [`Refusal::NotReceiving`] in every other state.
    pub fn commit(
        &self,
        size: u64,
        expires_at: Timestamp,
        passphrase: Option<KeyStretching>,
        wrap: Wrap,
    ) -> Result<Self, Refusal> {
        let State::Receiving { .. } = self.state else {
            return Err(Refusal::NotReceiving);
        };
        let mut next = self.with(State::Available { wrap });
        next.facts.size = size;
        next.facts.expires_at = expires_at;
        next.facts.passphrase = passphrase;
        Ok(next)
    }

    /// Whether this ticket may reserve, in the order gone, held, locked.
    ///
    /// # Errors
    /// The [`Refusal`] that stands in the way.
    pub fn admit(&self, ticket: &Sha256, now: Timestamp) -> Result<Admission, Refusal> {
        match &self.state {
            State::Receiving { .. } => Err(Refusal::NotReady),
            State::Delivering(delivery) if delivery.ticket == *ticket => {
                if now >= delivery.end(self.facts.size) {
                    return Err(Refusal::Expired);
                }
                Ok(Admission::Own)
            }
            State::Delivering(_) => Err(Refusal::Taken),
            State::Available { .. } => self.open_unless_over_or_locked(now),
            State::Reserved { hold, .. } if now < hold.lapses_at => {
                if hold.ticket == *ticket {
                    Ok(Admission::Own)
                } else {
                    Err(Refusal::Held(hold.lapses_at))
                }
            }
            State::Reserved { hold, .. } => {
                if now >= self.facts.expires_at {
                    return Err(Refusal::Expired);
                }
                if hold.ticket == *ticket {
                    return Ok(Admission::Own);
                }
                self.open_unless_over_or_locked(now)
            }
        }
    }

    fn open_unless_over_or_locked(&self, now: Timestamp) -> Result<Admission, Refusal> {
        if now >= self.facts.expires_at {
            Err(Refusal::Expired)
        } else if self.is_locked() {
            Err(Refusal::Locked)
        } else {
            Ok(Admission::Open)
        }
    }

    /// Counts a passphrase guess before anything is derived from it.
    ///
    /// # Errors
    /// As [`Self::admit`]; [`Refusal::Taken`] where the ticket needs no guess.
    pub fn count_guess(&self, ticket: &Sha256, now: Timestamp) -> Result<Self, Refusal> {
        match self.admit(ticket, now)? {
            Admission::Own => Err(Refusal::Taken),
            Admission::Open => {
                let mut next = self.clone();
                next.guesses = next.guesses.saturating_add(1);
                Ok(next)
            }
        }
    }

    /// Takes back exactly one counted guess.
    #[must_use]
    pub fn refund_guess(&self) -> Self {
        let mut next = self.clone();
        next.guesses = next.guesses.saturating_sub(1);
        next
    }

    /// Gives the ticket a reservation and refunds the guess it brought.
    ///
    /// # Errors
    /// As [`Self::admit`]; a guess that was counted for this call does not lock it out.
    pub fn reserve(
        &self,
        ticket: Sha256,
        ticket_wrap: Wrap,
        guess: Guess,
        now: Timestamp,
        times: &Times,
    ) -> Result<Self, Refusal> {
        let before = match guess {
            Guess::Counted => self.refund_guess(),
            Guess::None => self.clone(),
        };
        if before.admit(&ticket, now)? == Admission::Own {
            return Ok(before);
        }
        let wrap = match &before.state {
            State::Available { wrap } | State::Reserved { wrap, .. } => wrap.clone(),
            State::Receiving { .. } => return Err(Refusal::NotReady),
            State::Delivering(_) => return Err(Refusal::Taken),
        };
        Ok(before.with(State::Reserved {
            wrap,
            hold: Hold {
                ticket,
                ticket_wrap,
                reserved_at: now,
                lapses_at: now.plus(times.reservation_lease),
            },
        }))
    }

    /// Whether the ticket may try to claim the blob, or go on with it.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for every ticket that neither holds the reservation nor the delivery,
    /// [`Refusal::Expired`] when the time is over, and what stops a further stream.
    pub fn may_stream(&self, ticket: &Sha256, now: Timestamp) -> Result<(), Refusal> {
        match &self.state {
            State::Reserved { hold, .. } if hold.ticket == *ticket => {
                if now >= self.facts.expires_at.max(hold.lapses_at) {
                    return Err(Refusal::Expired);
                }
                Ok(())
            }
            State::Delivering(delivery) if delivery.ticket == *ticket => {
                if now >= delivery.end(self.facts.size) {
                    return Err(Refusal::Expired);
                }
                if delivery.spent >= budget(self.facts.size) {
                    return Err(Refusal::BudgetSpent);
                }
                if delivery
                    .slots
                    .iter()
                    .filter(|slot| now < slot.until)
                    .count()
                    >= STREAMS
                {
                    return Err(Refusal::TooManyStreams);
                }
                Ok(())
            }
            _ => Err(Refusal::NotYours),
        }
    }

    /// The ticket's claim on the blob is durable. Whoever holds the claim wins over the record: a reservation of
    /// somebody else, or none, or a lock gives way. From here on the link opens nothing.
    ///
    /// # Errors
    /// [`Refusal::NotReady`] while receiving, [`Refusal::Taken`] when another ticket is recorded as delivering.
    pub fn claim_won(
        &self,
        ticket: Sha256,
        ticket_wrap: Wrap,
        now: Timestamp,
        times: &Times,
    ) -> Result<Self, Refusal> {
        let reserved_at = match &self.state {
            State::Receiving { .. } => return Err(Refusal::NotReady),
            State::Delivering(delivery) if delivery.ticket == ticket => return Ok(self.clone()),
            State::Delivering(_) => return Err(Refusal::Taken),
            State::Available { .. } => None,
            State::Reserved { hold, .. } => (hold.ticket == ticket).then_some(hold.reserved_at),
        };
        // The blob's folder goes with its hour, whatever an instance with other settings once promised.
        let hard_end = now.plus(times.delivery_max).min(self.facts.last_hour.end());
        Ok(self.with(State::Delivering(Delivery {
            ticket,
            ticket_wrap,
            reserved_at,
            started_at: now,
            lease_until: now.plus(times.delivery_idle).min(hard_end),
            hard_end,
            grace_until: None,
            mark: 0,
            spent: 0,
            slots: Vec::new(),
        })))
    }

    /// Opens a stream of the delivering ticket.
    ///
    /// # Errors
    /// As [`Self::may_stream`].
    pub fn open_stream(
        &self,
        ticket: &Sha256,
        slot: u64,
        now: Timestamp,
        times: &Times,
    ) -> Result<Self, Refusal> {
        self.may_stream(ticket, now)?;
        let mut next = self.clone();
        let State::Delivering(delivery) = &mut next.state else {
            return Err(Refusal::NotYours);
        };
        delivery
            .slots
            .retain(|open| now < open.until && open.id != slot);
        delivery.slots.push(Slot {
            id: slot,
            until: now.plus(times.stream_lease),
        });
        delivery.grace_until = None;
        delivery.lease_until = now.plus(times.delivery_idle).min(delivery.hard_end);
        Ok(next)
    }

    /// A stream renews or closes: the mark moves only over contiguous bytes, everything sent is debited, and the grace
    /// begins when all is sent and no stream is open.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] unless the ticket is being delivered, [`Refusal::Expired`] past its end,
    /// [`Refusal::BudgetSpent`] or [`Refusal::TooManyStreams`] when it may not go on.
    pub fn report_stream(
        &self,
        ticket: &Sha256,
        slot: u64,
        report: StreamReport,
        now: Timestamp,
        times: &Times,
    ) -> Result<Self, Refusal> {
        let size = self.facts.size;
        let mut next = self.clone();
        let State::Delivering(delivery) = &mut next.state else {
            return Err(Refusal::NotYours);
        };
        if delivery.ticket != *ticket {
            return Err(Refusal::NotYours);
        }
        if now >= delivery.end_by_time() {
            return Err(Refusal::Expired);
        }
        delivery.spent = delivery.spent.saturating_add(report.fresh);
        if report.from <= delivery.mark {
            delivery.mark = delivery.mark.max(report.to).min(size);
        }
        delivery
            .slots
            .retain(|open| open.id != slot && now < open.until);
        if !report.closed {
            if delivery.slots.len() >= STREAMS {
                return Err(Refusal::TooManyStreams);
            }
            if delivery.spent > budget(size) {
                return Err(Refusal::BudgetSpent);
            }
            delivery.slots.push(Slot {
                id: slot,
                until: now.plus(times.stream_lease),
            });
        }
        delivery.lease_until = now.plus(times.delivery_idle).min(delivery.hard_end);
        let all_sent = delivery.mark == size && delivery.slots.is_empty();
        delivery.grace_until = all_sent.then(|| now.plus(times.delivery_grace));
        Ok(next)
    }

    /// Bytes the delivering ticket may still move.
    pub fn stream_allowance(&self) -> u64 {
        match &self.state {
            State::Delivering(delivery) => budget(self.facts.size).saturating_sub(delivery.spent),
            State::Receiving { .. } | State::Available { .. } | State::Reserved { .. } => 0,
        }
    }

    /// Whether everything was sent, no stream is open and the grace is over.
    pub fn is_finished(&self, now: Timestamp) -> bool {
        matches!(&self.state, State::Delivering(delivery) if now >= delivery.end(self.facts.size))
    }

    /// The owner raises the limit of a locked share by five. The count itself is never reset.
    #[must_use]
    pub fn unlock(&self) -> Self {
        let mut next = self.clone();
        if next.is_locked() {
            next.guess_limit = next.guess_limit.saturating_add(GUESSES);
        }
        next
    }

    /// What the sweep should do with it now.
    pub fn due(&self, now: Timestamp) -> Due {
        let at = self.look_at();
        if now < at {
            return Due::NotBefore(at);
        }
        Due::End(match self.state {
            State::Receiving { .. } => Ending::Abandoned,
            State::Available { .. } | State::Reserved { .. } => Ending::Expired,
            State::Delivering(_) => Ending::Finished,
        })
    }

    /// The fate of a share that ends now. The store deletes the record, and all key material with it, in the same write.
    ///
    /// # Errors
    /// A [`Refusal`] when the state does not allow this ending at this moment.
    pub fn end(&self, ending: Ending, now: Timestamp) -> Result<Fate, Refusal> {
        let mut fate = self.fate();
        fate.phase = match (ending, &self.state) {
            (Ending::Revoked, _) => Phase::Revoked,
            (Ending::Abandoned, State::Receiving { .. }) => Phase::Abandoned,
            (Ending::Expired, State::Available { .. } | State::Reserved { .. }) => {
                match self.due(now) {
                    Due::End(_) => Phase::Expired,
                    Due::NotBefore(at) => return Err(Refusal::Held(at)),
                }
            }
            (Ending::Finished, State::Delivering(delivery)) => {
                if now < delivery.end(self.facts.size) {
                    return Err(Refusal::Held(delivery.end(self.facts.size)));
                }
                if delivery.mark == self.facts.size {
                    Phase::Delivered
                } else {
                    Phase::BrokenOff
                }
            }
            (Ending::Acknowledged, State::Delivering(_)) => {
                fate.sent = self.facts.size;
                Phase::Delivered
            }
            (Ending::Abandoned, _) => return Err(Refusal::NotReceiving),
            (Ending::Expired, State::Delivering(_)) => return Err(Refusal::Taken),
            (_, State::Receiving { .. }) => return Err(Refusal::NotReady),
            (
                Ending::Acknowledged | Ending::Finished,
                State::Available { .. } | State::Reserved { .. },
            ) => return Err(Refusal::NothingSent),
        };
        fate.ended_at = Some(now);
        Ok(fate)
    }

    fn with(&self, state: State) -> Self {
        Self {
            facts: self.facts.clone(),
            guesses: self.guesses,
            guess_limit: self.guess_limit,
            state,
        }
    }
}

/// Bytes one ticket may move in all: room for two restarts, not for a mirror.
fn budget(size: u64) -> u64 {
    size.saturating_mul(3).max(size.saturating_add(1 << 20))
}
