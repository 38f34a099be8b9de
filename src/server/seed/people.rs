//! The users of a sample and all that hangs on them: account, invitation, letters, enrolments, record.

use serde_json::json;

use super::dice::Dice;
use super::life::{Dates, Fate, after};
use super::scene::Scene;
use super::searched::Searched;
use super::{ADMIN, DETAILED_USERS};
use crate::domain::ids::{AccountId, UserId};
use crate::domain::role::{Role, Roles};
use crate::domain::search_key::{name_key, search_text};
use crate::domain::status::UserState;
use crate::server::store::bulk::{
    ACCOUNTS, AUDIT, Cell, ENROLMENTS, GROUP_USERS, INVITATIONS, LETTERS, Rows, UNITS_MANAGED, USERS,
    VERIFICATIONS,
};
use crate::server::store::expired::listed_as;
use crate::server::store::marks::mark;
use crate::server::store::{StoreError, Tx};

/// Words of mail servers that refused a letter.
const BOUNCES: &[&str] = &[
    "550 5.1.1 recipient address rejected: user unknown",
    "552 5.2.2 mailbox is full",
    "554 5.7.1 message refused by the recipient's policy",
    "450 4.2.0 greylisted; given up after 10 tries",
];

/// A user to be written.
#[derive(Clone, Debug)]
pub struct Member {
    /// Which one it is, from 0.
    pub n: u64,
    /// The address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// What has become of them.
    pub fate: Fate,
    /// The roles.
    pub roles: Roles,
    /// The place of the unit.
    pub place: Option<usize>,
    /// The places of the units managed.
    pub manages: Vec<usize>,
    /// Their dates.
    pub dates: Dates,
    /// The account, where there is one already.
    pub account: Option<AccountId>,
    /// Whether the sample's password signs them in.
    pub has_password: bool,
}

/// Rows of users that wait to be written.
pub struct Crowd {
    accounts: Rows<{ ACCOUNTS.width() }>,
    users: Rows<{ USERS.width() }>,
    managed: Rows<{ UNITS_MANAGED.width() }>,
    groups: Rows<{ GROUP_USERS.width() }>,
    enrolments: Rows<{ ENROLMENTS.width() }>,
    invitations: Rows<{ INVITATIONS.width() }>,
    verifications: Rows<{ VERIFICATIONS.width() }>,
    letters: Rows<{ LETTERS.width() }>,
    audit: Rows<{ AUDIT.width() }>,
    searched: Searched,
}

impl Default for Crowd {
    fn default() -> Self {
        Self {
            accounts: Rows::of(ACCOUNTS),
            users: Rows::of(USERS),
            managed: Rows::of(UNITS_MANAGED),
            groups: Rows::of(GROUP_USERS),
            enrolments: Rows::of(ENROLMENTS),
            invitations: Rows::of(INVITATIONS),
            verifications: Rows::of(VERIFICATIONS),
            letters: Rows::of(LETTERS),
            audit: Rows::of(AUDIT),
            searched: Searched::default(),
        }
    }
}

impl Crowd {
    /// Inserts what waits, what is referred to before what refers to it.
    pub async fn insert(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        self.accounts.insert(tx).await?;
        self.users.insert(tx).await?;
        self.managed.insert(tx).await?;
        self.groups.insert(tx).await?;
        self.enrolments.insert(tx).await?;
        self.invitations.insert(tx).await?;
        self.verifications.insert(tx).await?;
        self.letters.insert(tx).await?;
        self.audit.insert(tx).await?;
        self.searched.insert(tx).await
    }

    /// Adds `member` of `scene`; the account that it has.
    pub fn add(&mut self, scene: &Scene<'_>, member: &Member, dice: &mut Dice) -> Option<AccountId> {
        let id = UserId::new(dice.uuid(member.dates.invited_at));
        let account = self.add_account(scene, member, dice);
        // Of a great crowd only the first have everything; the rest have what their status shows.
        let detailed = member.n < DETAILED_USERS;
        // Nobody invited the first one.
        let is_invited = member.email != ADMIN.email && (detailed || !member.fate.has_account());
        let mut entry = Entry { crowd: self, scene, member, id, dice };
        let groups = entry.add_groups_and_units();
        if detailed {
            entry.add_enrolments();
        }
        if is_invited {
            entry.add_invitation();
        }
        let delivery = is_invited.then_some(if member.fate == Fate::Bounced { 0 } else { 2 });
        self.add_user(scene, member, (id, account), (groups, delivery));
        let Member { first_name, last_name, email, .. } = member;
        let (key, text) = (name_key(first_name, last_name), search_text(first_name, last_name, email));
        self.searched.add(&scene.workspace.to_string(), &key, &text);
        account
    }

