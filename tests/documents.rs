//! What the documents say about tests and standards is looked up in the source.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The chapters of ASVS 5.0.0 and how many items of level 1 each has.
const LEVEL_1: [usize; 17] = [8, 4, 8, 2, 4, 13, 6, 4, 4, 5, 3, 3, 1, 2, 3, 0, 0];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn document(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// The names of all tests: functions behind a test attribute, and the browser's tests by their titles.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["src", "tests"] {
        for path in files(&root().join(folder), ".rs") {
            let text = fs::read_to_string(path).unwrap();
            let mut attribute = false;
            for line in text.lines().map(str::trim) {
                if line.starts_with("#[") && (line.contains("test]") || line.contains("::test(")) {
                    attribute = true;
                } else if let Some((_, rest)) = line.split_once("fn ") {
                    if attribute {
                        names.insert(rest.split(['(', '<']).next().unwrap().to_owned());
                    }
                    attribute = false;
                }
            }
        }
    }
    for path in files(&root().join("e2e"), ".spec.ts") {
        let text = fs::read_to_string(path).unwrap();
        let titles = text.split("test(\"").skip(1);
        names.extend(titles.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    names
}

/// Words between backticks that can only be names of tests: four words or more.
fn named(text: &str) -> BTreeSet<String> {
    let quoted = text.split('`').skip(1).step_by(2).map(str::to_owned);
    quoted
        .filter(|word| {
            let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let function = word.bytes().all(|byte| letters(byte) || byte == b'_');
            let title = word.contains(' ') && !word.contains(['/', '=', '-', ':', '{']);
            let words = word.split(['_', ' ']).count();
            words >= 4 && (function || title)
        })
        .collect()
}

#[test]
fn every_test_that_the_documents_name_exists() {
    let (tests, mut seen) = (tests(), 0);
    assert!(tests.len() > 300, "the tests were found: {}", tests.len());
    for path in [
        "docs/threat-model.md",
        "docs/asvs.md",
        "docs/reliability.md",
    ] {
        let names = named(&document(path));
        let missing: Vec<_> = names.difference(&tests).collect();
        assert!(
            missing.is_empty(),
            "{path} names what is no test: {missing:#?}"
        );
        seen += names.len();
    }
    assert!(seen > 150, "the names were found: {seen}");
}

#[test]
fn every_part_of_the_proof_stands_in_the_report() {
    let report = document("docs/reliability.md");
    let mut parts = 0;
    for path in files(&root().join("tests"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for rest in text.split(concat!("Proof::begin", "(\"")).skip(1) {
            let part = rest.split('"').next().unwrap();
            let named = report.contains(&format!("`{part}`"));
            assert!(named, "{part} of {} is not in it", path.display());
            parts += 1;
        }
    }
    assert!(parts >= 8, "the parts were found: {parts}");
    let (head, _) = report.split_once("\n\n**").unwrap();
    assert_eq!(head, "# Reliability");
    let (_, figures) = report.split_once("<!-- figures -->").unwrap();
    let (figures, _) = figures.split_once("<!-- /figures -->").unwrap();
    let rows = figures.lines().filter(|line| line.starts_with("| `"));
    assert!(rows.count() >= 8, "the figures are in it");
}

/// The rows of a section's first table, as their cells.
fn table(text: &str, section: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(&format!("\n## {section}")).unwrap();
    let rest = rest.split("\n## ").next().unwrap();
    let rows = rest.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    });
    cells.collect()
}

/// Where a document's links lead: file and anchor, as far as they name a heading.
fn anchors(text: &str) -> Vec<(&str, &str)> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next()?.split_once('#'));
    targets.collect()
}

/// Whether a document has the heading that GitHub would give this anchor.
fn has_heading(path: &Path, anchor: &str) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().any(|line| {
        let heading = line.starts_with('#').then(|| line.trim_start_matches('#'));
        let kept = heading.unwrap_or_default().trim().to_lowercase();
        let kept = kept.replace(' ', "-");
        let kept = kept.replace(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'), "");
        kept == anchor
    })
}

