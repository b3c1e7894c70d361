use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::config::parse_duration;
use crate::crypto::{Digest, Passphrase};
use crate::vault::{Content, DepositTerms};
use crate::web::AppState;
use crate::web::error::{FieldError, WebError};
use crate::web::parts::{MAX_FILES, UploadError};

/// The fields that precede the content.
#[derive(Default)]
pub(super) struct Fields {
    /// Whether who sends them may upload.
    pub(super) authorized: bool,
    /// How many files come, if that was said.
    pub(super) files: Option<usize>,
    /// Whether the link is wanted as a QR code, too.
    pub(super) qr: bool,
    passphrase: Option<Passphrase>,
    expiry: Option<Duration>,
    seen: Vec<String>,
}

impl Fields {
    /// No fields yet; the upload password may stand in the request's head.
    pub(super) fn of(state: &AppState, headers: &HeaderMap) -> Self {
        Self {
            authorized: bearer_opens(state, headers),
            ..Self::default()
        }
    }

    /// Reads a field.
    pub(super) fn take(
        &mut self,
        state: &AppState,
        name: &str,
        value: &str,
    ) -> Result<(), WebError> {
        self.see(name)?;
        match name {
            // A form sends what was left empty, too.
            "passphrase" | "expires" | "upload_password" | "files" | "qr" if value.is_empty() => {}
            "passphrase" => {
                let passphrase = Passphrase::parse(value).map_err(|_| FieldError::Passphrase)?;
                self.passphrase = Some(passphrase);
            }
            "expires" => self.expiry = Some(expiry(state, value)?),
            "upload_password" => {
                self.authorized |= opens(state, value.as_bytes());
            }
            "files" => self.files = Some(file_count(value)?),
            "qr" => self.qr = true,
            // A part without a file name is not a file.
            "file" => return Err(FieldError::EmptyFileName.into()),
            _ => return Err(FieldError::Unknown.into()),
        }
        Ok(())
    }

    /// Refuses a name that was there before.
    pub(super) fn see(&mut self, name: &str) -> Result<(), FieldError> {
        if self.seen.iter().any(|seen| seen == name) {
            return Err(FieldError::Twice);
        }
        self.seen.push(name.to_owned());
        Ok(())
    }

    /// What they say about a deposit that now begins; the passphrase is given away.
    pub(super) fn terms(&mut self, content: Content, at_most: Option<u64>) -> DepositTerms {
        DepositTerms {
            expiry: self.expiry,
            passphrase: self.passphrase.take(),
            content,
            at_most,
        }
    }
}

fn file_count(text: &str) -> Result<usize, WebError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(0) | Err(_) => Err(FieldError::FileCount.into()),
        Ok(_) if !digits => Err(FieldError::FileCount.into()),
        Ok(count) if count > MAX_FILES => Err(UploadError::TooManyFiles.into()),
        Ok(count) => Ok(count),
    }
}

fn expiry(state: &AppState, text: &str) -> Result<Duration, WebError> {
    let settings = state.inner.vault.settings();
    parse_duration(text)
        .ok()
        .filter(|expiry| (settings.min_expiry..=settings.max_expiry).contains(expiry))
        .ok_or(WebError::Field(FieldError::Expiry))
}

/// Whether this upload password is the one; anything opens where there is none.
fn opens(state: &AppState, password: &[u8]) -> bool {
    let expected = &state.inner.upload_password;
    expected
        .as_ref()
        .is_none_or(|expected| *expected == Digest::of(password))
}

fn bearer_opens(state: &AppState, headers: &HeaderMap) -> bool {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().split_at_checked(7))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "))
        .map(|(_, token)| token);
    match token {
        Some(token) => opens(state, token),
        None => state.inner.upload_password.is_none(),
    }
}
