//! The deployment files say what the documentation promises of them: no root, no secret, no spooled plaintext, a Redis that keeps.

mod yaml;

use std::collections::BTreeMap;

use yaml::yaml;

const DOCKERFILE: &str = include_str!("../../Dockerfile");
const DOCKERIGNORE: &str = include_str!("../../.dockerignore");
const RENDER: &str = include_str!("../../render.yaml");
const COMPOSE: &str = include_str!("../../deploy/compose.yaml");
const WORKFLOW: &str = include_str!("../../.github/workflows/ci.yml");
const NGINX: &str = include_str!("../../deploy/nginx.conf");
const CADDY: &str = include_str!("../../deploy/Caddyfile");
const UNIT: &str = include_str!("../../deploy/onetimeshare.service");
const CI: &str = include_str!("../../.ci/run");

/// Instructions without comments, continuation lines joined.
fn instructions(dockerfile: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = dockerfile
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    lines
        .join("\n")
        .replace("\\\n", " ")
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(word, rest)| {
            (
                word.to_owned(),
                rest.split_whitespace().collect::<Vec<_>>().join(" "),
            )
        })
        .collect()
}

/// The last stage's instructions of one kind, in order.
fn of_last_stage(word: &str) -> Vec<String> {
    let all = instructions(DOCKERFILE);
    let last = all
        .iter()
        .rposition(|(word, _)| word == "FROM")
        .expect("a FROM");
    all.into_iter()
        .skip(last)
        .filter(|(found, _)| found == word)
        .map(|(_, rest)| rest)
        .collect()
}

/// The last step of a path.
fn name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The value of `key` in a list of `key:`/`value:` pairs below `path`.
fn pair<'a>(
    file: &BTreeMap<String, &'a str>,
    path: &str,
    key: &str,
    field: &str,
) -> Option<&'a str> {
    let (entry, _) = file
        .iter()
        .find(|(at, value)| at.starts_with(path) && name(at) == "key" && **value == key)?;
    file.get(&format!("{}{field}", entry.strip_suffix("key")?))
        .copied()
}

#[test]
fn the_image_is_built_in_one_stage_and_run_in_another() {
    let stages = instructions(DOCKERFILE)
        .into_iter()
        .filter(|(word, _)| word == "FROM")
        .count();
    assert_eq!(stages, 2);
    assert!(
        of_last_stage("COPY")
            .iter()
            .all(|copy| copy.starts_with("--from=build "))
    );
    assert!(
        !of_last_stage("RUN")
            .iter()
            .any(|run| run.contains("cargo") || run.contains("gcc"))
    );
}

#[test]
fn the_image_does_not_run_as_root() {
    assert_eq!(of_last_stage("USER"), ["onetimeshare"]);
    assert!(
        of_last_stage("RUN")
            .iter()
            .any(|run| run.contains("useradd --uid 10001"))
    );
}

