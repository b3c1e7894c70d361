//! The arrows between the layers, held by reading the source.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which layers a layer may import; `telemetry` and `config` are for the edges.
const MAY_IMPORT: [(&str, &[&str]); 8] = [
    ("share", &[]),
    ("crypto", &[]),
    ("storage", &["share"]),
    ("vault", &["share", "crypto", "storage"]),
    ("config", &[]),
    ("telemetry", &["config"]),
    (
        "web",
        &["config", "crypto", "share", "storage", "telemetry", "vault"],
    ),
    (
        "server",
        &["config", "crypto", "share", "storage", "vault", "web"],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn layer_of(file: &Path) -> String {
    let below = file.strip_prefix(source_folder()).unwrap();
    let first = below.components().next().unwrap();
    let name = first.as_os_str().to_str().unwrap();
    name.trim_end_matches(".rs").to_owned()
}

/// The names behind `crate::` in a file, comments aside.
fn imports(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.split("crate::").skip(1).map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect()
        })
    })
    .collect()
}

#[test]
fn every_layer_imports_only_what_stands_below_it() {
    let mut looked_at = 0;
    for file in sources(&source_folder()) {
        let layer = layer_of(&file);
        if ["lib", "main", "failpoint", "error_chain", "stack"].contains(&layer.as_str()) {
            continue;
        }
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == layer)
            .unwrap_or_else(|| panic!("{layer} is a new layer: say what it may import"));
        for import in imports(&file) {
            let common = ["error_chain", "stack"].contains(&import.as_str());
            let fine = common || import == layer || allowed.contains(&import.as_str());
            assert!(fine, "{} imports crate::{import}", file.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "the test reads the wrong folder");
}

#[test]
fn the_rules_and_the_format_know_no_io_no_clock_and_no_runtime() {
    let outside = [
        "std::fs",
        "std::net",
        "std::env",
        "SystemTime",
        "Instant::now",
        "tokio",
        "actix",
        "fred",
        "rustix",
    ];
    for file in sources(&source_folder()) {
        if !["share", "crypto"].contains(&layer_of(&file).as_str()) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for word in outside {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn redis_is_spoken_to_in_storage_alone_and_http_in_web_alone() {
    for file in sources(&source_folder()) {
        let layer = layer_of(&file);
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            layer == "storage" || !text.contains("use fred"),
            "{} speaks to Redis",
            file.display()
        );
        let http = text.contains("actix_web::") && !text.contains("actix_web::rt::");
        assert!(
            layer == "web" || layer == "main" || !http,
            "{} speaks HTTP",
            file.display()
        );
    }
}

#[test]
fn every_template_has_a_page_and_every_page_its_template() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for file in sources(&source_folder().join("web/pages")) {
        let text = fs::read_to_string(file).unwrap();
        for rest in text.split("path = \"").skip(1) {
            used.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    let mut included: BTreeSet<String> = BTreeSet::new();
    let mut there = BTreeSet::new();
    let templates = root.join("templates");
    let mut folders = vec![templates.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for word in ["extends \"", "include \"", "import \""] {
                for rest in text.split(word).skip(1) {
                    included.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
            let name = path.strip_prefix(&templates).unwrap();
            there.insert(name.to_str().unwrap().to_owned());
        }
    }
    let reached: BTreeSet<String> = used.union(&included).cloned().collect();
    assert_eq!(there, reached);
}

/// Quoted words of the source that begin with `prefix`.
fn quoted(prefix: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for file in sources(&source_folder()) {
        let text = fs::read_to_string(file).unwrap();
        for word in text.split('"') {
            let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if plain && word.starts_with(prefix) {
                words.insert(word.to_owned());
            }
        }
    }
    words
}

#[test]
fn every_metric_stands_in_the_operators_table_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/operations.md")).unwrap();
    let (_, section) = page.split_once("## Metrics").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let documented: BTreeSet<String> = section
        .split('`')
        .filter(|word| word.starts_with("onetimeshare_"))
        .map(str::to_owned)
        .collect();
    assert_eq!(documented, quoted("onetimeshare_"));
}

#[test]
fn every_reason_of_the_health_answer_is_explained_to_the_operator() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/operations.md")).unwrap();
    let report = fs::read_to_string(source_folder().join("vault/report.rs")).unwrap();
    let (_, words) = report.split_once("impl Reason {").unwrap();
    let (words, _) = words.split_once("\n}\n").unwrap();
    let mut reasons = 0;
    for reason in words.split('"').skip(1).step_by(2) {
        assert!(page.contains(&format!("| `{reason}` |")), "{reason}");
        reasons += 1;
    }
    assert!(reasons >= 11, "the test reads the wrong file");
}

#[test]
fn no_shell_and_one_program_only_is_started() {
    for file in sources(&source_folder()) {
        let text = fs::read_to_string(&file).unwrap();
        let bundled = file.ends_with("storage/bundled/process.rs");
        let starts =
            text.contains("process::Command") || text.contains("process::{Child, Command}");
        assert_eq!(starts, bundled, "{} starts a program", file.display());
        if bundled {
            assert_eq!(text.matches("Command::new(").count(), 1);
            assert!(text.contains("Command::new(&self.program)"));
        }
        assert!(!text.contains("\"/bin/sh\"") && !text.contains("\"sh\""));
    }
}

#[test]
fn the_compiler_refuses_unsafe_code_in_all_of_ours() {
    let manifest = include_str!("../Cargo.toml");
    let (_, lints) = manifest.split_once("\n[lints.rust]\n").unwrap();
    let lints = lints.split("\n[").next().unwrap();
    assert!(lints.lines().any(|line| line == "unsafe_code = \"forbid\""));
}

#[test]
fn the_source_has_no_say_in_how_certificates_are_checked() {
    let words = ["rustls", "tlsconnector", "certverifier", "danger"];
    for file in sources(&source_folder()) {
        let text = fs::read_to_string(&file).unwrap().to_lowercase();
        for word in words {
            assert!(!text.contains(word), "{} says {word}", file.display());
        }
    }
    assert!(include_str!("../Cargo.toml").contains("\"enable-rustls-ring\""));
}

/// The page scripts by name, without the lines that are comments.
fn page_scripts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/js");
    let scripts = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| {
            let line = line.trim_start();
            !["//", "/*", "*"]
                .iter()
                .any(|start| line.starts_with(start))
        });
        (
            path.display().to_string(),
            code.collect::<Vec<_>>().join("\n"),
        )
    });
    scripts.collect()
}

