//! The one place that chooses a status, and the message the visitor is told with it.

use actix_web::http::StatusCode;

use super::WebError;
use super::bodies::{field_problem, form_problem, upload_problem};
use crate::share::Visible;
use crate::web::pages::Moment;
use crate::web::problem::{Challenge, Named, Problem};

impl WebError {
    /// What the visitor is told.
    #[deny(clippy::wildcard_enum_match_arm)]
    #[expect(
        clippy::too_many_lines,
        reason = "one match, so that a new error does not compile until it has a status"
    )]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new;
        match self {
            Self::NotFound => problem(StatusCode::NOT_FOUND, "problem-not-found"),
            Self::MethodNotAllowed(allow) => Problem {
                allow: Some((*allow).into()),
                ..problem(StatusCode::METHOD_NOT_ALLOWED, "problem-method-not-allowed")
            },
            Self::TooManyHops => problem(StatusCode::BAD_REQUEST, "problem-too-many-hops"),
            Self::CrossSite => problem(StatusCode::FORBIDDEN, "problem-cross-site"),
            Self::Deadline => Problem {
                close: true,
                ..problem(StatusCode::REQUEST_TIMEOUT, "problem-timeout")
            },
            Self::AgentBlocked => problem(StatusCode::NOT_ACCEPTABLE, "problem-browser-only"),
            Self::RateLimited(seconds) => Problem {
                retry_after: Some(*seconds),
                ..problem(StatusCode::TOO_MANY_REQUESTS, "problem-rate-limited")
            },
            Self::Form(error) => form_problem(*error),
            Self::Upload(error) => upload_problem(*error),
            Self::Field(error) => field_problem(*error),
            Self::UploadPassword => Problem {
                challenge: Some(Challenge::Upload),
                close: true,
                ..problem(StatusCode::UNAUTHORIZED, "problem-upload-password")
            },
            Self::TooLarge(limit) => Problem {
                named: Some(Named::Size(*limit)),
                close: true,
                ..problem(StatusCode::PAYLOAD_TOO_LARGE, "problem-too-large")
            },
            Self::NoRoom => Problem {
                close: true,
                ..problem(StatusCode::INSUFFICIENT_STORAGE, "problem-no-room")
            },
            Self::UploadTooSlow => Problem {
                close: true,
                ..problem(StatusCode::REQUEST_TIMEOUT, "problem-upload-too-slow")
            },
            Self::Gone => problem(StatusCode::GONE, "problem-gone"),
            Self::Fate(state, at) => Problem {
                state: Some(state.word()),
                at: Some(Moment::from_unix_millis(at.as_millis()).rfc3339),
                named: Some(Named::Time(*at)),
                ..problem(StatusCode::GONE, fate_message(*state))
            },
            Self::TicketGone => problem(StatusCode::GONE, "problem-ticket-gone"),
            Self::NothingToAcknowledge => {
                problem(StatusCode::GONE, "problem-nothing-to-acknowledge")
            }
            Self::Held(seconds) => Problem {
                retry_after: Some(*seconds),
                ..problem(StatusCode::CONFLICT, "problem-held")
            },
            Self::Locked => problem(StatusCode::LOCKED, "problem-locked"),
            Self::Passphrase { wrong, tries_left } => Problem {
                challenge: Some(Challenge::Share),
                tries_left: Some(*tries_left),
                ..if *wrong {
                    problem(StatusCode::UNAUTHORIZED, "problem-wrong-passphrase")
                } else {
                    problem(StatusCode::UNAUTHORIZED, "problem-passphrase-needed")
                }
            },
            Self::TooManyStreams => Problem {
                retry_after: Some(30),
                ..problem(StatusCode::TOO_MANY_REQUESTS, "problem-too-many-streams")
            },
            Self::BudgetSpent => problem(StatusCode::TOO_MANY_REQUESTS, "problem-budget-spent"),
            Self::Prefetch => Problem {
                retry_after: Some(1),
                ..problem(StatusCode::SERVICE_UNAVAILABLE, "problem-prefetch")
            },
            Self::NotSatisfiable(size) => Problem {
                content_size: Some(*size),
                ..problem(StatusCode::RANGE_NOT_SATISFIABLE, "problem-range")
            },
            Self::PreconditionFailed => {
                problem(StatusCode::PRECONDITION_FAILED, "problem-precondition")
            }
            Self::Busy => Problem {
                retry_after: Some(5),
                ..problem(StatusCode::SERVICE_UNAVAILABLE, "problem-busy")
            },
            Self::Unavailable => Problem {
                retry_after: Some(10),
                ..problem(StatusCode::SERVICE_UNAVAILABLE, "problem-unavailable")
            },
            Self::Starting => Problem {
                retry_after: Some(2),
                ..problem(StatusCode::SERVICE_UNAVAILABLE, "problem-starting")
            },
            Self::Damaged => problem(StatusCode::INTERNAL_SERVER_ERROR, "problem-damaged"),
            Self::SignIn => Problem {
                challenge: Some(Challenge::Admin),
                ..problem(StatusCode::UNAUTHORIZED, "problem-sign-in")
            },
            Self::WrongPassword => Problem {
                challenge: Some(Challenge::Admin),
                ..problem(StatusCode::UNAUTHORIZED, "problem-wrong-password")
            },
        }
    }
}

/// What the holder of the key is told about a fate.
fn fate_message(state: Visible) -> &'static str {
    match state {
        Visible::Delivering | Visible::Delivered | Visible::BrokenOff => "problem-gone--picked-up",
        Visible::Expired => "problem-gone--expired",
        Visible::Revoked => "problem-gone--revoked",
        Visible::Abandoned => "problem-gone--abandoned",
        Visible::Receiving | Visible::Available | Visible::Reserved | Visible::Locked => {
            "problem-gone--ended"
        }
    }
}
