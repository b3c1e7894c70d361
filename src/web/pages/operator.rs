//! What the operator sees. Never a file name, a link or a key.

use askama::Template;

use super::{Layout, Moment};

/// `GET /auth/login`, and the answer to a wrong password.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame.
    pub layout: Layout,
    /// Whether the last try had the wrong password.
    pub wrong: bool,
}

/// `GET /admin`, and the answer to a cleanup asked for by a form.
#[derive(Debug, Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub layout: Layout,
    /// How the server stands.
    pub stats: AdminStats,
    /// The only state that the list shows, by its name in answers; none: all. The link to `next` must carry it on.
    pub state: Option<String>,
    /// One page of the list of shares.
    pub shares: Vec<AdminShare>,
    /// Where the list goes on: the value of `after`.
    pub next: Option<String>,
    /// What the cleanup that was just asked for found.
    pub cleanup: Option<CleanupReport>,
}

/// How the server stands.
#[derive(Debug, Default)]
pub struct AdminStats {
    /// How many shares are in each state, by its name in answers.
    pub shares: Vec<(String, u64)>,
    /// What the blobs hold, in bytes.
    pub bytes: u64,
    /// What the file system has left, in bytes.
    pub free: u64,
    /// Uploads and downloads at this moment.
    pub transfers: u64,
    /// When the last sweep ended.
    pub last_sweep_at: Option<Moment>,
    /// When `shares` were counted; none: just now. With more shares than are counted at once and none, the first count is
    /// still under way and `shares` is empty.
    pub counted_at: Option<Moment>,
    /// How many shares the list has at this moment.
    pub listed: u64,
    /// Requests answered 5xx in the last 24 hours.
    pub errors: u64,
    /// The last 24 hours, the present one last.
    pub hours: Vec<AdminHour>,
}

/// What happened in one hour.
#[derive(Debug)]
pub struct AdminHour {
    /// When it began.
    pub hour: Moment,
    /// Shares acknowledged to their senders.
    pub uploads: u64,
    /// Deliveries begun.
    pub picked_up: u64,
    /// Deliveries that ended with everything sent.
    pub delivered: u64,
    /// Deliveries that ended before.
    pub broken_off: u64,
    /// Shares nobody opened in time.
    pub expired: u64,
    /// Shares ended by their senders or the operator.
    pub revoked: u64,
    /// Bytes of content received.
    pub bytes_in: u64,
    /// Bytes of content sent.
    pub bytes_out: u64,
    /// Requests answered 5xx.
    pub errors: u64,
    /// Requests answered 429.
    pub refused: u64,
}

/// A line in the list of shares.
#[derive(Debug)]
pub struct AdminShare {
    /// The share.
    pub id: String,
    /// Its state, by its name in answers.
    pub state: String,
    /// How many bytes it has.
    pub size: u64,
    /// When its upload was complete.
    pub created_at: Moment,
    /// When it expires.
    pub expires_at: Moment,
}

/// What a cleanup removed, or would remove.
#[derive(Debug)]
pub struct CleanupReport {
    /// Whether nothing was removed.
    pub dry_run: bool,
    /// Shares whose delivery had ended.
    pub finished: u64,
    /// Shares whose time was up.
    pub expired: u64,
    /// Hour folders that were past.
    pub past_hours: u64,
    /// Blobs nothing is known of.
    pub unknown: u64,
    /// Bytes in all.
    pub bytes: u64,
}
