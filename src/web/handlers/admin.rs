use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::share::ShareId;
use crate::vault::{CleanupReport, CleanupScope, Counted, Health, HourCounts, SharePage, Stats};
use crate::web::AppState;
use crate::web::attention::attention;
use crate::web::error::WebError;
use crate::web::form::{Form, FormError};
use crate::web::negotiate::Wants;
use crate::web::pages::{self, AdminHour, AdminPage, AdminShare, AdminStats, Layout};

use super::auth::see_other;
use super::figures::{ListQuery, Place};
use super::guard::AdminSession;
use super::{html, moment, visitor};

/// Lines of the page's table.
const LINES: u32 = 25;

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
    show(&state, layout, query.place()?, None).await
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
    query: Query<ListQuery>,
) -> Result<HttpResponse, WebError> {
    let place = query.place()?;
    delete(operator, state, id).await?;
    Ok(see_other(
        &request,
        &place.state.map_or_else(
            || "/admin".to_owned(),
            |state| format!("/admin?state={}", state.word()),
        ),
    ))
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
        Wants::Html => {
            let layout = state.inner.layout(reader);
            let cleanup = pages::CleanupReport {
                with_unknown: unknown,
                ..report.into()
            };
            show(&state, layout, Place::default(), Some(cleanup)).await
        }
        Wants::Json | Wants::Text => Ok(HttpResponse::Ok().json(ReportBody::from(report))),
    }
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
    place: Place,
    cleanup: Option<pages::CleanupReport>,
) -> Result<HttpResponse, WebError> {
    let vault = &state.inner.vault;
    let health = async { Ok(vault.health((state.inner.wall_clock)()).await) };
    let list = vault.list(place.state, place.after, LINES);
    let (stats, list, health) = tokio::try_join!(vault.stats(), list, health)?;
    let page = AdminPage {
        state: place.state.map(|state| state.word().to_owned()),
        goes_on: place.after.is_some(),
        cleanup,
        ..admin_page(layout, &stats, list, &health)
    };
    Ok(html(StatusCode::OK, &page))
}

fn admin_page(layout: Layout, stats: &Stats, list: SharePage, health: &Health) -> AdminPage {
    let needs = attention(health, stats).into_iter();
    AdminPage {
        needs: needs.map(|need| need.detail(layout.language)).collect(),
        layout,
        stats: AdminStats {
            at: moment(stats.at),
            shares: stats
                .shares
                .iter()
                .map(|(state, count)| (state.word().to_owned(), *count))
                .collect(),
            bytes: stats.bytes,
            free: stats.free_bytes,
            floor: stats.floor_bytes,
            disk: stats.disk_bytes,
            transfers: stats.transfers,
            last_sweep_at: stats.last_sweep_at.map(moment),
            counted_at: stats.counted_at.map(moment),
            listed: stats.listed,
            errors: stats.errors(),
            hours: stats.last_24h.iter().map(admin_hour).collect(),
        },
        state: None,
        goes_on: false,
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
        next: list.next.map(|next| next.to_string()),
        cleanup: None,
    }
}

impl From<CleanupReport> for pages::CleanupReport {
    fn from(report: CleanupReport) -> Self {
        Self {
            dry_run: report.dry_run,
            with_unknown: false,
            finished: report.finished,
            expired: report.expired,
            past_hours: report.past_hours,
            unknown: report.unknown,
            bytes: report.bytes,
        }
    }
}

fn admin_hour(hour: &HourCounts) -> AdminHour {
    AdminHour {
        hour: moment(hour.hour),
        uploads: hour.get(Counted::Uploads),
        picked_up: hour.get(Counted::PickedUp),
        delivered: hour.get(Counted::Delivered),
        broken_off: hour.get(Counted::BrokenOff),
        expired: hour.get(Counted::Expired),
        revoked: hour.get(Counted::Revoked),
        bytes_in: hour.get(Counted::BytesIn),
        bytes_out: hour.get(Counted::BytesOut),
        errors: hour.get(Counted::Errors),
        refused: hour.get(Counted::Refused),
    }
}
