//! The invite form, as an operator uses it: keys in, screen out.

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

use admit::client::ClientError;
use admit::terminal::key::{Key, parse_keys};
use admit::tui::effect::Effect;
use admit::tui::msg::Msg;
use fake_api::FakeApi;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use tui::Harness;

/// How long the full list rests before it counts the users of what is drawn.
const REST: Duration = Duration::from_millis(150);

/// The form over the table, everything loaded.
fn form() -> Harness {
    form_on(FakeApi::with_catalogue(team::team()))
}

fn form_on(api: FakeApi) -> Harness {
    Harness::start(api).settle().keys("i").settle()
}

fn problem(errors: &Value) -> ClientError {
    let problem = json!({
        "type": "urn:admit:problem:validation_failed", "title": "some fields need another value", "status": 422,
        "detail": "2 fields need another value", "code": "validation_failed", "errors": errors,
    });
    ClientError::Refused(Box::new(serde_json::from_value(problem).unwrap()))
}

#[test]
fn r2_the_fields_in_their_order() {
    let form = form();
    assert_snapshot!("form_80x24", form.screen());
    let form = form.resize(120, 40);
    assert_snapshot!("form_120x40", form.screen());
    assert_snapshot!("form_60x15", form.resize(60, 15).screen());
}

#[test]
fn r2_fields_of_empty_lists_are_not_shown() {
    let screen = form_on(FakeApi::new(team::team())).screen();
    for label in ["Organisation unit", "Groups", "Enrol to courses"] {
        assert!(!screen.contains(label), "{label}: {screen}");
    }
}

#[test]
fn the_form_without_colour_and_in_ascii() {
    let start = |theme| Harness::start_at(FakeApi::with_catalogue(team::team()), team::place(), theme);
    let filled = |theme| start(theme).settle().keys("iann.lee@example.org<tab><tab><tab><tab>yor").settle();
    assert_snapshot!("form_mono", filled(tui::mono()).styled());
    assert_snapshot!("form_ascii", filled(tui::ascii()).screen());
}

#[test]
fn what_is_wrong_stands_at_its_field_and_the_first_has_the_focus() {
    let form = form().keys("bob@@example.org<tab><tab><tab><tab><tab>3/4/27<c-s>").settle();
    assert_snapshot!("errors", form.screen());
    assert_eq!(form.api.sent(), []);
}

#[test]
fn r7_the_date_is_echoed_while_typed() {
    let form = form().keys("<tab><tab><tab><tab><tab>+90d");
    assert!(form.screen().contains("→ Sun 21 Feb 2027 (in 90 days)"), "{}", form.screen());
}

#[test]
fn a_calendar_opens_for_the_date() {
    let form = form().keys("<tab><tab><tab><tab><tab><c-o>");
    assert_snapshot!("calendar", form.screen());
    let form = form.keys("<right><down><enter>");
    assert!(form.screen().contains("2026-12-02"), "{}", form.screen());
}

#[test]
fn r4_an_address_known_elsewhere_locks_the_names() {
    let form = form().keys("elsewhere@example.org<tab>").settle();
    assert_snapshot!("advisory", form.screen());
    let form = form.keys("<c-s>").settle();
    assert_eq!(form.api.sent()[0].1["first_name"], "Else");
}

#[test]
fn r5_an_address_known_here_leads_to_the_user() {
    let form = form().keys("dai@example.org<tab><s-tab>").settle();
    assert_snapshot!("known_here", form.screen());
    let form = form.keys("<c-s>").settle();
    assert_eq!(form.api.sent(), [], "no second invite");
    let user = form.keys("<enter>").settle();
    assert!(user.screen().contains("Dai Smith"), "{}", user.screen());
    let back = user.keys("<esc>").settle();
    assert!(back.screen().contains("dai@example.org"), "nothing typed is lost: {}", back.screen());
}

#[test]
fn units_groups_and_courses_are_found_by_typing() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><tab>york").settle();
    assert_snapshot!("picker", form.screen());
    let form = form.keys("<tab><tab>aid<enter>nig<enter><tab>man").settle();
    assert_snapshot!("picker_of_courses", form.screen());
    let form = form.keys("<down><enter>fire<tab>").settle();
    assert_snapshot!("chips_and_rules", form.screen());
}

#[test]
fn who_types_faster_than_the_line_gets_what_was_meant() {
    let form = Harness::start(FakeApi::with_catalogue(team::team())).settle().keys("i");
    let form = form.keys("ann.lee@example.org<tab><tab><tab><tab>york<tab>").settle();
    assert!(form.screen().contains("Operations › Yorkshire › York ×"), "{}", form.screen());
}

