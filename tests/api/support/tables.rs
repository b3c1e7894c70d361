//! Tables of the documents, as rows of cells.

use std::path::PathBuf;

/// The text of a file of the repository.
pub(crate) fn document(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of all tables of a Markdown text, without rules, each as its trimmed cells.
pub(crate) fn rows(markdown: &str) -> Vec<Vec<String>> {
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    let cells = rows.map(|line| {
        line.trim()
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    });
    cells
        .filter(|row: &Vec<String>| {
            row.iter()
                .any(|cell| !cell.trim_matches(['-', ':', ' ']).is_empty())
        })
        .collect()
}

/// The texts between backticks.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether a word is written like the name of a setting: capitals, digits and underscores, at least four letters.
pub(crate) fn is_setting(word: &str) -> bool {
    word.len() >= 4
        && word
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}
