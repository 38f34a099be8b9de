//! Live screens: what is heard of is asked for quietly, once, and nothing moves.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

#[path = "support/fake_api.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod fake_api;
#[path = "support/team.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod team;
#[path = "support/tui.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod tui;

use std::time::Duration;

use admit::api::events::Event;
use admit::domain::ids::ChangeId;
use admit::domain::status::UserStatus;
use admit::tui::msg::{LiveState, Msg};
use fake_api::FakeApi;
use insta::assert_snapshot;
use tui::Harness;

const BURST: Duration = Duration::from_millis(150);
const A_WHILE: Duration = Duration::from_mins(10);

/// The table of users, heard of as it changes.
fn live() -> Harness {
    heard(Harness::start(FakeApi::new(team::team())).settle(), LiveState::Connected)
}

fn heard(mut tui: Harness, state: LiveState) -> Harness {
    tui.update(Msg::Live(state));
    tui
}

fn told(mut tui: Harness, event: Event) -> Harness {
    tui.update(Msg::Event(event));
    tui
}

fn someone() -> Event {
    Event::Users { users: vec![team::user_id(77)] }
}

fn lists(tui: &Harness) -> usize {
    tui.api.calls("list_users").len()
}

fn header(tui: &Harness) -> String {
    tui.screen().lines().next().unwrap().to_owned()
}

#[test]
fn what_another_operator_does_appears_and_the_cursor_stays_on_its_user() {
    let tui = live().keys("jjj");
    assert!(tui.screen().lines().any(|line| line.starts_with("▌ Dai Smith")), "{}", tui.screen());
    tui.api.change(|users| users.insert(0, team::user(50, "Aaron", "New", UserStatus::Invited)));
    let tui = told(tui, Event::Users { users: vec![team::user_id(50)] });
    assert_eq!(tui.waiting(), 0, "more may follow at once");
    let tui = tui.advance(BURST);
    assert!(tui.calls.iter().all(|(ticket, _)| ticket.is_quiet()), "nobody waits for it");
    let tui = tui.settle();
    assert!(tui.screen().contains("Aaron New"), "{}", tui.screen());
    assert!(tui.screen().lines().any(|line| line.starts_with("▌ Dai Smith")), "{}", tui.screen());
    assert_eq!(tui.api.calls("count_users").len(), 2, "the counts follow");
}

#[test]
fn a_burst_of_news_asks_once_and_a_long_one_not_more_often_than_it_can_be_read() {
    let mut tui = live();
    for _ in 0..50 {
        tui = told(tui, someone());
    }
    let mut tui = tui.advance(BURST).settle();
    assert_eq!(lists(&tui), 2);
    for _ in 0..60 {
        tui = told(tui, someone()).advance(Duration::from_millis(50)).settle();
    }
    let asked = lists(&tui) - 2;
    assert!((4..=5).contains(&asked), "3 seconds of news: asked {asked} times");
    let asked = lists(&tui.advance(Duration::from_secs(1)).settle());
    assert!(asked >= 7, "the last news are followed too");
}

#[test]
fn nothing_is_drawn_when_what_was_heard_is_not_in_view() {
    let tui = live();
    let before = tui.app.view();
    let tui = told(tui, someone()).advance(BURST);
    assert_eq!((tui.app.view(), tui.app.wakes_in()), (before.clone(), None));
    assert_eq!(tui.settle().app.view(), before);
}

#[test]
fn news_during_a_question_are_followed_after_its_answer() {
    let tui = told(live().keys("<c-r>"), someone()).advance(BURST);
    let asked = lists(&tui.settle());
    assert_eq!(asked, 3, "the first, the operator's, and one that shows what was heard meanwhile");
}

#[test]
fn while_news_come_nothing_is_asked_now_and_then() {
    let tui = live().advance(A_WHILE).settle();
    assert_eq!(lists(&tui), 1, "though somebody invited is in view");
    let tui = tui.keys("jk").advance(A_WHILE).settle();
    assert_eq!((lists(&tui), tui.app.wakes_in()), (1, None));
}

#[test]
fn without_news_the_table_is_looked_after_until_they_come_again() {
    let tui = heard(live(), LiveState::Lost).advance(BURST).settle();
    assert_eq!(lists(&tui), 2, "the loss itself is a reason to look");
    let tui = tui.advance(Duration::from_secs(5)).settle().advance(Duration::from_secs(5)).settle();
    assert_eq!(lists(&tui), 4);
    let tui = told(heard(tui, LiveState::Connected), Event::Everything {}).advance(BURST).settle();
    let tui = tui.advance(A_WHILE).settle();
    assert_eq!(lists(&tui), 5, "what was missed is asked for, once");
}

#[test]
fn a_list_that_could_not_be_had_is_asked_for_even_while_news_come() {
    let tui = live();
    tui.api.set_down(true);
    let tui = told(tui, someone()).advance(BURST).settle();
    tui.api.set_down(false);
    tui.api.change(|users| users.insert(0, team::user(50, "Aaron", "New", UserStatus::Invited)));
    let tui = tui.advance(Duration::from_secs(5)).settle();
    assert!(tui.screen().contains("Aaron New"), "{}", tui.screen());
}

