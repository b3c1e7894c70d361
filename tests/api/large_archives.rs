//! Archives and files in them of more than 4 GiB, where the numbers of the old ZIP format end. `make large` runs this: it
//! moves 18 GiB.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Method, header::CONTENT_LENGTH};

use crate::{
    archives::{named, run},
    support::{
        Server, Setup, Uploaded,
        raw::{BOUNDARY, multipart_type},
        ticket,
        views::Created,
    },
};

const MIB: usize = 1 << 20;
/// 4 GiB and a little, all zeros: on the disk where it is checked it takes no room.
const LARGE: usize = 4097;
/// Most memory the server may ever have taken, in KiB.
const MEMORY: u64 = 64 * 1024;
const HOUR: Duration = Duration::from_hours(1);

/// The pieces of a body whose large file is made while it is sent.
fn body(parts: &[(&str, Option<&[u8]>)]) -> Vec<Bytes> {
    let zeros = Bytes::from(vec![0; MIB]);
    let mut pieces = Vec::new();
    for (disposition, content) in parts {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        pieces.push(Bytes::from(head));
        match content {
            Some(content) => pieces.push(Bytes::copy_from_slice(content)),
            None => pieces.extend((0..LARGE).map(|_| zeros.clone())),
        }
        pieces.push(Bytes::from_static(b"\r\n"));
    }
    pieces.push(Bytes::from(format!("--{BOUNDARY}--\r\n")));
    pieces
}

async fn upload(server: &Server, pieces: Vec<Bytes>, says_its_length: bool) -> Uploaded {
    let length: usize = pieces.iter().map(Bytes::len).sum();
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    let client = server.client();
    let mut request = client
        .request(Method::POST, "/upload")
        .timeout(HOUR)
        .header("accept", "application/json")
        .header("content-type", multipart_type());
    if says_its_length {
        request = request.header(CONTENT_LENGTH, length);
    }
    let request = request.body(Body::wrap_stream(pieces));
    client
        .send(request)
        .await
        .expect(201)
        .json::<Created>()
        .into()
}

/// Fetches into a file with holes where zeros are.
async fn fetch(server: &Server, share: &Uploaded, path: &Path) {
    let (client, ticket) = (server.client(), ticket());
    client.reserve(share, &ticket, None).await;
    let request = client.download_request(share, &ticket).timeout(HOUR);
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut file = File::create(path).unwrap();
    let mut length = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        length += piece.len() as u64;
        if piece.iter().any(|byte| *byte != 0) {
            file.write_all(&piece).unwrap();
        } else {
            file.seek(SeekFrom::Start(length)).unwrap();
        }
    }
    file.set_len(length).unwrap();
    client.ack(share, &ticket).await.expect(204);
}

fn peak(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.unwrap()
}

#[tokio::test]
#[ignore = "it moves gigabytes: make large"]
async fn four_gibibytes_in_one_file_and_more_in_all_unpack() {
    let server = Setup::shared()
        .await
        .set("RATE_LIMITS", "off")
        .start()
        .await;
    let path = server.place().directory().join("large.zip");
    let [first, large, last] = ["first", "large", "last"].map(named);
    let count = r#"name="files""#;
    let announced = [
        (count, Some(&b"3"[..])),
        (&first, Some(b"1")),
        (&large, None),
        (&last, Some(b"3")),
    ];
    // Nobody says how many files come and how long they are, and the large one must be read back.
    let unannounced = [
        (&*large, None),
        (&first, Some(&b"1"[..])),
        (&last, Some(b"3")),
    ];
    for (parts, says_its_length) in [(&announced[..], true), (&unannounced, false)] {
        let share = upload(&server, body(parts), says_its_length).await;
        fetch(&server, &share, &path).await;
        let archive = path.to_str().unwrap();
        assert!(run("unzip", &["-t", archive]).contains("No errors detected"));
        assert!(run("python3", &["-m", "zipfile", "-t", archive]).contains("Done testing"));
        let listed = run("zipinfo", &["-l", archive]);
        assert!(listed.contains(&(LARGE * MIB).to_string()), "{listed}");
        assert_eq!(run("unzip", &["-p", archive, "last"]), "3");
        let peak = peak(&server);
        assert!(peak < MEMORY, "{peak} KiB of memory");
    }
    std::fs::remove_file(path).unwrap();
    server.finish().await;
}
