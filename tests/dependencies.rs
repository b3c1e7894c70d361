//! What the program is made of: every licence is on the list of `deny.toml`, and nothing banned there is in `Cargo.lock`.
//!
//! `cargo deny` checks the same where it is installed; this test needs nothing but cargo.

use std::collections::BTreeSet;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId, TargetKind};

const DENY: &str = include_str!("../deny.toml");
const LOCK: &str = include_str!("../Cargo.lock");

/// The quoted strings of the array that starts behind `key = [`.
fn array(key: &str) -> Vec<&'static str> {
    let start = format!("\n{key} = [");
    let (_, rest) = DENY.split_once(&start).expect("deny.toml has the array");
    let (inside, _) = rest
        .split_once("\n]")
        .expect("the array ends on a line of its own");
    inside
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

fn quoted(text: &str) -> &str {
    text.split('"').nth(1).expect("a quoted string")
}

fn banned() -> Vec<&'static str> {
    array("deny").into_iter().map(quoted).collect()
}

fn allowed() -> BTreeSet<&'static str> {
    array("allow").into_iter().map(quoted).collect()
}

/// `(crate, licence)` of the exceptions.
fn exceptions() -> Vec<(&'static str, &'static str)> {
    array("exceptions")
        .into_iter()
        .map(|line| {
            let mut strings = line.split('"').skip(1).step_by(2);
            (
                strings.next().expect("a crate"),
                strings.next().expect("a licence"),
            )
        })
        .collect()
}

/// Whether an SPDX expression can be fulfilled with `ok` licences alone. `/` is the old spelling of OR.
fn permitted(expression: &str, ok: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace(" WITH ", "+WITH+");
    let mut words = spaced.split_whitespace().peekable();
    let answer = any(&mut words, ok);
    assert!(
        words.next().is_none(),
        "not an SPDX expression: {expression}"
    );
    answer
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, ok: &dyn Fn(&str) -> bool) -> bool {
    let mut answer = all(words, ok);
    while words.next_if_eq(&"OR").is_some() {
        answer |= all(words, ok);
    }
    answer
}

fn all(words: &mut Words<'_>, ok: &dyn Fn(&str) -> bool) -> bool {
    let mut answer = one(words, ok);
    while words.next_if_eq(&"AND").is_some() {
        answer &= one(words, ok);
    }
    answer
}

fn one(words: &mut Words<'_>, ok: &dyn Fn(&str) -> bool) -> bool {
    match words.next() {
        Some("(") => {
            let answer = any(words, ok);
            assert_eq!(words.next(), Some(")"), "an unclosed bracket");
            answer
        }
        Some(licence) => ok(&licence.replace("+WITH+", " WITH ")),
        None => false,
    }
}

/// The packages of this platform, without asking the network for those of others.
fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(vec![
            "--locked".to_owned(),
            format!(
                "--filter-platform={}-unknown-linux-gnu",
                std::env::consts::ARCH
            ),
        ])
        .exec()
        .expect("cargo metadata answers")
}

/// What is linked into the program: reachable from it through neither development nor build dependencies, nor what runs only
/// inside the compiler.
fn shipped(metadata: &Metadata) -> BTreeSet<&PackageId> {
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let in_compiler = |id: &PackageId| {
        metadata[id]
            .targets
            .iter()
            .any(|target| target.is_kind(TargetKind::ProcMacro))
    };
    let mut seen = BTreeSet::new();
    let mut next: Vec<&PackageId> = resolve.root.iter().collect();
    while let Some(id) = next.pop() {
        if in_compiler(id) || !seen.insert(id) {
            continue;
        }
        let node = resolve
            .nodes
            .iter()
            .find(|node| &node.id == id)
            .expect("every edge has its node");
        let normal = node.deps.iter().filter(|dep| {
            dep.dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
        });
        next.extend(normal.map(|dep| &dep.pkg));
    }
    seen
}

#[test]
fn every_licence_is_on_the_list() {
    let (allowed, exceptions, metadata) = (allowed(), exceptions(), metadata());
    assert!(allowed.contains("MIT"), "the list was read");
    assert!(metadata.packages.len() > 100, "the graph was read");

    let refused: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| {
            let ok = |licence: &str| {
                allowed.contains(licence) || exceptions.contains(&(package.name.as_str(), licence))
            };
            !package
                .license
                .as_deref()
                .is_some_and(|expression| permitted(expression, &ok))
        })
        .map(|package| {
            format!(
                "{} {}: {:?}",
                package.name, package.version, package.license
            )
        })
        .collect();
    assert!(
        refused.is_empty(),
        "not on the list of deny.toml: {refused:#?}"
    );
}

#[test]
fn what_is_only_tolerated_in_the_build_is_not_shipped() {
    let metadata = metadata();
    let shipped = shipped(&metadata);
    assert!(shipped.len() > 100, "the graph was walked");
    for (name, licence) in exceptions() {
        let found = metadata
            .packages
            .iter()
            .any(|package| package.name.as_str() == name && shipped.contains(&package.id));
        assert!(!found, "{name} ({licence}) is linked into the program");
    }
}

#[test]
fn nothing_banned_is_in_the_lock_file() {
    let banned = banned();
    for name in [
        "openssl-sys",
        "native-tls",
        "h2",
        "actix-governor",
        "sqlx",
        "rusqlite",
        "diesel",
    ] {
        assert!(banned.contains(&name), "deny.toml no longer bans {name}");
    }
    for name in banned {
        assert!(
            !LOCK.contains(&format!("\nname = \"{name}\"\n")),
            "{name} is banned and in Cargo.lock"
        );
    }
}

#[test]
fn everything_comes_from_the_one_registry() {
    let sources: BTreeSet<&str> = LOCK
        .lines()
        .filter_map(|line| line.strip_prefix("source = "))
        .collect();
    assert_eq!(
        sources,
        BTreeSet::from(["\"registry+https://github.com/rust-lang/crates.io-index\""])
    );
}

#[test]
fn an_expression_needs_all_of_and_and_one_of_or() {
    let ok = |licence: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence);
    for expression in [
        "MIT",
        "GPL-3.0/MIT",
        "(GPL-3.0 OR ISC) AND MIT",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(permitted(expression, &ok), "{expression}");
    }
    for expression in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT AND GPL-3.0) OR MPL-2.0",
        "Apache-2.0",
        "",
    ] {
        assert!(!permitted(expression, &ok), "{expression}");
    }
}
