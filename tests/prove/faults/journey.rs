//! One share from its upload to its end, by people who ask again until they are told an end, with a rival at every step.

use reqwest::RequestBuilder;

use crate::support::{
    Answer, Client, Server, Uploaded, collecting::take, files, ticket, views::Created,
    views::Owned, wait::pause,
};

/// How the share ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Story {
    /// Its recipient gets it.
    Collected,
    /// Its recipient gets it with a passphrase.
    Passphrase,
    /// Its sender revokes it before it is fetched.
    Revoked,
}

pub(super) const STORIES: [Story; 3] = [Story::Collected, Story::Passphrase, Story::Revoked];
const PASSPHRASE: &str = "correct horse battery staple";
/// What a server may say that cannot do it now: broken, busy, out of room, or slower than its own lease.
const SETBACKS: [u16; 4] = [408, 500, 503, 507];

/// One share of a server and the people around it.
pub(super) struct Journey<'a> {
    server: &'a Server,
    client: Client,
    story: Story,
    bytes: Vec<u8>,
    setbacks: usize,
}

impl<'a> Journey<'a> {
    pub(super) fn new(server: &'a Server, story: Story, bytes: Vec<u8>) -> Self {
        Self {
            server,
            client: server.client().clone(),
            story,
            bytes,
            setbacks: 0,
        }
    }

    /// Goes all the way, whatever call fails meanwhile; returns how often somebody had to ask again. `expires` chooses
    /// the hour whose folder the blob lies in.
    pub(super) async fn travel(mut self, expires: &str) -> usize {
        let share = self.upload(expires).await;
        let own = ticket();
        let inspect = self.post(&share, "/inspect", &[("key", &share.key)]);
        self.until("inspect", &[200], inspect).await;
        self.until("reserve", &[200], self.reserve(&share, &own))
            .await;
        let rival = ticket();
        self.until("a rival reserves", &[409], self.reserve(&share, &rival))
            .await;
        if let Story::Revoked = self.story {
            self.revoke(&share, &own).await;
            return self.setbacks;
        }
        assert_eq!(self.owner(&share, "status").await.state, "reserved");
        self.download(&share, &own, &rival).await;
        let progress = format!("/r/{}/{own}/status", share.id);
        self.until("progress", &[200], self.client.get_request(&progress))
            .await;
        assert_eq!(self.owner(&share, "status").await.state, "delivering");
        let ack = format!("/r/{}/{own}/ack", share.id);
        self.until("ack", &[204], self.client.post_request(&ack, &[]))
            .await;
        self.is_over(&share, &own, &rival, "delivered").await;
        self.setbacks
    }

    /// A 201 must hold what it says; anything else must leave nothing, which [`nothing_is_left`] sees.
    async fn upload(&mut self, expires: &str) -> Uploaded {
        let mut fields = vec![("expires", expires)];
        if let Story::Passphrase = self.story {
            fields.push(("passphrase", PASSPHRASE));
        }
        for _try in 0..200 {
            // A multipart body is sent once, so each try has a request of its own.
            let request = self
                .client
                .upload_request(self.bytes.clone(), "a.bin", &fields);
            if let Some(created) = self.ask("upload", &[201], request).await {
                return created.json::<Created>().into();
            }
        }
        panic!("{:?}: the upload never succeeded", self.story);
    }

    /// Half of it, a look by the rival, the rest; from where it stopped, again and again.
    async fn download(&mut self, share: &Uploaded, own: &str, rival: &str) {
        let mut have = Vec::new();
        let half = self.bytes.len() / 2;
        for tries in 0..400 {
            let enough = if have.is_empty() { half } else { usize::MAX };
            let piece = take(&self.client, share, own, have.len(), enough).await;
            match piece.status {
                200 | 206 => {
                    let first = have.is_empty();
                    have.extend(piece.bytes);
                    assert!(self.bytes.starts_with(&have), "the pieces are not the file");
                    if have.len() == self.bytes.len() {
                        return;
                    }
                    if first && !have.is_empty() {
                        self.rival_gets_nothing(share, rival).await;
                        self.until("a late rival", &[410], self.reserve(share, rival))
                            .await;
                    }
                }
                // Two streams that broke still hold their slots for a moment.
                0 | 429 => {}
                status => {
                    let text = String::from_utf8_lossy(&piece.bytes);
                    assert!(
                        SETBACKS.contains(&status),
                        "a download: {status}, try {tries}: {text}"
                    );
                }
            }
            self.setbacks += 1;
            pause(50).await;
        }
        panic!("{} of {} bytes came", have.len(), self.bytes.len());
    }

