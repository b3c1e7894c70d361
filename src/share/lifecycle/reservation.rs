//! Who may reserve, and what guesses cost.

use super::{Admission, GUESSES, Guess, Refusal, Times};
use crate::share::{Hold, Sha256, Share, State, Timestamp, Wrap};

impl Share {
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

    /// The owner raises the limit of a locked share by five. The count itself is never reset.
    #[must_use]
    pub fn unlock(&self) -> Self {
        let mut next = self.clone();
        if next.is_locked() {
            next.guess_limit = next.guess_limit.saturating_add(GUESSES);
        }
        next
    }
}
