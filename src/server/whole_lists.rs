//! The routes of whole lists: streamed, since none of them is to be in memory as a whole.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;

use super::access::Caller;
use super::catalogue::whole_list::{Handout, tag};
use super::context::{People, Tools};
use super::error::ApiError;
use super::wire::{RequestId, credentials, names, read_query, refused};
use crate::api::endpoint::WorkspacePath;
use crate::api::whole_list::{Kind, MEDIA_TYPE, WholeQuery};

/// Routes the lists. They are no operations like the others: their answers are not one value.
pub fn serve(router: Router<Arc<Tools>>) -> Router<Arc<Tools>> {
    Kind::ALL.into_iter().fold(router, |router, kind| {
        let run = move |State(tools): State<Arc<Tools>>, request: Request| async move {
            let (mut parts, _) = request.into_parts();
            let id = parts.extensions.get::<RequestId>().cloned();
            answer(tools, &mut parts, kind).await.unwrap_or_else(|error| refused(&error, id.as_ref()))
        };
        router.route(kind.path(), get(run))
    })
}

async fn answer(tools: Arc<Tools>, parts: &mut Parts, kind: Kind) -> Result<Response, ApiError> {
    let Path(WorkspacePath { w: workspace }) =
        Path::from_request_parts(parts, &()).await.map_err(|_| ApiError::NotFound("thing"))?;
    let people = People::admit(tools, credentials(parts), Some(workspace)).await?;
    let query: WholeQuery = read_query(parts.uri.query().unwrap_or_default())?;
    let mut known = parts.headers.get_all(IF_NONE_MATCH).iter().peekable();
    if known.peek().is_some() {
        let etag = format!("\"{}\"", tag(&people, kind).await?);
        if known.any(|known| names(known, &etag)) {
            return Ok(with_tag(StatusCode::NOT_MODIFIED.into_response(), etag));
        }
    }
    let handout = Handout::begin(people, kind, query).await?;
    let etag = format!("\"{}\"", handout.tag());
    let body = Body::from_stream(stream::try_unfold(handout, parts_of));
    let mut response = body.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    Ok(with_tag(response, etag))
}

/// The next part of a body. One that fails, or meets the end of the server, cuts the answer short,
/// and its reader knows.
async fn parts_of(mut handout: Handout) -> Result<Option<(String, Handout)>, std::io::Error> {
    let stop = handout.stop();
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(std::io::Error::other("the server stops")),
        next = handout.next() => match next {
            Ok(text) => Ok(text.map(|text| (text, handout))),
            Err(error) => {
                tracing::error!(error = ?error.problem().code, "a list could not be handed out to its end");
                Err(std::io::Error::other("the store failed"))
            }
        },
    }
}

fn with_tag(mut response: Response, etag: String) -> Response {
    if let Ok(etag) = HeaderValue::try_from(etag) {
        response.headers_mut().insert(ETAG, etag);
    }
    response
}
