//! Who is the operator.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::storage::SessionKind;
use crate::web::AppState;
use crate::web::edge::Visitor;
use crate::web::error::WebError;
use crate::web::negotiate::Wants;

use super::auth::{cookie_of, digest_of_session};

/// Somebody who is not the operator.
pub(in crate::web) enum Stranger {
    /// A browser: it is sent to the login page.
    Browser,
    /// Anybody else, or a server without an operator.
    Refused(WebError),
}

/// Proof that the guard let the operator in; every handler of `/admin` takes it, so that none answers without.
#[derive(Clone, Copy)]
pub(in crate::web) struct AdminSession(());

impl FromRequest for AdminSession {
    type Error = WebError;
    type Future = std::future::Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.extensions().get::<Self>().copied();
        std::future::ready(session.ok_or(WebError::SignIn))
    }
}

/// Guards `/admin` before any handler or body; without `ADMIN_PASSWORD` all of `/auth` and `/admin` does not exist.
pub(in crate::web) async fn admit(
    state: &AppState,
    path: &str,
    request: &ServiceRequest,
) -> Result<(), Stranger> {
    let is = |scope: &str| {
        path == scope
            || path
                .strip_prefix(scope)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    if !is("/admin") && !is("/auth") {
        return Ok(());
    }
    if state.inner.admin_password.is_none() {
        return Err(Stranger::Refused(WebError::NotFound));
    }
    if is("/auth") {
        return Ok(());
    }
    match is_operator(state, request.headers()).await {
        Ok(true) => {
            request.extensions_mut().insert(AdminSession(()));
            Ok(())
        }
        Ok(false) => {
            let wants = request
                .extensions()
                .get::<Visitor>()
                .map(|visitor| visitor.reader.wants);
            Err(if wants == Some(Wants::Html) {
                Stranger::Browser
            } else {
                Stranger::Refused(WebError::SignIn)
            })
        }
        Err(error) => Err(Stranger::Refused(error)),
    }
}

/// By session cookie or bearer token.
async fn is_operator(state: &AppState, headers: &HeaderMap) -> Result<bool, WebError> {
    let redis = state.inner.vault.redis();
    if let Some(digest) = bearer(state, headers) {
        return Ok(redis.has_session(SessionKind::Bearer, &digest).await?);
    }
    let cookie = cookie_of(state).read(headers);
    match cookie.and_then(|secret| digest_of_session(state, secret)) {
        Some(digest) => Ok(redis.has_session(SessionKind::Cookie, &digest).await?),
        None => Ok(false),
    }
}

/// Whether the request carries a valid bearer token.
pub(super) async fn has_token(state: &AppState, headers: &HeaderMap) -> Result<bool, WebError> {
    match bearer(state, headers) {
        Some(digest) if state.inner.admin_password.is_some() => {
            let redis = state.inner.vault.redis();
            Ok(redis.has_session(SessionKind::Bearer, &digest).await?)
        }
        _ => Ok(false),
    }
}

fn bearer(state: &AppState, headers: &HeaderMap) -> Option<[u8; 32]> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = token.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| digest_of_session(state, secret.trim()))
        .flatten()
}
