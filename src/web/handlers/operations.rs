use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::vault::{Dependency, Wellness};
use crate::web::AppState;
use crate::web::client::Clients;
use crate::web::error::WebError;

use super::guard;

/// Dependencies asked for real, every time.
pub(in crate::web) async fn health(state: Data<AppState>) -> HttpResponse {
    #[derive(Serialize)]
    struct Part {
        status: &'static str,
        reasons: Vec<&'static str>,
    }
    #[derive(Serialize)]
    struct Body {
        status: &'static str,
        redis: Part,
        storage: Part,
    }
    fn part(dependency: &Dependency) -> Part {
        let words = dependency.reasons.iter().map(|reason| reason.words());
        Part {
            status: dependency.wellness.word(),
            reasons: words.collect(),
        }
    }
    let health = state.inner.vault.health((state.inner.wall_clock)()).await;
    let overall = match health.overall() {
        _ if !state.is_ready() => Wellness::Failing,
        overall => overall,
    };
    let status = match overall {
        Wellness::Ok | Wellness::Degraded => StatusCode::OK,
        Wellness::Failing => StatusCode::SERVICE_UNAVAILABLE,
    };
    HttpResponse::build(status).json(Body {
        status: overall.word(),
        redis: part(&health.redis),
        storage: part(&health.storage),
    })
}

/// For the operator's bearer token, or for a program on this machine that nobody forwarded.
pub(in crate::web) async fn metrics(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let local = request
        .peer_addr()
        .is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let direct = local && !Clients::is_forwarded(request.headers());
    if !direct && !guard::has_token(&state, request.headers()).await? {
        return Err(WebError::SignIn);
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(state.inner.prometheus.render()))
}
