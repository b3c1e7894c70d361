//! Who is asking: no header moves the client's address beyond what trusted proxies vouch for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;
use onetimeshare::web::client::{Clients, NetworkKey, TooManyHops};

/// The first line lists the trusted networks, the second is the peer, the third what a client puts before the header to pass
/// for another, the others are header fields.
pub fn check(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (networks, peer, spoofed) = (line(), line(), line());
    let trusted: Vec<IpNet> = networks
        .split(',')
        .filter_map(|network| network.trim().parse().ok())
        .collect();
    let peer = peer
        .trim()
        .parse()
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let mut headers = HeaderMap::new();
    for line in lines {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(halves.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(halves.next().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }

    let clients = Clients::new(trusted.clone());
    let found = clients.address(peer, &headers);
    let (expected, stopped) = reference(&trusted, peer, &headers);
    assert_eq!(found, expected);
    if let Ok(address) = found {
        assert!(NetworkKey::of(address) == network(address));
    }
    let https = clients.is_https(peer, &headers);
    assert_eq!(https, is_trusted(&trusted, peer) && says_https(&headers));
    if !is_trusted(&trusted, peer) {
        assert_eq!(found, Ok(peer.to_canonical()), "a stranger is believed");
    }
    if stopped {
        spoofing_changes_nothing(&clients, peer, &headers, &spoofed);
    }
}

/// What stands to the left of the first untrusted hop comes from the client, who may write anything there.
fn spoofing_changes_nothing(clients: &Clients, peer: IpAddr, headers: &HeaderMap, spoofed: &str) {
    let honest = clients.address(peer, headers);
    let Ok(spoofed) = HeaderValue::from_str(spoofed) else {
        return;
    };
    let name = HeaderName::from_static("x-forwarded-for");
    let mut forged = HeaderMap::new();
    forged.append(name.clone(), spoofed.clone());
    for value in headers.get_all(&name) {
        forged.append(name.clone(), value.clone());
    }
    for other in ["forwarded", "x-real-ip", "client-ip", "true-client-ip"] {
        forged.append(HeaderName::from_static(other), spoofed.clone());
    }
    let found = clients.address(peer, &forged);
    assert!(
        found == honest || found == Err(TooManyHops),
        "{spoofed:?} made {found:?} of {honest:?}"
    );
}

/// The address, and whether the walk ended before the list did.
fn reference(
    trusted: &[IpNet],
    peer: IpAddr,
    headers: &HeaderMap,
) -> (Result<IpAddr, TooManyHops>, bool) {
    if !is_trusted(trusted, peer) {
        return (Ok(peer.to_canonical()), true);
    }
    let mut hops: Vec<String> = Vec::new();
    for value in headers.get_all("x-forwarded-for") {
        match value.to_str() {
            Ok(value) => hops.extend(value.split(',').map(str::to_owned)),
            Err(_) => hops.push("unreadable".to_owned()),
        }
    }
    if hops.len() > 10 {
        return (Err(TooManyHops), false);
    }
    let mut believed = peer;
    while let Some(hop) = hops.pop() {
        match hop_address(hop.trim()) {
            None => return (Ok(believed.to_canonical()), true),
            Some(address) if !is_trusted(trusted, address) => {
                return (Ok(address.to_canonical()), true);
            }
            Some(address) => believed = address,
        }
    }
    (Ok(believed.to_canonical()), false)
}

fn is_trusted(trusted: &[IpNet], address: IpAddr) -> bool {
    let mapped = |address: IpAddr| match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    let address = mapped(address);
    trusted.iter().any(|network| match (network, address) {
        (IpNet::V4(network), IpAddr::V4(address)) => {
            let shift = 32 - u32::from(network.prefix_len());
            let top = |address: Ipv4Addr| u64::from(address.to_bits()) >> shift;
            top(network.addr()) == top(address)
        }
        (IpNet::V6(network), IpAddr::V6(address)) => {
            let shift = 128 - u32::from(network.prefix_len());
            let top = |address: Ipv6Addr| address.to_bits().checked_shr(shift).unwrap_or(0);
            top(network.addr()) == top(address)
        }
        _ => false,
    })
}

fn says_https(headers: &HeaderMap) -> bool {
    let last = headers.get_all("x-forwarded-proto").last();
    let last = last
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    last.split(',')
        .next_back()
        .is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// An address, with a port or without; whatever follows the address is not looked at.
fn hop_address(hop: &str) -> Option<IpAddr> {
    if let Some(rest) = hop.strip_prefix('[') {
        let v6: Ipv6Addr = rest.split_once(']')?.0.parse().ok()?;
        return Some(v6.into());
    }
    match hop.split(':').collect::<Vec<_>>()[..] {
        [v4] | [v4, _] => v4.parse::<Ipv4Addr>().ok().map(Into::into),
        _ => hop.parse::<Ipv6Addr>().ok().map(Into::into),
    }
}

fn network(address: IpAddr) -> NetworkKey {
    match address.to_canonical() {
        IpAddr::V4(address) => NetworkKey::of(address.to_ipv6_mapped().into()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            NetworkKey::of(Ipv6Addr::new(a, b, c, d, 1, 2, 3, 4).into())
        }
    }
}
