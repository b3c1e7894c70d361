//! Which language an answer is in, and what is said where one says nothing.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};

use super::*;

fn asked(fields: &[&'static str], query: &str) -> Language {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(ACCEPT_LANGUAGE, HeaderValue::from_static(field));
    }
    Language::of(&headers, query)
}

#[test]
fn the_browser_s_wishes_are_met_in_the_order_of_their_weights() {
    for (field, tag) in [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("fr, de;q=0.5", "de"),
        ("fr, *;q=0.7, de;q=0.5", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=abc", "en"),
        (";;,,/,q=1", "en"),
        ("../../de", "en"),
    ] {
        let language = asked(&[field], "");
        assert_eq!((language.tag(), language.query()), (tag, ""), "{field}");
    }
    assert_eq!(asked(&[], "").tag(), "en");
    assert_eq!(asked(&["en;q=0.3", "de;q=0.4"], "").tag(), "de");
}

#[test]
fn the_address_has_the_first_word_if_it_names_a_language_there_is() {
    for (query, tag, kept) in [
        ("lang=de", "de", "?lang=de"),
        ("lang=DE", "de", "?lang=de"),
        ("after=x&lang=de", "de", "?lang=de"),
        ("lang=en", "en", "?lang=en"),
        ("lang=fr", "en", ""),
        ("lang=", "en", ""),
        ("lang=%64e", "en", ""),
        ("language=de", "en", ""),
    ] {
        let language = asked(&["en"], query);
        assert_eq!((language.tag(), language.query()), (tag, kept), "{query}");
    }
}

#[test]
fn what_a_language_leaves_out_is_said_in_english() {
    let words = Words::new("de", b"common-skip = Hinunter".into()).unwrap();
    let language = Language {
        words: Box::leak(Box::new(words)),
        in_address: false,
    };
    assert_eq!(language.say("common-skip"), "Hinunter");
    assert_eq!(language.say("common-copy"), "Copy");
    assert_eq!(language.say("nobody-said-this"), "nobody-said-this");
    assert_eq!(language.say("common-skip.title"), "common-skip.title");
}

#[test]
fn scripts_get_gaps_and_elements_get_what_stands_around_them() {
    let language = Language::default();
    assert_eq!(language.gaps("upload-pace-first"), "{sent} of {size}");
    assert_eq!(
        language.around("ready-gone-when"),
        ("or expires on ".to_owned(), String::new())
    );
}

#[test]
fn a_language_written_from_the_right_says_so() {
    let direction = |tag| Words::new(tag, b"".into()).unwrap().direction;
    assert_eq!((direction("de"), direction("ar")), ("ltr", "rtl"));
}
