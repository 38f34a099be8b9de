//! What is done to users on the screens: marks, menus, batches, editing, taking back, activity.

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
use admit::api::users::User;
use admit::client::ClientError;
use admit::tui::msg::Msg;
use fake_api::{FakeApi, job};
use serde_json::{Value, json};
use tui::Harness;

fn started() -> Harness {
    Harness::start(FakeApi::with_catalogue(team::team())).settle()
}

/// The body of the last change.
fn sent(harness: &Harness) -> Value {
    harness.api.sent().pop().unwrap().1
}

fn refused(code: ProblemCode, detail: &str) -> ClientError {
    ClientError::Refused(Box::new(Problem::new(code, detail)))
}

#[test]
fn marks_are_counted_and_survive_sorting() {
    let harness = started().keys("<space><space>");
    insta::assert_snapshot!("marked", harness.screen());
    let harness = harness.keys("se").settle();
    assert!(harness.screen().contains("2 marked"));
    assert!(!harness.keys("<esc>").screen().contains("marked"));
}

#[test]
fn a_range_marks_every_row_between() {
    let harness = started().keys("jvjj");
    assert!(harness.screen().contains("3 marked"));
    // The other way round the rows that are left are no longer marked.
    let harness = harness.keys("kkk");
    assert!(harness.screen().contains("2 marked"), "{}", harness.screen());
    assert!(harness.keys("vjj").screen().contains("2 marked"), "v ends the range");
}

#[test]
fn all_that_match_is_a_query_with_exclusions() {
    let harness = started().keys("fsi<enter>").settle().keys("*").settle();
    assert!(harness.screen().contains("2 marked: all that match"), "{}", harness.screen());
    let harness = harness.keys("<space>");
    assert!(harness.screen().contains("1 marked: all that match, less 1"), "{}", harness.screen());
    let harness = harness.keys("xr").settle();
    let body = sent(&harness);
    assert_eq!(body["target"]["matching"]["filter"]["status"], "invited");
    assert_eq!(body["target"]["matching"]["except"].as_array().unwrap().len(), 1);
    assert_eq!(body["expected"], 1);
    // Another filter is another set.
    let screen = harness.keys("<esc><backspace>").settle().screen();
    assert!(screen.contains("all that match are no longer marked"), "{screen}");
}

#[test]
fn a_batch_is_tried_out_agreed_to_and_reported() {
    let harness = started().keys("<space><space><space>x");
    insta::assert_snapshot!("batch_menu", harness.screen());
    let change = json!({ "change": { "action": "delete" } });
    harness.api.prepare("create_job", Ok(job(&change, true, 3, 2, 1)));
    let results = json!({ "next": null, "items": [{ "user_id": team::user_id(1), "email": "adeyemi.smith@example.org",
        "first_name": "Adeyemi", "last_name": "Smith", "result": "refused", "code": "oneself",
        "detail": "nobody takes away their own access; ask another Admin" }] });
    harness.api.prepare("list_job_results", Ok(results.clone()));
    let plan = harness.keys("d").settle();
    insta::assert_snapshot!("batch_plan", plan.screen());
    // The count has to be typed.
    let plan = plan.keys("1<enter>");
    assert_eq!(plan.waiting(), 0);
    plan.api.prepare("create_job", Ok(job(&change, false, 3, 2, 1)));
    plan.api.prepare("list_job_results", Ok(results));
    let over = plan.keys("<backspace>2<enter>").settle();
    assert_eq!(sent(&over)["expected"], 3);
    insta::assert_snapshot!("batch_over", over.screen());
    let after = over.keys("<enter>").settle();
    assert!(after.screen().contains("1 marked"), "who was refused stays marked: {}", after.screen());
}

