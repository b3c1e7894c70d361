//! Canaries: after a busy session, a search for everything secret in logs, Redis files and blobs finds nothing.

use std::time::Duration;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::Method;

use crate::support::{
    ADMIN_PASSWORD, Client, Server, Setup, Uploaded, collecting::take, eventually, files, ticket,
    token, views::Token, wait::pause,
};

/// What must not be found: the text as it travels, and for keys also the bytes, as hex and as other base64. And what must
/// be found, because a search that finds nothing shows something only if it finds what is there.
#[derive(Default)]
struct Needles(Vec<(String, Vec<u8>)>, Vec<(String, Vec<u8>)>);

impl Needles {
    fn text(&mut self, what: &str, text: &str) {
        self.0.push((what.to_owned(), text.as_bytes().to_vec()));
    }

    fn key(&mut self, what: &str, text: &str) {
        let raw = URL_SAFE_NO_PAD
            .decode(text)
            .expect("43 base64url characters");
        let hex: Vec<String> = raw.iter().map(|byte| format!("{byte:02x}")).collect();
        let list = format!("{raw:?}");
        self.text(what, text);
        self.text(&format!("{what} as hex"), &hex.concat());
        self.text(
            &format!("{what} as base64"),
            STANDARD.encode(&raw).trim_end_matches('='),
        );
        self.text(
            &format!("{what} as a list of numbers"),
            list.trim_matches(['[', ']']),
        );
        self.0.push((format!("{what} as bytes"), raw));
    }

    fn share(&mut self, share: &Uploaded) {
        self.key("a link key", &share.key);
        self.key("an owner key", &share.owner);
    }
}

/// One share from its upload to its end, with wrong turns; every secret that was used is a needle.
async fn one_life(client: &Client, round: usize, needles: &mut Needles) -> Uploaded {
    let canary = token();
    let (name, passphrase) = (format!("name-{canary}.txt"), format!("phrase-{canary}"));
    let text = format!("content-{canary} ").repeat(20_000);
    needles.text("a file name", &format!("name-{canary}"));
    needles.text("a passphrase", &passphrase);
    needles.text("content", &format!("content-{canary}"));
    let with_passphrase = round.is_multiple_of(2);
    let protected: &[(&str, &str)] = if with_passphrase {
        &[("passphrase", &passphrase)]
    } else {
        &[]
    };
    let share = client.upload(text.as_bytes(), &name, protected).await;
    needles.share(&share);
    let phrase = with_passphrase.then_some(passphrase.as_str());
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
    assert_eq!(
        take(client, &share, &holder, 1_000, usize::MAX)
            .await
            .status,
        206
    );
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

async fn a_busy_session(server: &Server) -> Needles {
    let client = server.client();
    let mut needles = Needles::default();
    needles.text("the operator's password", ADMIN_PASSWORD);
    needles.text("the upload password", "an-upload-password-canary");
    for round in 0..6 {
        one_life(client, round, &mut needles).await;
    }
    let kept = client
        .upload(
            format!("content-{}", token()).as_bytes(),
            "kept",
            &[("expires", "1h")],
        )
        .await;
    needles.share(&kept);
    needles
        .1
        .push(("an id".to_owned(), kept.id.clone().into_bytes()));
    let wrong = token();
    needles.text("a wrong operator's password", &wrong);
    client
        .post("/auth/login", &[("password", &wrong)])
        .await
        .expect(401);
    let signed_in = client
        .post("/auth/login", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(303);
    let cookie = signed_in.header("set-cookie");
    let session = cookie
        .split(';')
        .next()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    needles.text("a session", &session);
    let bearer: Token = client
        .post("/auth/token", &[("password", ADMIN_PASSWORD)])
        .await
        .expect(200)
        .json();
    needles.text("a bearer token", &bearer.token);
    client
        .admin(Method::GET, "/admin/shares", &[])
        .await
        .expect(200);
    client
        .send(
            client
                .upload_request(b"x".to_vec(), "x", &[])
                .bearer_auth("an-upload-password-canary"),
        )
        .await;
    client.cleanup(&[("apply", "true")]).await;
    needles
}

fn nothing_tells(server: &Server, needles: &Needles) {
    let place = server.place();
    let mut looked_at = files::all(place.directory());
    looked_at.extend(files::all(place.data()));
    let mut found = Vec::new();
    if let Some(redis) = place.redis() {
        looked_at.extend(files::all(redis.directory()));
        let slow = redis.command(&["SLOWLOG", "GET", "128"]);
        let slow = format!("{slow:?}");
        found.extend(
            needles
                .0
                .iter()
                .filter(|(_, needle)| files::contains(slow.as_bytes(), needle))
                .map(|(name, _)| name.clone()),
        );
    }
    found.extend(files::search(&looked_at, &needles.0));
    let seen = files::search(&looked_at, &needles.1);
    assert!(
        !seen.is_empty(),
        "not even the id of a living share was found"
    );
    let unseen: Vec<_> = needles
        .0
        .iter()
        .filter(|(name, needle)| !name.contains("password") && needle.len() < 8)
        .collect();
    assert!(
        unseen.is_empty(),
        "a needle too short to mean anything: {unseen:?}"
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn with_a_redis_of_the_operator_s_nothing_secret_is_written_anywhere() {
    let setup = Setup::own_redis().await.set("LOG_LEVEL", "trace");
    let server = setup.start().await;
    server
        .redis()
        .command(&["CONFIG", "SET", "slowlog-log-slower-than", "0"]);
    let needles = a_busy_session(&server).await;
    assert!(
        server.log().contains("/r/{id}/{ticket}"),
        "there is a log to look into"
    );
    nothing_tells(&server, &needles);
    server.finish().await;
}

#[tokio::test]
async fn with_the_bundled_redis_nothing_secret_is_written_anywhere() {
    let mut server = Setup::bundled()
        .await
        .set("LOG_LEVEL", "trace")
        .set("LOG_FORMAT", "human")
        .start()
        .await;
    let needles = a_busy_session(&server).await;
    let append_only = |server: &Server| {
        files::all(&server.place().data().join("redis"))
            .into_iter()
            .any(|path| {
                path.to_string_lossy().contains("aof")
                    && std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
            })
    };
    assert!(
        append_only(&server),
        "there is an append-only file to look into"
    );
    nothing_tells(&server, &needles);
    server.kill9();
    server.restart().await;
    nothing_tells(&server, &needles);
    server.finish().await;
}

#[tokio::test]
async fn the_log_shortens_addresses_and_names_patterns_instead_of_paths() {
    let server = Setup::shared()
        .await
        .set("TRUSTED_PROXIES", "127.0.0.1/32")
        .set("LOG_LEVEL", "trace")
        .start()
        .await;
    let client = server.client();
    let share = client.upload(b"x", "x", &[]).await;
    client
        .send(
            client
                .get_request(&format!("/d/{}", share.id))
                .header("x-forwarded-for", "198.51.100.77"),
        )
        .await;
    client
        .send(
            client
                .get_request("/health")
                .header("x-forwarded-for", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"),
        )
        .await;
    eventually(
        "the request is logged",
        Duration::from_secs(5),
        async || server.log().contains("/d/{id}"),
    )
    .await;
    pause(200).await;
    let log = server.log();
    assert!(
        !log.contains("198.51.100.77") && !log.contains("cccc:dddd"),
        "a full address"
    );
    assert!(
        !log.contains(&format!("/d/{}", share.id)),
        "a path instead of its pattern"
    );
    server.finish().await;
}
