//! What a link leads to: loading of the invitation or verification, and what a page shows of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::decide::{Closed, check_invitation, check_pending};
use super::{Nothing, Refused, Registrar};
use crate::domain::ids::{UserId, WorkspaceId};
use crate::domain::safe_text::SafeText;
use crate::server::store::Tx;
use crate::server::store::registration::{self, Invitation, Invitee};
use crate::server::store::verifications::{self, Verification};

/// Titles of planned courses that are shown.
const COURSES_SHOWN: u32 = 12;

/// Where a page is: the workspace, and who is concerned.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The workspace.
    pub workspace: SafeText,
    /// The customer that it belongs to.
    pub customer: SafeText,
    /// The invitee's address.
    pub email: SafeText,
    /// The invitee's first name.
    pub first_name: SafeText,
    /// Who invited, where known.
    pub inviter: Option<SafeText>,
    /// The page that asks for the code, where that is what is left to do.
    pub code_page: Option<String>,
}

/// An open invitation.
#[derive(Clone, Debug)]
pub struct InvitationView {
    /// Where and who.
    pub scene: Scene,
    /// Titles of the planned courses, the first few.
    pub courses: Vec<SafeText>,
    /// How many more there are.
    pub more_courses: u64,
    /// Whether the invitee has an account, whose password is asked for.
    pub has_account: bool,
    /// The day up to which the link works.
    pub link_ends: String,
}

/// A registration that waits for its code.
#[derive(Clone, Debug)]
pub struct CodeView {
    /// Where and who.
    pub scene: Scene,
}

/// A finished registration.
#[derive(Clone, Debug)]
pub struct Done {
    /// Where and who.
    pub scene: Scene,
    /// Titles of the courses now enrolled in, the first few.
    pub courses: Vec<SafeText>,
    /// How many more there are.
    pub more_courses: u64,
}

/// An invitation that can be accepted or declined.
pub(super) struct Opened {
    pub invitee: Invitee,
    pub invitation: Invitation,
    pub view: InvitationView,
}

/// A verification of a pending user.
pub(super) struct Waiting {
    pub invitee: Invitee,
    pub verification: Verification,
    /// The one that was sent last, which may be that one.
    pub latest: Verification,
    pub view: CodeView,
}

impl Registrar {
    /// What the invitation's link `token` leads to. Changes nothing (DESIGN R10).
    ///
    /// # Errors
    /// [`Refused::Closed`] when it leads nowhere any more.
    pub async fn invitation(&self, token: &str) -> Result<InvitationView, Refused<Nothing>> {
        let mut tx = self.tools.store.read().await?;
        Ok(self.open(&mut tx, token).await?.view)
    }

    /// What the code page `token` leads to. Changes nothing.
    ///
    /// # Errors
    /// [`Refused::Closed`] when nothing waits to be verified.
    pub async fn code_page(&self, token: &str) -> Result<CodeView, Refused<Nothing>> {
        let ids = self.tools.secret.read_code_page_token(token);
        let (workspace, id) = ids.ok_or(Refused::Closed(Closed::Unknown, None))?;
        let mut tx = self.tools.store.read().await?;
        Ok(self.waiting(&mut tx, workspace, id).await?.view)
    }

    /// What the mailed verification link `token` leads to. Changes nothing.
    ///
    /// # Errors
    /// [`Refused::Closed`] when nothing waits to be verified.
    pub async fn mailed_page(&self, token: &str) -> Result<CodeView, Refused<Nothing>> {
        let ids = self.tools.secret.read_verification_token(token);
        let (workspace, id) = ids.ok_or(Refused::Closed(Closed::Unknown, None))?;
        let mut tx = self.tools.store.read().await?;
        let waiting = self.waiting(&mut tx, workspace, id).await?;
        self.check_mailed_link(waiting).map(|waiting| waiting.view)
    }

