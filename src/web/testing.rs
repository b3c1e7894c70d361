//! A server and a client on loopback, for what only shows on the wire.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    rt::net::TcpStream,
    web::{self, ServiceConfig},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    client::Clients,
    edge::{self, Edge},
    watchdog::{Watchdog, WatchdogSettings},
};
use crate::config::Config;
use crate::vault::Tally;

/// A running server; stopped when dropped.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    pub(super) watchdog: Watchdog,
    handle: ServerHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

pub(super) fn edge(settings: &[(&str, &str)], answer_within: Duration) -> Edge {
    let lookup = |name| {
        settings
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let server = Config::from_lookup(lookup).unwrap().server;
    Edge {
        clients: Arc::new(Clients::new(server.trusted_proxies)),
        public_url: server.public_url,
        error_page: Arc::new(|problem, reader, id| {
            format!("<h1>{}</h1><p>{id}</p>", problem.title(reader.language))
        }),
        tally: Tally::default(),
        answer_within,
    }
}

pub(super) fn serve(
    edge: Edge,
    settings: WatchdogSettings,
    routes: fn(&mut ServiceConfig),
) -> Running {
    let watchdog = Watchdog::new(settings, Arc::clone(&edge.clients));
    let on_connect = watchdog.on_connect();
    let server =
        HttpServer::new(move || App::new().wrap(edge::layer(edge.clone())).configure(routes))
            .workers(2)
            .keep_alive(actix_web::http::KeepAlive::Os)
            .on_connect(on_connect)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
    let address = *server.addrs().first().unwrap();
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    actix_web::rt::spawn(watchdog.clone().watch(Duration::from_millis(50)));
    Running {
        address,
        watchdog,
        handle,
    }
}

/// Settings under which no timer runs out during a test.
pub(super) fn patient() -> WatchdogSettings {
    WatchdogSettings::new(None)
}

/// Sends `request` and reads the answer to the end of its headers and of its `Content-Length`.
pub(super) async fn exchange(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length || request.starts_with("HEAD") {
                return text;
            }
        }
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "closed after {text}");
        answer.extend_from_slice(&buffer[..count]);
    }
}

/// One request on a connection of its own.
pub(super) async fn ask(server: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    exchange(&mut stream, request).await
}

/// Reads until the connection ends; panics when it is still open after `limit`.
pub(super) async fn until_closed(stream: &mut TcpStream, limit: Duration) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset is an end as good as any.
    drop(
        tokio::time::timeout(limit, stream.read_to_end(&mut rest))
            .await
            .expect("the connection ends in time"),
    );
    rest
}

pub(super) fn hello(config: &mut ServiceConfig) {
    config.route("/", web::get().to(async || "hello"));
}
