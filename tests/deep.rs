//! The table far from its first row: its ends, going to a text, what changes meanwhile. Keys in,
//! screen out.

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

use admit::api::events::Event;
use admit::api::problem::{Problem, ProblemCode};
use admit::client::ClientError;
use admit::domain::status::UserStatus;
use admit::tui::msg::{LiveState, Msg};
use fake_api::FakeApi;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;
use tui::Harness;

fn crowded(n: u128) -> Harness {
    Harness::start(FakeApi::new(team::crowd(n))).settle()
}

/// How often the list was asked for.
fn asked(tui: &Harness) -> usize {
    tui.api.calls("list_users").len()
}

fn last_query(tui: &Harness) -> Value {
    tui.api.calls("list_users").pop().unwrap()
}

/// The numbers of the persons in view.
fn persons(tui: &Harness) -> Vec<u32> {
    let screen = tui.screen();
    let rows = screen.lines().filter(|line| line.contains("@example.org"));
    rows.filter_map(|line| line.split_once("Person ")?.1.get(..5)?.parse().ok()).collect()
}

/// The person under the cursor.
fn selected(tui: &Harness) -> String {
    let screen = tui.screen();
    let row = screen.lines().find(|line| line.starts_with('▌')).unwrap();
    row.trim_start_matches(['▌', '✓', ' ']).split("  ").next().unwrap().to_owned()
}

#[test]
fn the_last_user_is_one_question_away_however_many_there_are() {
    let tui = crowded(5000);
    let before = asked(&tui);
    let tui = tui.keys("G");
    assert_eq!(tui.waiting(), 1);
    let tui = tui.answer_next();
    assert_eq!((asked(&tui), last_query(&tui)["last"].clone()), (before + 1, Value::Bool(true)));
    assert_eq!(selected(&tui), "Person 04999");
    assert_snapshot!("deep_end", tui.settle().screen());
}

#[test]
fn from_the_end_one_scrolls_up_as_from_the_beginning_down() {
    let mut tui = crowded(5000).keys("G").settle();
    for n in (4700..4999).rev() {
        tui = tui.keys("k");
        assert_eq!(selected(&tui), format!("Person {n:05}"), "the row is there before one gets to it");
        tui = tui.settle();
    }
    assert_eq!(persons(&tui), (4700..4715).collect::<Vec<_>>());
    let tui = tui.keys("gg");
    assert_eq!(tui.waiting(), 1);
    let tui = tui.settle();
    assert_eq!((selected(&tui).as_str(), persons(&tui).len()), ("Person 00000", 15));
    assert!(tui.screen().contains("─ top ─") && !tui.keys("<pagedown>").screen().contains(" top "));
}

#[test]
fn keys_on_the_way_to_an_end_go_on_from_there_and_esc_stays() {
    let tui = crowded(5000).keys("Gkk").settle();
    assert_eq!(selected(&tui), "Person 04997");
    let tui = tui.keys("ggj<pagedown>").settle();
    assert_eq!(selected(&tui), "Person 00016");
    let before = tui.screen();
    let tui = tui.keys("G").advance(Duration::from_millis(150));
    assert!(tui.screen().contains("loading… Esc stops"), "{}", tui.screen());
    let tui = tui.keys("<esc>");
    assert_eq!(tui.waiting(), 0);
    assert_eq!(tui.settle().screen(), before);
}

#[test]
fn a_text_is_gone_to_letter_by_letter() {
    let tui = crowded(5000).keys("'");
    assert_snapshot!("goto_empty", tui.screen());
    let tui = tui.keys("person 03");
    assert_eq!(tui.waiting(), 1, "a newer question replaces the older");
    let tui = tui.settle();
    assert_eq!((last_query(&tui)["cursor"].is_string(), selected(&tui).as_str()), (true, "Person 03000"));
    assert_snapshot!("goto_typed", tui.screen());
    let tui = tui.keys("2<enter>").settle();
    assert_eq!(persons(&tui), (3200..3215).collect::<Vec<_>>());
    assert_eq!(selected(&tui.keys("kk").settle()), "Person 03198", "what lies above has come");
}

