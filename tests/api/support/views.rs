//! The answers as a client of the documented interface sees them. A key the documents do not name is an error.

use serde::Deserialize;

/// `POST /upload`, 201.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Created {
    pub(crate) id: String,
    pub(crate) link: String,
    pub(crate) status_link: String,
    pub(crate) expires_at: String,
    pub(crate) size: u64,
    pub(crate) qr: Option<String>,
    pub(crate) qr_size: Option<usize>,
}

/// `POST /d/{id}/inspect`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inspected {
    pub(crate) state: String,
    pub(crate) name: Option<String>,
    pub(crate) size: u64,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) text: Option<bool>,
    pub(crate) expires_at: String,
    pub(crate) passphrase: bool,
}

/// `POST /d/{id}`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the interface names its keys")]
pub(crate) struct Reserved {
    pub(crate) download: String,
    pub(crate) name: String,
    pub(crate) size: u64,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: bool,
    pub(crate) reserved_until: String,
}

/// `GET /r/{id}/{ticket}/status`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    pub(crate) state: String,
    pub(crate) sent: u64,
    pub(crate) size: u64,
    pub(crate) resumable_until: Option<String>,
}

/// `POST /s/{id}`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owned {
    pub(crate) state: String,
    pub(crate) size: u64,
    pub(crate) passphrase: bool,
    pub(crate) tries_left: Option<u32>,
    pub(crate) sent: u64,
    pub(crate) created_at: String,
    pub(crate) expires_at: Option<String>,
    pub(crate) reserved_at: Option<String>,
    pub(crate) started_at: Option<String>,
    pub(crate) ended_at: Option<String>,
}

/// Every error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
    pub(crate) request_id: String,
    pub(crate) tries_left: Option<u32>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) state: Option<String>,
    pub(crate) at: Option<String>,
}

/// `POST /auth/token`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the interface names its keys")]
pub(crate) struct Token {
    pub(crate) token: String,
    pub(crate) token_type: String,
    pub(crate) expires_in: u64,
}

/// One row of `GET /admin/shares`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) size: u64,
    pub(crate) created_at: String,
    pub(crate) expires_at: String,
}

/// `GET /admin/shares`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    pub(crate) shares: Vec<Listed>,
    pub(crate) next: Option<String>,
}

/// `POST /admin/cleanup`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Swept {
    pub(crate) dry_run: bool,
    pub(crate) finished: u64,
    pub(crate) expired: u64,
    pub(crate) past_hours: u64,
    pub(crate) unknown: u64,
    pub(crate) bytes: u64,
}

/// `GET /admin/stats`, 200.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stats {
    pub(crate) at: String,
    pub(crate) attention: Vec<Need>,
    pub(crate) shares: std::collections::BTreeMap<String, u64>,
    pub(crate) bytes: u64,
    pub(crate) transfers: u64,
    pub(crate) free_bytes: u64,
    pub(crate) floor_bytes: u64,
    pub(crate) disk_bytes: u64,
    pub(crate) last_sweep_at: Option<String>,
    pub(crate) counted_at: Option<String>,
    pub(crate) listed: u64,
    pub(crate) errors: u64,
    pub(crate) last_24h: Vec<HourCounts>,
}

/// One thing to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Need {
    pub(crate) kind: String,
    pub(crate) detail: String,
}

/// One hour of `GET /admin/stats`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HourCounts {
    pub(crate) hour: String,
    pub(crate) uploads: u64,
    pub(crate) picked_up: u64,
    pub(crate) delivered: u64,
    pub(crate) broken_off: u64,
    pub(crate) expired: u64,
    pub(crate) revoked: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) errors: u64,
    pub(crate) refused: u64,
}

/// `GET /health`, 200 or 503.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    pub(crate) status: String,
    pub(crate) redis: serde_json::Value,
    pub(crate) storage: serde_json::Value,
}
