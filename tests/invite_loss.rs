//! What was typed or sent into the invite form is not lost, and keys typed ahead do no harm.

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

use admit::api::problem::{Problem, ProblemCode};
use admit::client::ClientError;
use admit::domain::role::{Role, Roles};
use admit::terminal::key::PasteNews;
use admit::tui::context::Place;
use admit::tui::draft::Draft;
use admit::tui::effect::Effect;
use admit::tui::msg::Msg;
use fake_api::FakeApi;
use serde_json::json;
use tui::Harness;

fn start_with(draft: Option<Box<Draft>>) -> Harness {
    Harness::start_from(FakeApi::with_catalogue(team::team()), (team::place(), tui::theme(), draft))
}

fn form() -> Harness {
    Harness::start(FakeApi::with_catalogue(team::team())).settle().keys("i").settle()
}

/// What is on disk, if anything: the last that was told.
fn kept(harness: &Harness) -> Option<Box<Draft>> {
    let told = harness.effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveDraft(draft) => Some(Some(draft.clone())),
        Effect::DropDraft => Some(None),
        _ => None,
    });
    told.flatten()
}

/// The same, read back from its file.
fn read_back(harness: &Harness) -> Option<Box<Draft>> {
    Draft::from_json(&kept(harness)?.to_json()).map(Box::new)
}

/// Where the operator is a Manager of some units (DESIGN R1).
fn place_of_manager() -> Place {
    let mut place = team::place();
    place.workspace.roles = Roles::NONE.with(Role::Manager);
    place.workspace.may.grant = Roles::NONE.with(Role::Learner);
    place.workspace.may.unit_required = true;
    place
}

#[test]
fn r4_keys_typed_ahead_of_the_check_grant_no_role() {
    let form = form().keys("elsewhere@example.org<tab>ma").settle().keys("mad").settle();
    let form = form.keys("<c-s>").settle();
    assert_eq!(form.api.sent()[0].1["roles"], json!(["learner"]), "{}", form.screen());
}

#[test]
fn r4_leaving_a_name_that_was_locked_meanwhile_goes_to_the_next_field() {
    let form = form().keys("elsewhere@example.org<tab>").settle().keys("<tab>");
    assert!(form.screen().contains("▌ Roles"), "{}", form.screen());
    let form = form.keys("<s-tab>");
    assert!(form.screen().contains("▌ Email"), "{}", form.screen());
}

#[test]
fn r4_another_address_unlocks_the_names_and_brings_back_what_was_typed() {
    let form = form().keys("elsewhere@example.org<tab>Alma<tab>Bodil").settle();
    assert!(form.screen().contains("Else"), "{}", form.screen());
    assert!(!form.screen().contains("Alma"), "{}", form.screen());
    let form = form.keys("<s-tab>").keys("<backspace>x<tab>").settle();
    let screen = form.screen();
    assert!(screen.contains("Alma") && screen.contains("Bodil") && !screen.contains("theirs"), "{screen}");
}

#[test]
fn tab_never_takes_a_chosen_course_off() {
    let form = form().keys("<s-tab><s-tab>fire<tab><s-tab>fire<tab>");
    assert!(form.screen().contains("Fire safety 2027 ×"), "{}", form.screen());
}

#[test]
fn a_pasted_address_leaves_typed_names_alone() {
    let form = form().keys("<tab>Anna<tab>Leigh<s-tab><s-tab>").paste("ann.lee@example.org").settle();
    let screen = form.screen();
    assert!(screen.contains("Anna") && screen.contains("Leigh"), "{screen}");
}

#[test]
fn people_pasted_while_others_wait_join_the_queue() {
    let form = form().paste("a.one@example.org\nb.two@example.org\n").settle();
    let form = form.paste("c.three@example.org\nd.four@example.org").settle();
    assert!(form.screen().contains("1 of 4 pasted"), "{}", form.screen());
    let form = form.keys("<c-s>").settle().keys("<c-s>").settle().keys("<c-s>").settle();
    let form = form.keys("<c-s>").settle();
    let emails: Vec<_> = form.api.sent().into_iter().map(|(_, body)| body["email"].clone()).collect();
    assert_eq!(
        emails,
        ["a.one@example.org", "b.two@example.org", "c.three@example.org", "d.four@example.org"]
    );
}

#[test]
fn people_who_wait_survive_leaving_the_form() {
    let form = form().paste("a.one@example.org\nb.two@example.org\n").settle();
    let back = form.keys("<esc>").settle().keys("i").settle();
    assert!(back.screen().contains("1 of 2 pasted"), "{}", back.screen());
    let back = back.keys("<c-s>").settle();
    assert!(back.screen().contains("b.two@example.org"), "{}", back.screen());
}