#[test]
fn a_long_batch_shows_how_far_it_is_and_goes_on_without_being_looked_at() {
    let harness = started().keys("<space><space>x");
    let change = json!({ "change": { "action": "resend" } });
    let harness = harness.keys("r").settle();
    let mut running = job(&change, false, 412, 100, 3);
    running["state"] = "running".into();
    harness.api.prepare("create_job", Ok(running.clone()));
    running["done"] = 300.into();
    harness.api.prepare("get_job", Ok(running.clone()));
    let harness = harness.keys("y").settle().advance(Duration::from_millis(400)).settle();
    insta::assert_snapshot!("batch_progress", harness.screen());
    harness.api.prepare("get_job", Ok(running));
    let mut harness = harness.keys("<esc>").settle();
    assert!(harness.screen().contains("the job goes on at the server; 5 shows how far it is"));
    // When it is over, that is said.
    harness.api.prepare("get_job", Ok(job(&change, false, 412, 409, 3)));
    harness
        .update(Msg::Event(Event::Job { job: serde_json::from_value(json!(team::user_id(0x99))).unwrap() }));
    let screen = harness.settle().screen();
    assert!(screen.contains("resend is over: 409 users changed, 3 refused; 5 shows it"), "{screen}");
}

#[test]
fn a_job_that_could_not_be_cancelled_goes_on_is_said_to_and_can_be_cancelled_again() {
    let harness = started().keys("<space><space><space>xr").settle();
    harness.api.prepare("create_job", Ok(under_way(0x91, "resend")));
    let harness = harness.keys("y").settle();
    harness.api.prepare("cancel_job", Err(ClientError::Unreachable("connection refused".into())));
    harness.api.prepare("get_job", Ok(under_way(0x91, "resend")));
    let harness = harness.keys("cc").settle();
    assert_eq!(harness.api.calls("cancel_job").len(), 1, "once, until there is an answer");
    let screen = harness.screen();
    assert!(
        screen.contains("not known to be cancelled, c tries again: the server can't be reached"),
        "{screen}"
    );
    let harness = harness.advance(Duration::from_millis(400)).settle();
    assert_eq!(harness.api.calls("get_job").len(), 1, "how it stands is asked on");
    harness.api.prepare("cancel_job", Err(refused(ProblemCode::NotAllowed, "your role here is Learner now")));
    let harness = harness.keys("c").settle();
    let screen = harness.screen();
    assert!(screen.contains("the job is not cancelled: your role here is Learner now"), "{screen}");
    let mut cancelled = under_way(0x91, "resend");
    cancelled["state"] = "cancelled".into();
    harness.api.prepare("cancel_job", Ok(cancelled));
    let harness = harness.keys("c").settle();
    assert!(harness.screen().contains("cancelled: 2 were left alone"), "{}", harness.screen());
}

#[test]
fn a_job_that_could_not_be_cancelled_is_said_to_be_left_though_it_is_not_looked_at_any_more() {
    let harness = started().keys("<space><space><space>xr").settle();
    harness.api.prepare("create_job", Ok(under_way(0x91, "resend")));
    let harness = harness.keys("y").settle();
    harness.api.prepare("cancel_job", Err(ClientError::Unreachable("connection refused".into())));
    harness.api.prepare("get_job", Ok(under_way(0x91, "resend")));
    let screen = harness.keys("c<esc>").settle().screen();
    assert!(screen.contains("cancelling resend, 3 users: not known whether it was done"), "{screen}");
}

#[test]
fn a_job_that_ctrl_c_takes_out_of_sight_is_said_to_go_on_and_its_end_is_said() {
    let harness = started().keys("<space><space><space>xr").settle();
    harness.api.prepare("create_job", Ok(under_way(0x91, "resend")));
    let harness = harness.keys("y").settle();
    harness.api.prepare("get_job", Ok(under_way(0x91, "resend")));
    let left = harness.keys("<c-c>").settle();
    let screen = left.screen();
    assert!(screen.contains("the job goes on at the server; Ctrl-C once more quits"), "{screen}");
    let mut over = under_way(0x91, "resend");
    (over["state"], over["done"]) = ("finished".into(), 3.into());
    left.api.prepare("get_job", Ok(over));
    let left = left.advance(Duration::from_secs(5)).settle();
    assert!(left.screen().contains("resend is over: 3 users changed"), "{}", left.screen());
}

/// A job that resends to three users, under way.
fn under_way(id: u128, summary: &str) -> Value {
    let job = job(&json!({ "change": { "action": "resend" } }), false, 3, 1, 0);
    let own = json!({ "id": team::user_id(id), "summary": summary, "state": "running" });
    let (Value::Object(mut job), Value::Object(own)) = (job, own) else { unreachable!() };
    job.extend(own);
    job.into()
}