#[test]
fn esc_goes_back_to_where_one_was() {
    let tui = crowded(5000).keys("jjj");
    let before = tui.screen();
    let tui = tui.keys("'person 04").settle();
    assert_eq!(selected(&tui), "Person 04000");
    assert_eq!(tui.keys("<esc>").settle().screen(), before);
    let tui = crowded(5000).keys("jjj'person 04").settle();
    let tui = tui.keys("<c-u>").settle();
    assert_eq!(selected(&tui), "Person 00003", "without a text one is where one was");
}

#[test]
fn a_text_after_everybody_goes_to_the_last() {
    let tui = crowded(5000).keys("'z<enter>").settle();
    assert_eq!(selected(&tui), "Person 04999");
}

#[test]
fn an_order_without_text_says_where_one_can_go_to_a_text() {
    let tui = crowded(50).keys("ss").settle().keys("'");
    assert!(
        tui.screen().contains("in the order of name, email, unit or groups; s sorts"),
        "{}",
        tui.screen()
    );
    assert!(!tui.screen().contains("Go to"));
    assert!(tui.keys("se").settle().keys("'").screen().contains("Go to:"));
}

#[test]
fn what_others_do_far_down_the_list_appears_there_and_the_cursor_stays() {
    let mut tui = crowded(5000);
    tui.update(Msg::Live(LiveState::Connected));
    let mut tui = tui.keys("'person 025<enter>").settle().keys("jj");
    assert_eq!(selected(&tui), "Person 02502");
    tui.api.change(|users| {
        users.insert(2501, team::user(9001, "Person", "02500b", UserStatus::Invited));
        users.remove(2504);
    });
    tui.update(Msg::Event(Event::Users { users: vec![team::user_id(9001)] }));
    let tui = tui.advance(Duration::from_millis(150)).settle();
    assert!(tui.screen().contains("Person 02500b"), "{}", tui.screen());
    assert!(!tui.screen().contains("Person 02503"), "{}", tui.screen());
    assert_eq!(selected(&tui), "Person 02502");
    let asked_now = asked(&tui);
    let tui = tui.keys("jjjjkkkk").settle();
    assert_eq!((asked(&tui), selected(&tui).as_str()), (asked_now, "Person 02502"));
}

#[test]
fn a_user_who_comes_at_the_very_end_is_seen_from_there() {
    let mut tui = crowded(1000);
    tui.update(Msg::Live(LiveState::Connected));
    let mut tui = tui.keys("G").settle();
    tui.api.change(|users| users.push(team::user(9001, "Zoe", "Last", UserStatus::Invited)));
    tui.update(Msg::Event(Event::Users { users: vec![team::user_id(9001)] }));
    let tui = tui.advance(Duration::from_millis(150)).settle();
    assert_eq!(selected(&tui), "Person 00999");
    assert!(tui.keys("j").screen().contains("▌ Zoe Last"));
}

#[test]
fn marks_stay_over_a_jump_and_a_range_reaches_as_far_as_one_scrolls() {
    let tui = crowded(5000).keys("<space>G").settle();
    assert!(tui.screen().contains("1 marked"), "{}", tui.screen());
    let tui = tui.keys("gg").settle();
    assert!(tui.screen().contains("▌✓Person 00000"), "{}", tui.screen());
    let tui = tui.keys("<esc>vG").settle();
    assert_eq!(selected(&tui), "Person 00000");
    assert!(tui.screen().contains("a range reaches as far as one scrolls"), "{}", tui.screen());
    let tui = (0..60).fold(tui, |tui, _| tui.keys("<pagedown>").settle());
    assert!(tui.screen().contains("901 marked"), "{}", tui.screen());
}

#[test]
fn a_server_that_goes_and_comes_back_finds_one_where_one_was() {
    let tui = crowded(5000).keys("G").settle().keys("kkk");
    tui.api.set_down(true);
    let tui = tui.keys("<c-r>").settle();
    assert!(tui.screen().contains("could not be refreshed"), "{}", tui.screen());
    let tui = tui.keys("<pageup><pageup>");
    assert_eq!(selected(&tui), "Person 04966", "what is here can be looked at");
    let tui = tui.settle().keys("gg").settle();
    assert_eq!(selected(&tui), "Person 04966", "what is not here can't");
    tui.api.set_down(false);
    let tui = tui.advance(Duration::from_secs(5)).settle();
    assert!(!tui.screen().contains("could not be refreshed"), "{}", tui.screen());
    assert_eq!(selected(&tui), "Person 04966");
}

