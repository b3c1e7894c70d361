//! Hostile load: slow attackers by the thousand, storms of guesses, forged addresses.

mod attackers;
mod crowd;
mod forwarded;
mod guesses;
mod server_health;
mod storm;
mod visitor;
