//! A handler extracts typed arguments, makes one vault call, and renders.

pub(super) mod admin;
pub(super) mod auth;
pub(super) mod collect;
pub(super) mod download;
pub(super) mod errors;
pub(super) mod figures;
pub(super) mod guard;
pub(super) mod operations;
pub(super) mod owner;
pub(super) mod upload;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, REFERRER_POLICY};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;

use crate::share::Timestamp;

use super::edge::Visitor;
use super::headers::REFERRER_OF_FORMS;
use super::pages::{self, Moment};

fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    page_response(status).body(pages::render(page))
}

/// A page's answer before its body; pages with forms tell their own origin when they post.
fn page_response(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((REFERRER_POLICY, REFERRER_OF_FORMS));
    response
}

/// What the edge found out about the request.
pub(super) fn visitor(request: &HttpRequest) -> Visitor {
    *request
        .extensions()
        .get::<Visitor>()
        .expect("the edge looks at every request")
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_unix_millis(at.as_millis())
}

fn rfc3339(at: Timestamp) -> String {
    moment(at).rfc3339
}

/// The key in what a person pasted: a bare key, a whole link, or a link to which others appended something.
fn pasted_key(text: &str) -> &str {
    let after = text.rsplit_once('#').map_or(text, |(_, key)| key).trim();
    after.get(..43).unwrap_or(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_whatever_was_pasted() {
        let key = "A".repeat(43);
        for text in [
            key.clone(),
            format!(" {key}\n"),
            format!("https://example.org/d/1#{key}"),
            format!("https://example.org/d/1#{key}&fbclid=x"),
            format!("#{key}="),
        ] {
            assert_eq!(pasted_key(&text), key, "{text}");
        }
        assert_eq!(pasted_key("short"), "short");
        assert_eq!(pasted_key(&"ä".repeat(43)).len(), 86);
    }
}
