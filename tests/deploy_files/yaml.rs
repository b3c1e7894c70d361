//! A reader for the plain subset of YAML that the deployment files are written in.

use std::collections::BTreeMap;

/// The lines that carry something, as (indentation, text); `- x` counts as a `-` with `x` two columns further in.
fn yaml_lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut literal: Option<usize> = None;
    for raw in text.lines() {
        let mut rest = raw.trim_start();
        let mut indent = raw.len() - rest.len();
        if rest.is_empty() || literal.is_some_and(|outer| indent > outer) {
            continue;
        }
        literal = rest.ends_with(": |").then_some(indent);
        if rest.starts_with('#') {
            continue;
        }
        assert!(
            !raw.contains('\t') && indent.is_multiple_of(2),
            "indented by two spaces a step: {raw}"
        );
        if let Some(item) = rest.strip_prefix("- ") {
            lines.push((indent, "-"));
            (rest, indent) = (item, indent + 2);
        }
        lines.push((indent, rest));
    }
    lines
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = !key.starts_with(['"', '[']) && (value.is_empty() || value.starts_with(' '));
    plain.then_some((key, value.trim()))
}

/// Reads the node at the head of `lines` and returns what is behind it.
fn yaml_node<'a, 'b>(
    mut lines: &'b [(usize, &'a str)],
    path: &str,
    found: &mut BTreeMap<String, &'a str>,
) -> &'b [(usize, &'a str)] {
    let Some(&(indent, _)) = lines.first() else {
        return lines;
    };
    let mut items = 0;
    while let Some((&(column, text), behind)) = lines.split_first() {
        if column < indent {
            break;
        }
        assert_eq!(column, indent, "{path}: a line too far in: {text}");
        let (name, value) = match key_and_value(text) {
            _ if text == "-" => (items.to_string(), ""),
            Some((key, value)) => (key.to_owned(), value),
            None => {
                assert!(items == 0, "{path}: a value among keys: {text}");
                found.insert(path.to_owned(), text.trim_matches('"'));
                return behind;
            }
        };
        items += 1;
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}.{name}")
        };
        assert!(!found.contains_key(&path), "{path} stands there twice");
        found.insert(path.clone(), value.trim_matches('"'));
        let nested = value.is_empty() && behind.first().is_some_and(|next| next.0 > indent);
        lines = if nested {
            yaml_node(behind, &path, found)
        } else {
            behind
        };
    }
    lines
}

/// Every scalar by its path (`services.0.name`), for the plain subset these files are written in: block mappings and sequences,
/// one-line scalars. Anything else, a doubled key included, fails.
pub(crate) fn yaml(text: &str) -> BTreeMap<String, &str> {
    let (lines, mut found) = (yaml_lines(text), BTreeMap::new());
    let rest = yaml_node(&lines, "", &mut found);
    assert!(rest.is_empty(), "not read to the end: {rest:?}");
    found
}

#[test]
fn the_reader_of_these_files_refuses_what_it_cannot_read() {
    let good = yaml("a:\n  - b: 1\n    c:\n      d: \"x y\"\n  - e\nf: []\n");
    assert_eq!(good["a.0.c.d"], "x y");
    assert_eq!((good["a.1"], good["f"]), ("e", "[]"));
    for bad in [
        "a: 1\na: 2\n",
        "a: 1\n  b: 2\n",
        "a:\n   b: 1\n",
        "a: 1\nloose\n",
    ] {
        assert!(std::panic::catch_unwind(|| yaml(bad)).is_err(), "{bad:?}");
    }
}
