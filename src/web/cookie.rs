//! The one cookie there is: the signed-in operator's session. Visitors get none.

use std::time::Duration;

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};

/// How the session travels: with the `__Host-` prefix and `Secure` over https, without either over plain http.
#[derive(Debug, Clone, Copy)]
pub struct SessionCookie {
    https: bool,
}

impl SessionCookie {
    /// `https` is whether people reach the server by https, as `PUBLIC_URL` says.
    pub fn new(https: bool) -> Self {
        Self { https }
    }

    /// The session of a request, if it has exactly one.
    pub fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let pairs = headers
            .get_all(COOKIE)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'));
        let mut sessions = pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name());
        match (sessions.next(), sessions.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The `Set-Cookie` of a new session; `None` if `value` is not made of base64url characters.
    pub fn set(&self, value: &str, lifetime: Duration) -> Option<HeaderValue> {
        let plain = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        plain
            .then(|| self.field(value, lifetime.as_secs()))
            .flatten()
    }

    /// The `Set-Cookie` that ends the session.
    pub fn clear(&self) -> Option<HeaderValue> {
        self.field("", 0)
    }

    fn name(self) -> &'static str {
        if self.https { "__Host-ots" } else { "ots" }
    }

    fn field(self, value: &str, seconds: u64) -> Option<HeaderValue> {
        let secure = if self.https { "; Secure" } else { "" };
        let field = format!(
            "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.name()
        );
        HeaderValue::from_str(&field).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session<'a>(
        cookie: SessionCookie,
        headers: &'a mut HeaderMap,
        fields: &[&str],
    ) -> Option<&'a str> {
        for field in fields {
            headers.append(COOKIE, HeaderValue::from_str(field).unwrap());
        }
        cookie.read(headers)
    }

    #[test]
    fn attributes_follow_the_scheme() {
        let field = |https| {
            SessionCookie::new(https)
                .set("abc", Duration::from_mins(1))
                .unwrap()
        };
        assert_eq!(
            field(true),
            "__Host-ots=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            field(false),
            "ots=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            SessionCookie::new(false).clear().unwrap(),
            "ots=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
        assert!(
            SessionCookie::new(true)
                .set("a; Domain=evil", Duration::ZERO)
                .is_none()
        );
    }

    #[test]
    fn the_session_is_found_among_others_but_never_guessed_among_two() {
        let https = SessionCookie::new(true);
        assert_eq!(
            session(
                https,
                &mut HeaderMap::new(),
                &["a=b; __Host-ots=xyz; ots=no"]
            ),
            Some("xyz")
        );
        assert_eq!(
            session(
                https,
                &mut HeaderMap::new(),
                &["__Host-ots=1", "__Host-ots=2"]
            ),
            None
        );
        assert_eq!(session(https, &mut HeaderMap::new(), &["ots=1"]), None);
        assert_eq!(session(https, &mut HeaderMap::new(), &[]), None);
    }
}
