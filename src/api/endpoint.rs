//! One declaration for each operation: server route, client call and OpenAPI entry come from it.

use std::fmt::Debug;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;

/// The method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// Makes or does something.
    Post,
    /// Changes some fields of something.
    Patch,
    /// Takes something away.
    Delete,
}

impl Method {
    /// Whether it changes something; then it carries an idempotency key (DESIGN R15).
    pub const fn is_change(self) -> bool {
        !matches!(self, Self::Get)
    }

    /// Whether its requests have a body.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Patch)
    }
}

/// Who may call an operation; checked before its handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody with a valid token.
    SignedIn,
    /// An Admin or a Manager of the workspace in the path (DESIGN R1).
    People,
    /// An Admin of the workspace in the path.
    SetUp,
}

/// An operation of the API.
pub trait Endpoint: Send + Sync + 'static {
    /// Its name, unique, snake_case; the operation id of the OpenAPI document.
    const NAME: &'static str;
    /// One line that says what it is for.
    const SUMMARY: &'static str;
    /// Its method.
    const METHOD: Method;
    /// Its path, with parameters in braces.
    const PATH: &'static str;
    /// Who may call it.
    const ACCESS: Access;
    /// The HTTP status of success.
    const SUCCESS: u16 = 200;

    /// The parameters of the path.
    type Path: Parameters;
    /// The parameters of the query.
    type Query: Parameters;
    /// The JSON body; [`Empty`] where there is none.
    type Body: Parameters;
    /// The JSON answer.
    type Reply: Serialize + DeserializeOwned + JsonSchema + Clone + Debug + Send + Sync + 'static;

    /// The version that a change of the answered thing is made on, where it has one (DESIGN R14). The
    /// `ETag` of the answer is `"VERSION-DIGEST"`, the digest being that of the answer as a whole.
    fn version(_reply: &Self::Reply) -> Option<u64> {
        None
    }
}

/// What the parts of a request have in common.
pub trait Parameters:
    Serialize + DeserializeOwned + JsonSchema + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

impl<T> Parameters for T where
    T: Serialize + DeserializeOwned + JsonSchema + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

/// A call of `E`, without transport.
#[derive(Clone, Debug)]
pub struct Request<E: Endpoint> {
    /// The parameters of the path.
    pub path: E::Path,
    /// The parameters of the query.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
    /// The key under which a repeated change gives the first answer (DESIGN R15).
    pub idempotency_key: Option<String>,
    /// The version that a change is made on (DESIGN R14), sent as `If-Match`.
    pub if_version: Option<u64>,
}

impl<E: Endpoint<Body = Empty>> Request<E> {
    /// A request without a body or a key.
    pub fn read(path: E::Path, query: E::Query) -> Self {
        Self { path, query, body: Empty {}, idempotency_key: None, if_version: None }
    }
}

impl<E: Endpoint> Request<E> {
    /// A change under `key`.
    pub fn change(path: E::Path, query: E::Query, body: E::Body, key: String) -> Self {
        Self { path, query, body, idempotency_key: Some(key), if_version: None }
    }

    /// The same, made on `version`; refused when another one is there (DESIGN R14).
    #[must_use]
    pub fn on_version(self, version: u64) -> Self {
        Self { if_version: Some(version), ..self }
    }

    /// The path with its parameters filled in, percent-encoded.
    pub fn url_path(&self) -> String {
        path_of(E::PATH, &self.path)
    }
}

/// `path` with `parameters` filled in, percent-encoded.
pub fn path_of(path: &str, parameters: &impl Parameters) -> String {
    let mut url = path.to_owned();
    if let Ok(serde_json::Value::Object(values)) = serde_json::to_value(parameters) {
        for (name, value) in values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let encoded = utf8_percent_encode(&text, SEGMENT).to_string();
            url = url.replace(&format!("{{{name}}}"), &encoded);
        }
    }
    url
}

/// All but the unreserved characters (RFC 3986 section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// No parameters, no body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Empty {}

/// A workspace, by its id or its slug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspacePath {
    /// The id or slug.
    pub w: String,
}

/// A user of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPath {
    /// The workspace's id or slug.
    pub w: String,
    /// The user's id.
    pub u: UserId,
}

/// How a change is to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeQuery {
    /// Only ask what it would do, writing nothing (DESIGN R17).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}