#[test]
fn the_end_of_every_job_that_is_left_is_said_once_though_the_server_tells_nothing() {
    let ended = |id, summary| {
        let mut job = under_way(id, summary);
        (job["state"], job["done"]) = ("finished".into(), 3.into());
        job
    };
    let mut harness = started().keys("<space><space><space>");
    for (id, summary) in [(0x91, "resend"), (0x92, "resend anew")] {
        harness = harness.keys("xr").settle();
        harness.api.prepare("create_job", Ok(under_way(id, summary)));
        // Neither is over when it is left.
        harness.api.prepare("get_job", Ok(under_way(id, summary)));
        harness = harness.keys("y").answer_last().keys("<esc>").settle().keys("<space><space><space>");
    }
    // The page that one was begun on need not stay, and the line may be down for a while.
    harness.api.prepare("get_job", Err(ClientError::Unreachable("connection refused".into())));
    harness.api.prepare("get_job", Ok(ended(0x92, "resend anew")));
    let harness = harness.advance(Duration::from_secs(5)).settle();
    let screen = harness.screen();
    assert!(screen.contains("resend anew is over: 3 users changed; 5 shows it"), "{screen}");
    harness.api.prepare("get_job", Ok(ended(0x91, "resend")));
    let harness = harness.advance(Duration::from_secs(5)).settle();
    assert!(harness.screen().contains("resend is over: 3 users changed"), "{}", harness.screen());
    let asked = harness.api.calls("get_job").len();
    let harness = harness.advance(Duration::from_mins(5)).settle();
    assert_eq!(harness.api.calls("get_job").len(), asked, "nothing is asked of what is over");
}

#[test]
fn the_end_of_a_job_is_said_though_the_page_it_was_begun_on_was_left() {
    let page = started().keys("<enter>").settle().keys("xw").settle();
    assert!(page.screen().contains("End which enrolments of Adeyemi Smith?"), "{}", page.screen());
    let page = page.keys("12<enter>").settle();
    page.api.prepare("create_job", Ok(under_way(0x91, "withdraw")));
    page.api.prepare("get_job", Ok(under_way(0x91, "withdraw")));
    let table = page.keys("y").answer_last().keys("<esc><esc>").settle();
    assert!(table.screen().contains("All "), "{}", table.screen());
    let mut over = under_way(0x91, "withdraw");
    over["state"] = "cancelled".into();
    table.api.prepare("get_job", Ok(over));
    let table = table.advance(Duration::from_secs(5)).settle();
    assert!(table.screen().contains("withdraw was cancelled: 1 user changed"), "{}", table.screen());
}

#[test]
fn a_plan_stays_one_while_who_would_be_refused_can_not_be_asked() {
    let harness = started().keys("<space><space>x");
    let change = json!({ "change": { "action": "resend" } });
    harness.api.prepare("create_job", Ok(job(&change, true, 2, 1, 1)));
    harness.api.prepare("list_job_results", Err(ClientError::Unreachable("connection refused".into())));
    let plan = harness.keys("r").settle();
    assert_eq!(plan.api.calls("list_job_results").len(), 1, "not again at once");
    let plan = plan.advance(Duration::from_secs(2)).settle();
    assert_eq!(plan.api.calls("list_job_results").len(), 2);
    let done = plan.keys("y").settle();
    assert_eq!(done.api.calls("create_job").len(), 2, "it was still asked whether to: {}", done.screen());
}

#[test]
fn a_refusal_to_tell_of_a_job_is_shown_and_not_asked_for_again() {
    let gone = || Err(refused(ProblemCode::NotAllowed, "your role here is Learner now"));
    let change = json!({ "change": { "action": "resend" } });
    let mut running = job(&change, false, 2, 0, 0);
    running["state"] = "running".into();
    let harness = started().keys("<space><space>xr").settle();
    harness.api.prepare("create_job", Ok(running));
    harness.api.prepare("get_job", gone());
    let harness = harness.keys("y").settle().advance(Duration::from_millis(400)).settle();
    assert!(harness.screen().contains("your role here is Learner now"), "{}", harness.screen());
    let harness = harness.advance(Duration::from_mins(1)).settle();
    assert_eq!(harness.api.calls("get_job").len(), 1);

    // The same of who was refused; the marks stay as they are.
    let harness = started().keys("<space><space>xr").settle();
    harness.api.prepare("create_job", Ok(job(&change, false, 2, 1, 1)));
    harness.api.prepare("list_job_results", gone());
    let harness = harness.keys("y").settle().advance(Duration::from_mins(1)).settle();
    assert!(harness.screen().contains("your role here is Learner now"), "{}", harness.screen());
    assert_eq!(harness.api.calls("list_job_results").len(), 1);
    let after = harness.keys("<enter>").settle();
    assert!(after.screen().contains("2 marked"), "{}", after.screen());
}

