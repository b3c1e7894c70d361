//! Command-line agents and link previews are turned away before any look-up; browsers and phones are not.

use reqwest::Method;

use crate::support::{BROWSER, Client, Setup, content, ticket};

const TOOLS: [&str; 10] = [
    "curl/8.5.0",
    "CURL/7.1",
    "Wget/1.21.4",
    "HTTPie/3.2.2",
    "aria2/1.37.0",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
];

const LIBRARIES: [&str; 9] = [
    "",
    "python-requests/2.31.0",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "axios/1.6.0",
    "node-fetch/1.0",
    "Python/3.11 aiohttp/3.9.1",
    "Java/17.0.1",
    "libwww-perl/6.67",
];

const BROWSERS: [&str; 6] = [
    BROWSER,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
    "Lynx/2.9.0dev.12 libwww-FM/2.14",
    "curlew/1.0 (a bird, not a tool)",
];

const DOWNLOAD_MANAGERS: [&str; 6] = [
    "AndroidDownloadManager/14 (Linux; U; Android 14; Pixel 8 Build/UQ1A)",
    "Dalvik/2.1.0 (Linux; U; Android 14; SM-S918B)",
    "okhttp/4.12.0",
    "Files/1 CFNetwork/1568.200.51 Darwin/24.1.0",
    "com.apple.WebKit.Networking/8619 CFNetwork/1568 Darwin/24.1.0",
    "",
];

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
    for agent in TOOLS.iter().chain(&LIBRARIES) {
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
    for agent in BROWSERS {
        assert_eq!(
            asked(client, agent, Method::GET, &format!("/d/{}", share.id)).await,
            200,
            "{agent}"
        );
    }
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
    for agent in TOOLS {
        assert_eq!(
            asked(client, agent, Method::GET, &path).await,
            406,
            "{agent}"
        );
    }
    assert_eq!(
        client.owner(&share, "status").await.state,
        "reserved",
        "nobody of them began the delivery"
    );
    for agent in DOWNLOAD_MANAGERS {
        let part = client
            .download_request(&share, &ticket)
            .header("user-agent", agent)
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
