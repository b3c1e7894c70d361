//! Crashes: the server dies at a chosen step, or at any moment.

mod failpoints;
