//! A browser, as far as HTTP can tell.

use std::{net::IpAddr, time::Duration};

use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};

use super::{
    ADMIN_PASSWORD,
    answer::{Answer, Uploaded},
    views::{Created, Owned, Progress, Reserved, Token},
};

/// The agent of an everyday browser.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// One visitor of one server. Every request has a connection of its own, so that a killed server is noticed at once.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
}

impl From<Created> for Uploaded {
    fn from(created: Created) -> Self {
        let after = |link: &str| {
            link.split_once('#')
                .expect("the link has a fragment")
                .1
                .to_owned()
        };
        let (key, owner) = (after(&created.link), after(&created.status_link));
        Self {
            id: created.id,
            link: created.link,
            key,
            owner,
            expires_at: created.expires_at,
        }
    }
}

impl Client {
    /// A browser at whatever listens on this port.
    pub(crate) fn new(port: u16) -> Self {
        Self::from_address(port, None)
    }

    /// A visitor whose connections come from this address of the machine. Each takes a port of that address from all others
    /// for a minute, so where the address does not matter none is named: many thousands of requests would use them up.
    pub(crate) fn from_address(port: u16, address: Option<IpAddr>) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(BROWSER)
            .local_address(address)
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_mins(2))
            .build()
            .expect("a client");
        Self {
            http,
            base: format!("http://127.0.0.1:{port}"),
        }
    }

    /// A request that asks for JSON; `Accept` can be set again.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// `GET` for JSON.
    pub(crate) fn get_request(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
            .header("accept", "application/json")
    }

    /// `POST` of a form, for JSON.
    pub(crate) fn post_request(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, path)
            .header("accept", "application/json")
            .form(fields)
    }

    /// Sends, and reads the whole answer; an error is a connection that broke.
    pub(crate) async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer {
            status,
            headers,
            body: response.bytes().await?,
        })
    }

    /// Sends, and reads the whole answer, which must come.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("a complete answer")
    }

    /// `GET` for JSON, answered.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.get_request(path)).await
    }

    /// `GET` for a page, answered.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        self.send(
            self.request(Method::GET, path)
                .header("accept", "text/html,*/*;q=0.8"),
        )
        .await
    }

    /// `POST` of a form for JSON, answered.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.post_request(path, fields)).await
    }

    /// The upload of a file after `fields`.
    pub(crate) fn upload_request(
        &self,
        bytes: Vec<u8>,
        name: &str,
        fields: &[(&str, &str)],
    ) -> RequestBuilder {
        // As browsers do: names travel as they are, not percent-encoded.
        let form = Form::new().percent_encode_noop();
        let form = fields.iter().fold(form, |form, (field, value)| {
            form.text((*field).to_owned(), (*value).to_owned())
        });
        let form = form.part("file", Part::bytes(bytes).file_name(name.to_owned()));
        self.request(Method::POST, "/upload")
            .header("accept", "application/json")
            .multipart(form)
    }

    /// Uploads, whatever the answer.
    pub(crate) async fn try_upload(
        &self,
        bytes: &[u8],
        name: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(self.upload_request(bytes.to_vec(), name, fields))
            .await
    }

    /// Uploads, which must be answered 201.
    pub(crate) async fn upload(
        &self,
        bytes: &[u8],
        name: &str,
        fields: &[(&str, &str)],
    ) -> Uploaded {
        self.try_upload(bytes, name, fields)
            .await
            .expect(201)
            .json::<Created>()
            .into()
    }

    /// Asks what a link opens.
    pub(crate) async fn inspect(&self, share: &Uploaded) -> Answer {
        self.post(&format!("/d/{}/inspect", share.id), &[("key", &share.key)])
            .await
    }

    /// The request that reserves with `ticket`.
    pub(crate) fn reserve_request(
        &self,
        share: &Uploaded,
        ticket: &str,
        passphrase: Option<&str>,
    ) -> RequestBuilder {
        let mut fields = vec![("key", share.key.as_str()), ("ticket", ticket)];
        fields.extend(passphrase.map(|passphrase| ("passphrase", passphrase)));
        self.post_request(&format!("/d/{}", share.id), &fields)
    }

    /// Reserves, whatever the answer.
    pub(crate) async fn try_reserve(
        &self,
        share: &Uploaded,
        ticket: &str,
        passphrase: Option<&str>,
    ) -> Answer {
        self.send(self.reserve_request(share, ticket, passphrase))
            .await
    }

    /// Reserves, which must be answered 200.
    pub(crate) async fn reserve(
        &self,
        share: &Uploaded,
        ticket: &str,
        passphrase: Option<&str>,
    ) -> Reserved {
        self.try_reserve(share, ticket, passphrase)
            .await
            .expect(200)
            .json()
    }

    /// The request for the bytes.
    pub(crate) fn download_request(&self, share: &Uploaded, ticket: &str) -> RequestBuilder {
        self.request(Method::GET, &format!("/r/{}/{ticket}", share.id))
            .header("accept", "*/*")
    }

    /// Downloads from the beginning.
    pub(crate) async fn download(&self, share: &Uploaded, ticket: &str) -> Answer {
        self.send(self.download_request(share, ticket)).await
    }

    /// Downloads one range, as in `bytes=0-99`.
    pub(crate) async fn download_range(
        &self,
        share: &Uploaded,
        ticket: &str,
        range: &str,
    ) -> Answer {
        self.send(self.download_request(share, ticket).header("range", range))
            .await
    }

    /// The ticket's progress, whatever the answer.
    pub(crate) async fn try_status(&self, share: &Uploaded, ticket: &str) -> Answer {
        self.get(&format!("/r/{}/{ticket}/status", share.id)).await
    }

    /// The ticket's progress.
    pub(crate) async fn status(&self, share: &Uploaded, ticket: &str) -> Progress {
        self.try_status(share, ticket).await.expect(200).json()
    }

    /// Says that everything has arrived, whatever the answer.
    pub(crate) async fn ack(&self, share: &Uploaded, ticket: &str) -> Answer {
        self.post(&format!("/r/{}/{ticket}/ack", share.id), &[])
            .await
    }

    /// The sender's `status`, `revoke` or `unlock`, whatever the answer.
    pub(crate) async fn try_owner(&self, share: &Uploaded, action: &str) -> Answer {
        self.post(
            &format!("/s/{}", share.id),
            &[("owner", &share.owner), ("action", action)],
        )
        .await
    }

    /// The sender's `status`, `revoke` or `unlock`.
    pub(crate) async fn owner(&self, share: &Uploaded, action: &str) -> Owned {
        self.try_owner(share, action).await.expect(200).json()
    }

    /// A request with an operator's fresh bearer token.
    pub(crate) async fn admin(
        &self,
        method: Method,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let token: Token = self
            .post("/auth/token", &[("password", ADMIN_PASSWORD)])
            .await
            .expect(200)
            .json();
        let request = self
            .request(method, path)
            .header("accept", "application/json")
            .bearer_auth(token.token);
        self.send(if fields.is_empty() {
            request
        } else {
            request.form(fields)
        })
        .await
    }

    /// Runs the sweep through the operator's door.
    pub(crate) async fn cleanup(&self, fields: &[(&str, &str)]) -> super::views::Swept {
        self.admin(Method::POST, "/admin/cleanup", fields)
            .await
            .expect(200)
            .json()
    }
}
