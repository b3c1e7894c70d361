//! What was measured: on the terminal, in `target/bench/*.json`, and beside the stored baseline.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Outcome;
use crate::goals::goal;
use crate::interleave::{Measured, QUIET};
use crate::machine::description;

/// Where cargo builds, and where results go.
pub(crate) fn target_folder() -> PathBuf {
    // target/release/onetimeshare
    let program = Path::new(env!("CARGO_BIN_EXE_onetimeshare"));
    let target = program.ancestors().nth(2);
    target.map_or_else(|| PathBuf::from("target"), Path::to_path_buf)
}

fn baseline_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/baseline.json")
}

/// One figure.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// The middle of the samples.
    pub(crate) median: f64,
    /// The least.
    pub(crate) min: f64,
    /// The greatest.
    pub(crate) max: f64,
    /// How many counted.
    pub(crate) samples: usize,
    /// Other work ran during them all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) loaded: bool,
}

impl Figure {
    fn of(samples: &[f64], loaded: bool) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            median: percentile(&sorted, 0.5)?,
            min: *sorted.first()?,
            max: *sorted.last()?,
            samples: sorted.len(),
            loaded,
        })
    }
}

/// The value below which this share of the sorted values lies; between two, the mean for the middle.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = share * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and the last index"
    )]
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    Some(f64::midpoint(*sorted.get(below)?, *sorted.get(above)?))
}

/// Figures by name with the circumstances they were measured under.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    /// Processor, memory, kernel.
    pub(crate) machine: String,
    /// The commit of the sources.
    pub(crate) commit: String,
    /// The day.
    pub(crate) date: String,
    /// Figures by name.
    pub(crate) figures: BTreeMap<String, Figure>,
}

/// Collects figures, prints each as it comes, and writes them in the end.
pub(crate) struct Report {
    results: Results,
    baseline: Results,
    quick: bool,
    missed: Vec<String>,
    /// Figures of this part that do not know what else ran.
    unwatched: Vec<String>,
    /// Samples that are still being collected.
    collected: BTreeMap<String, Vec<f64>>,
}

