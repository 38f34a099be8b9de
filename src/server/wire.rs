//! Between HTTP and handlers: requests are read, callers admitted, answers and problems written.

use std::any::TypeId;
use std::error::Error;
use std::future::Future;
use std::iter::successors;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tower_http::timeout::TimeoutError;

use super::access::{Caller, Credentials};
use super::context::Tools;
use super::digest::sha256_hex;
use super::error::ApiError;
use super::store::Outage;
use crate::api::endpoint::{Empty, Endpoint, Method, Request};
use crate::api::problem::{FieldError, MEDIA_TYPE};
use crate::domain::safe_text::SafeText;

/// Largest body that is read.
const MOST_BYTES: usize = 1 << 20;
/// Longest that a request may take.
const LONGEST: Duration = Duration::from_secs(30);

/// How often a request is tried whose transaction another one was in the way of.
const MOST_TRIES: u32 = 5;

/// The id under which a request stands in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Routes `E` to `handler`. One with other types, or for other callers, does not compile.
pub fn serve<E, C, H, F>(router: Router<Arc<Tools>>, handler: H) -> Router<Arc<Tools>>
where
    E: Endpoint,
    C: Caller,
    H: Fn(C, Request<E>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<E::Reply, ApiError>> + Send + 'static,
{
    const { assert!(E::ACCESS as u8 == C::ACCESS as u8, "the handler is for the callers of its endpoint") };
    let filter = match E::METHOD {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    };
    let run = move |State(tools): State<Arc<Tools>>, request: axum::extract::Request| {
        let handler = handler.clone();
        async move {
            let (mut parts, body) = request.into_parts();
            let id = parts.extensions.get::<RequestId>().cloned();
            let metrics = Arc::clone(&tools.metrics);
            let store = tools.store.clone();
            let answer = answer::<E, C, H, F>(tools, &mut parts, body, handler);
            match tokio::time::timeout(LONGEST, answer)
                .await
                .unwrap_or(Err(ApiError::Unavailable(Outage::Slow)))
            {
                Ok(reply) => written::<E>(&reply, &parts.headers)
                    .unwrap_or_else(|error| refused(&ApiError::Internal(Box::new(error)), id.as_ref())),
                Err(error) => {
                    if matches!(error, ApiError::Unavailable(Outage::Full)) {
                        store.note_full();
                    }
                    metrics.refused(&error);
                    refused(&error, id.as_ref())
                }
            }
        }
    };
    router.route(E::PATH, on(filter, run))
}

async fn answer<E, C, H, F>(
    tools: Arc<Tools>,
    parts: &mut Parts,
    body: Body,
    handler: H,
) -> Result<E::Reply, ApiError>
where
    E: Endpoint,
    C: Caller,
    H: Fn(C, Request<E>) -> F,
    F: Future<Output = Result<E::Reply, ApiError>>,
{
    let mut body = Some(body);
    let mut bytes = None;
    for _ in 1..MOST_TRIES {
        let tried = try_answer(Arc::clone(&tools), parts, (&mut body, &mut bytes), &handler).await;
        if !matches!(tried, Err(ApiError::Collision)) {
            return tried;
        }
        tools.metrics.tried_again();
    }
    try_answer(tools, parts, (&mut body, &mut bytes), &handler).await
}

/// Reads the request and lets it be handled. The body comes but once, and is kept in `bytes`.
async fn try_answer<E, C, H, F>(
    tools: Arc<Tools>,
    parts: &mut Parts,
    (body, bytes): (&mut Option<Body>, &mut Option<Bytes>),
    handler: &H,
) -> Result<E::Reply, ApiError>
where
    E: Endpoint,
    C: Caller,
    H: Fn(C, Request<E>) -> F,
    F: Future<Output = Result<E::Reply, ApiError>>,
{
    let Path(path) =
        Path::<E::Path>::from_request_parts(parts, &()).await.map_err(|_| ApiError::NotFound("thing"))?;
    let workspace =
        serde_json::to_value(&path).ok().and_then(|path| Some(path.get("w")?.as_str()?.to_owned()));
    let caller = C::admit(tools, credentials(parts), workspace).await?;
    let query = read_query(parts.uri.query().unwrap_or_default())?;
    if let Some(body) = body.take().filter(|_| E::METHOD.has_body()) {
        let read = read_body(body).await?;
        // An operation without fields may be asked for without a body.
        let is_optional = TypeId::of::<E::Body>() == TypeId::of::<Empty>();
        *bytes = (!(read.is_empty() && is_optional)).then_some(read);
    }
    let body = read_json(bytes.as_deref().unwrap_or(b"{}"))?;
    let if_version = if_version(&parts.headers)?;
    let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let idempotency_key = key.map(|key| key.trim_matches('"').to_owned());
    handler(caller, Request { path, query, body, idempotency_key, if_version }).await
}

/// A body that stops on its way takes too long for its request, however little of it there is.
async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    to_bytes(body, MOST_BYTES).await.map_err(|error| {
        let first: &(dyn Error + 'static) = &error;
        let mut causes = successors(Some(first), |&cause| cause.source());
        if causes.any(<dyn Error>::is::<TimeoutError>) {
            ApiError::Unavailable(Outage::Slow)
        } else {
            ApiError::TooLarge(MOST_BYTES)
        }
    })
}

/// The version that a change is made on (RFC 9110 section 13.1.1): an entity tag of this server
/// begins with it. `*` asks for nothing more than that the thing is there.
fn if_version(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(tag) = headers.get(IF_MATCH) else { return Ok(None) };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let digits = tag.trim_matches('"').split('-').next().and_then(|version| version.parse().ok());
    digits.map(Some).ok_or_else(|| {
        ApiError::Malformed("If-Match takes one entity tag, as the ETag header gave it".to_owned())
    })
}

/// What the headers say of who sends a request.
pub fn credentials(parts: &Parts) -> Credentials {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|value| value.split_once(' '));
    let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Credentials {
        token: token.map(|(_, token)| SecretString::from(token.trim())),
        origin: address
            .map_or_else(|| "api".to_owned(), |info| format!("api {}", info.0.ip().to_canonical())),
    }
}

