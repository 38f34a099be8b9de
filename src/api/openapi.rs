//! The OpenAPI 3.1 document, built from the endpoint declarations.

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::endpoint::{Access, Endpoint, Method, WorkspacePath};
use super::events::{self, Event};
use super::problem::{MEDIA_TYPE, Problem};
use super::whole_list::{Kind, MEDIA_TYPE as MEDIA_TYPE_OF_LISTS, WholeQuery};
use super::{audit, catalogue, changes, enrolments, invitations, jobs, sessions, set_up, users};

/// Adds every endpoint of the API to the document; the one list of them.
macro_rules! for_each_endpoint {
    ($document:ident) => {
        $document.add::<sessions::GetSession>();
        $document.add::<users::ListUsers>();
        $document.add::<users::CountUsers>();
        $document.add::<users::GetUser>();
        $document.add::<users::ListUserAudit>();
        $document.add::<enrolments::ListUserEnrolments>();
        $document.add::<invitations::CheckEmail>();
        $document.add::<invitations::CreateInvitation>();
        $document.add::<invitations::GetInvitationLink>();
        $document.add::<catalogue::ListUnits>();
        $document.add::<catalogue::ListGroups>();
        $document.add::<catalogue::ListCourses>();
        $document.add::<catalogue::PreviewAutoEnrolments>();
        $document.add::<changes::ResendInvitation>();
        $document.add::<changes::CancelInvitation>();
        $document.add::<changes::ReplaceInvitation>();
        $document.add::<changes::EditUser>();
        $document.add::<changes::DeleteUser>();
        $document.add::<changes::ReactivateUser>();
        $document.add::<changes::EnrolUser>();
        $document.add::<changes::WithdrawEnrolment>();
        $document.add::<changes::UndoChange>();
        $document.add::<changes::ListChanges>();
        $document.add::<jobs::CreateJob>();
        $document.add::<jobs::ListJobs>();
        $document.add::<jobs::GetJob>();
        $document.add::<jobs::ListJobResults>();
        $document.add::<jobs::CancelJob>();
        $document.add::<audit::ListAudit>();
        $document.add::<set_up::CreateUnit>();
        $document.add::<set_up::EditUnit>();
        $document.add::<set_up::DeleteUnit>();
        $document.add::<set_up::CreateGroup>();
        $document.add::<set_up::EditGroup>();
        $document.add::<set_up::DeleteGroup>();
        $document.add::<set_up::CreateCourse>();
        $document.add::<set_up::EditCourse>();
        $document.add::<set_up::DeleteCourse>();
        $document.add::<set_up::ListAutoEnrolments>();
        $document.add::<set_up::CreateAutoEnrolment>();
        $document.add::<set_up::EditAutoEnrolment>();
        $document.add::<set_up::DeleteAutoEnrolment>();
    };
}

