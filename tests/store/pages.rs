//! Pages of users against a plain reference: the same users, filtered and sorted in memory.

use std::cmp::Ordering;

use admit::api::catalogue::UnitRef;
use admit::api::page::CommaList;
use admit::api::users::{DeliveryState, User, UserColumn, UserFilter, UserOrder, UserSort};
use admit::domain::email::EmailAddress;
use admit::domain::ids::{GroupId, UserId, WorkspaceId};
use admit::domain::role::Role;
use admit::domain::search_key::fold;
use admit::domain::status::UserStatus;
use admit::server::seed::{Plan, fill};
use admit::server::store::Store;
use admit::server::store::search::Viewpoint;
use admit::server::store::user_list::order::{SortKeys, Start};
use admit::server::store::user_list::{Reach, UserList, counts};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::database::Database;
use crate::values;

const NOW: &str = "2026-11-23T10:00:00Z";

/// A workspace with a sample of users.
struct Crowd {
    store: Store,
    view: Viewpoint,
    users: Vec<User>,
    manager: UserId,
    branch: UnitRef,
    database: Database,
}

async fn crowd(folder: &std::path::Path) -> Crowd {
    let database = Database::make(folder).await;
    let store = Store::open(&database.address).await.unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let plan = Plan {
        users: 160,
        units: 30,
        groups: 5,
        courses: 12,
        seed: 5,
        now,
        password_hash: "hash".to_owned(),
    };
    fill(&store, &plan, |_| ()).await.unwrap();
    // Of some it is not noted yet.
    let expired = "UPDATE users SET listed_as = state WHERE listed_as <> state AND substr(id, 36) < '8'";
    database.run(expired, values![]).await;
    let members =
        "UPDATE group_users SET listed_as = u.listed_as FROM users u WHERE u.id = group_users.user_id";
    database.run(members, values![]).await;
    for (sql, listed_as) in [
        (
            "SELECT DISTINCT listed_as FROM users WHERE state = 'active' AND ends_at <= ? ORDER BY 1",
            ["active", "expired"],
        ),
        (
            "SELECT DISTINCT listed_as FROM users WHERE state = 'invited' AND link_ends_at <= ? ORDER BY 1",
            ["invited", "link_expired"],
        ),
    ] {
        assert_eq!(database.texts(sql, values![now.as_microsecond()]).await, listed_as);
    }
    let id = |sql| database.texts(sql, values![]);
    let workspace: WorkspaceId =
        id("SELECT id FROM workspaces WHERE slug = 'academy'").await[0].parse().unwrap();
    let view = Viewpoint { workspace, manager: None, now };
    let whole = UserFilter { status: CommaList(UserStatus::ALL.to_vec()), ..UserFilter::default() };
    let mut tx = store.read().await.unwrap();
    let list = UserList::of(&mut tx, view, &whole, UserOrder::default()).await.unwrap();
    let rows = list.page(&mut tx, &Start::First, 1000).await.unwrap();
    drop(tx);
    let users: Vec<User> = rows.into_iter().map(|(_, user)| user).collect();
    assert_eq!(users.len(), 160);
    let manager = users.iter().find(|user| user.email.as_str() == "manager@example.org").unwrap();
    let (manager, branch) = (manager.id, manager.units_managed[0].clone());
    Crowd { store, view, users, manager, branch, database }
}

fn is_within(user: &User, unit: &UnitRef) -> bool {
    let below = format!("{} › ", unit.path);
    user.unit.as_ref().is_some_and(|own| own.id == unit.id || own.path.as_str().starts_with(&below))
}

