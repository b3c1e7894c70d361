//! A connection of its own for each thread that asks for one: it is driven by that thread, so a command and its answer wake
//! no other.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread::{self, ThreadId};

use fred::clients::Client;
use fred::interfaces::ClientLike;
use fred::types::ConnectHandle;

use super::connection::{Impatient, impatient};

thread_local! {
    static OWN: RefCell<Option<OwnLine>> = const { RefCell::new(None) };
}

/// The connections that single threads have of one Redis.
#[derive(Default)]
pub(super) struct OwnLines(Arc<Lines>);

#[derive(Default)]
struct Lines {
    clients: Mutex<HashMap<ThreadId, Client>>,
    /// Moves on when all connections are to be made anew.
    era: AtomicU32,
}

struct OwnLine {
    of: Weak<Lines>,
    era: u32,
    line: Impatient,
    router: ConnectHandle,
}

impl OwnLines {
    /// Starts connecting for this thread, whose runtime then drives the connection and ends it.
    pub(super) fn open(&self, like: &Client) {
        let client = like.clone_new();
        let own = OwnLine {
            of: Arc::downgrade(&self.0),
            era: self.0.era.load(Ordering::Acquire),
            router: client.connect(),
            line: impatient(&client),
        };
        self.clients_by_thread()
            .insert(thread::current().id(), client);
        OWN.set(Some(own));
    }

    /// This thread's connection while it stands.
    pub(super) fn standing(&self, like: &Client) -> Option<Impatient> {
        let (era, line) = OWN.with_borrow(|own| {
            let own = own
                .as_ref()
                .filter(|own| own.of.as_ptr() == Arc::as_ptr(&self.0))?;
            Some((own.era, own.line.clone()))
        })?;
        if era != self.0.era.load(Ordering::Acquire) {
            self.replace(like);
            return None;
        }
        line.is_connected().then_some(line)
    }

    /// This thread's connection, if it has one, broke, which the driver notices late: a new one is made.
    pub(super) fn replace(&self, like: &Client) {
        let before = OWN.take();
        if let Some(own) = before.filter(|own| own.of.as_ptr() == Arc::as_ptr(&self.0)) {
            own.router.abort();
            self.open(like);
        }
    }

    /// From now on every thread makes its connection anew when it next wants to use it.
    pub(super) fn make_anew(&self) {
        self.0.era.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn clients(&self) -> Vec<Client> {
        self.clients_by_thread().values().cloned().collect()
    }

    fn clients_by_thread(&self) -> MutexGuard<'_, HashMap<ThreadId, Client>> {
        let clients = self.0.clients.lock();
        clients.expect("no holder of the threads' connections panics")
    }
}
