//! Many shares, quickly: copies of one real record and one real fate under fresh ids, with their lines on the agenda.

use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::Outcome;
use crate::figures::small::content;
use crate::http::Connection;
use crate::redis::{Redis, Reply, command};
use crate::server::{self, Server};

const AT_ONCE: u64 = 5_000;
/// Milliseconds over which the looks at copies are spread.
const MOMENTS: u64 = 500;

/// What lies in the blob folder for a copy.
#[derive(Clone, Copy)]
pub(super) enum Blobs {
    /// Another name of the template's blob: a full folder that needs no room.
    Linked,
    /// A file of its own.
    Copied,
}

/// A real share and all that is stored of it.
pub(super) struct Template {
    share: Vec<u8>,
    fate: Vec<u8>,
    share_until: String,
    fate_until: String,
    look_at: Vec<u8>,
    blob: PathBuf,
}

impl Template {
    /// Uploads a small file that lives as long as said, and reads back what became of it.
    pub(super) fn upload(server: &Server, redis: &mut Redis, expires: &str) -> Outcome<Self> {
        let body = server::upload_body(&content()?, &[("expires", expires)]);
        let link = server::upload(&mut Connection::open(server.address())?, &body)?;
        let id = Uuid::parse_str(link.path().trim_start_matches("/d/"))?;
        let [share_key, fate_key] = keys(id);
        Ok(Self {
            share: bytes(redis.call(&[b"GET", share_key.as_bytes()])?)?,
            fate: bytes(redis.call(&[b"GET", fate_key.as_bytes()])?)?,
            share_until: number(redis.call(&[b"PEXPIRETIME", share_key.as_bytes()])?)?.to_string(),
            fate_until: number(redis.call(&[b"PEXPIRETIME", fate_key.as_bytes()])?)?.to_string(),
            look_at: bytes(redis.call(&[b"ZSCORE", &agenda(id), id.as_bytes()])?)?,
            blob: find(&server.blobs(), &id.to_string())?,
        })
    }

    /// When its record ends, in milliseconds since 1970.
    pub(super) fn share_until(&self) -> Outcome<u64> {
        Ok(self.share_until.parse()?)
    }
}

/// Writes so many copies.
pub(super) fn copies(
    template: &Template,
    redis: &mut Redis,
    count: u64,
    blobs: Blobs,
) -> Outcome<()> {
    let content = fs::read(&template.blob)?;
    let look_at: u64 = std::str::from_utf8(&template.look_at)?.parse()?;
    let mut left = count;
    while left > 0 {
        let now = left.min(AT_ONCE);
        left -= now;
        let mut commands = Vec::with_capacity(1 << 20);
        for each in 0..now {
            let id = Uuid::new_v4();
            let [share, fate] = keys(id);
            let until = template.share_until.as_bytes();
            command(
                &mut commands,
                &[b"SET", share.as_bytes(), &template.share, b"PXAT", until],
            );
            let until = template.fate_until.as_bytes();
            command(
                &mut commands,
                &[b"SET", fate.as_bytes(), &template.fate, b"PXAT", until],
            );
            // Shares of one millisecond are few in life; lists are paged by it.
            let score = (look_at + (left + each) % MOMENTS).to_string();
            command(
                &mut commands,
                &[b"ZADD", &agenda(id), score.as_bytes(), id.as_bytes()],
            );
            let blob = template.blob.with_file_name(id.to_string());
            match blobs {
                Blobs::Linked => fs::hard_link(&template.blob, blob)?,
                Blobs::Copied => fs::write(blob, &content)?,
            }
        }
        redis.pipeline(&commands, usize::try_from(3 * now)?)?;
    }
    Ok(())
}

fn keys(id: Uuid) -> [String; 2] {
    ["share", "fate"].map(|kind| format!("ots:{{{id}}}:{kind}"))
}

fn agenda(id: Uuid) -> Vec<u8> {
    let [first, ..] = id.into_bytes();
    format!("ots:agenda:{:x}", first >> 4).into_bytes()
}

fn bytes(reply: Reply) -> Outcome<Vec<u8>> {
    match reply {
        Reply::Bytes(Some(bytes)) => Ok(bytes),
        other @ (Reply::Bytes(None) | Reply::Number(_)) => {
            Err(format!("no bytes: {other:?}").into())
        }
    }
}

pub(super) fn number(reply: Reply) -> Outcome<i64> {
    match reply {
        Reply::Number(number) => Ok(number),
        other @ Reply::Bytes(_) => Err(format!("no number: {other:?}").into()),
    }
}

fn find(blobs: &Path, name: &str) -> Outcome<PathBuf> {
    for hour in fs::read_dir(blobs)? {
        let blob = hour?.path().join(name);
        if blob.exists() {
            return Ok(blob);
        }
    }
    Err(format!("no blob {name}").into())
}
