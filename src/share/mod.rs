//! The rules: what a share is and what may happen to it.
//!
//! Pure values and total functions. This layer refuses to know IO, clocks, randomness, Redis and HTTP: `now` is an
//! argument, secrets arrive as SHA-256 fingerprints, wrapped keys as opaque bytes.

mod codec;
mod fate;
mod id;
mod lifecycle;
mod name;
mod path;
mod record;
mod time;

pub use codec::{CodecError, Stored, WriterMark};
pub use fate::{Fate, Phase};
pub use id::ShareId;
pub use lifecycle::{Admission, Due, Ending, Guess, Refusal, StreamReport, Times};
pub use name::FileName;
pub use path::FilePath;
pub use record::{Delivery, Facts, Hold, KeyStretching, Sha256, Share, Slot, State, Visible, Wrap};
pub use time::{Hour, Timestamp};
