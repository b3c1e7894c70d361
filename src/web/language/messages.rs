//! The files hold the same messages, and templates, scripts and source use each of them and no other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_bundle::FluentResource;

use super::Language;
use crate::web::pages::STATES;

/// The variables of every message and of every attribute, by `key` and `key.attribute`.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// All files below a folder, by their endings.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The messages of a file, and those that stand in it twice.
fn messages(text: &str) -> (Messages, Vec<String>) {
    let (mut messages, mut twice) = (Messages::new(), Vec::new());
    let (mut id, mut key) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(" =").next().unwrap();
        let begins = if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            name.clone_into(&mut id);
            key.clone_from(&id);
            true
        } else if let Some(attribute) = name.trim().strip_prefix('.') {
            key = format!("{id}.{attribute}");
            true
        } else {
            false
        };
        if begins && messages.insert(key.clone(), BTreeSet::new()).is_some() {
            twice.push(key.clone());
        }
        for rest in line.split('$').skip(1) {
            let variable = rest.split(|c: char| !c.is_ascii_alphanumeric()).next();
            let variables = messages.get_mut(&key).expect("a variable is in a message");
            variables.insert(variable.unwrap().to_owned());
        }
    }
    (messages, twice)
}

fn english() -> Messages {
    messages(&fs::read_to_string(root().join("locales/en.ftl")).unwrap()).0
}

#[test]
fn every_file_is_a_language_and_can_be_read() {
    let mut tags = Vec::new();
    for (path, text) in files("locales", "") {
        let name = path.rsplit('/').next().unwrap().to_owned();
        tags.push(
            name.strip_suffix(".ftl")
                .expect("a file of words")
                .to_owned(),
        );
        let first = text.lines().find(|line| !line.starts_with('#')).unwrap();
        assert!(first.starts_with("language-name = "), "{name}: {first}");
        let faults = FluentResource::try_new(text)
            .err()
            .map(|(_, faults)| faults);
        assert!(faults.is_none(), "{name}: {faults:#?}");
    }
    let known: Vec<_> = Language::all().map(Language::tag).collect();
    assert_eq!(tags, known);
}

#[test]
fn every_language_says_every_message_once_and_with_the_same_variables() {
    let english = english();
    assert!(english.len() > 200, "the messages were found");
    for (path, text) in files("locales", ".ftl") {
        let (messages, twice) = messages(&text);
        assert!(twice.is_empty(), "{path} says twice: {twice:#?}");
        let missing: Vec<_> = english
            .keys()
            .filter(|key| !messages.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{path} leaves out: {missing:#?}");
        for (key, variables) in &messages {
            assert_eq!(english.get(key), Some(variables), "{path}: {key}");
        }
    }
}

fn is_key(word: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.ends_with(|last: char| last.is_ascii_alphanumeric())
        && word.bytes().all(allowed)
}

fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('"')
        .filter(|word| is_key(word))
        .map(str::to_owned)
}

/// What stands in templates between braces.
fn expressions(template: &str) -> String {
    let pieces = template.split('{').skip(1);
    pieces.filter_map(|piece| piece.split('}').next()).collect()
}

/// Every quoted word that could be the key of a message, and where it stands: in templates, in scripts, in the source of the web layer.
fn words_in_use() -> Vec<(String, String)> {
    let mut words = Vec::new();
    for (path, text) in files("templates", ".html") {
        words.extend(quoted(&expressions(&text)).map(|word| (word, path.clone())));
    }
    for (path, text) in files("static/js", ".js") {
        // The names of places in the page look like keys, too.
        let text = text.replace("fill(\"", "").replace("fillTime(\"", "");
        words.extend(quoted(&text).map(|word| (word, path.clone())));
        for composed in text.split("text(`").skip(1) {
            assert!(
                composed.starts_with("state-${state}"),
                "{path} composes a key: {composed:.30}"
            );
        }
    }
    for (path, text) in files("src/web", ".rs") {
        if !path.contains("tests") && !path.contains("fixtures") && !path.contains("language/") {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            words.extend(quoted(code).map(|word| (word, path.clone())));
        }
    }
    for state in &STATES {
        let of_state = [
            state.short,
            state.sender,
            state.recipient_title,
            state.recipient,
        ];
        words.extend(of_state.map(|key| (key.to_owned(), "STATES".to_owned())));
    }
    words
}

#[test]
fn every_message_is_used() {
    let used: BTreeSet<String> = words_in_use().into_iter().map(|(word, _)| word).collect();
    let unused: Vec<_> = english()
        .into_keys()
        .filter(|key| {
            // A problem asks for its title by itself.
            let of_problem = key
                .strip_suffix(".title")
                .filter(|key| key.starts_with("problem-"));
            !used.contains(of_problem.unwrap_or(key))
        })
        .collect();
    assert!(unused.is_empty(), "nobody says: {unused:#?}");
}

#[test]
fn every_message_that_is_used_exists() {
    let english = english();
    let section = |key: &str| key.split_once('-').map(|(section, _)| section.to_owned());
    let sections: BTreeSet<String> = english.keys().filter_map(|key| section(key)).collect();
    let unknown: Vec<_> = words_in_use()
        .into_iter()
        .filter(|(word, _)| section(word).is_some_and(|section| sections.contains(&section)))
        .filter(|(word, _)| !english.contains_key(word))
        .collect();
    assert!(unknown.is_empty(), "nobody wrote: {unknown:#?}");
    for key in english
        .keys()
        .filter(|key| key.starts_with("problem-") && !key.contains('.'))
    {
        assert!(
            english.contains_key(&format!("{key}.title")),
            "{key} has no title"
        );
    }
}

#[test]
fn templates_hold_no_words_of_their_own() {
    for (path, text) in files("templates", ".html") {
        // Comments and expressions first: what they compare looks like tags.
        let pieces = text
            .split('{')
            .map(|piece| piece.rsplit('}').next().unwrap());
        let markup: String = pieces.collect();
        let pieces = markup
            .split('<')
            .map(|piece| piece.rsplit('>').next().unwrap());
        let words: String = pieces.collect();
        let words = words.replace("OneTimeShare", "");
        assert!(
            !words.contains(char::is_alphabetic),
            "{path}: {}",
            words.trim()
        );
        for attribute in ["aria-label", "title", "alt", "placeholder"] {
            let begin = format!(" {attribute}=\"");
            for value in text.split(&begin).skip(1) {
                assert!(value.starts_with("{{"), "{path}: {attribute}={value:.30}");
            }
        }
    }
}
