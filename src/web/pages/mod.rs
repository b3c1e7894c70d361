//! The pages: one struct each, rendered by Askama from `templates/`.
//!
//! A page is told everything as words and plain values; it asks nobody, decides nothing and knows no HTTP status but the one it shows.
//! All text that a visitor may read lies in `locales/`, also what the scripts say: they take it from `<template data-text>`.

mod charts;
mod operator;
mod recipient;
mod sender;
mod words;

use std::{
    borrow::{Borrow, Cow},
    fmt::Display,
};

use askama::Template;
use fluent_bundle::FluentValue;

use super::language::Language;

pub use operator::{
    AdminHour, AdminPage, AdminShare, AdminStats, CleanupReport, LoginPage, SignIn,
};
pub use recipient::{CollectPage, GonePage, NotAcceptablePage, PassphrasePage, ReservedPage};
pub(in crate::web) use sender::NO_QR;
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
    /// The language of the page.
    pub language: Language,
    /// Whether the page offers its other languages.
    pub may_switch: bool,
}

/// What templates say and how: each takes a key of `locales/`.
impl Layout {
    fn say(&self, key: &str) -> Cow<'static, str> {
        self.language.say(key)
    }

    /// With its one variable filled in.
    fn fill(&self, key: &str, name: &str, value: impl Display) -> String {
        self.language
            .say_with(key, &[(name, value.to_string().into())])
    }

    /// With `$count`, which chooses the plural.
    fn count(&self, key: &str, count: impl Into<FluentValue<'static>>) -> String {
        self.language.say_with(key, &[("count", count.into())])
    }

    /// For a script, which fills in the variables.
    fn gaps(&self, key: &str) -> String {
        self.language.gaps(key)
    }

    /// What stands before and behind the variable, which the template puts into an element.
    fn around(&self, key: &str) -> (String, String) {
        self.language.around(key)
    }

    // Templates name numbers by value and by reference.
    fn size(&self, bytes: impl Borrow<u64>) -> String {
        size_words(self.language, *bytes.borrow())
    }

    fn time(&self, moment: &Moment) -> String {
        moment.words(self.language)
    }

    fn clock(&self, moment: &Moment) -> String {
        moment.clock(self.language)
    }

    fn expiry(&self, seconds: impl Borrow<u64>) -> String {
        expiry_label(self.language, *seconds.borrow())
    }

    /// What every address inside the pages ends with: the language, where an address asked for it.
    fn query(&self) -> &'static str {
        self.language.query()
    }

    /// The languages to switch to.
    fn others(&self) -> impl Iterator<Item = Language> {
        let (own, may_switch) = (self.language.tag(), self.may_switch);
        Language::all().filter(move |language| may_switch && language.tag() != own)
    }
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
    /// The one thing to do now.
    pub next_step: NextStep,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u64>,
}

/// What the page of an error suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The same address once more, after the wait if there is one.
    Again,
    /// Another page: address and message.
    Go(&'static str, &'static str),
    /// Words to send to whoever sent the link: their message.
    Ask(&'static str),
}

impl ErrorPage {
    fn wait(&self, seconds: impl Borrow<u64>) -> String {
        duration_words(self.layout.language, *seconds.borrow())
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