    async fn revoke(&mut self, share: &Uploaded, own: &str) {
        let owned = self.owner(share, "revoke").await;
        assert_eq!(owned.state, "revoked");
        let path = self.server.place().data();
        assert!(
            files::blob(path, &share.id).is_none(),
            "the blob outlived the answer"
        );
        self.is_over(share, own, &ticket(), "revoked").await;
    }

    /// Gone for everybody, and its blob, too.
    async fn is_over(&mut self, share: &Uploaded, own: &str, rival: &str, how: &str) {
        let path = self.server.place().data();
        assert!(
            files::blob(path, &share.id).is_none(),
            "the blob outlived the answer"
        );
        for ticket in [own, rival] {
            self.until("reserve what is gone", &[410], self.reserve(share, ticket))
                .await;
            self.rival_gets_nothing(share, ticket).await;
        }
        assert_eq!(self.owner(share, "status").await.state, how);
    }

    /// No content for a ticket that holds nothing.
    async fn rival_gets_nothing(&mut self, share: &Uploaded, ticket: &str) {
        let download = self.client.download_request(share, ticket);
        self.until("a rival's download", &[410], download).await;
    }

    async fn owner(&mut self, share: &Uploaded, action: &str) -> Owned {
        let path = format!("/s/{}", share.id);
        let request = self
            .client
            .post_request(&path, &[("owner", &share.owner), ("action", action)]);
        self.until(action, &[200], request).await.json()
    }

    fn post(&self, share: &Uploaded, action: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let path = format!("/d/{}{action}", share.id);
        self.client.post_request(&path, fields)
    }

    fn reserve(&self, share: &Uploaded, ticket: &str) -> RequestBuilder {
        let passphrase = matches!(self.story, Story::Passphrase).then_some(PASSPHRASE);
        self.client.reserve_request(share, ticket, passphrase)
    }

    /// Asks again until the answer is one of those wanted; only setbacks may come before.
    async fn until(&mut self, what: &str, wanted: &[u16], request: RequestBuilder) -> Answer {
        for _try in 0..400 {
            let again = request.try_clone().expect("a form can be sent again");
            if let Some(answer) = self.ask(what, wanted, again).await {
                return answer;
            }
        }
        panic!("{:?}: {what} never got one of {wanted:?}", self.story);
    }

    async fn ask(&mut self, what: &str, wanted: &[u16], request: RequestBuilder) -> Option<Answer> {
        if let Ok(answer) = self.client.try_send(request).await {
            if wanted.contains(&answer.status) {
                return Some(answer);
            }
            assert!(
                SETBACKS.contains(&answer.status),
                "{:?}: {what} was answered {}: {}",
                self.story,
                answer.status,
                answer.text()
            );
        }
        self.setbacks += 1;
        pause(50).await;
        None
    }
}

/// The server is healthy again by itself, and sweeping leaves neither record nor agenda entry nor blob of what has ended.
pub(super) async fn nothing_is_left(server: &Server) {
    let client = server.client();
    crate::support::wait::health_is(client, 200).await;
    if server.leftovers().is_empty() {
        return;
    }
    // The record of an upload that never began may have lost its line on the agenda with the reply: it dies by itself, a
    // minute after its lease.
    for _ in 0..1_200 {
        client.cleanup(&[("apply", "true")]).await;
        pause(75).await;
        if server.leftovers().is_empty() {
            return;
        }
    }
    panic!("left after every sweep: {:?}", server.leftovers());
}
