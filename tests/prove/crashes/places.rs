//! Every place at which the server is made to die, as `src/` names them, and what leads there.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What somebody does so that the server comes to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Uploads a file of several batches.
    Upload,
    /// Uploads two files without saying so before.
    UploadTwo,
    /// Uploads so slowly that the lease is renewed.
    SlowUpload,
    /// Sends what ends the upload after its first bytes.
    SpoiltUpload,
    /// Reserves with a passphrase.
    Guess,
    /// Reserves.
    Reserve,
    /// Fetches a small file.
    Fetch,
    /// Fetches a file that takes several renewals.
    FetchLarge,
    /// Fetches where nothing is waited for after the last byte.
    FetchWithoutGrace,
    /// Says that everything has arrived.
    Acknowledge,
    /// Ends one's own share.
    Revoke,
    /// Lets the time run out, at which Redis drops the record, then sweeps.
    Expire,
    /// The same after a reservation, whose record the sweep must end.
    ExpireReserved,
    /// Sweeps where a past hour's folder lies.
    PastHour,
    /// Looks at every blob while a share lives.
    Scan,
    /// Looks at every blob where one has outlived its end.
    ScanStale,
    /// Starts the server while a share lives.
    Start,
    /// Ends the server in the midst of a delivery.
    Stop,
    /// Starts the server with a Redis of its own, which has ended, too.
    StartRedis,
    /// Starts the server whose Redis has survived.
    Adopt,
    /// Kills the Redis under its server.
    KillRedis,
    /// Ends the server with a Redis of its own.
    StopRedis,
}

const ENDS: &[Deed] = &[
    Deed::Acknowledge,
    Deed::Revoke,
    Deed::ExpireReserved,
    Deed::FetchWithoutGrace,
];
/// They clear away at once.
const ORDERS: &[Deed] = &[Deed::Acknowledge, Deed::Revoke];
/// They are cleared away together with others.
const DUE: &[Deed] = &[Deed::ExpireReserved, Deed::FetchWithoutGrace];
/// They also come where an end that nobody wrote is carried out.
const CLEARINGS: &[Deed] = &[
    Deed::Acknowledge,
    Deed::Revoke,
    Deed::ExpireReserved,
    Deed::FetchWithoutGrace,
    Deed::Expire,
];
const EXPIRIES: &[Deed] = &[Deed::Expire, Deed::ExpireReserved];
const FETCHES: &[Deed] = &[Deed::Fetch, Deed::FetchWithoutGrace];

/// The places, in the order of a share's life, each with the deeds that lead there in turn.
pub(super) const PLACES: &[(&str, &[Deed])] = &[
    ("deposit.peppered", &[Deed::Upload]),
    ("deposit.recorded", &[Deed::Upload]),
    ("blob.kill.opened", &[Deed::Upload]),
    ("blob.kill.written", &[Deed::Upload]),
    ("deposit.midway", &[Deed::Upload]),
    ("deposit.renewed", &[Deed::SlowUpload]),
    ("deposit.read-back", &[Deed::UploadTwo]),
    ("deposit.repacked", &[Deed::UploadTwo]),
    ("takeback.read", &[Deed::SpoiltUpload]),
    ("commit.received", &[Deed::Upload]),
    ("blob.kill.synced", &[Deed::Upload]),
    ("blob.kill.linked", &[Deed::Upload]),
    ("commit.counted", &[Deed::Upload]),
    ("commit.published", &[Deed::Upload]),
    ("commit.swapped", &[Deed::Upload]),
    ("reserve.counted", &[Deed::Guess]),
    ("reserve.derived", &[Deed::Guess]),
    ("reserve.opened", &[Deed::Guess, Deed::Reserve]),
    ("reserve.swapped", &[Deed::Guess, Deed::Reserve]),
    ("deliver.prepared", FETCHES),
    ("blob.kill.claimed", FETCHES),
    ("deliver.claimed", FETCHES),
    ("deliver.swapped", FETCHES),
    ("deliver.looked", FETCHES),
    ("stream.opened", FETCHES),
    ("stream.sending", FETCHES),
    ("keeper.renewing", &[Deed::FetchLarge]),
    ("keeper.renewed", &[Deed::FetchLarge]),
    ("stream.flushed", FETCHES),
    ("keeper.reporting", FETCHES),
    ("keeper.closed", &[Deed::Fetch]),
    ("end.swapped", ENDS),
    ("end.given-back", ENDS),
    ("blob.kill.unlinked", CLEARINGS),
    (
        "end.removed",
        &[Deed::Acknowledge, Deed::Revoke, Deed::Expire],
    ),
    ("end.cleared", ORDERS),
    ("end.unlinked", DUE),
    ("end.synced", DUE),
    ("end.struck", DUE),
    ("sweep.due", EXPIRIES),
    ("sweep.settled", EXPIRIES),
    ("sweep.past-hour", &[Deed::PastHour]),
    ("blob.kill.pepperless", &[Deed::PastHour]),
    ("scan.living", &[Deed::Scan]),
    ("scan.counted", &[Deed::Scan]),
    ("scan.gone", &[Deed::ScanStale]),
    ("start.bound", &[Deed::Start]),
    ("start.connected", &[Deed::Start]),
    ("start.swept", &[Deed::Start]),
    ("start.caught-up", &[Deed::Start]),
    ("stop.signalled", &[Deed::Stop]),
    ("stop.drained", &[Deed::Stop]),
    ("stop.settled", &[Deed::Stop]),
    ("stop.disconnected", &[Deed::Stop]),
    ("redis.launched", &[Deed::StartRedis]),
    ("redis.answered", &[Deed::StartRedis, Deed::Adopt]),
    ("redis.adopted", &[Deed::Adopt]),
    ("start.rewriting", &[Deed::StartRedis, Deed::Adopt]),
    ("redis.ended", &[Deed::KillRedis]),
    ("redis.restarted", &[Deed::KillRedis]),
    ("redis.told-to-end", &[Deed::StopRedis]),
];

impl Deed {
    /// Whether it needs a server with a Redis of its own.
    pub(super) fn is_bundled(self) -> bool {
        matches!(
            self,
            Self::StartRedis | Self::Adopt | Self::KillRedis | Self::StopRedis
        )
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn the_places_are_those_of_the_sources() {
    let mut named = BTreeSet::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            if let Some((_, rest)) = line.split_once("failpoint!(\"") {
                let name = rest.split('"').next().unwrap();
                assert!(
                    named.insert(name.to_owned()),
                    "{name} is the name of two places"
                );
            }
        }
    }
    let listed: BTreeSet<String> = PLACES
        .iter()
        .map(|(place, _)| (*place).to_owned())
        .collect();
    assert_eq!(listed.len(), PLACES.len(), "a place is listed twice");
    assert_eq!(named, listed, "src/ and this list name different places");
    assert!(listed.len() >= 25);
}
