//! An error as the visitor sees it: `application/problem+json` (RFC 9457), or a page for who prefers HTML.
//!
//! Built from fixed texts, sizes and times only, so that no inner message can reach a visitor. What it says is a message of
//! `locales/`, put into words when the reader's language is known.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;

use super::language::Language;
use super::negotiate::{Reader, Wants};
use super::pages::{Moment, size_words};
use crate::share::Timestamp;

/// Which credential a 401 asks for (RFC 9110, section 15.5.2 demands a challenge).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The passphrase of a share; a scheme no browser has a dialog for.
    Share,
    /// The upload password.
    Upload,
    /// The operator's session or token.
    Admin,
}

impl Challenge {
    const fn value(self) -> &'static str {
        match self {
            Self::Share => "SharePassphrase realm=\"share\"",
            Self::Upload => "Bearer realm=\"upload\"",
            Self::Admin => "Bearer realm=\"admin\"",
        }
    }
}

/// What the sentences of a problem may name besides their fixed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A number of bytes: `$size`.
    Size(u64),
    /// A point in time: `$time`.
    Time(Timestamp),
}

/// Everything an error answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The last part of `type`: a stable word for programs.
    pub kind: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The message of `locales/` that says what happened and what to do; its attribute `title` says it in a few words.
    pub message: &'static str,
    /// What that message names.
    pub named: Option<Named>,
    /// Wrong passphrases left before the share locks.
    pub tries_left: Option<u32>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
    /// How a share ended, for the holder of its key.
    pub state: Option<&'static str>,
    /// When it ended, in RFC 3339.
    pub at: Option<String>,
    /// For 401.
    pub challenge: Option<Challenge>,
    /// The methods that would have been allowed, for 405.
    pub allow: Option<Cow<'static, str>>,
    /// Bytes of the content a range lay outside of, for 416.
    pub content_size: Option<u64>,
    /// Whether the connection is closed after the answer.
    pub close: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
}

/// Makes the page of a problem. The request id is empty where pages must be byte-identical.
pub type ErrorPage = Arc<dyn Fn(&Problem, Reader, &str) -> String + Send + Sync>;

impl Problem {
    /// A problem with nothing but its words. Its kind is the message's name without `problem-`; two hyphens set off what
    /// tells cases of one kind apart.
    pub fn new(status: StatusCode, message: &'static str) -> Self {
        let name = message.strip_prefix("problem-").unwrap_or(message);
        Self {
            kind: name.split("--").next().unwrap_or(name),
            status,
            message,
            named: None,
            tries_left: None,
            retry_after: None,
            state: None,
            at: None,
            challenge: None,
            allow: None,
            content_size: None,
            close: false,
        }
    }

