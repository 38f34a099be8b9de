//! Lists to pick from that are long: on their way, ranked beside the keys, changed while they are open,
//! and too long to be here.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

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
use admit::api::whole_list::Kind;
use admit::client::ClientError;
use admit::client::list_lines::Progress;
use admit::tui::catalogue::ListNews;
use admit::tui::effect::Ticket;
use admit::tui::msg::Msg;
use fake_api::FakeApi;
use insta::assert_snapshot;
use serde_json::json;
use tui::{Harness, Waiting};

const REST: Duration = Duration::from_millis(150);

fn api() -> FakeApi {
    FakeApi::with_catalogue(team::team())
}

/// The form with the cursor in the field of courses, whose list is here.
fn form() -> Harness {
    Harness::start(api()).settle().keys("i").settle().keys("<s-tab><s-tab>")
}

/// The same, where the list of courses was only asked for; its ticket.
fn form_without_list() -> (Harness, Ticket) {
    let mut form = Harness::start(api()).settle().keys("i");
    let is_list =
        |waiting: &Waiting| matches!(waiting, Waiting::List(wanted) if wanted.kind == Kind::Courses);
    let at = form.calls.iter().position(|(_, waiting)| is_list(waiting)).unwrap();
    let (ticket, _) = form.calls.remove(at).unwrap();
    (form.settle().keys("<s-tab><s-tab>"), ticket)
}

fn arriving(mut form: Harness, ticket: Ticket, done: u64) -> Harness {
    form.update(Msg::List(ticket, ListNews::Arriving(Progress { done, of: 1_000_000 })));
    form
}

/// The same, ranking nothing until [`rank_next`].
fn slow(mut form: Harness) -> Harness {
    form.holds_rankings = true;
    form
}

/// Ranks what waits longest.
fn rank_next(mut form: Harness) -> Harness {
    let (ticket, ranking) = form.rankings.pop_front().unwrap();
    form.update(Msg::Ranked(ticket, tui::ranked(&ranking)));
    form
}

/// How often each word stands on the screen.
fn shown<const N: usize>(form: &Harness, words: [&str; N]) -> [usize; N] {
    let screen = form.screen();
    words.map(|word| screen.matches(word).count())
}

#[test]
fn while_a_long_list_is_on_its_way_the_server_finds_what_is_typed() {
    let (form, ticket) = form_without_list();
    let form = arriving(form.keys("man"), ticket, 0);
    let asked = |form: &Harness| form.api.calls("list_courses");
    let form = form.settle();
    assert_eq!(asked(&form), [json!({ "search": "man", "likely": true, "limit": 500 })]);
    let form = arriving(form, ticket, 420_000);
    assert_snapshot!("long_list_on_its_way", form.screen());
    let form = form.keys("u").advance(REST).settle();
    assert_eq!(asked(&form)[1]["search"], "manu");
    let form = form.keys("<enter>");
    assert_eq!(shown(&form, ["Manual handling ×", "loading"]), [1, 0], "{}", form.screen());
}

#[test]
fn a_search_that_the_server_did_not_answer_is_not_told_as_found_nothing() {
    let (form, ticket) = form_without_list();
    let form = arriving(form.keys("man"), ticket, 0).settle();
    form.api.prepare("list_courses", Err(ClientError::Unreachable("connection reset".into())));
    let form = form.keys("zzz").advance(REST).settle();
    assert_eq!(shown(&form, ["connection reset", "no course fits"]), [1, 0], "{}", form.screen());
    let form = form.keys("x").advance(REST).settle();
    assert_eq!(shown(&form, ["connection reset", "no course fits"]), [0, 1], "{}", form.screen());
}

#[test]
fn once_it_is_here_nothing_more_is_asked_and_the_search_stays() {
    let (form, ticket) = form_without_list();
    let mut form = arriving(form.keys("man<down>"), ticket, 10_000).settle().keys("<down>");
    let pointed = |form: &Harness| form.screen().lines().find(|line| line.contains('▌')).map(str::to_owned);
    let before = pointed(&form);
    let whole = admit::client::whole_list::WholeList::from(team::courses().as_slice());
    let list = std::sync::Arc::new(admit::tui::catalogue::List::whole(whole));
    form.update(Msg::List(ticket, ListNews::Whole(list)));
    assert_eq!(shown(&form, ["of 7", "loading"]), [1, 0], "{}", form.screen());
    assert_eq!(pointed(&form), before);
    let asked = form.api.calls("list_courses").len();
    let form = form.keys("u").advance(REST).settle();
    assert_eq!(form.api.calls("list_courses").len(), asked);
}

