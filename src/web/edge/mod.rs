//! What happens to every request and every answer, in one middleware around all routes.
//!
//! A random id, the deadline, the refusal of requests from other sites, the form of errors, the common headers, the
//! connection's rest, one log record and the metrics. The record names the route's pattern, never the path: a path can
//! be a key.

use std::{
    mem,
    net::{IpAddr, Ipv4Addr},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage as _, HttpResponse,
    body::{BodySize, BoxBody, MessageBody as _},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    error::InternalError,
    http::{Method, StatusCode},
    middleware::{Next, from_fn},
};
use tracing::Instrument as _;

use body::Tracked;
use leftovers::{afresh, forget};

use super::{
    client::{Clients, NetworkKey},
    cookie::SessionCookie,
    csrf::{self, Credential},
    deadline,
    error::WebError,
    headers::{HeaderPolicy, RequestId},
    metrics,
    negotiate::Reader,
    problem::{ErrorPage, Problem},
    watchdog::{Busy, ConnectionHandle},
};
use crate::config::PublicUrl;
use crate::stack::wipe_stack;
use crate::vault::{Counted, Tally};

/// Its 503 is a report and no error: whoever asks every few seconds would drown all others.
const HEALTH: &str = "/health";

/// What the edge needs to know; one per server, shared by its workers.
#[derive(Clone)]
pub struct Edge {
    /// Who is asking.
    pub clients: Arc<Clients>,
    /// The configured origin.
    pub public_url: Option<PublicUrl>,
    /// Makes the pages of errors.
    pub error_page: ErrorPage,
    /// Where errors and refusals are counted.
    pub tally: Tally,
    /// How long a handler may take to answer; [`deadline::ANSWER_WITHIN`] except in tests.
    pub answer_within: Duration,
}

/// What the edge found out about a request; handlers read it from the request's extensions.
#[derive(Clone, Copy)]
pub struct Visitor {
    /// The network under which the client is counted.
    pub network: NetworkKey,
    /// Whether a trusted proxy says that the client spoke https.
    pub https: bool,
    /// The request's id.
    pub id: RequestId,
    /// The form and the language of answer the request prefers.
    pub reader: Reader,
}

/// The middleware, to be wrapped around everything else.
pub fn layer<S>(
    edge: Edge,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    let edge = Rc::new(edge);
    from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
        let edge = Rc::clone(&edge);
        // In a box: within the connection's task each idle connection would keep its room.
        Box::pin(async move { edge.serve(request, next).await })
    })
}

/// What is kept of a request for its answer.
struct Asked {
    visitor: Visitor,
    method: Method,
    route: Option<String>,
    started: Instant,
    busy: Busy,
}

impl Edge {
    async fn serve(
        &self,
        request: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let busy = Busy::begin(&ConnectionHandle::of(request.request()));
        let id = RequestId::random();
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
        let address = self.clients.address(peer, request.headers());
        let visitor = Visitor {
            network: NetworkKey::of(address.unwrap_or(peer)),
            https: self.clients.is_https(peer, request.headers()),
            id,
            reader: Reader::of(request.method(), request.headers(), request.query_string()),
        };
        let asked = Asked {
            visitor,
            method: request.method().clone(),
            route: request.match_pattern(),
            started: Instant::now(),
            busy,
        };
        request.extensions_mut().insert(visitor);

        let refused = address
            .map_err(|_| WebError::TooManyHops)
            .err()
            .or_else(|| self.cross_site(&request).err());
        if let Some(refusal) = refused {
            let answer = request.error_response(refusal);
            return Ok(self.finish(asked, answer));
        }
        let exempt = deadline::is_exempt(&asked.method, request.path());
        let span = tracing::info_span!("request", id = %id);
        let answer = next.call(request).instrument(span);
        let answer = if exempt {
            Ok(answer.await)
        } else {
            tokio::time::timeout(self.answer_within, answer).await
        };
        match answer {
            Ok(Ok(answer)) => Ok(self.finish(asked, answer)),
            Ok(Err(error)) => Err(self.finish_error(asked, &error)),
            Err(_) => Err(self.finish_error(asked, &WebError::Deadline.into())),
        }
    }

