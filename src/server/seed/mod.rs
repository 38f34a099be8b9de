//! Fills an empty database with a believable sample, the same for the same seed.

mod dice;
mod life;
mod names;
mod offer;
mod people;
mod places;
mod scene;
mod searched;

use jiff::Timestamp;

use dice::Dice;
use life::{Dates, Fate};
use people::{Crowd, Member};
use scene::{Naming, Scene, Size};

use super::store::bulk::{CUSTOMERS, Rows, is_empty};
use super::store::engine::filling::{put_away, put_back};
use super::store::{Store, StoreError, Tx, memberships};
use crate::domain::ids::CustomerId;
use crate::domain::role::{Role, Roles};

/// What signs in the sample accounts on the registration pages; documented in the README.
pub const SAMPLE_PASSWORD: &str = "sample-password-1";
/// The sample's Admin.
pub const ADMIN: Operator = operator("admin@example.org", "Amara", "Okafor", Role::Admin);
/// The sample's Manager, of one branch.
pub const MANAGER: Operator = operator("manager@example.org", "Miles", "Whitaker", Role::Manager);
/// A learner in that branch.
pub const LEARNER: Operator = operator("learner@example.org", "Lena", "Novák", Role::Learner);
/// A learner of the second workspace alone (DESIGN R4).
pub const ELSEWHERE: Operator = operator("elsewhere@example.org", "Elsa", "Warner", Role::Learner);
/// The operators and samples of the first workspace.
const OPERATORS: [Operator; 3] = [ADMIN, MANAGER, LEARNER];

/// Users from this number on have only what their status shows: no enrolments, no long record.
const DETAILED_USERS: u64 = 20_000;
/// Users of the second workspace, besides the Admin.
const SECOND_USERS: u64 = 11;
/// Users made before they are written.
const CHUNK: u64 = 5_000;

/// A person that every sample has.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// The address.
    pub email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    role: Role,
}

const fn operator(
    email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    role: Role,
) -> Operator {
    Operator { email, first_name, last_name, role }
}

/// What to fill a database with.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Users of the first workspace, the operators among them; at least those.
    pub users: u64,
    /// Its units.
    pub units: usize,
    /// Its groups.
    pub groups: usize,
    /// Its courses.
    pub courses: usize,
    /// The same seed gives the same sample.
    pub seed: u64,
    /// Times are relative to this.
    pub now: Timestamp,
    /// The Argon2id hash of [`SAMPLE_PASSWORD`].
    pub password_hash: String,
}

/// Why a database was not filled.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It holds something.
    #[error("the database holds data already; nothing was changed; name one that does not exist yet")]
    NotEmpty,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills the empty database of `store` as `plan` says. `progress` hears how many users are written.
/// All is written in one transaction: a sample that was not finished leaves nothing.
pub async fn fill(store: &Store, plan: &Plan, mut progress: impl FnMut(u64) + Send) -> Result<(), SeedError> {
    let mut tx = store.write_beside().await?;
    if !is_empty(&mut tx).await? {
        return Err(SeedError::NotEmpty);
    }
    let shelf = put_away(&mut tx).await?;
    let mut dice = Dice::new(plan.seed, u64::MAX - 1);
    let made_at = scene::founded(plan.now);
    let customer = CustomerId::new(dice.uuid(made_at)).to_string();
    let mut customers = Rows::of(CUSTOMERS);
    customers.push([customer.clone().into(), "Northgate Care".into()]);
    customers.insert(&mut tx).await?;
    let [first, second] = namings(customer);
    let size = Size { units: plan.units, groups: plan.groups, courses: plan.courses };
    let branch_dice = Dice::new(plan.seed, u64::MAX - 2);
    let mut scene = Scene::set(&mut tx, plan, (&first, size), None, branch_dice).await?;
    let mut crowd = Crowd::default();
    write_operators(&mut tx, &mut scene, &mut crowd).await?;
    write_users(&mut tx, (&scene, &mut crowd), &mut progress).await?;

    let small = Size { units: plan.units.min(6), groups: plan.groups.min(3), courses: plan.courses.min(12) };
    let second_dice = Dice::new(plan.seed, u64::MAX - 3);
    let scene = Scene::set(&mut tx, plan, (&second, small), scene.admin, second_dice).await?;
    write_second(&mut tx, &scene).await?;
    memberships::renew_all(&mut tx).await?;
    put_back(&mut tx, shelf).await?;
    tx.commit().await?;
    store.tidy().await?;
    Ok(())
}

