use std::collections::HashMap;
use std::collections::hash_map::Entry;

use unicode_normalization::UnicodeNormalization as _;

use crate::share::{FileName, FilePath};

/// The names an archive has given, as a tree: every component is kept once, under the number of its folder.
#[derive(Default)]
pub(super) struct Names {
    nodes: HashMap<(usize, String), Node>,
    folders: usize,
}

/// What a name stands for. The numbers spare the search for those that are taken.
struct Node {
    /// The number of the folder; nothing for a file.
    folder: Option<usize>,
    /// The next number for a file that may not have this name.
    next_file: usize,
    /// The number under which the folder stands that may not have this name.
    next_folder: usize,
}

impl Node {
    fn new(folder: Option<usize>) -> Self {
        Self {
            folder,
            next_file: 2,
            next_folder: 2,
        }
    }
}

impl Names {
    /// The name of the next file: no other file and no folder has it, not even where upper and lower case are one.
    pub(super) fn give(&mut self, path: &FilePath) -> String {
        let mut within = 0;
        let mut given = String::new();
        for folder in path.folders() {
            let (name, number) = self.folder(within, folder);
            given.push_str(name.as_str());
            given.push('/');
            within = number;
        }
        given.push_str(self.file(within, path.name()).as_str());
        given
    }

    /// A folder of that name, or of the first numbered one that no file has taken.
    fn folder(&mut self, within: usize, wanted: &FileName) -> (FileName, usize) {
        let key = (within, folded(wanted));
        let mut try_number = match self.nodes.get(&key) {
            None => return (wanted.clone(), self.new_folder(key)),
            Some(node) => match node.folder {
                Some(number) => return (wanted.clone(), number),
                None => node.next_folder,
            },
        };
        let (name, number) = loop {
            let name = wanted.numbered(try_number);
            let numbered = (within, folded(&name));
            match self.nodes.get(&numbered).map(|node| node.folder) {
                None => break (name, self.new_folder(numbered)),
                Some(Some(number)) => break (name, number),
                Some(None) => try_number += 1,
            }
        };
        if let Some(node) = self.nodes.get_mut(&key) {
            node.next_folder = try_number;
        }
        (name, number)
    }

    fn new_folder(&mut self, key: (usize, String)) -> usize {
        self.folders += 1;
        self.nodes.insert(key, Node::new(Some(self.folders)));
        self.folders
    }

    fn file(&mut self, within: usize, wanted: &FileName) -> FileName {
        let key = (within, folded(wanted));
        let Some(node) = self.nodes.get(&key) else {
            self.nodes.insert(key, Node::new(None));
            return wanted.clone();
        };
        let mut number = node.next_file;
        let name = loop {
            let name = wanted.numbered(number);
            let numbered = (within, folded(&name));
            number += 1;
            if let Entry::Vacant(free) = self.nodes.entry(numbered) {
                free.insert(Node::new(None));
                break name;
            }
        };
        if let Some(node) = self.nodes.get_mut(&key) {
            node.next_file = number;
        }
        name
    }
}

/// Two names that are one on Windows or macOS fold to the same.
fn folded(name: &FileName) -> String {
    let upper = |letter: char| {
        let mut upper = letter.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(single), None) => single,
            _ => letter,
        }
    };
    name.as_str().nfc().map(upper).collect()
}
