//! Command-line agents and link previews are turned away before any look-up; browsers and phones are not.

use reqwest::Method;

use crate::support::{BROWSER, Client, Setup, content, ticket};

use samples::{BROWSERS, DOWNLOADERS, LIBRARIES, TOOLS_AND_PREVIEWS};

#[path = "../../src/web/agents/tests/samples.rs"]
mod samples;

async fn asked(client: &Client, agent: &str, method: Method, path: &str) -> u16 {
    client
        .send(client.request(method, path).header("user-agent", agent))
        .await
        .status
}

#[tokio::test]
async fn tools_and_libraries_are_turned_away_whether_or_not_the_share_exists() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let unknown = uuid::Uuid::new_v4().to_string();
    for agent in TOOLS_AND_PREVIEWS.iter().chain(LIBRARIES).chain(&[""]) {
        let mut bodies = Vec::new();
        for id in [&share.id, &unknown, "malformed"] {
            let path = format!("/d/{id}");
            let page = client
                .send(
                    client
                        .request(Method::GET, &path)
                        .header("user-agent", *agent),
                )
                .await
                .expect(406);
            bodies.push(page.text());
            assert_eq!(
                asked(client, agent, Method::POST, &path).await,
                406,
                "{agent}"
            );
            assert_eq!(
                asked(client, agent, Method::POST, &format!("{path}/inspect")).await,
                406,
                "{agent}"
            );
        }
        if !bodies.iter().any(|body| body.contains("request_id")) {
            assert!(
                bodies.iter().all(|body| Some(body) == bodies.first()),
                "{agent}: an oracle"
            );
        }
    }
    assert_eq!(client.owner(&share, "status").await.state, "available");
    server.finish().await;
}

#[tokio::test]
async fn browsers_pass_and_so_does_a_word_that_only_contains_a_tool() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let download = format!("/r/{}/{ticket}", share.id);
    for agent in BROWSERS.iter().chain(&[BROWSER]) {
        let page = asked(client, agent, Method::GET, &format!("/d/{}", share.id)).await;
        let head = asked(client, agent, Method::HEAD, &download).await;
        let status = asked(client, agent, Method::GET, &format!("{download}/status")).await;
        assert_eq!((page, head, status), (200, 200, 200), "{agent}");
    }
    assert!(BROWSERS.len() >= 60);
    let state = client.owner(&share, "status").await;
    assert_eq!(state.state, "reserved", "none of them changed anything");
    client.download(&share, &ticket).await.expect(200);
    server.finish().await;
}

#[tokio::test]
async fn on_the_download_itself_only_tools_and_previews_are_turned_away() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let bytes = content(10_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    let path = format!("/r/{}/{ticket}", share.id);
    for agent in TOOLS_AND_PREVIEWS {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(asked(client, agent, method, &path).await, 406, "{agent}");
        }
    }
    assert!(TOOLS_AND_PREVIEWS.len() >= 60);
    assert_eq!(
        client.owner(&share, "status").await.state,
        "reserved",
        "nobody of them began the delivery"
    );
    for agent in DOWNLOADERS.iter().chain(&[""]) {
        let part = client
            .download_request(&share, &ticket)
            .header("user-agent", *agent)
            .header("range", "bytes=0-99");
        let part = client.send(part).await;
        assert_eq!((part.status, part.body.len()), (206, 100), "{agent}");
    }
    server.finish().await;
}

#[tokio::test]
async fn every_other_route_serves_every_agent() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for path in ["/", "/health"] {
        assert_eq!(asked(client, "curl/8.5.0", Method::GET, path).await, 200);
    }
    let upload = client
        .upload_request(b"x".to_vec(), "x", &[])
        .header("user-agent", "curl/8.5.0");
    client.send(upload).await.expect(201);
    server.finish().await;
}

#[tokio::test]
async fn the_list_can_be_replaced_and_added_to() {
    let server = Setup::shared()
        .await
        .set("BLOCKED_AGENTS", "+FooBrowser")
        .start()
        .await;
    let (client, path) = (server.client(), format!("/d/{}", uuid::Uuid::new_v4()));
    for (agent, status) in [("foobrowser/1.0", 406), ("curl/8", 406), (BROWSER, 410)] {
        assert_eq!(
            asked(client, agent, Method::GET, &path).await,
            status,
            "{agent}"
        );
    }
    let replaced = server
        .sibling_with("BLOCKED_AGENTS", "foobrowser,barbrowser")
        .await;
    for (agent, status) in [("BarBrowser", 406), ("curl/8", 410), (BROWSER, 410)] {
        assert_eq!(
            asked(replaced.client(), agent, Method::GET, &path).await,
            status,
            "{agent}"
        );
    }
    drop(replaced);
    server.finish().await;
}

#[tokio::test]
async fn no_spelling_of_the_path_lets_a_tool_through() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let share = client.upload(&content(100), "a", &[]).await;
    let ticket = ticket();
    client.reserve(&share, &ticket, None).await;
    for path in [
        format!("/%64/{}", share.id),
        format!("/%72/{}/{ticket}", share.id),
        format!("/r%2f{}/{ticket}", share.id),
        format!("//d/{}", share.id),
    ] {
        let status = asked(client, "curl/8.5.0", Method::GET, &path).await;
        assert!([404, 406].contains(&status), "{path}: {status}");
    }
    client.download(&share, &ticket).await.expect(200);
    server.delete_everything().await;
    server.finish().await;
}
