use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::OwnerKey;
use crate::share::ShareId;
use crate::vault::OwnerView;
use crate::web::AppState;
use crate::web::error::{FieldError, WebError};
use crate::web::form::Form;
use crate::web::negotiate::Wants;
use crate::web::pages::{Layout, StatusPage, StatusResultPage, state_words};

use super::{html, moment, pasted_key, rfc3339, visitor};

#[derive(Deserialize)]
pub(in crate::web) struct OwnerForm {
    #[serde(default)]
    owner: Zeroizing<String>,
    action: String,
}

/// The same page for every id, known or not.
pub(in crate::web) async fn page(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
) -> HttpResponse {
    let page = StatusPage {
        layout: state.inner.layout(visitor(&request).reader),
        id: id.into_inner(),
    };
    html(StatusCode::OK, &page)
}

pub(in crate::web) async fn act(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
    form: Form<OwnerForm>,
) -> Result<HttpResponse, WebError> {
    let vault = &state.inner.vault;
    let id = ShareId::parse(&id).ok_or(WebError::Gone)?;
    let owner = OwnerKey::parse(pasted_key(&form.0.owner)).ok_or(WebError::Gone)?;
    let view = match form.0.action.as_str() {
        "status" => vault.owner_status(id, &owner).await?,
        "revoke" => vault.revoke(id, &owner).await?,
        "unlock" => vault.unlock(id, &owner).await?,
        _ => return Err(WebError::Field(FieldError::Action)),
    };
    let reader = visitor(&request).reader;
    Ok(match reader.wants {
        Wants::Html => {
            let layout = state.inner.layout(reader);
            html(StatusCode::OK, &result_page(layout, id, &owner, &view))
        }
        Wants::Json | Wants::Text => HttpResponse::Ok().json(Body::from(&view)),
    })
}

#[derive(Serialize)]
struct Body {
    state: &'static str,
    size: u64,
    passphrase: bool,
    tries_left: Option<u32>,
    sent: u64,
    created_at: String,
    expires_at: String,
    reserved_at: Option<String>,
    started_at: Option<String>,
    ended_at: Option<String>,
}

impl From<&OwnerView> for Body {
    fn from(view: &OwnerView) -> Self {
        Self {
            state: view.state.word(),
            size: view.size,
            passphrase: view.passphrase,
            tries_left: view.tries_left,
            sent: view.sent,
            created_at: rfc3339(view.created_at),
            expires_at: rfc3339(view.expires_at),
            reserved_at: view.reserved_at.map(rfc3339),
            started_at: view.started_at.map(rfc3339),
            ended_at: view.ended_at.map(rfc3339),
        }
    }
}

fn result_page(
    layout: Layout,
    id: ShareId,
    owner: &OwnerKey,
    view: &OwnerView,
) -> StatusResultPage {
    StatusResultPage {
        layout,
        id: id.to_string(),
        owner: owner.encode().to_string(),
        words: state_words(view.state.word()),
        size: view.size,
        tries_left: view.tries_left,
        sent: view.started_at.map(|_| view.sent),
        created_at: Some(moment(view.created_at)),
        expires_at: Some(moment(view.expires_at)),
        reserved_at: view.reserved_at.map(moment),
        started_at: view.started_at.map(moment),
        ended_at: view.ended_at.map(moment),
    }
}