/// Whether a row that is met names a test or a heading; that each heading is there, another test says.
fn shown(why: &str, tests: &BTreeSet<String>) -> bool {
    let mut quoted = why.split('`').skip(1).step_by(2);
    quoted.any(|word| tests.contains(word)) || !anchors(why).is_empty()
}

#[test]
fn every_heading_that_the_documents_link_to_exists() {
    let mut seen = 0;
    for path in files(&root().join("docs"), ".md") {
        let text = fs::read_to_string(&path).unwrap();
        for (file, anchor) in anchors(&text) {
            if file.contains("://") {
                continue;
            }
            let target = match file {
                "" => path.clone(),
                file => path.with_file_name(file),
            };
            let found = !anchor.is_empty() && has_heading(&target, anchor);
            assert!(found, "{}: {file}#{anchor}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 12, "the links were found: {seen}");
}

#[test]
fn all_seventy_items_of_level_1_have_a_row_and_each_row_says_why() {
    let text = document("docs/asvs.md");
    let mut chapters: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let (rows, tests) = (table(&text, "Level 1"), tests());
    assert_eq!(rows.len(), LEVEL_1.iter().sum::<usize>());
    assert_eq!(rows.len(), 70);
    for row in rows.iter().chain(&table(&text, "Level 2: what")) {
        let [item, asks, state, why] = row.as_slice() else {
            panic!("four cells: {row:?}");
        };
        assert!(!asks.is_empty() && !why.is_empty(), "{row:?}");
        match state.as_str() {
            "met" => assert!(shown(why, &tests), "{item} is met, and nothing shows it"),
            "by design" => {
                let reason = why.split_once("no test: ").map_or("", |(_, reason)| reason);
                assert!(reason.len() > 20, "{item} has no test, and no reason");
            }
            "n/a" | "open" => {}
            _ => panic!("{item}: the legend has no state {state}"),
        }
        if state == "open" {
            let (_, short) = text.split_once("## Open, in short").unwrap();
            let short = short.split("\n## ").next().unwrap();
            assert!(
                short.contains(item.as_str()),
                "{item} is open, and not in short"
            );
        }
    }
    for row in &rows {
        let item = row.first().unwrap();
        let chapter = item.trim_start_matches('V').split('.').next().unwrap();
        let new = chapters
            .entry(chapter.parse().unwrap())
            .or_default()
            .insert(item.clone());
        assert!(new, "{item} twice");
    }
    for (chapter, count) in (1..).zip(LEVEL_1) {
        let has = chapters.get(&chapter).map_or(0, BTreeSet::len);
        assert_eq!(has, count, "chapter V{chapter}");
    }
}

#[test]
fn the_rest_of_level_2_has_a_row_per_chapter() {
    let rows = table(&document("docs/asvs.md"), "Level 2: the rest");
    let chapters: BTreeSet<_> = rows.iter().filter_map(|row| row.first()).collect();
    // Every item of V11 that level 2 adds has a row of its own.
    assert_eq!(chapters.len(), 16, "{chapters:?}");
}

#[test]
fn security_md_says_how_fast_what_is_mended() {
    let text = document("SECURITY.md");
    let (_, times) = text.split_once("**How fast.**").unwrap();
    assert!(times.contains("7 days") && times.contains("30 days") && times.contains("90 days"));
}

#[test]
fn failpoints_are_compiled_into_no_release() {
    let manifest = document("Cargo.toml");
    let (_, features) = manifest.split_once("[features]").unwrap();
    let features = features.split("\n[").next().unwrap();
    let own = features.lines().filter(|line| line.contains(" = ["));
    assert_eq!(
        own.count(),
        1,
        "one feature, which nothing turns on by itself"
    );
    assert!(features.contains("failpoints = [") && !features.contains("default ="));
    assert!(manifest.contains("fail = { version = ") && manifest.contains("optional = true"));
    for path in [
        "Dockerfile",
        "scripts/run",
        "render.yaml",
        "deploy/compose.yaml",
    ] {
        let text = document(path);
        assert!(
            !text.contains("failpoints") && !text.contains("all-features"),
            "{path}"
        );
    }
}
