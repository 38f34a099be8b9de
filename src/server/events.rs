//! `GET …/events`: what committed transactions changed, as long as somebody listens.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::access::{Caller, Credentials};
use super::context::{People, Tools};
use super::error::ApiError;
use super::metrics::Present;
use super::store::news::{self, Told};
use super::store::users;
use super::wire::{RequestId, credentials, refused};
use crate::api::endpoint::WorkspacePath;
use crate::api::events::{Event, PATH};
use crate::domain::ids::UserId;

/// Asks proxies that follow nginx not to hold the stream back.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Routes the stream. It is no operation like the others: its answer has no end.
pub fn serve(router: Router<Arc<Tools>>) -> Router<Arc<Tools>> {
    router.route(PATH, get(listen))
}

async fn listen(State(tools): State<Arc<Tools>>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let id = parts.extensions.get::<RequestId>().cloned();
    let metrics = Arc::clone(&tools.metrics);
    match Listener::admit(tools, &mut parts).await {
        Ok(listener) => ([UNBUFFERED], Sse::new(listener.stream())).into_response(),
        Err(error) => {
            metrics.refused(&error);
            refused(&error, id.as_ref())
        }
    }
}

/// Somebody who listens.
struct Listener {
    people: People,
    workspace: String,
    credentials: Credentials,
    news: Receiver<news::Heard>,
    beats: Interval,
    is_greeted: bool,
    _present: Present,
}

/// What the listener waited for.
enum Heard {
    Told(Told),
    Missed,
    Beat,
    End,
}

/// What became of a listener who was admitted anew.
enum Admitted {
    AsBefore,
    /// They see others now: what they saw before tells nothing of these.
    Otherwise,
    NoMore,
}

impl Listener {
    /// Lets the sender of a request listen, by the rules of every other endpoint.
    async fn admit(tools: Arc<Tools>, parts: &mut Parts) -> Result<Self, ApiError> {
        let Path(WorkspacePath { w: workspace }) =
            Path::from_request_parts(parts, &()).await.map_err(|_| ApiError::NotFound("thing"))?;
        // Before anything is read, so that nothing falls between.
        let news = tools.store.newsroom().listen();
        let mut beats = interval(tools.heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats.reset();
        let credentials = credentials(parts);
        let present = tools.metrics.listener();
        let people = People::admit(tools, credentials.clone(), Some(workspace.clone())).await?;
        Ok(Self { people, workspace, credentials, news, beats, is_greeted: false, _present: present })
    }

    fn stream(self) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send {
        futures_util::stream::unfold(self, |mut listener| async move {
            let said = listener.next().await?;
            Some((Ok(said), listener))
        })
    }

    /// What is said next; nothing once the listener may not listen any more or the server stops.
    async fn next(&mut self) -> Option<sse::Event> {
        if !std::mem::replace(&mut self.is_greeted, true) {
            return Some(sse::Event::default().comment("hello"));
        }
        loop {
            let event = match self.wait().await {
                Heard::Told(told) if told.workspace != self.people.workspace.id => continue,
                Heard::Told(told) if !self.concerns_listener(&told.event) => self.within_reach(told).await,
                Heard::End => return None,
                heard => match (self.admit_again().await, heard) {
                    (Admitted::NoMore, _) => return None,
                    (Admitted::AsBefore, Heard::Told(told)) => self.within_reach(told).await,
                    (Admitted::AsBefore, Heard::Beat) => {
                        return Some(sse::Event::default().comment("beat"));
                    }
                    _ => Some(Event::Everything {}),
                },
            };
            let said = event.and_then(|event| written(&event));
            if said.is_some() {
                return said;
            }
        }
    }

    async fn wait(&mut self) -> Heard {
        let stop = self.people.by.tools.stop.clone();
        tokio::select! {
            biased;
            () = stop.cancelled() => Heard::End,
            _ = self.beats.tick() => Heard::Beat,
            told = self.news.recv() => match told {
                Ok(news::Heard::Told(told)) => Heard::Told(told),
                Ok(news::Heard::Gap) | Err(RecvError::Lagged(_)) => Heard::Missed,
                Err(RecvError::Closed) => Heard::End,
            },
        }
    }

    /// Whether it may have changed what the listener themselves may see.
    fn concerns_listener(&self, event: &Event) -> bool {
        match event {
            Event::Users { users } => users.contains(&self.people.user),
            Event::Catalogue {} | Event::Everything {} => self.people.manager().is_some(),
            Event::Job { .. } => false,
        }
    }

    /// Admits the listener anew: the token may be gone, the role lost, the access over.
    async fn admit_again(&mut self) -> Admitted {
        let tools = Arc::clone(&self.people.by.tools);
        match People::admit(tools, self.credentials.clone(), Some(self.workspace.clone())).await {
            Ok(people) => {
                let before = std::mem::replace(&mut self.people, people);
                if before.scope == self.people.scope { Admitted::AsBefore } else { Admitted::Otherwise }
            }
            // Says nothing of the listener; the next heartbeat asks again.
            Err(ApiError::RateLimited(_) | ApiError::Unavailable(_) | ApiError::Collision) => {
                Admitted::AsBefore
            }
            Err(ApiError::Internal(cause)) => {
                tracing::error!(%cause, "a listener could not be admitted again");
                Admitted::NoMore
            }
            Err(_) => Admitted::NoMore,
        }
    }

    /// What the listener may hear of it (DESIGN R1): of users, those in reach, and those who left it.
    async fn within_reach(&self, told: Told) -> Option<Event> {
        let Event::Users { users } = told.event else { return Some(told.event) };
        if self.people.manager().is_none() {
            return Some(Event::Users { users });
        }
        let seen = match self.seen(&users).await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::error!(error = ?error.problem().code, "an event could not be narrowed");
                return Some(Event::Everything {});
            }
        };
        let has_left =
            |user: &UserId| told.left.get(user).is_some_and(|unit| self.people.scope.reaches(Some(*unit)));
        let users: Vec<_> = users.into_iter().filter(|user| seen.contains(user) || has_left(user)).collect();
        if users.is_empty() { None } else { Some(Event::Users { users }) }
    }

    async fn seen(&self, users: &[UserId]) -> Result<HashSet<UserId>, ApiError> {
        let mut tx = self.people.store().read().await?;
        let seen = users::visible(&mut tx, self.people.viewpoint(), users).await?;
        tx.rollback().await?;
        Ok(seen)
    }
}

fn written(event: &Event) -> Option<sse::Event> {
    let said = sse::Event::default().event(event.kind()).json_data(event);
    said.inspect_err(|error| tracing::error!(%error, "an event could not be written")).ok()
}
