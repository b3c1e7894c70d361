//! An honest visitor who works while others attack.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use crate::support::{Client, Server, collecting::collect, content};

/// Where honest visitors come from: another network than the attackers.
pub(super) const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// How long each request of an honest visitor took.
#[derive(Debug, Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    /// The time 99 of 100 stay below, in milliseconds.
    pub(super) fn p99(&mut self) -> u64 {
        self.0.sort_unstable();
        let at = (self.0.len() * 99).div_ceil(100).saturating_sub(1);
        let time = self.0.get(at).copied().unwrap_or_default();
        u64::try_from(time.as_millis()).expect("fits")
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn add(&mut self, begun: Instant) {
        self.0.push(begun.elapsed());
    }
}

/// A client of `server` from [`HONEST`].
pub(super) fn honest(server: &Server) -> Client {
    Client::from_address(server.port(), Some(HONEST.into()))
}

/// Uploads and collects until the time is over; everything must succeed, and each round is four requests.
pub(super) async fn works(client: &Client, time: Duration) -> Times {
    let end = Instant::now() + time;
    let mut times = Times::default();
    let bytes = content(100_000);
    while Instant::now() < end {
        let begun = Instant::now();
        let share = client.upload(&bytes, "a.bin", &[]).await;
        times.add(begun);
        let begun = Instant::now();
        collect(client, &share, &bytes).await;
        // Reserve, download, acknowledge.
        times.0.push(begun.elapsed() / 3);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times
}
