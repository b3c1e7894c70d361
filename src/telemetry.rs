//! The log: one subscriber for the whole process, written to standard error.
//!
//! Our own records name route patterns, request ids and numbers, never a path, a key, a file name or an address.
//! Libraries are capped at `warn`, because at `trace` the Redis client would print the arguments of its commands.

use std::io::{self, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::{LogConfig, LogFormat, LogLevel};

/// The crate whose records may go below `warn`.
const OURS: &str = "onetimeshare";

/// Starts logging for the process; a second call changes nothing.
pub fn start(config: LogConfig) {
    let terminal = io::stderr().is_terminal();
    let format = config.format.unwrap_or(if terminal {
        LogFormat::Human
    } else {
        LogFormat::Json
    });
    let output = fmt::layer().with_writer(io::stderr);
    let output = match format {
        LogFormat::Human => output.with_ansi(terminal).boxed(),
        LogFormat::Json => output
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    let started = tracing_subscriber::registry()
        .with(output.with_filter(filter(config.level)))
        .try_init();
    if started.is_err() {
        tracing::debug!("logging had been started before");
    }
}

/// Ours at `level`, everything else at `warn` or less.
pub fn filter(level: LogLevel) -> Targets {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(OURS, level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn libraries_stay_at_warn_whatever_we_log() {
        let trace = filter(LogLevel::Trace);
        assert!(trace.would_enable("onetimeshare::vault", &Level::TRACE));
        assert!(trace.would_enable("fred::router", &Level::WARN));
        assert!(!trace.would_enable("fred::router", &Level::INFO));
        assert!(!trace.would_enable("actix_http::h1::dispatcher", &Level::DEBUG));
        let error = filter(LogLevel::Error);
        assert!(!error.would_enable("fred", &Level::WARN));
        assert!(!error.would_enable("onetimeshare", &Level::WARN));
    }
}
