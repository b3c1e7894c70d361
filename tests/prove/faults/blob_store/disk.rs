//! What lies in the store's folder, and how it may change.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use onetimeshare::share::{Hour, Sha256, ShareId};

/// Every name under the root with its content; folders end in `/`, the content of a link is where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Disk(pub(super) BTreeMap<String, Vec<u8>>);

impl Disk {
    /// What lies there now.
    pub(super) fn look(root: &Path) -> Self {
        let mut disk = Self::default();
        disk.add(root, "");
        disk
    }

    fn add(&mut self, folder: &Path, before: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{before}{}", entry.file_name().to_str().unwrap());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                self.add(&entry.path(), &format!("{name}/"));
                self.0.insert(format!("{name}/"), Vec::new());
            } else if kind.is_symlink() {
                let to = fs::read_link(entry.path()).unwrap();
                self.0.insert(name, to.to_str().unwrap().into());
            } else {
                self.0.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Vec<u8>> {
        self.0.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The same with one file more, or with another content.
    pub(super) fn with(&self, name: &str, content: &[u8]) -> Self {
        let mut other = self.clone();
        other.0.insert(name.to_owned(), content.to_vec());
        other
    }

    /// The same without the names for which this is true.
    pub(super) fn without(&self, gone: impl Fn(&str) -> bool) -> Self {
        let mut other = self.clone();
        other.0.retain(|name, _| !gone(name));
        other
    }

    /// The same with one file under another name.
    pub(super) fn renamed(&self, from: &str, to: &str) -> Self {
        let mut other = self.clone();
        if let Some(content) = other.0.remove(from) {
            other.0.insert(to.to_owned(), content);
        }
        other
    }

    /// The names in one hour's folder.
    pub(super) fn in_hour(&self, hour: Hour) -> impl Iterator<Item = (&str, &Vec<u8>)> {
        let folder = format!("{hour}/");
        let files = self.0.iter();
        files.filter_map(move |(name, content)| {
            let name = name.strip_prefix(&folder)?;
            (!name.is_empty()).then_some((name, content))
        })
    }

    /// Whether any other name than the published one belongs to the share.
    pub(super) fn has_other_names(&self, hour: Hour, id: ShareId) -> bool {
        let prefix = format!("{id}.");
        self.in_hour(hour)
            .any(|(name, _)| name.starts_with(&prefix))
    }

    /// Without anything of one share.
    pub(super) fn without_share(&self, hour: Hour, id: ShareId) -> Self {
        let (published, other) = (published(hour, id), format!("{hour}/{id}."));
        self.without(|name| name == published || name.starts_with(&other))
    }
}

pub(super) fn published(hour: Hour, id: ShareId) -> String {
    format!("{hour}/{id}")
}

pub(super) fn claimed(hour: Hour, id: ShareId, ticket: Sha256) -> String {
    let mut name = format!("{hour}/{id}.");
    for byte in ticket {
        write!(name, "{byte:02x}").unwrap();
    }
    name
}

pub(super) fn pepper(hour: Hour) -> String {
    format!("{hour}/pepper")
}