#[test]
fn a_covered_table_asks_once_it_is_seen_again() {
    let tui = told(live().keys("i").settle(), someone()).advance(BURST).settle();
    assert_eq!(lists(&tui), 1);
    let tui = told(live(), someone()).keys("i").advance(BURST).settle();
    assert_eq!(lists(&tui), 1, "covered before it asked");
    assert_eq!(lists(&tui.keys("<esc>").settle()), 2);
}

#[test]
fn a_job_alone_changes_no_row() {
    let job = ChangeId::new(uuid::Uuid::from_u128(5));
    let tui = told(live(), Event::Job { job }).advance(A_WHILE);
    assert_eq!(tui.waiting(), 0);
}

#[test]
fn the_user_page_follows_news_of_its_user_only() {
    let tui = live().keys("j<enter>").settle();
    let asked = |tui: &Harness| {
        ["get_user", "list_user_enrolments", "list_user_audit"].map(|name| tui.api.calls(name).len())
    };
    assert_eq!(asked(&tui), [1, 1, 1]);
    let tui = told(tui, someone()).advance(A_WHILE).settle();
    assert_eq!(asked(&tui), [1, 1, 1], "somebody else; and nothing now and then, though invited");
    let id = team::team()[1].id;
    tui.api.change(|users| users[1].status = UserStatus::Active);
    let tui = told(tui, Event::Users { users: vec![id] }).advance(BURST).settle();
    assert!(tui.screen().contains("● active"), "{}", tui.screen());
    assert_eq!(asked(&tui), [2, 2, 2]);
    let tui = told(tui, Event::Users { users: vec![id] }).advance(Duration::from_secs(1)).settle();
    assert_eq!(asked(&tui), [3, 3, 3], "courses and record change without the user");
}

#[test]
fn what_is_copied_is_of_whom_the_menu_was_opened_for() {
    let invited = |tui: Harness| tui.keys("fsi<enter>").settle();
    let tui = invited(live()).keys("y");
    let title =
        |tui: &Harness| tui.screen().lines().find(|line| line.contains("Copy from")).map(str::to_owned);
    assert!(title(&tui).unwrap().contains("Bo Smithers"), "{}", tui.screen());
    tui.api.change(|users| users[1].status = UserStatus::Active);
    let tui = told(tui, Event::Users { users: vec![team::team()[1].id] }).advance(BURST).settle();
    assert!(title(&tui).unwrap().contains("Bo Smithers"), "{}", tui.screen());
    assert_eq!(tui.keys("e").copied, ["bo.smithers@example.org"]);
}

#[test]
fn a_link_is_shown_only_as_long_as_it_works() {
    const LINK: &str = "https://people.example.org/i/8fK2";
    let tui = live().keys("j<enter>").settle().keys("yl").settle();
    // What was copied stands in the message below, too.
    let page = |tui: &Harness| {
        tui.screen().lines().filter(|line| !line.contains("invitation link, sent")).collect::<String>()
    };
    assert!(page(&tui).contains(LINK), "{}", tui.screen());
    tui.api.change(|users| users[1].status = UserStatus::Cancelled);
    let tui = told(tui, Event::Users { users: vec![team::team()[1].id] }).advance(BURST).settle();
    assert!(page(&tui).contains("was withdrawn") && !page(&tui).contains(LINK), "{}", tui.screen());
}

#[test]
fn changed_lists_are_fetched_anew_when_a_form_needs_them() {
    let tui = heard(Harness::start(FakeApi::with_catalogue(team::team())).settle(), LiveState::Connected);
    let tui = tui.keys("i").settle().keys("<esc>").settle().keys("i").settle();
    let asked = |tui: &Harness| tui.api.calls("list_units").len();
    assert_eq!(asked(&tui), 1);
    let tui = told(tui.keys("<esc>").settle(), Event::Catalogue {}).advance(A_WHILE).settle();
    assert_eq!(asked(&tui), 1);
    assert_eq!(asked(&tui.keys("i").settle()), 2);
}

#[test]
fn the_header_says_whether_news_come() {
    let tui = live();
    assert!(header(&tui).ends_with(" ● live <10 ms"), "{}", header(&tui));
    let tui = heard(tui, LiveState::Lost);
    assert!(header(&tui).ends_with(" ○ not live"), "{}", header(&tui));
    assert_snapshot!(
        "live_header_lost",
        tui.styled().lines().take_while(|line| line.starts_with(" 0")).collect::<Vec<_>>().join("\n")
    );
    let tui = tui.resize(50, 15);
    assert!(header(&tui).ends_with(" ○ not live"), "{}", header(&tui));
    let tui = heard(tui, LiveState::Connected);
    assert!(header(&tui).ends_with(" ● live"), "{}", header(&tui));
    tui.api.set_down(true);
    let tui = tui.keys("<c-r>").settle();
    assert!(header(&tui).contains("offline"), "{}", header(&tui));
    assert!(header(&heard(tui, LiveState::Connected)).contains("live"), "who is heard is there");
}