#[test]
fn keys_that_are_faster_than_the_ranking_mean_what_was_typed() {
    let form = slow(form()).keys("man<enter>fire<enter>");
    assert_eq!(shown(&form, ["Manual handling ×", "Fire safety 2027 ×"]), [0, 0], "{}", form.screen());
    let form = rank_next(form);
    assert_eq!(shown(&form, ["Manual handling ×", "Fire safety 2027 ×"]), [1, 0], "{}", form.screen());
    let form = rank_next(form);
    assert_eq!(shown(&form, ["Manual handling ×", "Fire safety 2027 ×"]), [1, 1], "{}", form.screen());
}

#[test]
fn tab_waits_for_the_ranking_and_then_takes_and_goes_on() {
    let form = rank_next(slow(form().keys("<s-tab>")).keys("night<tab>fire"));
    let form = rank_next(form);
    assert_eq!(shown(&form, ["Fire safety 2027"]), [1], "typed into the next field: {}", form.screen());
    assert_eq!(shown(&form.keys("<esc>"), ["Night shift ×"]), [1]);
}

#[test]
fn ctrl_c_drops_the_keys_that_wait() {
    let form = slow(form()).keys("man<enter><c-c>");
    assert_eq!(form.rankings.len(), 1);
    let form = rank_next(form);
    assert_eq!(shown(&form, ["Manual handling ×"]), [0], "{}", form.screen());
}

#[test]
fn the_lines_before_stay_until_the_newest_key_is_ranked() {
    let form = slow(form().keys("ma"));
    let before = shown(&form, ["Managing remote teams", "Manual handling", "of 7"]);
    let form = form.keys("nu");
    assert_eq!(form.rankings.len(), 1, "the older one is dropped");
    assert_eq!(form.rankings[0].1.typed, "manu");
    assert_eq!(shown(&form, ["Managing remote teams", "Manual handling", "of 7"]), before);
    let form = rank_next(form);
    assert_eq!(shown(&form, ["Managing remote teams", "Manual handling"]), [0, 1], "{}", form.screen());
}

#[test]
fn a_ranking_that_nobody_waits_for_any_more_changes_nothing() {
    let mut form = slow(form()).keys("m");
    let (late, ranking) = form.rankings[0].clone();
    form = rank_next(form.keys("anu"));
    let before = form.screen();
    form.update(Msg::Ranked(late, tui::ranked(&ranking)));
    assert_eq!(form.screen(), before);
}

#[test]
fn an_open_list_that_is_changed_keeps_what_is_typed_and_pointed_at() {
    let mut form = form().keys("ma<down>");
    let pointed = |form: &Harness| {
        form.screen().lines().find(|line| line.contains('▌')).unwrap().split("▌").nth(1).unwrap()[..12]
            .to_owned()
    };
    let before = pointed(&form);
    let mut courses = team::courses();
    courses[0].title = "Mayday".into();
    form.api.prepare("list_courses", Ok(json!({ "items": courses, "next": null })));
    form.update(Msg::Event(Event::Catalogue {}));
    assert_eq!(form.waiting(), 1, "only the list that is open");
    let form = form.settle();
    assert_eq!((shown(&form, ["Mayday"]), pointed(&form)), ([1], before), "{}", form.screen());
}

#[test]
fn of_a_list_that_is_too_long_the_server_gives_what_is_likely_meant() {
    let from = (team::place(), tui::theme(), None);
    let form = Harness::start_with(api(), from, 5).settle().keys("i").settle().keys("<s-tab><s-tab><a-down>");
    assert_eq!(shown(&form, ["7 of 7", "Fire safety 2027"]), [1, 1], "{}", form.screen());
    let form = form.keys("man");
    assert_eq!(shown(&form, ["Manual handling"]), [1], "what is here is ranked at once: {}", form.screen());
    let form = form.advance(REST).settle();
    assert_eq!(form.api.calls("list_courses").last().unwrap()["search"], "man");
    let form = form.keys("<enter>");
    assert_eq!(shown(&form, ["Manual handling ×"]), [1], "{}", form.screen());
}

#[test]
fn the_full_list_counts_the_users_of_what_is_drawn_and_again_when_they_change() {
    let mut form = form().keys("<c-o>");
    let ids = |form: &Harness| form.api.calls("list_courses").last().unwrap()["ids"].as_str().map(str::len);
    assert_eq!(shown(&form, ["12 enrolled"]), [0], "not known yet: {}", form.screen());
    form = form.advance(REST).settle();
    assert_eq!((shown(&form, ["12 enrolled"]), ids(&form)), ([1], Some(7 * 37 - 1)));
    let asked = form.api.calls("list_courses").len();
    form = form.keys("<down><down>").advance(REST).settle();
    assert_eq!(form.api.calls("list_courses").len(), asked, "known already");
    form.update(Msg::Event(Event::Users { users: vec![team::user_id(1)] }));
    assert_eq!(shown(&form, ["12 enrolled"]), [0], "may be another number now: {}", form.screen());
    form = form.advance(REST).settle();
    assert_eq!(form.api.calls("list_courses").len(), asked + 1);
    assert_eq!(shown(&form, ["12 enrolled"]), [1]);
}
