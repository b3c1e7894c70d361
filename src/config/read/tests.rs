//! Tests of the parent module.

use super::*;

fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_lookup(|name| {
        settings
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

fn names(settings: &[(&str, &str)]) -> Vec<&'static str> {
    read(settings)
        .unwrap_err()
        .mistakes
        .iter()
        .map(|mistake| mistake.name)
        .collect()
}

#[test]
fn nothing_set_is_a_whole_configuration() {
    let config = read(&[]).unwrap();
    assert_eq!(config.server.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.vault.max_size, 10 * 1024 * 1024 * 1024);
    assert_eq!(config.vault.default_expiry, DAY);
    assert_eq!(
        config.vault.kdf,
        KdfConfig {
            memory_kib: 65_536,
            passes: 3,
            lanes: 1
        }
    );
    assert_eq!(config.server.max_connections_per_client, Some(256));
    assert!(config.redis.url.is_none() && config.admin_password.is_none());
}

#[test]
fn all_mistakes_are_reported_at_once_in_table_order() {
    let found = names(&[
        ("LOG_LEVEL", "loud"),
        ("BIND", "here"),
        ("MAX_SIZE", "big"),
        ("RATE_LIMITS", "maybe"),
    ]);
    assert_eq!(found, ["BIND", "MAX_SIZE", "RATE_LIMITS", "LOG_LEVEL"]);
}

#[test]
fn every_setting_in_the_table_is_read_and_checked() {
    // A tab is no legal value anywhere; free text and passwords are the exceptions.
    let free = ["DATA_DIR", "UPLOAD_PASSWORD"];
    for setting in settings_table()
        .iter()
        .filter(|setting| !free.contains(&setting.name))
    {
        let error = read(&[(setting.name, "a\tb")]).expect_err(setting.name);
        assert_eq!(
            error.mistakes.first().map(|mistake| mistake.name),
            Some(setting.name)
        );
    }
}

#[test]
fn an_empty_value_counts_as_unset() {
    for setting in settings_table() {
        assert!(read(&[(setting.name, "")]).is_ok(), "{}", setting.name);
    }
}

#[test]
fn the_port_alone_listens_everywhere_and_bind_wins() {
    assert_eq!(
        read(&[("PORT", "9000")]).unwrap().server.bind.to_string(),
        "0.0.0.0:9000"
    );
    let both = read(&[("PORT", "9000"), ("BIND", "[::1]:1")]).unwrap();
    assert_eq!(both.server.bind.to_string(), "[::1]:1");
    assert_eq!(
        read(&[("PORT", "9000")])
            .unwrap()
            .server
            .local_address()
            .to_string(),
        "127.0.0.1:9000"
    );
}

#[test]
fn expiries_keep_their_order_and_an_unset_default_follows() {
    let short = read(&[("MAX_EXPIRY", "1h")]).unwrap();
    assert_eq!(short.vault.default_expiry, HOUR);
    let long = read(&[("MIN_EXPIRY", "2d")]).unwrap();
    assert_eq!(long.vault.default_expiry, 2 * DAY);
    assert_eq!(names(&[("MIN_EXPIRY", "8d")]), ["MIN_EXPIRY"]);
    assert_eq!(names(&[("DEFAULT_EXPIRY", "1m")]), ["DEFAULT_EXPIRY"]);
}

#[test]
fn only_the_grace_may_be_zero() {
    assert!(
        read(&[("DELIVERY_GRACE", "0")])
            .unwrap()
            .vault
            .delivery_grace
            .is_zero()
    );
    for name in [
        "UPLOAD_LEASE",
        "RESERVATION_LEASE",
        "DELIVERY_IDLE",
        "DELIVERY_MAX",
        "MIN_EXPIRY",
        "MAX_EXPIRY",
        "DEFAULT_EXPIRY",
    ] {
        assert!(names(&[(name, "0")]).contains(&name), "{name}");
    }
}

#[test]
fn default_and_short_admin_passwords_stop_the_start() {
    for password in [
        "admin",
        "Password",
        "changeme",
        "short",
        "$argon2id$broken",
        "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ",
    ] {
        assert_eq!(
            names(&[("ADMIN_PASSWORD", password)]),
            ["ADMIN_PASSWORD"],
            "{password}"
        );
    }
    let hash = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObGRdescudvJCs";
    assert!(matches!(
        read(&[("ADMIN_PASSWORD", hash)]).unwrap().admin_password,
        Some(AdminPassword::Hash(_))
    ));
    assert!(matches!(
        read(&[("ADMIN_PASSWORD", "correct horse")])
            .unwrap()
            .admin_password,
        Some(AdminPassword::Plain(_))
    ));
}

#[test]
fn rate_limits_off_also_lifts_the_connection_cap() {
    let server = read(&[("RATE_LIMITS", "off")]).unwrap().server;
    assert!(server.rate_limits.is_none() && server.max_connections_per_client.is_none());
}

#[test]
fn replicas_need_a_redis_of_ones_own() {
    assert_eq!(names(&[("REDIS_REPLICAS", "1")]), ["REDIS_REPLICAS"]);
    assert!(read(&[("REDIS_REPLICAS", "1"), ("REDIS_URL", "redis://h")]).is_ok());
}

#[test]
fn no_message_repeats_the_value() {
    let error = read(&[
        ("REDIS_URL", "http://user:hunter2@h"),
        ("ADMIN_PASSWORD", "hunter2"),
    ])
    .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    let config = read(&[
        ("REDIS_URL", "redis://:hunter2@h"),
        ("UPLOAD_PASSWORD", "hunter2"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
