//! The origin under which the person who asks reaches us: the base of all links.

use actix_web::http::header::{HOST, HeaderMap};
use url::Url;

use crate::config::PublicUrl;

/// `PUBLIC_URL`, or the request's own `Host`, which only the person who sent it will see in a link.
///
/// `None` when the request has no usable `Host`.
pub fn base_url(public: Option<&PublicUrl>, headers: &HeaderMap, https: bool) -> Option<String> {
    if let Some(public) = public {
        return Some(public.as_str().to_owned());
    }
    let host = headers.get(HOST)?.to_str().ok()?;
    let scheme = if https { "https" } else { "http" };
    let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let bare = url.path() == "/"
        && !host.contains(['/', '\\', '@', '?', '#'])
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none();
    bare.then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_host_is_taken_only_when_it_is_nothing_but_a_host() {
        for (host, base) in [
            ("drop.example.org", Some("http://drop.example.org")),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("[::1]:8080", Some("http://[::1]:8080")),
            ("drop.example.org:80", Some("http://drop.example.org")),
            ("user@evil", None),
            ("a/b", None),
            ("a?b", None),
            ("a#b", None),
            ("a b", None),
            ("", None),
            ("a:99999", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_str(host).unwrap());
            assert_eq!(base_url(None, &headers, false).as_deref(), base, "{host}");
        }
        assert_eq!(base_url(None, &HeaderMap::new(), true), None);
    }
}
