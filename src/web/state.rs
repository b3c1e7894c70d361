use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;

use crate::config::{AdminPassword, Config, PublicUrl, Secret};
use crate::crypto::Digest;
use crate::share::Timestamp;
use crate::vault::Vault;

use super::agents::Agents;
use super::assets::Packed;
use super::client::Clients;
use super::limiter::Limiters;
use super::metrics;
use super::negotiate::Reader;
use super::pages::Layout;

/// Everything handlers share; one per server.
#[derive(Clone)]
pub struct AppState {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) vault: Vault,
    pub(super) agents: Agents,
    pub(super) limiters: Limiters,
    pub(super) clients: Arc<Clients>,
    pub(super) public_url: Option<PublicUrl>,
    pub(super) layout: Layout,
    pub(super) upload_password: Option<Digest>,
    pub(super) admin_password: Option<AdminPassword>,
    /// Part of every session's name in Redis: another password ends them all.
    pub(super) session_realm: Digest,
    pub(super) prometheus: PrometheusHandle,
    /// One password is hashed at a time: the limit per network alone would not bound the memory.
    pub(super) password_gate: Arc<Semaphore>,
    pub(super) wall_clock: fn() -> Timestamp,
    /// The upload page, by language and by whether its address asked for it.
    upload_pages: Mutex<HashMap<(&'static str, bool), Arc<Packed>>>,
    ready: AtomicBool,
}

impl AppState {
    /// The state of a server that is still starting; `wall_clock` reads the machine's clock.
    pub fn new(vault: Vault, config: &Config, wall_clock: fn() -> Timestamp) -> Self {
        let operator = &config.operator;
        let https = config.server.is_https();
        Self {
            inner: Arc::new(Inner {
                vault,
                agents: Agents::new(config.server.blocked_agents.as_ref()),
                limiters: Limiters::new(config.server.rate_limits),
                clients: Arc::new(Clients::new(config.server.trusted_proxies.clone())),
                public_url: config.server.public_url.clone(),
                layout: Layout {
                    operator_name: operator.name.clone(),
                    abuse_contact: operator
                        .abuse_contact
                        .as_ref()
                        .map(|contact| contact.href.clone()),
                    https,
                    ..Layout::default()
                },
                upload_password: config.upload_password.as_ref().map(digest_of),
                admin_password: config.admin_password.clone(),
                session_realm: match &config.admin_password {
                    Some(AdminPassword::Plain(secret) | AdminPassword::Hash(secret)) => {
                        digest_of(secret)
                    }
                    None => Digest::of(&[]),
                },
                prometheus: metrics::install(),
                password_gate: Arc::new(Semaphore::new(1)),
                wall_clock,
                upload_pages: Mutex::default(),
                ready: AtomicBool::new(false),
            }),
        }
    }

    /// From now on requests are served.
    pub fn set_ready(&self) {
        self.inner.ready.store(true, Ordering::Release);
    }

    /// Keeps the memory of limits and metrics small; to be called every minute.
    pub fn tidy(&self) {
        self.inner.limiters.tidy();
        self.inner.prometheus.run_upkeep();
    }

    pub(super) fn is_ready(&self) -> bool {
        self.inner.ready.load(Ordering::Acquire)
    }
}

impl Inner {
    /// The frame of a page for this reader.
    pub(super) fn layout(&self, reader: Reader) -> Layout {
        Layout {
            language: reader.language,
            may_switch: reader.may_switch,
            ..self.layout.clone()
        }
    }

    /// The upload page in the layout's language: made by `render` when it is first asked for.
    pub(super) fn upload_page(
        &self,
        layout: Layout,
        render: impl FnOnce(Layout) -> String,
    ) -> Arc<Packed> {
        let key = (layout.language.tag(), !layout.language.query().is_empty());
        let mut pages = self
            .upload_pages
            .lock()
            .expect("no holder of the pages panics");
        let page = pages
            .entry(key)
            .or_insert_with(|| Arc::new(Packed::new(render(layout))));
        Arc::clone(page)
    }

    /// The expiries the upload page offers, as values and in seconds, and the value chosen beforehand.
    pub(super) fn expiry_choices(&self) -> (Vec<(String, u64)>, String) {
        const OFFERED: [u64; 5] = [600, 3600, 86_400, 3 * 86_400, 7 * 86_400];
        let settings = self.vault.settings();
        let default = settings.default_expiry.as_secs().max(1);
        let (min, max) = (settings.min_expiry, settings.max_expiry);
        let mut seconds: Vec<u64> = OFFERED
            .into_iter()
            .filter(|seconds| (min..=max).contains(&Duration::from_secs(*seconds)))
            .chain([default])
            .collect();
        seconds.sort_unstable();
        seconds.dedup();
        let choices = seconds
            .into_iter()
            .map(|seconds| (spelled(seconds), seconds))
            .collect();
        (choices, spelled(default))
    }
}

/// Passwords are compared by their digests, in constant time.
pub(super) fn digest_of(secret: &Secret) -> Digest {
    Digest::of(secret.expose().as_bytes())
}

/// The shortest spelling of a duration that the field `expires` accepts.
fn spelled(seconds: u64) -> String {
    match seconds {
        days if days.is_multiple_of(86_400) => format!("{}d", days / 86_400),
        hours if hours.is_multiple_of(3600) => format!("{}h", hours / 3600),
        minutes if minutes.is_multiple_of(60) => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}
