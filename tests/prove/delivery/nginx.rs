//! A private nginx in front of a server: with the settings a fresh one has, and with the ones we ship.

use std::{fs, path::PathBuf, time::Duration};

use crate::support::{
    eventually,
    process::{Supervised, free_port, fresh_directory, variable},
};

/// The file as it is shipped; only ports, certificates and paths of logs are this machine's.
const SHIPPED: &str = include_str!("../../../deploy/nginx.conf");

/// One nginx, ended when it is dropped.
pub(crate) struct Nginx {
    process: Supervised,
    port: u16,
    directory: PathBuf,
}

impl Nginx {
    /// `proxy_pass` and nothing else: what nginx does where nobody has read a document.
    pub(crate) async fn default_settings(upstream: u16) -> Self {
        Self::run(|port, _| plain(port, upstream, "")).await
    }

    /// The same, deaf to the server's wish not to be spooled.
    pub(crate) async fn spooling(upstream: u16) -> Self {
        let deaf = "proxy_ignore_headers X-Accel-Buffering;";
        Self::run(|port, _| plain(port, upstream, deaf)).await
    }

    /// The snippet of `deploy/`.
    pub(crate) async fn shipped(upstream: u16) -> Self {
        Self::run(|port, directory| shipped(port, upstream, &directory.to_string_lossy())).await
    }

    async fn run(servers: impl FnOnce(u16, &PathBuf) -> String) -> Self {
        let directory = fresh_directory("nginx");
        let port = free_port();
        let servers = servers(port, &directory);
        let path = directory.to_string_lossy();
        // One process: a killed master would leave its workers behind.
        let config = format!(
            "daemon off; master_process off; pid {path}/pid; error_log {path}/error.log;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\naccess_log off;\n\
             client_body_temp_path {path}/body; proxy_temp_path {path}/proxy; fastcgi_temp_path {path}/fastcgi;\n\
             uwsgi_temp_path {path}/uwsgi; scgi_temp_path {path}/scgi;\n{servers}\n}}\n"
        );
        let file = directory.join("nginx.conf");
        fs::write(&file, config).unwrap();
        let file = file.to_string_lossy();
        // Debian keeps it where only root looks.
        let path_with_sbin = format!("{}:/usr/sbin", variable("PATH"));
        let process = Supervised::start(
            &["nginx", "-p", &path, "-e", "stderr", "-c", &file],
            &[("PATH".to_owned(), path_with_sbin)],
            &directory.join("output.log"),
            &directory.join("none"),
        );
        eventually("nginx listens", Duration::from_secs(20), async || {
            assert!(
                process.alive(),
                "nginx ended:\n{}",
                fs::read_to_string(directory.join("output.log")).unwrap_or_default()
            );
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
        })
        .await;
        Self {
            process,
            port,
            directory,
        }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many bytes of other people's files it keeps on its disk now. Their names are gone as soon as they are open.
    pub(crate) fn spooled(&self) -> u64 {
        let open = fs::read_dir(format!("/proc/{}/fd", self.process.pid())).unwrap();
        let spools = open.flatten().map(|entry| entry.path()).filter(|file| {
            let target = fs::read_link(file).unwrap_or_default();
            ["body", "proxy"]
                .iter()
                .any(|kind| target.starts_with(self.directory.join(kind)))
        });
        spools
            .map(|file| fs::metadata(file).map_or(0, |file| file.len()))
            .sum()
    }
}

fn plain(port: u16, upstream: u16, more: &str) -> String {
    format!(
        "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{upstream}; {more} }} }}"
    )
}

/// TLS is left out: what it carries is the same.
fn shipped(port: u16, upstream: u16, directory: &str) -> String {
    let lines = SHIPPED.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("ssl_") && !line.starts_with("listen [::]")
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    let redirect = free_port();
    for (theirs, ours, times) in [
        ("listen 443 ssl;", format!("listen 127.0.0.1:{port};"), 1),
        ("listen 80;", format!("listen 127.0.0.1:{redirect};"), 1),
        (
            "server 127.0.0.1:8080;",
            format!("server 127.0.0.1:{upstream};"),
            1,
        ),
        ("/var/log/nginx/", format!("{directory}/"), 2),
    ] {
        assert_eq!(
            text.matches(theirs).count(),
            times,
            "deploy/nginx.conf: {theirs}"
        );
        text = text.replace(theirs, &ours);
    }
    text
}
