//! The sender's page, and what is sent from it.

mod answer;
mod fields;
mod reception;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, VARY};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::web::AppState;
use crate::web::assets;
use crate::web::base_url::base_url;
use crate::web::error::{FieldError, WebError};
use crate::web::pages::{self, UploadPage};
use crate::web::parts::{Part, PartReader};

use super::{page_response, visitor};

use answer::answer;
use fields::Fields;
use reception::Reception;

/// What multipart adds to files of the largest size.
const FORM_SLACK: u64 = 1 << 20;

/// The same for everybody with one language, so it is rendered and packed once; it holds nothing secret.
pub(in crate::web) async fn page(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let state = &state.inner;
    let layout = state.layout(visitor(&request).reader);
    let page = state.upload_page(layout, |layout| {
        let (expiry_choices, default_expiry) = state.expiry_choices();
        pages::render(&UploadPage {
            layout,
            max_size: state.vault.settings().max_size,
            expiry_choices,
            default_expiry,
            upload_password_required: state.upload_password.is_some(),
        })
    });
    let (body, encoding) = page.in_smallest(assets::accept_encoding(&request));
    let mut response = page_response(StatusCode::OK);
    response.insert_header((VARY, "Accept-Encoding"));
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.body(body)
}

pub(in crate::web) async fn upload(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, WebError> {
    let visitor = visitor(&request);
    let headers = request.headers();
    let limiter = &state.inner.limiters.upload;
    limiter
        .check(visitor.network)
        .map_err(WebError::RateLimited)?;
    let base = base_url(state.inner.public_url.as_ref(), headers, visitor.https)
        .ok_or(WebError::Field(FieldError::Host))?;
    let limit = state.inner.vault.settings().max_size;
    let announced = announced(headers);
    if announced.is_some_and(|bytes| bytes > limit.saturating_add(FORM_SLACK)) {
        return Err(WebError::TooLarge(limit));
    }
    let fields = Fields::of(&state, headers);
    // Redis away or no room: said before the body is read.
    state.inner.vault.ready_for_deposit().await?;
    let mut reader = PartReader::new(headers, payload)?;
    let mut reception = Reception::new(&state, fields, announced);
    while let Some(part) = reader.next().await? {
        match part {
            Part::Field { name, value } => reception.field(&name, &value)?,
            Part::Text(text) => reception.text(text).await?,
            Part::File(file) => reception.file(file).await?,
        }
    }
    let wants_qr = reception.wants_qr();
    let deposited = reception.complete()?.commit().await?;
    Ok(answer(&state, visitor.reader, &base, &deposited, wants_qr))
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
