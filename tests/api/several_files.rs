//! Several files behind one link: one ZIP, framed while they arrive, as other programs read it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    archives::{Entry, entries, named, send},
    support::{
        Answer, Client, Server, Setup, Uploaded, content, files,
        raw::{FILE, Raw, multipart_type, unfinished},
        ticket,
        views::{Created, Reserved},
    },
};

/// Sends files under these names; with `announced` their number is said first.
async fn send_files(client: &Client, sent: &[(&str, &[u8])], announced: Option<usize>) -> Answer {
    let count = announced.map(|count| count.to_string());
    let mut parts = Vec::new();
    if let Some(count) = &count {
        parts.push((r#"name="files""#, count.as_bytes()));
    }
    let dispositions: Vec<String> = sent.iter().map(|(name, _)| named(name)).collect();
    for (disposition, (_, bytes)) in dispositions.iter().zip(sent) {
        parts.push((disposition, bytes));
    }
    send(client, &parts).await
}

/// What its recipient gets.
async fn collected(client: &Client, answer: Answer) -> (Reserved, Vec<u8>) {
    let created: Created = answer.expect(201).json();
    let (size, share): (u64, Uploaded) = (created.size, created.into());
    let ticket = ticket();
    let reserved = client.reserve(&share, &ticket, None).await;
    let got = client.download(&share, &ticket).await.expect(200);
    client.ack(&share, &ticket).await.expect(204);
    let length = u64::try_from(got.body.len()).unwrap();
    assert_eq!((reserved.size, length), (size, size));
    (reserved, got.body.to_vec())
}

/// Uploads files and compares name and contents of the archive; the names as Python reads them.
async fn archived(
    server: &Server,
    sent: &[(&str, &[u8])],
    announced: Option<usize>,
) -> Vec<String> {
    let client = server.client();
    let (reserved, archive) = collected(client, send_files(client, sent, announced).await).await;
    assert_eq!((&*reserved.kind, reserved.text), ("application/zip", false));
    let entries = entries(server, &archive);
    assert_eq!(entries.len(), sent.len());
    for (Entry(name, bytes, packed, version), (_, content)) in entries.iter().zip(sent) {
        assert!(*bytes == STANDARD.encode(content), "{name} has changed");
        assert_eq!((*packed, *version <= 20), (0, true), "{name}");
    }
    let mut names = vec![reserved.name];
    names.extend(entries.into_iter().map(|Entry(name, ..)| name));
    names
}

#[tokio::test]
async fn one_file_stays_what_it_is_with_and_without_a_number() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for announced in [None, Some(1)] {
        let bytes = content(100_000);
        let answer = send_files(client, &[("folder/a.bin", &bytes)], announced).await;
        let (reserved, got) = collected(client, answer).await;
        assert_eq!((&*reserved.name, reserved.text), ("a.bin", false));
        assert!(got == bytes);
    }
    server.finish().await;
}

#[tokio::test]
async fn three_files_become_one_archive_whether_or_not_their_number_was_said() {
    let server = Setup::shared().await.start().await;
    // The first is larger than what is held in memory before it is written, and ends on a chunk's edge.
    let (large, small) = (content(3_276_800), content(70_000));
    let sent: [(&str, &[u8]); 3] = [("große.bin", &large), ("b.bin", &small), ("c", b"c")];
    for announced in [None, Some(3)] {
        let names = archived(&server, &sent, announced).await;
        assert_eq!(names, ["files.zip", "große.bin", "b.bin", "c"]);
    }
    server.finish().await;
}

#[tokio::test]
async fn empty_files_are_files_of_an_archive_too() {
    let server = Setup::shared().await.start().await;
    for announced in [None, Some(2)] {
        let names = archived(&server, &[("a", b""), ("b", b"")], announced).await;
        assert_eq!(names, ["files.zip", "a", "b"]);
    }
    server.finish().await;
}

#[tokio::test]
async fn a_folder_gives_the_archive_its_name_and_keeps_its_inside() {
    let server = Setup::shared().await.start().await;
    let sent: [(&str, &[u8]); 3] = [
        ("Fotos 2026/a.jpg", b"1"),
        ("Fotos 2026/Süden/b.jpg", b"2"),
        ("Fotos 2026/a.jpg", b"3"),
    ];
    for announced in [None, Some(3)] {
        let names = archived(&server, &sent, announced).await;
        let inside = [
            "Fotos 2026/a.jpg",
            "Fotos 2026/Süden/b.jpg",
            "Fotos 2026/a (2).jpg",
        ];
        assert_eq!(names[0], "Fotos 2026.zip");
        assert_eq!(names[1..], inside);
    }
    server.finish().await;
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder_an_archive_is_unpacked_in() {
    let server = Setup::shared().await.start().await;
    let long = format!("{}/x", ["f"; 60].join("/"));
    let sent: Vec<(&str, &[u8])> = [
        "../../etc/passwd",
        "/etc/shadow",
        r"C:\\Windows\\system.ini",
        r"..\\..\\CON.txt",
        "a/../../b",
        "bidi\u{202e}gpj.exe",
        "A/B",
        "a/b",
        &long,
    ]
    .map(|name| (name, &b"x"[..]))
    .to_vec();
    for announced in [None, Some(sent.len())] {
        let names = archived(&server, &sent, announced).await;
        let expected = [
            "files.zip",
            "etc/passwd",
            "etc/shadow",
            "Windows/system.ini",
            "_CON.txt",
            "a/b",
            "bidigpj.exe",
            "A/B (2)",
            "a/b (3)",
        ];
        assert_eq!(names[..9], expected);
        assert_eq!(names[9].split('/').count(), 32);
    }
    server.finish().await;
}

#[tokio::test]
async fn a_thousand_files_travel_and_one_more_does_not() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let names: Vec<String> = (0..1001).map(|number| format!("many/{number}")).collect();
    let sent: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b"x"[..])).collect();
    let listed = archived(&server, &sent[..1000], Some(1000)).await;
    assert_eq!((&*listed[0], &*listed[1000]), ("many.zip", "many/999"));
    for announced in [None, Some(1000), Some(1001)] {
        send_files(client, &sent, announced).await.problem(422);
    }
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn a_number_that_is_not_kept_or_none_is_refused_and_leaves_nothing() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    let sent: [(&str, &[u8]); 3] = [("a", b"a"), ("b", b"b"), ("c", b"c")];
    for announced in [1, 2, 4] {
        let problem = send_files(client, &sent, Some(announced))
            .await
            .problem(422);
        assert!(problem.kind.ends_with("wrong-count"), "{}", problem.kind);
    }
    for number in ["0", "-1", "+3", "3.0", "three", "99999999999999999999"] {
        let parts: [(&str, &[u8]); 2] = [(r#"name="files""#, number.as_bytes()), (FILE, b"a")];
        send(client, &parts).await.problem(422);
    }
    server.nothing_is_left().await;
    // A form sends what was left empty, too.
    let parts: [(&str, &[u8]); 3] = [(r#"name="files""#, b""), (FILE, b"a"), (&named("b"), b"b")];
    send(client, &parts).await.expect(201);
    server.finish().await;
}

#[tokio::test]
async fn a_field_after_the_first_or_second_file_is_refused_and_leaves_nothing() {
    let server = Setup::shared().await.start().await;
    let late = (r#"name="passphrase""#, &b"correct horse"[..]);
    let (one, two) = ((FILE, &b"1"[..]), (FILE, &b"2"[..]));
    for parts in [&[one, late, two][..], &[one, two, late]] {
        let problem = send(server.client(), parts).await.problem(422);
        assert!(problem.kind.ends_with("late-field"), "{}", problem.kind);
    }
    server.nothing_is_left().await;
    server.finish().await;
}

#[tokio::test]
async fn an_archive_counts_as_large_as_it_is() {
    let server = Setup::shared()
        .await
        .set("MAX_SIZE", "100KiB")
        .start()
        .await;
    let half = content(51_200);
    for announced in [None, Some(2)] {
        // Together as large as a file may be; the archive is larger.
        let sent: [(&str, &[u8]); 2] = [("a", &half), ("b", &half)];
        send_files(server.client(), &sent, announced)
            .await
            .problem(413);
        let sent: [(&str, &[u8]); 2] = [("a", &half), ("b", &half[..50_000])];
        send_files(server.client(), &sent, announced)
            .await
            .expect(201);
    }
    server.finish().await;
}

#[tokio::test]
async fn broken_off_in_the_second_file_nothing_is_left() {
    let server = Setup::shared().await.start().await;
    let (first, second) = (content(2_500_000), content(1_500_000));
    for count in ["", "2"] {
        let second_name = named("b.bin");
        let body = unfinished(&[
            (r#"name="files""#, count.as_bytes()),
            (FILE, &first),
            (&second_name, &second),
        ]);
        // In the second file, right behind it, and in its head.
        for missing in [700_000, 0, second.len() + 40] {
            let mut cut = Raw::connect(server.port()).await;
            let kind = format!("Content-Type: {}", multipart_type());
            let length = format!("Content-Length: {}", body.len() + 100);
            let lines = [&*kind, &*length, "Accept: application/json"];
            cut.head("POST", "/upload", &lines).await;
            assert!(cut.send(&body[..body.len() - missing]).await);
            drop(cut);
        }
    }
    server.nothing_is_left().await;
    assert!(files::blobs(server.place().data()).is_empty());
    server.finish().await;
}

#[tokio::test]
async fn a_passphrase_and_an_expiry_hold_for_an_archive() {
    let server = Setup::shared().await.start().await;
    let client = server.client();
    for count in ["", "2"] {
        let parts: [(&str, &[u8]); 5] = [
            (r#"name="passphrase""#, b"correct horse battery"),
            (r#"name="expires""#, b"1h"),
            (r#"name="files""#, count.as_bytes()),
            (FILE, b"1"),
            (FILE, b"2"),
        ];
        let created: Created = send(client, &parts).await.expect(201).json();
        let format = &time::format_description::well_known::Rfc3339;
        let expires = time::OffsetDateTime::parse(&created.expires_at, format).unwrap();
        let left = expires - time::OffsetDateTime::now_utc();
        assert!(left <= Duration::from_hours(1), "{left}");
        let share: Uploaded = created.into();
        client
            .try_reserve(&share, &ticket(), None)
            .await
            .problem(401);
        let own = ticket();
        let reserved = client
            .reserve(&share, &own, Some("correct horse battery"))
            .await;
        assert_eq!(reserved.name, "files.zip");
        let got = client.download(&share, &own).await.expect(200);
        assert_eq!(entries(&server, &got.body)[1].0, "a (2).txt");
    }
    server.finish().await;
}
