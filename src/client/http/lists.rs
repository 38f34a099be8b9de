//! Whole lists over HTTP: streamed, packed, and known again by their tag.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH};

use super::{HttpClient, briefly, failure_of, refusal};
use crate::api::endpoint::{WorkspacePath, path_of};
use crate::api::whole_list::{MEDIA_TYPE, WholeQuery};
use crate::client::list_lines::{ListLines, Progress, Read};
use crate::client::retry::{Failure, Repeatable, Tries};
use crate::client::{ClientError, Fetched, ListSource, WantedList};

/// For a whole list: a million items over a line of 32 KiB/s take twenty minutes. A line that falls
/// silent is noticed much sooner.
const LONGEST: Duration = Duration::from_hours(2);
/// Items between two words of how far it is.
const STEP: u64 = 10_000;

impl HttpClient {
    async fn attempt_list(
        &self,
        (workspace, wanted): (&str, &WantedList),
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Fetched, (ClientError, Failure)> {
        let path = path_of(wanted.kind.path(), &WorkspacePath { w: workspace.to_owned() });
        let mut sending = self
            .client
            .get(format!("{}{path}", self.base))
            .timeout(LONGEST)
            .query(&WholeQuery { most: Some(wanted.most) })
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, format!("{MEDIA_TYPE}, application/problem+json"))
            .header("X-Request-Id", self.request_id());
        if let Some(tag) = &wanted.known {
            sending = sending.header(IF_NONE_MATCH, format!("\"{tag}\""));
        }
        let mut response = sending.send().await.map_err(|error| self.broken(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::NOT_MODIFIED && wanted.known.is_some() {
            return Ok(Fetched::Unchanged);
        }
        if !status.is_success() {
            let body = self.body_of(response).await?;
            return Err((refusal(status, &headers, &body), failure_of(status, &headers)));
        }
        let unexpected = |error| (error, Failure::Final);
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with(MEDIA_TYPE) {
            let told = format!("{status}, {} in the place of a list", briefly(kind));
            return Err(unexpected(ClientError::Unexpected(told.into())));
        }
        let mut lines = ListLines::new(wanted.kind, wanted.most);
        let mut told = None;
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            lines.take(&chunk).map_err(unexpected)?;
            if let Some(now) = lines.progress()
                && told.is_none_or(|told| now.done >= told + STEP)
            {
                told = Some(now.done);
                progress(now);
            }
        }
        match lines.finish() {
            Ok(Read::Whole(list)) => Ok(Fetched::Whole(list)),
            Ok(Read::TooLong(count)) => Ok(Fetched::TooLong(count)),
            Err(error) => Err((error, Failure::Line)),
        }
    }
}

impl ListSource for HttpClient {
    async fn fetch_list(
        &self,
        workspace: &str,
        wanted: &WantedList,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Fetched, ClientError> {
        let mut tries = Tries::of(Repeatable::Yes, self.tools.patience);
        loop {
            let (error, failure) = match self.attempt_list((workspace, wanted), progress).await {
                Ok(fetched) => return Ok(fetched),
                Err(failed) => failed,
            };
            let Some(wait) = tries.next(failure, &*self.tools.entropy) else {
                tracing::warn!(list = wanted.kind.many(), code = ?error.code(), "a list could not be fetched");
                return Err(error);
            };
            tracing::info!(list = wanted.kind.many(), ?failure, ?wait, "a list is fetched again");
            self.tools.waiter.wait(wait).await;
        }
    }
}
