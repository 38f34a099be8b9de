//! What the pages show: every state's words, status and template.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use jiff::SignedDuration;
use minijinja::value::merge_maps;
use minijinja::{Environment, Value, context};

use crate::domain::safe_text::SafeText;
use crate::server::registration::{
    Closed, CodeRefused, CodeView, Done, InvitationView, Nothing, Refused, Scene, TooSoon, Trouble,
    WrongCode, WrongPassword,
};
use crate::server::store::StoreError;
use crate::server::templates;

/// How long a browser is told to wait for a database that can't serve.
const COME_BACK: SignedDuration = SignedDuration::from_secs(2);

/// The one style sheet.
pub(super) const STYLE: &str = include_str!("templates/style.css");

static TEMPLATES: [(&str, &str); 6] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("invitation.html", include_str!("templates/invitation.html")),
    ("decline.html", include_str!("templates/decline.html")),
    ("code.html", include_str!("templates/code.html")),
    ("confirm.html", include_str!("templates/confirm.html")),
    ("message.html", include_str!("templates/message.html")),
];

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                      base-uri 'none'";

/// A template is broken.
#[derive(Debug, thiserror::Error)]
#[error("a registration page can't be made: {0}")]
pub struct ViewError(#[from] minijinja::Error);

/// The templates, ready to be filled.
pub(super) struct Views {
    templates: Environment<'static>,
    base: String,
}

/// One page: which template, with what, and the HTTP status.
pub(super) struct Page {
    status: StatusCode,
    template: &'static str,
    values: Value,
    retry_after: Option<SignedDuration>,
}

impl Views {
    pub(super) fn new(public_url: &str) -> Result<Self, ViewError> {
        let mut templates = templates::environment(&TEMPLATES)?;
        let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
        let base = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("").trim_end_matches('/');
        templates.add_global("base", base);
        Ok(Self { templates, base: base.to_owned() })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn show(&self, page: &Page) -> Response {
        let rendered = self.templates.get_template(page.template).and_then(|it| it.render(&page.values));
        let mut response = match rendered {
            Ok(html) => (page.status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, template = page.template, "a registration page can't be made");
                (StatusCode::INTERNAL_SERVER_ERROR, "the server failed; try again later").into_response()
            }
        };
        if let Some(wait) = page.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(0) + 1));
        }
        guarded(response)
    }
}

