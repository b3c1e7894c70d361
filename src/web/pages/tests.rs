//! What every page must hold to, whatever it shows.

use super::{
    fixtures::{self, every_page},
    *,
};
use crate::web::assets;

/// The values of `attribute` in the tags that begin with `tag`.
fn attributes<'a>(page: &'a str, tag: &str, attribute: &str) -> Vec<&'a str> {
    let tags = page
        .split(tag)
        .skip(1)
        .filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| {
        tag.split(&format!(" {attribute}=\""))
            .nth(1)?
            .split('"')
            .next()
    })
    .collect()
}

#[test]
fn nothing_stands_inline_and_nothing_is_escaped_too_little() {
    for (name, page) in every_page() {
        assert!(!page.contains("<style"), "{name}: an inline style sheet");
        assert!(!page.contains(" style="), "{name}: an inline style");
        assert!(
            !page.contains("alert(1)</script>"),
            "{name}: an unescaped value"
        );
        assert!(
            !page.contains("<b>Harbour"),
            "{name}: an unescaped operator name"
        );
        for script in page.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"module\" src=\""),
                "{name}: an inline script"
            );
        }
        for event in ["onclick=", "onload=\"", "onsubmit="] {
            assert!(!page.contains(event), "{name}: an inline handler");
        }
    }
}

#[test]
fn every_script_and_style_has_the_integrity_of_the_file_it_names() {
    for (name, page) in every_page() {
        for tag in ["<script", "<link rel=\"stylesheet\""] {
            let attribute = if tag == "<script" { "src" } else { "href" };
            let urls = attributes(&page, tag, attribute);
            assert_eq!(
                urls.len(),
                attributes(&page, tag, "integrity").len(),
                "{name}: {tag}"
            );
            for (url, integrity) in urls.iter().zip(attributes(&page, tag, "integrity")) {
                let path = url
                    .strip_prefix("/static/")
                    .expect("static files live there");
                assert!(assets::lookup(path, "").is_some(), "{name} names {url}");
                let (_, file) = path.split_once('/').expect("version and path");
                assert_eq!(
                    integrity.replace("&#43;", "+"),
                    assets::integrity(file),
                    "{name}: {file}"
                );
            }
        }
    }
}

// WebKit gives an imported module no integrity of its own, so each is a script of the page before whatever imports it.
#[test]
fn what_a_script_imports_stands_before_it_with_its_integrity() {
    for (name, page) in every_page() {
        let scripts = attributes(&page, "<script", "src");
        for (place, url) in scripts.iter().enumerate() {
            let path = url
                .strip_prefix("/static/")
                .expect("static files live there");
            let script = assets::lookup(path, "").expect("checked elsewhere").bytes;
            let script = std::str::from_utf8(&script).expect("scripts are UTF-8");
            let imports = script.split("from \"./").skip(1);
            for imported in imports.filter_map(|rest| rest.split('"').next()) {
                let file = format!("/js/{imported}");
                assert!(
                    scripts[..place].iter().any(|url| url.ends_with(&file)),
                    "{name}: {imported} does not stand before {url}"
                );
            }
        }
    }
}

#[test]
fn every_text_a_script_asks_for_stands_in_the_page() {
    for (name, page) in every_page() {
        for url in attributes(&page, "<script", "src") {
            let script = assets::lookup(
                url.strip_prefix("/static/")
                    .expect("static files live there"),
                "",
            )
            .expect("checked elsewhere")
            .bytes;
            let script = std::str::from_utf8(&script).expect("scripts are UTF-8");
            for key in script
                .split("text(\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                assert!(
                    page.contains(&format!("data-text=\"{key}\"")),
                    "{name}: no text “{key}” for {url}"
                );
            }
        }
    }
}

#[test]
fn operator_and_abuse_contact_stand_on_every_page() {
    for (name, page) in every_page() {
        assert!(page.contains("Harbour"), "{name}");
        assert!(page.contains("href=\"mailto:abuse@example.org\""), "{name}");
    }
}

#[test]
fn an_abuse_contact_that_could_run_is_not_linked() {
    let layout = Layout {
        abuse_contact: Some("javascript:alert(1)".into()),
        ..Layout::default()
    };
    assert!(!render(&GonePage { layout }).contains("javascript:"));
}

#[test]
fn the_fields_of_the_upload_stand_before_the_file() {
    let (_, page) = every_page().swap_remove(0);
    let position = |field: &str| {
        page.find(&format!("name=\"{field}\""))
            .expect("the field exists")
    };
    for field in ["expires", "passphrase", "upload_password"] {
        assert!(position(field) < position("file"), "{field}");
        assert!(position(field) < position("text"), "{field}");
    }
    assert!(page.contains("name=\"expires\" value=\"1d\" checked>1 day</label>"));
}

#[test]
fn password_fields_mask_and_take_what_is_pasted() {
    let mut fields = 0;
    for (name, page) in every_page() {
        assert!(!page.contains("onpaste"), "{name}");
        for field in page.split("<input").skip(1) {
            let field = field.split('>').next().unwrap();
            let shown = attribute(field, "type") != "hidden";
            if !shown || !attribute(field, "name").contains("pass") {
                continue;
            }
            fields += 1;
            assert_eq!(attribute(field, "type"), "password", "{name}: {field}");
            assert!(
                !attribute(field, "autocomplete").is_empty(),
                "{name}: {field}"
            );
            assert!(!field.contains("readonly"), "{name}: {field}");
        }
    }
    assert!(fields >= 4, "the pages have such fields: {fields}");
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let value = tag.split(&format!(" {name}=\"")).nth(1);
    value
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
}

#[test]
fn every_page_says_its_language_and_leaves_no_gap() {
    for language in Language::all() {
        for (name, page) in fixtures::in_language(language) {
            let html = format!("<html lang=\"{}\" dir=\"ltr\">", language.tag());
            assert!(page.contains(&html), "{name}");
            assert!(!page.contains("{$"), "{name}: a variable was not filled in");
            let offered = attributes(&page, "<a", "hreflang");
            assert!(!offered.contains(&language.tag()), "{name}: {offered:?}");
            assert_eq!(offered.len() + 1, Language::all().count(), "{name}");
        }
    }
}

#[test]
fn a_language_chosen_in_the_address_goes_along_everywhere_but_into_the_links_handed_on() {
    let language = Language::of(&actix_web::http::header::HeaderMap::new(), "lang=de");
    let mut seen = 0;
    for (name, page) in fixtures::in_language(language) {
        let mut addresses = attributes(&page, "<a", "href");
        addresses.extend(attributes(&page, "<form", "action"));
        for address in addresses.iter().filter(|address| address.starts_with('/')) {
            assert!(address.contains("?lang=de"), "{name}: {address}");
            seen += 1;
        }
        for link in attributes(&page, "<input", "value") {
            assert!(!link.contains("lang="), "{name}: {link}");
        }
    }
    assert!(seen > 20, "the addresses were found: {seen}");
}

#[test]
fn an_answer_to_a_form_offers_no_other_language() {
    let layout = Layout::default();
    assert!(!render(&GonePage { layout }).contains("hreflang"));
}
