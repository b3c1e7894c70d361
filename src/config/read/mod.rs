//! From raw text to a finished [`Config`], collecting every mistake on the way.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use super::{
    AdminPassword, Config, ConfigError, KdfConfig, LogConfig, LogLevel, Mistake, OperatorConfig,
    Rate, RateLimits, RedisConfig, Secret, ServerConfig, VaultConfig,
    parse::{self, Parsed},
    settings_table,
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Passwords that examples and other programs ship; compared in lower case.
const WELL_KNOWN_PASSWORDS: [&str; 16] = [
    "admin",
    "administrator",
    "adminadmin",
    "admin123",
    "admin1234",
    "password",
    "password1",
    "password123",
    "passw0rd",
    "changeme",
    "change-me",
    "changeme123",
    "12345678",
    "123456789",
    "letmein1",
    "onetimeshare",
];

struct Reader<L> {
    lookup: L,
    mistakes: Vec<Mistake>,
}

impl<L: Fn(&'static str) -> Option<String>> Reader<L> {
    fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<T> {
        debug_assert!(
            settings_table().iter().any(|setting| setting.name == name),
            "{name} is in the settings table"
        );
        let text = (self.lookup)(name)?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.mistake(name, reason);
                None
            }
        }
    }

    fn or<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> T {
        self.optional(name, parse).unwrap_or(default)
    }

    fn mistake(&mut self, name: &'static str, reason: impl Into<String>) {
        self.mistakes.push(Mistake {
            name,
            reason: reason.into(),
        });
    }

    /// A password is taken as it stands: a space at its end may be part of it.
    fn password(&self, name: &'static str) -> Option<Secret> {
        (self.lookup)(name)
            .filter(|text| !text.is_empty())
            .map(Secret::new)
    }

    fn server(&mut self) -> ServerConfig {
        let port = self.optional("PORT", parse::port);
        let default = match port {
            Some(port) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
            None => SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        };
        let limits = RateLimits {
            upload: self.or("RATE_UPLOAD", per_hour(60), parse::rate),
            reserve: self.or("RATE_RESERVE", per_hour(120), parse::rate),
            sign_in: self.or("RATE_SIGNIN", per_hour(10), parse::rate),
        };
        let limited = self.or("RATE_LIMITS", true, parse::switch);
        let connections = self.or(
            "MAX_CONNECTIONS_PER_CLIENT",
            256,
            parse::number(1, 1_000_000),
        );
        ServerConfig {
            bind: self.or("BIND", default, parse::address),
            public_url: self.optional("PUBLIC_URL", parse::public_url),
            trusted_proxies: self.or("TRUSTED_PROXIES", Vec::new(), parse::networks),
            rate_limits: limited.then_some(limits),
            max_connections_per_client: limited.then_some(connections),
            blocked_agents: self.optional("BLOCKED_AGENTS", parse::agents),
        }
    }

    fn vault(&mut self) -> VaultConfig {
        let chosen_expiry = self.optional("DEFAULT_EXPIRY", parse::positive_duration);
        let min_expiry = self.or("MIN_EXPIRY", 10 * MINUTE, parse::positive_duration);
        let max_expiry = self.or("MAX_EXPIRY", 7 * DAY, parse::positive_duration);
        if min_expiry > max_expiry {
            self.mistake(
                "MIN_EXPIRY",
                "must not be longer than MAX_EXPIRY (7d unless set)",
            );
        } else if chosen_expiry.is_some_and(|expiry| expiry < min_expiry || expiry > max_expiry) {
            self.mistake(
                "DEFAULT_EXPIRY",
                "must lie between MIN_EXPIRY and MAX_EXPIRY",
            );
        }
        let default_expiry = chosen_expiry.unwrap_or(DAY).min(max_expiry).max(min_expiry);

        let delivery_idle = self.or("DELIVERY_IDLE", 15 * MINUTE, parse::positive_duration);
        let delivery_max = self.or("DELIVERY_MAX", DAY, parse::positive_duration);
        let delivery_grace = self.or("DELIVERY_GRACE", MINUTE, parse::duration);
        if delivery_idle > delivery_max {
            self.mistake("DELIVERY_IDLE", "must not be longer than DELIVERY_MAX");
        }
        if delivery_grace > delivery_max {
            self.mistake("DELIVERY_GRACE", "must not be longer than DELIVERY_MAX");
        }
        VaultConfig {
            max_size: self.or("MAX_SIZE", 10 << 30, parse::positive_size),
            max_total: self.optional("MAX_TOTAL", parse::positive_size),
            min_free: self.optional("MIN_FREE", parse::size),
            min_expiry,
            default_expiry,
            max_expiry,
            upload_lease: self.or("UPLOAD_LEASE", 5 * MINUTE, parse::positive_duration),
            reservation_lease: self.or("RESERVATION_LEASE", 2 * MINUTE, parse::positive_duration),
            delivery_idle,
            delivery_max,
            delivery_grace,
            kdf: self.kdf(),
        }
    }

    fn kdf(&mut self) -> KdfConfig {
        let lanes = self.or("ARGON2_LANES", 1, parse::number(1, 64));
        let memory = self.or("ARGON2_MEMORY", 64 << 20, parse::positive_size);
        let memory_kib = u32::try_from(memory / 1024)
            .ok()
            .filter(|kib| *kib >= 8 * lanes && *kib <= 4 << 20);
        if memory_kib.is_none() {
            self.mistake(
                "ARGON2_MEMORY",
                "must be at least 8KiB for each lane and at most 4GiB",
            );
        }
        KdfConfig {
            memory_kib: memory_kib.unwrap_or(64 << 10),
            passes: self.or("ARGON2_PASSES", 3, parse::number(1, 1000)),
            lanes,
        }
    }

    fn redis(&mut self) -> RedisConfig {
        let redis = RedisConfig {
            url: self.optional("REDIS_URL", parse::redis_url),
            prefix: self.or("REDIS_PREFIX", "ots:".to_owned(), parse::redis_prefix),
            replicas: self.or("REDIS_REPLICAS", 0, parse::number(0, 100)),
            allow_eviction: self.or("REDIS_ALLOW_EVICTION", false, parse::switch),
            allow_no_aof: self.or("REDIS_ALLOW_NO_AOF", false, parse::switch),
        };
        let bundled = (self.lookup)("REDIS_URL").is_none_or(|url| url.trim().is_empty());
        if bundled && redis.replicas > 0 {
            self.mistake(
                "REDIS_REPLICAS",
                "needs REDIS_URL: the bundled Redis has no replicas",
            );
        }
        redis
    }

    fn admin_password(&mut self) -> Option<AdminPassword> {
        let password = self.password("ADMIN_PASSWORD")?;
        let text = password.expose();
        if text.starts_with("$argon2") {
            let hash = argon2::password_hash::phc::PasswordHash::new(text);
            if !hash.is_ok_and(|hash| hash.algorithm.as_str() == "argon2id" && hash.hash.is_some())
            {
                self.mistake(
                    "ADMIN_PASSWORD",
                    "looks like a hash but is not a complete $argon2id$… string",
                );
            }
            return Some(AdminPassword::Hash(password));
        }
        if WELL_KNOWN_PASSWORDS.contains(&text.to_lowercase().as_str()) {
            self.mistake(
                "ADMIN_PASSWORD",
                "is a well-known default; choose another one",
            );
        } else if text.chars().count() < 8 {
            self.mistake("ADMIN_PASSWORD", "must have at least 8 characters");
        }
        Some(AdminPassword::Plain(password))
    }
}