impl Crowd {
    fn passes(&self, filter: &UserFilter, user: &User) -> bool {
        let text = fold(&format!("{} {} {}", user.first_name, user.last_name, user.email));
        let search = fold(filter.search.as_deref().unwrap_or_default());
        let unit = filter.unit.map(|id| {
            self.users.iter().filter_map(|user| user.unit.as_ref()).find(|unit| unit.id == id).unwrap()
        });
        let statuses = &filter.status.0;
        (if statuses.is_empty() {
            user.status != UserStatus::Deleted
        } else {
            statuses.contains(&user.status)
        }) && (filter.role.0.is_empty() || filter.role.0.iter().any(|role| user.roles.contains(*role)))
            && search.split(' ').all(|word| text.contains(word))
            && unit.is_none_or(|unit| is_within(user, unit))
            && filter.group.is_none_or(|id| user.groups.iter().any(|group| group.id == id))
            && filter
                .link_expired
                .is_none_or(|is| user.status == UserStatus::Invited && user.link_expired == is)
            && filter.expires_before.is_none_or(|day| user.expires_on.is_some_and(|on| on < day))
    }

    fn reference(&self, filter: &UserFilter, order: UserOrder, is_managed: bool) -> Vec<UserId> {
        let seen = |user: &&User| self.passes(filter, user) && (!is_managed || is_within(user, &self.branch));
        let mut users: Vec<&User> = self.users.iter().filter(seen).collect();
        users.sort_by(|a, b| compare(order, a, b));
        users.into_iter().map(|user| user.id).collect()
    }

    fn view(&self, is_managed: bool) -> Viewpoint {
        Viewpoint { manager: is_managed.then_some(self.manager), ..self.view }
    }

    /// Every page, `limit` users each, from the beginning or from the end.
    async fn walked(
        &self,
        which: (&UserFilter, UserOrder),
        limit: usize,
        (is_managed, is_back): (bool, bool),
        reach: Reach,
    ) -> Vec<UserId> {
        let mut tx = self.store.read().await.unwrap();
        let list =
            UserList::of(&mut tx, self.view(is_managed), which.0, which.1).await.unwrap().within(reach);
        let mut start = if is_back { Start::Last } else { Start::First };
        let mut pages: Vec<Vec<UserId>> = Vec::new();
        loop {
            let most = i64::try_from(limit).unwrap();
            let rows = list.page(&mut tx, &start, most).await.unwrap();
            let place = |row: Option<&(SortKeys, User)>| row.map(|(keys, user)| (keys.clone(), user.id));
            let (next, met) = (place(rows.last()), place(rows.first()));
            let (next, met) = if is_back { (met, next) } else { (next, met) };
            if let Some((keys, id)) = met {
                let passed = if is_back { Start::After(keys, id) } else { Start::Before(keys, id) };
                assert_eq!(
                    list.is_any(&mut tx, &passed).await.unwrap(),
                    !pages.is_empty(),
                    "{passed:?} of {which:?}"
                );
            }
            pages.push(rows.iter().map(|(_, user)| user.id).collect());
            let Some((keys, id)) = next.filter(|_| rows.len() == limit) else { break };
            start = if is_back { Start::Before(keys, id) } else { Start::After(keys, id) };
        }
        if is_back {
            pages.reverse();
        }
        pages.concat()
    }
}

/// What a column sorts by; none comes last, whichever way round.
fn key(column: UserColumn, user: &User) -> Option<String> {
    let number = |at: Option<Timestamp>| at.map(|at| format!("{:020}", at.as_microsecond()));
    match column {
        UserColumn::Name => Some(fold(&format!("{} {}", user.first_name, user.last_name))),
        UserColumn::Email => Some(EmailAddress::parse(user.email.as_str()).unwrap().key().to_owned()),
        UserColumn::Status => {
            UserStatus::ALL.iter().position(|status| *status == user.status).map(|n| n.to_string())
        }
        UserColumn::Roles => Some(user.roles.bits().to_string()),
        UserColumn::Unit => user.unit.as_ref().map(|unit| fold(unit.path.as_str()).replace(" › ", "\u{1}")),
        UserColumn::Groups => user.groups.first().map(|group| fold(group.name.as_str())),
        UserColumn::Expires => user.expires_on.map(|day| day.to_string()),
        UserColumn::Invited => number(user.invited_at),
        UserColumn::LastActive => number(user.last_active_at),
        UserColumn::Delivery => user.delivery.map(|state| match state {
            DeliveryState::Failed => "0".to_owned(),
            DeliveryState::Queued => "1".to_owned(),
            DeliveryState::Sent => "2".to_owned(),
        }),
    }
}