#[test]
fn the_image_starts_the_server_with_its_own_redis_and_asks_it_how_it_is() {
    assert!(
        of_last_stage("RUN")
            .iter()
            .any(|run| run.contains("redis-server"))
    );
    assert_eq!(of_last_stage("ENTRYPOINT"), [r#"["onetimeshare"]"#]);
    assert_eq!(of_last_stage("CMD"), [r#"["serve"]"#]);
    assert_eq!(of_last_stage("VOLUME"), ["/data"]);
    assert_eq!(of_last_stage("ENV"), ["DATA_DIR=/data PORT=8080"]);
    assert_eq!(of_last_stage("STOPSIGNAL"), ["SIGTERM"]);
    assert!(
        of_last_stage("HEALTHCHECK")
            .iter()
            .all(|check| check.ends_with(r#"CMD ["onetimeshare", "health"]"#))
    );
    assert_eq!(of_last_stage("HEALTHCHECK").len(), 1);
}

#[test]
fn no_secret_and_no_data_can_get_into_the_image() {
    let rules: Vec<&str> = DOCKERIGNORE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(
        rules.first(),
        Some(&"*"),
        "everything is left out that is not named"
    );
    assert!(
        !rules
            .iter()
            .any(|rule| rule.contains("env") || rule.contains("data") || rule.contains("git"))
    );
    for (word, rest) in instructions(DOCKERFILE) {
        for secret in ["PASSWORD", "SECRET", "TOKEN", "REDIS_URL"] {
            assert!(!rest.contains(secret), "{word} {rest}");
        }
    }
}

#[test]
fn render_gets_a_disk_a_redis_that_forgets_nothing_and_a_drawn_password() {
    let file = yaml(RENDER);
    let value = |path: &str| file.get(path).copied().unwrap_or_default();

    assert_eq!(
        (value("services.0.type"), value("services.0.runtime")),
        ("web", "docker")
    );
    assert_eq!(value("services.0.healthCheckPath"), "/health");
    assert_eq!(value("services.0.disk.mountPath"), "/data");
    assert_eq!(
        value("services.0.numInstances"),
        "1",
        "a disk belongs to one instance"
    );
    let vars = "services.0.envVars.";
    assert_eq!(pair(&file, vars, "DATA_DIR", "value"), Some("/data"));
    assert_eq!(
        pair(&file, vars, "ADMIN_PASSWORD", "generateValue"),
        Some("true")
    );
    assert_eq!(pair(&file, vars, "PUBLIC_URL", "sync"), Some("false"));
    assert!(pair(&file, vars, "TRUSTED_PROXIES", "value").is_some());
    assert_eq!(
        pair(&file, vars, "REDIS_URL", "fromService.name"),
        Some(value("services.1.name"))
    );

    assert_eq!(value("services.1.type"), "keyvalue");
    assert_ne!(
        value("services.1.plan"),
        "free",
        "the free plan does not persist"
    );
    assert_eq!(value("services.1.maxmemoryPolicy"), "noeviction");
    assert_eq!(value("services.1.ipAllowList"), "[]");
}

#[test]
fn compose_keeps_its_redis_to_itself_and_on_disk() {
    let file = yaml(COMPOSE);
    let redis = |tail: &str| file.get(&format!("services.redis.{tail}")).copied();
    let command: Vec<&str> = (0..20)
        .map_while(|n| redis(&format!("command.{n}")))
        .collect();
    let set = |flag: &str, value: &str| command.windows(2).any(|pair| pair == [flag, value]);
    assert!(
        set("--appendonly", "yes")
            && set("--appendfsync", "always")
            && set("--maxmemory-policy", "noeviction")
    );
    assert!(
        command
            .windows(2)
            .any(|pair| pair[0] == "--requirepass" && pair[1].starts_with("${REDIS_PASSWORD:?"))
    );
    assert_eq!(redis("ports"), None);
    assert_eq!(
        (redis("networks.0"), redis("networks.1")),
        (Some("back"), None)
    );
    assert_eq!(file.get("networks.back.internal"), Some(&"true"));

    let server = |tail: &str| file.get(&format!("services.server.{tail}")).copied();
    assert!(server("environment.REDIS_URL").is_some_and(|url| url.contains("${REDIS_PASSWORD:?")));
    assert!(server("ports.0").is_some_and(|port| port.starts_with("127.0.0.1:")));
    assert_eq!(server("ulimits.core"), Some("0"));
    for secret in ["ADMIN_PASSWORD", "UPLOAD_PASSWORD"] {
        assert_eq!(
            server(&format!("environment.{secret}")),
            Some(""),
            "{secret} is handed through, never written down"
        );
    }
}

#[test]
fn nginx_spools_nothing_and_writes_down_no_path() {
    for line in [
        "proxy_request_buffering off;",
        "proxy_buffering off;",
        "proxy_max_temp_file_size 0;",
        "client_max_body_size 0;",
        "gzip off;",
    ] {
        assert!(NGINX.lines().any(|found| found.trim() == line), "{line}");
    }
    let format = NGINX
        .lines()
        .find(|line| line.starts_with("log_format"))
        .expect("a log format");
    for leak in [
        "$request ",
        "$request'",
        "$request_uri",
        "$uri",
        "$args",
        "$http_",
        "$remote_addr",
    ] {
        assert!(!format.contains(leak), "{leak} in the log");
    }
    let logs: Vec<&str> = NGINX
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("access_log"))
        .collect();
    assert!(
        logs.iter()
            .all(|log| log.ends_with(" onetimeshare;") || *log == "access_log off;"),
        "{logs:?}"
    );
    assert_eq!(
        logs.len(),
        NGINX.matches("\nserver {").count(),
        "every server block says what it logs"
    );
    assert!(
        NGINX
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("error_log"))
            .all(|line| line.ends_with(" emerg;"))
    );
    assert!(NGINX.contains("X-Forwarded-For $remote_addr;"));
}

#[test]
fn nginx_takes_current_tls_only_and_sends_plain_http_there() {
    let lines: Vec<&str> = NGINX.lines().map(str::trim).collect();
    let protocols = lines
        .iter()
        .filter(|line| line.starts_with("ssl_protocols"));
    assert_eq!(
        protocols.copied().collect::<Vec<_>>(),
        ["ssl_protocols TLSv1.2 TLSv1.3;"]
    );
    assert!(lines.contains(&"return 301 https://$host$request_uri;"));
    let listens: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("listen"))
        .collect();
    assert_eq!(listens.len(), 4);
    assert!(
        listens
            .iter()
            .all(|line| line.contains("443 ssl") || line.ends_with("80;"))
    );
}

#[test]
fn the_proxies_show_certificates_that_everybody_trusts() {
    for key in ["ssl_certificate ", "ssl_certificate_key "] {
        let lines = NGINX.lines().map(str::trim);
        let files: Vec<_> = lines.filter_map(|line| line.strip_prefix(key)).collect();
        let public = |file: &&str| file.starts_with("/etc/letsencrypt/live/");
        assert!(files.len() == 1 && files.iter().all(public), "{files:?}");
    }
    // Caddy fetches a public certificate for a host's name, unless a `tls` directive or an `http://` address says otherwise.
    let lines: Vec<_> = CADDY.lines().map(str::trim).collect();
    assert!(lines.contains(&"files.example.org {"));
    for other in ["tls ", "local_certs", "auto_https", "http://"] {
        assert!(!lines.iter().any(|line| line.starts_with(other)), "{other}");
    }
}

#[test]
fn caddy_logs_neither_paths_nor_headers_and_flushes_at_once() {
    for line in [
        "request>uri delete",
        "request>headers delete",
        "flush_interval -1",
    ] {
        assert!(CADDY.lines().any(|found| found.trim() == line), "{line}");
    }
    assert!(!CADDY.lines().any(|line| line.trim().starts_with("encode")));
}

#[test]
fn the_unit_gives_the_server_nothing_it_does_not_need() {
    for line in [
        "Type=notify",
        "DynamicUser=yes",
        "KillMode=mixed",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "StateDirectory=onetimeshare",
        "RuntimeDirectory=onetimeshare",
        "CapabilityBoundingSet=",
        "LimitCORE=0",
        "MemorySwapMax=0",
        "LimitNOFILE=65536",
    ] {
        assert!(UNIT.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn the_workflow_runs_what_everybody_runs() {
    let file = yaml(WORKFLOW);
    let steps: Vec<&str> = file
        .iter()
        .filter(|(path, _)| name(path) == "run")
        .map(|(_, value)| *value)
        .collect();
    assert!(steps.contains(&"bash .ci/run"));
    for (path, action) in file.iter().filter(|(path, _)| name(path) == "uses") {
        let (_, commit) = action.split_once('@').expect("a version");
        assert!(
            commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()),
            "{path}: {action} is not pinned by commit"
        );
    }
    assert!(CI.contains("\nmake check\nmake test\n") && CI.contains("set -euo pipefail"));
}