/// The form for what takes the place of the first open invitation, while two others wait to be invited.
fn replacing_while_others_wait() -> Harness {
    let waiting = form().paste("a.one@example.org\nb.two@example.org\n").settle();
    let replacing = waiting.keys("<esc>fsi<enter>").settle().keys("xp").settle();
    assert!(replacing.screen().contains("Replace the invitation of"), "{}", replacing.screen());
    replacing
}

/// Those who wait, as the invite form shows them and as they are kept.
fn assert_others_wait(harness: Harness) {
    assert_eq!(kept(&harness).map(|draft| draft.waiting.len()), Some(1));
    let back = harness.keys("i").settle();
    let screen = back.screen();
    assert!(screen.contains("a.one@example.org") && screen.contains("1 of 2 pasted"), "{screen}");
}

#[test]
fn r12_people_who_wait_survive_that_an_invitation_is_replaced() {
    let sent = replacing_while_others_wait().keys("<c-u>right.one@example.org<tab>Ri<tab>One<c-s>").settle();
    assert_eq!(sent.api.calls("replace_invitation").len(), 1);
    assert_others_wait(sent);
}

#[test]
fn r12_people_who_wait_survive_that_an_invitation_is_not_replaced_after_all() {
    let left = replacing_while_others_wait().keys("<c-x>").settle();
    assert!(left.screen().contains("the invitation stands as it was"), "{}", left.screen());
    assert_others_wait(left);
    assert_others_wait(replacing_while_others_wait().keys("<c-u>x<esc>").settle());
}

#[test]
fn r12_a_line_that_breaks_while_an_invitation_is_replaced_keeps_those_who_wait() {
    let mut gone = replacing_while_others_wait().keys("<c-u>right");
    gone.update(Msg::HungUp);
    assert_eq!(kept(&gone).map(|draft| draft.waiting.len()), Some(1));
}

#[test]
fn what_is_kept_for_the_next_survives_leaving_the_form() {
    let form = form().keys("ann.lee@example.org<tab><tab><tab><tab>york<tab>+90d<s-tab>");
    let form = form.keys("<up><up><up><up><s-tab><enter>").settle();
    assert_eq!(form.api.sent().len(), 1, "{}", form.screen());
    let next = form.keys("i").settle();
    assert!(next.screen().contains("Operations › Yorkshire › York ×"), "{}", next.screen());
    assert!(next.screen().contains("+90d"), "{}", next.screen());
}

#[test]
fn an_invitation_on_its_way_is_kept_until_the_server_has_it() {
    let form = form().keys("ann.lee@example.org<c-s>");
    assert!(!form.effects.contains(&Effect::DropDraft), "not before it is accepted");
    let form = form.settle();
    assert_eq!(form.effects.last(), Some(&Effect::DropDraft));
}

#[test]
fn a_broken_line_loses_no_invitation_on_its_way() {
    let mut form = form().keys("ann.lee@example.org<c-s>");
    form.update(Msg::HungUp);
    let kept = kept(&form).unwrap();
    assert_eq!(kept.unsent.len(), 1, "{kept:?}");
    assert_eq!(kept.unsent[0].email, "ann.lee@example.org");
}

#[test]
fn r15_what_a_broken_line_left_open_is_sent_again_under_its_key() {
    let mut form = form().keys("ann.lee@example.org<c-s>b");
    form.update(Msg::HungUp);
    let left = read_back(&form);
    // The request arrived although its answer did not.
    let before = form.settle().api.sent();
    let next = start_with(left).settle();
    assert!(next.screen().contains("1 invitation is not known to be sent"), "{}", next.screen());
    let next = next.keys("i").settle();
    assert!(next.screen().contains("▌ Email *             b"), "the form too: {}", next.screen());
    // Chance begins anew with the program: another invitation takes the first key of it.
    let next = next.keys("<c-x>bo.lund@example.org<c-s>").settle();
    let next = next.keys("<c-g>").settle().keys("<c-s>").settle();
    assert_eq!(next.api.sent()[1..], before[..], "the same body under the same key");
    assert_eq!(kept(&next), None, "once it is there nothing is kept");
}

#[test]
fn r15_a_changed_form_has_a_key_of_its_own() {
    let form = form().keys("ann.lee@example.org");
    let broken = || Err(ClientError::Unexpected("half an answer".into()));
    form.api.prepare("create_invitation", broken());
    let form = form.keys("<c-s>").settle().keys("<c-g>").settle();
    let form = form.keys("<tab><tab>x<c-s>").settle();
    let sent = form.api.sent();
    assert_eq!(sent.len(), 2, "{}", form.screen());
    assert!(sent[0].0 != sent[1].0 && sent[0].1 != sent[1].1, "{sent:?}");
}