fn compare(order: UserOrder, a: &User, b: &User) -> Ordering {
    let by = |sort: UserSort| match (key(sort.by, a), key(sort.by, b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) if sort.descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
    };
    let ids = if order.then.unwrap_or(order.by).descending { b.id.cmp(&a.id) } else { a.id.cmp(&b.id) };
    by(order.by).then_with(|| order.then.map_or(Ordering::Equal, by)).then(ids)
}

fn orders() -> impl Strategy<Value = UserOrder> {
    let sort = || (prop::sample::select(UserColumn::ALL.to_vec()), any::<bool>());
    (sort(), prop::option::of(sort())).prop_map(|((by, descending), then)| UserOrder {
        by: UserSort { by, descending },
        then: then.filter(|(column, _)| *column != by).map(|(by, descending)| UserSort { by, descending }),
    })
}

fn filters(crowd: &Crowd) -> impl Strategy<Value = UserFilter> + use<> {
    let units: Vec<_> =
        crowd.users.iter().filter_map(|user| user.unit.as_ref()).map(|unit| unit.id).collect();
    let groups: Vec<GroupId> =
        crowd.users.iter().flat_map(|user| &user.groups).map(|group| group.id).collect();
    let statuses = prop::collection::vec(prop::sample::select(UserStatus::ALL.to_vec()), 0..4);
    let roles =
        prop::collection::vec(prop::sample::select(vec![Role::Learner, Role::Manager, Role::Admin]), 1..3);
    let words = [
        "a",
        "an",
        "ann",
        "smith",
        "example.org",
        "o'b",
        "jose gar",
        "é",
        "王",
        "xyz",
        "%",
        "q",
        "rg",
        "zo",
        "z.b",
    ];
    let rarely = |n| prop::option::weighted(n, any::<bool>());
    (
        statuses,
        prop::option::weighted(0.3, roles),
        prop::option::weighted(0.3, prop::sample::select(units)),
        prop::option::weighted(0.3, prop::sample::select(groups)),
        (rarely(0.15), rarely(0.15)),
        prop::option::weighted(0.4, prop::sample::select(words.to_vec())),
    )
        .prop_map(|(statuses, roles, unit, group, (link_expired, expires), search)| UserFilter {
            search: search.map(str::to_owned),
            status: CommaList(statuses),
            role: CommaList(roles.unwrap_or_default()),
            unit,
            group,
            link_expired,
            expires_before: expires.map(|soon| jiff::civil::date(if soon { 2027 } else { 2028 }, 2, 1)),
        })
}