#[test]
fn a_refusal_to_tell_of_what_is_taken_back_is_shown_and_not_asked_for_again() {
    let harness = started();
    harness.api.prepare(
        "list_changes",
        Ok(json!({ "next": null, "items": [{ "id": team::user_id(0x77),
        "at": "2026-11-23T11:00:00Z", "by": "dana@example.org", "action": "edit", "summary": "edit",
        "users": 1, "undo_until": "2026-11-24T11:00:00Z", "undone": false }] })),
    );
    let undo = json!({ "change": { "action": "undo", "change": team::user_id(0x77) } });
    let mut running = job(&undo, false, 1, 0, 0);
    running["state"] = "running".into();
    harness.api.prepare("undo_change", Ok(running));
    harness.api.prepare("get_job", Err(ClientError::Unreachable("connection refused".into())));
    harness.api.prepare("get_job", Err(refused(ProblemCode::NotAllowed, "your role here is Learner now")));
    let harness = harness.keys("z").settle().keys("y").settle();
    let harness = harness.advance(Duration::from_millis(200)).settle();
    assert_eq!(harness.api.calls("get_job").len(), 1);
    let harness = harness.advance(Duration::from_secs(2)).settle();
    assert!(harness.screen().contains("your role here is Learner now"), "{}", harness.screen());
    let harness = harness.advance(Duration::from_mins(1)).settle();
    assert_eq!(harness.api.calls("get_job").len(), 2);
}

/// How it stands with taking a change of so many users back.
fn taken_back(users: usize, done: usize) -> Value {
    let change = json!({ "change": { "action": "undo", "change": team::user_id(0x77) } });
    let mut job = job(&change, false, users, done, 0);
    if let Some(state) = job.get_mut("state").filter(|_| done < users) {
        *state = "running".into();
    }
    job
}

/// The page of a user, on which a change of so many is just asked to be taken back.
fn taking_back(users: usize) -> Harness {
    let page = started().keys("<enter>").settle();
    let made = json!({ "id": team::user_id(0x77), "at": team::before(1), "by": "dana@example.org",
        "action": "edit", "summary": "edit", "users": users, "undo_until": "2026-11-24T11:00:00Z", "undone": false });
    page.api.prepare("list_changes", Ok(json!({ "next": null, "items": [made] })));
    page.api.prepare("undo_change", Ok(taken_back(users, 0)));
    page.api.prepare("get_job", Ok(taken_back(users, 0)));
    page.keys("z").settle().keys("y")
}

#[test]
fn what_becomes_of_taking_back_is_said_though_its_page_is_left_meanwhile() {
    for way in ["<esc>", "1", "5"] {
        let left = taking_back(1).settle().keys(way).settle();
        left.api.prepare("get_job", Ok(taken_back(1, 1)));
        let told = left.advance(Duration::from_secs(5)).settle();
        assert!(told.screen().contains("undo is over: 1 user changed"), "{way}: {}", told.screen());
        let asked = told.api.calls("get_job").len();
        let told = told.advance(Duration::from_mins(1)).settle();
        assert_eq!(told.api.calls("get_job").len(), asked, "nothing is asked of what is over");
    }
}

#[test]
fn taking_back_is_said_to_be_over_though_what_was_kept_can_not_be_asked() {
    let page = taking_back(1).settle();
    page.api.prepare("get_job", Ok(taken_back(1, 1)));
    page.api.prepare("list_job_results", Err(ClientError::Unreachable("connection refused".into())));
    let told = page.advance(Duration::from_secs(1)).settle().advance(Duration::from_secs(1)).settle();
    assert!(told.screen().contains("undo is over: 1 user changed; 5 shows it"), "{}", told.screen());
}

