//! `REDIS_URL`: checked here as strictly as every other setting, because its driver ignores what it does not know.

use url::Url;

use super::Parsed;
use crate::config::Secret;

/// A URL of one server, of Sentinel, or of a socket.
pub(in crate::config) fn redis_url(text: &str) -> Parsed<Secret> {
    match text.split_once("://") {
        Some(("redis" | "rediss", _)) => one_server(text)?,
        Some(("redis-sentinel" | "rediss-sentinel", _)) => sentinels(text)?,
        Some(("redis+unix", path)) => socket(path)?,
        Some(("redis-cluster" | "rediss-cluster", _)) => {
            return Err("Redis Cluster is not supported".to_owned());
        }
        _ => {
            return Err("expected redis://…, rediss://…, redis-sentinel://…, rediss-sentinel://… or redis+unix://…".to_owned());
        }
    }
    Ok(Secret::new(text))
}

fn one_server(text: &str) -> Parsed<()> {
    let expected = "expected redis://[user:password@]host[:port][/database], without anything behind it; percent-encode special characters of a password";
    let url = server_and_database(text).ok_or(expected)?;
    if url.query().is_some() {
        return Err(expected.to_owned());
    }
    Ok(())
}

fn sentinels(text: &str) -> Parsed<()> {
    let expected = || {
        "expected redis-sentinel://[user:password@]sentinel[:port][/database]?sentinelServiceName=name, further sentinels each as &node=sentinel:port; percent-encode special characters of a password".to_owned()
    };
    let url = server_and_database(text).ok_or_else(expected)?;
    let (mut names, mut users, mut passwords) = (0, 0, 0);
    for (key, value) in url.query_pairs() {
        let well = match key.as_ref() {
            "node" => is_node(&value),
            "sentinelServiceName" => once(&mut names) && !value.is_empty(),
            "sentinelUsername" => once(&mut users) && !value.is_empty(),
            "sentinelPassword" => once(&mut passwords) && !value.is_empty(),
            _ => {
                return Err("after the ? only sentinelServiceName, node, sentinelUsername and sentinelPassword are understood".to_owned());
            }
        };
        if !well {
            return Err(expected());
        }
    }
    if names == 0 {
        return Err("sentinelServiceName is missing: the name under which the sentinels watch the primary, as in ?sentinelServiceName=mymaster".to_owned());
    }
    if users > passwords {
        return Err("sentinelUsername needs sentinelPassword".to_owned());
    }
    Ok(())
}

fn socket(path: &str) -> Parsed<()> {
    if path.starts_with('/') && !path.ends_with('/') {
        Ok(())
    } else {
        Err("expected the absolute path of a socket, as in redis+unix:///run/redis/redis.sock, without a password".to_owned())
    }
}

/// The URL, if it names a host, and at most a database's number as its path.
fn server_and_database(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let named = url.host_str().is_some_and(|host| !host.is_empty()) && url.port() != Some(0);
    let database = url.path().strip_prefix('/').unwrap_or_default();
    let numbered = database.is_empty()
        || database.parse::<u8>().is_ok() && database.bytes().all(|byte| byte.is_ascii_digit());
    (named && numbered && url.fragment().is_none()).then_some(url)
}

fn is_node(node: &str) -> bool {
    node.split_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
    })
}

fn once(count: &mut u8) -> bool {
    *count = count.saturating_add(1);
    *count == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_accepted() {
        for url in [
            "redis://127.0.0.1",
            "redis://redis:6379/0",
            "redis://:pass%40word@[::1]:6379",
            "rediss://user:password@redis.example.org/15",
            "redis-sentinel://one:26379?sentinelServiceName=mymaster",
            "redis-sentinel://:secret@one/0?sentinelServiceName=m&node=two:26379&node=three:26379",
            "rediss-sentinel://u:p@one:1/3?node=two:2&sentinelServiceName=m&sentinelUsername=s&sentinelPassword=t",
            "redis+unix:///run/redis/redis.sock",
        ] {
            assert_eq!(
                redis_url(url).map(|secret| secret.expose().to_owned()),
                Ok(url.to_owned())
            );
        }
    }

    #[test]
    fn what_the_driver_would_ignore_or_refuse_later_is_a_mistake() {
        for (url, word) in [
            ("", "expected redis://"),
            ("localhost:6379", "expected redis://"),
            ("http://h", "expected redis://"),
            ("redis-cluster://h", "Cluster"),
            ("redis://", "host"),
            ("redis://h:port", "host"),
            ("redis://h:0", "host"),
            ("redis://h:6379/first", "database"),
            ("redis://h:6379/256", "database"),
            ("redis://h:6379/+5", "database"),
            ("redis://h:6379/0/0", "database"),
            ("redis://:pass#word@h", "percent-encode"),
            ("redis://h?database=5", "without anything behind"),
            ("redis-sentinel://h:26379", "sentinelServiceName is missing"),
            (
                "redis-sentinel://h?node=i:1",
                "sentinelServiceName is missing",
            ),
            (
                "redis-sentinel://h?sentinelServiceName=",
                "expected redis-sentinel://",
            ),
            (
                "redis-sentinel://h?sentinelServiceName=a&sentinelServiceName=b",
                "expected redis-sentinel://",
            ),
            (
                "redis-sentinel://h:1,i:2/?sentinelServiceName=m",
                "each as &node=",
            ),
            (
                "redis-sentinel://h?sentinelServiceName=m&node=i",
                "each as &node=",
            ),
            (
                "redis-sentinel://h?sentinelServiceName=m&sentinelPasword=p",
                "only",
            ),
            (
                "redis-sentinel://h?sentinelServiceName=m&sentinelUsername=u",
                "needs sentinelPassword",
            ),
            ("redis+unix://run/redis.sock", "absolute path"),
            (
                "redis+unix://:password@host/run/redis.sock",
                "absolute path",
            ),
        ] {
            let reason = redis_url(url).expect_err(url);
            assert!(reason.contains(word), "{url}: {reason}");
        }
    }

    #[test]
    fn no_reason_repeats_a_password() {
        for url in [
            "redis://user:hunter2@h/x",
            "redis://:hunter2@h?x",
            "redis-sentinel://:hunter2@h",
            "redis-sentinel://h?sentinelServiceName=m&sentinelPassword=hunter2&x=hunter2",
            "redis+unix://:hunter2@h/sock",
        ] {
            let reason = redis_url(url).expect_err(url);
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }
}
