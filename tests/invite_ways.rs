//! Ways through the invite form that are easy to break: every size, every order of answers, every
//! role, and what happens when something is refused.

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

use admit::client::ClientError;
use admit::tui::effect::Call;
use fake_api::FakeApi;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::json;
use tui::{Harness, Waiting};

fn form() -> Harness {
    Harness::start(FakeApi::with_catalogue(team::team())).settle().keys("i").settle()
}

/// The line that the cursor is on.
fn cursor_line(form: &Harness) -> String {
    let screen = form.screen();
    let at = screen.lines().last().and_then(|line| line.strip_prefix("cursor ")).unwrap_or_default();
    let row: usize = at.split(',').nth(1).unwrap_or_default().parse().unwrap_or(usize::MAX);
    screen.lines().nth(row).unwrap_or_default().to_owned()
}

#[test]
fn the_field_in_focus_is_seen_at_every_size() {
    for (width, height) in [(20, 5), (34, 9), (60, 15), (80, 24), (120, 40)] {
        let mut form = form().keys("<tab><tab><tab><right> ").settle().resize(width, height);
        for step in 0..10 {
            let line = cursor_line(&form);
            let is_seen = line.contains('▌') || line.contains("[ Send");
            assert!(is_seen, "{width}x{height} step {step}: {}", form.screen());
            form = form.keys("<tab>").settle();
        }
    }
}

#[test]
fn r2_units_managed_are_asked_for_with_the_manager_role() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><right> ").settle();
    assert_snapshot!("manager_80x24", form.screen());
    let form = form.keys("<c-s>").settle();
    assert_eq!(form.api.sent(), []);
    assert!(form.screen().contains("choose the units that this Manager looks after"), "{}", form.screen());
    let form = form.keys("leeds<enter>finance<enter><c-s>").settle();
    let sent = form.api.sent();
    assert_eq!(sent[0].1["roles"], json!(["learner", "manager"]), "{}", form.screen());
    assert_eq!(sent[0].1["units_managed"].as_array().map(Vec::len), Some(2), "{sent:?}");
}

#[test]
fn units_managed_are_not_sent_without_the_manager_role() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><right> <tab><tab>leeds<enter>").settle();
    let form = form.keys("<s-tab><s-tab> <c-s>").settle();
    assert_eq!(form.api.sent()[0].1.get("units_managed"), None, "{}", form.screen());
}

#[test]
fn what_is_not_kept_is_empty_in_the_next() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><tab>york<tab>+90d<c-t>").settle();
    let before = form.screen();
    let form = form.keys("<c-s>").settle();
    let line = |screen: &str, label: &str| {
        screen.lines().find(|line| line.contains(label)).unwrap_or_default().to_owned()
    };
    assert!(!line(&before, "Expiry").contains("kept") && line(&before, "Organisation").contains("kept"));
    let after = form.screen();
    assert!(!line(&after, "Expiry").contains("+90d"), "{after}");
    assert!(line(&after, "Organisation").contains("York ×"), "{after}");
    assert!(!line(&after, "Expiry").contains("kept"), "stays so: {after}");
}

#[test]
fn pressing_send_twice_sends_once() {
    let form = form().keys("ann.lee@example.org<c-s><c-s>").settle().keys("<c-s>").settle();
    assert_eq!(form.api.sent().len(), 1, "{}", form.screen());
}

#[test]
fn the_button_sends_and_goes_back_to_the_users() {
    let form = form().keys("ann.lee@example.org<s-tab><enter>").settle();
    assert_eq!(form.api.sent().len(), 1);
    let screen = form.screen();
    assert!(screen.contains("invitation sent to ann.lee@example.org"), "{screen}");
    assert!(screen.contains("Adeyemi Smith"), "{screen}");
}

#[test]
fn a_late_check_of_another_address_says_nothing() {
    let form = form().keys("dai@example.org<tab>");
    let (ticket, call) = form.calls.back().cloned().unwrap();
    assert!(matches!(call, Waiting::Call(Call::CheckEmail(_))), "{call:?}");
    let mut form = form.keys("<s-tab><c-u>new.one@example.org<tab>");
    assert_eq!(form.waiting(), 1, "the other check is under way");
    let late = admit::api::invitations::EmailCheck::KnownHere { user_id: None, status: None };
    form.update(admit::tui::msg::Msg::Replied(ticket, admit::tui::effect::Reply::Checked(Ok(late))));
    assert!(!form.screen().contains("is a user here already"), "{}", form.screen());
    assert!(!form.settle().screen().contains("is a user here already"));
}