#[test]
fn the_end_of_taking_back_many_is_said_though_its_page_was_left_before_that_could_be_shown() {
    // Another screen lies on the page when the answer comes.
    let edit = taking_back(3).keys("e").settle();
    assert!(edit.screen().contains("Edit"), "{}", edit.screen());
    let left = edit.keys("1").settle();
    left.api.prepare("get_job", Ok(taken_back(3, 3)));
    let told = left.advance(Duration::from_secs(5)).settle();
    assert!(told.screen().contains("undo is over: 3 users changed"), "{}", told.screen());
}

#[test]
fn one_user_is_offered_what_fits_and_each_action_says_what_happened() {
    let harness = started().keys("jx");
    insta::assert_snapshot!("one_menu", harness.screen());
    let harness = harness.keys("r").settle();
    assert!(harness.screen().contains("Bo Smithers: sent again; the link stays the same; z takes it back"));
    let confirm = harness.keys("xc");
    insta::assert_snapshot!("cancel_confirm", confirm.screen());
    assert_eq!(confirm.keys("<enter>").waiting(), 0, "Cancel is the default");
    let harness = started().keys("jxcy").settle();
    assert_eq!(harness.api.calls("cancel_invitation").len(), 1);
}

#[test]
fn a_link_that_is_copied_is_shown_whole_wherever_it_fits() {
    let link = "https://people.example.org/i/8fK2";
    let wide = started().resize(100, 30).keys("jxl").settle();
    assert!(wide.screen().contains(&format!("the invitation link, sent to your terminal: {link}")));
    let narrow = started().resize(50, 15).keys("jxl").settle();
    assert!(narrow.screen().contains(&format!("{link}  the")), "{}", narrow.screen());
    assert_eq!(narrow.copied, [link]);
}

#[test]
fn deleting_one_wants_the_address() {
    let harness = started().keys("xd");
    insta::assert_snapshot!("delete_prompt", harness.screen());
    let harness = harness.keys("adeyemi@example.org<enter>");
    assert!(harness.screen().contains("type adeyemi.smith@example.org"), "{}", harness.screen());
    let harness = harness.keys("<c-u>adeyemi.smith@example.org<enter>").settle();
    assert_eq!(harness.api.calls("delete_user").len(), 1);
}

#[test]
fn an_edit_shows_the_difference_before_it_is_saved() {
    let harness = started().keys("e").settle();
    insta::assert_snapshot!("edit_80x24", harness.screen());
    let harness = harness.keys("<enter>a<enter>");
    insta::assert_snapshot!("edit_changed", harness.screen());
    let mut outcome = json!({ "dry_run": true, "change": null, "result": "done", "detail": "changed roles",
        "tally": {}, "user": team::team()[0], "added": team::added() });
    harness.api.prepare("edit_user", Ok(outcome.clone()));
    let review = harness.keys("s").settle();
    insta::assert_snapshot!("edit_added", review.screen());
    outcome["dry_run"] = false.into();
    review.api.prepare("edit_user", Ok(outcome));
    let saved = review.keys("1<enter>").settle();
    let body = sent(&saved);
    assert_eq!(body["roles"], json!(["learner", "manager", "admin"]));
    assert_eq!(body["without_courses"].as_array().unwrap().len(), 1, "deselected");
    assert!(saved.screen().contains("changed roles; z takes it back"), "{}", saved.screen());
}

#[test]
fn a_stale_edit_is_neither_lost_nor_won_in_silence() {
    let harness = started().keys("e").settle().keys("<enter>a<enter>");
    let mut theirs = team::team()[0].clone();
    theirs.roles = [admit::domain::role::Role::Learner].into_iter().collect();
    theirs.version += 1;
    harness.api.prepare("edit_user", Err(refused(ProblemCode::VersionMismatch, "changed since")));
    harness.api.change(|users| users[0] = theirs);
    let harness = harness.keys("s").settle();
    insta::assert_snapshot!("edit_conflict", harness.screen());
    assert!(harness.keys("s").screen().contains("Space takes theirs or mine"));
}

/// What an enrolment would do to `user`: so many courses are completed.
fn would_enrol(user: &User, completed: u64) -> Value {
    json!({ "dry_run": true, "change": null, "result": "done", "detail": "", "added": [],
        "tally": { "completed": completed }, "user": user })
}