fn per_hour(count: u32) -> Rate {
    Rate {
        count: NonZeroU32::new(count).expect("the defaults are above zero"),
        per: HOUR,
    }
}

impl Config {
    /// Reads every setting through `lookup`, which is asked by the name of the environment variable.
    ///
    /// Fails with all mistakes at once. Nothing but `lookup` is consulted.
    pub fn from_lookup(
        lookup: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader {
            lookup,
            mistakes: Vec::new(),
        };
        let config = Self {
            server: reader.server(),
            vault: reader.vault(),
            redis: reader.redis(),
            data_dir: reader.or("DATA_DIR", PathBuf::from("./data"), |text| {
                Ok(PathBuf::from(text))
            }),
            upload_password: reader.password("UPLOAD_PASSWORD"),
            admin_password: reader.admin_password(),
            operator: OperatorConfig {
                name: reader.optional("OPERATOR_NAME", parse::operator_name),
                abuse_contact: reader.optional("ABUSE_CONTACT", parse::abuse_contact),
            },
            log: LogConfig {
                format: reader.optional("LOG_FORMAT", parse::log_format),
                level: reader.or("LOG_LEVEL", LogLevel::Info, parse::log_level),
            },
        };
        let mut mistakes = reader.mistakes;
        if mistakes.is_empty() {
            return Ok(config);
        }
        mistakes.sort_by_key(|mistake| {
            settings_table()
                .iter()
                .position(|setting| setting.name == mistake.name)
        });
        Err(ConfigError { mistakes })
    }
}

#[cfg(test)]
mod tests;