    /// A later mail makes the link of an earlier one void, as it does its code.
    pub(super) fn check_mailed_link<E>(&self, waiting: Waiting) -> Result<Waiting, Refused<E>> {
        let why = if waiting.latest.id != waiting.verification.id {
            Closed::Replaced
        } else if waiting.verification.used || waiting.verification.ends_at <= self.tools.clock.now() {
            Closed::LinkExpired
        } else {
            return Ok(waiting);
        };
        Err(Refused::Closed(why, Some(Box::new(waiting.view.scene))))
    }

    pub(super) fn read_link<E>(
        &self,
        token: &str,
    ) -> Result<(WorkspaceId, crate::domain::ids::InvitationId, u32), Refused<E>> {
        self.tools.secret.read_invitation_token(token).ok_or(Refused::Closed(Closed::Unknown, None))
    }

    pub(super) async fn open<E>(&self, tx: &mut Tx, token: &str) -> Result<Opened, Refused<E>> {
        let unknown = || Refused::Closed(Closed::Unknown, None);
        let (workspace, id, link_number) = self.read_link(token)?;
        let invitation = registration::find_invitation(tx, workspace, id).await?.ok_or_else(unknown)?;
        let invitee =
            registration::find_invitee(tx, workspace, invitation.user).await?.ok_or_else(unknown)?;
        let mut scene = scene(&invitee);
        scene.inviter.clone_from(&invitation.inviter);
        if let Err(why) = check_invitation(&invitation, &invitee, link_number, self.tools.clock.now()) {
            if why == Closed::AwaitsVerification {
                scene.code_page = self.code_page_of(tx, workspace, invitation.user).await?;
            }
            return Err(Refused::Closed(why, Some(Box::new(scene))));
        }
        let (courses, more_courses) = courses(tx, workspace, invitation.user).await?;
        let view = InvitationView {
            scene,
            courses,
            more_courses,
            has_account: invitee.account_password().is_some(),
            link_ends: day(invitation.link_ends_at, &invitee.time_zone),
        };
        Ok(Opened { invitee, invitation, view })
    }

    pub(super) async fn waiting<E>(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: crate::domain::ids::VerificationId,
    ) -> Result<Waiting, Refused<E>> {
        let unknown = || Refused::Closed(Closed::Unknown, None);
        let verification = verifications::find(tx, workspace, id).await?.ok_or_else(unknown)?;
        let invitee =
            registration::find_invitee(tx, workspace, verification.user).await?.ok_or_else(unknown)?;
        let mut scene = scene(&invitee);
        check_pending(&invitee, self.tools.clock.now())
            .map_err(|why| Refused::Closed(why, Some(Box::new(scene.clone()))))?;
        let latest = verifications::latest(tx, workspace, verification.user).await?;
        let latest = latest.unwrap_or_else(|| verification.clone());
        scene.code_page = Some(self.tools.secret.code_page_token(workspace, latest.id));
        Ok(Waiting { invitee, verification, latest, view: CodeView { scene } })
    }

    /// The code page of a user's latest verification.
    async fn code_page_of<E>(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Option<String>, Refused<E>> {
        let latest = verifications::latest(tx, workspace, user).await?;
        Ok(latest.map(|latest| self.tools.secret.code_page_token(workspace, latest.id)))
    }
}

pub(super) fn scene(invitee: &Invitee) -> Scene {
    Scene {
        workspace: SafeText::new(&invitee.place),
        customer: SafeText::new(&invitee.customer),
        email: SafeText::new(&invitee.email),
        first_name: SafeText::new(&invitee.first_name),
        inviter: None,
        code_page: None,
    }
}

/// The titles of the first courses that `user` is planned for or enrolled in, and how many follow.
pub(super) async fn courses<E>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<(Vec<SafeText>, u64), Refused<E>> {
    let titles = registration::course_titles(tx, workspace, user, COURSES_SHOWN).await?;
    let count = registration::count_courses(tx, workspace, user).await?;
    let more = count.saturating_sub(u64::try_from(titles.len()).unwrap_or(count));
    Ok((titles.iter().map(|title| SafeText::new(title)).collect(), more))
}

/// The day of `at` where the workspace is, as people read it.
pub fn day(at: Timestamp, time_zone: &str) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%A %-d %B %Y, %H:%M (%Z)").to_string()
}
