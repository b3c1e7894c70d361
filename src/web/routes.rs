use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::KeepAlive;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{App, Error, HttpServer, Resource};

use crate::config::Config;

use super::edge::{self, Edge};
use super::error::WebError;
use super::form::FormError;
use super::handlers::{
    admin, auth, collect, download, errors, figures, guard, operations, owner, upload,
};
use super::watchdog::{Watchdog, WatchdogSettings};
use super::{AppState, assets, deadline};

const WATCH_EVERY: Duration = Duration::from_secs(1);
/// Of each worker, for what the file system and passphrases keep waiting: no thread for each of thousands of slow readers. On a disk
/// that takes a second to sync, what comes after so many uploads at once waits with them.
const BLOCKING_THREADS: usize = 64;
const DRAIN_SECONDS: u64 = 30;

/// Serves `listener` until the returned server's handle stops it; running transfers then have 30 seconds.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(listener: TcpListener, state: AppState, config: &Config) -> std::io::Result<Server> {
    let watchdog = Watchdog::new(
        WatchdogSettings::new(config.server.max_connections_per_client),
        Arc::clone(&state.inner.clients),
    );
    let on_connect = watchdog.on_connect();
    actix_web::rt::spawn(watchdog.watch(WATCH_EVERY));
    let edge = Edge {
        clients: Arc::clone(&state.inner.clients),
        public_url: state.inner.public_url.clone(),
        error_page: errors::page_maker(&state),
        tally: state.inner.vault.tally().clone(),
        answer_within: deadline::ANSWER_WITHIN,
    };
    // Called once by each worker, on its own thread.
    let server = HttpServer::new(move || {
        state.inner.vault.redis().open_own_connection();
        App::new()
            .app_data(Data::new(state.clone()))
            .configure(routes)
            .default_service(web::to(errors::not_found))
            .wrap(from_fn(when_ready))
            .wrap(edge::layer(edge.clone()))
    });
    let server = server
        .on_connect(on_connect)
        // The watchdog ends what rests too long; a timer more for each connection would only cost its room.
        .keep_alive(KeepAlive::Os)
        .tcp_nodelay(true)
        .disable_signals()
        .shutdown_timeout(DRAIN_SECONDS)
        .backlog(4096)
        .max_connections(25_000)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .listen(listener)?;
    Ok(server.run())
}

/// Every route there is.
fn routes(app: &mut ServiceConfig) {
    app.app_data(PathConfig::default().error_handler(|_, _| WebError::NotFound.into()))
        .app_data(
            QueryConfig::default().error_handler(|_, _| WebError::Form(FormError::Fields).into()),
        )
        // the sender
        .service(pages("/").get(upload::page))
        .service(form("/upload").post(upload::upload))
        .service(both("/s/{id}").get(owner::page).post(owner::act))
        // the recipient
        .service(both("/d/{id}").get(collect::page).post(collect::reserve))
        .service(form("/d/{id}/inspect").post(collect::inspect))
        .service(pages("/r/{id}/{ticket}").get(download::bytes))
        .service(pages("/r/{id}/{ticket}/status").get(download::status))
        .service(form("/r/{id}/{ticket}/ack").post(download::acknowledge))
        // the operator
        .service(both("/auth/login").get(auth::page).post(auth::sign_in))
        .service(form("/auth/logout").post(auth::sign_out))
        .service(form("/auth/token").post(auth::token))
        .service(pages("/admin").get(admin::page))
        .service(pages("/admin/shares").get(figures::list))
        .service(deletion("/admin/shares/{id}").delete(admin::delete))
        .service(form("/admin/shares/{id}/delete").post(admin::delete_by_form))
        .service(form("/admin/cleanup").post(admin::cleanup))
        .service(pages("/admin/stats").get(figures::stats))
        .service(pages("/health").get(operations::health))
        .service(pages("/metrics").get(operations::metrics))
        // static files
        .service(pages("/static/{path:.*}").get(assets::serve))
        .service(pages("/favicon.ico").get(assets::favicon))
        .service(pages("/robots.txt").get(assets::robots));
}

/// A resource and the methods it allows, for its 405.
struct Route(Resource);

fn pages(path: &str) -> Route {
    route(path, "GET, HEAD")
}

fn form(path: &str) -> Route {
    route(path, "POST")
}

fn both(path: &str) -> Route {
    route(path, "GET, HEAD, POST")
}

fn deletion(path: &str) -> Route {
    route(path, "DELETE")
}

fn route(path: &str, allow: &'static str) -> Route {
    let refuse = move || std::future::ready(Err::<String, _>(WebError::MethodNotAllowed(allow)));
    Route(web::resource(path).default_service(web::to(refuse)))
}

macro_rules! methods {
    ($($name:ident => $($method:ident),+);+) => {
        impl Route {
            $(fn $name<F, Args>(self, handler: F) -> Self
            where
                F: actix_web::Handler<Args> + Clone,
                Args: actix_web::FromRequest + 'static,
                F::Output: actix_web::Responder + 'static,
            {
                Self(self.0 $(.route(web::$method().to(handler.clone())))+)
            })+
        }
    };
}

methods!(get => get, head; post => post; delete => delete);

impl actix_web::dev::HttpServiceFactory for Route {
    fn register(self, config: &mut actix_web::dev::AppService) {
        self.0.register(config);
    }
}

/// While Redis loads and what fell due is carried out, everything but health and static files is told to wait; the agent
/// guard and the operator's guard come before any handler.
async fn when_ready(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request
        .app_data::<Data<AppState>>()
        .expect("every server has its state")
        .clone();
    // The path as the router sees it, percent signs decoded: guards that look at another spelling can be walked around.
    let path = request.match_info().as_str().to_owned();
    let always = path == "/health" || path.starts_with("/static/");
    if !always && !state.is_ready() {
        return Ok(request.error_response(WebError::Starting));
    }
    if let Err(refusal) = collect::admit_agent(&state, &path, request.headers()) {
        return Ok(request.error_response(refusal));
    }
    match guard::admit(&state, &path, &request).await {
        Ok(()) => next.call(request).await,
        Err(guard::Stranger::Browser) => {
            let answer = auth::to_login(&state, request.request());
            Ok(request.into_response(answer))
        }
        Err(guard::Stranger::Refused(refusal)) => Ok(request.error_response(refusal)),
    }
}
