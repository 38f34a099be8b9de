//! Lists of users and of the catalogue: filters, search, order, pages.

use std::cmp::Ordering;
use std::collections::HashSet;

use admit::api::users::{DeliveryState, User, UserColumn};
use admit::domain::email::EmailAddress;
use admit::domain::search_key::fold;
use admit::domain::status::UserStatus;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::academy::*;

#[tokio::test]
async fn deleted_users_are_shown_only_when_asked_for_and_counted_apart() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    assert!(!admin.emails("users").await.contains(&"deleted@example.org".to_owned()));
    assert_eq!(admin.emails("users?status=deleted").await, ["deleted@example.org"]);
    let counts = admin.read("users/counts").await;
    let wanted = json!({ "total": 17, "active": 10, "invited": 4, "pending": 1, "cancelled": 1, "expired": 1,
        "deleted": 1, "link_expired": 1 });
    assert_eq!(counts, wanted);
    assert_eq!(admin.emails("users").await.len(), 17);
}

#[tokio::test]
async fn counts_and_list_agree_under_every_filter() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let (york, shift) = (id(YORKSHIRE), id(NIGHT_SHIFT));
    for (filter, wanted) in [
        ("search=example.org", 16),
        ("search=twin ann", 2),
        ("role=manager", 2),
        ("role=manager,admin", 4),
        (&format!("unit={york}"), 6),
        (&format!("group={shift}"), 2),
        ("link_expired=true", 1),
        ("link_expired=false", 3),
        ("expires_before=2027-01-01", 2),
        ("status=invited,pending", 5),
        (&format!("unit={york}&status=active&role=learner"), 3),
    ] {
        let users = admin.emails(&format!("users?limit=500&{filter}")).await;
        let counts = admin.read(&format!("users/counts?{filter}")).await;
        assert_eq!((users.len(), &counts["total"]), (wanted, &json!(wanted)), "{filter}: {users:?}");
    }
}

#[tokio::test]
async fn search_folds_accents_and_case_and_takes_wildcards_literally() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let found = async |search: &str| {
        let query: String = form_urlencoded::byte_serialize(search.as_bytes()).collect();
        admin.emails(&format!("users?sort=email&search={query}")).await
    };
    assert_eq!(found("GARCIA jose").await, ["Invited@Example.org"]);
    assert_eq!(found("soren aero").await, ["soeren@example.org"]);
    assert_eq!(found("Aerø").await, ["soeren@example.org"]);
    assert_eq!(found("小龍").await, ["li@例え.jp"]);
    assert_eq!(found("иванова").await, ["olga@example.org"]);
    assert_eq!(found("%").await, ["percent%sign@example.org"]);
    assert_eq!(found("_").await, ["under_score@example.org"]);
    assert_eq!(found("snake_case").await, ["under_score@example.org"]);
    assert!(found("a%e").await.is_empty());
    assert!(found("\\").await.is_empty());
    assert!(found("' OR 1=1 --").await.is_empty());
    assert_eq!(found("   ").await.len(), 17);
    for list in ["groups", "courses", "units"] {
        assert_eq!(admin.read(&format!("{list}?search=%25")).await["items"], json!([]), "{list}");
    }
    assert_eq!(admin.read("courses?search=AID%20first").await["items"][0]["title"], "First aid");
}

#[tokio::test]
async fn a_search_longer_than_any_name_is_refused_in_every_list() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let words = "a+".repeat(5_000);
    for list in ["users", "users/counts", "units", "groups", "courses"] {
        let wrong = admin.get(&format!("{list}?search={words}")).await.wrong();
        assert_eq!(wrong, [("/search".to_owned(), "too_long".to_owned())], "{list}");
        assert_eq!(admin.get(&format!("{list}?search={}", "a+".repeat(100))).await.status, 200, "{list}");
    }
}

#[tokio::test]
async fn a_cursor_fits_only_its_own_list() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let cursor = text(&admin.read("users?limit=2&sort=name").await["next"]);
    for list in [
        "users?sort=-name",
        "users?sort=email",
        "users?status=active",
        "users?search=a",
        "units?",
        "groups?",
        "courses?",
        &format!("users/{}/audit?", id(INVITED)),
        &format!("users/{}/enrolments?", id(INVITED)),
    ] {
        let wrong = admin.get(&format!("{list}&cursor={cursor}")).await.wrong();
        assert_eq!(wrong, [("/cursor".to_owned(), "wrong_cursor".to_owned())], "{list}");
    }
    assert_eq!(admin.get(&format!("users?limit=3&sort=name&cursor={cursor}")).await.status, 200);
}

