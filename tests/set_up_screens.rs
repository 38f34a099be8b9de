//! Screens 3 and 4: units and groups, courses and rules. Keys in, screen out.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "support/fake_api.rs"]
#[expect(dead_code, reason = "the tests of the other screens use the rest")]
mod fake_api;
#[path = "support/team.rs"]
#[expect(dead_code, reason = "the tests of the other screens use the rest")]
mod team;
#[path = "support/tui.rs"]
#[expect(dead_code, reason = "the tests of the other screens use the rest")]
mod tui;

use std::time::Duration;

use admit::api::catalogue::Unit;
use admit::api::events::Event;
use admit::api::problem::{FieldError, Problem, ProblemCode};
use admit::client::ClientError;
use admit::tui::msg::Msg;
use fake_api::FakeApi;
use serde_json::{Value, json};
use tui::Harness;

fn api() -> FakeApi {
    FakeApi::with_catalogue(team::team())
}

fn started(keys: &str) -> Harness {
    Harness::start(api()).settle().keys(keys).settle()
}

/// A Manager of York.
fn managed(keys: &str) -> Harness {
    let mut place = team::place();
    place.workspace.may.units = Some(vec![team::unit("York")]);
    Harness::start_at(api(), place, tui::theme()).settle().keys(keys).settle()
}

fn rules() -> Value {
    json!({ "next": null, "items": [{ "id": "00000000-0000-0000-0000-000000000001", "name": "Fire drill",
        "unit": null, "group": { "id": "00000000-0000-0000-0000-000000000002", "name": "Night shift" },
        "courses": [{ "id": "00000000-0000-0000-0000-000000000003", "title": "Fire safety" }] }] })
}

fn refused(detail: &str) -> ClientError {
    let errors =
        vec![FieldError { pointer: "/name".into(), code: "duplicate".into(), detail: detail.into() }];
    let problem = Problem::new(ProblemCode::ValidationFailed, detail);
    ClientError::Refused(Box::new(Problem { errors, ..problem }))
}

/// The body of the last change.
fn sent(harness: &Harness) -> Value {
    harness.api.sent().pop().unwrap().1
}

#[test]
fn the_tree_of_units_with_its_users_and_the_groups_beside() {
    insta::assert_snapshot!("units_80x24", started("3").screen());
    insta::assert_snapshot!("units_60x15", started("3").resize(60, 15).screen());
    insta::assert_snapshot!("groups", started("3<tab>").screen());
    insta::assert_snapshot!("courses_80x24", started("4").screen());
    let harness = Harness::start(api()).settle().keys("4").settle();
    harness.api.prepare("list_auto_enrolments", Ok(rules()));
    insta::assert_snapshot!("rules", harness.keys("<tab>").settle().screen());
}

#[test]
fn a_unit_is_added_below_the_selected_one_or_at_the_top() {
    let harness = started("3").keys("j");
    harness.api.prepare(
        "create_unit",
        Ok(json!({ "id": "00000000-0000-0000-0000-000000000009", "name": "Hull",
        "path": "Operations › Hull", "parent_id": null, "level": 2, "users": 0 })),
    );
    let menu = harness.keys("a");
    insta::assert_snapshot!("unit_where", menu.screen());
    let prompt = menu.keys("bHull");
    insta::assert_snapshot!("unit_name", prompt.screen());
    let harness = prompt.keys("<enter>").settle();
    assert_eq!(sent(&harness), json!({ "name": "Hull", "parent": team::units()[1].id }));
    assert!(harness.screen().contains("done: the unit Operations › Hull"), "{}", harness.screen());
}

#[test]
fn a_refusal_keeps_what_was_typed_and_says_why() {
    let harness = started("3<tab>");
    harness.api.prepare("create_group", Err(refused("another group has this name")));
    let harness = harness.keys("aNight shift<enter>").settle();
    insta::assert_snapshot!("group_refused", harness.screen());
    // A key takes the reason away; the rest is still there.
    let screen = harness.keys("2").screen();
    assert!(screen.contains("> Night shift2") && !screen.contains("another group has this name"), "{screen}");
}

#[test]
fn a_refusal_that_comes_late_gets_under_no_typing_hands() {
    let adding = started("3<tab>");
    adding.api.prepare("create_group", Err(refused("another group has this name")));
    let searching = adding.keys("aNight shift<enter>/nig").settle();
    assert!(!searching.screen().contains("another group has this name"), "{}", searching.screen());
    let asked = searching.keys("<enter>").settle();
    let screen = asked.screen();
    assert!(screen.contains("> Night shift") && screen.contains("another group has this name"), "{screen}");
}

#[test]
fn a_refusal_of_what_was_sent_before_waits_for_what_was_begun_since_and_is_asked_about_as_what_it_was() {
    let adding = started("3<tab>");
    adding.api.prepare("create_group", Err(refused("another group has this name")));
    let begun = adding.keys("aNight shift<enter>r").settle();
    assert!(begun.screen().contains("Rename the group"), "{}", begun.screen());
    let again = begun.keys("<esc>");
    let screen = again.screen();
    assert!(screen.contains("Add a group") && screen.contains("another group has this name"), "{screen}");
    again.api.prepare("create_group", Ok(json!(team::groups()[0])));
    let sent = again.keys(" 2<enter>").settle().api.sent().pop().unwrap();
    assert_eq!(sent.1["name"], "Night shift 2");
}

