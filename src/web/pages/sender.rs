//! What the sender sees.

use askama::Template;

use super::{Layout, Moment, StateWords};
use crate::web::parts::MAX_TEXT;
use crate::web::qr::Qr;

/// What the upload page has before its script has received a code.
pub(in crate::web) const NO_QR: Option<Qr> = None;

/// `GET /`: choose files or write a text, get a link.
#[derive(Debug, Template)]
#[template(path = "upload.html")]
pub struct UploadPage {
    /// The frame.
    pub layout: Layout,
    /// The largest file in bytes: a larger one is refused before it is sent.
    pub max_size: u64,
    /// Values of the field `expires` (`10m`, `1h`, `1d`, …) and the same in seconds; only those the server accepts.
    pub expiry_choices: Vec<(String, u64)>,
    /// The choice that is made beforehand.
    pub default_expiry: String,
    /// Whether senders need the upload password.
    pub upload_password_required: bool,
}

impl UploadPage {
    /// How long a text may be.
    fn room(&self) -> String {
        let size = self.layout.size(MAX_TEXT as u64);
        self.layout.fill("upload-text-room", "size", size)
    }
}

/// The answer to an upload without JavaScript.
#[derive(Debug, Template)]
#[template(path = "uploaded.html")]
pub struct UploadedPage {
    /// The frame.
    pub layout: Layout,
    /// The link with its key.
    pub link: String,
    /// The same for a phone; a link that is too long has none.
    pub qr: Option<Qr>,
    /// The status page with the owner key.
    pub status_link: String,
    /// The same as an address of this server, in the page's language.
    pub status_page: String,
    /// When the share expires.
    pub expires_at: Moment,
    /// How many bytes the file has.
    pub size: u64,
}

/// `GET /s/{id}`: asks for the owner key, by the script or in a field. The same for every id, known or not.
#[derive(Debug, Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// The frame.
    pub layout: Layout,
    /// The share.
    pub id: String,
}

/// The answer of `POST /s/{id}` without JavaScript.
#[derive(Debug, Template)]
#[template(path = "status_result.html")]
pub struct StatusResultPage {
    /// The frame.
    pub layout: Layout,
    /// The share.
    pub id: String,
    /// The owner key that came with the question, so that the next one needs no search for it.
    pub owner: String,
    /// What is said about the state.
    pub words: &'static StateWords,
    /// How many bytes the file has.
    pub size: u64,
    /// Passphrase tries left; nothing where there is no passphrase.
    pub tries_left: Option<u32>,
    /// How many bytes have been sent, once a delivery has begun.
    pub sent: Option<u64>,
    /// When the upload was complete.
    pub created_at: Option<Moment>,
    /// When the share expires or expired.
    pub expires_at: Option<Moment>,
    /// When it was last reserved.
    pub reserved_at: Option<Moment>,
    /// When the delivery began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

impl StatusResultPage {
    /// Whether there is still something to do: once it has ended, nothing.
    fn goes_on(&self) -> bool {
        !matches!(
            self.words.state,
            "delivered" | "broken_off" | "expired" | "revoked" | "abandoned"
        )
    }

    /// What it is, in a few words.
    fn yours(&self) -> String {
        let size = self.layout.size(self.size);
        let Some(tries_left) = self.tries_left else {
            return self.layout.fill("status-yours", "size", size);
        };
        if !self.goes_on() || self.started_at.is_some() {
            return self.layout.fill("status-yours-passphrase", "size", size);
        }
        let parts = [("size", size.into()), ("count", tries_left.into())];
        self.layout.language.say_with("status-yours-tries", &parts)
    }

    /// The share's life as `timeline.js` draws it: what has happened, what happens now, what is ahead; each with its message and its time.
    fn life(&self) -> Vec<Step<'_>> {
        let state = self.words.state;
        let done_unless = |now: &str| if state == now { "now" } else { "done" };
        let uploaded = match state {
            "receiving" | "abandoned" => "status-uploading",
            _ => "status-uploaded",
        };
        let mut life = vec![(done_unless("receiving"), uploaded, self.created_at.as_ref())];
        match state {
            "available" => life.push(("now", "status-waiting", self.expires_at.as_ref())),
            "locked" => life.push(("now", "status-locked", None)),
            _ => {
                let opened = self.reserved_at.as_ref();
                life.extend(opened.map(|at| (done_unless("reserved"), "status-opened", Some(at))));
            }
        }
        let label = match state {
            "delivering" => "status-running",
            _ => "status-began",
        };
        let started = self.started_at.as_ref();
        life.extend(started.map(|at| (done_unless("delivering"), label, Some(at))));
        let end = match state {
            "delivered" => "status-delivered",
            "broken_off" => "status-broken-off",
            "expired" => "status-expired",
            "revoked" => "status-revoked",
            "abandoned" => "status-abandoned",
            _ => "status-ahead",
        };
        let stage = if self.goes_on() { "ahead" } else { "done" };
        life.push((stage, end, self.ended_at.as_ref()));
        life
    }
}

/// Of a share's life: the class of the line, its message, its time.
type Step<'a> = (&'static str, &'static str, Option<&'a Moment>);
