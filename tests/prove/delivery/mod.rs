//! Delivery: cut, resumed, asked for in pieces, damaged, or never begun.

mod cuts;
mod keepers;
mod lapses;
mod nginx;
mod ranges;
mod spooling;
mod tampering;
mod turns;
