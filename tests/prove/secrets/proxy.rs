//! nginx as `deploy/nginx.conf` ships it, in front of a server of the test.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::support::{
    eventually,
    process::{Supervised, bare_environment, free_port, fresh_directory},
    tables::document,
};

/// A running nginx; it ends with it.
pub(super) struct Nginx {
    directory: PathBuf,
    port: u16,
    _process: Supervised,
}

impl Nginx {
    /// The shipped snippet in front of a server's port: only addresses, certificate and folders are the test's own.
    pub(super) async fn shipped(server: u16) -> Self {
        Self::start(server, |snippet| snippet).await
    }

    /// The same without the lines that keep bodies off the disk.
    pub(super) async fn that_spools(server: u16) -> Self {
        Self::start(server, |snippet| {
            let kept = snippet.lines().filter(|line| {
                ![
                    "proxy_request_buffering",
                    "proxy_buffering",
                    "proxy_max_temp_file_size",
                ]
                .iter()
                .any(|name| line.trim().starts_with(name))
            });
            kept.collect::<Vec<_>>().join("\n")
        })
        .await
    }

    async fn start(server: u16, change: impl Fn(String) -> String) -> Self {
        let directory = fresh_directory("nginx");
        let port = free_port();
        let place = directory.display();
        let mut snippet = document("deploy/nginx.conf");
        for (shipped, own) in [
            (
                "server 127.0.0.1:8080;",
                format!("server 127.0.0.1:{server};"),
            ),
            ("listen 80;", format!("listen 127.0.0.1:{};", free_port())),
            ("listen [::]:80;", String::new()),
            ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
            ("listen [::]:443 ssl;", String::new()),
            ("ssl_protocols TLSv1.2 TLSv1.3;", String::new()),
            (
                "ssl_certificate /etc/letsencrypt/live/files.example.org/fullchain.pem;",
                String::new(),
            ),
            (
                "ssl_certificate_key /etc/letsencrypt/live/files.example.org/privkey.pem;",
                String::new(),
            ),
            ("/var/log/nginx/", format!("{place}/")),
        ] {
            assert!(snippet.contains(shipped), "the snippet has no {shipped}");
            snippet = snippet.replace(shipped, &own);
        }
        let snippet = change(snippet);
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let folders = folders.map(|kind| format!("{kind}_temp_path {place}/temp/{kind};"));
        fs::create_dir_all(directory.join("temp")).expect("/tmp is writable");
        // One process, so that none is left when it is killed.
        let whole = format!(
            "daemon off; master_process off; pid {place}/nginx.pid; error_log {place}/master.log;\n\
             events {{ worker_connections 512; }}\nhttp {{\n{}\n{snippet}\n}}\n",
            folders.join("\n")
        );
        let path = directory.join("nginx.conf");
        fs::write(&path, whole).expect("/tmp is writable");
        let command = ["nginx", "-e", "/dev/null", "-c", &path.to_string_lossy()];
        let process = Supervised::start(
            &command,
            &bare_environment(),
            &directory.join("output.log"),
            Path::new("/nonexistent"),
        );
        eventually("nginx listens", Duration::from_secs(20), async || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        Self {
            directory,
            port,
            _process: process,
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Where its logs and temporary folders are.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// When a file was last made or removed in a folder for bodies, however short it lived.
    pub(super) fn last_spooled(&self) -> [SystemTime; 2] {
        ["client_body", "proxy"].map(|kind| {
            let folder = fs::metadata(self.directory.join("temp").join(kind));
            folder
                .and_then(|folder| folder.modified())
                .expect("nginx makes its folders")
        })
    }
}
