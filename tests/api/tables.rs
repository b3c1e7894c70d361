//! The tables of the documents and the program agree: nothing missing, nothing extra.

use std::collections::BTreeSet;

use crate::{
    cli::settings_in_help,
    contract::ROUTES,
    support::tables::{document, is_setting, quoted, rows},
};

/// The settings named in the first cells of a document's tables.
fn settings_of(path: &str) -> BTreeSet<String> {
    let rows = rows(&document(path));
    let first = rows.iter().filter_map(|row| row.first());
    first
        .flat_map(|cell| quoted(cell))
        .filter(|word| is_setting(word))
        .collect()
}

#[tokio::test]
async fn the_settings_of_the_readme_are_those_of_the_program() {
    let (documented, known) = (settings_of("README.md"), settings_in_help().await);
    assert!(documented.len() > 20, "the table was found: {documented:?}");
    let missing: Vec<_> = known.difference(&documented).collect();
    let extra: Vec<_> = documented.difference(&known).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "not documented: {missing:?}; only documented: {extra:?}"
    );
}

/// `METHOD /path` as the document's tables name them; several methods may stand before one path.
fn documented_routes() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for row in rows(&document("docs/api.md")) {
        for text in row.first().map(|cell| quoted(cell)).unwrap_or_default() {
            let Some((methods, path)) = text.split_once(" /") else {
                continue;
            };
            let known = ["GET", "HEAD", "POST", "DELETE"];
            for method in methods
                .split([',', ' '])
                .filter(|method| known.contains(method))
            {
                routes.insert((
                    method.to_owned(),
                    format!("/{}", path.split(['?', '#']).next().unwrap_or_default()),
                ));
            }
        }
    }
    routes
}

#[test]
fn the_routes_of_the_interface_s_document_are_those_of_the_contract() {
    let documented = documented_routes();
    let agreed: BTreeSet<_> = ROUTES
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .iter()
                .map(|(method, _)| ((*method).to_owned(), (*path).to_owned()))
        })
        .filter(|(method, _)| method != "HEAD")
        .collect();
    let documented: BTreeSet<_> = documented
        .into_iter()
        .filter(|(method, _)| method != "HEAD")
        .collect();
    let missing: Vec<_> = agreed.difference(&documented).collect();
    let extra: Vec<_> = documented.difference(&agreed).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "not documented: {missing:?}; only documented: {extra:?}"
    );
}

#[test]
fn every_key_the_tests_read_is_in_the_interface_s_document() {
    let words: BTreeSet<String> = quoted(&document("docs/api.md")).into_iter().collect();
    let keys = [
        "id",
        "link",
        "status_link",
        "expires_at",
        "size",
        "qr",
        "qr_size",
        "text",
        "state",
        "name",
        "type",
        "passphrase",
        "download",
        "reserved_until",
        "sent",
        "resumable_until",
        "tries_left",
        "created_at",
        "reserved_at",
        "started_at",
        "ended_at",
        "token",
        "token_type",
        "expires_in",
        "shares",
        "next",
        "dry_run",
        "finished",
        "expired",
        "past_hours",
        "unknown",
        "bytes",
        "transfers",
        "free_bytes",
        "last_sweep_at",
        "status",
        "redis",
        "storage",
        "title",
        "detail",
        "request_id",
        "retry_after",
        "at",
    ];
    let missing: Vec<_> = keys.iter().filter(|key| !words.contains(**key)).collect();
    assert!(missing.is_empty(), "not documented: {missing:?}");
    for state in [
        "receiving",
        "available",
        "reserved",
        "locked",
        "delivering",
        "delivered",
        "broken_off",
        "expired",
        "revoked",
        "abandoned",
    ] {
        assert!(words.contains(state), "the state {state} is not documented");
    }
}
