//! The pure layers by themselves: the format and the rules. `scripts/bench pure`; what a whole request costs is measured by
//! `benches/load`.

use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use onetimeshare::crypto::{
    CHUNK, FileInfo, FileKey, LinkKey, Pepper, Sealer, Ticket, WrapContext, WrapKey, open_header,
    seal_header,
};
use onetimeshare::share::{
    Facts, FilePath, Guess, Share, ShareId, Stored, StreamReport, Times, Timestamp, WriterMark,
};

/// One write of an upload.
const BATCH: usize = 1 << 20;
const SIZE: u64 = 1 << 30;
const TICKET: [u8; 32] = [1; 32];
const TIMES: Times = Times {
    upload_lease: Duration::from_mins(5),
    reservation_lease: Duration::from_mins(2),
    delivery_idle: Duration::from_mins(15),
    delivery_max: Duration::from_hours(24),
    delivery_grace: Duration::from_mins(1),
    stream_lease: Duration::from_secs(30),
};

fn info() -> FileInfo {
    FileInfo {
        name: "report.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
    }
}

fn chunks(c: &mut Criterion) {
    let mut group = c.benchmark_group("chunks");
    let batch = vec![0x5a; BATCH];
    group.throughput(Throughput::Bytes(BATCH as u64));
    group.bench_function("seal a batch", |b| {
        let mut sealer = Sealer::from_payload_key(&[7; 32]);
        let mut out = Vec::with_capacity(2 * BATCH);
        b.iter(|| {
            out.clear();
            sealer.push(&batch, &mut out);
        });
    });
    let key = FileKey::random();
    let (header, mut sealer) = seal_header(&key, &info()).expect("short texts");
    let (_, opener) = open_header(&header, &key).expect("its own header");
    let mut sealed = Vec::new();
    // The byte too many is held back.
    sealer.push(&vec![0x5a; CHUNK + 1], &mut sealed);
    group.throughput(Throughput::Bytes(CHUNK as u64));
    group.bench_function("open a chunk", |b| {
        b.iter_batched_ref(
            || sealed.clone(),
            |chunk| opener.open_chunk(0, false, chunk).expect("untouched"),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn keys(c: &mut Criterion) {
    let mut group = c.benchmark_group("keys");
    let key = FileKey::random();
    let (header, _) = seal_header(&key, &info()).expect("short texts");
    group.bench_function("seal a header", |b| b.iter(|| seal_header(&key, &info())));
    group.bench_function("open a header", |b| b.iter(|| open_header(&header, &key)));
    let (ticket, pepper, id) = (Ticket::random(), Pepper::random(), [3; 16]);
    let context = WrapContext {
        id,
        passphrase: false,
        size: SIZE,
        created_at_ms: 0,
        expires_at_ms: 1,
        last_hour: 2,
    };
    let wrapped = WrapKey::for_ticket(&ticket, &pepper, &id).wrap(&key, &context);
    group.bench_function("wrap under a ticket", |b| {
        b.iter(|| WrapKey::for_ticket(&ticket, &pepper, &id).wrap(&key, &context));
    });
    group.bench_function("unwrap with a ticket", |b| {
        b.iter(|| WrapKey::for_ticket(&ticket, &pepper, &id).unwrap(&wrapped, &context));
    });
    let link = LinkKey::random().encode();
    group.bench_function("read a link key and prove it", |b| {
        b.iter(|| LinkKey::parse(&link).map(|key| key.proof(&id).digest()));
    });
    group.finish();
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

/// A share before, while and after it is reserved and delivered.
fn lives() -> [Share; 3] {
    let facts = Facts {
        size: 0,
        created_at: at(0),
        expires_at: at(86_400),
        last_hour: at(200_000).hour(),
        proof: [7; 32],
        owner: [8; 32],
        passphrase: None,
    };
    let available = Share::receiving(facts, at(0), &TIMES)
        .commit(SIZE, at(86_400), None, vec![9; 60])
        .expect("it was receiving");
    let reserved = available
        .reserve(TICKET, vec![9; 60], Guess::None, at(1), &TIMES)
        .expect("it was available");
    let delivering = reserved
        .claim_won(TICKET, vec![9; 60], at(2), &TIMES)
        .and_then(|share| share.open_stream(&TICKET, 1, at(2), &TIMES))
        .expect("it was reserved");
    [available, reserved, delivering]
}

fn rules(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules");
    let [available, reserved, delivering] = lives();
    group.bench_function("reserve", |b| {
        b.iter(|| available.reserve(TICKET, vec![9; 60], Guess::None, at(1), &TIMES));
    });
    group.bench_function("claim and open a stream", |b| {
        b.iter(|| {
            reserved
                .claim_won(TICKET, vec![9; 60], at(2), &TIMES)
                .and_then(|share| share.open_stream(&TICKET, 1, at(2), &TIMES))
        });
    });
    let report = StreamReport {
        from: 0,
        to: 8 << 20,
        fresh: 8 << 20,
        closed: false,
    };
    group.bench_function("renew a stream", |b| {
        b.iter(|| delivering.report_stream(&TICKET, 1, report, at(12), &TIMES));
    });
    group.bench_function("encode a record", |b| {
        b.iter_batched(
            || delivering.clone(),
            |share| Stored::encode(share, WriterMark([5; 8])),
            BatchSize::SmallInput,
        );
    });
    let stored = Stored::encode(delivering, WriterMark([5; 8]));
    group.bench_function("decode a record", |b| {
        b.iter_batched(
            || stored.bytes.clone(),
            Stored::<Share>::decode,
            BatchSize::SmallInput,
        );
    });
    let id = ShareId::random().to_string();
    group.bench_function("read an id", |b| b.iter(|| ShareId::parse(&id)));
    group.bench_function("clean a path", |b| {
        b.iter(|| FilePath::sanitise("../Quarterly reports/2026 Q3: figures (final).xlsx"));
    });
    group.finish();
}

criterion_group!(pure, chunks, keys, rules);
criterion_main!(pure);
