use std::{io::Write as _, sync::OnceLock};

use actix_web::web::Bytes;

/// Bytes that never change, and their compressed forms, each made when first asked for. Nothing secret, and nothing that
/// somebody else can choose a part of, may be packed: the length of a compressed form tells what is in it.
pub(in crate::web) struct Packed {
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Packed {
    pub(in crate::web) fn new(plain: impl Into<Bytes>) -> Self {
        Self {
            plain: plain.into(),
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// The smallest form whose encoding the list of encodings accepts, and that encoding.
    pub(in crate::web) fn in_smallest(
        &self,
        accept_encoding: &str,
    ) -> (Bytes, Option<&'static str>) {
        let (packed, encoding) = if accepts(accept_encoding, "br") {
            (self.brotli(), "br")
        } else if accepts(accept_encoding, "gzip") {
            (self.gzip(), "gzip")
        } else {
            return (self.plain.clone(), None);
        };
        // A picture that is compressed already only grows.
        if packed.len() < self.plain.len() {
            (packed.clone(), Some(encoding))
        } else {
            (self.plain.clone(), None)
        }
    }

    fn brotli(&self) -> &Bytes {
        self.brotli.get_or_init(|| {
            let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
            out.write_all(&self.plain)
                .expect("writing into memory does not fail");
            Bytes::from(out.into_inner())
        })
    }

    fn gzip(&self) -> &Bytes {
        self.gzip.get_or_init(|| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(&self.plain)
                .expect("writing into memory does not fail");
            Bytes::from(out.finish().expect("writing into memory does not fail"))
        })
    }
}

/// Whether the list of encodings (RFC 9110 section 12.5.3) names `coding` without forbidding it.
fn accepts(list: &str, coding: &str) -> bool {
    list.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|parameter| {
            let weight = parameter
                .strip_prefix("q=")
                .or_else(|| parameter.strip_prefix("Q="));
            weight
                .and_then(|weight| weight.parse::<f32>().ok())
                .is_some_and(|weight| weight <= 0.0)
        });
        named && !refused
    })
}
