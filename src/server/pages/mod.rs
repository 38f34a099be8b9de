//! The registration pages over HTTP: requests in, pages out. No scripts, nothing kept in a browser.

mod view;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Form, FromRequestParts, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use secrecy::SecretString;
use serde::Deserialize;

use self::view::{Page, Views};
use super::registration::{Acceptance, Refused, Registrar, Trouble, Visitor};
use super::store::StoreError;

pub use self::view::ViewError;

/// The largest form that is read: two passwords of the longest kind, escaped.
const FORM_BYTES: usize = 16 * 1024;

/// How often something is tried that another change was in the way of.
const MOST_TRIES: u32 = 5;

/// Makes `$attempt`, and makes it again when another change was in the way.
macro_rules! again {
    ($attempt:expr) => {{
        let mut tries = 1;
        loop {
            match $attempt.await {
                Err(Refused::Trouble(Trouble::Store(StoreError::Collision))) if tries < MOST_TRIES => {
                    tries += 1
                }
                answer => break answer,
            }
        }
    }};
}

struct Pages {
    registrar: Arc<Registrar>,
    views: Views,
}

type Shared = State<Arc<Pages>>;

/// The pages of `registrar`. `public_url` is where people reach the server; its path stands before
/// every link. To put visitors' addresses into the record, serve the router with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
///
/// # Errors
/// [`ViewError`] when a template is broken.
pub fn router(registrar: Arc<Registrar>, public_url: &str) -> Result<Router, ViewError> {
    let pages = Pages { registrar, views: Views::new(public_url)? };
    Ok(Router::new()
        .route("/i/{token}", get(invitation).post(accept))
        .route("/i/{token}/decline", get(ask_decline).post(decline))
        .route("/v/{token}", get(code_page).post(verify_code))
        .route("/v/{token}/resend", post(resend))
        .route("/verify/{token}", get(mailed_page).post(verify_link))
        .route("/style.css", get(style))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(Arc::new(pages)))
}

#[derive(Deserialize)]
struct PasswordForm {
    password: SecretString,
    #[serde(default)]
    password_again: SecretString,
}

#[derive(Deserialize)]
struct CodeForm {
    code: String,
}

/// The other end of the connection, where the server was told to remember it.
struct RemoteEnd(Visitor);

impl<S: Send + Sync> FromRequestParts<S> for RemoteEnd {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        Ok(Self(Visitor { address }))
    }
}

async fn invitation(State(pages): Shared, Path(token): Path<String>) -> Response {
    let views = &pages.views;
    match pages.registrar.invitation(&token).await {
        Ok(view) => views.show(&Page::invitation(&token, &view)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn accept(
    State(pages): Shared,
    Path(token): Path<String>,
    RemoteEnd(visitor): RemoteEnd,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Response {
    let views = &pages.views;
    let Ok(Form(form)) = form else { return views.show(&Page::unreadable()) };
    let typed = || Acceptance { password: form.password.clone(), repeat: form.password_again.clone() };
    match again!(pages.registrar.accept(&token, typed(), visitor)) {
        Ok(page) => views.redirect(&format!("/v/{page}")),
        Err(refused) => views.show(&Page::refused_or(refused, |wrong| Page::wrong_password(&token, wrong))),
    }
}

async fn ask_decline(State(pages): Shared, Path(token): Path<String>) -> Response {
    let views = &pages.views;
    match pages.registrar.invitation(&token).await {
        Ok(view) => views.show(&Page::decline(&token, &view)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn decline(State(pages): Shared, Path(token): Path<String>, RemoteEnd(visitor): RemoteEnd) -> Response {
    let views = &pages.views;
    match again!(pages.registrar.decline(&token, visitor)) {
        Ok(scene) => views.show(&Page::declined(&scene)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn code_page(State(pages): Shared, Path(token): Path<String>) -> Response {
    let views = &pages.views;
    match pages.registrar.code_page(&token).await {
        Ok(view) => views.show(&Page::code(&token, &view)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn verify_code(
    State(pages): Shared,
    Path(token): Path<String>,
    RemoteEnd(visitor): RemoteEnd,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Response {
    let views = &pages.views;
    let Ok(Form(form)) = form else { return views.show(&Page::unreadable()) };
    match again!(pages.registrar.verify_code(&token, &form.code, visitor)) {
        Ok(done) => views.show(&Page::done(&done)),
        Err(refused) => {
            views.show(&Page::refused_or(refused, |wrong| Page::wrong_code(&token, &form.code, wrong)))
        }
    }
}

async fn resend(State(pages): Shared, Path(token): Path<String>, RemoteEnd(visitor): RemoteEnd) -> Response {
    let views = &pages.views;
    match again!(pages.registrar.resend_code(&token, visitor)) {
        Ok(page) => views.redirect(&format!("/v/{page}")),
        Err(refused) => views.show(&Page::refused_or(refused, |soon| Page::too_soon(&token, soon))),
    }
}

async fn mailed_page(State(pages): Shared, Path(token): Path<String>) -> Response {
    let views = &pages.views;
    match pages.registrar.mailed_page(&token).await {
        Ok(view) => views.show(&Page::confirm(&token, &view)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn verify_link(
    State(pages): Shared,
    Path(token): Path<String>,
    RemoteEnd(visitor): RemoteEnd,
) -> Response {
    let views = &pages.views;
    match again!(pages.registrar.verify_link(&token, visitor)) {
        Ok(done) => views.show(&Page::done(&done)),
        Err(refused) => views.show(&Page::refused(refused)),
    }
}

async fn style() -> Response {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, view::STYLE).into_response()
}

impl Views {
    fn redirect(&self, path: &str) -> Response {
        view::guarded(Redirect::to(&format!("{}{path}", self.base())).into_response())
    }
}
