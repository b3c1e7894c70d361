//! Forms, keys, times, lists of agents and settings: read as a plain reading of their rules says, or refused without an echo.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::test::TestRequest;
use actix_web::{FromRequest as _, HttpRequest};
use bytes::Bytes;
use futures_util::stream;
use onetimeshare::config::{Config, parse_duration, settings_table};
use onetimeshare::crypto::{LinkKey, OwnerKey, Ticket};
use onetimeshare::share::ShareId;
use onetimeshare::web::agents::Agents;
use onetimeshare::web::form::{Form, MAX_FORM};
use serde::Deserialize;

use super::source::{cut, run};

/// What must never be shown again.
const CANARY: &str = "a-canary-nobody-may-see";
const SECRETS: [&str; 3] = ["ADMIN_PASSWORD", "UPLOAD_PASSWORD", "REDIS_URL"];
/// The 64 digits of base64url, in order.
const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The first byte chooses what the others are.
pub fn check(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    match kind {
        b'f' => form(rest),
        b'k' => token(&text),
        b'd' => duration(&text),
        b'a' => agents(&text),
        _ => settings(&text),
    }
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Fields {
    key: String,
    #[serde(default)]
    passphrase: String,
}

fn form(body: &[u8]) {
    let seed = body.len() as u64;
    let pieces: Vec<_> = cut(body, seed)
        .into_iter()
        .map(|piece| Ok(Bytes::from(piece)))
        .collect();
    let mut payload: Payload = Payload::Stream {
        payload: Box::pin(stream::iter(pieces)),
    };
    thread_local! {
        static REQUEST: HttpRequest = TestRequest::post()
            .insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .to_http_request();
    }
    let read = REQUEST.with(|request| run(Form::<Fields>::from_request(request, &mut payload)));
    assert_eq!(read.ok().map(|Form(fields)| fields), reference(body));
}

/// The HTML standard's reading of a form; none if a field is missing or given twice, or it is too long.
fn reference(body: &[u8]) -> Option<Fields> {
    if body.len() > MAX_FORM {
        return None;
    }
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for pair in body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = unescaped(halves.next().unwrap_or_default());
        let value = unescaped(halves.next().unwrap_or_default());
        let ours = name == "key" || name == "passphrase";
        if ours && seen.insert(name, value).is_some() {
            return None;
        }
    }
    Some(Fields {
        key: seen.remove("key")?,
        passphrase: seen.remove("passphrase").unwrap_or_default(),
    })
}

