//! Redis with replicas: what a failover forgets, and what Redis says when it cannot serve.

mod conditions;
mod confirmed;
mod failing_over;
mod failovers;
mod finding;
mod link;
mod replication;
mod sentinel;
mod sentinels;
mod site;
mod story;

pub(crate) use link::Link;
