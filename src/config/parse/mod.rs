//! Strict spellings: each function accepts exactly what its error sentence says, and never echoes the value.

mod redis;

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    time::Duration,
};

use ipnet::IpNet;
use url::Url;

use super::{AbuseContact, BlockedAgents, LogFormat, LogLevel, PublicUrl, Rate};

pub(super) use redis::redis_url;

/// A value, or the sentence that says what was expected.
pub(super) type Parsed<T> = Result<T, String>;

/// Longest time any setting accepts; keeps all sums of times far from overflow.
const LONGEST: Duration = Duration::from_hours(87600);

/// Splits `10GiB` into its digits and its unit.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    Some((digits.parse().ok()?, unit))
}

/// `10m`, `1h`, `1d`, `30s`, `500ms`, or a bare `0`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a time such as 500ms, 30s, 10m, 1h or 1d".to_owned();
    let (number, unit) = number_and_unit(text).ok_or_else(expected)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "" if number == 0 => 1,
        _ => return Err(expected()),
    };
    let time = number.checked_mul(milliseconds).map(Duration::from_millis);
    time.filter(|time| *time <= LONGEST)
        .ok_or_else(|| "must be at most 3650d".to_owned())
}

/// A time above zero.
pub(super) fn positive_duration(text: &str) -> Parsed<Duration> {
    match duration(text)? {
        Duration::ZERO => Err("must be longer than 0".to_owned()),
        time => Ok(time),
    }
}

/// Bytes: `500`, `500MB` (decimal), `10GiB`, `10 GiB`, `10G` (binary); units in any case.
pub(super) fn size(text: &str) -> Parsed<u64> {
    let expected = || "expected a size such as 10GiB, 500MB or a number of bytes".to_owned();
    let (number, unit) = number_and_unit(text).ok_or_else(expected)?;
    let unit = unit.strip_prefix(' ').unwrap_or(unit).to_ascii_lowercase();
    let factor: u64 = match unit.as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(expected()),
    };
    number
        .checked_mul(factor)
        .ok_or_else(|| "is more bytes than fit into 64 bits".to_owned())
}

pub(super) fn positive_size(text: &str) -> Parsed<u64> {
    match size(text)? {
        0 => Err("must be more than 0".to_owned()),
        bytes => Ok(bytes),
    }
}

pub(super) fn switch(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err("expected on or off".to_owned()),
    }
}

/// `60/h`: a count of at least 1 per second, minute, hour or day.
pub(super) fn rate(text: &str) -> Parsed<Rate> {
    let expected = || "expected a rate such as 60/h (per s, m, h or d)".to_owned();
    let (count, unit) = text.split_once('/').ok_or_else(expected)?;
    if !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(expected());
    }
    let count: NonZeroU32 = count.parse().map_err(|_| expected())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(expected()),
    };
    Ok(Rate {
        count,
        per: Duration::from_secs(seconds),
    })
}

/// A decimal number between `low` and `high`, both included.
pub(super) fn number(low: u32, high: u32) -> impl Fn(&str) -> Parsed<u32> {
    move |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let value = text
            .parse()
            .ok()
            .filter(|value| digits && (low..=high).contains(value));
        value.ok_or_else(|| format!("expected a number between {low} and {high}"))
    }
}

pub(super) fn port(text: &str) -> Parsed<u16> {
    number(0, u32::from(u16::MAX))(text)
        .and_then(|port| u16::try_from(port).map_err(|_| "expected a port".to_owned()))
}

pub(super) fn address(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| {
        "expected an address and a port such as 127.0.0.1:8080 or [::]:8080".to_owned()
    })
}

pub(super) fn public_url(text: &str) -> Parsed<PublicUrl> {
    let expected =
        || "expected an origin such as https://drop.example.org, without a path".to_owned();
    let url = Url::parse(text).map_err(|_| expected())?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !bare || url.host_str().is_none() {
        return Err(expected());
    }
    Ok(PublicUrl {
        origin: url.origin().ascii_serialization(),
    })
}

/// No braces, because Redis Cluster would read a hash tag in them; nothing that needs quoting.
pub(super) fn redis_prefix(text: &str) -> Parsed<String> {
    let plain = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'*' | b'?' | b'[' | b']' | b'\\')
    };
    if text.len() <= 64 && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("expected at most 64 visible ASCII characters without { } * ? [ ] \\".to_owned())
    }
}

pub(super) fn networks(text: &str) -> Parsed<Vec<IpNet>> {
    let network = |item: &str| {
        let item = item.trim();
        item.parse::<IpNet>()
            .map(|network| network.trunc())
            .or_else(|_| item.parse::<IpAddr>().map(IpNet::from))
    };
    text.split(',')
        .map(|item| {
            network(item).map_err(|_| {
                "expected addresses or CIDRs such as 10.0.0.0/8, separated by commas".to_owned()
            })
        })
        .collect()
}

/// Product names as RFC 9110 writes them (a token each), with an optional leading `+`.
pub(super) fn agents(text: &str) -> Parsed<BlockedAgents> {
    let (add_to_list, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let names: Vec<String> = rest
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    if names
        .iter()
        .all(|name| !name.is_empty() && name.bytes().all(token))
    {
        Ok(BlockedAgents { add_to_list, names })
    } else {
        Err("expected product names such as curl, separated by commas, without versions".to_owned())
    }
}

/// The text becomes the target of a link, so only schemes that cannot run anything pass.
pub(super) fn abuse_contact(text: &str) -> Parsed<AbuseContact> {
    let visible = text.len() <= 200 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let mail = address
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let web = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let href = if web {
        text.to_owned()
    } else if mail && !address.contains(':') {
        format!("mailto:{address}")
    } else {
        String::new()
    };
    if visible && !href.is_empty() {
        Ok(AbuseContact {
            text: address.to_owned(),
            href,
        })
    } else {
        Err("expected a mail address or an https:// address".to_owned())
    }
}

pub(super) fn operator_name(text: &str) -> Parsed<String> {
    if text.len() <= 200 && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("expected at most 200 bytes without control characters".to_owned())
    }
}

pub(super) fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected human or json".to_owned()),
    }
}

pub(super) fn log_level(text: &str) -> Parsed<LogLevel> {
    match text {
        "error" => Ok(LogLevel::Error),
        "warn" => Ok(LogLevel::Warn),
        "info" => Ok(LogLevel::Info),
        "debug" => Ok(LogLevel::Debug),
        "trace" => Ok(LogLevel::Trace),
        _ => Err("expected error, warn, info, debug or trace".to_owned()),
    }
}

#[cfg(test)]
mod tests;
