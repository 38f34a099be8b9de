//! The document of the API, and that the server answers as it says.

use std::collections::BTreeSet;

use admit::api::audit::ListAudit;
use admit::api::catalogue::{ListCourses, ListGroups, ListUnits, PreviewAutoEnrolments};
use admit::api::changes::{
    CancelInvitation, DeleteUser, EditUser, EnrolUser, ListChanges, ReactivateUser, ReplaceInvitation,
    ResendInvitation, UndoChange, WithdrawEnrolment,
};
use admit::api::endpoint::{Endpoint, Method};
use admit::api::enrolments::ListUserEnrolments;
use admit::api::invitations::{CheckEmail, CreateInvitation, GetInvitationLink};
use admit::api::jobs::{CancelJob, CreateJob, GetJob, ListJobResults, ListJobs};
use admit::api::openapi;
use admit::api::sessions::GetSession;
use admit::api::set_up::{
    CreateAutoEnrolment, CreateCourse, CreateGroup, CreateUnit, DeleteAutoEnrolment, DeleteCourse,
    DeleteGroup, DeleteUnit, EditAutoEnrolment, EditCourse, EditGroup, EditUnit, ListAutoEnrolments,
};
use admit::api::users::{CountUsers, GetUser, ListUserAudit, ListUsers};
use serde_json::{Value, json};

use crate::academy::*;

/// Calls operations, and notes which ones were.
struct Caller<'a> {
    by: &'a crate::academy::Caller,
    done: BTreeSet<String>,
}

