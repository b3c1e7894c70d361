//! The program: reads the command line, then serves, cleans up, or asks a running server how it is.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::OnceLock;

use onetimeshare::config::{Cli, Command, Config};
use onetimeshare::error_chain::error_chain;
use onetimeshare::{crypto, server, telemetry};

/// Wipes what is freed. Requests with keys, tickets and passphrases pass through buffers of libraries that do not.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    let cli = match Cli::parse(std::env::args_os(), long_version()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let config = match cli.config() {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    server::keep_memory_private();
    let outcome = match cli.command {
        Command::Serve => {
            telemetry::start(config.log);
            #[cfg(feature = "failpoints")]
            onetimeshare::failpoint::arm();
            actix_web::rt::System::new().block_on(server::serve(config))
        }
        Command::Cleanup { dry_run, unknown } => cleanup(config, dry_run, unknown),
        Command::Health => health(&config),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

fn cleanup(config: Config, dry_run: bool, unknown: bool) -> Result<(), server::Failure> {
    telemetry::start(config.log);
    let scope = onetimeshare::vault::CleanupScope {
        apply: !dry_run,
        unknown,
    };
    let report = actix_web::rt::System::new().block_on(server::cleanup(config, scope))?;
    let verb = if dry_run { "would remove" } else { "removed" };
    say(&format!(
        "{verb} {} finished and {} expired shares, {} past hours ({} bytes); {} blobs are unknown{}",
        report.finished,
        report.expired,
        report.past_hours,
        report.bytes,
        report.unknown,
        match (report.unknown, unknown, dry_run) {
            (0, _, _) => "",
            (_, true, false) => " and were removed",
            (_, true, true) => " and would be removed",
            (_, false, _) => " and stay; --unknown removes them, too",
        }
    ));
    Ok(())
}

fn health(config: &Config) -> Result<(), server::Failure> {
    let (well, body) = server::ask_health(config.server.local_address())?;
    say(&body);
    if well {
        Ok(())
    } else {
        Err("the server is not well".into())
    }
}

fn say(line: &str) {
    // A closed standard output is no reason to fail.
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    let text = error_chain(error);
    drop(writeln!(std::io::stderr(), "onetimeshare: {text}"));
    ExitCode::FAILURE
}

/// The version, and which back end the cipher runs on: a build without its flag is half as fast and otherwise the same.
fn long_version() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        format!(
            "{} (ChaCha20 back end: {})",
            env!("CARGO_PKG_VERSION"),
            crypto::cipher_back_end()
        )
    })
}
