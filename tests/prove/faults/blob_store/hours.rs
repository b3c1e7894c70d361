//! The peppers of the hours, and the end of an hour.

use std::{collections::BTreeSet, fs};

use onetimeshare::{share::Hour, storage::StorageError};

use super::{
    disk::{Disk, pepper},
    world::World,
};

impl World {
    /// The pepper is made once, durable, of 32 bytes, and never replaced.
    pub(super) async fn pepper(&mut self, hour: Hour) {
        let server = self.server();
        let cached = self.cached[server].get(&hour).copied();
        let before = self.disk.clone();
        if cached.is_none() && self.dice.below(3) == 0 {
            self.peppers_at_once(hour).await;
            return;
        }
        let outcome = self.stores[server].pepper(hour).await.map(|bytes| *bytes);
        let allowed = self.allowed_by_pepper(hour, &before, outcome.as_ref().ok());
        if let Ok(bytes) = outcome {
            let stored = cached.or_else(|| whole(before.get(&pepper(hour))));
            if before.has(&pepper(hour)) || cached.is_some() {
                self.must("gives another pepper", stored == Some(bytes));
            }
            self.cached[server].insert(hour, bytes);
        }
        self.excuse_damage(hour);
        self.settle("pepper", &outcome, &allowed);
    }

    /// Two servers need it at once: they get the same.
    async fn peppers_at_once(&mut self, hour: Hour) {
        let before = self.disk.clone();
        let [left, right] = &self.stores;
        let (one, other) = tokio::join!(left.pepper(hour), right.pepper(hour));
        let outcomes = [one, other].map(|outcome| outcome.map(|bytes| *bytes));
        let mut told = None;
        for (server, outcome) in outcomes.into_iter().enumerate() {
            let remembered = self.cached[server].get(&hour).copied();
            let bytes = outcome.as_ref().ok().copied();
            let disk = Disk::look(&self.root);
            if let Some(bytes) = bytes {
                let stored = remembered.or_else(|| whole(disk.get(&pepper(hour))));
                self.must("gives a pepper that is not stored", stored == Some(bytes));
                self.cached[server].insert(hour, bytes);
                if remembered.is_none() {
                    told = Some(bytes);
                }
            }
            let allowed = self.allowed_by_pepper(hour, &before, told.as_ref());
            self.excuse_damage(hour);
            self.settle("pepper at once", &outcome, &allowed);
        }
    }

    /// Where there was one it stays as it is; else there is the one that was told, or after an error any whole one, or none.
    fn allowed_by_pepper(&self, hour: Hour, before: &Disk, told: Option<&[u8; 32]>) -> Vec<Disk> {
        let name = pepper(hour);
        if before.has(&name) {
            return vec![before.clone()];
        }
        let with_folder = before.with(&format!("{hour}/"), &[]);
        if let Some(bytes) = told {
            return vec![before.clone(), with_folder.with(&name, bytes)];
        }
        let made = whole(Disk::look(&self.root).get(&name));
        let made = made.map(|bytes| with_folder.with(&name, &bytes));
        [before.clone(), with_folder]
            .into_iter()
            .chain(made)
            .collect()
    }

    /// A pepper of another length is an error for whoever has not read it before.
    fn excuse_damage(&mut self, hour: Hour) {
        let stored = self.disk.get(&pepper(hour));
        if stored.is_some_and(|bytes| bytes.len() != 32) {
            self.excuse
                .get_or_insert("the pepper is damaged".to_owned());
        }
    }

    pub(super) async fn existing_pepper(&mut self, hour: Hour) {
        let server = self.server();
        let cached = self.cached[server].get(&hour).copied();
        let outcome = self.stores[server].existing_pepper(hour).await;
        let outcome = outcome.map(|bytes| *bytes);
        let stored = cached.or_else(|| whole(self.disk.get(&pepper(hour))));
        if let Ok(bytes) = outcome {
            self.must("gives another pepper", stored == Some(bytes));
            self.cached[server].insert(hour, bytes);
        }
        if let Err(StorageError::Missing { .. }) = outcome {
            self.must("misses what is there", !self.disk.has(&pepper(hour)));
            self.excuse.get_or_insert("it is missing".to_owned());
        }
        self.excuse_damage(hour);
        self.settle(
            "existing pepper",
            &outcome,
            std::slice::from_ref(&self.disk.clone()),
        );
    }

    /// The hour is over: its pepper goes first, then everything in its folder and nothing else.
    pub(super) async fn remove_hour(&mut self, hour: Hour) {
        let server = self.server();
        self.cached[server].retain(|kept, _| *kept > hour);
        let outcome = self.stores[server].remove_hour(hour).await;
        let folder = format!("{hour}/");
        let gone = self.disk.without(|name| name.starts_with(&folder));
        let allowed = match outcome {
            Ok(()) => vec![gone],
            Err(_) => vec![
                self.disk.clone(),
                self.disk.without(|name| name == pepper(hour)),
                gone,
            ],
        };
        self.settle("remove the hour", &outcome, &allowed);
        if outcome.is_ok() {
            // Nobody uses an hour that is over: what the other server remembers of it counts no more.
            self.stores
                .iter()
                .for_each(|store| store.forget_peppers_through(hour));
            for cached in &mut self.cached {
                cached.retain(|kept, _| *kept > hour);
            }
        }
        let listed = self.stores[server].hours().await;
        if let Ok(hours) = &listed {
            let there: BTreeSet<Hour> = fs::read_dir(&self.root)
                .unwrap()
                .filter_map(|entry| Hour::parse(entry.unwrap().file_name().to_str()?))
                .collect();
            self.must("lists other hours", hours.iter().copied().eq(there));
        }
        self.settle("hours", &listed, std::slice::from_ref(&self.disk.clone()));
    }
}

fn whole(stored: Option<&Vec<u8>>) -> Option<[u8; 32]> {
    stored?.as_slice().try_into().ok()
}