/// A page runs nothing, is kept nowhere, is framed by nobody, and its address, which is a secret,
/// is told to nobody.
pub(super) fn guarded(mut response: Response) -> Response {
    let headers: [(HeaderName, &'static str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Page {
    fn new(status: StatusCode, template: &'static str, values: Value) -> Self {
        Self { status, template, values, retry_after: None }
    }

    pub(super) fn invitation(token: &str, view: &InvitationView) -> Self {
        Self::new(StatusCode::OK, "invitation.html", invitation_values(token, view, context! {}))
    }

    pub(super) fn wrong_password(token: &str, wrong: &WrongPassword) -> Self {
        let errors = context! { password => wrong.password.as_deref(), repeat => wrong.repeat.as_deref() };
        let status = if wrong.wait.is_some() {
            StatusCode::TOO_MANY_REQUESTS
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let values = invitation_values(token, &wrong.view, errors);
        Self { retry_after: wrong.wait, ..Self::new(status, "invitation.html", values) }
    }

    pub(super) fn decline(token: &str, view: &InvitationView) -> Self {
        let values = scene_values("Decline the invitation?", &view.scene);
        Self::new(StatusCode::OK, "decline.html", context! { token, ..values })
    }

    pub(super) fn declined(scene: &Scene) -> Self {
        let lines = ["The invitation is declined and its link no longer works. You can close this page."];
        Self::message(StatusCode::OK, "You declined", Some(scene), &lines)
    }

    pub(super) fn code(token: &str, view: &CodeView) -> Self {
        Self::code_with(StatusCode::OK, token, view, context! {})
    }

    fn code_with(status: StatusCode, token: &str, view: &CodeView, more: Value) -> Self {
        let values = scene_values("Verify your address", &view.scene);
        Self::new(status, "code.html", context! { token, ..merge_maps([values, more]) })
    }

    pub(super) fn wrong_code(token: &str, typed: &str, wrong: &WrongCode) -> Self {
        let (status, error, keep) = match wrong.why {
            CodeRefused::Wrong { left: 0 } | CodeRefused::TooManyTries => (
                StatusCode::TOO_MANY_REQUESTS,
                "that was too often; send a new code and type that one".to_owned(),
                false,
            ),
            CodeRefused::Wrong { left } => {
                let tries = if left == 1 { "one try".to_owned() } else { format!("{left} tries") };
                let what = format!("this is not the code of the latest mail; {tries} left");
                (StatusCode::UNPROCESSABLE_ENTITY, what, true)
            }
            CodeRefused::RunOut => {
                (StatusCode::GONE, "the code has run out; send a new code".to_owned(), false)
            }
        };
        let kept: String = typed.chars().take(12).collect();
        let kept = keep.then(|| SafeText::new(&kept).into_string());
        Self::code_with(status, token, &wrong.view, context! { error, typed => kept })
    }

    pub(super) fn too_soon(token: &str, soon: &TooSoon) -> Self {
        let seconds = soon.wait.as_secs().max(0) + 1;
        let wait = if seconds > 90 {
            format!("{} minutes", (seconds + 59) / 60)
        } else {
            format!("{seconds} seconds")
        };
        let notice = format!("A code was sent just now. You can send another in {wait}.");
        let page = Self::code_with(StatusCode::TOO_MANY_REQUESTS, token, &soon.view, context! { notice });
        Self { retry_after: Some(soon.wait), ..page }
    }

    pub(super) fn confirm(token: &str, view: &CodeView) -> Self {
        let values = scene_values("Verify your address", &view.scene);
        Self::new(StatusCode::OK, "confirm.html", context! { token, ..values })
    }

    pub(super) fn done(done: &Done) -> Self {
        let title = format!("Welcome to {}", done.scene.workspace);
        let line = "Your address is verified and your registration is complete.";
        let page = Self::message(StatusCode::OK, &title, Some(&done.scene), &[line]);
        let courses = titles(&done.courses);
        let values = context! { courses, more_courses => done.more_courses, ..page.values };
        Self { values, ..page }
    }

    pub(super) fn unreadable() -> Self {
        let lines = ["The form did not arrive whole. Go back and send it again."];
        Self::message(StatusCode::BAD_REQUEST, "That did not work", None, &lines)
    }

    pub(super) fn refused(refused: Refused<Nothing>) -> Self {
        Self::refused_or(refused, |nothing| match *nothing {})
    }

    pub(super) fn refused_or<E>(refused: Refused<E>, wrong: impl FnOnce(&E) -> Self) -> Self {
        match refused {
            Refused::Wrong(what) => wrong(&what),
            Refused::Closed(why, scene) => Self::closed(why, scene.as_deref()),
            Refused::Trouble(Trouble::Store(StoreError::Unavailable(_) | StoreError::Collision)) => {
                let lines = ["Our database can't be reached at the moment. Try again in a minute."];
                let page = Self::message(StatusCode::SERVICE_UNAVAILABLE, "Not now", None, &lines);
                Self { retry_after: Some(COME_BACK), ..page }
            }
            Refused::Trouble(error) => {
                tracing::error!(%error, "a registration page failed");
                let lines = ["Something went wrong on our side; nothing was changed. Try again in a minute."];
                Self::message(StatusCode::INTERNAL_SERVER_ERROR, "That did not work", None, &lines)
            }
        }
    }

    fn closed(why: Closed, scene: Option<&Scene>) -> Self {
        let (status, title, line) = closed_words(why);
        let asking = scene.map(|scene| {
            let inviter = scene.inviter.as_ref().unwrap_or(&scene.customer);
            format!("If you still want to join, ask {inviter} for a new invitation.")
        });
        let ask =
            matches!(why, Closed::Cancelled | Closed::Declined | Closed::LinkExpired | Closed::AccessEnded);
        let lines: Vec<&str> = std::iter::once(line).chain(asking.as_deref().filter(|_| ask)).collect();
        let page = Self::message(status, title, scene, &lines);
        let Some(code_page) = scene.and_then(|scene| scene.code_page.as_ref()) else { return page };
        let next = context! { path => format!("/v/{code_page}"), label => "Verify your address" };
        Self { values: context! { next, ..page.values }, ..page }
    }

    fn message(status: StatusCode, title: &str, scene: Option<&Scene>, lines: &[&str]) -> Self {
        let values = scene.map_or_else(|| context! { title }, |scene| scene_values(title, scene));
        Self::new(status, "message.html", context! { lines => owned(lines), ..values })
    }
}

fn closed_words(why: Closed) -> (StatusCode, &'static str, &'static str) {
    let gone = StatusCode::GONE;
    match why {
        Closed::Unknown => (
            StatusCode::NOT_FOUND,
            "This link is unknown",
            "Perhaps it was cut off. Open it from the mail again, or copy all of it into your browser.",
        ),
        Closed::Replaced => (
            gone,
            "This link was replaced",
            "A later mail has a new link. Look for the latest mail and use the link in it.",
        ),
        Closed::AwaitsVerification => (
            StatusCode::CONFLICT,
            "This invitation was used",
            "It was used to register, and the address is not verified yet. If that was you, go on there.",
        ),
        Closed::AlreadyActive => {
            (gone, "You are registered", "This registration is complete; there is nothing left to do here.")
        }
        Closed::Cancelled => (gone, "This invitation was withdrawn", "Its link no longer works."),
        Closed::Declined => (gone, "This invitation was declined", "Its link no longer works."),
        Closed::LinkExpired => {
            (gone, "This link has run out", "It is past its lifetime and no longer works.")
        }
        Closed::AccessEnded => (gone, "The access has ended", "The time for which you were invited is over."),
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn titles(courses: &[SafeText]) -> Vec<String> {
    courses.iter().map(SafeText::to_string).collect()
}

fn scene_values(title: &str, scene: &Scene) -> Value {
    context! {
        title,
        workspace => scene.workspace.as_str(),
        customer => scene.customer.as_str(),
        email => scene.email.as_str(),
        first_name => scene.first_name.as_str(),
        inviter => scene.inviter.as_ref().map(SafeText::as_str),
    }
}

fn invitation_values(token: &str, view: &InvitationView, errors: Value) -> Value {
    context! {
        token,
        errors,
        courses => titles(&view.courses),
        more_courses => view.more_courses,
        has_account => view.has_account,
        link_ends => view.link_ends.as_str(),
        ..scene_values(&format!("Join {}", view.scene.workspace), &view.scene)
    }
}
