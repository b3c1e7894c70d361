use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::share::{ShareId, Visible};
use crate::vault::{CleanupReport, CleanupScope, SharePage, Stats};
use crate::web::AppState;
use crate::web::error::WebError;
use crate::web::form::{Form, FormError};
use crate::web::negotiate::Wants;
use crate::web::pages::{self, AdminPage, AdminShare, AdminStats, Layout};

use super::auth::see_other;
use super::guard::AdminSession;
use super::{html, moment, rfc3339, visitor};

/// Lines of the page's table; the API gives up to [`MOST`].
const LINES: u32 = 50;
const MOST: u32 = 1000;

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    state: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
pub(in crate::web) struct CleanupForm {
    apply: Option<String>,
    unknown: Option<String>,
}

pub(in crate::web) async fn page(
    _operator: AdminSession,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, WebError> {
    let layout = state.inner.layout(visitor(&request).reader);
    show(&state, layout, query.after.as_deref(), None).await
}

pub(in crate::web) async fn list(
    _operator: AdminSession,
    state: Data<AppState>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Line {
        id: String,
        state: &'static str,
        size: u64,
        created_at: String,
        expires_at: String,
    }
    #[derive(Serialize)]
    struct Body {
        shares: Vec<Line>,
        next: Option<String>,
    }
    let wanted = match query.state.as_deref() {
        Some(word) => Some(Visible::from_word(word).ok_or(FormError::Fields)?),
        None => None,
    };
    let limit = query.limit.unwrap_or(100).clamp(1, MOST);
    let page = state
        .inner
        .vault
        .list(wanted, query.after.as_deref(), limit)
        .await?;
    let shares = page.shares.into_iter().map(|line| Line {
        id: line.id.to_string(),
        state: line.state.word(),
        size: line.size,
        created_at: rfc3339(line.created_at),
        expires_at: rfc3339(line.expires_at),
    });
    Ok(HttpResponse::Ok().json(Body {
        shares: shares.collect(),
        next: page.next,
    }))
}

pub(in crate::web) async fn delete(
    _operator: AdminSession,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, WebError> {
    let id = ShareId::parse(&id).ok_or(WebError::NotFound)?;
    if state.inner.vault.delete(id).await? {
        tracing::info!("the operator deleted a share");
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(WebError::NotFound)
    }
}

/// The same from the page without JavaScript.
pub(in crate::web) async fn delete_by_form(
    operator: AdminSession,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, WebError> {
    delete(operator, state, id).await?;
    Ok(see_other(&request, "/admin"))
}

pub(in crate::web) async fn cleanup(
    _operator: AdminSession,
    state: Data<AppState>,
    request: HttpRequest,
    form: Result<Form<CleanupForm>, WebError>,
) -> Result<HttpResponse, WebError> {
    let (apply, unknown) = match form {
        Ok(form) => (
            flag(form.0.apply.as_deref())?,
            flag(form.0.unknown.as_deref())?,
        ),
        // No body at all is the default, a body that is no form is a mistake.
        Err(_) if !has_body(request.headers()) => (false, false),
        Err(error) => return Err(error),
    };
    let scope = CleanupScope { apply, unknown };
    let report = state
        .inner
        .vault
        .cleanup(scope, (state.inner.wall_clock)())
        .await?;
    let reader = visitor(&request).reader;
    match reader.wants {
        Wants::Html => show(&state, state.inner.layout(reader), None, Some(report)).await,
        Wants::Json | Wants::Text => Ok(HttpResponse::Ok().json(ReportBody::from(report))),
    }
}

pub(in crate::web) async fn stats(
    _operator: AdminSession,
    state: Data<AppState>,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Body {
        shares: std::collections::BTreeMap<&'static str, u64>,
        bytes: u64,
        transfers: u64,
        free_bytes: u64,
        last_sweep_at: Option<String>,
    }
    let stats = state.inner.vault.stats().await?;
    let shares = stats
        .shares
        .iter()
        .map(|(state, count)| (state.word(), *count));
    Ok(HttpResponse::Ok().json(Body {
        shares: shares.collect(),
        bytes: stats.bytes,
        transfers: stats.transfers,
        free_bytes: stats.free_bytes,
        last_sweep_at: stats.last_sweep_at.map(rfc3339),
    }))
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers
            .get(CONTENT_LENGTH)
            .is_some_and(|length| length.as_bytes() != b"0")
}

/// Strictly `true` or `false`: a misspelt `apply` must not pass for a dry run that was meant.
fn flag(text: Option<&str>) -> Result<bool, WebError> {
    match text {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(FormError::Fields.into()),
    }
}

#[derive(Serialize)]
struct ReportBody {
    dry_run: bool,
    finished: u64,
    expired: u64,
    past_hours: u64,
    unknown: u64,
    bytes: u64,
}

impl From<CleanupReport> for ReportBody {
    fn from(report: CleanupReport) -> Self {
        Self {
            dry_run: report.dry_run,
            finished: report.finished,
            expired: report.expired,
            past_hours: report.past_hours,
            unknown: report.unknown,
            bytes: report.bytes,
        }
    }
}

async fn show(
    state: &AppState,
    layout: Layout,
    after: Option<&str>,
    cleanup: Option<CleanupReport>,
) -> Result<HttpResponse, WebError> {
    let vault = &state.inner.vault;
    let (stats, list) = tokio::join!(vault.stats(), vault.list(None, after, LINES));
    Ok(html(
        StatusCode::OK,
        &admin_page(layout, &stats?, list?, cleanup),
    ))
}

fn admin_page(
    layout: Layout,
    stats: &Stats,
    list: SharePage,
    cleanup: Option<CleanupReport>,
) -> AdminPage {
    AdminPage {
        layout,
        stats: AdminStats {
            shares: stats
                .shares
                .iter()
                .filter(|(_, count)| **count > 0)
                .map(|(state, count)| (state.word().to_owned(), *count))
                .collect(),
            bytes: stats.bytes,
            free: stats.free_bytes,
            transfers: stats.transfers,
            last_sweep_at: stats.last_sweep_at.map(moment),
        },
        shares: list
            .shares
            .into_iter()
            .map(|line| AdminShare {
                id: line.id.to_string(),
                state: line.state.word().to_owned(),
                size: line.size,
                created_at: moment(line.created_at),
                expires_at: moment(line.expires_at),
            })
            .collect(),
        next: list.next,
        cleanup: cleanup.map(|report| pages::CleanupReport {
            dry_run: report.dry_run,
            finished: report.finished,
            expired: report.expired,
            past_hours: report.past_hours,
            unknown: report.unknown,
            bytes: report.bytes,
        }),
    }
}
