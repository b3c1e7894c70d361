//! Where a file lies among those that were sent with it.

use std::fmt;

use super::FileName;
use super::name::SEPARATORS;

/// Most components, the file's name included.
const MAX_COMPONENTS: usize = 32;

/// Longest path in UTF-8 bytes; leaves room for a number within 1024.
const MAX_PATH_BYTES: usize = 1000;

/// A relative path that leads nowhere but down: folders and a file, each with a safe name. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePath {
    folders: Vec<FileName>,
    name: FileName,
}

impl FilePath {
    /// Makes a safe path of whatever a client sent. What names no folder of its own is left out: `..`, drives, empty
    /// components. Of too many or too long components the deepest folders are left out.
    pub fn sanitise(raw: &str) -> Self {
        let name = FileName::sanitise(raw);
        let (above, _) = raw.rsplit_once(SEPARATORS).unwrap_or_default();
        let mut room = MAX_PATH_BYTES - name.as_str().len();
        let folders = above
            .split(SEPARATORS)
            .filter(|component| !is_drive(component))
            .filter_map(FileName::of_component)
            .take(MAX_COMPONENTS - 1)
            .take_while(|folder| {
                let left = room.checked_sub(folder.as_str().len() + 1);
                room = left.unwrap_or(0);
                left.is_some()
            })
            .collect();
        Self { folders, name }
    }

    /// The folders it lies in, outermost first.
    pub fn folders(&self) -> &[FileName] {
        &self.folders
    }

    /// The file's own name.
    pub fn name(&self) -> &FileName {
        &self.name
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FilePath(…)")
    }
}

fn is_drive(component: &str) -> bool {
    matches!(component.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(raw: &str) -> String {
        let path = FilePath::sanitise(raw);
        let folders = path.folders().iter().chain([path.name()]);
        let names: Vec<&str> = folders.map(FileName::as_str).collect();
        names.join("/")
    }

    #[test]
    fn folders_stay_and_lead_nowhere_else() {
        for (raw, path) in [
            ("a.txt", "a.txt"),
            ("folder/sub/a.txt", "folder/sub/a.txt"),
            ("folder\\sub\\a.txt", "folder/sub/a.txt"),
            ("日本/ä ö.txt", "日本/ä ö.txt"),
            ("/etc/passwd", "etc/passwd"),
            ("../../etc/./passwd", "etc/passwd"),
            ("a/../../b", "a/b"),
            ("..\\..\\b", "b"),
            ("C:\\Users\\me\\a.txt", "Users/me/a.txt"),
            ("c:/a.txt", "a.txt"),
            ("\\\\?\\C:\\a.txt", "a.txt"),
            ("C:a.txt", "Ca.txt"),
            ("1:/ab:/a.txt", "1/ab/a.txt"),
            ("a//b", "a/b"),
            ("a/ . /b", "a/b"),
            ("con/nul.txt", "_con/_nul.txt"),
            ("a/<>/x?.txt", "a/x.txt"),
            ("a/b/", "a/b/download"),
            ("a/..", "a/download"),
            ("", "download"),
        ] {
            assert_eq!(clean(raw), path, "{raw}");
        }
    }

    #[test]
    fn too_deep_and_too_long_paths_lose_their_deepest_folders() {
        let deep = clean(&format!("{}end", "d/".repeat(100)));
        assert_eq!(deep, format!("{}end", "d/".repeat(31)));
        let folder = "f".repeat(199);
        let long = clean(&format!(
            "{}{}",
            format!("{folder}/").repeat(6),
            "x".repeat(200)
        ));
        assert_eq!(
            long,
            format!("{}{}", format!("{folder}/").repeat(4), "x".repeat(200))
        );
        let one_more = clean(&format!(
            "{}{}",
            format!("{folder}/").repeat(6),
            "x".repeat(201)
        ));
        assert_eq!(
            one_more.len(),
            1000,
            "a name is shortened before its folders go"
        );
        let full = "f".repeat(200);
        let fewer = clean(&format!(
            "{}{}",
            format!("{full}/").repeat(6),
            "x".repeat(200)
        ));
        assert_eq!(fewer.len(), 3 * 201 + 200);
    }

    #[test]
    fn debug_does_not_show_the_path() {
        let shown = format!("{:?}", FilePath::sanitise("secret/a.txt"));
        assert_eq!(shown, "FilePath(…)");
    }

    proptest! {
        #[test]
        fn every_result_is_safe_and_final(raw in "[a-c./\\\\: ]{0,60}|(\\PC{0,20}/){0,40}\\PC{0,20}|([a-z]{0,220}/){0,9}") {
            let path = clean(&raw);
            prop_assert_eq!(clean(&path), path.clone());
            prop_assert!(path.len() <= MAX_PATH_BYTES && path.split('/').count() <= MAX_COMPONENTS);
            for component in path.split('/') {
                let name = FileName::sanitise(component);
                prop_assert_eq!(name.as_str(), component);
            }
        }
    }
}
