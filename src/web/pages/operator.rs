//! What the operator sees. Never a file name, a link or a key.

use askama::Template;

use super::charts::{self, Chart, DiskBar};
use super::{Layout, Moment, duration_words};

/// `GET /auth/login`, and the answer to a sign-in that did not succeed.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame.
    pub layout: Layout,
    /// Why the page is shown.
    pub why: SignIn,
}

/// Why the operator is asked for the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// It was asked for.
    Asked,
    /// The session is over.
    Ended,
    /// The last try had the wrong password.
    Wrong,
    /// There were too many tries; the next may come after so many seconds.
    Wait(u64),
}

impl LoginPage {
    fn is_wrong(&self) -> bool {
        self.why == SignIn::Wrong
    }

    fn refusal(&self) -> Option<String> {
        match self.why {
            SignIn::Wrong => Some(self.layout.say("login-wrong").into_owned()),
            SignIn::Wait(seconds) => {
                let time = duration_words(self.layout.language, seconds);
                Some(self.layout.fill("login-wait", "time", time))
            }
            SignIn::Asked | SignIn::Ended => None,
        }
    }

    fn note(&self) -> Option<&'static str> {
        match self.why {
            SignIn::Ended => Some("login-ended"),
            SignIn::Asked | SignIn::Wrong | SignIn::Wait(_) => None,
        }
    }
}

/// `GET /admin`, and the answer to a cleanup asked for by a form.
#[derive(Debug, Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub layout: Layout,
    /// What to look at, in sentences; nothing when all is well.
    pub needs: Vec<String>,
    /// How the server stands.
    pub stats: AdminStats,
    /// The only state that the list shows, by its name in answers; none: all.
    pub state: Option<String>,
    /// Whether the list does not begin at its beginning.
    pub goes_on: bool,
    /// One page of the list of shares.
    pub shares: Vec<AdminShare>,
    /// Where the list goes on: the value of `after`.
    pub next: Option<String>,
    /// What the cleanup that was just asked for found.
    pub cleanup: Option<CleanupReport>,
}

impl AdminPage {
    /// An address that keeps the language, and the state if one is given.
    fn address(&self, path: &str, state: Option<&str>) -> String {
        let query = self.layout.query();
        let joint = if query.is_empty() { '?' } else { '&' };
        let state = state.map_or(String::new(), |state| format!("{joint}state={state}"));
        format!("{path}{query}{state}")
    }

    /// Where the list goes on; an empty state is every state.
    fn further(&self) -> String {
        self.address("/admin", Some(self.state.as_deref().unwrap_or_default()))
    }

    fn shows(&self, state: &str) -> bool {
        self.state.as_deref() == Some(state)
    }
}

/// How the server stands.
#[derive(Debug)]
pub struct AdminStats {
    /// When it was asked.
    pub at: Moment,
    /// How many shares are in each state, by its name in answers.
    pub shares: Vec<(String, u64)>,
    /// What the blobs hold, in bytes.
    pub bytes: u64,
    /// What the file system has left, in bytes.
    pub free: u64,
    /// Uploads are refused when less is left.
    pub floor: u64,
    /// What the file system has in all.
    pub disk: u64,
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

impl AdminStats {
    /// One thing that is counted, hour by hour.
    pub(super) fn day(&self, what: &str) -> Vec<u64> {
        let counts = self.hours.iter().map(|hour| {
            let mut found = hour.counts().into_iter();
            found.find(|(name, _)| *name == what).map_or(0, |(_, n)| n)
        });
        counts.collect()
    }

    fn charts(&self) -> [Chart; 3] {
        charts::charts(self)
    }

    fn disk_bar(&self) -> DiskBar {
        charts::disk_bar(self)
    }

    fn refused(&self) -> u64 {
        self.hours.iter().map(|hour| hour.refused).sum()
    }

    /// What is on the disk besides shares and free room.
    fn other(&self) -> u64 {
        let used = self.disk.saturating_sub(self.free);
        used.saturating_sub(self.bytes)
    }

    /// The hours a chart names, one for each third of the day.
    fn marks(&self) -> impl Iterator<Item = &Moment> {
        self.hours.iter().step_by(8).map(|hour| &hour.hour)
    }
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

impl AdminHour {
    /// Everything counted, by its name in answers, in the order of the table.
    fn counts(&self) -> [(&'static str, u64); 10] {
        [
            ("uploads", self.uploads),
            ("picked_up", self.picked_up),
            ("delivered", self.delivered),
            ("broken_off", self.broken_off),
            ("expired", self.expired),
            ("revoked", self.revoked),
            ("bytes_in", self.bytes_in),
            ("bytes_out", self.bytes_out),
            ("errors", self.errors),
            ("refused", self.refused),
        ]
    }
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
    /// Whether blobs nothing is known of were part of it.
    pub with_unknown: bool,
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

impl CleanupReport {
    /// Whether there was nothing to remove.
    fn is_empty(&self) -> bool {
        let unknown = if self.with_unknown { self.unknown } else { 0 };
        self.finished + self.expired + self.past_hours + unknown == 0
    }
}
