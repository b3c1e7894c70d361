//! The static files: embedded, named by their content, compressed once.
//!
//! One version, taken from all files together, stands in every address (`/static/{version}/{path}`), so that scripts import each other
//! by relative paths and a changed file is never mixed with an old one. Pages give the integrity of every script and style; an imported
//! script stands in the page before its importer, because an `import` cannot carry one.

mod packed;

use std::{collections::BTreeMap, sync::OnceLock};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, VARY, X_CONTENT_TYPE_OPTIONS,
    },
    web::{Bytes, Path},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_embed::Embed;
use sha2::{Digest as _, Sha384};

pub(in crate::web) use packed::Packed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/static"]
struct Folder;

/// A static file in the encoding that was asked for.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The bytes as they go out.
    pub bytes: Bytes,
    /// The type, with `charset=utf-8` where it is text.
    pub content_type: String,
    /// `br` or `gzip`; nothing for the bytes as they are.
    pub encoding: Option<&'static str>,
    /// Whether the address names this content for good.
    pub immutable: bool,
}

/// A static file as it was found at the first use.
struct Stored {
    content: Packed,
    content_type: String,
    integrity: String,
}

struct Shelf {
    version: String,
    files: BTreeMap<String, Stored>,
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut all = Sha384::new();
        let mut files = BTreeMap::new();
        let mut names: Vec<String> = Folder::iter().map(Into::into).collect();
        names.sort_unstable();
        for name in names {
            let Some(file) = Folder::get(&name) else {
                continue;
            };
            let digest = Sha384::digest(&file.data);
            all.update(name.as_bytes());
            all.update([0]);
            all.update(digest);
            let stored = Stored {
                content_type: content_type(&name),
                integrity: format!("sha384-{}", STANDARD.encode(digest)),
                content: Packed::new(file.data.into_owned()),
            };
            files.insert(name, stored);
        }
        let version = all
            .finalize()
            .first_chunk()
            .map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let version = format!("{version:016x}");
        Shelf { version, files }
    })
}

fn content_type(name: &str) -> String {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let textual = guessed.type_() == mime_guess::mime::TEXT
        || matches!(guessed.subtype().as_str(), "javascript" | "svg");
    if textual {
        format!("{}; charset=utf-8", guessed.essence_str())
    } else {
        guessed.essence_str().to_owned()
    }
}

/// The file behind `path`, the part of the address after `/static/`, in the smallest encoding the client accepts.
/// `None` for an unknown file and for another version of the pages.
pub fn lookup(path: &str, accept_encoding: &str) -> Option<Asset> {
    let (version, name) = path.split_once('/')?;
    if version == shelf().version {
        find(name, accept_encoding, true)
    } else {
        None
    }
}

fn find(name: &str, accept_encoding: &str, immutable: bool) -> Option<Asset> {
    let stored = shelf().files.get(name)?;
    let (bytes, encoding) = stored.content.in_smallest(accept_encoding);
    Some(Asset {
        bytes,
        content_type: stored.content_type.clone(),
        encoding,
        immutable,
    })
}

/// The address of a static file; it changes whenever any static file does.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", shelf().version)
}

/// What `integrity=` must say for a static file; empty, and so refused by browsers, for a name that does not exist.
pub fn integrity(name: &str) -> &'static str {
    shelf()
        .files
        .get(name)
        .map_or("", |stored| &stored.integrity)
}

/// `GET /static/{path:.*}`: the file, for a year; 404 without a body for anything else.
pub async fn serve(path: Path<String>, request: HttpRequest) -> HttpResponse {
    answer(lookup(&path, accept_encoding(&request)))
}

/// `GET /favicon.ico`, asked for by browsers that do not read the page's icon link.
pub async fn favicon(request: HttpRequest) -> HttpResponse {
    answer(find("favicon.ico", accept_encoding(&request), false))
}

/// `GET /robots.txt`: nothing here is for search engines.
pub async fn robots(request: HttpRequest) -> HttpResponse {
    answer(find("robots.txt", accept_encoding(&request), false))
}

/// What the request says of encodings.
pub(in crate::web) fn accept_encoding(request: &HttpRequest) -> &str {
    request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
}

fn answer(asset: Option<Asset>) -> HttpResponse {
    let Some(asset) = asset else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::Ok();
    response.content_type(asset.content_type);
    response.insert_header((VARY, "Accept-Encoding"));
    response.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let lifetime = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=86400"
    };
    response.insert_header((CACHE_CONTROL, lifetime));
    if let Some(encoding) = asset.encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.body(asset.bytes)
}

#[cfg(test)]
mod tests;
