//! The command line: help, mistakes, and the two errands.

use crate::support::{
    RedisServer, Setup, content, files,
    process::{bare_environment, free_port},
    server::run,
    tables::is_setting,
    ticket,
};

/// The names of the settings `--help` shows.
pub(crate) async fn settings_in_help() -> std::collections::BTreeSet<String> {
    let help = run(&["--help"], &bare_environment()).await;
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    let names = text
        .split("[env: ")
        .skip(1)
        .filter_map(|rest| rest.split([']', '=']).next());
    names
        .inspect(|name| assert!(is_setting(name), "{name}"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn help_shows_every_setting_with_its_variable_and_default() {
    let names = settings_in_help().await;
    for name in [
        "BIND",
        "PUBLIC_URL",
        "DATA_DIR",
        "REDIS_URL",
        "MAX_SIZE",
        "DELIVERY_GRACE",
        "ADMIN_PASSWORD",
        "LOG_LEVEL",
    ] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let text = String::from_utf8(run(&["--help"], &bare_environment()).await.stdout).unwrap();
    assert!(
        text.contains("10 GiB") || text.contains("10GiB"),
        "the default of MAX_SIZE"
    );
    for word in ["serve", "cleanup", "health"] {
        assert!(text.contains(word), "the subcommand {word}");
    }
}

#[tokio::test]
async fn help_never_shows_a_secret_s_value() {
    let environment = [(
        "ADMIN_PASSWORD".to_owned(),
        "a-canary-of-a-password".to_owned(),
    )];
    let text = String::from_utf8(run(&["--help"], &environment).await.stdout).unwrap();
    assert!(!text.contains("a-canary-of-a-password"));
}

#[tokio::test]
async fn the_version_says_which_cipher_back_end_runs() {
    let version = run(&["--version"], &[]).await;
    let text = String::from_utf8(version.stdout)
        .unwrap()
        .to_ascii_lowercase();
    assert!(
        version.status.success() && text.contains(env!("CARGO_PKG_VERSION")),
        "{text}"
    );
    assert!(
        ["avx512", "avx-512", "avx2", "sse2", "neon", "soft"]
            .iter()
            .any(|name| text.contains(name)),
        "{text}"
    );
}

#[tokio::test]
async fn all_configuration_mistakes_are_reported_at_once_before_anything_starts() {
    let setup = Setup::bundled().await;
    let wrong = [
        ("BIND", "nowhere"),
        ("MAX_SIZE", "plenty"),
        ("DELIVERY_GRACE", "a while"),
        ("RATE_LIMITS", "maybe"),
        ("RATE_UPLOAD", "often"),
        ("TRUSTED_PROXIES", "everybody"),
        ("PUBLIC_URL", "not a url"),
        ("LOG_FORMAT", "poetry"),
    ];
    let refused = wrong
        .iter()
        .fold(setup, |setup, (name, value)| setup.set(name, value))
        .start_refused()
        .await;
    assert_ne!(refused.code, 0);
    for (name, _) in wrong {
        assert!(
            refused.log.contains(name),
            "{name} is not in: {}",
            refused.log
        );
    }
    assert!(!refused.log.contains("panicked"));
}

#[tokio::test]
async fn nothing_is_created_by_a_start_that_is_refused() {
    let (environment, place) = Setup::bundled()
        .await
        .set("MAX_SIZE", "plenty")
        .into_parts();
    assert!(!run(&["serve"], &environment).await.status.success());
    assert!(!place.data().exists());
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused() {
    for (name, value, other, than) in [
        ("MIN_EXPIRY", "8d", "MAX_EXPIRY", "7d"),
        ("DEFAULT_EXPIRY", "8d", "MAX_EXPIRY", "7d"),
        ("DEFAULT_EXPIRY", "10m", "MIN_EXPIRY", "1h"),
        ("DELIVERY_GRACE", "1h", "DELIVERY_MAX", "30m"),
    ] {
        let setup = Setup::bundled().await.set(name, value).set(other, than);
        let refused = setup.start_refused().await;
        assert_ne!(refused.code, 0);
        assert!(refused.log.contains(name), "{}", refused.log);
    }
}

#[tokio::test]
async fn a_default_or_short_operator_s_password_is_refused() {
    for password in ["admin", "changeme", "password", "1234567"] {
        let refused = Setup::bundled()
            .await
            .set("ADMIN_PASSWORD", password)
            .start_refused()
            .await;
        assert_ne!(refused.code, 0);
        assert!(refused.log.contains("ADMIN_PASSWORD"), "{}", refused.log);
        assert!(
            !refused.log.contains(&format!("{password}\"")),
            "{}",
            refused.log
        );
    }
}

#[tokio::test]
async fn a_redis_that_would_forget_is_refused_with_a_sentence() {
    for (name, value) in [("maxmemory-policy", "volatile-lru"), ("appendonly", "no")] {
        let setup = Setup::own_redis().await;
        let (environment, place) = setup.into_parts();
        let redis: &RedisServer = place.redis().unwrap();
        assert_eq!(redis.command(&["CONFIG", "SET", name, value]).text(), "OK");
        let mut environment = environment;
        environment.push(("BIND".to_owned(), format!("127.0.0.1:{}", free_port())));
        let ended = tokio::time::timeout(
            std::time::Duration::from_secs(30),
            run(&["serve"], &environment),
        )
        .await;
        let ended = ended.expect("it refuses instead of serving");
        assert!(!ended.status.success());
        let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        assert!(
            said.contains(if name == "appendonly" {
                "append"
            } else {
                "noeviction"
            }),
            "{name}: {said}"
        );
    }
}

#[tokio::test]
async fn cleanup_sweeps_once_and_says_what_it_removed() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(&content(30_000), "a", &[]).await;
    let blob = files::blob(server.place().data(), &share.id).unwrap();
    let kept = std::fs::read(&blob).unwrap();
    client.owner(&share, "revoke").await;
    std::fs::write(&blob, kept).unwrap();
    let dry = server.run(&["cleanup", "--dry-run"]).await;
    assert!(
        dry.status.success(),
        "{}",
        String::from_utf8_lossy(&dry.stderr)
    );
    assert!(blob.exists());
    let applied = server.run(&["cleanup"]).await;
    assert!(
        applied.status.success(),
        "{}",
        String::from_utf8_lossy(&applied.stderr)
    );
    assert!(!blob.exists());
    assert!(
        !String::from_utf8_lossy(&applied.stdout).trim().is_empty(),
        "it says what it did"
    );
    let living = client.upload(&content(30_000), "a", &[]).await;
    assert!(server.run(&["cleanup", "--unknown"]).await.status.success());
    let ticket = ticket();
    client.reserve(&living, &ticket, None).await;
    client.download(&living, &ticket).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn health_asks_a_running_server() {
    let mut server = Setup::own_redis().await.start().await;
    assert!(server.run(&["health"]).await.status.success());
    server.redis().kill();
    let failing = async || !server.run(&["health"]).await.status.success();
    crate::support::eventually(
        "health says no",
        std::time::Duration::from_secs(20),
        failing,
    )
    .await;
    server.redis().start();
    server.redis().ready().await;
    let well = async || server.run(&["health"]).await.status.success();
    crate::support::eventually("health says yes", std::time::Duration::from_secs(20), well).await;
    assert_eq!(server.terminate().await, 0);
    assert!(!server.run(&["health"]).await.status.success());
}
