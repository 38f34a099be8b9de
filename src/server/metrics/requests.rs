//! Requests: how many, of which kind, how long until the answer began.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{Metrics, Present, Stopwatch, durations};

/// What is counted of requests.
#[derive(Debug)]
pub(super) struct Requests {
    answered: Family<Answered, Counter>,
    seconds: Family<Asked, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            seconds: Family::new_with_constructor(durations),
            in_flight: Gauge::default(),
        }
    }
}

/// The pattern of the path, never the path itself, and the method.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    route: String,
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

impl Requests {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Requests answered, by the pattern of the path";
        registry.register("admit_requests", help, self.answered.clone());
        let help = "Seconds until the answer began, by the pattern of the path";
        registry.register("admit_request_seconds", help, self.seconds.clone());
        registry.register("admit_requests_in_flight", "Requests under way", self.in_flight.clone());
    }
}

/// Counts a request. It has to surround the routes, so that the pattern of the path is known.
pub async fn counted(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or("none", MatchedPath::as_str).to_owned();
    let method = word(request.method());
    let requests = &metrics.requests;
    let _present = Present::of(&requests.in_flight);
    let stopwatch = Stopwatch::start();
    let response = next.run(request).await;
    let took = stopwatch.elapsed().as_secs_f64();
    let asked = Asked { route, method };
    requests.seconds.get_or_create(&asked).observe(took);
    let Asked { route, method } = asked;
    requests.answered.get_or_create(&Answered { route, method, status: response.status().as_u16() }).inc();
    response
}

/// The name of a method. Anybody can make up others, of which there is no end.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        _ => "other",
    }
}
