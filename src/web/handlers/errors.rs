use std::sync::Arc;

use actix_web::http::StatusCode;

use crate::web::AppState;
use crate::web::error::WebError;
use crate::web::pages::{self, GonePage, NextStep, NotAcceptablePage};
use crate::web::problem::{ErrorPage, Problem};

/// No such route.
pub(in crate::web) async fn not_found() -> Result<String, WebError> {
    Err(WebError::NotFound)
}

/// Makes the page of a problem. What a stranger is told of a share is the same page, byte for byte, whatever the reason.
pub(in crate::web) fn page_maker(state: &AppState) -> ErrorPage {
    let state = state.clone();
    Arc::new(move |problem: &Problem, reader, request_id: &str| {
        let layout = state.inner.layout(reader);
        match problem {
            Problem {
                status: StatusCode::GONE,
                state: None,
                kind: "gone",
                ..
            } => pages::render(&GonePage { layout }),
            Problem {
                status: StatusCode::NOT_ACCEPTABLE,
                ..
            } => pages::render(&NotAcceptablePage {
                layout,
                status: problem.status.as_u16(),
                request_id: request_id.to_owned(),
            }),
            _ => pages::render(&pages::ErrorPage {
                layout,
                status: problem.status.as_u16(),
                title: problem.title(reader.language).into_owned(),
                detail: problem.detail(reader.language).into_owned(),
                request_id: request_id.to_owned(),
                next_step: next_step(problem),
                retry_after: problem.retry_after,
            }),
        }
    })
}

fn next_step(problem: &Problem) -> NextStep {
    let choose_again = NextStep::Go("/", "error-choose-again");
    match problem.message {
        "problem-sign-in" | "problem-wrong-password" => {
            NextStep::Go("/auth/login", "error-sign-in")
        }
        "problem-timeout"
        | "problem-rate-limited"
        | "problem-held"
        | "problem-too-many-streams"
        | "problem-prefetch"
        | "problem-busy"
        | "problem-unavailable"
        | "problem-starting"
        | "problem-passphrase-length"
        | "problem-passphrase-needed" => NextStep::Again,
        "problem-locked" => NextStep::Ask("ask-unlock"),
        "problem-ticket-gone" | "problem-budget-spent" | "problem-damaged" => {
            NextStep::Ask("ask-new")
        }
        ended if ended.starts_with("problem-gone--") => NextStep::Ask("ask-new"),
        "problem-too-large"
        | "problem-no-room"
        | "problem-upload-password"
        | "problem-upload-too-slow"
        | "problem-no-file"
        | "problem-empty-file-name"
        | "problem-text-and-file"
        | "problem-empty-text"
        | "problem-wrong-count"
        | "problem-too-many-files"
        | "problem-text-too-long"
        | "problem-expiry"
        | "problem-too-slow" => choose_again,
        malformed if malformed.starts_with("problem-malformed-upload") => choose_again,
        _ => NextStep::Go("/", "error-send-yourself"),
    }
}
