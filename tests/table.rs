//! The table as experts want it: two sorts, chips, columns, views. Keys in, screen out.

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

use admit::tui::effect::Effect;
use admit::tui::table::{Column, Table};
use fake_api::FakeApi;
use tui::Harness;

fn started() -> Harness {
    Harness::start(FakeApi::with_catalogue(team::team())).settle()
}

/// How the table is kept.
fn kept(harness: &Harness) -> Table {
    let changes = harness.effects.iter().filter_map(|effect| match effect {
        Effect::ChangeTable(change) => Some(change.clone()),
        _ => None,
    });
    let mut table = Table::default();
    changes.for_each(|change| table.apply(change));
    table
}

/// The last question asked of the list.
fn last_query(harness: &Harness) -> serde_json::Value {
    harness.api.calls("list_users").pop().unwrap()
}

#[test]
fn a_second_column_sorts_those_who_are_equal_in_the_first() {
    let harness = started().keys("ss").settle().keys("tn").settle();
    assert_eq!(last_query(&harness)["sort"], "status,name");
    insta::assert_snapshot!("sorted_by_two", harness.screen());
    // Again turns round; nothing takes it away.
    let harness = harness.keys("tn").settle();
    assert_eq!(last_query(&harness)["sort"], "status,-name");
    let harness = harness.keys("t0").settle();
    assert_eq!(last_query(&harness)["sort"], "status");
}

#[test]
fn whose_access_ended_before_a_day_is_asked_for_by_that_day() {
    let typing = started().keys("fd1 jan 2026");
    assert!(typing.screen().contains("Thu 1 Jan 2026"), "{}", typing.screen());
    let harness = typing.keys("<enter>").settle();
    assert_eq!(last_query(&harness)["expires_before"], "2026-01-01");
    let emptied = harness.keys("fd<c-u>");
    assert!(emptied.screen().contains("any"), "{}", emptied.screen());
    assert_eq!(last_query(&emptied.keys("<enter>").settle())["expires_before"], serde_json::Value::Null);
}

#[test]
fn each_chip_can_be_taken_away_by_itself() {
    let harness =
        started().keys("fsi<enter>").settle().keys("frl<enter>").settle().keys("fd+30d<enter>").settle();
    assert_eq!(last_query(&harness)["expires_before"], "2026-12-23");
    insta::assert_snapshot!("chips", harness.screen());
    let menu = harness.keys("r");
    insta::assert_snapshot!("chips_menu", menu.screen());
    let harness = menu.keys("2").settle();
    let query = last_query(&harness);
    assert_eq!((&query["status"], &query["role"]), (&"invited".into(), &serde_json::Value::Null));
    assert_eq!(query["expires_before"], "2026-12-23");
    let harness = harness.keys("<backspace>").settle();
    assert_eq!(last_query(&harness)["expires_before"], serde_json::Value::Null);
    assert!(started().keys("r").screen().contains("nothing is filtered by"));
}

#[test]
fn columns_are_chosen_ordered_and_sized_and_the_table_follows_at_once() {
    let harness = started().resize(120, 30).keys("c");
    insta::assert_snapshot!("columns_popup", harness.screen());
    // Name goes behind the address and is made narrower; the unit is taken out.
    let harness = harness.keys("J<<<<");
    let table = kept(&harness);
    let columns = table.columns.unwrap();
    assert_eq!((columns[0].column, columns[1].column), (Column::Email, Column::Name));
    assert_eq!(columns[1].width, Some(12));
    insta::assert_snapshot!("columns_changed", harness.keys("<esc>").screen());
}

#[test]
fn the_address_can_t_be_taken_out_and_r_makes_it_as_it_was() {
    let harness = started().keys("cj<space>");
    assert!(kept(&harness).columns.unwrap().iter().any(|chosen| chosen.column == Column::Email));
    let harness = harness.keys("r");
    assert_eq!(kept(&harness).columns, None);
}

#[test]
fn a_view_is_saved_under_a_name_shown_again_and_deleted() {
    let harness = started().keys("fsi<enter>").settle().keys("ss").settle();
    let harness = harness.keys("Vs");
    insta::assert_snapshot!("view_name", harness.screen());
    let harness = harness.keys("Late ones<enter>");
    let view = kept(&harness).views.pop().unwrap();
    assert_eq!((view.name.as_str(), view.order.as_str()), ("Late ones", "status"));
    let harness = harness.keys("V1").settle();
    assert_eq!(last_query(&harness)["status"], serde_json::Value::Null, "everybody");
    let harness = harness.keys("V");
    insta::assert_snapshot!("views", harness.screen());
    let harness = harness.keys("5").settle();
    let query = last_query(&harness);
    assert_eq!((&query["status"], &query["sort"]), (&"invited".into(), &"status".into()));
    let harness = harness.keys("Vx1");
    assert!(kept(&harness).views.is_empty());
}

#[test]
fn built_in_views_ask_for_what_their_name_says() {
    let harness = started().keys("V2").settle();
    assert_eq!(last_query(&harness)["link_expired"], "true".parse::<bool>().unwrap());
    let harness = harness.keys("V4").settle();
    let query = last_query(&harness);
    assert_eq!((&query["status"], &query["expires_before"]), (&"active".into(), &"2026-12-23".into()));
}