#[test]
fn the_page_scripts_compare_strictly_and_their_types_are_checked() {
    let scripts = page_scripts();
    assert!(scripts.len() >= 8, "the scripts were found");
    for (name, code) in scripts {
        let loose = code
            .split_whitespace()
            .any(|word| ["==", "!="].contains(&word));
        assert!(!loose, "{name} compares loosely");
        assert!(!code.contains("@ts-"), "{name} switches the check off");
    }
    let types = include_str!("../e2e/tsconfig.json");
    for line in ["\"strict\": true", "\"checkJs\": true", "../static/js/*.js"] {
        assert!(types.contains(line), "{line}");
    }
    assert!(include_str!("../scripts/check").contains("\nnpm --prefix e2e run --silent types"));
}

#[test]
fn the_page_scripts_store_tickets_message_lengths_and_wanted_drops_and_nothing_else() {
    let mut written = Vec::new();
    for (name, code) in page_scripts() {
        for other in [
            "sessionStorage",
            "indexedDB",
            ".cookie",
            "caches.",
            "localStorage[",
        ] {
            assert!(!code.contains(other), "{name} uses {other}");
        }
        let calls = code.split(".setItem(").skip(1);
        written.extend(calls.map(|rest| rest.split(')').next().unwrap().to_owned()));
    }
    written.sort();
    let ticket = "STORE + id, `${ticket} ${Date.now(";
    let length = "STORE + id, `${ticket} ${drawn} ${size}`";
    // Owner keys, and only where the sender asked for it.
    let drops = "STORE, JSON.stringify(all";
    assert_eq!(written, [ticket, length, drops]);
}
