//! Ranges asked for one after the other: each has its last byte before the stream's end is on record.

use crate::support::{Setup, content, ticket};

#[tokio::test]
async fn ranges_one_after_the_other_are_never_a_third_stream() {
    let server = Setup::shared()
        .await
        .set("FAILPOINTS", "keeper.reporting=sleep(200)")
        .start()
        .await;
    let (client, ticket) = (server.client(), ticket());
    let bytes = content(10_000);
    let share = client.upload(&bytes, "a", &[]).await;
    client.reserve(&share, &ticket, None).await;
    for (expected, from) in bytes.chunks(1_000).zip((0..).step_by(1_000)) {
        let range = format!("bytes={from}-{}", from + expected.len() - 1);
        let asked = client
            .download_request(&share, &ticket)
            .header("range", range);
        let got = client.send(asked).await.expect(206);
        assert_eq!(got.body, expected, "from {from}");
    }
    server.finish().await;
}