#[test]
fn r8_a_course_of_a_rule_can_be_deselected() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><tab>york<tab><tab><tab>").settle();
    assert!(form.screen().contains("+ Manual handling (Operations)"), "{}", form.screen());
    let form = form.keys("<backspace><backspace>").settle();
    assert!(form.screen().contains("– Manual handling"), "{}", form.screen());
    let form = form.keys("<c-s>").settle();
    assert_eq!(form.api.sent()[0].1["without_courses"].as_array().unwrap().len(), 1);
}

#[test]
fn advanced_search_shows_units_as_a_tree() {
    let form = form().keys("<tab><tab><tab><tab><c-o>").advance(REST).settle();
    assert_snapshot!("browser", form.screen());
    let form = form.keys("<down><left>");
    assert!(!form.screen().contains("Yorkshire"), "folded: {}", form.screen());
    let form = form.keys("<right>leeds<enter>").settle();
    assert!(form.screen().contains("Operations › Yorkshire › Leeds"), "{}", form.screen());
}

#[test]
fn advanced_search_takes_several_courses() {
    let form = form().keys("<tab><tab><tab><tab><tab><tab><tab><c-o><enter><down><enter><tab>").settle();
    let screen = form.screen();
    assert!(screen.contains("Fire safety 2027 ×") && screen.contains("First aid at work ×"), "{screen}");
}

#[test]
fn an_invite_like_the_one_before_takes_its_address_and_one_key() {
    let first =
        form().keys("ann.lee@example.org<tab><tab><tab><tab>york<tab>+90d<tab>aid<tab>fire<tab><c-s>");
    let address = "cara.smithson@example.org";
    let script = parse_keys(&format!("{address}<c-s>"));
    assert!(address.len() == 25 && script.len() <= 27, "{} keys", script.len());
    let second = first.settle().keys(&format!("{address}<c-s>")).settle();
    let sent = second.api.sent();
    assert_eq!(sent.len(), 2, "{}", second.screen());
    for field in ["unit", "expires_on", "groups", "courses", "roles"] {
        assert_eq!(sent[0].1[field], sent[1].1[field], "{field}");
    }
    assert_eq!((&sent[1].1["first_name"], &sent[1].1["last_name"]), (&json!("Cara"), &json!("Smithson")));
    assert!(second.screen().contains("sent 2"), "{}", second.screen());
}

#[test]
fn one_picker_changed_takes_at_most_33_keys() {
    let first = form().keys("ann.lee@example.org<tab><tab><tab><tab>york<c-s>").settle();
    let first = first.keys("<tab><c-s>").settle();
    let script = "cara.smithson@example.org<s-tab><s-tab><s-tab>aid<enter><c-s>";
    assert!(parse_keys(script).len() <= 33, "{}", parse_keys(script).len());
    let second = first.keys("<c-x>").keys(script).settle();
    let sent = second.api.sent();
    let last = &sent.last().unwrap().1;
    assert_eq!(last["email"], "cara.smithson@example.org", "{}", second.screen());
    assert_eq!(
        last["courses"].as_array().map(Vec::len).max(last["groups"].as_array().map(Vec::len)),
        Some(1),
        "{last}"
    );
}

#[test]
fn r15_a_server_gone_in_mid_submit_is_tried_again_with_the_same_key() {
    let form = form().keys("ann.lee@example.org");
    form.api.set_down(true);
    let form = form.keys("<c-s>").settle();
    assert_snapshot!("server_gone", form.screen());
    let form = form.advance(Duration::from_secs(1)).settle().advance(Duration::from_secs(2)).settle();
    form.api.set_down(false);
    let form = form.advance(Duration::from_secs(4)).settle();
    let sent = form.api.sent();
    assert_eq!(sent.len(), 4, "{}", form.screen());
    assert!(sent.iter().all(|(key, body)| (key, body) == (&sent[0].0, &sent[0].1)), "one key, one body");
    assert!(form.screen().contains("sent 1"), "{}", form.screen());
}

#[test]
fn a_refused_invitation_reopens_with_everything_in_it() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><tab>york<tab>+90d");
    let errors = json!([
        { "pointer": "/last_name", "code": "too_long", "detail": "use at most 100 characters" },
        { "pointer": "/unit", "code": "unknown", "detail": "choose a unit of this workspace" },
    ]);
    form.api.prepare("create_invitation", Err(problem(&errors)));
    let form = form.keys("<c-s>").settle();
    assert!(form.screen().contains("failed 1"), "{}", form.screen());
    assert_snapshot!("reopened", form.keys("<c-g>").settle().screen());
}

