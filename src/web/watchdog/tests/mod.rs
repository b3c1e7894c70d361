//! Tests of the parent module, on the wire.

use actix_web::{
    HttpRequest,
    rt::net::TcpStream,
    web::{self, ServiceConfig},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::web::testing::{Running, edge, exchange, hello, patient, serve, until_closed};

const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const SOON: Duration = Duration::from_secs(10);

fn server(settings: WatchdogSettings, routes: fn(&mut ServiceConfig)) -> Running {
    serve(edge(&[], SOON), settings, routes)
}

fn impatient() -> WatchdogSettings {
    WatchdogSettings {
        idle: Duration::from_millis(300),
        ..patient()
    }
}

#[actix_web::test]
async fn a_kept_alive_connection_at_rest_is_ended() {
    let server = server(impatient(), hello);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    assert!(exchange(&mut stream, GET).await.ends_with("hello"));
    let rested = Instant::now();
    until_closed(&mut stream, SOON).await;
    assert!(rested.elapsed() >= Duration::from_millis(250));
}

#[actix_web::test]
async fn a_second_head_that_trickles_is_ended() {
    let server = server(impatient(), hello);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    exchange(&mut stream, GET).await;
    let began = Instant::now();
    for byte in GET.bytes().cycle().filter(|byte| *byte != b'\n') {
        if stream.write_all(&[byte]).await.is_err() || began.elapsed() > SOON {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        began.elapsed() < SOON,
        "the connection ends while its head trickles"
    );
}

#[actix_web::test]
async fn requests_in_time_keep_a_connection_open() {
    let server = server(
        WatchdogSettings {
            idle: Duration::from_millis(600),
            ..patient()
        },
        hello,
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..6 {
        assert!(exchange(&mut stream, GET).await.ends_with("hello"));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(server.watchdog.connections(), 1);
}

#[actix_web::test]
async fn a_slow_handler_is_not_rest() {
    fn late(config: &mut ServiceConfig) {
        config.route(
            "/",
            web::get().to(async || {
                tokio::time::sleep(Duration::from_millis(900)).await;
                "late"
            }),
        );
    }
    let server = server(impatient(), late);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    assert!(exchange(&mut stream, GET).await.ends_with("late"));
}

#[actix_web::test]
async fn one_client_has_only_so_many_connections() {
    let server = server(
        WatchdogSettings {
            per_client: Some(3),
            ..patient()
        },
        hello,
    );
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        assert!(exchange(&mut stream, GET).await.ends_with("hello"));
        kept.push(stream);
    }
    let mut fourth = TcpStream::connect(server.address).await.unwrap();
    assert!(until_closed(&mut fourth, SOON).await.is_empty());
    kept.pop();
    while server.watchdog.connections() > 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut next = TcpStream::connect(server.address).await.unwrap();
    assert!(exchange(&mut next, GET).await.ends_with("hello"));
}

#[actix_web::test]
async fn trusted_proxies_have_no_cap_and_longer_rest() {
    let settings = WatchdogSettings {
        per_client: Some(1),
        idle_proxy: SOON,
        ..impatient()
    };
    let server = serve(
        edge(&[("TRUSTED_PROXIES", "127.0.0.0/8")], SOON),
        settings,
        hello,
    );
    let mut first = TcpStream::connect(server.address).await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    exchange(&mut first, GET).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(exchange(&mut first, GET).await.ends_with("hello"));
    assert!(exchange(&mut second, GET).await.ends_with("hello"));
}

#[actix_web::test]
async fn a_task_beside_a_stream_learns_that_the_connection_ended() {
    static ALIVE: Mutex<Option<ConnectionHandle>> = Mutex::new(None);
    fn note(config: &mut ServiceConfig) {
        config.route(
            "/",
            web::get().to(async |request: HttpRequest| {
                *ALIVE.lock().unwrap() = Some(ConnectionHandle::of(&request));
                "noted"
            }),
        );
    }
    let server = server(patient(), note);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    exchange(&mut stream, GET).await;
    let handle = ALIVE.lock().unwrap().clone().unwrap();
    assert!(handle.is_alive());
    drop(stream);
    while handle.is_alive() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

mod readers;