#[test]
fn r15_a_server_whose_database_is_away_is_asked_again_with_the_same_invitation() {
    let form = form().keys("ann.lee@example.org");
    let detail = "the server's database does not answer; ask again in a moment";
    let away = Problem::new(ProblemCode::Unavailable, detail);
    form.api.prepare("create_invitation", Err(ClientError::Refused(Box::new(away))));
    let form = form.keys("<c-s>").settle();
    assert!(kept(&form).is_some_and(|draft| draft.unsent.len() == 1), "it is kept meanwhile");
    assert!(!form.screen().contains("sent 1"), "{}", form.screen());
    let form = form.keys("bo.lund@example.org").advance(Duration::from_secs(31)).settle();
    let screen = form.screen();
    assert!(screen.contains("sent 1") && screen.contains("bo.lund@example.org"), "{screen}");
    let sent = form.api.sent();
    assert_eq!((sent.len(), &sent[0]), (2, &sent[1]), "the same body under the same key");
}

#[test]
fn a_disk_that_failed_once_is_told_again() {
    let mut form = form().keys("ann.lee@example.org");
    form.update(Msg::DraftNotKept("no space".to_owned()));
    let form = form.keys("<c-u>");
    assert_eq!(form.effects.last(), Some(&Effect::DropDraft), "{:?}", form.effects.last());
}

#[test]
fn r15_the_same_form_sent_again_after_giving_up_has_the_same_key() {
    let form = form().keys("ann.lee@example.org");
    form.api.set_down(true);
    let mut form = form.keys("<c-s>").settle();
    for _ in 0..40 {
        form = form.advance(Duration::from_secs(31)).settle();
    }
    assert!(form.screen().contains("failed 1"), "{}", form.screen());
    form.api.set_down(false);
    let form = form.keys("<c-g>").settle().keys("<c-s>").settle();
    let sent = form.api.sent();
    assert!(sent.iter().all(|(key, _)| *key == sent[0].0), "{sent:?}");
    assert!(form.screen().contains("sent 1"), "{}", form.screen());
}

#[test]
fn a_manager_is_told_why_a_role_can_not_be_granted() {
    let start = Harness::start_at(FakeApi::with_catalogue(team::team()), place_of_manager(), tui::theme());
    let form = start.settle().keys("i").settle().keys("<tab><tab><tab><right>");
    assert!(form.screen().contains("ask an Admin"), "{}", form.screen());
    let form = form.keys(" ").settle().keys("<s-tab><s-tab><s-tab>ann.lee@example.org<c-s>").settle();
    assert_eq!(form.api.sent(), [], "a unit is required");
    assert!(form.screen().contains("choose one of the units you manage"), "{}", form.screen());
}

#[test]
fn every_role_is_seen_at_60_cells() {
    let screen = form().resize(60, 15).screen();
    assert!(screen.contains("[ ] Admin"), "{screen}");
}

#[test]
fn what_fits_nothing_says_so_and_what_to_do() {
    let form = form().keys("<s-tab><s-tab>zzzz").settle();
    for words in ["no course fits \"zzzz\"", "Ctrl-U clears  Ctrl-O full list"] {
        assert!(form.screen().contains(words), "{words}: {}", form.screen());
    }
    assert!(!form.keys("<c-u>").screen().contains("no course fits"));
}

#[test]
fn a_bidi_override_is_not_drawn() {
    let form = form().keys("<tab>").paste("a\u{202e}b\u{200b}c");
    let screen = form.screen();
    assert!(!screen.contains(['\u{202e}', '\u{200b}']), "{screen:?}");
}

#[test]
fn there_is_one_form_and_who_waits_in_it_is_neither_lost_nor_invited_twice() {
    let form = form().paste("dai@example.org\nb.two@example.org\nc.three@example.org\n").settle();
    let user = form.keys("<enter>").settle();
    assert!(user.screen().contains("Dai Smith"), "{}", user.screen());
    let form = user.keys("2").settle();
    assert!(form.screen().contains("1 of 3 pasted"), "{}", form.screen());
    let form = form.keys("<c-x><c-s><c-s>").settle();
    assert_eq!(form.api.sent().len(), 2, "{}", form.screen());
    let users = form.keys("<esc>").settle();
    assert!(users.screen().contains("NAME"), "no other form lies below: {}", users.screen());
    assert_eq!(kept(&users), None);
}

#[test]
fn it_is_said_that_keys_mean_nothing_while_a_paste_is_not_at_its_end() {
    let mut form = form();
    form.update(Msg::OfPaste(PasteNews::Waits));
    let screen = form.screen();
    assert!(screen.contains("waiting for the rest of a paste; Ctrl-C gives it up"), "{screen}");
    form.update(Msg::OfPaste(PasteNews::GivenUp));
    let screen = form.screen();
    assert!(screen.contains("the paste is given up; nothing of it was taken"), "{screen}");
}

#[test]
fn it_is_said_where_a_paste_that_is_too_long_was_cut() {
    let mut form = form().paste("a.one@example.org\nb.two@example.org\n").settle();
    form.update(Msg::OfPaste(PasteNews::Cut("b.two@example.org".to_owned())));
    let screen = form.screen();
    assert!(screen.contains("paste again what comes after b.two@example.org"), "{screen}");
}
