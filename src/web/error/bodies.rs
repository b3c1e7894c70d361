//! What a visitor is told about a body that could not be read.

use actix_web::http::StatusCode;

use super::FieldError;
use crate::web::form::FormError;
use crate::web::parts::UploadError;
use crate::web::problem::Problem;

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn form_problem(error: FormError) -> Problem {
    let (status, message) = match error {
        FormError::NotUrlencoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem-not-a-form"),
        FormError::Encoded => ENCODED,
        FormError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "problem-form-too-large"),
        FormError::TooSlow => TOO_SLOW,
        FormError::BrokenOff => (StatusCode::BAD_REQUEST, "problem-broken-off--form"),
        FormError::Fields => (StatusCode::UNPROCESSABLE_ENTITY, "problem-fields"),
    };
    Problem {
        close: status != StatusCode::UNPROCESSABLE_ENTITY,
        ..Problem::new(status, message)
    }
}

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn upload_problem(error: UploadError) -> Problem {
    let malformed = |message| (StatusCode::BAD_REQUEST, message);
    let (status, message) = match error {
        UploadError::NotMultipart => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem-not-multipart"),
        UploadError::Encoded => ENCODED,
        UploadError::Malformed => malformed("problem-malformed-upload"),
        UploadError::BrokenOff => (StatusCode::BAD_REQUEST, "problem-broken-off"),
        UploadError::TooSlow => TOO_SLOW,
        UploadError::TooManyParts => malformed("problem-malformed-upload--parts"),
        UploadError::TooManyFiles => (StatusCode::UNPROCESSABLE_ENTITY, "problem-too-many-files"),
        UploadError::HeadTooLarge => malformed("problem-malformed-upload--head"),
        UploadError::FieldTooLarge => (StatusCode::UNPROCESSABLE_ENTITY, "problem-field-too-large"),
        UploadError::TextTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "problem-text-too-long"),
        UploadError::FieldNotText => (StatusCode::UNPROCESSABLE_ENTITY, "problem-field-not-text"),
        UploadError::PartLength => malformed("problem-malformed-upload--length"),
    };
    Problem {
        close: true,
        ..Problem::new(status, message)
    }
}

#[deny(clippy::wildcard_enum_match_arm)]
pub(super) fn field_problem(error: FieldError) -> Problem {
    let message = match error {
        FieldError::NoFile => "problem-no-file",
        FieldError::EmptyFileName => "problem-empty-file-name",
        FieldError::Late => "problem-late-field",
        FieldError::Mixed => "problem-text-and-file",
        FieldError::EmptyText => "problem-empty-text",
        FieldError::FileCount => "problem-file-count",
        FieldError::WrongCount => "problem-wrong-count",
        FieldError::Twice => "problem-field-twice",
        FieldError::Unknown => "problem-unknown-field",
        FieldError::Expiry => "problem-expiry",
        FieldError::Passphrase => "problem-passphrase-length",
        FieldError::Ticket => "problem-ticket",
        FieldError::Action => "problem-action",
        FieldError::Host => "problem-host",
    };
    Problem {
        // Where the upload still runs, the rest of it is not waited for.
        close: !matches!(
            error,
            FieldError::Ticket | FieldError::Action | FieldError::Passphrase
        ),
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }
}

type Texts = (StatusCode, &'static str);

const ENCODED: Texts = (
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "problem-compressed-body",
);
const TOO_SLOW: Texts = (StatusCode::REQUEST_TIMEOUT, "problem-too-slow");
