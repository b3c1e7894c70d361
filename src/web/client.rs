//! Who is asking: the client's address behind trusted proxies, and the network it is counted under.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::atomic::{AtomicBool, Ordering},
};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

/// More proxies than anybody runs in a row.
const MAX_HOPS: usize = 10;

const FORWARDING_FIELDS: [&str; 4] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "x-forwarded-proto",
];

/// The unit of rate limits and connection caps: one IPv4 address, or one IPv6 /64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkKey(IpAddr);

impl NetworkKey {
    /// The network of an address; an IPv4 address in IPv6 clothing counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => Self(IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits() & !u128::from(u64::MAX),
            ))),
        }
    }
}

/// The request went through more than ten forwarders, or claims so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyHops;

/// Finds out who is asking, and believes forwarding headers of trusted proxies only.
pub struct Clients {
    trusted: Vec<IpNet>,
    warned: AtomicBool,
}

impl Clients {
    /// `trusted` are the peers whose `X-Forwarded-For` is believed.
    pub fn new(trusted: Vec<IpNet>) -> Self {
        Self {
            trusted,
            warned: AtomicBool::new(false),
        }
    }

    /// Whether an address belongs to a trusted proxy.
    pub fn is_trusted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    /// The client's address: the rightmost one that no trusted proxy vouches for being its own.
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, TooManyHops> {
        self.warn_once(peer, headers);
        let mut client = peer.to_canonical();
        if !self.is_trusted(client) {
            return Ok(client);
        }
        let fields: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .map(|value| value.to_str().unwrap_or("?"))
            .collect();
        let hops = || {
            fields
                .iter()
                .flat_map(|field| field.split(','))
                .map(str::trim)
        };
        if hops().count() > MAX_HOPS {
            return Err(TooManyHops);
        }
        for hop in hops().collect::<Vec<_>>().into_iter().rev() {
            // What cannot be read cannot be believed: the proxy that passed it on is counted instead.
            let Some(address) = hop_address(hop) else {
                break;
            };
            client = address;
            if !self.is_trusted(client) {
                break;
            }
        }
        Ok(client)
    }

    /// Whether a trusted proxy says that the client spoke https to it.
    pub fn is_https(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let scheme = headers
            .get_all("x-forwarded-proto")
            .last()
            .and_then(|value| value.to_str().ok());
        let last = scheme
            .and_then(|schemes| schemes.rsplit(',').next())
            .map(str::trim);
        self.is_trusted(peer) && last.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }

    /// Whether any header says that the request was passed on for somebody else.
    pub fn is_forwarded(headers: &HeaderMap) -> bool {
        FORWARDING_FIELDS
            .iter()
            .any(|field| headers.contains_key(*field))
    }

    /// Behind a proxy nobody told us about, all clients would share one rate limit.
    fn warn_once(&self, peer: IpAddr, headers: &HeaderMap) {
        let unexpected = self.trusted.is_empty()
            && peer.to_canonical().is_loopback()
            && Self::is_forwarded(headers);
        if unexpected && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a proxy on this machine forwards requests, but TRUSTED_PROXIES is not set: all its clients share one rate limit"
            );
        }
    }
}

/// `1.2.3.4`, `1.2.3.4:56`, `::1` or `[::1]:56`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse::<IpAddr>().ok();
    let bracketed = || {
        hop.strip_prefix('[')?
            .split_once(']')?
            .0
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6)
    };
    let with_port = || {
        hop.rsplit_once(':')?
            .0
            .parse::<Ipv4Addr>()
            .ok()
            .map(IpAddr::V4)
    };
    bare.or_else(bracketed)
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        headers
    }

    fn behind_proxy(fields: &[(&'static str, &str)]) -> Result<String, TooManyHops> {
        let clients = Clients::new(vec![
            "10.0.0.0/8".parse().unwrap(),
            "::1/128".parse().unwrap(),
        ]);
        clients
            .address("10.0.0.1".parse().unwrap(), &headers(fields))
            .map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        let clients = Clients::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let address = clients.address(
            "9.9.9.9".parse().unwrap(),
            &headers(&[("x-forwarded-for", "6.6.6.6")]),
        );
        assert_eq!(address.unwrap().to_string(), "9.9.9.9");
    }

    #[test]
    fn the_chain_is_walked_from_the_right_through_trusted_proxies_only() {
        for (chain, client) in [
            ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
            ("10.0.0.7", "10.0.0.7"),
            ("1.2.3.4:5678", "1.2.3.4"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
            ("1.2.3.4, unknown", "10.0.0.1"),
            ("1.2.3.4, unknown, 10.0.0.5", "10.0.0.5"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(
                behind_proxy(&[("x-forwarded-for", chain)]).unwrap(),
                client,
                "{chain}"
            );
        }
        let twice = [
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "1.2.3.4"),
        ];
        assert_eq!(behind_proxy(&twice).unwrap(), "1.2.3.4");
        assert_eq!(behind_proxy(&[]).unwrap(), "10.0.0.1");
    }

    #[test]
    fn more_than_ten_hops_are_refused() {
        assert!(behind_proxy(&[("x-forwarded-for", &["1.1.1.1"; 10].join(","))]).is_ok());
        assert_eq!(
            behind_proxy(&[("x-forwarded-for", &["1.1.1.1"; 11].join(","))]),
            Err(TooManyHops)
        );
    }

    #[test]
    fn one_v6_network_is_one_key() {
        let key = |text: &str| NetworkKey::of(text.parse().unwrap());
        assert!(key("2001:db8:1:2:3:4:5:6") == key("2001:db8:1:2:ffff::1"));
        assert!(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
        assert!(key("1.2.3.4") != key("1.2.3.5"));
        assert!(key("::ffff:1.2.3.4") == key("1.2.3.4"));
    }

    #[test]
    fn the_scheme_is_believed_from_proxies_only() {
        let clients = Clients::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let https = headers(&[("x-forwarded-proto", "http, https")]);
        assert!(clients.is_https("10.0.0.1".parse().unwrap(), &https));
        assert!(!clients.is_https("9.9.9.9".parse().unwrap(), &https));
    }
}