#[test]
fn every_filter_and_order_gives_what_a_plain_list_would() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let crowd = runtime.block_on(crowd(folder.path()));
    // A reach so short that of so few users some are found along the order, as of a million.
    let reaches = prop_oneof![
        Just(Reach::default()),
        (0_i64..20, 0_i64..30, 1_i64..60).prop_map(|(least, few, far)| Reach {
            least,
            few,
            rare: few / 3,
            near: far / 2 + 1,
            far,
            farther: far * 2
        })
    ];
    let asked = (filters(&crowd), orders(), 1_usize..40, (any::<bool>(), any::<bool>()), reaches);
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    runner
        .run(&asked, |(filter, order, limit, (is_managed, is_back), reach)| {
            let wanted = crowd.reference(&filter, order, is_managed);
            let ways = (is_managed, is_back);
            let found = runtime.block_on(crowd.walked((&filter, order), limit, ways, reach));
            prop_assert_eq!(&found, &wanted, "{} {:?} {:?}", order, &filter, reach);
            let counted = runtime.block_on(async {
                let mut tx = crowd.store.read().await.unwrap();
                counts::of(&mut tx, crowd.view(is_managed), &filter).await.unwrap()
            });
            let deleted = if filter.status.0.is_empty() { 0 } else { counted.deleted };
            prop_assert_eq!(usize::try_from(counted.total + deleted).unwrap(), wanted.len(), "{:?}", &filter);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn who_has_nothing_in_either_column_stands_by_the_id() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = crowd(folder.path()).await;
    let groups: Vec<GroupId> =
        crowd.users.iter().flat_map(|user| &user.groups).map(|group| group.id).collect();
    for group in groups.into_iter().collect::<std::collections::BTreeSet<_>>() {
        let filter = UserFilter { group: Some(group), ..UserFilter::default() };
        for order in ["-last_active,unit", "delivery,-unit", "expires,-last_active", "-unit,expires"] {
            let order: UserOrder = order.parse().unwrap();
            let wanted = crowd.reference(&filter, order, false);
            for (limit, is_back) in [(31, true), (7, true), (31, false), (7, false)] {
                let found = crowd.walked((&filter, order), limit, (false, is_back), Reach::default()).await;
                assert_eq!(found, wanted, "{order} {limit} {is_back}");
            }
        }
    }
}

#[tokio::test]
async fn a_migration_fills_in_the_marks_that_the_program_writes() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = crowd(folder.path()).await;
    let marks = async || {
        let of = |sql| crowd.database.numbers(sql, values![]);
        let groups = of("SELECT mark FROM groups ORDER BY workspace_id, id").await;
        (groups, of("SELECT group_marks FROM users ORDER BY workspace_id, id").await)
    };
    let written = marks().await;
    assert!(written.0.iter().all(|mark| *mark != 0) && written.1.iter().any(|marks| marks.count_ones() > 1));
    for sql in ["UPDATE groups SET mark = 0", "UPDATE users SET group_marks = 0"] {
        crowd.database.run(sql, values![]).await;
    }
    assert_eq!(crowd.database.fill_as("0006_marks", "UPDATE ").await, 2);
    assert_eq!(marks().await, written);
}

#[tokio::test]
async fn a_migration_fills_in_the_grams_that_the_program_writes() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = crowd(folder.path()).await;
    let rows = "SELECT workspace_id || ' ' || form || ' ' || gram FROM search_grams ORDER BY workspace_id, form, gram";
    let grams = async || crowd.database.texts(rows, values![]).await;
    let written = grams().await;
    assert!(
        written.iter().any(|row| row.ends_with(" org org"))
            && written.iter().any(|row| row.ends_with(" g org"))
    );
    crowd.database.run("DELETE FROM search_grams", values![]).await;
    assert_eq!(crowd.database.fill_as("0008_grams", "WITH").await, 1);
    assert_eq!(grams().await, written);
}

#[tokio::test]
async fn a_migration_fills_in_what_the_program_lists_users_as() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = crowd(folder.path()).await;
    // So that it makes no difference when this runs.
    for sql in [
        "UPDATE users SET ends_at = CASE WHEN listed_as = 'expired' THEN 1 ELSE 9000000000000000000 END \
         WHERE ends_at IS NOT NULL",
        "UPDATE users SET link_ends_at = CASE WHEN listed_as = 'link_expired' THEN 1 ELSE 9000000000000000000 END",
        "UPDATE group_users SET ends_at = u.ends_at, link_ends_at = u.link_ends_at FROM users u \
         WHERE u.id = group_users.user_id",
    ] {
        crowd.database.run(sql, values![]).await;
    }
    let of_users = "SELECT listed_as FROM users ORDER BY workspace_id, id";
    let of_members = "SELECT listed_as FROM group_users ORDER BY workspace_id, group_id, user_id";
    let listed = async || {
        let of = |sql| crowd.database.texts(sql, values![]);
        (of(of_users).await, of(of_members).await)
    };
    let written = listed().await;
    for (users, status) in [(&written.0, "expired"), (&written.0, "link_expired"), (&written.1, "expired")] {
        assert!(users.iter().any(|listed_as| listed_as == status), "{status}");
    }
    for sql in [
        "UPDATE users SET listed_as = 'active'",
        "UPDATE group_users SET listed_as = u.state FROM users u WHERE u.id = group_users.user_id",
    ] {
        crowd.database.run(sql, values![]).await;
    }
    assert_eq!(crowd.database.fill_as("0010_listed_as", "UPDATE ").await, 2);
    assert_eq!(listed().await, written);
}
