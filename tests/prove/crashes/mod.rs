//! Crashes: the server dies at a chosen step, or at any moment; Redis dies under it; several sweep at once.

mod clock;
mod deeds;
mod failpoints;
mod kills;
mod lane;
mod places;
mod race;
mod sweepers;
