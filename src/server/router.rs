//! The table of endpoints: one line each; and what surrounds them all.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio_util::task::AbortOnDropHandle;
use tower_http::compression::CompressionLayer;

use super::context::Tools;
use super::error::ApiError;
use super::metrics::requests::counted;
use super::wire::{RequestId, refused, serve};
use super::{catalogue, events, invitations, jobs, manage, sessions, set_up, users, whole_lists};
use crate::api::openapi;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The API, its document and the health checks; `pages` stand beside them.
pub fn router(tools: Arc<Tools>, pages: Router) -> Router {
    let metrics = Arc::clone(&tools.metrics);
    let api = Router::new();
    let api = serve(api, sessions::get::get_session);
    let api = serve(api, users::list::list_users);
    let api = serve(api, users::count::count_users);
    let api = serve(api, users::get::get_user);
    let api = serve(api, users::enrolments::list_user_enrolments);
    let api = serve(api, users::audit::list_user_audit);
    let api = serve(api, invitations::check::check_email);
    let api = serve(api, invitations::create::create_invitation);
    let api = serve(api, invitations::link::get_invitation_link);
    let api = serve(api, catalogue::units::list_units);
    let api = serve(api, catalogue::groups::list_groups);
    let api = serve(api, catalogue::courses::list_courses);
    let api = serve(api, catalogue::auto_enrolments::preview_auto_enrolments);
    let api = serve(api, set_up::auto_enrolments::list_auto_enrolments);
    let api = serve(api, set_up::units::create_unit);
    let api = serve(api, set_up::units::edit_unit);
    let api = serve(api, set_up::units::delete_unit);
    let api = serve(api, set_up::groups::create_group);
    let api = serve(api, set_up::groups::edit_group);
    let api = serve(api, set_up::groups::delete_group);
    let api = serve(api, set_up::courses::create_course);
    let api = serve(api, set_up::courses::edit_course);
    let api = serve(api, set_up::courses::delete_course);
    let api = serve(api, set_up::auto_enrolments::create_auto_enrolment);
    let api = serve(api, set_up::auto_enrolments::edit_auto_enrolment);
    let api = serve(api, set_up::auto_enrolments::delete_auto_enrolment);
    let api = serve(api, manage::handlers::resend_invitation);
    let api = serve(api, manage::handlers::cancel_invitation);
    let api = serve(api, manage::handlers::replace_invitation);
    let api = serve(api, manage::handlers::edit_user);
    let api = serve(api, manage::handlers::delete_user);
    let api = serve(api, manage::handlers::reactivate_user);
    let api = serve(api, manage::handlers::enrol_user);
    let api = serve(api, manage::handlers::withdraw_enrolment);
    let api = serve(api, jobs::create::undo_change);
    let api = serve(api, jobs::changes::list_changes);
    let api = serve(api, jobs::create::create_job);
    let api = serve(api, jobs::handlers::list_jobs);
    let api = serve(api, jobs::handlers::get_job);
    let api = serve(api, jobs::handlers::list_job_results);
    let api = serve(api, jobs::handlers::cancel_job);
    let api = serve(api, users::record::list_audit);
    let api = events::serve(api);
    let api = whole_lists::serve(api);
    api.route("/openapi.json", get(async || axum::Json(openapi::document())))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(Arc::clone(&tools))
        .merge(pages)
        .fallback(async |Extension(id): Extension<RequestId>| refused(&ApiError::NotFound("page"), Some(&id)))
        .method_not_allowed_fallback(async |Extension(id): Extension<RequestId>| {
            refused(&ApiError::MethodNotAllowed, Some(&id))
        })
        .layer(from_fn_with_state(tools, with_request_id))
        .layer(from_fn_with_state(metrics, counted))
        .layer(CompressionLayer::new())
}

/// Whether the store answers, and takes changes.
async fn ready(State(tools): State<Arc<Tools>>, Extension(id): Extension<RequestId>) -> Response {
    match tools.store.check().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(request = id.0, %error, "the store does not answer");
            refused(&error.into(), Some(&id))
        }
    }
}

/// Takes the request's id, or gives it one, and says it in the answer.
async fn with_request_id(State(tools): State<Arc<Tools>>, mut request: Request, next: Next) -> Response {
    let fits = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let sent = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(fits);
    let id = sent.map_or_else(|| tools.entropy.uuid(tools.clock.now()).to_string(), str::to_owned);
    let id = RequestId(id);
    request.extensions_mut().insert(id.clone());
    let mut response = handled(request, next).await.unwrap_or_else(|error| refused(&error, Some(&id)));
    if let Ok(id) = HeaderValue::try_from(id.0) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Lets a request be handled, to the end even where its sender has gone: a change that is written down, and told to
/// nobody, would leave others with what was. What only reads ends with its sender.
async fn handled(request: Request, next: Next) -> Result<Response, ApiError> {
    let only_reads = request.method().is_safe();
    let handling = tokio::spawn(next.run(request));
    let handled = if only_reads { AbortOnDropHandle::new(handling).await } else { handling.await };
    handled.map_err(|error| match error.try_into_panic() {
        Ok(cause) => panicked(cause.as_ref()),
        Err(error) => ApiError::Internal(Box::new(error)),
    })
}

fn panicked(cause: &(dyn Any + Send)) -> ApiError {
    let text = cause.downcast_ref::<&str>().copied();
    let text = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    ApiError::Internal(format!("panicked: {text}").into())
}
