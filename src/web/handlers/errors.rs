use std::sync::Arc;

use actix_web::http::StatusCode;

use crate::web::AppState;
use crate::web::error::WebError;
use crate::web::pages::{self, GonePage, NotAcceptablePage};
use crate::web::problem::{ErrorPage, Problem};

/// No such route.
pub(in crate::web) async fn not_found() -> Result<String, WebError> {
    Err(WebError::NotFound)
}

/// Makes the page of a problem. What a stranger is told of a share is the same page, byte for byte, whatever the reason.
pub(in crate::web) fn page_maker(state: &AppState) -> ErrorPage {
    let layout = state.inner.layout();
    let gone = pages::render(&GonePage {
        layout: layout.clone(),
    });
    let not_acceptable = pages::render(&NotAcceptablePage {
        layout: layout.clone(),
    });
    Arc::new(move |problem: &Problem, request_id: &str| match problem {
        Problem {
            status: StatusCode::GONE,
            state: None,
            kind: "gone",
            ..
        } => gone.clone(),
        Problem {
            status: StatusCode::NOT_ACCEPTABLE,
            ..
        } => not_acceptable.clone(),
        _ => pages::render(&pages::ErrorPage {
            layout: layout.clone(),
            status: problem.status.as_u16(),
            title: problem.title.to_owned(),
            detail: problem.detail.clone().into_owned(),
            request_id: request_id.to_owned(),
            next_step: Some(next_step(problem)),
            retry_after: problem.retry_after,
        }),
    })
}

fn next_step(problem: &Problem) -> (String, String) {
    let (href, label) = match problem.kind {
        "sign-in" | "wrong-password" => ("/auth/login", "Sign in"),
        "too-large" | "no-room" | "upload-password" | "upload-too-slow" | "no-file"
        | "empty-file-name" | "text-and-file" | "empty-text" | "wrong-count" | "too-many-files"
        | "text-too-long" | "expiry" | "malformed-upload" | "too-slow" => {
            ("/", "Choose the file again")
        }
        _ => ("/", "Send a file yourself"),
    };
    (href.to_owned(), label.to_owned())
}
