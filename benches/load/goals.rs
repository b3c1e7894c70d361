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
