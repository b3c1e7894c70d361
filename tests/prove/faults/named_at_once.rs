//! A file system without unnamed files: what is being written has a name, and a crash leaves it.

use crate::support::{Setup, collecting::collect, content, files, wait::pause};

#[tokio::test]
async fn where_files_have_names_at_once_the_record_stands_first() {
    let setup = Setup::own_redis()
        .await
        .set("FAILPOINTS", "blob.unnamed=return(EOPNOTSUPP)");
    let server = setup.start().await;
    let (client, data) = (server.client(), server.place().data());
    let hold_writes = ["CLIENT", "PAUSE", "1500", "WRITE"];
    for size in [1_000, 3_000_000] {
        let bytes = content(size);
        let nothing_lies_there = async {
            for _look in 0..20 {
                pause(50).await;
                assert!(files::blobs(data).is_empty());
            }
        };
        server.redis().command(&hold_writes);
        let (share, ()) = tokio::join!(client.upload(&bytes, "a", &[]), nothing_lies_there);
        let [blob] = &files::blobs(data)[..] else {
            panic!("one blob and nothing else");
        };
        assert_ne!(
            blob.extension().and_then(|name| name.to_str()),
            Some("part")
        );
        collect(client, &share, &bytes).await;
    }
    server.finish().await;
}
