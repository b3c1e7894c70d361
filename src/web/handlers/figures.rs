//! The operator's list and figures as JSON.

use std::collections::BTreeMap;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::share::Visible;
use crate::storage::AgendaCursor;
use crate::vault::{Counted, HourCounts};
use crate::web::AppState;
use crate::web::attention::attention;
use crate::web::error::WebError;
use crate::web::form::FormError;

use super::guard::AdminSession;
use super::{rfc3339, visitor};

/// Lines of a page of the list, unless fewer are asked for or up to [`MOST`].
const LINES: u32 = 100;
const MOST: u32 = 1000;

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    state: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Which part of the list is asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Only shares in this state.
    pub(super) state: Option<Visible>,
    /// Where the page before ended.
    pub(super) after: Option<AgendaCursor>,
}

impl ListQuery {
    /// An empty field, as a form sends it, asks for nothing in particular.
    pub(super) fn place(&self) -> Result<Place, WebError> {
        let given = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        let state = given(&self.state)
            .map(|word| Visible::from_word(&word).ok_or(FormError::Fields))
            .transpose()?;
        let after = given(&self.after)
            .map(|text| text.parse().map_err(|_| FormError::Fields))
            .transpose()?;
        Ok(Place { state, after })
    }
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
    let place = query.place()?;
    let limit = query.limit.unwrap_or(LINES).clamp(1, MOST);
    let page = state
        .inner
        .vault
        .list(place.state, place.after, limit)
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
        next: page.next.map(|next| next.to_string()),
    }))
}

pub(in crate::web) async fn stats(
    _operator: AdminSession,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    #[derive(Serialize)]
    struct Need {
        kind: &'static str,
        detail: String,
    }
    #[derive(Serialize)]
    struct Body {
        at: String,
        attention: Vec<Need>,
        shares: BTreeMap<&'static str, u64>,
        counted_at: Option<String>,
        listed: u64,
        bytes: u64,
        transfers: u64,
        free_bytes: u64,
        floor_bytes: u64,
        disk_bytes: u64,
        last_sweep_at: Option<String>,
        errors: u64,
        last_24h: Vec<Hour>,
    }
    let vault = &state.inner.vault;
    let health = async { Ok(vault.health((state.inner.wall_clock)()).await) };
    let (stats, health) = tokio::try_join!(vault.stats(), health)?;
    let language = visitor(&request).reader.language;
    let needs = attention(&health, &stats).into_iter().map(|need| Need {
        kind: need.kind(),
        detail: need.detail(language),
    });
    let shares = stats
        .shares
        .iter()
        .map(|(state, count)| (state.word(), *count));
    Ok(HttpResponse::Ok().json(Body {
        at: rfc3339(stats.at),
        attention: needs.collect(),
        shares: shares.collect(),
        counted_at: stats.counted_at.map(rfc3339),
        listed: stats.listed,
        bytes: stats.bytes,
        transfers: stats.transfers,
        free_bytes: stats.free_bytes,
        floor_bytes: stats.floor_bytes,
        disk_bytes: stats.disk_bytes,
        last_sweep_at: stats.last_sweep_at.map(rfc3339),
        errors: stats.errors(),
        last_24h: stats.last_24h.iter().map(Hour::from).collect(),
    }))
}

#[derive(Serialize)]
struct Hour {
    hour: String,
    #[serde(flatten)]
    counts: BTreeMap<&'static str, u64>,
}

impl From<&HourCounts> for Hour {
    fn from(hour: &HourCounts) -> Self {
        let counts = Counted::ALL
            .into_iter()
            .map(|what| (what.word(), hour.get(what)));
        Self {
            hour: rfc3339(hour.hour),
            counts: counts.collect(),
        }
    }
}