    fn add_account(&mut self, scene: &Scene<'_>, member: &Member, dice: &mut Dice) -> Option<AccountId> {
        if member.account.is_some() || !member.fate.has_account() {
            return member.account;
        }
        let id = AccountId::new(dice.uuid(member.dates.settled_at));
        self.accounts.push([
            id.to_string().into(),
            member.email.clone().into(),
            member.email.clone().into(),
            member.first_name.clone().into(),
            member.last_name.clone().into(),
            member.has_password.then(|| scene.plan.password_hash.clone()).into(),
            member.dates.settled_at.as_microsecond().into(),
        ]);
        Some(id)
    }

    fn add_user(
        &mut self,
        scene: &Scene<'_>,
        member: &Member,
        (id, account): (UserId, Option<AccountId>),
        ((group_key, group_marks), delivery): ((String, i64), Option<i64>),
    ) {
        let Member { email, first_name, last_name, fate, dates, .. } = member;
        let place = member.place.and_then(|place| scene.places.get(place));
        let pending = (*fate == Fate::Pending).then(|| scene.plan.password_hash.clone());
        self.users.push([
            scene.workspace.to_string().into(),
            id.to_string().into(),
            account.map(|account| account.to_string()).into(),
            email.clone().into(),
            email.clone().into(),
            first_name.clone().into(),
            last_name.clone().into(),
            name_key(first_name, last_name).into(),
            search_text(first_name, last_name, email).into(),
            fate.state().as_str().into(),
            i64::from(member.roles.bits()).into(),
            place.map(|place| place.id.to_string()).into(),
            place.map_or_else(String::new, |place| place.at.key.clone()).into(),
            group_key.into(),
            group_marks.into(),
            dates.expires_on.map(|date| date.to_string()).into(),
            dates.ends_at.map(jiff::Timestamp::as_microsecond).into(),
            dates.invited_at.as_microsecond().into(),
            dates.link_ends_at.as_microsecond().into(),
            dates.last_active_at.map(jiff::Timestamp::as_microsecond).into(),
            listed_as(fate.state(), (dates.ends_at, Some(dates.link_ends_at)), scene.plan.now).into(),
            delivery.into(),
            pending.into(),
            dates.invited_at.as_microsecond().into(),
        ]);
    }
}

/// What hangs on one user.
struct Entry<'a> {
    crowd: &'a mut Crowd,
    scene: &'a Scene<'a>,
    member: &'a Member,
    id: UserId,
    dice: &'a mut Dice,
}

