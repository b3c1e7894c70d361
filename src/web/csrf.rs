//! Requests that another site made a browser send are refused. No token, no cookie: the browser's own headers decide.

use actix_web::http::{
    Method,
    header::{HOST, HeaderMap, ORIGIN},
};
use url::Url;

use crate::config::PublicUrl;

/// The request came, or may have come, from another site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossSite;

/// Whether the request carries a credential that a browser adds by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A cookie: then at least one header must say where the request came from.
    Cookie,
    /// None, or one that a script has to add on purpose.
    Explicit,
}

/// Lets every GET and HEAD pass. For anything else `Sec-Fetch-Site`, where present, must be `same-origin` or `none`;
/// otherwise `Origin`, where present, must be ours.
pub fn check(
    method: &Method,
    headers: &HeaderMap,
    public_url: Option<&PublicUrl>,
    credential: Credential,
) -> Result<(), CrossSite> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let allowed = match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_ours(origin, text(HOST.as_str()), public_url),
        (None, None) => credential == Credential::Explicit,
    };
    if allowed { Ok(()) } else { Err(CrossSite) }
}

/// Without `PUBLIC_URL` the scheme is unknown here (a proxy may end TLS), so host and port decide.
fn is_ours(origin: &str, host: Option<&str>, public_url: Option<&PublicUrl>) -> bool {
    let Ok(url) = Url::parse(origin) else {
        return false;
    };
    match public_url {
        Some(public) => url.origin().ascii_serialization() == public.as_str(),
        None => host.is_some_and(|host| {
            let own = Url::parse(&format!("{}://{host}", url.scheme()));
            matches!(url.scheme(), "http" | "https")
                && own.is_ok_and(|own| own.origin() == url.origin())
        }),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;
    use crate::config::Config;

    fn public() -> Option<PublicUrl> {
        let lookup = |name| (name == "PUBLIC_URL").then(|| "https://drop.example.org".to_owned());
        Config::from_lookup(lookup).unwrap().server.public_url
    }

    fn post(
        fields: &[(&'static str, &str)],
        public: Option<&PublicUrl>,
        credential: Credential,
    ) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        check(&Method::POST, &headers, public, credential).is_ok()
    }

    #[test]
    fn the_browser_s_own_word_comes_first() {
        for (site, passes) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("Same-Origin", false),
            ("", false),
        ] {
            assert_eq!(
                post(&[("sec-fetch-site", site)], None, Credential::Cookie),
                passes,
                "{site}"
            );
        }
        let contradicting = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example"),
        ];
        assert!(post(&contradicting, public().as_ref(), Credential::Cookie));
    }

    #[test]
    fn otherwise_the_origin_must_be_the_public_url() {
        for (origin, passes) in [
            ("https://drop.example.org", true),
            ("https://drop.example.org:443", true),
            ("http://drop.example.org", false),
            ("https://drop.example.org:8443", false),
            ("https://drop.example.org.evil.example", false),
            ("null", false),
            ("", false),
        ] {
            let fields = [("origin", origin), ("host", "evil.example")];
            assert_eq!(
                post(&fields, public().as_ref(), Credential::Explicit),
                passes,
                "{origin}"
            );
        }
    }

    #[test]
    fn without_a_public_url_the_origin_must_match_the_host() {
        for (origin, host, passes) in [
            ("http://192.168.1.5:8080", "192.168.1.5:8080", true),
            ("https://drop.example.org", "drop.example.org", true),
            ("http://localhost", "localhost:80", true),
            ("http://192.168.1.5", "192.168.1.5:8080", false),
            ("http://evil.example", "localhost:8080", false),
            ("null", "null", false),
            ("file://localhost", "localhost", false),
        ] {
            assert_eq!(
                post(
                    &[("origin", origin), ("host", host)],
                    None,
                    Credential::Explicit
                ),
                passes,
                "{origin}"
            );
        }
        assert!(!post(
            &[("origin", "http://localhost")],
            None,
            Credential::Explicit
        ));
    }

    #[test]
    fn scripts_without_either_header_pass_unless_a_cookie_speaks_for_them() {
        assert!(post(&[], None, Credential::Explicit));
        assert!(!post(&[], None, Credential::Cookie));
        assert_eq!(
            check(&Method::DELETE, &HeaderMap::new(), None, Credential::Cookie),
            Err(CrossSite)
        );
        assert_eq!(
            check(&Method::GET, &HeaderMap::new(), None, Credential::Cookie),
            Ok(())
        );
    }
}
