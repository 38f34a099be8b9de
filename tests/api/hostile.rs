//! Whatever is sent, the server does not fail: no answer of 500 or above.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::academy::*;

fn text_of_any_kind() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z]{0,8}@[a-zé.]{0,12}",
        "\\PC{0,3}@(xn--)?[a-z0-9-]{0,70}\\.[a-z]{0,3}",
        prop::sample::select(vec![
            id(YORK),
            id(NIGHT_SHIFT),
            id(FIRE_SAFETY),
            id(HARBOUR_UNIT),
            "2027-03-31".to_owned(),
            "-9999-01-01".to_owned(),
            "9999-12-31".to_owned(),
            "learner".to_owned(),
            "manager".to_owned(),
            "ann.lee@example.org".to_owned(),
            "\0".to_owned(),
        ]),
    ]
}

fn json_of_any_kind() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text_of_any_kind().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text_of_any_kind(), inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A form with some of its fields replaced.
fn form_of_any_kind() -> impl Strategy<Value = Value> {
    let fields = vec![
        "email",
        "first_name",
        "last_name",
        "roles",
        "unit",
        "units_managed",
        "expires_on",
        "groups",
        "courses",
        "without_courses",
    ];
    let value = prop_oneof![
        json_of_any_kind(),
        text_of_any_kind().prop_map(Value::from),
        prop::collection::vec(text_of_any_kind(), 0..4).prop_map(Value::from),
    ];
    let changes = prop::collection::vec((prop::sample::select(fields), value), 0..4);
    prop_oneof![
        1 => json_of_any_kind(),
        6 => changes.prop_map(|changes| {
            changes.into_iter().fold(ann(), |mut form, (field, value)| {
                form[field] = value;
                form
            })
        }),
    ]
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() })
}

#[test]
fn no_form_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let academy = runtime.block_on(Academy::open());
    let (admin, manager) = runtime.block_on(async { (academy.admin().await, academy.manager().await) });
    runner()
        .run(&(form_of_any_kind(), any::<bool>()), |(form, is_manager)| {
            let caller = if is_manager { &manager } else { &admin };
            let answer = runtime.block_on(caller.invite(&form));
            prop_assert!(answer.status < 500, "{}: {}", form, answer.text());
            if answer.status == 422 {
                let problem = answer.problem();
                prop_assert!(!problem.errors.is_empty());
                for error in problem.errors {
                    prop_assert!(error.pointer.is_empty() || error.pointer.starts_with('/'), "{error:?}");
                }
            } else {
                prop_assert!([201, 409].contains(&answer.status), "{}: {}", form, answer.text());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_query_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let academy = runtime.block_on(Academy::open());
    let admin = runtime.block_on(academy.admin());
    let places = prop::sample::select(vec![
        "users",
        "users/counts",
        "units",
        "groups",
        "courses",
        "invitations/check",
        "auto-enrolments/preview",
    ]);
    let fields = prop::sample::select(vec![
        "search",
        "status",
        "role",
        "unit",
        "group",
        "groups",
        "link_expired",
        "expires_before",
        "sort",
        "cursor",
        "limit",
        "email",
        "parent",
    ]);
    let pairs = prop::collection::vec((fields, text_of_any_kind()), 0..4);
    runner()
        .run(&(places, pairs), |(place, pairs)| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&pairs);
            let answer = runtime.block_on(admin.get(&format!("{place}?{}", query.finish())));
            prop_assert!([200, 422].contains(&answer.status), "{place} {pairs:?}: {}", answer.text());
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_form_with_as_many_ids_as_fit_is_answered() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let many: Vec<String> = (0..26_000).map(id).collect();
    for field in ["groups", "courses", "units_managed", "without_courses"] {
        let answer = admin.dry_run(&with(ann(), &json!({ field: many }))).await;
        assert!([201, 422].contains(&answer.status), "{field}: {}", answer.status);
    }
}
