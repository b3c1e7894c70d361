//! What is aimed at. A goal that is missed is said, and is no failure: this reports.

use std::fmt;

/// A bound for a figure's median.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// Less is better.
    AtMost(f64),
    /// More is better.
    AtLeast(f64),
}

impl Goal {
    /// Whether a median reaches it.
    pub(crate) fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

const GOALS: &[(&str, Goal)] = &[
    ("stream/upload/onetimeshare/cpu-s/GiB", Goal::AtMost(0.95)),
    ("stream/download/onetimeshare/cpu-s/GiB", Goal::AtMost(0.60)),
    ("stream/upload/onetimeshare/peak MiB", Goal::AtMost(18.5)),
    ("stream/download/onetimeshare/peak MiB", Goal::AtMost(18.5)),
    ("parallel/upload/onetimeshare/peak MiB", Goal::AtMost(36.0)),
    (
        "parallel/download/onetimeshare/peak MiB",
        Goal::AtMost(36.0),
    ),
    (
        "small-tmpfs/share/onetimeshare/shares/s",
        Goal::AtLeast(3300.0),
    ),
    ("small-tmpfs/share/onetimeshare/p99 ms", Goal::AtMost(20.0)),
    ("small-disk/to the probe/shares/s", Goal::AtLeast(0.7)),
    ("small-disk/to the probe/p99 ms", Goal::AtMost(5.0)),
    ("million/used_memory per share/bytes", Goal::AtMost(800.0)),
    ("million/upload/to empty/p50 ms", Goal::AtMost(1.1)),
    ("million/page/to empty/p50 ms", Goal::AtMost(1.1)),
    ("million/reserve/to empty/p50 ms", Goal::AtMost(1.1)),
    ("million/deliver/to empty/p50 ms", Goal::AtMost(1.1)),
    ("million/upload/to empty/cpu ms", Goal::AtMost(1.1)),
    ("million/page/to empty/cpu ms", Goal::AtMost(1.1)),
    ("million/reserve/to empty/cpu ms", Goal::AtMost(1.1)),
    ("million/deliver/to empty/cpu ms", Goal::AtMost(1.1)),
    ("million/idle/full/cpu ms per sweep", Goal::AtMost(50.0)),
    ("million/admin/list/ms", Goal::AtMost(50.0)),
    ("million/admin/overview/ms", Goal::AtMost(50.0)),
    ("million/sweep/expired a second", Goal::AtLeast(20_000.0)),
    (
        "million/sweep/a visitor's p99 meanwhile/ms",
        Goal::AtMost(50.0),
    ),
    ("idle/connections/RSS MiB", Goal::AtMost(64.0)),
    ("trickle/each download/MiB", Goal::AtMost(2.5)),
    ("start/external Redis/ms", Goal::AtMost(150.0)),
    ("start/bundled Redis/ms", Goal::AtMost(500.0)),
    ("start/size of the program/MiB", Goal::AtMost(12.0)),
    ("start-many/503 after/ms", Goal::AtMost(500.0)),
    ("start-many/serves after Redis/ms", Goal::AtMost(200.0)),
    ("argon2/derivation/to libargon2/cpu ms", Goal::AtMost(1.1)),
];

/// The goal of a figure, if it has one.
pub(crate) fn goal(name: &str) -> Option<Goal> {
    GOALS
        .iter()
        .find(|(of, _)| *of == name)
        .map(|(_, goal)| *goal)
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(limit) => write!(f, "≤ {limit}"),
            Self::AtLeast(limit) => write!(f, "≥ {limit}"),
        }
    }
}
