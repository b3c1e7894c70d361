//! The yardstick: nginx that stores plain files by PUT and sends them by sendfile.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::http::Connection;
use crate::process::{Folder, Medium, Running, eventually, free_port};

/// A running nginx with a directory of its own.
pub(crate) struct Nginx {
    running: Running,
    folder: Folder,
    address: SocketAddr,
}

impl Nginx {
    /// Starts Debian's `nginx-light` with one worker for each core.
    pub(crate) fn start(medium: Medium, name: &str) -> Outcome<Self> {
        let folder = Folder::fresh(medium, name)?;
        let port = free_port()?;
        let path = folder.path().display().to_string();
        let log = folder.path().join("output.log");
        fs::create_dir_all(folder.path().join("files"))?;
        let user = if rustix::process::geteuid().is_root() {
            "user root;"
        } else {
            ""
        };
        let config = format!(
            "{user} daemon off; worker_processes auto; pid {path}/pid; error_log {path}/error.log;\n\
             events {{ worker_connections 8192; }}\n\
             http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; client_max_body_size 0;\n\
             client_body_temp_path {path}/body; proxy_temp_path {path}/proxy; fastcgi_temp_path {path}/fastcgi;\n\
             uwsgi_temp_path {path}/uwsgi; scgi_temp_path {path}/scgi;\n\
             server {{ listen 127.0.0.1:{port}; root {path}/files; location / {{ dav_methods PUT DELETE; }} }} }}\n"
        );
        let file = folder.at("nginx.conf");
        fs::write(&file, config)?;
        let mut running = Running::start(
            Path::new("nginx"),
            &["-p", &path, "-e", "stderr", "-c", &file],
            &[],
            &log,
        )?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        eventually("nginx listens", Duration::from_secs(10), || {
            running.must_run(&log)?;
            Ok(TcpStream::connect(address).is_ok())
        })?;
        Ok(Self {
            running,
            folder,
            address,
        })
    }

    /// The process id of its master.
    pub(crate) fn id(&self) -> u32 {
        self.running.id()
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Removes a stored file outside of any measurement.
    pub(crate) fn forget(&self, name: &str) {
        drop(fs::remove_file(self.folder.path().join("files").join(name)));
    }
}

/// Stores the first `length` bytes of a file.
pub(crate) fn put_file(
    connection: &mut Connection,
    name: &str,
    file: &File,
    length: u64,
) -> Outcome<()> {
    connection.send_file(&format!("PUT /{name}"), "", [b"", b""], file, length)?;
    stored(connection)
}

/// Stores a small body.
pub(crate) fn put(connection: &mut Connection, name: &str, body: &[u8]) -> Outcome<()> {
    connection.send(&format!("PUT /{name}"), "", body)?;
    stored(connection)
}

fn stored(connection: &mut Connection) -> Outcome<()> {
    let head = connection.receive_head()?;
    connection.discard_body(&head)?;
    if head.status == 204 {
        return Ok(());
    }
    head.must_be(201, "a PUT")
}

/// Fetches a file and throws it away.
pub(crate) fn get(connection: &mut Connection, name: &str, length: u64) -> Outcome<()> {
    connection.send(&format!("GET /{name}"), "", b"")?;
    let head = connection.receive_head()?;
    head.must_be(200, "a GET")?;
    if head.length != length {
        return Err(format!("{} bytes instead of {length}", head.length).into());
    }
    connection.discard_body(&head)
}
