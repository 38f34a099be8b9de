//! The document of the API, and that the server answers as it says.

use std::collections::BTreeSet;

use admit::api::catalogue::{ListCourses, ListGroups, ListUnits, PreviewAutoEnrolments};
use admit::api::endpoint::{Endpoint, Method};
use admit::api::enrolments::ListUserEnrolments;
use admit::api::invitations::{CheckEmail, CreateInvitation, GetInvitationLink};
use admit::api::openapi;
use admit::api::sessions::GetSession;
use admit::api::users::{CountUsers, GetUser, ListUserAudit, ListUsers};
use serde_json::Value;

use crate::academy::*;

/// Calls `E` and reads the answer as its type, of which nothing may be left over.
async fn call<E: Endpoint>(caller: &Caller, query: &str, done: &mut BTreeSet<String>) -> E::Reply {
    let path = E::PATH.replace("{w}", "academy").replace("{u}", &id(INVITED));
    let path = format!("{path}{query}");
    let answer = match E::METHOD {
        Method::Get => caller.get(&path).await,
        Method::Post => caller.post(&path, "key", &ann()).await,
        Method::Patch => caller.send(reqwest::Method::PATCH, &path, "key", &Value::Null).await,
        Method::Delete => caller.send(reqwest::Method::DELETE, &path, "key", &Value::Null).await,
    };
    assert_eq!(answer.status, E::SUCCESS, "{}: {}", E::NAME, answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let reply: E::Reply = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(serde_json::to_value(&reply).unwrap(), answer.done(), "{}", E::NAME);
    done.insert(E::NAME.to_owned());
    reply
}

#[tokio::test]
async fn every_endpoint_of_the_document_answers_as_its_type() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let mut done = BTreeSet::new();
    call::<GetSession>(&admin, "", &mut done).await;
    assert_eq!(call::<ListUsers>(&admin, "?limit=5", &mut done).await.items.len(), 5);
    call::<CountUsers>(&admin, "", &mut done).await;
    call::<GetUser>(&admin, "", &mut done).await;
    call::<ListUserEnrolments>(&admin, "", &mut done).await;
    call::<CheckEmail>(&admin, "?email=a@example.org", &mut done).await;
    call::<CreateInvitation>(&admin, "", &mut done).await;
    call::<GetInvitationLink>(&admin, "", &mut done).await;
    assert_eq!(call::<ListUserAudit>(&admin, "", &mut done).await.items.len(), 1);
    call::<ListUnits>(&admin, "", &mut done).await;
    call::<ListGroups>(&admin, "", &mut done).await;
    call::<ListCourses>(&admin, "", &mut done).await;
    let preview = format!("?unit={}", id(YORK));
    assert_eq!(call::<PreviewAutoEnrolments>(&admin, &preview, &mut done).await.items.len(), 2);
    let document = admin.read("/openapi.json").await;
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|path| path.as_object().unwrap().values());
    let named: BTreeSet<String> = operations.map(|operation| text(&operation["operationId"])).collect();
    assert_eq!(done, named);
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