impl Report {
    /// Begins with the stored baseline of the full or of the quick form.
    pub(crate) fn begin(quick: bool) -> Outcome<Self> {
        let stored: BTreeMap<String, Results> = match fs::read_to_string(baseline_file()) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => BTreeMap::new(),
        };
        let results = Results {
            machine: description(),
            commit: crate::machine::commit(),
            date: OffsetDateTime::now_utc().date().to_string(),
            figures: BTreeMap::new(),
        };
        println!(
            "{} · {} · {}",
            results.date, results.commit, results.machine
        );
        Ok(Self {
            baseline: stored.get(form(quick)).cloned().unwrap_or_default(),
            results,
            quick,
            missed: Vec::new(),
            unwatched: Vec::new(),
            collected: BTreeMap::new(),
        })
    }

    /// The stored figures of the full or of the quick form.
    pub(crate) fn stored(quick: bool) -> Outcome<Results> {
        let text = fs::read_to_string(baseline_file())?;
        let mut stored: BTreeMap<String, Results> = serde_json::from_str(&text)?;
        stored
            .remove(form(quick))
            .ok_or_else(|| "there is no baseline of this form".into())
    }

    /// Says how many cores others kept busy since the heading, and marks the figures that did not watch that themselves.
    pub(crate) fn part_is_over(&mut self, foreign: f64) {
        println!("  (others kept {foreign:.2} cores busy meanwhile)");
        for name in std::mem::take(&mut self.unwatched) {
            if let Some(figure) = self.results.figures.get_mut(&name) {
                figure.loaded |= foreign > QUIET;
            }
        }
    }

    /// Whether this is the quick form.
    pub(crate) fn quick(&self) -> bool {
        self.quick
    }

    /// A part with its heading.
    pub(crate) fn heading(text: &str) {
        println!("\n== {text}");
        println!(
            "{:<58} {:>10} {:>10} {:>10} {:>3}  {:>8}  goal",
            "", "median", "min", "max", "n", "baseline"
        );
    }

    /// Everything that was measured in turn, named `part/what/variant/value`.
    pub(crate) fn add_all(&mut self, part: &str, all: &[Measured]) {
        for measured in all {
            for (value, samples) in &measured.values {
                let name = format!("{part}/{}/{}/{value}", measured.what, measured.variant);
                self.add_watched(&name, samples, measured.loaded);
            }
            if measured.dropped > 0 {
                println!(
                    "  ({} of {}: {} samples dropped, other work ran)",
                    measured.what, measured.variant, measured.dropped
                );
            }
        }
    }

    /// One figure from samples that do not know what else ran.
    pub(crate) fn add(&mut self, name: &str, samples: &[f64]) {
        self.unwatched.push(name.to_owned());
        self.add_watched(name, samples, false);
    }

    /// One figure from its samples; `loaded`: other work ran during them all.
    fn add_watched(&mut self, name: &str, samples: &[f64], loaded: bool) {
        let Some(figure) = Figure::of(samples, loaded) else {
            return;
        };
        let compared = self
            .baseline
            .figures
            .get(name)
            .filter(|stored| stored.median != 0.0)
            .map_or_else(String::new, |stored| {
                format!("x{:.2}", figure.median / stored.median)
            });
        let verdict = goal(name).map(|goal| (goal, goal.is_met(figure.median)));
        let words = match verdict {
            None => String::new(),
            Some((goal, true)) => format!("{goal}"),
            Some((goal, false)) => format!("{goal} MISSED"),
        };
        if let Some((goal, false)) = verdict {
            self.missed
                .push(format!("{name}: {} ({goal})", number(figure.median)));
        }
        println!(
            "{:<58} {:>10} {:>10} {:>10} {:>3}  {:>8}  {words}{}",
            name,
            number(figure.median),
            number(figure.min),
            number(figure.max),
            figure.samples,
            compared,
            if loaded { " (other work ran)" } else { "" }
        );
        self.results.figures.insert(name.to_owned(), figure);
    }

    /// One more sample of a figure that is measured in turn with others.
    pub(crate) fn collect(&mut self, name: &str, sample: f64) {
        self.collected
            .entry(name.to_owned())
            .or_default()
            .push(sample);
    }

    /// Adds the figures that were collected.
    pub(crate) fn add_collected(&mut self) {
        for (name, samples) in std::mem::take(&mut self.collected) {
            self.add(&name, &samples);
        }
    }

    /// How one figure stands to another of this run.
    pub(crate) fn ratio(&mut self, name: &str, of: &str, to: &str) {
        let median = |name: &str| self.results.figures.get(name).map(|figure| figure.median);
        let loaded = [of, to].iter().any(|name| {
            let figure = self.results.figures.get(*name);
            figure.is_some_and(|figure| figure.loaded)
        });
        if let (Some(of), Some(to)) = (median(of), median(to))
            && to > 0.0
        {
            self.add_watched(name, &[of / to], loaded);
        }
    }

    /// The figures so far.
    pub(crate) fn figures(&self) -> &BTreeMap<String, Figure> {
        &self.results.figures
    }

    /// Writes `target/bench/{name}.json`, and the baseline if asked to: figures measured anew replace the stored ones.
    pub(crate) fn finish(&self, name: &str, save: bool) -> Outcome<()> {
        let folder = target_folder().join("bench");
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}-{}.json", form(self.quick)));
        fs::write(&file, serde_json::to_string_pretty(&self.results)? + "\n")?;
        println!("\nwritten to {}", file.display());
        if !self.missed.is_empty() {
            println!("goals missed:");
            for missed in &self.missed {
                println!("  {missed}");
            }
        }
        if save {
            let mut stored: BTreeMap<String, Results> = match fs::read_to_string(baseline_file()) {
                Ok(text) => serde_json::from_str(&text)?,
                Err(_) => BTreeMap::new(),
            };
            let mut merged = self.results.clone();
            let mut figures = self.baseline.figures.clone();
            figures.append(&mut merged.figures);
            merged.figures = figures;
            drop(stored.insert(form(self.quick).to_owned(), merged));
            let text = serde_json::to_string_pretty(&stored)? + "\n";
            fs::write(baseline_file(), text)?;
            println!("stored as the baseline");
        }
        Ok(())
    }
}

const fn form(quick: bool) -> &'static str {
    if quick { "quick" } else { "full" }
}

/// Three digits that count.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.1}"),
        size if size >= 10.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
