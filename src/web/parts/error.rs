use std::fmt;

/// Why a body could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadError {
    /// The body is not `multipart/form-data`.
    NotMultipart,
    /// The body is compressed.
    Encoded,
    /// The body breaks the rules of its format.
    Malformed,
    /// The connection or the body ended before the final boundary.
    BrokenOff,
    /// Nothing arrived for a while, or too little over a while.
    TooSlow,
    /// More than [`super::MAX_FIELDS`] parts that are not files.
    TooManyParts,
    /// More than [`super::MAX_FILES`] files.
    TooManyFiles,
    /// A part's headers or names are too long, or there is too much between the parts.
    HeadTooLarge,
    /// A part that is not a file is longer than [`super::MAX_FIELD`].
    FieldTooLarge,
    /// The text is longer than [`super::MAX_TEXT`].
    TextTooLarge,
    /// A part that is not a file is not UTF-8.
    FieldNotText,
    /// A part carries its own `Content-Length`, which RFC 7578 does not allow and which could cut a file short.
    PartLength,
}

impl fmt::Display for UploadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotMultipart => "the body is not multipart/form-data",
            Self::Encoded => "the body is compressed",
            Self::Malformed => "the body is malformed",
            Self::BrokenOff => "the body broke off",
            Self::TooSlow => "the body arrived too slowly",
            Self::TooManyParts => "the body has too many parts",
            Self::TooManyFiles => "the body has too many files",
            Self::HeadTooLarge => "the headers of a part are too large",
            Self::FieldTooLarge => "a field is too large",
            Self::TextTooLarge => "the text is too long",
            Self::FieldNotText => "a field is not UTF-8",
            Self::PartLength => "a part carries its own Content-Length",
        })
    }
}

impl std::error::Error for UploadError {}
