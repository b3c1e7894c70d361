//! `application/x-www-form-urlencoded` bodies behind our own limits of size and time.

use std::{fmt, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{self, HeaderMap},
};
use futures_util::{Stream, StreamExt as _, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::error::WebError;

/// Most bytes of a form.
pub const MAX_FORM: usize = 16 * 1024;

/// Longest time a form may take to arrive.
const ARRIVE_WITHIN: Duration = Duration::from_secs(20);

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// The body is of another type.
    NotUrlencoded,
    /// The body is compressed.
    Encoded,
    /// More than [`MAX_FORM`] bytes.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended too early.
    BrokenOff,
    /// A field is missing, given twice, or of the wrong kind.
    Fields,
}

impl fmt::Display for FormError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotUrlencoded => "the body is not application/x-www-form-urlencoded",
            Self::Encoded => "the body is compressed",
            Self::TooLarge => "the form is too large",
            Self::TooSlow => "the form arrived too slowly",
            Self::BrokenOff => "the form broke off",
            Self::Fields => "a field is missing, given twice, or of the wrong kind",
        })
    }
}

impl std::error::Error for FormError {}

/// Extracts `T` from a form of at most [`MAX_FORM`] bytes that arrives in time.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = check(request.headers());
        let payload = payload.take();
        Box::pin(async move {
            let length = length?;
            let body = tokio::time::timeout(ARRIVE_WITHIN, read(payload, length))
                .await
                .map_err(|_| FormError::TooSlow)??;
            let fields = serde_urlencoded::from_bytes(&body).map_err(|_| FormError::Fields)?;
            Ok(Self(fields))
        })
    }
}

/// Whether a body is compressed. Nothing here decompresses, so there are no bombs.
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// How many bytes may come.
fn check(headers: &HeaderMap) -> Result<usize, FormError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(header::CONTENT_TYPE)
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default()
        .trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(FormError::NotUrlencoded);
    }
    if is_encoded(headers) {
        return Err(FormError::Encoded);
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    match length {
        Some(length) if length > MAX_FORM => Err(FormError::TooLarge),
        Some(length) => Ok(length),
        None => Ok(MAX_FORM),
    }
}

async fn read(
    mut body: impl Stream<Item = Result<bytes::Bytes, PayloadError>> + Unpin,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, FormError> {
    // Reserved in full, so that no grown-out copy of a key stays behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| FormError::BrokenOff)?;
        if bytes.len() + chunk.len() > most {
            return Err(FormError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    struct Fields {
        key: String,
        #[serde(default)]
        passphrase: String,
    }

    async fn extract(request: TestRequest) -> Result<Fields, FormError> {
        let (request, mut payload) = request.to_http_parts();
        match Form::<Fields>::from_request(&request, &mut payload).await {
            Ok(Form(fields)) => Ok(fields),
            Err(WebError::Form(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn urlencoded(body: impl Into<bytes::Bytes>) -> TestRequest {
        TestRequest::post()
            .insert_header((
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=UTF-8",
            ))
            .set_payload(body)
    }

    #[actix_web::test]
    async fn fields_are_decoded() {
        let fields = extract(urlencoded("key=a%2Bb&passphrase=%C3%A4+x&utm_source=mail"))
            .await
            .unwrap();
        assert_eq!(
            fields,
            Fields {
                key: "a+b".to_owned(),
                passphrase: "ä x".to_owned()
            }
        );
    }

    #[actix_web::test]
    async fn wrong_forms_are_told_apart() {
        let json = TestRequest::post()
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .set_payload("{}");
        let gzip = urlencoded("key=a").insert_header((header::CONTENT_ENCODING, "gzip"));
        let announced = urlencoded("key=a").insert_header((header::CONTENT_LENGTH, "16385"));
        assert_eq!(extract(json).await, Err(FormError::NotUrlencoded));
        assert_eq!(
            extract(TestRequest::post()).await,
            Err(FormError::NotUrlencoded)
        );
        assert_eq!(extract(gzip).await, Err(FormError::Encoded));
        assert_eq!(extract(announced).await, Err(FormError::TooLarge));
        assert_eq!(
            extract(urlencoded(format!("key={}", "x".repeat(MAX_FORM)))).await,
            Err(FormError::TooLarge)
        );
        assert_eq!(
            extract(urlencoded("passphrase=x")).await,
            Err(FormError::Fields)
        );
        assert_eq!(
            extract(urlencoded("key=a&key=b")).await,
            Err(FormError::Fields)
        );
    }

    #[actix_web::test]
    async fn identity_is_no_encoding() {
        let request = urlencoded("key=a").insert_header((header::CONTENT_ENCODING, "Identity"));
        assert_eq!(
            extract(request).await.map(|fields| fields.key),
            Ok("a".to_owned())
        );
    }
}
