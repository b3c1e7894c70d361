//! `docs/performance.md` and its plots, made from the stored baseline: what the document says is what was measured.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::goals::goal;
use crate::plots;
use crate::report::{Figure, Results, number};

const BEGIN: &str = "<!-- figures: ";
const END: &str = "<!-- end of figures -->";

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Fills in every table of the document and draws the plots.
pub(crate) fn write(results: &Results) -> Outcome<()> {
    let path = docs().join("performance.md");
    let text = fs::read_to_string(&path)?;
    let mut written = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (part, after) = after.split_once(" -->").ok_or("a marker without its end")?;
        let (_, after) = after
            .split_once(END)
            .ok_or_else(|| format!("no end of the figures of {part}"))?;
        let table = if part == "circumstances" {
            format!(
                "{} · commit {} · {}\n",
                results.date, results.commit, results.machine
            )
        } else {
            table(&results.figures, part)
        };
        write!(written, "{before}{BEGIN}{part} -->\n{table}{END}")?;
        rest = after;
    }
    written.push_str(rest);
    fs::write(path, written)?;
    let folder = docs().join("performance");
    fs::create_dir_all(&folder)?;
    for (name, svg) in plots::all(&results.figures) {
        fs::write(folder.join(name), svg)?;
    }
    Ok(())
}

/// All figures of a part but those that describe the measuring itself.
fn table(figures: &BTreeMap<String, Figure>, part: &str) -> String {
    let mut table =
        String::from("\n| figure | median | min – max | n | goal |\n|---|---|---|---|---|\n");
    for (name, figure) in figures {
        let Some(short) = name
            .strip_prefix(part)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        if short.contains("client cpu") || short.ends_with("foreign cores") {
            continue;
        }
        let goal = goal(name).map_or_else(String::new, |goal| {
            let missed = if goal.is_met(figure.median) {
                ""
            } else {
                ", missed"
            };
            format!("{goal}{missed}")
        });
        let span = if figure.samples > 1 {
            format!("{} – {}", number(figure.min), number(figure.max))
        } else {
            String::new()
        };
        let star = if figure.loaded { " \\*" } else { "" };
        // Writing into a String cannot fail.
        let _written = writeln!(
            table,
            "| {short} | {}{star} | {span} | {} | {goal} |",
            number(figure.median),
            figure.samples
        );
    }
    table
}
