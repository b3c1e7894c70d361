//! What came back, and a share as its uploader knows it.

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use super::views::Problem;

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A share as its uploader knows it.
#[derive(Debug, Clone)]
pub(crate) struct Uploaded {
    pub(crate) id: String,
    pub(crate) link: String,
    /// The link key: what stands after `#`.
    pub(crate) key: String,
    /// The owner key.
    pub(crate) owner: String,
    pub(crate) expires_at: String,
}

impl Answer {
    /// The body as JSON, which the answer must say it is.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(
            self.header("content-type").starts_with("application/json"),
            "not JSON: {self:?}"
        );
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The body as a problem with this status.
    pub(crate) fn problem(&self, status: u16) -> Problem {
        assert_eq!(self.status, status, "{}", self.text());
        assert!(
            self.header("content-type")
                .starts_with("application/problem+json"),
            "not a problem: {self:?}"
        );
        let problem: Problem = serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()));
        assert_eq!(problem.status, status);
        problem
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// One header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default()
    }

    /// Fails unless the answer has this status.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
