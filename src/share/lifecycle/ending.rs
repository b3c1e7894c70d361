//! How a share ends.

use super::{Due, Ending, Refusal};
use crate::share::{Fate, Phase, Share, State, Timestamp};

impl Share {
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
        let ending = match ending {
            // It was told as over by then, and stays what it was told as.
            Ending::Revoked if self.has_claimed() && self.is_over(now) => Ending::Finished,
            ending => ending,
        };
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
        // What ended by its own time ended then, whenever somebody came to write it down.
        fate.ended_at = Some(match ending {
            Ending::Finished | Ending::Expired => self.look_at(),
            Ending::Abandoned | Ending::Acknowledged | Ending::Revoked => now,
        });
        Ok(fate)
    }
}
