//! How much of a part this run does, and what is kept of its outcome.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value, json};

/// How much is done: `PROVE` is `tenth`, `full`, or not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// A sample, for every run of the tests.
    Quick,
    /// A tenth of the figures: `make prove`.
    Tenth,
    /// All of them: `make prove-full`.
    Full,
}

/// One part of the proof under way.
pub(crate) struct Proof {
    name: &'static str,
    scale: Scale,
    seed: u64,
    begun: Instant,
    figures: Map<String, Value>,
}

impl Scale {
    fn of_this_run() -> Self {
        match variable("PROVE").as_str() {
            "" => Self::Quick,
            "tenth" => Self::Tenth,
            "full" => Self::Full,
            other => panic!("PROVE={other}: it is 'tenth', 'full', or not set"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Tenth => "tenth",
            Self::Full => "full",
        }
    }
}

impl Proof {
    /// Begins the part `name`, with the seed in `OTS_TEST_SEED` or a fresh one, and says which.
    pub(crate) fn begin(name: &'static str) -> Self {
        let mut fresh = [0; 8];
        getrandom::fill(&mut fresh).expect("the operating system has random bytes");
        let given = variable("OTS_TEST_SEED");
        let given =
            (!given.is_empty()).then(|| given.parse().expect("OTS_TEST_SEED is a decimal number"));
        let proof = Self {
            name,
            scale: Scale::of_this_run(),
            seed: given.unwrap_or_else(|| u64::from_le_bytes(fresh)),
            begun: Instant::now(),
            figures: Map::new(),
        };
        say(&format!(
            "{name} ({}): OTS_TEST_SEED={}",
            proof.scale.word(),
            proof.seed
        ));
        proof
    }

    /// The seed all randomness of this part follows from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// How much of it is done.
    pub(crate) fn scale(&self) -> Scale {
        self.scale
    }

    /// How often to do what the full form does `full` times and the quick form `quick` times.
    pub(crate) fn rounds(&self, full: usize, quick: usize) -> usize {
        match self.scale {
            Scale::Quick => quick,
            Scale::Tenth => full.div_ceil(10).max(quick),
            Scale::Full => full,
        }
    }

    /// Keeps a figure for the report.
    pub(crate) fn figure(&mut self, what: &str, value: impl Into<Value>) {
        self.figures.insert(what.to_owned(), value.into());
    }

    /// The part has held: says so, and for the long forms writes `target/prove/<scale>/<name>.json`.
    pub(crate) fn holds(self) {
        let seconds = self.begun.elapsed().as_secs();
        let figures: Vec<String> = self
            .figures
            .iter()
            .map(|(what, value)| format!("{what} {value}"))
            .collect();
        say(&format!(
            "{}: holds after {seconds} s; {}",
            self.name,
            figures.join(", ")
        ));
        if self.scale == Scale::Quick {
            return;
        }
        let folder = results().join(self.scale.word());
        fs::create_dir_all(&folder).expect("the target directory is writable");
        let outcome = json!({
            "part": self.name,
            "scale": self.scale.word(),
            "seed": self.seed,
            "source": variable("PROVE_SOURCE"),
            "commit": variable("PROVE_COMMIT"),
            "ended": unix_seconds(),
            "seconds": seconds,
            "figures": self.figures,
        });
        let text = serde_json::to_string_pretty(&outcome).expect("it is plain JSON");
        fs::write(folder.join(format!("{}.json", self.name)), text + "\n")
            .expect("the target directory is writable");
    }
}

fn results() -> PathBuf {
    // The test's own program lies in <target>/<profile>/deps.
    let program = std::env::current_exe().expect("a program knows where it lies");
    program
        .ancestors()
        .nth(3)
        .unwrap_or(Path::new("target"))
        .join("prove")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a file for people says when it was made, by the wall clock"
)]
fn unix_seconds() -> u64 {
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a proof has no settings but its scale and its seed"
)]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[expect(
    clippy::print_stderr,
    reason = "the only way of a test to speak to who runs it"
)]
fn say(text: &str) {
    eprintln!("{text}");
}
