//! What `actix-multipart` adds to an upload: the parser's scan and its second copy, alone and in one thread.

use std::time::Instant;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

use super::Builds;
use crate::Outcome;
use crate::interleave::{Sample, Samples, Variant, interleave};
use crate::machine::{Watch, cpu_seconds};
use crate::report::Report;

/// What one read of a socket yields in the server.
const PIECE: usize = 128 << 10;
const HEAD: &[u8] = b"------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";

/// The same pieces through the parser and as they are; both end in one buffer, as the server's cipher wants it.
pub(crate) fn copy(_builds: &Builds, report: &mut Report) -> Outcome<()> {
    Report::heading("actix-multipart alone, in memory");
    let (pieces, rounds) = if report.quick() { (2048, 3) } else { (8192, 7) };
    let mut block = vec![0; PIECE];
    getrandom::fill(&mut block).map_err(|error| error.to_string())?;
    let block = Bytes::from(block);
    let length = (pieces * PIECE) as u64;
    let variants = vec![
        Variant {
            name: "parser",
            run: Box::new(|| timed(length, parse(body(&block, pieces)))),
        },
        Variant {
            name: "raw body",
            run: Box::new(|| timed(length, plain(body(&block, pieces)))),
        },
    ];
    let measured = interleave(rounds, !report.quick(), variants)?;
    report.add_all("multipart", &measured);
    let of = |variant: &str| {
        let name = format!("multipart/read/{variant}/cpu-s/GiB");
        report.figures().get(&name).map(|figure| figure.median)
    };
    if let (Some(parser), Some(raw)) = (of("parser"), of("raw body")) {
        report.add("multipart/the parser alone/cpu-s/GiB", &[parser - raw]);
    }
    Ok(())
}

fn body(block: &Bytes, pieces: usize) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
    let head = stream::iter([Ok(Bytes::from_static(HEAD))]);
    let content = stream::repeat(block.clone()).take(pieces).map(|shared| {
        // A socket's bytes are copied once into a buffer of their own.
        Ok(Bytes::copy_from_slice(&shared))
    });
    let tail = stream::iter([Ok(Bytes::from_static(
        b"\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n",
    ))]);
    head.chain(content).chain(tail)
}

async fn parse(body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Outcome<u64> {
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(
            "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
        ),
    );
    let mut form = Multipart::new(&headers, body);
    let mut sink = Sink::default();
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| error.to_string())?;
        while let Some(piece) = field.next().await {
            sink.take(&piece.map_err(|error| error.to_string())?);
        }
    }
    Ok(sink.taken)
}

async fn plain(body: impl Stream<Item = Result<Bytes, PayloadError>>) -> Outcome<u64> {
    let mut sink = Sink::default();
    let mut body = std::pin::pin!(body);
    while let Some(piece) = body.next().await {
        sink.take(&piece.map_err(|error| error.to_string())?);
    }
    Ok(sink.taken)
}

/// A batch that is filled and emptied.
#[derive(Default)]
struct Sink {
    batch: Vec<u8>,
    taken: u64,
}

impl Sink {
    fn take(&mut self, piece: &[u8]) {
        self.taken += piece.len() as u64;
        self.batch.extend_from_slice(piece);
        if self.batch.len() >= 1 << 20 {
            std::hint::black_box(&self.batch);
            self.batch.clear();
        }
    }
}

fn timed(length: u64, work: impl Future<Output = Outcome<u64>>) -> Samples {
    let watch = Watch::begin_alone();
    let (began, before) = (Instant::now(), cpu_seconds(std::process::id()));
    let taken = actix_web::rt::System::new().block_on(work)?;
    let (wall, cpu) = (
        began.elapsed().as_secs_f64(),
        cpu_seconds(std::process::id()) - before,
    );
    if taken < length {
        return Err(format!("{taken} bytes of {length}").into());
    }
    let gib = length as f64 / f64::from(1 << 30);
    let sample = Sample {
        values: vec![("cpu-s/GiB", cpu / gib), ("GiB/s", gib / wall)],
        foreign: watch.end().foreign,
    };
    Ok(vec![("read", sample)])
}
