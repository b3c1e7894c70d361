//! Canaries: after a busy session, a search for everything secret in logs, Redis files and blobs finds nothing.

use std::time::Duration;

use reqwest::Method;

use crate::support::{
    ADMIN_PASSWORD, Server, Setup,
    canary::{Needles, one_life, strings_of},
    eventually, files, token,
    views::Token,
    wait::pause,
};

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
        .there
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

async fn nothing_tells(server: &Server, needles: &Needles) {
    let place = server.place();
    let mut found = Vec::new();
    if let Some(redis) = place.redis() {
        let slow = strings_of(&redis.command(&["SLOWLOG", "GET", "128"]));
        assert!(
            files::contains(&slow, b"EVALSHA"),
            "there is a slow log to look into"
        );
        found.extend(
            needles
                .hidden
                .iter()
                .filter(|(_, needle)| files::contains(&slow, needle))
                .map(|(name, _)| name.clone()),
        );
    }
    // While Redis rewrites its file, one may be gone between being listed and being read.
    let id_is_seen = async || {
        let mut looked_at = files::all(place.directory());
        looked_at.extend(files::all(place.data()));
        looked_at.extend(
            place
                .redis()
                .into_iter()
                .flat_map(|redis| files::all(redis.directory())),
        );
        found.extend(files::search(&looked_at, &needles.hidden));
        !files::search(&looked_at, &needles.there).is_empty()
    };
    eventually(
        "the id of a living share is found",
        Duration::from_secs(10),
        id_is_seen,
    )
    .await;
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
    nothing_tells(&server, &needles).await;
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
    nothing_tells(&server, &needles).await;
    server.kill9();
    server.restart().await;
    nothing_tells(&server, &needles).await;
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

#[tokio::test]
async fn every_line_of_the_log_is_one_json_object_with_time_and_level() {
    let server = Setup::shared()
        .await
        .set("LOG_LEVEL", "trace")
        .start()
        .await;
    server.client().upload(b"x", "x", &[]).await;
    eventually(
        "the request is logged",
        Duration::from_secs(5),
        async || server.log().contains("/upload"),
    )
    .await;
    let log = server.log();
    // The last line may be half written.
    let (whole, _) = log.rsplit_once('\n').unwrap();
    // The server's standard output, which the test keeps in the same file, has one line for people.
    let said = |line: &&str| line.starts_with("OneTimeShare is ready: http");
    assert_eq!(whole.lines().filter(said).count(), 1);
    for line in whole.lines().filter(|line| !said(line)) {
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let time = fields["timestamp"].as_str().unwrap();
        assert!(time.ends_with('Z'), "{line}");
        assert!(fields["level"].is_string(), "{line}");
    }
    server.finish().await;
}
