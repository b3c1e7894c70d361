//! Readers that stop, and readers that are slow.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use actix_web::{HttpResponse, rt::net::TcpSocket};
use bytes::Bytes;
use futures_util::{future::join_all, stream};

use super::*;

/// Soon tired of readers.
fn hasty() -> WatchdogSettings {
    WatchdogSettings {
        stopped_reader: Duration::from_secs(1),
        ..patient()
    }
}

/// A client that cannot take more than a few KiB without reading.
async fn narrow(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(address).await.unwrap()
}

/// An answer of as many bytes as the path says, in small pieces, so that its end can lie in actix-web's own buffer.
fn sized(config: &mut ServiceConfig) {
    config.route(
        "/{size}",
        web::get().to(async |size: web::Path<u64>| {
            let size = size.into_inner();
            let pieces = stream::unfold(size, async |left| {
                tokio::task::yield_now().await;
                let piece = left.min(4096);
                (piece > 0).then(|| {
                    (
                        Ok::<_, Infallible>(Bytes::from(vec![7; 4096]).slice(..piece as usize)),
                        left - piece,
                    )
                })
            });
            HttpResponse::Ok()
                .no_chunking(size)
                .streaming(Box::pin(pieces))
        }),
    );
}

static ENDLESS: AtomicUsize = AtomicUsize::new(0);

struct Endless;

impl Drop for Endless {
    fn drop(&mut self) {
        ENDLESS.fetch_sub(1, Ordering::SeqCst);
    }
}

fn endless(config: &mut ServiceConfig) {
    config.route(
        "/",
        web::get().to(async || {
            ENDLESS.fetch_add(1, Ordering::SeqCst);
            let body = stream::unfold(Endless, async |guard| {
                Some((Ok::<_, Infallible>(Bytes::from(vec![0; 65_536])), guard))
            });
            HttpResponse::Ok().streaming(Box::pin(body))
        }),
    );
}

/// To the last byte, which it takes after the server has given the connection up.
#[actix_web::test]
async fn a_slow_reader_is_not_one_that_stopped() {
    let settings = WatchdogSettings {
        stopped_reader: Duration::from_secs(8),
        ..impatient()
    };
    let server = server(settings, sized);
    let mut stream = narrow(server.address).await;
    let request = "GET /250000 HTTP/1.1\r\nHost: h\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut taken = 0;
    // Its window never opens for what the kernel would send in one go.
    while taken < 250_000 {
        let mut some = [0; 256];
        let read = stream.read(&mut some).await;
        assert!(matches!(read, Ok(1..)), "{read:?} after {taken} bytes");
        taken += read.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.watchdog.connections(), 0);
}

#[actix_web::test]
async fn a_reader_that_stopped_is_ended() {
    let server = server(hasty(), endless);
    let mut stream = narrow(server.address).await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    let mut taken = vec![0; 1024];
    stream.read_exact(&mut taken).await.unwrap();
    assert_eq!(ENDLESS.load(Ordering::SeqCst), 1);
    let stopped = Instant::now();
    while ENDLESS.load(Ordering::SeqCst) > 0 {
        assert!(stopped.elapsed() < SOON, "the body is given up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while server.watchdog.connections() > 0 {
        assert!(stopped.elapsed() < SOON, "the connection is forgotten");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The end of this answer fits into the kernel.
#[actix_web::test]
async fn the_end_of_an_answer_does_not_wait_for_ever() {
    let settings = WatchdogSettings {
        idle: Duration::from_millis(300),
        ..hasty()
    };
    let server = server(settings, sized);
    let mut held = Vec::new();
    for size in [40_000, 150_000, 250_000, 400_000, 1_000_000, 3_000_000] {
        let mut stream = narrow(server.address).await;
        let request = format!("GET /{size} HTTP/1.1\r\nHost: h\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let local = format!("0100007F:{:04X}", server.address.port());
    let sockets = || {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mine = |line: &&str| line.split_whitespace().nth(1) == Some(&local);
        table.lines().filter(mine).count()
    };
    assert_eq!(
        sockets(),
        1 + held.len(),
        "the listening one, and one for each"
    );
    let began = Instant::now();
    // The kernel's timer has steps that double.
    while server.watchdog.connections() > 0 || sockets() > 1 {
        assert!(began.elapsed() < 3 * SOON, "{} sockets are left", sockets());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Before the last answers are asked for anything, those before them have filled what there is of room.
#[actix_web::test]
async fn a_reader_that_stopped_before_answers_began_is_ended() {
    let server = server(hasty(), sized);
    let mut held = Vec::new();
    for size in [1, 50, 100, 150, 200, 300, 500, 700] {
        let mut stream = narrow(server.address).await;
        let request = format!("GET /{size} HTTP/1.1\r\nHost: h\r\n\r\n");
        let requests = request.repeat(3_000);
        drop(tokio::time::timeout(SOON / 10, stream.write_all(requests.as_bytes())).await);
        held.push(stream);
    }
    let began = Instant::now();
    while server.watchdog.connections() > 0 {
        let left = server.watchdog.connections();
        assert!(began.elapsed() < SOON, "{left} of {} are left", held.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn the_end_of_an_answer_waits_for_a_slow_reader() {
    let settings = WatchdogSettings {
        stopped_reader: Duration::from_secs(20),
        ..impatient()
    };
    let server = server(settings, sized);
    // How much the kernel takes is unknown; one of these sizes ends between its buffer and the reader.
    let sizes = (1..=96).map(|step| step * 64 * 1024);
    let readers = sizes.map(|size| {
        let address = server.address;
        async move {
            let mut stream = narrow(address).await;
            let request = format!("GET /{size} HTTP/1.1\r\nHost: h\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
            let answer = until_closed(&mut stream, Duration::from_secs(30)).await;
            assert!(answer.len() > size, "{} of {size}", answer.len());
        }
    });
    join_all(readers).await;
}

#[actix_web::test]
async fn who_takes_no_answer_gets_no_memory_for_those_without_a_body() {
    fn bare(config: &mut ServiceConfig) {
        config.route("/", web::get().to(async || HttpResponse::NotModified()));
    }
    let server = server(patient(), bare);
    let mut stream = narrow(server.address).await;
    let requests = GET.repeat(100_000);
    drop(tokio::time::timeout(SOON, stream.write_all(requests.as_bytes())).await);
    let sent = Instant::now();
    while server.watchdog.connections() > 0 {
        assert!(sent.elapsed() < SOON, "all its answers wait somewhere");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