/// The document that `/openapi.json` serves.
pub fn document() -> Value {
    // The dialect of OpenAPI 3.1 is JSON Schema 2020-12.
    let mut settings = SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    settings.definitions_path = "/components/schemas".into();
    let mut document = Document { generator: settings.into_generator(), paths: BTreeMap::new() };
    for_each_endpoint!(document);
    document.add_events();
    for kind in Kind::ALL {
        document.add_whole_list(kind);
    }
    document.finish()
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

struct Document {
    generator: SchemaGenerator,
    paths: BTreeMap<&'static str, Map<String, Value>>,
}

impl Document {
    fn add<E: Endpoint>(&mut self) {
        let mut parameters = self.parameters::<E::Path>("path");
        parameters.extend(self.parameters::<E::Query>("query"));
        let reply = self.generator.subschema_for::<E::Reply>();
        let problem = self.generator.subschema_for::<Problem>();
        let mut operation = object(json!({
            "operationId": E::NAME,
            "summary": E::SUMMARY,
            "description": match E::ACCESS {
                Access::SignedIn => "For everybody with a token.",
                Access::People => "For Admins and Managers of the workspace.",
                Access::SetUp => "For Admins of the workspace.",
            },
            "responses": {
                E::SUCCESS.to_string(): {
                    "description": "Done",
                    "content": { "application/json": { "schema": reply } },
                },
                "default": {
                    "description": "Refused",
                    "content": { MEDIA_TYPE: { "schema": problem } },
                },
            },
        }));
        if E::METHOD.is_change() {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": true,
                "description": "Repeated with the same key and body, the first answer is given again.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            }));
        }
        if E::METHOD.has_body() {
            let body = self.generator.subschema_for::<E::Body>();
            let body = json!({ "required": true, "content": { "application/json": { "schema": body } } });
            operation.insert("requestBody".to_owned(), body);
        }
        operation.insert("parameters".to_owned(), Value::Array(parameters));
        let method = match E::METHOD {
            Method::Get => "get",
            Method::Post => "post",
            Method::Patch => "patch",
            Method::Delete => "delete",
        };
        self.paths.entry(E::PATH).or_default().insert(method.to_owned(), Value::Object(operation));
    }

    /// The stream of events, which is no operation with one answer.
    fn add_events(&mut self) {
        let parameters = self.parameters::<WorkspacePath>("path");
        let event = self.generator.subschema_for::<Event>();
        let problem = self.generator.subschema_for::<Problem>();
        let operation = object(json!({
            "operationId": "listen_to_events",
            "summary": "What changes from now on, as server-sent events",
            "description": "For Admins and Managers of the workspace. The data of each event is the JSON of \
                its schema; a comment comes now and then as a sign of life.",
            "parameters": parameters,
            "responses": {
                "200": { "description": "A stream", "content": { events::MEDIA_TYPE: { "schema": event } } },
                "default": { "description": "Refused", "content": { MEDIA_TYPE: { "schema": problem } } },
            },
        }));
        self.paths.entry(events::PATH).or_default().insert("get".to_owned(), Value::Object(operation));
    }

    /// A whole list, which is no JSON.
    fn add_whole_list(&mut self, kind: Kind) {
        let mut parameters = self.parameters::<WorkspacePath>("path");
        parameters.extend(self.parameters::<WholeQuery>("query"));
        parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The ETag of the list that is here already.", "schema": { "type": "string" },
        }));
        let problem = self.generator.subschema_for::<Problem>();
        let many = kind.many();
        let operation = object(json!({
            "operationId": format!("get_all_{many}"),
            "summary": format!("All {many} in one streamed answer, to be kept and asked for again by its ETag"),
            "description": "For Admins and Managers of the workspace. Lines of fields separated by tabs. The \
                first: the list's name, its tag, how many items it has. The last: `end`, how many came. \
                Between them the items: a unit's id, parent's id, level, name and path; a group's id and \
                name; a course's id, title and subject.",
            "parameters": parameters,
            "responses": {
                "200": { "description": "The list", "content": { MEDIA_TYPE_OF_LISTS: { "schema": {
                    "type": "string",
                } } } },
                "304": { "description": "The list is the one that is here" },
                "default": { "description": "Refused", "content": { MEDIA_TYPE: { "schema": problem } } },
            },
        }));
        self.paths.entry(kind.path()).or_default().insert("get".to_owned(), Value::Object(operation));
    }

    /// The properties of `P`, one parameter each.
    fn parameters<P: JsonSchema>(&mut self, place: &str) -> Vec<Value> {
        let schema = self.generator.root_schema_for::<P>();
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let Some(Value::Object(properties)) = schema.get("properties") else { return Vec::new() };
        properties
            .iter()
            .map(|(name, schema)| {
                let required = place == "path" || required.iter().any(|field| field == name);
                json!({ "name": name, "in": place, "required": required, "schema": schema })
            })
            .collect()
    }

    fn finish(mut self) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "admit workspace API",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Invite and manage the people of a learning workspace.",
            },
            "paths": self.paths,
            "components": {
                "schemas": self.generator.take_definitions(true),
                "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            },
            "security": [{ "token": [] }],
        })
    }
}
