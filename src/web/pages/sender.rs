//! What the sender sees.

use askama::Template;

use super::{Layout, Moment, StateWords};
use crate::web::qr::Qr;

/// `GET /`: choose a file, get a link.
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

    /// The moments that are known and the messages that name them, in the order of a share's life.
    fn moments(&self) -> impl Iterator<Item = (&'static str, &Moment)> {
        [
            ("status-created", &self.created_at),
            ("status-expires", &self.expires_at),
            ("status-reserved", &self.reserved_at),
            ("status-started", &self.started_at),
            ("status-ended", &self.ended_at),
        ]
        .into_iter()
        .filter_map(|(label, moment)| moment.as_ref().map(|moment| (label, moment)))
    }
}
