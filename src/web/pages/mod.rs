//! The pages: one struct each, rendered by Askama from `templates/`.
//!
//! A page is told everything as words and plain values; it asks nobody, decides nothing and knows no HTTP status but the one it shows.
//! All text that a visitor may read lies in the templates, also what the scripts say: they take it from `<template data-text>`.

mod operator;
mod recipient;
mod sender;
mod words;

use askama::Template;

pub use operator::{AdminHour, AdminPage, AdminShare, AdminStats, CleanupReport, LoginPage};
pub use recipient::{
    CollectPage, GonePage, NOT_ACCEPTABLE_TEXT, NotAcceptablePage, PassphrasePage, ReservedPage,
};
pub use sender::{StatusPage, StatusResultPage, UploadPage, UploadedPage};
pub use words::{
    Moment, STATES, StateWords, duration_words, expiry_label, size_words, state_words,
};

/// What the frame of every page shows.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Who runs this server, if they said so.
    pub operator_name: Option<String>,
    /// Where abuse is reported: an `https:`, `http:` or `mailto:` address.
    pub abuse_contact: Option<String>,
    /// Whether visitors reach the server over https.
    pub https: bool,
}

impl Layout {
    /// The abuse contact, if it is an address that may stand in a link: anything else could run as a script.
    fn abuse_link(&self) -> Option<&str> {
        let contact = self.abuse_contact.as_deref()?;
        let harmless = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| contact.starts_with(scheme));
        harmless.then_some(contact)
    }
}

/// The page as HTML.
#[expect(clippy::missing_panics_doc, reason = "a page can always be written")]
pub fn render(page: &impl Template) -> String {
    page.render()
        .expect("a page is put together from strings and numbers, which can always be written")
}

/// Any error, for a visitor who reads HTML: 400 to 507.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub layout: Layout,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What it means for the visitor, in a sentence or two.
    pub detail: String,
    /// What the operator finds in the log.
    pub request_id: String,
    /// Where to go on: address and label.
    pub next_step: Option<(String, String)>,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u64>,
}

impl ErrorPage {
    fn wait(&self) -> Option<String> {
        self.retry_after.map(duration_words)
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
