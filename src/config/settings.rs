//! The one list of settings: the help text, the reading of flags and the test against the documents all use it.

/// One setting: the name of its environment variable, its default in words, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The flag without its leading dashes: the same words in lower case.
    pub flag: &'static str,
    /// The default as the operator would spell it, or a word for what happens without it.
    pub default: &'static str,
    /// One sentence for the operator.
    pub meaning: &'static str,
}

/// Every setting there is, in the order in which the help shows them.
pub fn settings_table() -> &'static [Setting] {
    SETTINGS
}

const fn setting(
    name: &'static str,
    flag: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting {
        name,
        flag,
        default,
        meaning,
    }
}

const SETTINGS: &[Setting] = &[
    setting(
        "BIND",
        "bind",
        "127.0.0.1:8080",
        "Address and port to listen on",
    ),
    setting(
        "PORT",
        "port",
        "none",
        "Port alone: listens on 0.0.0.0:$PORT unless BIND is set",
    ),
    setting(
        "PUBLIC_URL",
        "public-url",
        "from the request's Host",
        "Base of all links, such as https://drop.example.org; https turns on the headers that need it",
    ),
    setting(
        "DATA_DIR",
        "data-dir",
        "./data",
        "Directory for sealed files (blobs/) and the bundled Redis (redis/)",
    ),
    setting(
        "REDIS_URL",
        "redis-url",
        "bundled",
        "A Redis: redis://[user:password@]host[:port][/database], rediss://… with TLS, redis+unix:///path/of/its.sock, or Sentinel: redis-sentinel://[user:password@]sentinel[:port][/database]?sentinelServiceName=name[&node=sentinel:port]…[&sentinelUsername=user][&sentinelPassword=password]; unset, a private Redis is started in DATA_DIR",
    ),
    setting(
        "REDIS_PREFIX",
        "redis-prefix",
        "ots:",
        "What every Redis key begins with",
    ),
    setting(
        "REDIS_REPLICAS",
        "redis-replicas",
        "0",
        "Replicas that must confirm an upload before it is acknowledged",
    ),
    setting(
        "REDIS_ALLOW_EVICTION",
        "redis-allow-eviction",
        "off",
        "Start although Redis may evict keys under memory pressure: shares can vanish",
    ),
    setting(
        "REDIS_ALLOW_NO_AOF",
        "redis-allow-no-aof",
        "off",
        "Start although Redis keeps no append-only file: a restart can lose shares",
    ),
    setting("MAX_SIZE", "max-size", "10GiB", "Largest file accepted"),
    setting(
        "MAX_TOTAL",
        "max-total",
        "none",
        "Most bytes held at once; above it uploads answer 507",
    ),
    setting(
        "MIN_FREE",
        "min-free",
        "1GiB or 5 % of the file system, whichever is less",
        "Free space to keep; below it uploads answer 507",
    ),
    setting(
        "MIN_EXPIRY",
        "min-expiry",
        "10m",
        "Shortest life an uploader may choose",
    ),
    setting(
        "DEFAULT_EXPIRY",
        "default-expiry",
        "1d",
        "Life of a share whose uploader chose none",
    ),
    setting(
        "MAX_EXPIRY",
        "max-expiry",
        "7d",
        "Longest life an uploader may choose",
    ),
    setting(
        "UPLOAD_LEASE",
        "upload-lease",
        "5m",
        "After this long without progress an upload counts as abandoned",
    ),
    setting(
        "RESERVATION_LEASE",
        "reservation-lease",
        "120s",
        "How long an unused reservation keeps others out",
    ),
    setting(
        "DELIVERY_IDLE",
        "delivery-idle",
        "15m",
        "How long a begun delivery may rest before it ends",
    ),
    setting(
        "DELIVERY_MAX",
        "delivery-max",
        "1d",
        "How long a delivery may take in all",
    ),
    setting(
        "DELIVERY_GRACE",
        "delivery-grace",
        "60s",
        "How long a fully sent file stays for a repeat; 0 waits for nothing",
    ),
    setting(
        "UPLOAD_PASSWORD",
        "upload-password",
        "none",
        "What uploaders must show; unset, anybody who reaches the page may upload",
    ),
    setting(
        "ADMIN_PASSWORD",
        "admin-password",
        "none",
        "The operator's password, plain or an Argon2id hash; unset, there is no admin part",
    ),
    setting(
        "ARGON2_MEMORY",
        "argon2-memory",
        "64MiB",
        "Memory of one passphrase derivation",
    ),
    setting(
        "ARGON2_PASSES",
        "argon2-passes",
        "3",
        "Passes of one passphrase derivation",
    ),
    setting(
        "ARGON2_LANES",
        "argon2-lanes",
        "1",
        "Lanes of one passphrase derivation",
    ),
    setting(
        "RATE_LIMITS",
        "rate-limits",
        "on",
        "off lifts all rate limits and MAX_CONNECTIONS_PER_CLIENT",
    ),
    setting(
        "RATE_UPLOAD",
        "rate-upload",
        "60/h",
        "Uploads per client network, with a burst of a third",
    ),
    setting(
        "RATE_RESERVE",
        "rate-reserve",
        "120/h",
        "Collections begun per client network, with a burst of a third",
    ),
    setting(
        "RATE_SIGNIN",
        "rate-signin",
        "10/h",
        "Sign-ins tried per client network, with a burst of a third",
    ),
    setting(
        "MAX_CONNECTIONS_PER_CLIENT",
        "max-connections-per-client",
        "256",
        "Open connections per client network; never applied to TRUSTED_PROXIES",
    ),
    setting(
        "TRUSTED_PROXIES",
        "trusted-proxies",
        "none",
        "Proxies whose X-Forwarded-For is believed: addresses or CIDRs, separated by commas",
    ),
    setting(
        "BLOCKED_AGENTS",
        "blocked-agents",
        "the built-in list",
        "Product names that get 406, separated by commas; a leading + adds to the built-in list",
    ),
    setting(
        "ABUSE_CONTACT",
        "abuse-contact",
        "none",
        "Mail address or URL for reports of abuse, linked on every page",
    ),
    setting(
        "OPERATOR_NAME",
        "operator-name",
        "none",
        "Who runs this server, named on every page",
    ),
    setting(
        "LOG_FORMAT",
        "log-format",
        "human on a terminal, else json",
        "human or json",
    ),
    setting(
        "LOG_LEVEL",
        "log-level",
        "info",
        "error, warn, info, debug or trace; libraries never log below warn",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_is_named_once() {
        let names: BTreeSet<_> = settings_table()
            .iter()
            .map(|setting| setting.name)
            .collect();
        assert_eq!(names.len(), settings_table().len());
    }

    #[test]
    fn flags_follow_the_names() {
        for setting in settings_table() {
            assert_eq!(setting.flag, setting.name.to_lowercase().replace('_', "-"));
        }
    }
}