/// A value that can't be read is a wrong field; what is no JSON at all is a malformed request.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // The reader calls null in the place of a word bad syntax, though it is good JSON.
        if error.inner().is_data() || serde_json::from_slice::<serde_json::Value>(bytes).is_ok() {
            wrong_value(error.path(), &error.inner().to_string())
        } else {
            ApiError::Malformed(format!("the body is no JSON: {}", error.inner()))
        }
    })?;
    reader.end().map_err(|error| ApiError::Malformed(format!("the body is no JSON: {error}")))?;
    Ok(value)
}

pub(super) fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| wrong_value(error.path(), &error.inner().to_string()))
}

fn wrong_value(path: &serde_path_to_error::Path, why: &str) -> ApiError {
    use serde_path_to_error::Segment;
    let pointer = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    let why: String = why.chars().take(300).collect();
    ApiError::Invalid(vec![FieldError {
        pointer: pointer.collect(),
        code: "unreadable".to_owned(),
        detail: why.into(),
    }])
}

fn written<E: Endpoint>(reply: &E::Reply, asked: &HeaderMap) -> Result<Response, serde_json::Error> {
    let body = serde_json::to_vec(reply)?;
    let status = StatusCode::from_u16(E::SUCCESS).unwrap_or(StatusCode::OK);
    let Some(version) = E::version(reply) else { return Ok(json(status, body)) };
    // The version alone would not do: status and delivery change without it.
    let digest = sha256_hex(&body);
    let etag = format!("\"{version}-{}\"", digest.get(..16).unwrap_or_default());
    let is_known = asked.get_all(IF_NONE_MATCH).iter().any(|known| names(known, &etag));
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { json(status, body) };
    if let Ok(etag) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(ETAG, etag);
    }
    Ok(response)
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// Whether a list of entity tags has `etag`, compared weakly (RFC 9110 section 13.1.2).
pub(super) fn names(list: &HeaderValue, etag: &str) -> bool {
    let tags = list.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.into_iter().any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The problem of `error`. What failed in the server is logged here, once, and not told.
pub fn refused(error: &ApiError, id: Option<&RequestId>) -> Response {
    let mut problem = error.problem();
    problem.request_id = id.map(|id| SafeText::new(&id.0));
    if let ApiError::Internal(cause) = error {
        tracing::error!(request = id.map(|id| id.0.as_str()), cause = %cause, "a request failed");
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(&problem)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if matches!(error, ApiError::NotSignedIn) {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use futures_util::stream::pending;
    use tower_http::timeout::TimeoutBody;

    use super::*;

    #[tokio::test]
    async fn a_body_that_stops_on_its_way_is_not_called_too_large() {
        let stopped = Body::from_stream(pending::<Result<Bytes, std::convert::Infallible>>());
        let stopped = Body::new(TimeoutBody::new(Duration::from_millis(1), stopped));
        assert!(matches!(read_body(stopped).await, Err(ApiError::Unavailable(Outage::Slow))));
        let large = Body::from(vec![b' '; MOST_BYTES + 1]);
        assert!(matches!(read_body(large).await, Err(ApiError::TooLarge(MOST_BYTES))));
    }
}
