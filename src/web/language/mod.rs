//! What visitors read, in every language there is a file for: `locales/{tag}.ftl`, in Fluent's syntax.
//!
//! A new language is a new file there and nothing else. What it leaves out is said in English.

mod wish;

use std::{
    borrow::Cow,
    fmt,
    sync::{LazyLock, OnceLock},
};

use actix_web::http::header::HeaderMap;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use rust_embed::Embed;
use unic_langid::{CharacterDirection, LanguageIdentifier};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/locales"]
struct Folder;

/// The language that stands in for what others leave out.
const FALLBACK: &str = "en";

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| {
    let mut all: Vec<Words> = Folder::iter()
        .filter_map(|name| Words::read(&name))
        .collect();
    all.sort_unstable_by(|one, other| one.tag.cmp(&other.tag));
    all
});

/// One file; understood when its first word is wanted.
struct Words {
    tag: String,
    /// `?lang={tag}`.
    query: String,
    direction: &'static str,
    text: Cow<'static, [u8]>,
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

impl Words {
    fn read(name: &str) -> Option<Self> {
        let tag = name.strip_suffix(".ftl")?;
        Self::new(tag, Folder::get(name)?.data)
    }

    fn new(tag: &str, text: Cow<'static, [u8]>) -> Option<Self> {
        let id: LanguageIdentifier = tag.parse().ok()?;
        let direction = match id.character_direction() {
            CharacterDirection::RTL => "rtl",
            CharacterDirection::LTR | CharacterDirection::TTB => "ltr",
        };
        Some(Self {
            tag: tag.to_owned(),
            query: format!("?lang={tag}"),
            direction,
            text,
            bundle: OnceLock::new(),
        })
    }

    /// What cannot be read of the text is left out; a test sees to it that there is nothing of the kind.
    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| {
            let text = String::from_utf8_lossy(&self.text).into_owned();
            let messages = FluentResource::try_new(text).unwrap_or_else(|(readable, _)| readable);
            let language = self.tag.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // The marks would stand in values that are compared or copied, and in the source of pages.
            bundle.set_use_isolating(false);
            bundle.add_resource_overriding(messages);
            bundle
        })
    }

    /// A message, or with a dot in the key an attribute of one.
    fn find(
        &'static self,
        key: &str,
        values: Option<&FluentArgs<'_>>,
    ) -> Option<Cow<'static, str>> {
        let (id, attribute) = match key.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (key, None),
        };
        let bundle = self.bundle();
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut faults = Vec::new();
        Some(bundle.format_pattern(pattern, values, &mut faults))
    }
}

/// The language of an answer, and whether the address asked for it.
#[derive(Clone, Copy)]
pub struct Language {
    words: &'static Words,
    in_address: bool,
}

impl Language {
    /// What `lang` in the query says, else what `Accept-Language` prefers of the languages there are, else English.
    /// Whatever is unknown or malformed is passed over.
    pub fn of(headers: &HeaderMap, query: &str) -> Self {
        if let Some(words) = wish::in_query(query).and_then(nearest) {
            return Self {
                words,
                in_address: true,
            };
        }
        wish::in_headers(headers)
            .into_iter()
            .find_map(|range| {
                if range == "*" {
                    exactly(FALLBACK)
                } else {
                    nearest(range)
                }
            })
            .map_or_else(Self::default, |words| Self {
                words,
                in_address: false,
            })
    }

    /// Every language there is.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|words| Self {
            words,
            in_address: false,
        })
    }

    /// Its tag, as in `lang="de"`.
    pub fn tag(self) -> &'static str {
        &self.words.tag
    }

    /// `ltr` or `rtl`.
    pub fn direction(self) -> &'static str {
        self.words.direction
    }

    /// `?lang=de` where the address asked for the language, else nothing: what a link inside the pages carries on.
    pub fn query(self) -> &'static str {
        if self.in_address {
            &self.words.query
        } else {
            ""
        }
    }

    /// A message; `key.name` is its attribute `name`. A key that nobody defined is its own message.
    pub fn say(self, key: &str) -> Cow<'static, str> {
        self.find(key, None)
    }

    /// A message with its variables filled in. Numbers choose the plural.
    pub fn say_with(self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set((*name).to_owned(), value.clone());
        }
        self.find(key, Some(&arguments)).into_owned()
    }

    /// A message whose variables are left open, each as `{name}`: a script fills them in.
    pub fn gaps(self, key: &str) -> String {
        // Fluent writes a variable that is not given as `{$name}`.
        self.say(key).replace("{$", "{")
    }

    /// What stands before and behind the one variable of a message, where it is to stand in an element of its own.
    pub fn around(self, key: &str) -> (String, String) {
        let whole = self.gaps(key);
        let (before, rest) = whole.split_once('{').unwrap_or((&whole, ""));
        let behind = rest.split_once('}').map_or("", |(_, behind)| behind);
        (before.to_owned(), behind.to_owned())
    }

    fn find(self, key: &str, values: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        self.words
            .find(key, values)
            .or_else(|| Self::default().words.find(key, values))
            .unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }
}

impl Default for Language {
    fn default() -> Self {
        Self {
            words: exactly(FALLBACK).expect("locales/en.ftl is part of the program"),
            in_address: false,
        }
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.tag())
    }
}

fn exactly(tag: &str) -> Option<&'static Words> {
    WORDS
        .iter()
        .find(|words| words.tag.eq_ignore_ascii_case(tag))
}

/// The language of this tag, or one of the same primary subtag: `de` for `de-AT`.
fn nearest(tag: &str) -> Option<&'static Words> {
    let primary = |tag: &'_ str| {
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    exactly(tag).or_else(|| {
        WORDS
            .iter()
            .find(|words| primary(&words.tag) == primary(tag))
    })
}

#[cfg(test)]
mod messages;
#[cfg(test)]
mod tests;
