use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::config::AdminPassword;
use crate::crypto::{Digest, Ticket};
use crate::storage::SessionKind;
use crate::web::AppState;
use crate::web::cookie::SessionCookie;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::negotiate::Wants;
use crate::web::pages::{LoginPage, SignIn};
use crate::web::state::digest_of;

use super::{html, visitor};

/// How long a person stays signed in.
const SESSION: Duration = Duration::from_hours(12);
/// How long a script does.
const TOKEN: Duration = Duration::from_mins(15);

#[derive(Deserialize)]
pub(in crate::web) struct PasswordForm {
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
pub(in crate::web) struct LoginQuery {
    note: Option<String>,
}

pub(in crate::web) async fn page(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<LoginQuery>,
) -> HttpResponse {
    let why = match query.note.as_deref() {
        Some("ended") => SignIn::Ended,
        _ => SignIn::Asked,
    };
    login_page(&state, &request, StatusCode::OK, why)
}

fn login_page(
    state: &AppState,
    request: &HttpRequest,
    status: StatusCode,
    why: SignIn,
) -> HttpResponse {
    let layout = state.inner.layout(visitor(request).reader);
    html(status, &LoginPage { layout, why })
}

pub(in crate::web) async fn sign_in(
    state: Data<AppState>,
    request: HttpRequest,
    form: Form<PasswordForm>,
) -> Result<HttpResponse, WebError> {
    if let Err(error) = check(&state, &request, form.0.password).await {
        let (status, why, name, value) = match error {
            _ if visitor(&request).reader.wants != Wants::Html => return Err(error),
            WebError::WrongPassword => (
                StatusCode::UNAUTHORIZED,
                SignIn::Wrong,
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"admin\""),
            ),
            WebError::RateLimited(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                SignIn::Wait(seconds),
                RETRY_AFTER,
                seconds.into(),
            ),
            _ => return Err(error),
        };
        let mut answer = login_page(&state, &request, status, why);
        answer.headers_mut().insert(name, value);
        return Ok(answer);
    }
    close_session(&state, &request).await?;
    let secret = open_session(&state, SessionKind::Cookie, SESSION).await?;
    let cookie = cookie_of(&state).set(&secret, SESSION);
    let mut answer = see_other(&request, "/admin");
    if let Some(cookie) = cookie {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

pub(in crate::web) async fn sign_out(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    close_session(&state, &request).await?;
    let mut answer = see_other(&request, "/");
    if let Some(cleared) = cookie_of(&state).clear() {
        answer.headers_mut().insert(SET_COOKIE, cleared);
    }
    Ok(answer)
}

pub(in crate::web) async fn token(
    state: Data<AppState>,
    request: HttpRequest,
    form: Form<PasswordForm>,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Body<'a> {
        token: &'a str,
        token_type: &'static str,
        expires_in: u64,
    }
    check(&state, &request, form.0.password).await?;
    let secret = open_session(&state, SessionKind::Bearer, TOKEN).await?;
    Ok(HttpResponse::Ok().json(Body {
        token: &secret,
        token_type: "Bearer",
        expires_in: TOKEN.as_secs(),
    }))
}

/// Where a stranger's browser is sent; one that had a session is told that it is over.
pub(in crate::web) fn to_login(state: &AppState, request: &HttpRequest) -> HttpResponse {
    let had_session = cookie_of(state).read(request.headers()).is_some();
    see_other(
        request,
        if had_session {
            "/auth/login?note=ended"
        } else {
            "/auth/login"
        },
    )
}

/// To another page, in the language the address asks for. The path may bring a query along.
pub(super) fn see_other(request: &HttpRequest, path: &str) -> HttpResponse {
    let mut query = visitor(request).reader.language.query().to_owned();
    if path.contains('?') {
        query = query.replacen('?', "&", 1);
    }
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("{path}{query}")))
        .finish()
}

pub(super) fn cookie_of(state: &AppState) -> SessionCookie {
    SessionCookie::new(state.inner.layout.https)
}

/// The digest a session is stored under; malformed ones are nobody's.
pub(super) fn digest_of_session(state: &AppState, secret: &str) -> Option<[u8; 32]> {
    // Sessions are 32 random bytes spelled like every other secret.
    Ticket::parse(secret).map(|secret| session_name(state, &secret))
}

/// A session opened under another password of the operator's has another name, so nobody finds it any more.
fn session_name(state: &AppState, secret: &Ticket) -> [u8; 32] {
    let secret = secret.digest();
    let realm = &state.inner.session_realm;
    *Digest::of(&[*secret.as_bytes(), *realm.as_bytes()].concat()).as_bytes()
}

/// Ends the session of the request's cookie, if it has one.
async fn close_session(state: &AppState, request: &HttpRequest) -> Result<(), WebError> {
    let cookie = cookie_of(state).read(request.headers());
    if let Some(digest) = cookie.and_then(|secret| digest_of_session(state, secret)) {
        let redis = state.inner.vault.redis();
        redis.close_session(SessionKind::Cookie, &digest).await?;
    }
    Ok(())
}

async fn open_session(
    state: &AppState,
    kind: SessionKind,
    lifetime: Duration,
) -> Result<Zeroizing<String>, WebError> {
    let secret = Ticket::random();
    let redis = state.inner.vault.redis();
    redis
        .open_session(kind, &session_name(state, &secret), lifetime)
        .await?;
    Ok(secret.encode())
}

/// Counts the try before the password is looked at.
async fn check(
    state: &AppState,
    request: &HttpRequest,
    password: Zeroizing<String>,
) -> Result<(), WebError> {
    let limiter = &state.inner.limiters.sign_in;
    limiter
        .check(visitor(request).network)
        .map_err(WebError::RateLimited)?;
    let right = match state.inner.admin_password.clone() {
        None => return Err(WebError::NotFound),
        Some(AdminPassword::Plain(expected)) => {
            digest_of(&expected) == Digest::of(password.as_bytes())
        }
        Some(AdminPassword::Hash(expected)) => {
            let permit = Arc::clone(&state.inner.password_gate)
                .try_acquire_owned()
                .map_err(|_| WebError::Busy)?;
            let verified = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                PasswordHash::new(expected.expose()).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.as_bytes(), &hash)
                        .is_ok()
                })
            });
            verified.await.map_err(|_| WebError::Busy)?
        }
    };
    if right {
        tracing::info!("the operator signed in");
        Ok(())
    } else {
        tracing::warn!("a sign-in failed");
        Err(WebError::WrongPassword)
    }
}
