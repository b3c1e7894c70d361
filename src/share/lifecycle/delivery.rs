//! From the claim to the last report of a stream.

use super::{Refusal, STREAMS, StreamReport, Times};
use crate::share::{Delivery, Sha256, Share, Slot, State, Timestamp, Wrap};

impl Share {
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
        delivery.grace_until = delivery.next_grace(self.facts.size, now, times);
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
        delivery.grace_until = delivery.next_grace(size, now, times);
        Ok(next)
    }

    /// Whether a claim is on record.
    pub fn has_claimed(&self) -> bool {
        matches!(self.state, State::Delivering(_))
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
}

impl Delivery {
    /// When the grace ends: counted from the moment no stream is open any more. A stream that died silently is closed by
    /// its slot's own time; one that closes brings the moment forward, and saying so twice does not push it back.
    fn next_grace(&self, size: u64, now: Timestamp, times: &Times) -> Option<Timestamp> {
        if self.mark != size {
            return None;
        }
        let closed = self.slots.iter().map(|slot| slot.until).max();
        let grace = closed.unwrap_or(now).plus(times.delivery_grace);
        match (closed, self.grace_until) {
            (None, Some(known)) => Some(known.min(grace)),
            _ => Some(grace),
        }
    }
}

/// Bytes one ticket may move in all: room for two restarts, not for a mirror.
fn budget(size: u64) -> u64 {
    size.saturating_mul(3).max(size.saturating_add(1 << 20))
}