#[test]
fn what_is_typed_is_kept_and_comes_back() {
    let form = form().keys("half.typed@exa");
    let saved = form.effects.iter().filter(|effect| matches!(effect, Effect::SaveDraft(_))).count();
    assert_eq!(saved, "half.typed@exa".len(), "on every change");
    let back = form.keys("<esc>").settle().keys("i").settle();
    assert!(back.screen().contains("half.typed@exa"), "{}", back.screen());
    let cleared = back.keys("<c-x>");
    assert!(!cleared.screen().contains("half.typed"), "{}", cleared.screen());
    assert_eq!(cleared.effects.last(), Some(&Effect::DropDraft));
}

#[test]
fn what_is_typed_but_not_chosen_is_pointed_out_without_the_signs_of_a_program() {
    let form = form().keys("<tab><tab><tab><tab>").paste("\"Zo\u{eb} \u{202e}x\"").settle();
    assert!(form.screen().contains("no unit fits \"\"Zoë"), "{}", form.screen());
    let left = form.keys("<tab>");
    let screen = left.screen();
    assert!(screen.contains("typed, not chosen: Enter takes one, Ctrl-U clears"), "{screen}");
    assert!(!screen.contains("u{"), "{screen}");
}

#[test]
fn a_pasted_person_fills_three_fields_and_several_come_one_by_one() {
    let one = form().paste("Ann Lee <ann.lee@example.org>").settle();
    assert_snapshot!("pasted", one.screen());
    let people = "Ann Lee <ann@example.org>\nbo.smith@example.org\nno address here\n\"Okafor, Cara\" <cara@example.org>\n";
    let several = form().paste(people).settle();
    let screen = several.screen();
    assert!(screen.contains("1 of 3 pasted: Ctrl-S next, Ctrl-X leaves out"), "{screen}");
    assert!(screen.contains("1 line without an address is left out: no address here"), "{screen}");
    let several = several.keys("<c-s>").settle().keys("<c-s>").settle().keys("<c-s>").settle();
    let emails: Vec<Value> = several.api.sent().iter().map(|(_, body)| body["email"].clone()).collect();
    assert_eq!(emails, ["ann@example.org", "bo.smith@example.org", "cara@example.org"]);
}

#[test]
fn a_proposed_name_gives_way_to_the_one_typed_and_the_other_one_stays() {
    let form = form().keys("zoe.quill@example.org<tab>");
    assert_snapshot!("proposed", form.screen());
    let typed = form.keys("Zoë<s-tab><home><delete><delete><delete>chloe<c-s>").settle();
    let sent = &typed.api.sent()[0].1;
    assert_eq!(sent["email"], "chloe.quill@example.org", "{}", typed.screen());
    assert_eq!((&sent["first_name"], &sent["last_name"]), (&json!("Zoë"), &json!("Quill")));
}

#[test]
fn a_proposed_name_is_still_one_after_the_draft_came_back() {
    let back = form().keys("zoe.quill@example.org<esc>").settle().keys("i").settle();
    let typed = back.keys("<tab><tab>Quilliam<c-s>").settle();
    let sent = &typed.api.sent()[0].1;
    assert_eq!((&sent["first_name"], &sent["last_name"]), (&json!("Zoe"), &json!("Quilliam")));
}

#[test]
fn a_likely_slip_is_pointed_out_and_taken_with_a_key() {
    let form = form().keys("ann.lee@gmial.com<tab>").settle();
    assert!(form.screen().contains("did you mean ann.lee@gmail.com? F2 takes it"), "{}", form.screen());
    assert!(form.keys("<f2>").screen().contains("ann.lee@gmail.com"));
}

#[test]
fn odd_texts_are_taken_and_bounded() {
    let form = form().keys("<tab>");
    let texts = ["😀👩‍👩‍👧", "李小龍", "שלום عمر", "\u{1b}[2J\u{7}\u{202e}x"];
    let form = texts.iter().fold(form, |form, text| form.paste(text));
    let form = form.paste(&"x".repeat(10_000)).settle();
    let screen = form.screen();
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{7}'), "{screen}");
    let form = form.keys("<tab>");
    assert!(form.screen().contains("use at most 100 characters") || form.screen().contains("invisible"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_keys_leave_a_form_that_tab_moves_through(
        keys in prop::collection::vec(
            prop_oneof![
                "[a-z@. ]".prop_map(|text| Key::char(text.chars().next().unwrap())),
                prop::sample::select(parse_keys(
                    "<tab><s-tab><up><down><left><right><enter><esc><backspace><c-o><c-s><c-t><c-g><c-x><f2><c-u>",
                )),
            ],
            0..60,
        ),
        size in (20_u16..120, 5_u16..40),
    ) {
        let mut form = form().resize(size.0, size.1);
        for key in keys {
            form.update(Msg::Key(key));
            form = form.settle();
        }
        let form = form.keys("<esc><esc><esc><esc>i").settle().resize(80, 24);
        let before = form.screen();
        prop_assert!(form.keys("<tab>").screen() != before);
    }
}
