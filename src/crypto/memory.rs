//! What calls leave behind on the stack.

use std::hint::black_box;

/// How deep calls go that handle keys.
const DEEP: usize = 96 << 10;

/// Overwrites the stack below the caller, where calls that have returned left copies of what they handled. Moving a value
/// copies it, and only the last copy is wiped when it is dropped.
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what is to be overwritten"
)]
pub fn wipe_stack() {
    black_box(&mut [0_u8; DEEP]);
}
