//! The headless commands that change users, with the real program on its own workspace.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod pty;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use admit::domain::expiry::today_in;
use jiff::tz::TimeZone;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// A folder of its own for everything the program keeps.
struct Home {
    folder: tempfile::TempDir,
}

/// What a run printed, and how it ended.
struct Run {
    out: String,
    err: String,
    code: i32,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_admit"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", path("home")).env("ADMIT_DATA_DIR", path("data"));
        command.env("XDG_CONFIG_HOME", path("config")).env("XDG_STATE_HOME", path("state"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let done = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { out: text(done.stdout), err: text(done.stderr), code: done.status.code().unwrap() }
    }

    /// Runs a command that has to be done.
    fn done(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.out, run.err);
        run
    }

    /// Runs `sql` on the database that the program has made.
    fn alter(&self, sql: &'static str) {
        let file = self.folder.path().join("data/admit.db");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut database = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
            sqlx::query(sql).execute(&mut database).await.unwrap();
            database.close().await.unwrap();
        });
    }

    /// The addresses of users of a status.
    fn emails(&self, status: &str) -> Vec<String> {
        let run = self.done(&["users", "list", "--status", status, "--sort", "email"]);
        run.out.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.run(&[arguments, &["--json"]].concat());
        let value = serde_json::from_str(&run.out);
        assert!(value.is_ok(), "{arguments:?}: {}{}", run.out, run.err);
        value.unwrap()
    }
}

#[test]
fn one_user_is_edited_and_the_edit_is_taken_back() {
    let home = Home::new();
    let ann = home.emails("active").swap_remove(3);
    let run =
        home.done(&["users", "edit", &ann, "--set-unit", "Operations/Yorkshire", "--expires", "2031-03-31"]);
    assert!(run.out.starts_with(&format!("{ann}\tdone\tchanged unit, expiry date")), "{}", run.out);
    assert!(run.err.contains("changed 1 user") && run.err.contains("admit undo "), "{}", run.err);
    assert!(home.done(&["users", "show", &ann]).out.contains("expires\t2031-03-31"));
    let run = home.done(&["undo"]);
    assert!(run.out.contains("taken back"), "{}", run.out);
    assert!(!home.done(&["users", "show", &ann]).out.contains("expires\t2031-03-31"));
    let listed = home.done(&["changes", "list"]).out;
    assert!(listed.contains("taken back") && listed.lines().count() == 2, "{listed}");
}

#[test]
fn some_of_many_that_are_refused_are_told_one_by_one() {
    let home = Home::new();
    let (invited, active) = (home.emails("invited").swap_remove(0), home.emails("active").swap_remove(5));
    let run = home.run(&["invitations", "resend", &invited, &active]);
    assert_eq!(run.code, 5, "{}", run.err);
    assert!(
        run.out.contains(&format!("{active}\trefused\tthe user is active: they have registered already"))
    );
    assert!(run.err.contains("1 of 2 were refused"), "{}", run.err);
    let run = home.run(&["invitations", "resend", &active]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("they have registered already"), "{}", run.err);
    let both = ["invitations", "cancel", &invited, &active, "--on-refusal", "take-back", "--yes"];
    let run = home.run(&both);
    assert_ne!(run.code, 0);
    assert!(run.err.contains("taken back"), "{}", run.err);
    assert!(home.emails("invited").contains(&invited));
}

#[test]
fn a_filter_is_a_selection_and_a_dry_run_changes_nothing() {
    let home = Home::new();
    let ended = ["invitations", "resend", "--link-expired"];
    let count = home.done(&["invitations", "list", "--link-expired"]).out.lines().count();
    assert!(count > 1);
    let tried = home.json(&[&ended[..], &["--dry-run"]].concat());
    assert_eq!(tried["job"]["tally"]["links_replaced"], count);
    assert_eq!(tried["results"].as_array().unwrap().len(), count);
    assert_eq!(home.done(&["invitations", "list", "--link-expired"]).out.lines().count(), count);
    let run = home.done(&ended);
    assert!(run.err.contains(&format!("{count} links replaced")), "{}", run.err);
    assert_eq!(home.done(&["invitations", "list", "--link-expired"]).out, "");
    assert!(home.done(&["jobs", "list"]).out.contains("resend the invitation"));
}

#[test]
fn those_whose_access_ended_before_a_past_day_are_found() {
    let home = Home::new();
    let before = |day: &str| {
        let run = home.done(&["users", "list", "--status", "expired", "--expires-before", day]);
        run.out.lines().count()
    };
    assert!(before("today") > 0);
    assert_eq!(before("today"), home.emails("expired").len());
    assert_eq!(before("2001-01-01"), 0);
}

