//! Every setting, parsed strictly and checked as a whole before anything starts.
//!
//! Promises: all mistakes are reported at once, an unknown spelling never falls back to a default, an empty value
//! counts as unset, and no message repeats a secret. Knows nothing of what the settings are used for.

mod cli;
mod parse;
mod read;
mod secret;
mod settings;
mod warnings;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;

pub use cli::{Cli, Command};
pub use parse::duration as parse_duration;
pub use secret::Secret;
pub use settings::{Setting, settings_table};

/// Everything an operator can decide, finished and consistent.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how the server speaks HTTP.
    pub server: ServerConfig,
    /// Limits and times of shares.
    pub vault: VaultConfig,
    /// Which Redis, and how it is used.
    pub redis: RedisConfig,
    /// Directory of the blobs and of the bundled Redis.
    pub data_dir: PathBuf,
    /// What uploaders must show; `None` lets anybody upload.
    pub upload_password: Option<Secret>,
    /// The operator's password; `None` switches the admin part off.
    pub admin_password: Option<AdminPassword>,
    /// Who runs the server, for the pages.
    pub operator: OperatorConfig,
    /// How the log looks.
    pub log: LogConfig,
}

/// Settings of the HTTP layer.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address to listen on; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// Base of all links; `None` takes the request's own Host.
    pub public_url: Option<PublicUrl>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `None` when rate limits are off.
    pub rate_limits: Option<RateLimits>,
    /// Most open connections per client network; `None` when rate limits are off.
    pub max_connections_per_client: Option<u32>,
    /// `None` keeps the built-in list of agents.
    pub blocked_agents: Option<BlockedAgents>,
}

impl ServerConfig {
    /// Whether people reach the server by https, as far as the operator said so.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// The address under which a program on this machine reaches the server.
    pub fn local_address(&self) -> SocketAddr {
        let ip = match self.bind.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        SocketAddr::new(ip, self.bind.port())
    }
}

/// The origin under which people reach the server: `http` or `https`, host, and a port unless it is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
}

impl PublicUrl {
    /// The origin without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }
}

/// How often one client network may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Uploads begun.
    pub upload: Rate,
    /// Reservations tried.
    pub reserve: Rate,
    /// Sign-ins tried.
    pub sign_in: Rate,
}

/// `count` events in each period of length `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In which time.
    pub per: Duration,
}

/// The operator's own list of agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedAgents {
    /// Whether the names come on top of the built-in list or instead of it.
    pub add_to_list: bool,
    /// Product names in lower case.
    pub names: Vec<String>,
}

/// Limits and times of shares.
#[derive(Debug, Clone)]
pub struct VaultConfig {
    /// Largest file, in bytes.
    pub max_size: u64,
    /// Most bytes held at once; `None` for no limit.
    pub max_total: Option<u64>,
    /// Free space to keep, in bytes; `None` for 1 GiB or 5 % of the file system, whichever is less.
    pub min_free: Option<u64>,
    /// Shortest life of a share.
    pub min_expiry: Duration,
    /// Life of a share whose uploader chose none; within the other two.
    pub default_expiry: Duration,
    /// Longest life of a share.
    pub max_expiry: Duration,
    /// Life of an upload that makes no progress.
    pub upload_lease: Duration,
    /// Life of a reservation without a claim.
    pub reservation_lease: Duration,
    /// Life of a delivery that makes no progress.
    pub delivery_idle: Duration,
    /// Longest life of a delivery.
    pub delivery_max: Duration,
    /// How long a fully sent file may be fetched again; may be zero.
    pub delivery_grace: Duration,
    /// Cost of one passphrase derivation.
    pub kdf: KdfConfig,
}

/// Parameters of Argon2id (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfConfig {
    /// Memory in KiB, at least 8 per lane.
    pub memory_kib: u32,
    /// Passes, at least 1.
    pub passes: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
}

/// Which Redis, and how it is used.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// `None` starts the bundled Redis. May hold a password.
    pub url: Option<Secret>,
    /// What every key begins with.
    pub prefix: String,
    /// Replicas that must confirm a commit.
    pub replicas: u32,
    /// Start although Redis may evict keys.
    pub allow_eviction: bool,
    /// Start although Redis keeps no append-only file.
    pub allow_no_aof: bool,
}

/// The operator's password as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminPassword {
    /// In plain text, at least 8 characters and not a well-known default.
    Plain(Secret),
    /// A PHC string `$argon2id$…` that parses.
    Hash(Secret),
}

/// Who runs the server, for the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperatorConfig {
    /// Shown on every page.
    pub name: Option<String>,
    /// Linked on every page.
    pub abuse_contact: Option<AbuseContact>,
}

/// Where abuse is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseContact {
    /// What the page shows.
    pub text: String,
    /// What the link points to: `mailto:`, `http:` or `https:`.
    pub href: String,
}

/// How the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// `None`: human on a terminal, else JSON.
    pub format: Option<LogFormat>,
    /// The least important records to write.
    pub level: LogLevel,
}

/// The shape of a log record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line per record.
    Human,
    /// One JSON object per line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// And what an operator should look at.
    Warn,
    /// And one record per request and per sweep.
    Info,
    /// And steps within them.
    Debug,
    /// And everything else.
    Trace,
}

/// One wrong setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The environment variable.
    pub name: &'static str,
    /// What was expected; never the value.
    pub reason: String,
}

/// Every wrong setting, in the order of the settings table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the configuration has mistakes:")?;
        for mistake in &self.mistakes {
            write!(formatter, "\n  {}: {}", mistake.name, mistake.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
