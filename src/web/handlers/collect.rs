use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderValue, USER_AGENT, WWW_AUTHENTICATE};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::{LinkKey, Passphrase, Ticket};
use crate::share::ShareId;
use crate::vault::Reservation;
use crate::web::AppState;
use crate::web::error::{FieldError, WebError};
use crate::web::form::Form;
use crate::web::negotiate::{Wants, names_json};
use crate::web::pages::{CollectPage, GonePage, PassphrasePage, ReservedPage};

use super::{html, moment, pasted_key, rfc3339, visitor};

/// What the page of a share is asked with.
#[derive(Deserialize)]
pub(in crate::web) struct KeyForm {
    #[serde(default)]
    key: Zeroizing<String>,
}

#[derive(Deserialize)]
pub(in crate::web) struct ReserveForm {
    #[serde(default)]
    key: Zeroizing<String>,
    ticket: Option<Zeroizing<String>>,
    passphrase: Option<Zeroizing<String>>,
}

/// Decided before any look-up: the answer tells nothing about a share.
pub(in crate::web) fn admit_agent(
    state: &AppState,
    path: &str,
    headers: &HeaderMap,
) -> Result<(), WebError> {
    let agent = headers
        .get(USER_AGENT)
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let agent = agent.as_deref();
    let agents = &state.inner.agents;
    let blocked = (path.starts_with("/d/") && agents.blocks_page(agent))
        || (path.starts_with("/r/") && agents.blocks_bytes(agent));
    if blocked {
        Err(WebError::AgentBlocked)
    } else {
        Ok(())
    }
}

/// Never changes anything. A reserved or locked share looks like one that waits.
pub(in crate::web) async fn page(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, WebError> {
    let Some(id) = ShareId::parse(&id) else {
        return gone(&state, &request);
    };
    let layout = state.inner.layout(visitor(&request).reader);
    let ticket = Ticket::random().encode().to_string();
    match state.inner.vault.look(id).await? {
        None => gone(&state, &request),
        Some(false) => Ok(html(
            StatusCode::OK,
            &CollectPage {
                layout,
                id: id.to_string(),
                ticket,
            },
        )),
        Some(true) => Ok(passphrase_page(&PassphrasePage {
            layout,
            id: id.to_string(),
            ticket,
            tries_left: None,
            key: None,
        })),
    }
}

/// The same bytes for whoever does not ask for JSON by name.
fn gone(state: &AppState, request: &HttpRequest) -> Result<HttpResponse, WebError> {
    if names_json(request.headers()) {
        return Err(WebError::Gone);
    }
    let layout = state.inner.layout(visitor(request).reader);
    Ok(html(StatusCode::GONE, &GonePage { layout }))
}

pub(in crate::web) async fn inspect(
    state: Data<AppState>,
    id: Path<String>,
    form: Form<KeyForm>,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Body<'a> {
        state: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        size: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        r#type: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<bool>,
        expires_at: String,
        passphrase: bool,
    }
    let id = ShareId::parse(&id).ok_or(WebError::Gone)?;
    let link = LinkKey::parse(pasted_key(&form.0.key)).ok_or(WebError::Gone)?;
    let found = state.inner.vault.inspect(id, &link).await?;
    Ok(HttpResponse::Ok().json(Body {
        state: found.state.word(),
        name: found.info.as_ref().map(|info| info.name.as_str()),
        size: found.size,
        r#type: found.info.as_ref().map(|info| info.content_type.as_str()),
        text: found.info.as_ref().map(|info| info.text),
        expires_at: rfc3339(found.expires_at),
        passphrase: found.info.is_none(),
    }))
}

/// Reserves. Never a redirect: a scanner that submits forms must not burn the share.
pub(in crate::web) async fn reserve(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
    form: Form<ReserveForm>,
) -> Result<HttpResponse, WebError> {
    let visitor = visitor(&request);
    let limiter = &state.inner.limiters.reserve;
    limiter
        .check(visitor.network)
        .map_err(WebError::RateLimited)?;
    let form = form.0;
    let id = ShareId::parse(&id).ok_or(WebError::Gone)?;
    let ticket = match form.ticket.as_deref().filter(|ticket| !ticket.is_empty()) {
        Some(ticket) => Ticket::parse(ticket).ok_or(FieldError::Ticket)?,
        None => Ticket::random(),
    };
    let given = form.passphrase.as_deref().filter(|given| !given.is_empty());
    let passphrase = match given {
        Some(given) => Some(Passphrase::parse(given).map_err(|_| FieldError::Passphrase)?),
        None => None,
    };
    let link = LinkKey::parse(pasted_key(&form.key)).ok_or(WebError::Gone)?;
    let vault = &state.inner.vault;
    let reserved = vault.reserve(id, link.clone(), ticket.clone(), passphrase);
    match reserved.await.map_err(WebError::from) {
        Ok(reserved) => Ok(reserved_answer(&state, &request, id, &ticket, &reserved)),
        // Without JavaScript a wrong passphrase is asked for again on the spot.
        Err(WebError::Passphrase { wrong, tries_left }) if visitor.reader.wants == Wants::Html => {
            Ok(passphrase_page(&PassphrasePage {
                layout: state.inner.layout(visitor.reader),
                id: id.to_string(),
                ticket: ticket.encode().to_string(),
                tries_left: wrong.then_some(tries_left),
                key: Some(link.encode().to_string()),
            }))
        }
        Err(error) => Err(error),
    }
}

/// JSON only for who asks for it by name.
fn reserved_answer(
    state: &AppState,
    request: &HttpRequest,
    id: ShareId,
    ticket: &Ticket,
    reserved: &Reservation,
) -> HttpResponse {
    #[derive(Serialize)]
    struct Body<'a> {
        download: &'a str,
        name: &'a str,
        size: u64,
        r#type: &'a str,
        text: bool,
        reserved_until: String,
    }
    let reader = visitor(request).reader;
    let download = format!("/r/{id}/{}", *ticket.encode());
    if reader.wants == Wants::Json && names_json(request.headers()) {
        return HttpResponse::Ok().json(Body {
            download: &download,
            name: &reserved.info.name,
            size: reserved.size,
            r#type: &reserved.info.content_type,
            text: reserved.info.text,
            reserved_until: rfc3339(reserved.reserved_until),
        });
    }
    html(
        StatusCode::OK,
        &ReservedPage {
            layout: state.inner.layout(reader),
            download,
            name: reserved.info.name.clone(),
            text: reserved.info.text,
            size: reserved.size,
            reserved_until: moment(reserved.reserved_until),
        },
    )
}

fn passphrase_page(page: &PassphrasePage) -> HttpResponse {
    let mut answer = html(StatusCode::UNAUTHORIZED, page);
    answer.headers_mut().insert(
        WWW_AUTHENTICATE,
        HeaderValue::from_static("SharePassphrase realm=\"share\""),
    );
    answer
}