#[test]
fn nobody_is_deleted_by_a_forgotten_filter_or_a_missing_yes() {
    let home = Home::new();
    let run = home.run(&["users", "delete"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("say whom"), "{}", run.err);
    let ann = home.emails("active").swap_remove(7);
    let run = home.run(&["users", "delete", &ann, "--no-input"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--yes"), "{}", run.err);
    home.done(&["users", "delete", &ann, "--yes"]);
    assert!(home.emails("deleted").contains(&ann));
    home.done(&["users", "reactivate", &ann]);
    assert!(home.emails("active").contains(&ann));
    let run = home.run(&["users", "delete", "admin@example.org", "--yes"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("nobody takes away their own access"), "{}", run.err);
}

#[test]
fn what_is_deleted_at_a_terminal_is_typed_by_its_name_address_or_count() {
    let home = Home::new();
    let users = home.emails("active");
    let path = |name: &str| home.folder.path().join(name).display().to_string();
    let (own, data, state) = (path(""), path("data"), path("state"));
    let environment = [("HOME", own.as_str()), ("ADMIT_DATA_DIR", &data), ("XDG_STATE_HOME", &state)];
    let binary = Path::new(env!("CARGO_BIN_EXE_admit"));
    let answer = |arguments: &[&str], asked: &str, typed: &str| {
        let mut terminal = pty::Pty::start(binary, arguments, &environment, (160, 24));
        terminal.wait_for(&format!("Type {asked} to do it: "));
        terminal.type_text(&format!("{typed}\r"));
        terminal.wait()
    };
    let (ann, bo, cy) = (&users[7], &users[8], &users[9]);
    assert_eq!(answer(&["users", "delete", ann], ann, "1"), 1);
    assert_eq!(answer(&["users", "delete", ann], ann, ann), 0);
    assert_eq!(answer(&["users", "delete", bo, cy], "2", "2"), 0);
    let gone = home.emails("deleted");
    assert!([ann, bo, cy].iter().all(|user| gone.contains(user)), "{gone:?}");
    let unit = ["units", "delete", "Operations/Yorkshire"];
    assert_eq!(answer(&unit, "Yorkshire", "y"), 1);
    assert_eq!(answer(&unit, "Yorkshire", "yorkshire"), 0);
}

#[test]
fn users_named_on_standard_input_are_enrolled_and_withdrawn() {
    let home = Home::new();
    let some = home.emails("active")[10..14].join("\n");
    let run = |arguments: &[&str]| {
        let mut child = home.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(some.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success());
        String::from_utf8(done.stdout).unwrap()
    };
    let course = ["--course", "Fire safety"];
    let first = run(&[&["enrol", "-"][..], &course].concat());
    assert_eq!(first.lines().count(), 4);
    let again = run(&[&["enrol", "-"][..], &course].concat());
    assert!(again.lines().all(|line| line.contains("unchanged")), "{again}");
    let ended = run(&[&["withdraw", "-"][..], &course].concat());
    assert!(ended.contains("withdrawn from 1 course"), "{ended}");
}

#[test]
fn names_that_never_end_are_given_up_when_interrupted() {
    let home = Home::new();
    let mut child = home.command(&["users", "delete", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    // More than a pipe holds: once all is written, it is being read.
    child.stdin.as_mut().unwrap().write_all(&"\n".repeat(1 << 17).into_bytes()).unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let _open = child.stdin.take();
    let (ended, end) = mpsc::channel();
    let id = Pid::from_child(&child);
    std::thread::spawn(move || ended.send(child.wait().unwrap().code()));
    let code = end.recv_timeout(Duration::from_secs(30));
    if code.is_err() {
        kill_process(id, Signal::KILL).unwrap();
    }
    assert_eq!(code, Ok(Some(130)));
}

#[test]
fn an_invitation_is_replaced_by_one_of_the_right_address() {
    let home = Home::new();
    let old = home.emails("invited").swap_remove(0);
    let new = ["--email", "right@example.org", "--first-name", "Ri", "--last-name", "Ght"];
    let run = home.done(&[&["invitations", "replace", &old][..], &new].concat());
    assert!(run.out.starts_with("invited Ri Ght <right@example.org>"), "{}", run.out);
    assert!(home.emails("cancelled").contains(&old));
    assert!(home.done(&["invitations", "link", "right@example.org"]).out.starts_with("http://"));
}

#[test]
fn r12_a_replacement_is_filled_with_the_old_values_where_nothing_else_is_said() {
    let home = Home::new();
    let old = ["invite", "--email", "Ann Lee <wrong@example.org>", "--role", "learner", "--role", "manager"];
    let more = ["--unit", "Operations/Yorkshire", "--manages", "Operations", "--expires", "2031-03-31"];
    let most = ["--group", "First aiders", "--course", "Fire safety"];
    home.done(&[&old[..], &more, &most].concat());
    let replace = ["invitations", "replace", "wrong@example.org", "--email", "right@example.org"];
    let other =
        home.json(&[&replace[..], &["--role", "learner", "--expires", "never", "--dry-run"]].concat());
    let user = &other["user"];
    assert_eq!(user["roles"], serde_json::json!(["learner"]));
    assert_eq!(user["units_managed"], serde_json::json!([]));
    assert_eq!(user["expires_on"], serde_json::Value::Null);
    assert_eq!(user["unit"]["path"], "Operations › Yorkshire");
    let before = home.json(&["users", "show", "wrong@example.org"]);
    home.done(&replace);
    let after = home.json(&["users", "show", "right@example.org"]);
    for field in ["first_name", "last_name", "roles", "unit", "units_managed", "groups", "expires_on"] {
        assert_eq!(before["user"][field], after["user"][field], "{field}");
    }
    let titles = |shown: &serde_json::Value| -> Vec<String> {
        let held = shown["enrolments"].as_array().unwrap().iter();
        held.map(|held| held["course"]["title"].to_string()).collect()
    };
    assert!(titles(&after).contains(&"\"Fire safety\"".to_owned()));
    assert_eq!(titles(&before), titles(&after));
}

#[test]
fn the_record_of_a_user_is_shown_to_its_end() {
    let home = Home::new();
    let ann = home.emails("invited").swap_remove(0);
    let before = home.json(&["users", "show", &ann])["audit"].as_array().unwrap().len();
    home.alter(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1200) \
         INSERT INTO audit (workspace_id, id, user_id, at, actor, origin, action, summary) \
         SELECT u.workspace_id, printf('01900000-0000-7000-8000-%012d', n.n), u.id, n.n, 'ada', 'here', \
         'user.edited', 'changed unit' FROM n, \
         (SELECT * FROM users WHERE state = 'invited' ORDER BY email_key LIMIT 1) u",
    );
    let shown = home.json(&["users", "show", &ann]);
    assert_eq!(shown["audit"].as_array().unwrap().len(), before + 1200);
}

#[test]
fn days_and_minutes_are_those_of_the_workspace() {
    let home = Home::new();
    home.emails("invited");
    home.alter("UPDATE workspaces SET time_zone = 'Pacific/Kiritimati'");
    let zone = TimeZone::get("Pacific/Kiritimati").unwrap();
    let listed = home.json(&["invitations", "list"]);
    let day = |user: &serde_json::Value, zone: &TimeZone| {
        let at = ["invited_at", "link_ends_at"].map(|field| user[field].as_str().unwrap().parse().unwrap());
        at.map(|at| today_in(at, zone).to_string())
    };
    let users = listed["items"].as_array().unwrap();
    assert!(users.iter().any(|user| day(user, &zone) != day(user, &TimeZone::UTC)));
    let lines = home.done(&["invitations", "list"]).out;
    for (user, line) in users.iter().zip(lines.lines()) {
        let [invited, ends] = day(user, &zone);
        assert!(line.contains(&format!("\t{invited}\t{ends}\t")), "{user} {line}");
    }
    let [invited, ends] = day(&users[0], &zone);
    let shown = home.done(&["users", "show", users[0]["email"].as_str().unwrap()]).out;
    assert!(shown.contains(&format!("invited\t{invited}\nlink ends\t{ends}\n")), "{shown}");

    let email = &home.emails("active").pop().unwrap();
    home.done(&["users", "edit", email, "--expires", "2040-01-31", "--yes"]);
    let minute = |at: &serde_json::Value| {
        let at: jiff::Timestamp = at.as_str().unwrap().parse().unwrap();
        format!("{} +14", at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M"))
    };
    let made = &home.json(&["changes", "list"])["items"][0];
    let listed = home.done(&["changes", "list"]).out;
    let line = listed.lines().next().unwrap();
    assert!(line.contains(&minute(&made["at"])) && line.ends_with(&minute(&made["undo_until"])), "{line}");
    let user = home.json(&["users", "show", email]);
    let edited = user["audit"].as_array().unwrap().iter().find(|entry| entry["action"] == "user.edited");
    let shown = home.done(&["users", "show", email]).out;
    // In a minute of its own: the change may have been asked for in the one before.
    assert!(shown.contains(&format!("record\t{}", minute(&edited.unwrap()["at"]))), "{shown}");
}

#[test]
fn an_export_is_csv_that_no_spreadsheet_runs() {
    let home = Home::new();
    home.done(&["invite", "--email", "eve@example.org", "--first-name", "=1+1", "--last-name", "O, \"K\""]);
    let run = home.done(&["users", "export", "--search", "eve@example.org"]);
    let mut lines = run.out.lines();
    assert!(lines.next().unwrap().starts_with("id,email,first_name,last_name,status"));
    assert!(lines.next().unwrap().contains("eve@example.org,'=1+1,\"O, \"\"K\"\"\",invited"), "{}", run.out);
    let run = home.done(&["users", "export", "--status", "pending", "--json"]);
    assert!(run.out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}
