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
    /// One page of the list of shares.
    pub shares: Vec<AdminShare>,
    /// Where the list goes on: the value of `after`.
    pub next: Option<String>,
    /// What the cleanup that was just asked for found.
    pub cleanup: Option<CleanupReport>,
}

/// How the server stands.
#[derive(Debug)]
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
