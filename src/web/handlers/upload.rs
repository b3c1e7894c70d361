use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt as _;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::config::parse_duration;
use crate::crypto::{Digest, Passphrase};
use crate::share::FileName;
use crate::vault::{Deposit, DepositTerms, Deposited};
use crate::web::AppState;
use crate::web::base_url::base_url;
use crate::web::error::{FieldError, WebError};
use crate::web::negotiate::{Reader, Wants};
use crate::web::pages::{UploadPage, UploadedPage};
use crate::web::parts::{FilePart, Part, PartReader};

use super::{html, moment, rfc3339, visitor};

/// What multipart adds to a file of the largest size.
const FORM_SLACK: u64 = 1 << 20;
/// Longer types are not types.
const TYPE_BYTES: usize = 127;

pub(in crate::web) async fn page(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let state = &state.inner;
    let max_size = state.vault.settings().max_size;
    let (expiry_choices, default_expiry) = state.expiry_choices();
    html(
        StatusCode::OK,
        &UploadPage {
            layout: state.layout(visitor(&request).reader),
            max_size,
            expiry_choices,
            default_expiry,
            upload_password_required: state.upload_password.is_some(),
        },
    )
}

pub(in crate::web) async fn upload(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, WebError> {
    let visitor = visitor(&request);
    let headers = request.headers();
    let limiter = &state.inner.limiters.upload;
    limiter
        .check(visitor.network)
        .map_err(WebError::RateLimited)?;
    let base = base_url(state.inner.public_url.as_ref(), headers, visitor.https)
        .ok_or(WebError::Field(FieldError::Host))?;
    let limit = state.inner.vault.settings().max_size;
    if announced(headers).is_some_and(|bytes| bytes > limit.saturating_add(FORM_SLACK)) {
        return Err(WebError::TooLarge(limit));
    }
    let mut fields = Fields {
        authorized: bearer_opens(&state, headers),
        ..Fields::default()
    };
    // Redis away or no room: said before the body is read.
    state.inner.vault.ready_for_deposit().await?;
    let mut reader = PartReader::new(headers, payload)?;
    let mut deposit = None;
    while let Some(part) = reader.next().await? {
        match part {
            Part::Field { .. } if deposit.is_some() => return Err(FieldError::Late.into()),
            Part::Field { name, value } => fields.take(&state, &name, &value)?,
            Part::File(file) if deposit.is_some() && file.name == "file" => {
                return Err(FieldError::SecondFile.into());
            }
            Part::File(file) => deposit = Some(receive(&state, &mut fields, file).await?),
        }
    }
    let deposit: Deposit = deposit.ok_or(FieldError::NoFile)?;
    let deposited = deposit.commit().await?;
    Ok(answer(&state, visitor.reader, &base, &deposited))
}

/// The fields that precede the file.
#[derive(Default)]
struct Fields {
    authorized: bool,
    passphrase: Option<Passphrase>,
    expiry: Option<Duration>,
    seen: Vec<String>,
}

impl Fields {
    fn take(&mut self, state: &AppState, name: &str, value: &str) -> Result<(), WebError> {
        if self.seen.iter().any(|seen| seen == name) {
            return Err(FieldError::Twice.into());
        }
        self.seen.push(name.to_owned());
        match name {
            // A form sends what was left empty, too.
            "passphrase" | "expires" | "upload_password" if value.is_empty() => {}
            "passphrase" => {
                let passphrase = Passphrase::parse(value).map_err(|_| FieldError::Passphrase)?;
                self.passphrase = Some(passphrase);
            }
            "expires" => self.expiry = Some(expiry(state, value)?),
            "upload_password" => {
                self.authorized |= opens(state, value.as_bytes());
            }
            // A part without a file name is not a file.
            "file" => return Err(FieldError::EmptyFileName.into()),
            _ => return Err(FieldError::Unknown.into()),
        }
        Ok(())
    }
}

async fn receive(
    state: &AppState,
    fields: &mut Fields,
    mut file: FilePart<'_>,
) -> Result<Deposit, WebError> {
    if file.name != "file" {
        return Err(FieldError::Unknown.into());
    }
    if !fields.authorized {
        return Err(WebError::UploadPassword);
    }
    if file.file_name.is_empty() {
        return Err(FieldError::EmptyFileName.into());
    }
    let content_type = file
        .content_type
        .take()
        .filter(|text| text.len() <= TYPE_BYTES);
    let terms = DepositTerms {
        expiry: fields.expiry,
        passphrase: fields.passphrase.take(),
        name: FileName::sanitise(&file.file_name),
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
    };
    let mut deposit = state.inner.vault.deposit(terms).await?;
    loop {
        match tokio::time::timeout(deposit.renewal_interval(), file.next()).await {
            Ok(Some(piece)) => deposit.write(&piece?).await?,
            Ok(None) => return Ok(deposit),
            Err(_) => deposit.renew_if_due().await?,
        }
    }
}

fn answer(state: &AppState, reader: Reader, base: &str, deposited: &Deposited) -> HttpResponse {
    #[derive(Serialize)]
    struct Body<'a> {
        id: String,
        link: &'a str,
        status_link: &'a str,
        expires_at: String,
        size: u64,
    }
    let id = deposited.id;
    let link = Zeroizing::new(format!("{base}/d/{id}#{}", *deposited.link.encode()));
    let status_link = Zeroizing::new(format!("{base}/s/{id}#{}", *deposited.owner.encode()));
    match reader.wants {
        Wants::Json => HttpResponse::Created().json(Body {
            id: id.to_string(),
            link: &link,
            status_link: &status_link,
            expires_at: rfc3339(deposited.expires_at),
            size: deposited.size,
        }),
        Wants::Text => HttpResponse::Created()
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(format!("{}\n", *link)),
        Wants::Html => html(
            StatusCode::CREATED,
            &UploadedPage {
                layout: state.inner.layout(reader),
                link: link.to_string(),
                status_link: status_link.to_string(),
                status_page: format!(
                    "/s/{id}{}#{}",
                    reader.language.query(),
                    *deposited.owner.encode()
                ),
                expires_at: moment(deposited.expires_at),
                size: deposited.size,
            },
        ),
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
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
