//! Publishing, claiming, looking and removing.

use std::collections::BTreeSet;

use onetimeshare::{
    share::{Hour, Sha256, ShareId},
    storage::{BlobKind, Holder, StorageError},
};

use super::{
    disk::{Disk, claimed, published},
    world::World,
};

impl World {
    /// An id is drawn once: one whose blob is gone gives way to a new one. Now and then one is published again all the same.
    pub(super) async fn publish(&mut self, hour: Hour) {
        let slot = usize::try_from(self.dice.below(3)).unwrap();
        let used = |id| self.disk.0.keys().any(|name| name.contains(&id));
        if !used(self.ids[slot].to_string()) || self.dice.below(4) != 0 {
            self.ids[slot] = ShareId::random();
        }
        let id = self.ids[slot];
        let name = published(hour, id);
        if !self.disk.has(&name) && self.disk.has_other_names(hour, id) {
            self.ids[slot] = ShareId::random();
            return;
        }
        let server = self.server();
        // Less and more than what comes: it is only a hint.
        let expected = self.dice.below(6_000);
        let mut writer = self.stores[server].writer(hour, id, expected);
        let length = usize::try_from(self.dice.below(3_000)).unwrap();
        let content = self.dice.bytes(length);
        let batches = self.dice.below(64) == 0;
        let begun = if batches {
            writer.write(content.clone()).await.map(drop)
        } else {
            Ok(())
        };
        let outcome = match begun {
            // Given up before its end.
            Ok(()) if self.dice.below(8) == 0 => {
                drop(writer);
                self.settle(
                    "give an upload up",
                    &Ok(()),
                    std::slice::from_ref(&self.disk.clone()),
                );
                return;
            }
            Ok(()) => match writer.complete(content.clone(), None).await {
                Ok(complete) => complete.publish().await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        let whole = content.repeat(1 + usize::from(batches));
        self.published(hour, id, &whole, &outcome);
    }

    fn published(
        &mut self,
        hour: Hour,
        id: ShareId,
        content: &[u8],
        outcome: &Result<(), StorageError>,
    ) {
        let name = published(hour, id);
        if !self.disk.has(&format!("{hour}/")) || self.disk.has(&name) {
            self.excuse.get_or_insert("nowhere to put it".to_owned());
            self.must("published over something", outcome.is_err());
        }
        let allowed = match outcome {
            Ok(()) => self.disk.with(&name, content),
            Err(_) => self.disk.clone(),
        };
        self.settle(&format!("publish {id}"), outcome, &[allowed]);
    }

    pub(super) async fn claim(&mut self, hour: Hour) {
        let (server, id, ticket) = (self.server(), self.id(), self.ticket());
        let outcome = self.stores[server].claim(hour, id, ticket).await;
        let (free, own) = (published(hour, id), claimed(hour, id, ticket));
        let may_have_it = self.disk.has(&free) || self.disk.has(&own);
        let won = self.disk.renamed(&free, &own);
        let allowed = match outcome {
            Ok(true) => vec![won],
            Ok(false) => vec![self.disk.clone()],
            Err(_) => vec![self.disk.clone(), won],
        };
        if let Ok(granted) = outcome {
            self.must("grants wrongly", granted == may_have_it);
        }
        self.settle(&format!("claim {id}"), &outcome, &allowed);
    }

    /// Two servers claim for two tickets at once.
    pub(super) async fn race(&mut self, hour: Hour) {
        let (id, [one, other, _]) = (self.id(), self.tickets);
        let [left, right] = &self.stores;
        let outcomes = tokio::join!(left.claim(hour, id, one), right.claim(hour, id, other));
        let free = published(hour, id);
        let by = |ticket: Sha256| self.disk.renamed(&free, &claimed(hour, id, ticket));
        let allowed = [self.disk.clone(), by(one), by(other)];
        let granted = [&outcomes.0, &outcomes.1]
            .into_iter()
            .filter(|outcome| matches!(outcome, Ok(true)))
            .count();
        self.must("grants twice", granted < 2);
        if self.disk.has(&free) && self.excuse.is_none() {
            self.must("grants to nobody", granted == 1);
        }
        let outcome = outcomes.0.and(outcomes.1);
        self.settle(&format!("race for {id}"), &outcome, &allowed);
    }

    pub(super) async fn remove(&mut self, hour: Hour) {
        let (server, id) = (self.server(), self.id());
        let ticket = (self.dice.below(2) == 0).then(|| self.ticket());
        let outcome = self.stores[server].remove(hour, id, ticket).await;
        self.removed(hour, id, "remove", &outcome);
    }

    /// Whoever removes while another server claims has removed it under either name.
    pub(super) async fn remove_while_claimed(&mut self, hour: Hour) {
        let (id, ticket) = (self.id(), self.ticket());
        let [left, right] = &self.stores;
        let (outcome, claim) =
            tokio::join!(left.remove(hour, id, None), right.claim(hour, id, ticket));
        if outcome.is_err() && claim.is_ok() {
            // The claim may have moved what was not removed.
            let moved = self
                .disk
                .renamed(&published(hour, id), &claimed(hour, id, ticket));
            let mut allowed = half_removed(&self.disk, hour, id);
            allowed.extend(half_removed(&moved, hour, id));
            self.settle(&format!("remove while claimed {id}"), &outcome, &allowed);
            return;
        }
        self.removed(hour, id, "remove while claimed", &outcome);
    }

    fn removed(&mut self, hour: Hour, id: ShareId, step: &str, outcome: &Result<(), StorageError>) {
        let allowed = if outcome.is_ok() {
            vec![self.disk.without_share(hour, id)]
        } else {
            half_removed(&self.disk, hour, id)
        };
        self.settle(&format!("{step} {id}"), outcome, &allowed);
    }

    /// Who holds it, the last look, and its bytes.
    pub(super) async fn ask(&mut self, hour: Hour) {
        let (server, id, ticket) = (self.server(), self.id(), self.ticket());
        let store = self.stores[server].clone();
        let before = self.disk.clone();
        let (free, own) = (published(hour, id), claimed(hour, id, ticket));
        let holder = store.holder(hour, id, ticket).await;
        if let Ok(holder) = &holder {
            let expected = if before.has(&free) {
                Holder::Nobody
            } else if before.has(&own) {
                Holder::Own
            } else if before.has_other_names(hour, id) {
                Holder::Other
            } else {
                Holder::Missing
            };
            self.must("names a wrong holder", *holder == expected);
        }
        self.settle("holder", &holder, std::slice::from_ref(&before));
        let look = store.is_claimed_by(hour, id, ticket).await;
        if let Ok(look) = look {
            self.must("looks wrongly", look == before.has(&own));
        }
        self.settle("last look", &look, std::slice::from_ref(&before));
        let read = store.reader_blocking(hour, id, Some(ticket)).map(|reader| {
            let mut bytes = vec![0; usize::try_from(reader.len()).unwrap()];
            reader.read_blocking(0, &mut bytes).unwrap();
            bytes
        });
        let stored = before.get(&free).or(before.get(&own));
        match &read {
            Ok(bytes) => self.must("reads something else", stored == Some(bytes)),
            Err(StorageError::Missing { .. }) => {
                self.must("misses what is there", stored.is_none());
                self.excuse.get_or_insert("it is missing".to_owned());
            }
            Err(_) => {}
        }
        self.settle("read", &read.map(drop), &[before]);
    }

    pub(super) async fn list(&mut self, hour: Hour) {
        let server = self.server();
        let before = self.disk.clone();
        let entries = self.stores[server].entries(hour).await;
        if let Ok(entries) = &entries {
            let listed: BTreeSet<(String, u64)> = entries
                .iter()
                .map(|entry| {
                    let name = match entry.kind {
                        BlobKind::Published => published(hour, entry.id),
                        BlobKind::Claimed(ticket) => claimed(hour, entry.id, ticket),
                        BlobKind::Partial => format!("{hour}/{}.part", entry.id),
                    };
                    (name, entry.len)
                })
                .collect();
            let foreign = ["pepper", "notes.txt", "link"];
            let there = before
                .in_hour(hour)
                .filter(|(name, _)| !foreign.contains(name));
            let there: BTreeSet<(String, u64)> = there
                .map(|(name, content)| {
                    (
                        format!("{hour}/{name}"),
                        u64::try_from(content.len()).unwrap(),
                    )
                })
                .collect();
            self.must("lists something else", listed == there);
        }
        self.settle("list", &entries, &[before]);
    }
}

/// What a removal that failed may leave: the published name goes first, then the others in any order.
fn half_removed(disk: &Disk, hour: Hour, id: ShareId) -> Vec<Disk> {
    let first = published(hour, id);
    let rest = disk.without(|name| name == first);
    let part = format!("{first}.part");
    let of_ticket = format!("{first}.");
    let claims = |name: &str| name.starts_with(&of_ticket) && name != part;
    vec![
        disk.clone(),
        rest.without(claims),
        rest.without(|name| name == part),
        rest,
        disk.without_share(hour, id),
    ]
}
