//! What a visitor is told about a body that could not be read.

use actix_web::http::StatusCode;

use super::FieldError;
use crate::web::form::FormError;
use crate::web::parts::UploadError;
use crate::web::problem::Problem;

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn form_problem(error: FormError) -> Problem {
    let (status, kind, title, detail) = match error {
        FormError::NotUrlencoded => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-a-form",
            "Not a form",
            "Send application/x-www-form-urlencoded.",
        ),
        FormError::Encoded => ENCODED,
        FormError::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "form-too-large",
            "The form is too large",
            "A form may hold 16 KiB.",
        ),
        FormError::TooSlow => TOO_SLOW,
        FormError::BrokenOff => (
            StatusCode::BAD_REQUEST,
            "broken-off",
            "The request broke off",
            "It ended before it was complete. Please try again.",
        ),
        FormError::Fields => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "fields",
            "A field is missing or wrong",
            "A field is missing, given twice, or of the wrong kind.",
        ),
    };
    Problem {
        close: status != StatusCode::UNPROCESSABLE_ENTITY,
        ..Problem::new(status, kind, title, detail)
    }
}

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn upload_problem(error: UploadError) -> Problem {
    let malformed = |detail| {
        (
            StatusCode::BAD_REQUEST,
            "malformed-upload",
            "The upload is malformed",
            detail,
        )
    };
    let (status, kind, title, detail) = match error {
        UploadError::NotMultipart => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-multipart",
            "Not an upload",
            "Send multipart/form-data.",
        ),
        UploadError::Encoded => ENCODED,
        UploadError::Malformed => {
            malformed("The body does not follow the rules of multipart/form-data.")
        }
        UploadError::BrokenOff => (
            StatusCode::BAD_REQUEST,
            "broken-off",
            "The upload broke off",
            "It ended before it was complete, and nothing was kept. Please try again.",
        ),
        UploadError::TooSlow => TOO_SLOW,
        UploadError::TooManyParts => malformed("There are too many parts."),
        UploadError::TooManyFiles => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "too-many-files",
            "Too many files",
            "1000 files may travel together. Pack them first, and send the one file.",
        ),
        UploadError::HeadTooLarge => malformed("The headers or the name of a part are too long."),
        UploadError::FieldTooLarge => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "field-too-large",
            "A field is too long",
            "A field may hold 4 KiB.",
        ),
        UploadError::TextTooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "text-too-long",
            "The text is too long",
            "A text may hold 1 MiB. Send a longer one as a file.",
        ),
        UploadError::FieldNotText => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "field-not-text",
            "A field is not text",
            "Fields must be UTF-8.",
        ),
        UploadError::PartLength => malformed("A part must not carry its own Content-Length."),
    };
    Problem {
        close: true,
        ..Problem::new(status, kind, title, detail)
    }
}

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn field_problem(error: FieldError) -> Problem {
    let (kind, title, detail) = match error {
        FieldError::NoFile => (
            "no-file",
            "There is no file",
            "Choose a file first; its field is called file.",
        ),
        FieldError::EmptyFileName => (
            "empty-file-name",
            "No file was chosen",
            "Choose a file first: the one that was sent has no name.",
        ),
        FieldError::Late => (
            "late-field",
            "A field came after the file",
            "Send all fields before the file. Nothing was kept.",
        ),
        FieldError::Mixed => (
            "text-and-file",
            "Both text and a file",
            "Send either text or files. Nothing was kept.",
        ),
        FieldError::EmptyText => (
            "empty-text",
            "There is no text",
            "Write something, or choose a file.",
        ),
        FieldError::FileCount => (
            "file-count",
            "This number of files cannot come",
            "The field files says how many files follow: 1 to 1000.",
        ),
        FieldError::WrongCount => (
            "wrong-count",
            "Not as many files as were announced",
            "Fewer or more files came than the field files said. Nothing was kept.",
        ),
        FieldError::Twice => (
            "field-twice",
            "A field was given twice",
            "Send each field once. Nothing was kept.",
        ),
        FieldError::Unknown => (
            "unknown-field",
            "An unknown field",
            "The fields are passphrase, expires, upload_password, files, text and file. Nothing was kept.",
        ),
        FieldError::Expiry => (
            "expiry",
            "This expiry is not offered",
            "Give a time such as 10m, 1h or 1d within the limits of this server.",
        ),
        FieldError::Passphrase => (
            "passphrase-length",
            "The passphrase is too short or too long",
            "A passphrase has 8 to 1024 bytes. Nothing was counted.",
        ),
        FieldError::Ticket => (
            "ticket",
            "The ticket is malformed",
            "A ticket has 43 base64url characters; leave the field out to be given one.",
        ),
        FieldError::Action => (
            "action",
            "An unknown action",
            "The actions are status, revoke and unlock.",
        ),
        FieldError::Host => (
            "host",
            "The request names no host",
            "A link cannot be made without one.",
        ),
    };
    Problem {
        // Where the upload still runs, the rest of it is not waited for.
        close: !matches!(
            error,
            FieldError::Ticket | FieldError::Action | FieldError::Passphrase
        ),
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title, detail)
    }
}

type Texts = (StatusCode, &'static str, &'static str, &'static str);

const ENCODED: Texts = (
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "compressed-body",
    "Compressed bodies are not accepted",
    "Send the body without Content-Encoding.",
);
const TOO_SLOW: Texts = (
    StatusCode::REQUEST_TIMEOUT,
    "too-slow",
    "The request arrived too slowly",
    "Nothing was kept. Please try again on a better connection.",
);