#[test]
fn each_enrolment_is_of_the_courses_chosen_for_that_user_however_late_the_answer() {
    let both =
        started().keys("xn").settle().keys("<enter><tab>").keys("jjjjjjjxn").keys("<down><enter><tab>");
    both.api.prepare("enrol_user", Ok(would_enrol(&team::team()[0], 0)));
    both.api.prepare("enrol_user", Ok(would_enrol(&team::team()[7], 0)));
    let done = both.settle();
    let courses: Vec<Value> = done.api.sent().into_iter().map(|(_, body)| body["courses"].clone()).collect();
    let course = |at: usize| json!([team::courses()[at].id]);
    assert_eq!(courses, [course(0), course(1), course(0), course(1)], "tried out, then done");
}

#[test]
fn a_question_that_comes_late_is_asked_after_what_is_being_asked() {
    let waits = started().keys("xn").settle().keys("<enter><tab>");
    waits.api.prepare("enrol_user", Ok(would_enrol(&team::team()[0], 1)));
    let typing = waits.keys("jjjjjjjxd").settle().keys("a");
    assert!(typing.screen().contains("Delete 小龍 李?"), "{}", typing.screen());
    let asked = typing.keys("<esc>");
    assert!(asked.screen().contains("Enrol Adeyemi Smith again?"), "{}", asked.screen());
    asked.api.prepare("enrol_user", Ok(would_enrol(&team::team()[0], 0)));
    let begun = asked.keys("a").settle();
    let (_, body) = begun.api.sent().pop().unwrap();
    assert_eq!(body, json!({ "courses": [team::courses()[0].id], "again": true }));
}

#[test]
fn r12_a_replacement_has_what_the_old_invitation_had() {
    let form = started().keys("jxp").settle();
    let screen = form.screen();
    let old = &team::team()[1];
    assert!(screen.contains(old.email.as_str()) && screen.contains("Fire safety 2027 ×"), "{screen}");
}

#[test]
fn what_is_ticked_for_a_field_stays_however_its_list_is_left() {
    for list in ["", "<c-o>"] {
        let form = started().keys("e").settle();
        assert!(form.screen().contains("First aiders, Night shift"), "{}", form.screen());
        let groups = form.keys("jjj<enter>").settle().keys(list).settle();
        assert!(groups.screen().contains("First aiders"), "{list}: {}", groups.screen());
        let form = groups.keys("<c-u>drivers").settle().keys("<enter><c-u><esc>").settle();
        let screen = form.screen();
        assert!(screen.contains("→ First aiders, Night shift, Driv"), "{list}: {screen}");
    }
}

#[test]
fn what_is_ticked_to_begin_something_is_neither_begun_nor_dropped_by_one_esc() {
    for list in ["", "<c-o>"] {
        let courses = started().keys("xn").settle().keys(list).settle();
        let asked = courses.keys("<enter><down><enter><esc>").settle();
        assert!(
            asked.screen().contains("Esc again drops what you changed  Tab goes on with 2 ticks"),
            "{list}: {}",
            asked.screen()
        );
        assert!(asked.api.sent().is_empty());
        let dropped = asked.keys("<esc>").settle();
        assert!(dropped.api.sent().is_empty() && !dropped.screen().contains("Fire safety"));

        let courses = started().keys("xn").settle().keys(list).settle();
        let went_on = courses.keys("<enter><down><enter><esc><tab>").settle();
        let sent = went_on.api.sent();
        assert_eq!(sent[0].1["courses"].as_array().unwrap().len(), 2, "{list}");
        let unticked = started().keys("xn").settle().keys(list).settle().keys("<esc>");
        assert!(!unticked.screen().contains("Fire safety"), "nothing ticked is nothing to ask about");
    }
}

#[test]
fn what_is_toggled_in_a_menu_for_a_field_or_a_filter_stays_however_the_menu_is_left() {
    for leave in ["<enter>", "<esc>", "q"] {
        let form = started().keys("e").settle().keys("<enter>a").keys(leave).settle();
        assert!(form.screen().contains("Manager, Admin"), "{leave}: {}", form.screen());
        let table = started().keys("fsi").keys(leave).settle();
        assert!(!table.screen().contains("Adeyemi Smith"), "{leave}: {}", table.screen());
        let asked = started().keys("fs").keys(leave).settle().api.calls("list_users").len();
        let started = started().api.calls("list_users").len();
        assert!(leave == "<enter>" || asked == started, "nothing toggled is nothing to take");
    }
}

