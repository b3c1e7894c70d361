//! The load generator: `make bench`, `make bench-quick`, or one figure by its name.
//!
//! ```text
//! cargo bench --bench load -- [GROUP | NAME …] [--quick] [--against PROGRAM] [--server PROGRAM] [--save-baseline] [--list] [--document]
//! ```
//!
//! `--document` writes nothing but the tables and plots of `docs/performance.md`, from the stored baseline.
//! It starts the release build in directories of its own, on loopback, measures, and reports; it does not judge.
#![expect(clippy::print_stdout, reason = "printing is its purpose")]
#![expect(
    clippy::cast_precision_loss,
    reason = "no figure has more than 52 bits that count"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "no server's worker waits here, and there are no settings but PATH"
)]

mod document;
mod figures;
mod goals;
mod http;
mod interleave;
mod machine;
mod nginx;
mod plots;
mod process;
mod redis;
mod report;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use figures::{ALL, Builds, Entry};
use report::Report;

/// Whatever ends a measurement ends the run, after everything is put away.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Memory touched before the first clock starts.
const FAULT_IN: usize = 6 << 30;

/// What to do instead of measuring.
#[derive(Clone, Copy)]
enum Instead {
    /// Names the figures.
    List,
    /// Writes the tables and plots of the document.
    Document,
}

#[derive(Default)]
struct Wanted {
    names: Vec<String>,
    quick: bool,
    save: bool,
    instead: Option<Instead>,
    server: Option<PathBuf>,
    against: Option<PathBuf>,
}

impl Wanted {
    fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut wanted = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                // From cargo.
                "--bench" => {}
                "--quick" => wanted.quick = true,
                "--save-baseline" => wanted.save = true,
                "--document" => wanted.instead = Some(Instead::Document),
                "--list" => wanted.instead = Some(Instead::List),
                "--server" => wanted.server = words.next().map(PathBuf::from),
                "--against" => wanted.against = words.next().map(PathBuf::from),
                other if other.starts_with('-') => {
                    return Err(format!("{other} is unknown").into());
                }
                _ => wanted.names.push(word),
            }
        }
        let unknown = wanted
            .names
            .iter()
            .find(|name| !ALL.iter().any(|entry| is_meant(entry, name)));
        match unknown {
            Some(name) => Err(format!("no figure is called {name}: see --list").into()),
            None => Ok(wanted),
        }
    }

    fn has(&self, entry: &Entry) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| is_meant(entry, name))
    }
}

fn is_meant(entry: &Entry, name: &str) -> bool {
    name == entry.name || name == entry.group
}

fn run() -> Outcome<()> {
    let wanted = Wanted::parse(std::env::args().skip(1))?;
    match wanted.instead {
        Some(Instead::List) => {
            for entry in ALL {
                println!("{:<12} {:<14} {}", entry.group, entry.name, entry.about);
            }
            return Ok(());
        }
        Some(Instead::Document) => return document::write(&Report::stored(wanted.quick)?),
        None => {}
    }
    process::remove_old_folders()?;
    process::clean_up_when_interrupted()?;
    machine::fault_memory_in(FAULT_IN);
    let built = PathBuf::from(env!("CARGO_BIN_EXE_onetimeshare"));
    let builds = Builds {
        server: wanted.server.clone().unwrap_or(built),
        against: wanted.against.clone(),
    };
    let mut report = Report::begin(wanted.quick)?;
    let mut failed = Vec::new();
    for entry in ALL.iter().filter(|entry| wanted.has(entry)) {
        let surroundings = machine::Surroundings::begin();
        if let Err(error) = (entry.run)(&builds, &mut report) {
            println!("{} failed: {error}", entry.name);
            failed.push(entry.name);
        }
        report.part_is_over(surroundings.end());
    }
    let name = if wanted.names.is_empty() {
        "all".to_owned()
    } else {
        wanted.names.join("-")
    };
    report.finish(&name, wanted.save)?;
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")).into())
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
