//! Limits by client network, and who counts as the client.

use crate::support::{ADMIN_PASSWORD, Setup, ticket};

#[tokio::test]
async fn sign_in_attempts_are_limited_for_cookie_and_token_together() {
    let server = Setup::shared()
        .await
        .set("RATE_LIMITS", "on")
        .set("RATE_SIGNIN", "6/h")
        .start()
        .await;
    let client = server.client();
    let mut statuses = Vec::new();
    for round in 0..4 {
        let path = if round % 2 == 0 {
            "/auth/login"
        } else {
            "/auth/token"
        };
        let answer = client.post(path, &[("password", "wrong")]).await;
        if answer.status == 429 {
            assert!(
                answer
                    .header("retry-after")
                    .parse::<u64>()
                    .is_ok_and(|seconds| seconds > 0)
            );
        }
        statuses.push(answer.status);
    }
    assert_eq!(
        statuses,
        [401, 401, 429, 429],
        "6 an hour with a burst of a third"
    );
    client
        .post("/auth/token", &[("password", ADMIN_PASSWORD)])
        .await
        .problem(429);
    let person = client
        .request(reqwest::Method::POST, "/auth/login")
        .form(&[("password", ADMIN_PASSWORD)])
        .header("accept", "text/html");
    let page = client.send(person).await.expect(429);
    assert!(page.header("retry-after").parse::<u64>().is_ok());
    assert!(page.text().contains("Try again in") && page.text().contains("name=\"password\""));
}

#[tokio::test]
async fn uploads_and_reservations_are_limited_by_client_network() {
    let limits = Setup::shared()
        .await
        .set("RATE_LIMITS", "on")
        .set("RATE_UPLOAD", "6/h")
        .set("RATE_RESERVE", "6/h");
    let server = limits.set("TRUSTED_PROXIES", "127.0.0.1/32").start().await;
    let client = server.client();
    let upload = async |from: &str| {
        client
            .send(
                client
                    .upload_request(b"x".to_vec(), "x", &[])
                    .header("x-forwarded-for", from),
            )
            .await
    };
    upload("2001:db8:1:1::1").await.expect(201);
    upload("2001:db8:1:1::2").await.expect(201);
    upload("2001:db8:1:1:ffff::3").await.problem(429);
    let share = upload("2001:db8:1:2::1")
        .await
        .expect(201)
        .json::<crate::support::views::Created>()
        .into();
    // The leftmost name is the client's own word; the rightmost is the proxy's.
    upload("6.6.6.6, 2001:db8:1:1::4").await.problem(429);
    let ticket = ticket();
    let reserve = async |from: &str| {
        client
            .send(
                client
                    .reserve_request(&share, &ticket, None)
                    .header("x-forwarded-for", from),
            )
            .await
    };
    reserve("192.0.2.1").await.expect(200);
    reserve("192.0.2.1").await.expect(200);
    let limited = reserve("192.0.2.1").await;
    assert!(!limited.header("retry-after").is_empty());
    limited.problem(429);
    reserve("192.0.2.2").await.expect(200);
}