#[test]
fn what_is_toggled_in_a_menu_to_begin_something_is_neither_begun_nor_dropped_by_one_esc() {
    let which = || started().keys("<enter>").settle().keys("xw").settle().keys("12<esc>").settle();
    let asked = which();
    let warned = "Esc again drops what you changed  Enter goes on with 2 ticks";
    assert!(asked.screen().contains(warned), "{}", asked.screen());
    let dropped = asked.keys("<esc>").settle();
    assert!(!dropped.screen().contains("End which enrolments") && dropped.api.sent().is_empty());
    let went_on = which().keys("<enter>").settle();
    assert_eq!(went_on.api.sent().len(), 1, "{}", went_on.screen());
    let stayed = which().keys("1<esc>");
    assert!(stayed.screen().contains("Enter goes on with 1 tick"), "{}", stayed.screen());
    let untouched = started().keys("<enter>").settle().keys("xw").settle().keys("<esc>");
    assert!(!untouched.screen().contains("End which enrolments"), "{}", untouched.screen());
}

#[test]
fn an_edit_is_left_by_no_way_without_a_question() {
    for way in
        ["<esc>", "q", "1", "5", ":users<enter>", ":activity<enter>", ":level up<enter>", "i:users<enter>"]
    {
        let form = started().keys("e").settle().keys("<enter>a<enter>");
        let asked = form.keys(way).settle();
        assert!(asked.screen().contains("Leave without saving?"), "{way}: {}", asked.screen());
        let back = asked.keys("n").settle();
        assert!(back.screen().contains("Manager, Admin"), "{way}: {}", back.screen());
    }
    let left = started().keys("e").settle().keys("<enter>a<enter>").keys("5y").settle();
    assert!(left.screen().contains("Activity"), "where one was going: {}", left.screen());
    let unchanged = started().keys("e").settle().keys("5").settle();
    assert!(unchanged.screen().contains("Activity"), "{}", unchanged.screen());
}

#[test]
fn a_form_that_is_saved_closes_itself_and_not_what_lies_on_it() {
    let saving = started().keys("e").settle().keys("<enter>a<enter>s").settle().keys("y");
    assert_eq!(saving.waiting(), 1, "{}", saving.screen());
    let inviting = saving.keys("2zoe").settle();
    assert!(
        inviting.screen().contains("Invite user") && inviting.screen().contains("zoe"),
        "{}",
        inviting.screen()
    );
    let table = inviting.keys("<esc>").settle();
    assert!(table.screen().contains("▌ Adeyemi Smith"), "{}", table.screen());
}

#[test]
fn what_becomes_of_a_change_is_said_though_its_screen_was_left() {
    let refusal = || refused(ProblemCode::RateLimited, "wait 40 s before it is sent again");
    let page = started().keys("j<enter>").settle();
    page.api.prepare("resend_invitation", Err(refusal()));
    let left = page.keys("xr<esc>").settle();
    let told = "Bo Smithers: wait 40 s before it is sent again";
    assert!(left.screen().contains(told), "{}", left.screen());
    let left = started().keys("j<enter>").settle().keys("xr1").settle();
    assert!(left.screen().contains("Bo Smithers: sent again"), "{}", left.screen());
}

#[test]
fn an_enrolment_that_was_left_before_it_began_is_said_not_to_be_done() {
    let page = started().keys("<enter>").settle().keys("xn").settle();
    page.api.prepare("enrol_user", Ok(would_enrol(&team::team()[0], 0)));
    let left = page.keys("<enter><tab><esc>").settle();
    assert_eq!(left.api.calls("enrol_user").len(), 1);
    assert!(left.screen().contains("Adeyemi Smith: not enrolled"), "{}", left.screen());
}

#[test]
fn an_enrolment_whose_question_could_not_be_asked_before_the_page_was_left_is_said_not_to_be_done() {
    let page = started().keys("<enter>").settle().keys("xn").settle();
    page.api.prepare("enrol_user", Ok(would_enrol(&team::team()[0], 1)));
    // Another screen lies on the page when the answer comes.
    let edit = page.keys("<enter><tab>e").settle();
    assert!(edit.screen().contains("Edit"), "{}", edit.screen());
    let left = edit.keys("1").settle();
    assert!(left.screen().contains("Adeyemi Smith: not enrolled"), "{}", left.screen());
}

