//! One workspace of a sample: its units, groups, courses and auto-enrolments.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Plan;
use super::dice::Dice;
use super::life::before;
use super::offer;
use super::places::{self, Place};
use crate::api::whole_list::Kind;
use crate::domain::ids::{AccountId, AutoEnrolmentId, CourseId, GroupId, UnitId, WorkspaceId};
use crate::domain::search_key::fold;
use crate::server::store::bulk::{
    AUTO_ENROLMENT_COURSES, AUTO_ENROLMENTS, COURSES, Cell, GROUPS, Rows, UNITS, WORKSPACES,
};
use crate::server::store::marks::mark;
use crate::server::store::{StoreError, Tx, revisions};

/// A workspace to be filled.
pub struct Scene<'a> {
    /// The plan it is part of.
    pub plan: &'a Plan,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its time zone.
    pub zone: TimeZone,
    /// Its units.
    pub places: Vec<Place>,
    /// Its groups, each with what it sorts by.
    pub groups: Vec<(GroupId, String)>,
    /// Its courses.
    pub courses: Vec<CourseId>,
    /// Its auto-enrolments.
    pub rules: Vec<Rule>,
    /// The Admin who invited everybody, once there is one.
    pub admin: Option<AccountId>,
}

/// An auto-enrolment.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: AutoEnrolmentId,
    /// The unit it is for, as in its lineage.
    pub unit: Option<UnitId>,
    /// The place of the group it is for.
    pub group: Option<usize>,
    /// The places of its courses.
    pub courses: Vec<usize>,
}

/// A workspace's names.
pub struct Naming {
    /// Its customer.
    pub customer: String,
    /// In addresses.
    pub slug: &'static str,
    /// On screens.
    pub name: &'static str,
    /// An IANA name.
    pub time_zone: &'static str,
}

/// How much a workspace offers.
#[derive(Clone, Copy)]
pub struct Size {
    /// Units.
    pub units: usize,
    /// Groups.
    pub groups: usize,
    /// Courses.
    pub courses: usize,
}

impl<'a> Scene<'a> {
    /// Makes the workspace and all that it offers.
    pub async fn set(
        tx: &mut Tx,
        plan: &'a Plan,
        (naming, size): (&Naming, Size),
        admin: Option<AccountId>,
        mut dice: Dice,
    ) -> Result<Self, StoreError> {
        let made_at = founded(plan.now);
        let workspace = WorkspaceId::new(dice.uuid(made_at));
        let mut rows = Rows::of(WORKSPACES);
        rows.push([
            workspace.to_string().into(),
            naming.customer.clone().into(),
            naming.slug.into(),
            naming.name.into(),
            naming.time_zone.into(),
            made_at.as_microsecond().into(),
        ]);
        rows.insert(tx).await?;
        let zone = TimeZone::get(naming.time_zone).unwrap_or(TimeZone::UTC);
        let group = |n| (GroupId::new(dice.uuid(made_at)), fold(&offer::group(n)));
        let groups = (0..size.groups).map(group).collect();
        let courses = (0..size.courses).map(|_| CourseId::new(dice.uuid(made_at))).collect();
        let rules = rules(size, &mut dice, made_at);
        let places = places::grow(size.units, dice, made_at);
        let mut scene = Self { plan, workspace, zone, places, groups, courses, rules, admin };
        scene.tie_rules_to_units();
        scene.write(tx).await?;
        Ok(scene)
    }

    /// Every other rule is for a unit of the second level, so that nobody is met by many.
    fn tie_rules_to_units(&mut self) {
        let units = self.places.iter().filter(|place| place.at.level == 2);
        for (rule, place) in self.rules.iter_mut().filter(|rule| rule.group.is_none()).zip(units) {
            rule.unit = Some(place.id);
        }
        self.rules.retain(|rule| rule.group.is_some() || rule.unit.is_some());
    }

    async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let workspace = || Cell::from(self.workspace.to_string());
        let mut rows = Rows::of(UNITS);
        for place in &self.places {
            let above = place.parent.and_then(|above| self.places.get(above));
            rows.push([
                workspace(),
                place.id.to_string().into(),
                above.map(|above| above.id.to_string()).into(),
                place.name.clone().into(),
                place.at.path.clone().into(),
                place.at.key.clone().into(),
                place.at.search_text().into(),
                place.at.lineage.clone().into(),
                i64::from(place.at.level).into(),
            ]);
        }
        rows.insert(tx).await?;
        let mut rows = Rows::of(GROUPS);
        for (n, (id, key)) in self.groups.iter().enumerate() {
            let name = offer::group(n);
            rows.push([
                workspace(),
                id.to_string().into(),
                name.into(),
                key.clone().into(),
                mark(*id).into(),
            ]);
        }
        rows.insert(tx).await?;
        let mut rows = Rows::of(COURSES);
        for (n, id) in self.courses.iter().enumerate() {
            let (title, subject) = offer::course(n);
            let key = fold(&title);
            rows.push([workspace(), id.to_string().into(), title.into(), key.into(), subject.into()]);
        }
        rows.insert(tx).await?;
        self.write_revisions(tx).await?;
        self.write_rules(tx).await
    }

    /// Samples of one seed have the same ids, whatever their size: what tells them apart is counted in.
    async fn write_revisions(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for (kind, count) in [
            (Kind::Units, self.places.len()),
            (Kind::Groups, self.groups.len()),
            (Kind::Courses, self.courses.len()),
        ] {
            let what = format!("sample {} of {count}", self.plan.seed);
            revisions::raise(tx, self.workspace, kind, &what).await?;
        }
        Ok(())
    }

    async fn write_rules(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (mut rules, mut courses) = (Rows::of(AUTO_ENROLMENTS), Rows::of(AUTO_ENROLMENT_COURSES));
        for rule in &self.rules {
            let place = self.places.iter().find(|place| Some(place.id) == rule.unit);
            let name = match (place, rule.group) {
                (Some(place), _) => format!("{} induction", place.name),
                (None, Some(group)) => format!("{} training", offer::group(group)),
                (None, None) => continue,
            };
            let group = rule.group.and_then(|group| self.groups.get(group));
            rules.push([
                self.workspace.to_string().into(),
                rule.id.to_string().into(),
                name.into(),
                rule.unit.map(|unit| unit.to_string()).into(),
                group.map(|(id, _)| id.to_string()).into(),
            ]);
            for course in rule.courses.iter().filter_map(|course| self.courses.get(*course)) {
                courses.push([
                    self.workspace.to_string().into(),
                    rule.id.to_string().into(),
                    course.to_string().into(),
                ]);
            }
        }
        rules.insert(tx).await?;
        courses.insert(tx).await
    }
}

/// When every workspace of a sample came to be.
pub fn founded(now: Timestamp) -> Timestamp {
    before(now, 37 * 30 * 24 * 60)
}

fn rules(size: Size, dice: &mut Dice, made_at: Timestamp) -> Vec<Rule> {
    let count = (size.courses / 12).min(8);
    let mut rules = Vec::with_capacity(count);
    for n in 0..count {
        let courses = dice.several(2, size.courses.min(offer::TITLES));
        let group = (n % 2 == 1).then_some(n / 2).filter(|group| *group < size.groups);
        let id = AutoEnrolmentId::new(dice.uuid(made_at));
        rules.push(Rule { id, unit: None, group, courses });
    }
    rules
}
