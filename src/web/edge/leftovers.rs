//! What actix-web would keep of a request and its answer for later ones.

use actix_web::{
    HttpRequest,
    dev::{ServiceRequest, Url},
    http::{Uri, header::HeaderMap},
};

/// An answer has about so many, so that their map need not grow.
const MOST_HEADERS: usize = 24;

/// actix-web keeps the headers' memory of used answers for later ones, and what the handler's stack held lies in its gaps.
pub(super) fn afresh(used: HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(MOST_HEADERS);
    for (name, value) in used {
        headers.append(name, value);
    }
    headers
}

/// actix-web keeps used requests for later ones. Without this the paths and headers of the last hundred would stay in
/// memory, and with them the buffers they were read into, bodies included.
pub(super) fn forget(request: HttpRequest) -> HttpRequest {
    let mut request = ServiceRequest::from_request(request);
    let head = request.head_mut();
    head.uri = Uri::default();
    head.headers.clear();
    request.match_info_mut().set(Url::new(Uri::default()));
    request.into_parts().0
}