    /// What happened, in a few words.
    pub fn title(&self, language: Language) -> Cow<'static, str> {
        language.say(&format!("{}.title", self.message))
    }

    /// What happened and what to do, in a sentence or two.
    pub fn detail(&self, language: Language) -> Cow<'static, str> {
        let (name, words) = match self.named {
            None => return language.say(self.message),
            Some(Named::Size(bytes)) => ("size", size_words(language, bytes)),
            Some(Named::Time(at)) => (
                "time",
                Moment::from_unix_millis(at.as_millis()).words(language),
            ),
        };
        language
            .say_with(self.message, &[(name, words.into())])
            .into()
    }

    /// The answer as `application/problem+json`.
    pub fn json(&self, language: Language, request_id: &str) -> HttpResponse {
        self.head()
            .content_type("application/problem+json")
            .json(Body {
                r#type: format!("urn:onetimeshare:{}", self.kind),
                title: &self.title(language),
                status: self.status.as_u16(),
                detail: &self.detail(language),
                request_id,
                tries_left: self.tries_left,
                retry_after: self.retry_after,
                state: self.state,
                at: self.at.as_deref(),
            })
    }

    /// The answer in the form that was asked for; plain text is not offered for errors.
    pub fn respond(&self, reader: Reader, request_id: &str, page: &ErrorPage) -> HttpResponse {
        match reader.wants {
            Wants::Json | Wants::Text => self.json(reader.language, request_id),
            Wants::Html => {
                // Nobody may tell from its page whether a share is unknown, expired or gone.
                let shown = if self.status == StatusCode::GONE {
                    ""
                } else {
                    request_id
                };
                self.head()
                    .content_type("text/html; charset=utf-8")
                    .body(page(self, reader, shown))
            }
        }
    }

    fn head(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status);
        if let Some(challenge) = self.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge.value()));
        }
        if let Some(size) = self.content_size {
            response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = self
            .allow
            .as_deref()
            .and_then(|allow| HeaderValue::from_str(allow).ok())
        {
            response.insert_header((header::ALLOW, allow));
        }
        let vary = if self.status == StatusCode::NOT_ACCEPTABLE {
            "Accept, User-Agent"
        } else {
            "Accept"
        };
        response.insert_header((header::VARY, vary));
        if self.close {
            response.force_close();
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;

    use super::*;

    fn text(response: HttpResponse) -> String {
        let bytes = response.into_body().try_into_bytes().ok().unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn page() -> ErrorPage {
        Arc::new(|problem, reader, id| format!("<h1>{}</h1>{id}", problem.title(reader.language)))
    }

    fn reader(wants: Wants) -> Reader {
        Reader {
            wants,
            language: Language::default(),
            may_switch: true,
        }
    }

    #[test]
    fn json_names_only_what_there_is() {
        let mut problem = Problem::new(StatusCode::UNAUTHORIZED, "problem-wrong-passphrase");
        problem.tries_left = Some(4);
        problem.challenge = Some(Challenge::Share);
        let response = problem.json(Language::default(), "abc");
        let field = |name| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(
            field(header::WWW_AUTHENTICATE),
            "SharePassphrase realm=\"share\""
        );
        assert_eq!(field(header::CONTENT_TYPE), "application/problem+json");
        assert_eq!(
            text(response),
            "{\"type\":\"urn:onetimeshare:wrong-passphrase\",\"title\":\"That is not the passphrase\",\"status\":401,\"detail\":\"The file is untouched. Please try again.\",\"request_id\":\"abc\",\"tries_left\":4}"
        );
    }

    #[test]
    fn headers_follow_the_fields() {
        let mut problem =
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "problem-method-not-allowed");
        problem.allow = Some("GET, HEAD".into());
        problem.retry_after = Some(7);
        let response = problem.respond(reader(Wants::Html), "id", &page());
        let field = |name| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(
            (
                field(header::ALLOW),
                field(header::RETRY_AFTER),
                field(header::VARY)
            ),
            ("GET, HEAD", "7", "Accept")
        );
        assert_eq!(text(response), "<h1>This cannot be done here</h1>id");
        let refused = Problem::new(StatusCode::NOT_ACCEPTABLE, "problem-browser-only");
        assert_eq!(
            refused
                .json(Language::default(), "")
                .headers()
                .get(header::VARY)
                .unwrap(),
            "Accept, User-Agent"
        );
    }

    #[test]
    fn the_gone_page_holds_no_request_id() {
        let problem = Problem::new(StatusCode::GONE, "problem-gone");
        let answer = |wants, id| text(problem.respond(reader(wants), id, &page()));
        assert_eq!(answer(Wants::Html, "id1"), answer(Wants::Html, "id2"));
        assert!(answer(Wants::Json, "id1").contains("id1"));
    }

    #[test]
    fn what_a_message_names_is_put_into_the_words_of_the_language() {
        let mut problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "problem-too-large");
        problem.named = Some(Named::Size(1536));
        let told = |tag: &str| {
            let language = Language::all().find(|language| language.tag() == tag);
            problem.detail(language.unwrap()).into_owned()
        };
        assert!(told("en").contains("1.5 KiB"), "{}", told("en"));
        assert!(told("de").contains("1,5 KiB"), "{}", told("de"));
    }
}
