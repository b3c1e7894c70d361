//! What calls leave behind on the stack.

use std::hint::black_box;

/// How deep calls go that handle keys.
const DEEP: usize = 96 << 10;
/// How deep calls go that make a command for Redis.
const SHALLOW: usize = 32 << 10;

/// Overwrites the stack below the caller, where calls that have returned left copies of what they handled. Moving a value
/// copies it, and only the last copy is wiped when it is dropped.
pub fn wipe_stack() {
    wipe::<DEEP>();
}

/// As [`wipe_stack`], a third as deep and as dear: before something is made that lives on and copies its gaps from the stack.
pub fn wipe_shallow_stack() {
    wipe::<SHALLOW>();
}

#[inline(never)]
fn wipe<const DEPTH: usize>() {
    black_box(&mut [0_u8; DEPTH]);
}