#[test]
fn a_deletion_shows_the_consequences_and_wants_the_name() {
    let harness = started("3").keys("j");
    let removal = |dry_run: bool| {
        Ok(json!({ "dry_run": dry_run, "units": 3, "users": 41, "moved_to": null, "managers": 2, "rules": 1,
            "planned": 0 }))
    };
    harness.api.prepare("delete_unit", removal(true));
    let prompt = harness.keys("d").settle();
    insta::assert_snapshot!("unit_deletion", prompt.screen());
    let prompt = prompt.keys("Oper<enter>");
    assert_eq!(prompt.waiting(), 0, "nothing is sent before the name is typed");
    prompt.api.prepare("delete_unit", removal(false));
    let harness = prompt.keys("ations<enter>").settle();
    assert!(harness.screen().contains("3 units deleted"), "{}", harness.screen());
}

/// Lets the next call of the list of units be answered so.
fn prepare(api: &FakeApi, units: &[Unit], next: Option<&str>) {
    api.prepare("list_units", Ok(json!({ "items": units, "next": next })));
}

#[test]
fn the_cursor_stays_on_its_unit_whatever_others_add() {
    let mut harness = started("3").keys("jj");
    let mut others = team::units();
    others
        .insert(0, Unit { id: "00000000-0000-0000-0000-000000000009".parse().unwrap(), ..others[0].clone() });
    prepare(&harness.api, &others, None);
    harness.update(Msg::Event(Event::Catalogue {}));
    let harness = harness.advance(Duration::from_millis(300)).settle();
    assert!(harness.screen().contains("▌   Yorkshire"), "{}", harness.screen());
    let menu = harness.keys("m");
    assert!(menu.screen().contains("Move Operations › Yorkshire"), "{}", menu.screen());
}

#[test]
fn the_cursor_stays_on_what_was_changed_far_down_the_list() {
    let (units, api) = (team::units(), api());
    let two_pages = |api: &FakeApi| {
        prepare(api, &units[..3], Some("more"));
        prepare(api, &units[3..], None);
    };
    two_pages(&api);
    let harness = Harness::start(api).settle().keys("3").settle().keys("G").settle().keys("G");
    assert!(harness.screen().contains("▌ Sales"), "{}", harness.screen());
    harness.api.prepare("edit_unit", Ok(json!(units[5])));
    two_pages(&harness.api);
    let harness = harness.keys("rSales<enter>").settle();
    assert!(harness.screen().contains("▌ Sales"), "{}", harness.screen());
    // Somebody else took it away meanwhile.
    prepare(&harness.api, &units[..3], Some("more"));
    prepare(&harness.api, &units[3..5], None);
    let harness = harness.keys("<c-r>").settle();
    assert!(harness.screen().contains("▌     York"), "{}", harness.screen());
}

#[test]
fn a_rule_is_made_step_by_step() {
    let harness = Harness::start(api()).settle().keys("4<tab>").settle();
    harness.api.prepare("create_auto_enrolment", Ok(rules()["items"][0].clone()));
    let harness = harness.keys("aFire drill<enter>").keys("g").settle().keys("<enter>").settle();
    let harness = harness.keys("<enter>").settle().keys("<tab>").settle();
    let body = sent(&harness);
    assert_eq!(body["name"], "Fire drill");
    assert_eq!(body["group"], json!(team::groups()[0].id));
    assert_eq!(body["courses"].as_array().unwrap().len(), 1);
}

#[test]
fn tab_takes_the_course_that_is_pointed_at_where_none_is_ticked() {
    let harness = Harness::start(api()).settle().keys("4<tab>").settle();
    harness.api.prepare("create_auto_enrolment", Ok(rules()["items"][0].clone()));
    let harness = harness.keys("aFire drill<enter>").keys("g").settle().keys("<enter>").settle();
    let body = sent(&harness.keys("first").settle().keys("<tab>").settle());
    assert_eq!(body["courses"], json!([team::courses()[1].id]));
}

#[test]
fn enter_shows_the_users_of_the_unit() {
    let harness = started("3").keys("jj<enter>").settle();
    assert!(harness.screen().contains("unit: Yorkshire"), "{}", harness.screen());
    assert_eq!(harness.api.calls("list_users").pop().unwrap()["unit"], json!(team::units()[2].id));
}

#[test]
fn a_manager_is_offered_nothing_that_would_be_refused() {
    let harness = managed("3");
    insta::assert_snapshot!("units_of_a_manager", harness.screen());
    let harness = harness.keys("ard");
    assert_eq!(harness.waiting(), 0);
    let help = harness.keys("?").screen();
    assert!(!help.contains("rename") && !help.contains("add a unit"), "{help}");
}

#[test]
fn an_empty_list_says_what_to_do() {
    let empty = |keys: &str| Harness::start(FakeApi::new(team::team())).settle().keys(keys).settle().screen();
    assert!(empty("3").contains("no units yet: a makes the first unit"));
    assert!(empty("4<tab>").contains("no rules yet: a makes the first rule"));
}
