//! Every answer in words comes in the visitor's language, where there is one.

use reqwest::Method;

use crate::support::{Answer, Client, Setup, ticket};

const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.5";

/// A page as a browser with these languages gets it.
async fn page(client: &Client, path: &str, languages: &str) -> Answer {
    let request = client
        .request(Method::GET, path)
        .header("accept", "text/html,*/*;q=0.8")
        .header("accept-language", languages);
    client.send(request).await
}

fn is_in(answer: &Answer, tag: &str) {
    let text = answer.text();
    assert!(
        text.contains(&format!("<html lang=\"{tag}\" dir=\"ltr\">")),
        "{text}"
    );
    assert_eq!(answer.header("content-language"), tag);
    assert!(
        answer.header("vary").contains("Accept-Language"),
        "{}",
        answer.header("vary")
    );
}

#[tokio::test]
async fn pages_come_in_the_language_the_browser_prefers() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for path in ["/", "/auth/login", "/s/x", "/d/x", "/nowhere"] {
        is_in(&page(client, path, GERMAN).await, "de");
        is_in(&page(client, path, "fr,it;q=0.5").await, "en");
        is_in(&client.page(path).await, "en");
    }
    let german = page(client, "/", GERMAN).await.text();
    assert!(german.contains("Link erstellen") && !german.contains("Create the link"));
    server.finish().await;
}

#[tokio::test]
async fn a_language_in_the_address_wins_and_goes_along() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let chosen = page(client, "/?lang=en", GERMAN).await;
    is_in(&chosen, "en");
    assert!(chosen.text().contains("action=\"/upload?lang=en\""));
    assert!(
        chosen
            .text()
            .contains("<a href=\"?lang=de\" lang=\"de\" hreflang=\"de\">Deutsch</a>")
    );
    is_in(&page(client, "/?lang=de", "en").await, "de");
    is_in(&page(client, "/?lang=tlh", GERMAN).await, "de");
    let sent_on = page(client, "/admin?lang=de", "en").await.expect(303);
    assert_eq!(sent_on.header("location"), "/auth/login?lang=de");
    server.finish().await;
}

#[tokio::test]
async fn the_links_of_an_upload_do_not_carry_the_sender_s_language() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let form = reqwest::multipart::Form::new().part(
        "file",
        reqwest::multipart::Part::bytes(b"hello".to_vec()).file_name("a"),
    );
    let request = client
        .request(Method::POST, "/upload?lang=de")
        .header("accept", "text/html")
        .multipart(form);
    let answer = client.send(request).await.expect(201);
    is_in(&answer, "de");
    let text = answer.text();
    assert!(text.contains("Ihr Link ist fertig"), "{text}");
    for link in text.split(" readonly value=\"").skip(1) {
        let link = link.split('"').next().unwrap();
        assert!(link.contains('#') && !link.contains("lang="), "{link}");
    }
    let status = text.split("id=\"open-status\"").nth(1).unwrap();
    let status = status.split(" href=\"").nth(1).unwrap();
    assert!(status.split('#').next().unwrap().ends_with("?lang=de"));
    // Following such a link would lose the only copy of the links.
    assert!(!text.contains("hreflang"), "{text}");
    server.delete_everything().await;
    server.finish().await;
}

#[tokio::test]
async fn a_problem_says_in_the_visitor_s_language_what_happened() {
    let server = Setup::shared().await.set("MAX_SIZE", "1536").start().await;
    let client = server.client();
    let answer = client
        .send(
            client
                .get_request("/nowhere")
                .header("accept-language", GERMAN),
        )
        .await;
    let german = answer.problem(404);
    assert_eq!(german.kind, "urn:onetimeshare:not-found");
    assert_eq!(german.title, "Hier ist nichts");
    assert_eq!(answer.header("content-language"), "de");
    assert_eq!(answer.header("vary"), "Accept, Accept-Language");
    let english = client.get("/nowhere").await.problem(404);
    assert_eq!(english.kind, german.kind);
    assert_eq!(english.title, "There is nothing here");

    let request = client.upload_request(vec![0; 2000], "a", &[]);
    let large = client
        .send(request.header("accept-language", GERMAN))
        .await
        .problem(413);
    assert!(large.detail.contains("1,5 KiB"), "{}", large.detail);
    let blocked = client
        .get_request("/d/x")
        .header("user-agent", "curl/8")
        .header("accept-language", GERMAN);
    let blocked = client.send(blocked).await;
    assert_eq!(
        blocked.header("vary"),
        "Accept, User-Agent, Accept-Language"
    );
    assert!(blocked.problem(406).title.contains("Browser"));
    server.finish().await;
}

#[tokio::test]
async fn the_gone_page_is_the_same_to_the_byte_within_each_language() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let delivering = client.upload(b"hello", "a", &[]).await;
    let ticket = ticket();
    client.reserve(&delivering, &ticket, None).await;
    client.download(&delivering, &ticket).await.expect(200);
    let revoked = client.upload(b"hello", "a", &[]).await;
    client.owner(&revoked, "revoke").await;
    let unknown = uuid::Uuid::new_v4().to_string();
    let mut pages = Vec::new();
    for (languages, query) in [("en", ""), (GERMAN, ""), ("en", "?lang=de")] {
        let mut told = Vec::new();
        for id in [&delivering.id, &revoked.id, &unknown, "malformed"] {
            let page = page(client, &format!("/d/{id}{query}"), languages).await;
            assert!(!page.text().contains(&page.header("x-request-id")));
            told.push(page.expect(410).body);
        }
        assert!(
            told.iter().all(|page| Some(page) == told.first()),
            "{told:?}"
        );
        pages.extend(told.pop());
    }
    assert_ne!(pages.first(), pages.get(1));
    client.ack(&delivering, &ticket).await.expect(204);
    server.finish().await;
}