#[test]
fn the_check_begins_by_itself_and_shows_only_when_it_takes_long() {
    let form = form().keys("ann.lee@example.org").advance(Duration::from_millis(399));
    assert_eq!(form.waiting(), 0, "typing has not rested yet");
    let form = form.advance(Duration::from_millis(1));
    assert_eq!(form.waiting(), 1);
    let form = form.advance(Duration::from_millis(149));
    assert!(!form.screen().contains("checking"), "{}", form.screen());
    let form = form.advance(Duration::from_millis(1));
    assert!(form.screen().contains("checking…"), "{}", form.screen());
    assert!(!form.settle().screen().contains("checking"));
}

#[test]
fn a_list_that_did_not_come_says_so_and_typing_asks_again() {
    let api = FakeApi::with_catalogue(team::team());
    api.prepare("list_courses", Err(ClientError::Unreachable("refused".into())));
    let form = Harness::start(api).settle().keys("i").settle().keys("<s-tab><s-tab>");
    let asked = form.api.calls("list_courses").len();
    let form = form.keys("m");
    assert_eq!(form.api.calls("list_courses").len(), asked, "not answered yet");
    assert!(form.screen().contains("loading the courses"), "{}", form.screen());
    let form = form.settle();
    assert!(form.screen().contains("Manual handling"), "{}", form.screen());
}

#[test]
fn alt_down_opens_the_list_without_typing() {
    let form = form().keys("<s-tab><s-tab><a-down>");
    assert!(form.screen().contains("7 of 7"), "{}", form.screen());
    let form = form.keys("<down><enter>").settle();
    assert!(form.screen().contains("First aid at work ×"), "{}", form.screen());
    let form = form.keys("<a-down><esc>");
    assert!(!form.screen().contains("7 of 7") && form.screen().contains("First aid at work ×"));
}

#[test]
fn nothing_typed_takes_nothing_before_the_list_is_here() {
    let form = Harness::start(FakeApi::with_catalogue(team::team())).settle().keys("i");
    let form = form.keys("<s-tab><s-tab><a-down><tab>").settle();
    assert!(!form.screen().contains('×'), "{}", form.screen());
}

#[test]
fn what_is_pasted_after_tab_is_not_taken_unseen() {
    let form = Harness::start(FakeApi::with_catalogue(team::team())).settle().keys("i");
    let form = form.keys("<s-tab><s-tab>fi<enter>").paste("rst").settle();
    assert!(!form.screen().contains('×'), "{}", form.screen());
}

#[test]
fn advanced_search_goes_on_with_what_was_typed() {
    let form = form().keys("<s-tab><s-tab>man<c-o>").settle();
    assert!(form.screen().contains("All courses man"), "{}", form.screen());
    assert!(!form.screen().contains("GDPR basics"), "{}", form.screen());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_typed_outlives_a_refusal(
        local in "[a-z]{1,8}", first in "[A-Za-z éß李]{0,12}", last in "\\PC{1,12}",
        is_garbled in any::<bool>(),
    ) {
        let form = form().keys(&format!("{local}@example.org<tab>")).settle();
        let form = form.paste(&format!("A{first}")).keys("<tab>").paste(&format!("B{last}"));
        let typed = |form: &Harness| {
            let screen = form.screen();
            let of = |label: &str| screen.lines().find_map(|line| line.split_once(label)).map(|(_, value)| value.to_owned());
            ["Email", "First name", "Last name"].map(of)
        };
        let before = typed(&form);
        let error = if is_garbled {
            ClientError::Unexpected("half an answer".into())
        } else {
            let problem = admit::api::problem::Problem::new(admit::api::problem::ProblemCode::Internal, "it broke");
            ClientError::Refused(Box::new(problem))
        };
        form.api.prepare("create_invitation", Err(error));
        let form = form.keys("<c-s>").settle();
        // What is wrong at once stays in the form; what the server refused comes back with a key.
        let form = if form.api.sent().is_empty() { form } else { form.keys("<c-g>").settle() };
        prop_assert_eq!(typed(&form), before);
    }
}
