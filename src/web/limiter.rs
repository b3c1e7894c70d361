//! Rate limits per client network, kept in memory: a shield of this process, not a quota across servers.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::client::NetworkKey;
use crate::config::{Rate, RateLimits};

/// How often [`Limiters::tidy`] wants to be called.
pub const TIDY_EVERY: Duration = Duration::from_mins(1);

/// One limit; without a rate it admits everything.
pub struct Limiter {
    inner: Option<(DefaultKeyedRateLimiter<NetworkKey>, DefaultClock)>,
}

impl Limiter {
    /// Admits `rate` in the long run, and a third of its count at once.
    pub fn new(rate: Option<Rate>) -> Self {
        let quota = rate.and_then(|rate| {
            let burst = NonZeroU32::new(rate.count.get() / 3).unwrap_or(NonZeroU32::MIN);
            Some(Quota::with_period(rate.per / rate.count.get())?.allow_burst(burst))
        });
        Self {
            inner: quota.map(|quota| (RateLimiter::keyed(quota), DefaultClock::default())),
        }
    }

    /// Counts one event; when it is one too many, the error is the whole seconds to wait, at least 1.
    pub fn check(&self, client: NetworkKey) -> Result<(), u64> {
        let Some((limiter, clock)) = &self.inner else {
            return Ok(());
        };
        limiter.check_key(&client).map_err(|refused| {
            let wait = refused.wait_time_from(clock.now());
            wait.as_millis()
                .div_ceil(1000)
                .max(1)
                .try_into()
                .unwrap_or(u64::MAX)
        })
    }

    /// Forgets clients that have their whole burst again.
    pub fn tidy(&self) {
        if let Some((limiter, _)) = &self.inner {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// How many clients are remembered.
    pub fn clients(&self) -> usize {
        self.inner.as_ref().map_or(0, |(limiter, _)| limiter.len())
    }
}

/// The limits of all actions that have one.
pub struct Limiters {
    /// Uploads begun.
    pub upload: Limiter,
    /// Reservations tried.
    pub reserve: Limiter,
    /// Sign-ins tried.
    pub sign_in: Limiter,
}

impl Limiters {
    /// `None` admits everything.
    pub fn new(limits: Option<RateLimits>) -> Self {
        Self {
            upload: Limiter::new(limits.map(|limits| limits.upload)),
            reserve: Limiter::new(limits.map(|limits| limits.reserve)),
            sign_in: Limiter::new(limits.map(|limits| limits.sign_in)),
        }
    }

    /// Keeps the memory of past clients small; call it every [`TIDY_EVERY`].
    pub fn tidy(&self) {
        for limiter in [&self.upload, &self.reserve, &self.sign_in] {
            limiter.tidy();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv6Addr};

    use super::*;

    fn limiter(count: u32, seconds: u64) -> Limiter {
        Limiter::new(Some(Rate {
            count: count.try_into().unwrap(),
            per: Duration::from_secs(seconds),
        }))
    }

    fn client(text: &str) -> NetworkKey {
        NetworkKey::of(text.parse().unwrap())
    }

    #[test]
    fn a_third_passes_at_once_and_then_the_wait_is_told() {
        let limiter = limiter(60, 3600);
        let admitted = (0..60)
            .filter(|_| limiter.check(client("1.2.3.4")).is_ok())
            .count();
        assert_eq!(admitted, 20);
        let wait = limiter.check(client("1.2.3.4")).unwrap_err();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(limiter.check(client("1.2.3.5")).is_ok());
    }

    #[test]
    fn ten_thousand_addresses_of_one_network_are_one_client() {
        let limiter = limiter(30, 3600);
        let address =
            |last: u32| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) | u128::from(last)));
        let admitted = (0..10_000)
            .filter(|last| limiter.check(NetworkKey::of(address(*last))).is_ok())
            .count();
        assert_eq!((admitted, limiter.clients()), (10, 1));
    }

    #[test]
    fn even_the_smallest_rate_admits_one() {
        let limiter = limiter(1, 86_400);
        assert!(limiter.check(client("::1")).is_ok());
        assert!(limiter.check(client("::1")).is_err());
    }

    #[test]
    fn without_a_rate_everything_passes() {
        let limiter = Limiter::new(None);
        assert!((0..10_000).all(|_| limiter.check(client("::1")).is_ok()));
    }

    #[test]
    fn clients_at_rest_are_forgotten() {
        let limiter = limiter(1_000_000, 1);
        limiter.check(client("1.2.3.4")).unwrap();
        while limiter.clients() > 0 {
            limiter.tidy();
        }
        assert_eq!(limiter.clients(), 0);
    }
}
