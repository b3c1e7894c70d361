//! What a share holds, and how its blob says so.

use crate::crypto::FileInfo;
use crate::share::FilePath;

/// Stands where a blob names the type of its content, and says that a person typed it. It is no media type, so no file has it.
const TYPED: &str = "typed text";
const TEXT_NAME: &str = "message.txt";
const TEXT_TYPE: &str = "text/plain; charset=utf-8";
const UNKNOWN_TYPE: &str = "application/octet-stream";
const ARCHIVE_TYPE: &str = "application/zip";

/// What is deposited.
pub enum Content {
    /// One file, kept as it is. Should another follow, both become files of an archive.
    File {
        /// Its name, and where it lies.
        path: FilePath,
        /// What the browser said of its type; shown, never obeyed.
        content_type: String,
    },
    /// Several files, as one archive.
    Files,
    /// Text that was typed, as UTF-8.
    Text,
}

/// What a recipient is told of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentInfo {
    /// A name to save it under.
    pub name: String,
    /// Its type, as its sender's browser named it.
    pub content_type: String,
    /// Whether it is text that was typed, and not a file.
    pub text: bool,
}

/// How the blob of a file says what it holds.
pub(super) fn file_info(path: &FilePath, content_type: String) -> FileInfo {
    let claimed = content_type == TYPED;
    FileInfo {
        name: path.name().as_str().to_owned(),
        content_type: if claimed {
            UNKNOWN_TYPE.to_owned()
        } else {
            content_type
        },
    }
}

/// How the blob of typed text says so.
pub(super) fn text_info() -> FileInfo {
    FileInfo {
        name: TEXT_NAME.to_owned(),
        content_type: TYPED.to_owned(),
    }
}

/// How the blob of an archive says so.
pub(super) fn archive_info(name: &str) -> FileInfo {
    FileInfo {
        name: name.to_owned(),
        content_type: ARCHIVE_TYPE.to_owned(),
    }
}

impl From<FileInfo> for ContentInfo {
    fn from(info: FileInfo) -> Self {
        let text = info.content_type == TYPED;
        Self {
            name: info.name,
            content_type: if text {
                TEXT_TYPE.to_owned()
            } else {
                info.content_type
            },
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_passes_for_typed_text() {
        assert!(ContentInfo::from(text_info()).text);
        for claim in [TYPED, TEXT_TYPE] {
            let info = file_info(&FilePath::sanitise(TEXT_NAME), claim.to_owned());
            assert!(!ContentInfo::from(info).text, "{claim}");
        }
    }
}
