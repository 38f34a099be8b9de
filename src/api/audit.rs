//! The record of a whole workspace (DESIGN R13).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Access, Empty, Endpoint, Method, WorkspacePath};
use super::page::Page;
use super::users::AuditEntry;
use crate::domain::safe_text::SafeText;

/// Which entries, and where in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditQuery {
    /// Only what this operator did: the address, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Only entries whose action is this, or begins with it and a dot: `invitation`, `user.deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// An entry of the record, and whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceAuditEntry {
    /// The entry.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// The address of the user it is about; null when it is about none.
    pub email: Option<SafeText>,
}

/// `GET …/audit`. A Manager gets what is about the users in the units managed.
pub struct ListAudit;

impl Endpoint for ListAudit {
    const NAME: &'static str = "list_audit";
    const SUMMARY: &'static str = "The record of the workspace, the latest first";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/audit";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = AuditQuery;
    type Body = Empty;
    type Reply = Page<WorkspaceAuditEntry>;
}
