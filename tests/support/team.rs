//! A fixed team: a few users of every status, some with hostile names, and what belongs to them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use admit::api::catalogue::{AutoCourse, Course, CourseRef, Group, GroupRef, Unit, UnitRef};
use admit::api::enrolments::Enrolment;
use admit::api::sessions::{CustomerRef, Operator, Permissions, WorkspaceAccess};
use admit::api::users::{
    AuditEntry, Delivery, DeliveryState, InvitationInfo, InvitationState, User, UserDetail,
};
use admit::domain::enrolment::EnrolmentState;
use admit::domain::ids::{
    AuditId, CourseId, CustomerId, EnrolmentId, GroupId, InvitationId, LetterId, UnitId, UserId, WorkspaceId,
};
use admit::domain::role::{Role, Roles};
use admit::domain::status::UserStatus;
use admit::tui::context::Place;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The present of every test: noon of 23 November 2026 in London.
pub fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// A moment before the present.
pub fn before(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

/// Where the tests are, as an Admin.
pub fn place() -> Place {
    Place {
        profile: "embedded".into(),
        mail_folder: Some("/data/mail".to_owned()),
        operator: Operator {
            email: "dana@example.org".into(),
            first_name: "Dana".into(),
            last_name: "Reyes".into(),
        },
        workspace: WorkspaceAccess {
            id: WorkspaceId::new(Uuid::from_u128(1)),
            slug: "leeds".to_owned(),
            name: "Leeds Academy".into(),
            time_zone: "Europe/London".to_owned(),
            customer: CustomerRef {
                id: CustomerId::new(Uuid::from_u128(2)),
                name: "Northwind Training".into(),
            },
            user_id: user_id(900),
            roles: Roles::NONE.with(Role::Admin),
            may: Permissions {
                people: true,
                refusal: None,
                grant: Role::ALL.into_iter().collect(),
                unit_required: false,
                units: None,
            },
        },
        zone: TimeZone::get("Europe/London").unwrap(),
    }
}

/// The same place for a Learner alone (DESIGN R1).
pub fn place_of_learner() -> Place {
    let mut place = place();
    place.workspace.roles = Roles::NONE.with(Role::Learner);
    place.workspace.may.people = false;
    place.workspace.may.refusal =
        Some("people are managed by Admins and Managers; your role here is Learner".into());
    place
}

/// The id of user `n`.
pub fn user_id(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(0x1000 + n))
}

/// A unit, by the last name of its path.
pub fn unit(name: &str) -> UnitRef {
    let (n, path) = match name {
        "Operations" => (1, "Operations"),
        "Leeds" => (2, "Operations › Yorkshire › Leeds"),
        _ => (3, "Operations › Yorkshire › York"),
    };
    UnitRef { id: UnitId::new(Uuid::from_u128(0x2000 + n)), name: name.into(), path: path.into() }
}

/// A group.
pub fn group(n: u128, name: &str) -> GroupRef {
    GroupRef { id: GroupId::new(Uuid::from_u128(0x3000 + n)), name: name.into() }
}

/// User `n`, active, of no unit.
pub fn user(n: u128, first: &str, last: &str, status: UserStatus) -> User {
    let local = format!("{first}.{last}").to_lowercase().replace(' ', ".");
    User {
        id: user_id(n),
        email: format!("{local}@example.org").into(),
        first_name: first.into(),
        last_name: last.into(),
        status,
        roles: Roles::NONE.with(Role::Learner),
        unit: None,
        units_managed: Vec::new(),
        groups: Vec::new(),
        expires_on: None,
        version: 1,
        invited_at: None,
        link_ends_at: None,
        last_active_at: None,
        link_expired: false,
        declined: false,
        delivery: None,
    }
}

/// The team of most tests.
pub fn team() -> Vec<User> {
    let first_aiders = group(1, "First aiders");
    let nights = group(2, "Night shift");
    let mut admin = user(1, "Adeyemi", "Smith", UserStatus::Active);
    admin.roles = Roles::NONE.with(Role::Learner).with(Role::Manager);
    admin.units_managed = vec![unit("Operations")];
    admin.unit = Some(unit("Leeds"));
    admin.groups = vec![first_aiders.clone(), nights.clone()];
    admin.last_active_at = Some(before(3));
    let mut bo = user(2, "Bo", "Smithers", UserStatus::Invited);
    bo.unit = Some(unit("Leeds"));
    bo.groups = vec![first_aiders.clone()];
    bo.expires_on = Some(Date::constant(2027, 3, 31));
    bo.invited_at = Some(before(24 * 2));
    bo.delivery = Some(DeliveryState::Sent);
    let mut cara = user(3, "Cara", "Smith-Okafor", UserStatus::Invited);
    cara.unit = Some(unit("York"));
    cara.invited_at = Some(before(24 * 16));
    cara.link_expired = true;
    cara.delivery = Some(DeliveryState::Sent);
    let mut dai = user(4, "Dai", "Smith", UserStatus::Pending);
    dai.email = "dai@example.org".into();
    dai.unit = Some(unit("York"));
    dai.groups = vec![first_aiders, nights];
    dai.invited_at = Some(before(24 * 5));
    dai.delivery = Some(DeliveryState::Failed);
    let mut elif = user(5, "Elif", "Yılmaz", UserStatus::Cancelled);
    elif.email = "elif.yilmaz@a-rather-long-company-name.example.org".into();
    elif.invited_at = Some(before(24 * 40));
    let mut felix = user(6, "Félix", "Núñez", UserStatus::Expired);
    felix.expires_on = Some(Date::constant(2026, 10, 31));
    felix.last_active_at = Some(before(24 * 30));
    let mut gone = user(7, "Gerda", "Brandt", UserStatus::Deleted);
    gone.unit = Some(unit("Operations"));
    let mut li = user(8, "小龍", "李", UserStatus::Active);
    li.email = "li@example.org".into();
    li.last_active_at = Some(before(24 * 3));
    let mut hostile = user(9, "\u{1b}[31mEve", "\u{202e}gnirtS\u{7}\n", UserStatus::Active);
    hostile.email = "eve@example.org".into();
    vec![admin, bo, cara, dai, elif, felix, gone, li, hostile]
}