    fn cross_site(&self, request: &ServiceRequest) -> Result<(), WebError> {
        let cookie = SessionCookie::new(self.is_https()).read(request.headers());
        let credential = if cookie.is_some() {
            Credential::Cookie
        } else {
            Credential::Explicit
        };
        csrf::check(
            request.method(),
            request.headers(),
            self.public_url.as_ref(),
            credential,
        )
        .map_err(|_| WebError::CrossSite)
    }

    fn count(&self, prefetch: bool, route: &str, status: StatusCode) {
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.tally.add(Counted::Refused, 1);
        } else if status.is_server_error() && route != HEALTH && !prefetch {
            self.tally.add(Counted::Errors, 1);
        }
    }

    fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    fn finish(&self, asked: Asked, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        wipe_stack();
        let (request, answer) = answer.into_parts();
        ServiceResponse::new(forget(request), self.complete(asked, answer))
    }

    /// For errors of middlewares: the request is gone with them.
    fn finish_error(&self, asked: Asked, error: &Error) -> Error {
        wipe_stack();
        let response = match error.as_error::<WebError>() {
            Some(known) => self.shape(&known.problem(), asked.visitor),
            None => self.shaped_by_status(error.error_response(), asked.visitor),
        };
        InternalError::from_response("", self.complete(asked, response)).into()
    }

    /// Never inlined: what it makes lives on, gaps and all, and its frame lies where the stack has just been wiped.
    #[inline(never)]
    fn complete(&self, asked: Asked, answer: HttpResponse) -> HttpResponse {
        let Asked {
            visitor,
            method,
            route,
            started,
            busy,
        } = asked;
        let error = answer
            .error()
            .and_then(|error| error.as_error::<WebError>());
        // That is refused with 503 whatever the server's state.
        let prefetch = matches!(error, Some(WebError::Prefetch));
        let known = error.map(WebError::problem);
        let mut answer = match known {
            Some(problem) => self.shape(&problem, visitor),
            None => self.shaped_by_status(answer, visitor),
        };
        let headers = answer.headers_mut();
        let anew = afresh(mem::take(headers));
        *headers = anew;
        HeaderPolicy::new(self.is_https()).apply(headers, visitor.id, visitor.reader.language);
        let route = route.unwrap_or_else(|| "none".to_owned());
        let (status, took) = (answer.status().as_u16(), started.elapsed());
        tracing::info!(id = %visitor.id, %method, %route, status, ms = took.as_millis(), "answered");
        self.count(prefetch, &route, answer.status());
        metrics::request(route, method.as_str(), status, took);
        answer.map_body(|_, body| BoxBody::new(Tracked::new(body, busy)))
    }

    fn shape(&self, problem: &Problem, visitor: Visitor) -> HttpResponse {
        problem.respond(visitor.reader, &visitor.id.to_string(), &self.error_page)
    }

    /// actix-web's own errors have no body or a plain text: they get ours, and keep fields such as `Allow`.
    fn shaped_by_status(&self, answer: HttpResponse, visitor: Visitor) -> HttpResponse {
        let bare = matches!(answer.body().size(), BodySize::None | BodySize::Sized(0));
        let error = answer.status().is_client_error() || answer.status().is_server_error();
        if !error || (!bare && answer.error().is_none()) {
            return answer;
        }
        let problem = match answer.status() {
            StatusCode::NOT_FOUND => WebError::NotFound.problem(),
            StatusCode::METHOD_NOT_ALLOWED => Problem {
                allow: None,
                ..WebError::MethodNotAllowed("").problem()
            },
            status if status.is_server_error() => Problem::new(status, "problem-failed"),
            status => Problem::new(status, "problem-refused"),
        };
        let mut shaped = self.shape(&problem, visitor);
        for (name, value) in answer.headers() {
            if !shaped.headers().contains_key(name) {
                shaped.headers_mut().append(name.clone(), value.clone());
            }
        }
        shaped
    }
}

mod body;
mod leftovers;
#[cfg(test)]
mod tests;