impl Caller<'_> {
    /// Calls `E` about the invited user and reads the answer as its type, of which nothing may be
    /// left over.
    async fn call<E: Endpoint>(&mut self, query: &str) -> E::Reply {
        self.change::<E>(("{u}", &id(INVITED), query), &Value::Null).await
    }

    /// Calls `E` with `value` in the place of `name` in its path.
    async fn change<E: Endpoint>(
        &mut self,
        (name, value, query): (&str, &str, &str),
        body: &Value,
    ) -> E::Reply {
        let path = format!("{}{query}", E::PATH.replace("{w}", "academy").replace(name, value));
        let method = match E::METHOD {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let answer = self.by.send(method, &path, &self.by.key(), body).await;
        assert_eq!(answer.status, E::SUCCESS, "{}: {}", E::NAME, answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        let reply: E::Reply = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(serde_json::to_value(&reply).unwrap(), answer.done(), "{}", E::NAME);
        self.done.insert(E::NAME.to_owned());
        reply
    }
}

async fn reading(caller: &mut Caller<'_>) {
    caller.call::<GetSession>("").await;
    assert_eq!(caller.call::<ListUsers>("?limit=5").await.items.len(), 5);
    caller.call::<CountUsers>("").await;
    caller.call::<GetUser>("").await;
    caller.call::<ListUserEnrolments>("").await;
    caller.call::<CheckEmail>("?email=a@example.org").await;
    caller.change::<CreateInvitation>(("", "", ""), &ann()).await;
    caller.call::<GetInvitationLink>("").await;
    assert_eq!(caller.call::<ListUserAudit>("").await.items.len(), 1);
    caller.call::<ListUnits>("").await;
    caller.call::<ListGroups>("").await;
    caller.call::<ListCourses>("").await;
    caller.call::<ListAutoEnrolments>("").await;
    let preview = format!("?unit={}", id(YORK));
    assert_eq!(caller.call::<PreviewAutoEnrolments>(&preview).await.items.len(), 2);
}

async fn changing(caller: &mut Caller<'_>) {
    caller.call::<ResendInvitation>("").await;
    caller.call::<CancelInvitation>("").await;
    let other = with(ann(), &json!({ "email": "other@example.org" }));
    caller.change::<ReplaceInvitation>(("{u}", &id(INVITED), ""), &other).await;
    let learner = id(LEARNER);
    let edit = json!({ "unit": null, "expires_on": "2027-03-31" });
    let edited = caller.change::<EditUser>(("{u}", &learner, ""), &edit).await;
    let courses = json!({ "courses": [id(ROMAN_HISTORY)] });
    caller.change::<EnrolUser>(("{u}", &learner, ""), &courses).await;
    let enrolment = format!("{learner}/enrolments/{}", id(71));
    caller.change::<WithdrawEnrolment>(("{u}/enrolments/{e}", &enrolment, ""), &Value::Null).await;
    let job = json!({ "change": { "action": "resend" }, "target": { "users": [id(LATE)] } });
    let job = caller.change::<CreateJob>(("", "", ""), &job).await.id.to_string();
    caller.call::<ListJobs>("").await;
    caller.change::<GetJob>(("{j}", &job, ""), &Value::Null).await;
    caller.change::<ListJobResults>(("{j}", &job, ""), &Value::Null).await;
    caller.change::<CancelJob>(("{j}", &job, ""), &Value::Null).await;
    assert!(!caller.call::<ListChanges>("").await.items.is_empty());
    let change = edited.change.unwrap().to_string();
    caller.change::<UndoChange>(("{c}", &change, ""), &Value::Null).await;
    assert!(!caller.call::<ListAudit>("").await.items.is_empty());
    caller.change::<DeleteUser>(("{u}", &learner, ""), &Value::Null).await;
    caller.change::<ReactivateUser>(("{u}", &learner, ""), &Value::Null).await;
}

async fn setting_up(caller: &mut Caller<'_>) {
    let here = ("", "", "");
    let unit = caller.change::<CreateUnit>(here, &json!({ "name": "Leeds", "parent": id(YORKSHIRE) })).await;
    let unit = unit.id.to_string();
    caller.change::<EditUnit>(("{n}", &unit, ""), &json!({ "name": "Hull", "parent": null })).await;
    caller.change::<DeleteUnit>(("{n}", &unit, ""), &Value::Null).await;
    let group = caller.change::<CreateGroup>(here, &json!({ "name": "Choir" })).await.id.to_string();
    caller.change::<EditGroup>(("{g}", &group, ""), &json!({ "name": "Band" })).await;
    let course = json!({ "title": "Singing", "subject": "Music" });
    let course = caller.change::<CreateCourse>(here, &course).await.id.to_string();
    caller.change::<EditCourse>(("{c}", &course, ""), &json!({ "subject": "Arts" })).await;
    let rule = json!({ "name": "Band sings", "group": group, "courses": [course] });
    let rule = caller.change::<CreateAutoEnrolment>(here, &rule).await.id.to_string();
    caller.change::<EditAutoEnrolment>(("{a}", &rule, ""), &json!({ "name": "The band sings" })).await;
    caller.change::<DeleteAutoEnrolment>(("{a}", &rule, ""), &Value::Null).await;
    caller.change::<DeleteGroup>(("{g}", &group, ""), &Value::Null).await;
    caller.change::<DeleteCourse>(("{c}", &course, ""), &Value::Null).await;
}

#[tokio::test]
async fn every_endpoint_of_the_document_answers_as_its_type() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let mut caller = Caller { by: &admin, done: BTreeSet::new() };
    reading(&mut caller).await;
    academy.clock.advance(jiff::SignedDuration::from_mins(2));
    changing(&mut caller).await;
    setting_up(&mut caller).await;
    let document = admin.read("/openapi.json").await;
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|path| path.as_object().unwrap().values());
    let named = operations.map(|operation| text(&operation["operationId"]));
    // The stream of events, which has no answer to read whole, and whole lists, which are no JSON, are
    // tested by themselves.
    let named: BTreeSet<String> =
        named.filter(|name| name != "listen_to_events" && !name.starts_with("get_all_")).collect();
    assert_eq!(caller.done, named);
}

/// Every `$ref` in `value`.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref") {
                found.insert(text(reference));
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_served_as_it_is_built_and_complete() {
    let academy = Academy::open().await;
    let served = academy.holder(None).read("/openapi.json").await;
    assert_eq!(served, openapi::document());
    let mut referred = BTreeSet::new();
    references(&served, &mut referred);
    assert!(!referred.is_empty());
    for reference in referred {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(served.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    // `nullable` is OpenAPI 3.0; JSON Schema 2020-12, which 3.1 uses, has no such word.
    assert!(!served.to_string().contains("\"nullable\""));
    let form = served.pointer("/components/schemas/InvitationForm/required").unwrap();
    assert_eq!(form, &serde_json::json!(["email", "first_name", "last_name", "roles"]));
}

#[test]
fn the_document() {
    insta::assert_json_snapshot!("openapi", openapi::document());
}
