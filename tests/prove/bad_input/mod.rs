//! Bad input: requests no client should send, bodies made to exhaust, and the inputs of the fuzz targets.

mod bombs;
mod corpus;
mod malformed;
mod smuggling;
mod wire;
