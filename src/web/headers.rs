//! The headers that every answer carries, errors included.

use std::fmt;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::language::Language;

/// For answers that deliver a file: whatever it is, it runs nothing and reaches nothing.
pub const CSP_DOWNLOAD: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// For pages with forms: under `no-referrer` Chromium would post `Origin: null`.
pub const REFERRER_OF_FORMS: HeaderValue = HeaderValue::from_static("same-origin");

/// For static files whose address changes with their content.
pub const CACHE_FOREVER: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");

/// The name under which a request's random id travels.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request in the log and in its answer; random, so it tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

impl RequestId {
    /// A fresh one.
    pub fn random() -> Self {
        // An id that is not random harms nothing: it only names the request.
        Self(getrandom::u64().unwrap_or_default())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

macro_rules! page_csp {
    ($last:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; ",
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; ",
            "require-trusted-types-for 'script'; trusted-types 'none'",
            $last
        )
    };
}

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=(), clipboard-read=(), \
    clipboard-write=(self)";

/// Fields that no answer may change.
const ALWAYS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    ("permissions-policy", PERMISSIONS),
    ("x-robots-tag", "noindex, nofollow, noarchive, nosnippet"),
    ("x-frame-options", "DENY"),
];

/// Which headers answers get.
#[derive(Debug, Clone, Copy)]
pub struct HeaderPolicy {
    https: bool,
}

impl HeaderPolicy {
    /// `https` is whether people reach the server by https, as `PUBLIC_URL` says: over plain http the headers that
    /// force https would lock everybody out.
    pub fn new(https: bool) -> Self {
        Self { https }
    }

    /// Completes the headers of an answer. A `Content-Security-Policy`, `Cache-Control` or `Referrer-Policy` that is
    /// already there stays. What is made of words says in which language.
    pub fn apply(&self, headers: &mut HeaderMap, id: RequestId, language: Language) {
        let is = |kind: &[u8]| {
            headers
                .get(header::CONTENT_TYPE)
                .is_some_and(|field| field.as_bytes().starts_with(kind))
        };
        let html = is(b"text/html");
        if html || is(b"application/problem+json") {
            name_language(headers, language);
        }
        for (name, value) in ALWAYS {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        if self.https {
            let forever = HeaderValue::from_static("max-age=63072000; includeSubDomains; preload");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, forever);
        }
        if html {
            // Styles carry their hashes as well, but Chromium knows only scripts here and complains on every page about more.
            let integrity = HeaderValue::from_static("blocked-destinations=(script)");
            headers.insert(HeaderName::from_static("integrity-policy"), integrity);
        }
        let mut default = |name: HeaderName, value: &'static str| {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        };
        default(
            header::CONTENT_SECURITY_POLICY,
            self.content_security_policy(html),
        );
        default(header::CACHE_CONTROL, "no-store");
        default(header::REFERRER_POLICY, "no-referrer");
        headers.remove(header::SERVER);
        if let Ok(id) = HeaderValue::try_from(id.to_string()) {
            headers.insert(X_REQUEST_ID, id);
        }
    }

    const fn content_security_policy(self, html: bool) -> &'static str {
        match (html, self.https) {
            (true, true) => page_csp!("; upgrade-insecure-requests"),
            (true, false) => page_csp!(""),
            (false, _) => "default-src 'none'; frame-ancestors 'none'",
        }
    }
}

/// An answer in words depends on the language that was asked for.
fn name_language(headers: &mut HeaderMap, language: Language) {
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    let varies = headers.get(header::VARY).and_then(|fields| {
        HeaderValue::try_from([fields.as_bytes(), b", Accept-Language"].concat()).ok()
    });
    let varies = varies.unwrap_or(HeaderValue::from_static("Accept-Language"));
    headers.insert(header::VARY, varies);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(https: bool, fields: &[(HeaderName, HeaderValue)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.insert(name.clone(), value.clone());
        }
        HeaderPolicy::new(https).apply(&mut headers, RequestId(7), Language::default());
        headers
    }

    fn html() -> (HeaderName, HeaderValue) {
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )
    }

    #[test]
    fn https_only_fields_stay_away_from_plain_http() {
        let plain = applied(false, &[html()]);
        assert!(!plain.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(
            !plain
                .get(header::CONTENT_SECURITY_POLICY)
                .unwrap()
                .to_str()
                .unwrap()
                .contains("upgrade")
        );
        let secure = applied(true, &[html()]);
        assert!(secure.contains_key(header::STRICT_TRANSPORT_SECURITY));
        let csp = secure
            .get(header::CONTENT_SECURITY_POLICY)
            .unwrap()
            .to_str()
            .unwrap();
        assert!(csp.ends_with("; trusted-types 'none'; upgrade-insecure-requests"));
    }

    #[test]
    fn an_answer_may_choose_its_policy_cache_and_referrer() {
        let own = applied(
            false,
            &[
                (header::CONTENT_SECURITY_POLICY, CSP_DOWNLOAD),
                (header::CACHE_CONTROL, CACHE_FOREVER),
                (header::REFERRER_POLICY, REFERRER_OF_FORMS),
                (header::SERVER, HeaderValue::from_static("x")),
            ],
        );
        assert_eq!(
            own.get(header::CONTENT_SECURITY_POLICY),
            Some(&CSP_DOWNLOAD)
        );
        assert_eq!(own.get(header::CACHE_CONTROL), Some(&CACHE_FOREVER));
        assert_eq!(own.get(header::REFERRER_POLICY), Some(&REFERRER_OF_FORMS));
        assert!(!own.contains_key(header::SERVER));
    }

    #[test]
    fn an_answer_in_words_names_its_language_and_what_it_depends_on() {
        let page = applied(false, &[html()]);
        assert_eq!(page.get(header::CONTENT_LANGUAGE).unwrap(), "en");
        assert_eq!(page.get(header::VARY).unwrap(), "Accept-Language");
        let varies = (header::VARY, HeaderValue::from_static("Accept, User-Agent"));
        let page = applied(false, &[html(), varies]);
        assert_eq!(
            page.get(header::VARY).unwrap(),
            "Accept, User-Agent, Accept-Language"
        );
        let data = applied(false, &[]);
        assert!(!data.contains_key(header::CONTENT_LANGUAGE) && !data.contains_key(header::VARY));
    }

    #[test]
    fn every_answer_has_the_common_set() {
        let common = applied(false, &[]);
        for (name, value) in ALWAYS {
            assert_eq!(common.get(name).unwrap(), value);
        }
        assert_eq!(common.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert_eq!(common.get(header::REFERRER_POLICY).unwrap(), "no-referrer");
        assert_eq!(common.get(X_REQUEST_ID).unwrap(), "0000000000000007");
        assert!(!common.contains_key("integrity-policy"));
    }
}
