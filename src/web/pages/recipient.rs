//! What the recipient sees. No page that a `GET` answers with names the file: previews would copy it.

use askama::Template;

use super::{Layout, Moment};

/// `GET /d/{id}` for a share without a passphrase: one button.
#[derive(Debug, Template)]
#[template(path = "offer.html")]
pub struct CollectPage {
    /// The frame.
    pub layout: Layout,
    /// The share.
    pub id: String,
    /// A fresh ticket for who has no JavaScript: a double click is then one reservation.
    pub ticket: String,
}

/// `GET /d/{id}` for a share with a passphrase, and the answer to a wrong one.
#[derive(Debug, Template)]
#[template(path = "passphrase.html")]
pub struct PassphrasePage {
    /// The frame.
    pub layout: Layout,
    /// The share.
    pub id: String,
    /// A fresh ticket, or after a wrong try the one that came with it.
    pub ticket: String,
    /// After a wrong try: how many are left.
    pub tries_left: Option<u32>,
    /// After a wrong try: the key that came with it, so that nobody has to go and find the link again.
    pub key: Option<String>,
}

/// The answer to a reservation without JavaScript: a link, and never a redirect, because scanners that submit forms follow those.
#[derive(Debug, Template)]
#[template(path = "reserved.html")]
pub struct ReservedPage {
    /// The frame.
    pub layout: Layout,
    /// Where the bytes are: `/r/{id}/{ticket}`.
    pub download: String,
    /// The file's name.
    pub name: String,
    /// Whether it is a message that was typed.
    pub text: bool,
    /// How many bytes it has.
    pub size: u64,
    /// Until when nobody else can take it.
    pub reserved_until: Moment,
}

impl ReservedPage {
    /// The ending of the name as it stands on the sheet, if it is a short one.
    fn ending(&self) -> String {
        let short = |ending: &&str| {
            (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let (stem, ending) = self.name.rsplit_once('.').unwrap_or_default();
        if self.text || stem.is_empty() || stem.ends_with('.') {
            return String::new();
        }
        Some(ending)
            .filter(short)
            .map(str::to_ascii_uppercase)
            .unwrap_or_default()
    }
}

/// 410: the same bytes for malformed, unknown, expired, being delivered and gone. The script learns more if the browser holds the key or a ticket.
#[derive(Debug, Template)]
#[template(path = "gone.html")]
pub struct GonePage {
    /// The frame.
    pub layout: Layout,
}

/// 406: command-line agents and link previews are sent to a browser.
#[derive(Debug, Template)]
#[template(path = "not_acceptable.html")]
pub struct NotAcceptablePage {
    /// The frame.
    pub layout: Layout,
    /// The HTTP status.
    pub status: u16,
    /// What the operator finds in the log.
    pub request_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_ending_stands_on_the_sheet() {
        for (name, text, ending) in [
            ("Contract – signed.pdf", false, "PDF"),
            ("backup.tar.gz", false, "GZ"),
            ("README", false, ""),
            (".profile", false, ""),
            ("odd..x", false, ""),
            ("a.", false, ""),
            ("notes.no ending", false, ""),
            ("a.toolongone", false, ""),
            ("Bild.ÄÖ", false, ""),
            ("message.txt", true, ""),
        ] {
            let page = ReservedPage {
                layout: Layout::default(),
                download: String::new(),
                name: name.into(),
                text,
                size: 0,
                reserved_until: Moment::from_unix_millis(0),
            };
            assert_eq!(page.ending(), ending, "{name}");
        }
    }
}
