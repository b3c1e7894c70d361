//! From the first byte to the commit.

use super::{GUESSES, Refusal, Times};
use crate::share::{Facts, KeyStretching, Share, State, Timestamp, Wrap};

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
}
