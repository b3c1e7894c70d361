//! Canaries: secrets made to be recognised, and the whole life of a share that has them everywhere a secret can be.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::{Client, Uploaded, collecting::take, redis::Reply, ticket, token, views::Created};

/// What must not be found: the text as it travels, and for keys also the bytes and their other spellings. And what must be
/// found, because a search that finds nothing shows something only if it finds what is there.
#[derive(Default)]
pub(crate) struct Needles {
    pub(crate) hidden: Vec<(String, Vec<u8>)>,
    pub(crate) there: Vec<(String, Vec<u8>)>,
}

impl Needles {
    /// Words that may stand nowhere.
    pub(crate) fn text(&mut self, what: &str, text: &str) {
        self.bytes(what, text.as_bytes());
    }

    /// Bytes that may stand nowhere.
    pub(crate) fn bytes(&mut self, what: &str, bytes: &[u8]) {
        assert!(
            bytes.len() >= 8,
            "a needle too short to mean anything: {what}"
        );
        self.hidden.push((what.to_owned(), bytes.to_vec()));
    }

    /// A key of 43 characters that may stand nowhere in any spelling.
    pub(crate) fn key(&mut self, what: &str, text: &str) {
        let raw = URL_SAFE_NO_PAD
            .decode(text)
            .expect("43 base64url characters");
        self.text(what, text);
        self.raw(what, &raw);
    }

    /// Bytes that may stand nowhere, however somebody writes bytes down.
    pub(crate) fn raw(&mut self, what: &str, raw: &[u8]) {
        let hex: Vec<String> = raw.iter().map(|byte| format!("{byte:02x}")).collect();
        let list = format!("{raw:?}");
        self.text(&format!("{what} as hex"), &hex.concat());
        let standard = STANDARD.encode(raw);
        self.text(&format!("{what} as base64"), standard.trim_end_matches('='));
        self.text(
            &format!("{what} as a list of numbers"),
            list.trim_matches(['[', ']']),
        );
        self.text(&format!("{what} as Redis shows it"), &escaped(raw));
        self.bytes(&format!("{what} as bytes"), raw);
    }

    /// Both keys of a share.
    pub(crate) fn share(&mut self, share: &Uploaded) {
        self.key("a link key", &share.key);
        self.key("an owner key", &share.owner);
    }
}

/// Bytes as `MONITOR` shows them.
fn escaped(bytes: &[u8]) -> String {
    let shown = bytes.iter().map(|byte| match byte {
        b'\\' | b'"' => format!("\\{}", char::from(*byte)),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        0x20..=0x7e => char::from(*byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    });
    shown.collect()
}

/// Every string of an answer of Redis, one after the other.
pub(crate) fn strings_of(reply: &Reply) -> Vec<u8> {
    match reply {
        Reply::Text(bytes) => [bytes.as_slice(), b"\n"].concat(),
        Reply::List(list) => list.iter().flat_map(strings_of).collect(),
        Reply::Nil | Reply::Number(_) | Reply::Error(_) => Vec::new(),
    }
}

/// One share from its upload nearly to its end, with wrong turns; every secret that was used is a needle.
pub(crate) async fn one_life(client: &Client, round: usize, needles: &mut Needles) -> Uploaded {
    let canary = token();
    let (name, passphrase) = (format!("name-{canary}.txt"), format!("phrase-{canary}"));
    let text = format!("content-{canary} ").repeat(5_000);
    needles.text("a file name", &format!("name-{canary}"));
    needles.text("a passphrase", &passphrase);
    needles.text("content", &format!("content-{canary}"));
    needles.text("a type", &format!("x-type-{canary}"));
    let phrase = round.is_multiple_of(2).then_some(passphrase.as_str());
    let kind = format!("application/x-type-{canary}");
    let share = upload(client, text.into_bytes(), &name, &kind, phrase).await;
    needles.share(&share);
    client.page(&format!("/d/{}", share.id)).await;
    client.inspect(&share).await.expect(200);
    if phrase.is_some() {
        let wrong = format!("wrong-{canary}");
        needles.text("a wrong passphrase", &wrong);
        client
            .try_reserve(&share, &ticket(), Some(&wrong))
            .await
            .expect(401);
    }
    let (holder, rival) = (ticket(), ticket());
    needles.key("a ticket", &holder);
    needles.key("a rival's ticket", &rival);
    client.reserve(&share, &holder, phrase).await;
    client.try_reserve(&share, &rival, phrase).await.expect(409);
    take(client, &share, &holder, 0, 10_000).await;
    client.status(&share, &holder).await;
    let rest = take(client, &share, &holder, 1_000, usize::MAX).await;
    assert_eq!(rest.status, 206);
    client.try_reserve(&share, &rival, phrase).await.expect(410);
    client
        .get(&format!("/r/{}/{rival}", share.id))
        .await
        .expect(410);
    client.owner(&share, "status").await;
    // Mistakes that put a secret where it does not belong.
    client.get(&format!("/d/{}/{}", share.id, share.key)).await;
    client
        .get(&format!("/r/{}/{holder}/nowhere", share.id))
        .await;
    client
        .send(
            client
                .get_request(&format!("/d/{}?key={}", share.id, share.key))
                .header("referer", &share.link),
        )
        .await;
    if round % 3 != 2 {
        client.ack(&share, &holder).await.expect(204);
    }
    share
}

/// Uploads a file of this type.
async fn upload(
    client: &Client,
    bytes: Vec<u8>,
    name: &str,
    kind: &str,
    passphrase: Option<&str>,
) -> Uploaded {
    let mut form = Form::new();
    if let Some(passphrase) = passphrase {
        form = form.text("passphrase", passphrase.to_owned());
    }
    let file = Part::bytes(bytes)
        .file_name(name.to_owned())
        .mime_str(kind)
        .expect("a type");
    let request = client
        .request(Method::POST, "/upload")
        .header("accept", "application/json")
        .multipart(form.part("file", file));
    client
        .send(request)
        .await
        .expect(201)
        .json::<Created>()
        .into()
}
