use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::vault::Deposited;
use crate::web::AppState;
use crate::web::handlers::{html, moment, rfc3339};
use crate::web::negotiate::{Reader, Wants};
use crate::web::pages::UploadedPage;
use crate::web::qr::Qr;

#[derive(Serialize)]
struct Body<'a> {
    id: String,
    link: &'a str,
    status_link: &'a str,
    expires_at: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_size: Option<usize>,
}

/// Tells the sender the links.
pub(super) fn answer(
    state: &AppState,
    reader: Reader,
    base: &str,
    deposited: &Deposited,
    wants_qr: bool,
) -> HttpResponse {
    let id = deposited.id;
    let link = Zeroizing::new(format!("{base}/d/{id}#{}", *deposited.link.encode()));
    let status_link = Zeroizing::new(format!("{base}/s/{id}#{}", *deposited.owner.encode()));
    match reader.wants {
        Wants::Json => {
            // To draw it costs as much as a tenth of a small share, and few programs show it.
            let qr = wants_qr.then(|| Qr::of(&link)).flatten();
            HttpResponse::Created().json(Body {
                id: id.to_string(),
                link: &link,
                status_link: &status_link,
                expires_at: rfc3339(deposited.expires_at),
                size: deposited.size,
                qr: qr.as_ref().map(|qr| qr.path.as_str()),
                qr_size: qr.as_ref().map(|qr| qr.size),
            })
        }
        Wants::Text => HttpResponse::Created()
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(link.to_string()),
        Wants::Html => html(
            StatusCode::CREATED,
            &UploadedPage {
                layout: state.inner.layout(reader),
                qr: Qr::of(&link),
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