#[tokio::test]
async fn lists_of_the_catalogue_come_in_pages_too() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for list in ["units", "groups", "courses", &format!("users/{}/enrolments", id(LEARNER))] {
        let whole = admin.read(list).await;
        let mut items = Vec::new();
        let mut next = Value::Null;
        loop {
            let cursor = next.as_str().map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
            let page = admin.read(&format!("{list}?limit=1{cursor}")).await;
            items.extend(page["items"].as_array().unwrap().clone());
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        assert_eq!(Value::Array(items), whole["items"], "{list}");
        assert!(whole["items"].as_array().unwrap().len() > 1, "{list}");
    }
    let units = admin.read("units").await;
    let york = &units["items"][2];
    assert_eq!((&york["path"], &york["level"]), (&json!("Operations › Yorkshire › York"), &json!(3)));
    assert_eq!((&york["users"], &york["parent_id"]), (&json!(3), &json!(id(YORKSHIRE))));
    assert_eq!(admin.read("groups").await["items"][1]["users"], 2);
    assert_eq!(admin.read("courses").await["items"][1]["enrolled"], 1);
}

/// What a column sorts by; users who have nothing there come last, whichever way round.
fn key(column: UserColumn, user: &User) -> Option<String> {
    let number = |at: i64| format!("{at:020}");
    match column {
        UserColumn::Name => Some(fold(&format!("{} {}", user.first_name, user.last_name))),
        UserColumn::Email => Some(EmailAddress::parse(user.email.as_str()).unwrap().key().to_owned()),
        UserColumn::Status => {
            UserStatus::ALL.iter().position(|status| *status == user.status).map(|at| at.to_string())
        }
        UserColumn::Roles => Some(user.roles.bits().to_string()),
        UserColumn::Groups => user.groups.first().map(|group| fold(group.name.as_str())),
        UserColumn::Delivery => user.delivery.map(|state| match state {
            DeliveryState::Failed => "0".to_owned(),
            DeliveryState::Queued => "1".to_owned(),
            DeliveryState::Sent => "2".to_owned(),
        }),
        UserColumn::Unit => user.unit.as_ref().map(|unit| fold(unit.path.as_str()).replace(" › ", "\u{1}")),
        UserColumn::Expires => user.expires_on.map(|day| day.to_string()),
        UserColumn::Invited => user.invited_at.map(|at| number(at.as_microsecond())),
        UserColumn::LastActive => user.last_active_at.map(|at| number(at.as_microsecond())),
    }
}

fn in_order(column: UserColumn, is_descending: bool, pair: &[User]) -> bool {
    let order = match (key(column, &pair[0]), key(column, &pair[1])) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) if is_descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
    };
    let ids = if is_descending { pair[1].id.cmp(&pair[0].id) } else { pair[0].id.cmp(&pair[1].id) };
    order.then(ids) == Ordering::Less
}

/// Every page of `query`, of `limit` users each.
async fn pages(caller: &Caller, query: &str, limit: usize) -> Vec<User> {
    let mut users: Vec<User> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = caller.read(&format!("users?{query}&limit={limit}{cursor}")).await;
        let items: Vec<User> = serde_json::from_value(page["items"].clone()).unwrap();
        let is_last = page["next"].is_null();
        assert!(items.len() == limit || is_last, "only the last page is short");
        users.extend(items);
        if is_last {
            return users;
        }
        cursor = format!("&cursor={}", text(&page["next"]));
    }
}

#[test]
fn pages_of_any_size_hold_every_user_once_and_in_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let academy = runtime.block_on(Academy::open());
    let (admin, manager) = runtime.block_on(async { (academy.admin().await, academy.manager().await) });
    let statuses = "status=active,invited,pending,cancelled,expired,deleted";
    let columns = prop::sample::select(UserColumn::ALL.to_vec());
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    runner
        .run(&(columns, any::<bool>(), 1_usize..25, any::<bool>()), |(column, descending, limit, managed)| {
            let sign = if descending { "-" } else { "" };
            let query = format!("{statuses}&sort={sign}{}", column.as_str());
            let caller = if managed { &manager } else { &admin };
            let users = runtime.block_on(pages(caller, &query, limit));
            let ids: HashSet<_> = users.iter().map(|user| user.id).collect();
            prop_assert_eq!((users.len(), ids.len()), if managed { (7, 7) } else { (18, 18) });
            for pair in users.windows(2) {
                prop_assert!(in_order(column, descending, pair), "{query}: {:?}", pair);
            }
            Ok(())
        })
        .unwrap();
}