#[test]
fn a_change_on_its_way_is_not_quit_from_in_silence() {
    let quitting = started().keys("jxr").keys("q");
    assert!(quitting.screen().contains("1 change is still on the way"), "{}", quitting.screen());
    let answered = quitting.keys("n").settle();
    assert!(answered.screen().contains("Bo Smithers: sent again"), "{}", answered.screen());
    assert!(!answered.keys("q").screen().contains("still on the way"));
}

#[test]
fn a_batch_that_is_left_before_it_is_known_to_be_begun_keeps_its_marks() {
    let asking = started().keys("<space><space>xd").settle();
    let refusal = refused(ProblemCode::SelectionChanged, "3 users match by now; look again");
    let asking = asking.keys("2");
    asking.api.prepare("create_job", Err(refusal));
    let left = asking.keys("<enter><esc>").settle();
    let screen = left.screen();
    assert!(screen.contains("3 users match by now") && screen.contains("2 marked"), "{screen}");
}

#[test]
fn the_last_change_is_taken_back_after_a_question() {
    let harness = started();
    let made = json!({ "next": null, "items": [{ "id": team::user_id(5), "at": team::before(1), "by": "dana@example.org",
        "action": "delete", "summary": "delete", "users": 412, "undo_until": "2026-11-24T11:00:00Z", "undone": false }] });
    harness.api.prepare("list_changes", Ok(made));
    let question = harness.keys("z").settle();
    insta::assert_snapshot!("undo_question", question.screen());
    let harness = question.keys("y").settle();
    assert_eq!(harness.api.calls("undo_change").len(), 1);
    let nothing = started().keys("z").settle();
    assert!(nothing.screen().contains("there is nothing of yours to take back"));
}

#[test]
fn activity_lists_changes_jobs_and_the_record() {
    let made = |n: u128, undone: bool, until: Option<&str>| {
        json!({ "id": team::user_id(n), "at": team::before(i64::try_from(n).unwrap()), "by": "dana@example.org",
            "action": "delete", "summary": "delete", "users": n, "undo_until": until, "undone": undone })
    };
    let harness = started();
    let changes = [made(12, false, Some("2026-11-24T11:00:00Z")), made(3, true, None), made(1, false, None)];
    harness.api.prepare("list_changes", Ok(json!({ "items": changes, "next": null })));
    let mut running = job(&json!({ "change": { "action": "resend" } }), false, 412, 100, 3);
    running["state"] = "running".into();
    harness.api.prepare("list_jobs", Ok(json!({ "items": [running], "next": null })));
    let mut entry = serde_json::to_value(&team::record(2)[1]).unwrap();
    entry["email"] = "bo.smithers@example.org".into();
    harness.api.prepare("list_audit", Ok(json!({ "items": [entry], "next": null })));
    let harness = harness.keys("5").settle();
    insta::assert_snapshot!("activity_changes", harness.screen());
    let harness = harness.keys("<tab>");
    insta::assert_snapshot!("activity_jobs", harness.screen());
    let harness = harness.keys("<tab>");
    insta::assert_snapshot!("activity_record", harness.screen());
    let harness = harness.keys("fi").settle();
    assert_eq!(harness.api.calls("list_audit").pop().unwrap()["kind"], "invitation");
}

#[test]
fn everything_fits_a_small_terminal() {
    let small = |keys: &str| started().resize(60, 15).keys(keys).settle().screen();
    insta::assert_snapshot!("batch_plan_60x15", small("<space><space>xd"));
    insta::assert_snapshot!("edit_60x15", small("e"));
    insta::assert_snapshot!("one_menu_60x15", small("jx"));
    let tiny = |keys: &str| started().resize(20, 5).keys(keys).settle().screen();
    assert!(tiny("jx").contains("resend"), "what is done, before what is added to it: {}", tiny("jx"));
    assert!(tiny(":undo").contains("units and gro"), "{}", tiny(":undo"));
    for (width, height) in [(20, 5), (30, 8), (200, 50)] {
        for keys in ["xd", "<space>xd", "e", "5", "c", "V", "3", "4"] {
            started().resize(width, height).keys(keys).settle().screen();
        }
    }
}