/// So many users, for scrolling.
pub fn crowd(n: u128) -> Vec<User> {
    (0..n).map(|n| user(n, "Person", &format!("{n:05}"), UserStatus::Active)).collect()
}

/// The page of `user`.
pub fn detail(user: User) -> UserDetail {
    let invited = user.invited_at.map(|sent_at| InvitationInfo {
        id: InvitationId::new(Uuid::from_u128(0x4000)),
        state: if user.status == UserStatus::Cancelled {
            InvitationState::Cancelled
        } else {
            InvitationState::Open
        },
        sent_at,
        sent_by: Some("dana@example.org".into()),
        link_ends_at: sent_at + SignedDuration::from_hours(14 * 24),
    });
    let delivery = |n: u128, state, hours, answer: &str, next: Option<Timestamp>| Delivery {
        id: LetterId::new(Uuid::from_u128(0x5000 + n)),
        kind: "invitation".into(),
        state,
        at: before(hours),
        next_try_at: next,
        attempts: u32::try_from(n).unwrap(),
        answer: Some(answer.into()),
    };
    let deliveries = if invited.is_some() {
        vec![
            delivery(
                2,
                DeliveryState::Queued,
                1,
                "451 4.7.1 try again later",
                Some(now() + SignedDuration::from_mins(15)),
            ),
            delivery(1, DeliveryState::Sent, 48, "250 2.0.0 OK", None),
        ]
    } else {
        Vec::new()
    };
    UserDetail { user, invitation: invited, deliveries }
}

/// Courses in every state.
pub fn enrolments() -> Vec<Enrolment> {
    let course = |n: u128, title: &str, state, progress| Enrolment {
        id: EnrolmentId::new(Uuid::from_u128(0x6000 + n)),
        course: CourseRef { id: CourseId::new(Uuid::from_u128(0x7000 + n)), title: title.into() },
        state,
        progress,
        rule: None,
        changed_at: before(5),
    };
    vec![
        course(1, "Fire safety 2027", EnrolmentState::Planned, 0),
        course(2, "GDPR basics", EnrolmentState::Enrolled, 0),
        course(3, "Induction", EnrolmentState::Completed, 100),
        course(4, "Manual handling", EnrolmentState::InProgress, 42),
        course(5, "Wellbeing", EnrolmentState::Withdrawn, 10),
    ]
}

/// A record of `n` entries.
pub fn record(n: u128) -> Vec<AuditEntry> {
    let entry = |n: u128| AuditEntry {
        id: AuditId::new(Uuid::from_u128(0x8000 + n)),
        at: before(i64::try_from(n).unwrap() * 25),
        actor: "dana@example.org".into(),
        origin: "127.0.0.1".into(),
        action: "invitation.sent".into(),
        summary: format!("invited, {n} courses planned").into(),
        before: None,
        after: None,
        user_id: None,
        change: None,
    };
    (0..n).map(entry).collect()
}

/// A tree of units.
pub fn units() -> Vec<Unit> {
    let rows = [
        (1, None, "Finance", "Finance", 1),
        (2, None, "Operations", "Operations", 1),
        (3, Some(2), "Yorkshire", "Operations › Yorkshire", 2),
        (4, Some(3), "Leeds", "Operations › Yorkshire › Leeds", 3),
        (5, Some(3), "York", "Operations › Yorkshire › York", 3),
        (6, None, "Sales", "Sales", 1),
    ];
    let id = |n: u128| UnitId::new(Uuid::from_u128(0x7000 + n));
    rows.map(|(n, parent, name, path, level)| Unit {
        id: id(n),
        name: name.into(),
        path: path.into(),
        parent_id: parent.map(id),
        level,
        users: u64::try_from(n).unwrap() * 3,
    })
    .into()
}

/// Some groups.
pub fn groups() -> Vec<Group> {
    let names = ["Drivers", "First aiders", "Night shift"];
    let id = |n: usize| GroupId::new(Uuid::from_u128(0x7100 + n as u128));
    names.iter().enumerate().map(|(n, name)| Group { id: id(n), name: (*name).into(), users: 4 }).collect()
}

/// Some courses.
pub fn courses() -> Vec<Course> {
    let titles = [
        ("Fire safety 2027", "Safety"),
        ("First aid at work", "Safety"),
        ("GDPR basics", "Compliance"),
        ("Managing remote teams", "Leadership"),
        ("Manual handling", "Safety"),
        ("Mental health for managers", "Wellbeing"),
        ("Welcome to Northwind", "Induction"),
    ];
    let course = |(n, (title, subject)): (usize, &(&str, &str))| Course {
        id: CourseId::new(Uuid::from_u128(0x7200 + n as u128)),
        title: (*title).into(),
        subject: (*subject).into(),
        enrolled: 12,
    };
    titles.iter().enumerate().map(course).collect()
}

/// What the auto-enrolment of Operations adds.
pub fn added() -> Vec<AutoCourse> {
    let course = courses().swap_remove(4);
    vec![AutoCourse {
        course: CourseRef { id: course.id, title: course.title },
        rule: "Lifting".into(),
        because: "Operations".into(),
    }]
}