fn namings(customer: String) -> [Naming; 2] {
    let time_zone = "Europe/London";
    [
        Naming { customer: customer.clone(), slug: "academy", name: "Northgate Academy", time_zone },
        Naming { customer, slug: "volunteers", name: "Northgate Volunteers", time_zone },
    ]
}

/// An active user of `scene` who is one of the sample's own.
fn member_of(scene: &Scene<'_>, who: &Operator, dice: &mut Dice) -> Member {
    let fate = Fate::Active;
    let mut dates = Dates::of(fate, (0, 1), (scene.plan.now, &scene.zone), dice);
    (dates.expires_on, dates.ends_at) = (None, None);
    // Where the first branch of the tree has them: a manager of Yorkshire, a learner in York.
    let place = |wanted: usize| (!scene.places.is_empty()).then(|| wanted.min(scene.places.len() - 1));
    let (place, manages) = match who.role {
        Role::Admin => (None, None),
        Role::Manager => (place(1), place(1)),
        Role::Learner => (place(2), None),
    };
    Member {
        n: 0,
        email: who.email.to_owned(),
        first_name: who.first_name.to_owned(),
        last_name: who.last_name.to_owned(),
        fate,
        roles: Roles::NONE.with(who.role),
        place,
        manages: manages.into_iter().collect(),
        dates,
        account: None,
        has_password: true,
    }
}

/// Writes the operators, the Admin first: everybody else is invited by them.
async fn write_operators(tx: &mut Tx, scene: &mut Scene<'_>, crowd: &mut Crowd) -> Result<(), StoreError> {
    for (n, who) in (0..).zip(OPERATORS) {
        let mut dice = Dice::new(scene.plan.seed, u64::MAX - 10 - n);
        let member = member_of(scene, &who, &mut dice);
        let account = crowd.add(scene, &member, &mut dice);
        scene.admin = scene.admin.or(account);
    }
    crowd.insert(tx).await
}

async fn write_users(
    tx: &mut Tx,
    (scene, crowd): (&Scene<'_>, &mut Crowd),
    progress: &mut (impl FnMut(u64) + Send),
) -> Result<(), StoreError> {
    let operators = u64::try_from(OPERATORS.len()).unwrap_or(0);
    let count = scene.plan.users.saturating_sub(operators);
    for start in (0..count).step_by(usize::try_from(CHUNK).unwrap_or(1)) {
        let end = count.min(start + CHUNK);
        for n in start..end {
            add_user(crowd, scene, (n, count));
        }
        crowd.insert(tx).await?;
        progress(end + operators);
    }
    Ok(())
}

fn add_user(crowd: &mut Crowd, scene: &Scene<'_>, (n, whole): (u64, u64)) {
    let mut dice = Dice::new(scene.plan.seed, n);
    let person = names::person(scene.plan.seed, n);
    let fate = Fate::of(n, &mut dice);
    let roles = life::roles(n, &mut dice);
    let some_place = |dice: &mut Dice| (!scene.places.is_empty()).then(|| dice.below(scene.places.len()));
    let place = if dice.chance(90) { some_place(&mut dice) } else { None };
    let manages = if roles.contains(Role::Manager) { some_place(&mut dice) } else { None };
    let dates = Dates::of(fate, (n, whole), (scene.plan.now, &scene.zone), &mut dice);
    let member = Member {
        n,
        email: format!("{}@example.org", person.local),
        first_name: person.first.to_owned(),
        last_name: person.last.to_owned(),
        fate,
        roles,
        place,
        manages: manages.into_iter().collect(),
        dates,
        account: None,
        has_password: false,
    };
    crowd.add(scene, &member, &mut dice);
}

/// The second workspace: the Admin is Admin there too, `elsewhere@` is there alone.
async fn write_second(tx: &mut Tx, scene: &Scene<'_>) -> Result<(), StoreError> {
    let mut crowd = Crowd::default();
    let mut dice = Dice::new(scene.plan.seed, u64::MAX - 20);
    let admin = Member { account: scene.admin, ..member_of(scene, &ADMIN, &mut dice) };
    crowd.add(scene, &admin, &mut dice);
    let elsewhere = member_of(scene, &ELSEWHERE, &mut dice);
    crowd.add(scene, &elsewhere, &mut dice);
    for n in 1..SECOND_USERS {
        // Numbers that no user of the first workspace has, so that no address has two accounts.
        add_user(&mut crowd, scene, (scene.plan.users + 1_000 + n, scene.plan.users + 2_000));
    }
    crowd.insert(tx).await
}
