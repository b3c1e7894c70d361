//! The command line: the settings table as flags with their environment variables, and three subcommands.

use std::{collections::HashMap, ffi::OsString};

use clap::{Arg, ArgAction, ArgMatches};

use super::{Config, ConfigError, Mistake, settings_table};

/// What the operator asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Run the server.
    Serve,
    /// Sweep once and say what was removed.
    Cleanup {
        /// Only say what would be removed.
        dry_run: bool,
        /// Also remove blobs of which Redis knows nothing.
        unknown: bool,
    },
    /// Ask the running server whether it is well.
    Health,
}

/// A command line that parsed; its settings are still raw text.
pub struct Cli {
    /// What to do.
    pub command: Command,
    values: HashMap<&'static str, OsString>,
}

impl Cli {
    /// Reads flags and, where a flag is missing, the environment.
    ///
    /// The error prints help and version too, and knows its exit code: hand it to [`clap::Error::exit`].
    pub fn parse<I>(arguments: I, long_version: &'static str) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = OsString>,
    {
        let matches = command(long_version).try_get_matches_from(arguments)?;
        let asked = match matches.subcommand() {
            Some(("cleanup", given)) => Command::Cleanup {
                dry_run: given.get_flag("dry-run"),
                unknown: given.get_flag("unknown"),
            },
            Some(("health", _)) => Command::Health,
            _ => Command::Serve,
        };
        let given = matches.subcommand().map_or(&matches, |(_, given)| given);
        Ok(Self {
            command: asked,
            values: values(given),
        })
    }

    /// Finishes the settings, or reports every mistake in them.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let unreadable: Vec<Mistake> = settings_table()
            .iter()
            .filter(|setting| {
                self.values
                    .get(setting.name)
                    .is_some_and(|value| value.to_str().is_none())
            })
            .map(|setting| Mistake {
                name: setting.name,
                reason: "is not valid UTF-8".to_owned(),
            })
            .collect();
        let text = |name| {
            self.values
                .get(name)
                .and_then(|value| value.to_str())
                .map(str::to_owned)
        };
        match Config::from_lookup(text) {
            Ok(config) if unreadable.is_empty() => Ok(config),
            Ok(_) => Err(ConfigError {
                mistakes: unreadable,
            }),
            Err(mut error) => {
                error.mistakes.extend(unreadable);
                Err(error)
            }
        }
    }
}

fn values(matches: &ArgMatches) -> HashMap<&'static str, OsString> {
    let value = |name| {
        matches
            .get_one::<OsString>(name)
            .map(|value| (name, value.clone()))
    };
    settings_table()
        .iter()
        .filter_map(|setting| value(setting.name))
        .collect()
}

/// Values stay raw here, so that all mistakes can be reported together.
fn command(long_version: &'static str) -> clap::Command {
    let settings = settings_table().iter().map(|setting| {
        Arg::new(setting.name)
            .long(setting.flag)
            .env(setting.name)
            .hide_env_values(true)
            .value_name("VALUE")
            .value_parser(clap::value_parser!(OsString))
            .allow_hyphen_values(true)
            .global(true)
            .help(format!(
                "{} [default: {}]",
                setting.meaning, setting.default
            ))
            .help_heading("Settings")
    });
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    clap::Command::new("onetimeshare")
        .version(env!("CARGO_PKG_VERSION"))
        .long_version(long_version)
        .about("A one-time file drop: the first person who opens the link gets the file, then key and bytes are gone.")
        .args(settings)
        .subcommand(clap::Command::new("serve").about("Run the server (the default)"))
        .subcommand(
            clap::Command::new("cleanup")
                .about("Sweep once and say what was removed")
                .arg(flag("dry-run", "Only say what would be removed"))
                .arg(flag("unknown", "Also remove sealed files of which Redis knows nothing")),
        )
        .subcommand(clap::Command::new("health").about("Ask the running server whether it is well; exits 0 if so"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cli(arguments: &[&str]) -> Cli {
        let all = std::iter::once(&"onetimeshare")
            .chain(arguments)
            .map(OsString::from);
        Cli::parse(all, "1")
            .map_err(|error| error.to_string())
            .unwrap()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        command("1").debug_assert();
    }

    #[test]
    fn serve_is_the_default_and_flags_stand_on_either_side() {
        assert_eq!(cli(&[]).command, Command::Serve);
        let before = cli(&["--max-size", "5", "cleanup", "--dry-run"]);
        assert_eq!(
            before.command,
            Command::Cleanup {
                dry_run: true,
                unknown: false
            }
        );
        assert_eq!(before.config().unwrap().vault.max_size, 5);
        assert_eq!(
            cli(&["health", "--max-size=6"])
                .config()
                .unwrap()
                .vault
                .max_size,
            6
        );
    }

    #[test]
    fn the_help_shows_every_setting_with_variable_default_and_meaning() {
        let help = command("1").render_help().to_string();
        let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for setting in settings_table() {
            assert!(
                words.contains(&format!("[env: {}]", setting.name)),
                "{}",
                setting.name
            );
            assert!(
                words.contains(&format!("--{}", setting.flag)),
                "{}",
                setting.name
            );
            assert!(
                words.contains(&format!(
                    "{} [default: {}]",
                    setting.meaning, setting.default
                )),
                "{}",
                setting.name
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_a_mistake_like_any_other() {
        use std::os::unix::ffi::OsStringExt as _;
        let bad = OsString::from_vec(vec![0xff]);
        let readable = ["onetimeshare", "--bind", "x", "--operator-name"].map(OsString::from);
        let cli = Cli::parse(readable.into_iter().chain([bad]), "1");
        let error = cli
            .map_err(|error| error.to_string())
            .unwrap()
            .config()
            .unwrap_err();
        assert_eq!(
            error
                .mistakes
                .iter()
                .map(|mistake| mistake.name)
                .collect::<Vec<_>>(),
            ["BIND", "OPERATOR_NAME"]
        );
    }
}