#[test]
fn a_filter_that_could_not_be_asked_is_asked_again_not_the_rows_of_the_one_before() {
    let tui = crowded(5000).keys("G").settle();
    tui.api.set_down(true);
    let tui = tui.keys("fsa<enter>").settle();
    tui.api.set_down(false);
    let tui = tui.keys("k").advance(Duration::from_secs(5)).settle();
    let query = last_query(&tui);
    assert_eq!(query["status"], "active");
    assert!(selected(&tui).starts_with("Person 0") && !tui.screen().contains("could not"));
}

#[test]
fn places_that_the_server_does_not_know_any_more_lead_to_the_first_row() {
    let tui = crowded(5000).keys("G").settle();
    let refusal = Problem::new(ProblemCode::ValidationFailed, "the cursor is of another list");
    tui.api.prepare("list_users", Err(ClientError::Refused(Box::new(refusal))));
    let tui = tui.keys("<c-r>").settle();
    assert_eq!(selected(&tui), "Person 04999");
    let tui = tui.keys("<c-r>").settle();
    assert_eq!(selected(&tui), "Person 00000");
    assert!(!tui.screen().contains("could not be refreshed"), "{}", tui.screen());
}

#[test]
fn a_new_order_is_shown_from_its_first_row_and_another_size_keeps_the_selected_row_in_view() {
    let tui = crowded(5000).keys("G").settle().keys("se").settle();
    assert_eq!(selected(&tui), "Person 00000");
    let tui = tui.keys("G").settle().resize(120, 40);
    assert_eq!(selected(&tui), "Person 04999");
    assert_eq!(persons(&tui), (4967..5000).collect::<Vec<_>>());
    let tui = tui.resize(60, 10);
    assert_eq!(selected(&tui), "Person 04999");
}

#[test]
fn what_is_not_counted_one_by_one_is_said_to_be_about_right() {
    let estimating = |theme| {
        let api = FakeApi::new(team::crowd(12_345));
        api.estimate();
        Harness::start_at(api, team::place(), theme).settle()
    };
    let line = |tui: &Harness, at: usize| tui.screen().lines().nth(at).unwrap().to_owned();
    let tui = estimating(tui::theme());
    assert_eq!(line(&tui, 1), " All ≈ 12 300  Active ≈ 12 300  Invited 0  Pending 0  Cancelled 0  Expired 0");
    assert!(line(&estimating(tui::ascii()), 1).starts_with(" All ~ 12 300"));
    let tui = tui.keys("*").settle();
    assert!(line(&tui, 2).ends_with("≈ 12 300 marked: all that match"), "{}", tui.screen());
    let tui = tui.keys("*/0123<enter>").settle();
    assert!(line(&tui, 2).ends_with("≈ 12 of ≈ 12 300 match"), "{}", tui.screen());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever keys come, and in whatever order the answers: no row is missing or twice.
    #[test]
    fn the_rows_on_the_screen_follow_each_other(
        happenings in proptest::collection::vec(proptest::sample::select(vec![
            "j", "jjjjj", "k", "<pagedown>", "<pagedown><pagedown><pagedown>", "<pageup>", "<pageup><pageup>",
            "<c-d>", "<c-u>", "G", "gg", "'person 007<enter>", "'person 01<esc>", "<esc>", "<c-r>", "oldest",
            "newest", "oldest", "oldest",
        ]), 1..40),
    ) {
        let mut tui = crowded(1500);
        for happening in happenings {
            tui = match happening {
                "oldest" | "newest" if tui.waiting() == 0 => tui,
                "oldest" => tui.answer_next(),
                "newest" => tui.answer_last(),
                keys => tui.keys(keys),
            };
            let rows = persons(&tui);
            prop_assert!(rows.windows(2).all(|two| two[0] + 1 == two[1]), "{happening}\n{}", tui.screen());
        }
        let tui = tui.settle();
        prop_assert_eq!(persons(&tui).len(), 15, "{}", tui.screen());
        prop_assert_eq!(selected(&tui.keys("gg").settle()), "Person 00000");
    }
}
