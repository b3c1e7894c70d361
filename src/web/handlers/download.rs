use std::time::{Duration, SystemTime};

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, LAST_MODIFIED,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::crypto::Ticket;
use crate::share::ShareId;
use crate::vault::Prepared;
use crate::web::AppState;
use crate::web::disposition;
use crate::web::error::WebError;
use crate::web::headers::CSP_DOWNLOAD;
use crate::web::range::{Selection, Validators, select};

use super::rfc3339;

/// The bytes. Only a GET that is about to be answered 200 or 206 claims; everything else changes nothing.
pub(in crate::web) async fn bytes(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, ticket) = parse(&path)?;
    if is_prefetch(request.headers()) {
        return Err(WebError::Prefetch);
    }
    let vault = &state.inner.vault;
    let prepared = vault.prepare(id, &ticket).await?;
    let etag = format!("\"{}\"", prepared.etag);
    let last_modified =
        SystemTime::UNIX_EPOCH + Duration::from_millis(prepared.last_modified.as_millis());
    let validators = Validators {
        etag: &etag,
        last_modified,
    };
    let size = prepared.size;
    let selection = select(request.method(), request.headers(), validators, size);
    let (status, range) = match selection {
        Selection::Full => (StatusCode::OK, 0..size),
        Selection::Partial { first, last } => (StatusCode::PARTIAL_CONTENT, first..last + 1),
        Selection::NotModified => {
            return Ok(HttpResponse::NotModified()
                .insert_header((ETAG, etag))
                .finish());
        }
        Selection::PreconditionFailed => return Err(WebError::PreconditionFailed),
        Selection::NotSatisfiable => return Err(WebError::NotSatisfiable(size)),
    };
    let mut answer = head(status, &prepared, &etag, last_modified);
    if status == StatusCode::PARTIAL_CONTENT {
        let (first, last) = (range.start, range.end - 1);
        answer.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
    }
    let length = range.end - range.start;
    if request.method() == Method::HEAD {
        let nothing = futures_util::stream::empty::<Result<bytes::Bytes, std::io::Error>>();
        return Ok(answer.body(SizedStream::new(length, nothing)));
    }
    let stream = vault.deliver(prepared, range).await?;
    Ok(answer.body(SizedStream::new(length, stream)))
}

pub(in crate::web) async fn status(
    state: Data<AppState>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Body {
        state: &'static str,
        sent: u64,
        size: u64,
        resumable_until: Option<String>,
    }
    let (id, ticket) = parse(&path)?;
    let transfer = state.inner.vault.transfer_status(id, &ticket).await?;
    Ok(HttpResponse::Ok().json(Body {
        state: transfer.state.word(),
        sent: transfer.sent,
        size: transfer.size,
        resumable_until: transfer.resumable_until.map(rfc3339),
    }))
}

pub(in crate::web) async fn acknowledge(
    state: Data<AppState>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, ticket) = parse(&path)?;
    state.inner.vault.acknowledge(id, &ticket).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn parse(path: &(String, String)) -> Result<(ShareId, Ticket), WebError> {
    let id = ShareId::parse(&path.0).ok_or(WebError::TicketGone)?;
    let ticket = Ticket::parse(&path.1).ok_or(WebError::TicketGone)?;
    Ok((id, ticket))
}

/// Whether a browser asks before its user does (`Sec-Purpose`, and `Purpose` of older ones).
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].iter().any(|name| {
        headers
            .get(*name)
            .and_then(|purpose| purpose.to_str().ok())
            .is_some_and(|purpose| purpose.to_ascii_lowercase().contains("prefetch"))
    })
}

fn head(
    status: StatusCode,
    prepared: &Prepared,
    etag: &str,
    last_modified: SystemTime,
) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .insert_header((CONTENT_DISPOSITION, disposition::attachment(&prepared.name)))
        .insert_header((ETAG, etag.to_owned()))
        .insert_header((LAST_MODIFIED, httpdate::fmt_http_date(last_modified)))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CONTENT_SECURITY_POLICY, CSP_DOWNLOAD))
        .insert_header((CACHE_CONTROL, "no-store, no-transform"))
        // A proxy that spools would put plaintext on its disk.
        .insert_header(("x-accel-buffering", "no"));
    answer
}