impl Entry<'_> {
    fn workspace(&self) -> Cell {
        self.scene.workspace.to_string().into()
    }

    fn user(&self) -> Cell {
        self.id.to_string().into()
    }

    /// Adds them; what the user is sorted by in groups, and the marks of those.
    fn add_groups_and_units(&mut self) -> (String, i64) {
        let (mut key, mut marks): (Option<&String>, i64) = (None, 0);
        let most = self.dice.weighted(&[35, 35, 20, 10]);
        for group in self.dice.several(most, self.scene.groups.len()) {
            let Some((group, name_key)) = self.scene.groups.get(group) else { continue };
            self.crowd.groups.push([self.workspace(), group.to_string().into(), self.user()]);
            key = Some(key.map_or(name_key, |first| first.min(name_key)));
            marks |= mark(*group);
        }
        for place in &self.member.manages {
            let Some(place) = self.scene.places.get(*place) else { continue };
            self.crowd.managed.push([self.workspace(), self.user(), place.id.to_string().into()]);
        }
        (key.cloned().unwrap_or_default(), marks)
    }

    /// Courses chosen, and those of the auto-enrolments of the unit.
    fn add_enrolments(&mut self) {
        let place = self.member.place.and_then(|place| self.scene.places.get(place));
        let mut courses: Vec<(usize, Option<String>)> = Vec::new();
        for rule in &self.scene.rules {
            let inside = rule.unit.zip(place).is_some_and(|(unit, place)| {
                place.at.lineage.split('/').any(|above| above == unit.to_string())
            });
            if inside {
                courses.extend(rule.courses.iter().map(|course| (*course, Some(rule.id.to_string()))));
            }
        }
        let most = self.dice.below(6);
        courses.extend(
            self.dice.several(most, self.scene.courses.len()).into_iter().map(|course| (course, None)),
        );
        let mut seen = Vec::new();
        for (course, rule) in courses {
            if !seen.contains(&course) {
                seen.push(course);
                self.add_enrolment(course, rule);
            }
        }
    }

    fn add_enrolment(&mut self, course: usize, rule: Option<String>) {
        let Some(course) = self.scene.courses.get(course) else { return };
        let (state, progress) = match self.member.fate.state() {
            UserState::Invited | UserState::Pending => ("planned", 0),
            UserState::Cancelled => return,
            UserState::Active | UserState::Deleted => match self.dice.weighted(&[25, 35, 35, 5]) {
                0 => ("enrolled", 0),
                1 => ("in_progress", 5 + self.dice.span(90)),
                2 => ("completed", 100),
                _ => ("withdrawn", self.dice.span(60)),
            },
        };
        let since = self.scene.plan.now.duration_since(self.member.dates.settled_at).as_secs();
        let changed_at = after(self.member.dates.settled_at, self.dice.span(since));
        let id = self.dice.uuid(changed_at).to_string();
        self.crowd.enrolments.push([
            self.workspace(),
            id.into(),
            self.user(),
            course.to_string().into(),
            state.into(),
            progress.into(),
            rule.into(),
            changed_at.as_microsecond().into(),
        ]);
    }

    fn add_invitation(&mut self) {
        let (fate, dates) = (self.member.fate, self.member.dates);
        let id = self.dice.uuid(dates.invited_at).to_string();
        let state = match fate {
            Fate::Invited | Fate::Overdue | Fate::Bounced => "open",
            Fate::Cancelled => "cancelled",
            Fate::Declined => "declined",
            Fate::Active | Fate::Expired | Fate::Pending | Fate::Deleted => "used",
        };
        self.crowd.invitations.push([
            self.workspace(),
            id.clone().into(),
            self.user(),
            state.into(),
            dates.invited_at.as_microsecond().into(),
            self.scene.admin.map(|admin| admin.to_string()).into(),
            dates.link_ends_at.as_microsecond().into(),
        ]);
        self.add_letter(("invitation", id), dates.invited_at);
        let roles: Vec<Role> = self.member.roles.iter().collect();
        let sent = json!({ "status": "invited", "email": self.member.email, "roles": roles });
        self.add_audit((dates.invited_at, true), ("invitation.sent", "invited"), (None, Some(sent)));
        self.add_later_record();
    }

    /// What the record says after the invitation.
    fn add_later_record(&mut self) {
        let (fate, settled_at) = (self.member.fate, self.member.dates.settled_at);
        let mut change = |by_admin, action, summary, before: &str, after: &str| {
            let states = (Some(json!({ "status": before })), Some(json!({ "status": after })));
            self.add_audit((settled_at, by_admin), (action, summary), states);
        };
        match fate {
            Fate::Invited | Fate::Overdue | Fate::Bounced => {}
            Fate::Cancelled => {
                change(true, "invitation.cancelled", "cancelled the invitation", "invited", "cancelled");
            }
            Fate::Declined => change(false, "invitation.declined", "declined", "invited", "cancelled"),
            Fate::Pending => change(false, "invitation.accepted", "registered", "invited", "pending"),
            Fate::Active | Fate::Expired | Fate::Deleted => {
                change(false, "user.activated", "verified the address", "pending", "active");
            }
        }
        if fate == Fate::Deleted {
            change(true, "user.deleted", "deleted", "active", "deleted");
        }
        if fate == Fate::Pending {
            self.add_verification();
        }
    }

    fn add_verification(&mut self) {
        let at = self.member.dates.settled_at;
        let id = self.dice.uuid(at).to_string();
        self.crowd.verifications.push([
            self.workspace(),
            id.clone().into(),
            self.user(),
            at.as_microsecond().into(),
            after(at, 15 * 60).as_microsecond().into(),
        ]);
        self.add_letter(("verification", id), at);
    }

    /// A letter that has left or was given up; none waits, so that a sample mails nobody.
    fn add_letter(&mut self, (kind, subject): (&'static str, String), at: jiff::Timestamp) {
        let failed = self.member.fate == Fate::Bounced;
        let (state, attempts, seconds) = if failed { ("failed", 10, 68_000) } else { ("sent", 1, 2) };
        let answer = if failed {
            self.dice.pick(BOUNCES).copied().unwrap_or_default().to_owned()
        } else {
            format!("250 2.0.0 Ok: queued as {:08X}", self.dice.span(i64::from(u32::MAX)))
        };
        let settled_at = after(at, seconds).min(self.scene.plan.now);
        self.crowd.letters.push([
            self.workspace(),
            self.dice.uuid(at).to_string().into(),
            self.user(),
            kind.into(),
            subject.into(),
            state.into(),
            attempts.into(),
            settled_at.as_microsecond().into(),
            settled_at.as_microsecond().into(),
            answer.into(),
            at.as_microsecond().into(),
        ]);
    }

    fn add_audit(
        &mut self,
        (at, by_admin): (jiff::Timestamp, bool),
        (action, summary): (&'static str, &'static str),
        (before, after): (Option<serde_json::Value>, Option<serde_json::Value>),
    ) {
        let actor = if by_admin { ADMIN.email.to_owned() } else { self.member.email.clone() };
        self.crowd.audit.push([
            self.workspace(),
            self.dice.uuid(at).to_string().into(),
            self.user(),
            at.as_microsecond().into(),
            actor.into(),
            self.scene.admin.filter(|_| by_admin).map(|admin| admin.to_string()).into(),
            if by_admin { "192.0.2.10" } else { "page" }.into(),
            action.into(),
            summary.into(),
            before.map(|value| value.to_string()).into(),
            after.map(|value| value.to_string()).into(),
        ]);
    }
}