fn unescaped(text: &[u8]) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escape = after
            .first_chunk::<2>()
            .filter(|_| *first == b'%')
            .and_then(|digits| {
                let both = digits.iter().all(u8::is_ascii_hexdigit);
                u8::from_str_radix(str::from_utf8(digits).ok()?, 16)
                    .ok()
                    .filter(|_| both)
            });
        match (escape, first) {
            (Some(byte), _) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (None, b'+') => bytes.push(b' '),
            (None, other) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A key has one spelling only.
fn token(text: &str) {
    let last = text.chars().next_back().and_then(|last| DIGITS.find(last));
    let spelled = text.len() == 43
        && text.chars().all(|digit| DIGITS.contains(digit))
        && last.is_some_and(|last| last.is_multiple_of(4));
    let read = LinkKey::parse(text).map(|key| key.encode());
    assert_eq!(read.is_some(), spelled);
    assert!(read.is_none_or(|read| *read == *text));
    assert_eq!(Ticket::parse(text).is_some(), spelled);
    assert_eq!(OwnerKey::parse(text).is_some(), spelled);
    if let Some(id) = ShareId::parse(text) {
        assert_eq!(id.to_string(), text);
    }
}

fn duration(text: &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number = number.parse::<u64>().ok().map(u128::from);
    let milliseconds = match unit {
        "ms" => number,
        "s" => number.map(|number| number * 1000),
        "m" => number.map(|number| number * 60 * 1000),
        "h" => number.map(|number| number * 60 * 60 * 1000),
        "d" => number.map(|number| number * 24 * 60 * 60 * 1000),
        "" => number.filter(|number| *number == 0),
        _ => None,
    };
    let longest = 3650 * 24 * 60 * 60 * 1000;
    let expected = milliseconds
        .filter(|milliseconds| *milliseconds <= longest)
        .and_then(|milliseconds| u64::try_from(milliseconds).ok())
        .map(Duration::from_millis);
    assert_eq!(parse_duration(text).ok(), expected);
}

/// The first line is the operator's list, the second an agent.
fn agents(text: &str) {
    let (list, agent) = text.split_once('\n').unwrap_or((text, ""));
    let lookup = |name| (name == "BLOCKED_AGENTS").then(|| list.to_owned());
    let built_in = Agents::new(None);
    assert!(built_in.blocks_bytes(Some(&format!("curl/8.5.0 {agent}"))));
    assert!(built_in.blocks_page(Some(&format!("curl/8.5.0 {agent}"))));
    assert!(!built_in.blocks_bytes(Some(agent)) || built_in.blocks_page(Some(agent)));
    let Ok(config) = Config::from_lookup(lookup) else {
        return;
    };
    let Some(own) = config.server.blocked_agents else {
        assert!(list.trim().is_empty(), "a list that is set is not ignored");
        return;
    };
    let agents = Agents::new(Some(&own));
    assert!(!own.names.is_empty());
    assert_eq!(own.add_to_list, list.trim().starts_with('+'));
    for name in &own.names {
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
        );
        let shouted = name.to_ascii_uppercase();
        for agent in [
            format!("{name}/1.0"),
            format!("Mozilla/5.0 {shouted}/2 (x)"),
        ] {
            assert!(
                agents.blocks_page(Some(&agent)) && agents.blocks_bytes(Some(&agent)),
                "{agent}"
            );
        }
    }
    if own.add_to_list {
        assert!(agents.blocks_bytes(Some("curl/8.5.0")));
    }
}

/// Lines of NAME=value.
fn settings(text: &str) {
    let given: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let lookup = |name: &'static str| {
        let value = (*given.get(name)?).to_owned();
        Some(if SECRETS.contains(&name) {
            value + CANARY
        } else {
            value
        })
    };
    match Config::from_lookup(lookup) {
        Ok(config) => {
            assert!(!format!("{config:?}").contains(CANARY));
            assert_sound(&config);
        }
        Err(error) => {
            assert!(!error.mistakes.is_empty());
            assert!(!error.to_string().contains(CANARY), "a secret is shown");
            for mistake in &error.mistakes {
                assert!(
                    settings_table()
                        .iter()
                        .any(|setting| setting.name == mistake.name)
                );
                assert!(!mistake.reason.is_empty() && !mistake.reason.contains('\n'));
            }
        }
    }
}

fn assert_sound(config: &Config) {
    let vault = &config.vault;
    assert!(Duration::ZERO < vault.min_expiry);
    assert!(vault.min_expiry <= vault.default_expiry && vault.default_expiry <= vault.max_expiry);
    assert!(vault.delivery_idle <= vault.delivery_max);
    assert!(vault.max_size > 0);
    if let Some(url) = &config.server.public_url {
        let (scheme, host) = url.as_str().split_once("://").expect("an origin");
        assert!(scheme == if url.is_https() { "https" } else { "http" });
        assert!(!host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']));
    }
    for network in &config.server.trusted_proxies {
        assert_eq!(network.trunc(), *network);
    }
    assert!(
        !config
            .redis
            .prefix
            .contains(['{', '}', '*', '?', '[', ']', '\\'])
    );
    if let Some(contact) = &config.operator.abuse_contact {
        let harmless = ["mailto:", "http:", "https:"];
        let href = contact.href.to_ascii_lowercase();
        assert!(
            harmless.iter().any(|scheme| href.starts_with(scheme)),
            "{href}"
        );
    }
}
