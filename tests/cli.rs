//! The headless commands of the real program: what they print, where, and how they end.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_admit"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("ADMIT_DATA_DIR", self.path("data"));
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_STATE_HOME", self.path("state"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
        let done = self.command(arguments).envs(environment.iter().copied()).output().unwrap();
        let here = self.folder.path().display().to_string();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(&here, "~");
        Run { out: text(done.stdout), err: text(done.stderr), code: done.status.code().unwrap() }
    }

    fn configure(&self, text: &str, mode: u32) {
        let path = self.path("config/admit/config.toml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn database(&self) -> String {
        format!("sqlite:{}", self.path("people.db").display())
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_first_run_makes_a_private_workspace_with_the_sample() {
    let home = Home::new();
    let every = "active,invited,pending,cancelled,expired,deleted";
    let run = home.run(&["users", "list", "--status", every]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(run.out.lines().count(), 240);
    assert!(run.out.lines().all(|line| line.split('\t').count() == 10));
    assert!(run.out.contains("admin@example.org\tAmara Okafor\tactive\tadmin\t"));
    assert_eq!(mode(&home.path("data")), 0o700);
    for file in ["data/admit.db", "data/secret", "data/port", "state/admit/admit.log"] {
        assert_eq!(mode(&home.path(file)), 0o600, "{file}");
    }
    let names: Vec<_> =
        fs::read_dir(home.path("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 4, "nothing is left over: {names:?}");
}

#[test]
fn a_variable_that_is_no_text_is_not_passed_over_for_another_workspace() {
    let home = Home::new();
    for name in ["ADMIT_DATA_DIR", "ADMIT_URL", "ADMIT_PROFILE", "ADMIT_CONFIG"] {
        let odd = home.folder.path().join(OsStr::from_bytes(b"\xff"));
        let run = home.command(&["whoami"]).env(name, odd).output().unwrap();
        assert!(!run.status.success() && run.stdout.is_empty(), "{name}: {run:?}");
        assert!(!home.path("home").exists(), "{name}");
    }
}

#[test]
fn an_invitation_is_sent_once_with_names_resolved_and_the_rest_refused() {
    let home = Home::new();
    let ann = [
        "invite",
        "--email",
        "Ann Lee <ann.lee@example.org>",
        "--unit",
        "operations/YORKSHIRE",
        "--group",
        "first aiders",
    ];
    let dry = home.run(&[&ann[..], &["--dry-run"]].concat());
    assert_eq!((dry.code, dry.err.as_str()), (0, ""));
    assert!(
        dry.out.starts_with("would invite Ann Lee <ann.lee@example.org> to Northgate Academy\n"),
        "{}",
        dry.out
    );
    assert_eq!(fs::read_dir(home.path("data/mail")).unwrap().count(), 0);

    let sent = home.run(&[&ann[..], &["--json"]].concat());
    assert_eq!((sent.code, sent.err.as_str()), (0, "mail is in ~/data/mail\n"));
    let outcome: serde_json::Value = serde_json::from_str(&sent.out).unwrap();
    assert_eq!(outcome["user"]["unit"]["path"], "Operations › Yorkshire");
    assert_eq!(outcome["user"]["groups"][0]["name"], "First aiders");
    assert_eq!(outcome["user"]["status"], "invited");
    assert_eq!(fs::read_dir(home.path("data/mail")).unwrap().count(), 1);

    let again = home.run(&ann);
    assert_eq!(again.code, 4);
    assert_eq!(
        again.err,
        "admit: ann.lee@example.org is a user of this workspace already, with the status invited; \
         see admit users show ann.lee@example.org\n"
    );
    assert_eq!(fs::read_dir(home.path("data/mail")).unwrap().count(), 1);

    let link = home.run(&["invitations", "link", "ann.lee@example.org"]);
    assert!(link.out.starts_with("http://127.0.0.1:") && link.out.contains("/i/"), "{}", link.out);
    let shown = home.run(&["users", "show", "ann.lee@example.org"]);
    assert!(shown.out.contains("admin@example.org: copied the invitation link"), "{}", shown.out);
    let listed = home.run(&["invitations", "list"]);
    assert!(
        listed.out.lines().any(|line| line.starts_with("ann.lee@example.org\tAnn Lee\tinvited\t")),
        "{}",
        listed.out
    );
}

#[test]
fn an_account_elsewhere_is_pointed_out_and_its_names_are_taken() {
    let home = Home::new();
    let run = home.run(&[
        "invite",
        "--email",
        "elsewhere@example.org",
        "--first-name",
        "X",
        "--last-name",
        "Y",
        "--dry-run",
    ]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.err,
        "note: elsewhere@example.org has an account already; the invitation uses its name, Elsa Warner\n"
    );
    assert!(run.out.starts_with("would invite Elsa Warner "), "{}", run.out);
}

#[test]
fn what_is_wrong_with_the_command_line_is_one_sentence_and_exit_2() {
    let home = Home::new();
    let names = ["--first-name", "A", "--last-name", "B"];
    let person = |more: &[&'static str]| {
        let mut all = vec!["invite", "--email", "a.b@example.org"];
        all.extend(names);
        all.extend(more);
        home.run(&all)
    };
    let cases = [
        (person(&["--course", "fire safty"]), "no course is called \"fire safty\"; nearest: Fire safety"),
        (
            person(&["--unit", "Operatons/Yorkshire"]),
            "no unit is called \"Operatons/Yorkshire\"; nearest: Operations › Yorkshire",
        ),
        (person(&["--group", "First aider"]), "no group is called \"First aider\"; nearest: First aiders"),
        (person(&["--expires", "3/4/27"]), "--expires \"3/4/27\": 3 Apr 2027 or 4 Mar 2027?"),
        (person(&["--role", "boss"]), "no role is called \"boss\""),
        (home.run(&["invite", "--email", "ann"]), "--email \"ann\": add the part after the name"),
        (home.run(&["invite", "--email", "new@example.org"]), "add --first-name NAME: it is required"),
        (home.run(&["users", "list", "--sort", "age"]), "can't sort by \"age\""),
        (
            home.run(&["users", "list", "--workspace", "moon"]),
            "no workspace \"moon\" is open to you; there are: academy, volunteers",
        ),
        (home.run(&["users", "lst"]), "unrecognized subcommand 'lst'; a similar subcommand exists: 'list'"),
        (
            home.run(&["serve", "--database", "sqlite:x.db"]),
            "the following required arguments were not provided",
        ),
        (home.run(&[]), "the terminal UI needs a terminal; without one use: admit users list"),
    ];
    for (run, told) in cases {
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{told}: {}", run.err);
        assert!(run.err.starts_with(&format!("admit: {told}")), "{told}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn an_error_with_json_is_an_object_on_stderr() {
    let home = Home::new();
    let run = home.run(&["invite", "--email", "manager@example.org", "--json"]);
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    let told: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(told["error"]["exit"], 4);
    assert!(told["error"]["message"].as_str().unwrap().contains("with the status active"));
}

#[test]
fn lists_are_documents_with_json() {
    let home = Home::new();
    for arguments in [
        &["users", "list", "--json", "--status", "invited,pending", "--limit", "3"][..],
        &["units", "list", "--json"],
        &["courses", "list", "--json", "--search", "zzz"],
    ] {
        let run = home.run(arguments);
        let list: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let count = list["items"].as_array().unwrap().len();
        let expected = match arguments[0] {
            "users" => 3,
            "units" => 40,
            _ => 0,
        };
        assert_eq!((run.code, count), (0, expected), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    let home = Home::new();
    home.run(&["units", "list"]);
    let mut child = home
        .command(&["users", "list", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn a_hostile_name_is_harmless_in_the_output() {
    let home = Home::new();
    home.run(&["units", "list"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut database = SqliteConnectOptions::new().filename(home.path("data/admit.db")).connect().await.unwrap();
        let hostile = "UPDATE users SET first_name = char(27) || ']0;owned' || char(7) || char(10) || char(8238) || 'x' \
                       WHERE email_key = 'learner@example.org'";
        sqlx::query(hostile).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    });
    for arguments in [
        &["users", "show", "learner@example.org"][..],
        &["users", "list", "--search", "learner@example.org"],
        &["users", "list", "--search", "learner@example.org", "--json"],
        &["invite", "--email", "learner@example.org"],
    ] {
        let run = home.run(arguments);
        let bad = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
        assert!(!run.out.contains(bad) && !run.err.contains(bad), "{:?} {:?}", run.out, run.err);
    }
}

#[test]
fn a_bad_config_is_told_in_one_sentence() {
    let home = Home::new();
    home.configure("[profile.prod\n", 0o600);
    let run = home.run(&["users", "list"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("admit: the config ~/config/admit/config.toml, line 1, column "),
        "{}",
        run.err
    );
    assert_eq!(run.err.lines().count(), 1);
    assert!(!home.path("data").exists(), "nothing was made");
}

#[test]
fn a_config_that_shows_a_token_to_others_is_refused_with_what_to_run() {
    let home = Home::new();
    home.configure("[profile.prod]\nurl = 'https://people.example.org'\ntoken = 'admit_x'\n", 0o644);
    let run = home.run(&["users", "list"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "admit: the config ~/config/admit/config.toml holds a token and can be read by others; \
         run: chmod 600 '~/config/admit/config.toml'\n"
    );
}

#[test]
fn an_unknown_key_and_an_unknown_profile_are_told_with_the_nearest() {
    let home = Home::new();
    home.configure("[profile.production]\nurl = 'http://people.example.org'\ntokn_file = 'x'\n", 0o600);
    let run = home.run(&["users", "list", "--profile", "prodction"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "admit: no profile is called \"prodction\"; nearest: production\n");
    let run = home.run_with(&["users", "list", "--profile", "production"], &[("ADMIT_TOKEN", "admit_x")]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("the token would go unencrypted to people.example.org"), "{}", run.err);
    let run = home.run(&["users", "list", "--profile", "production"]);
    assert_eq!(run.code, 3, "{}", run.err);
    let run = home.run(&["users", "list", "--limit", "1"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.err,
        "admit: warning: the config ~/config/admit/config.toml has an unknown key profile.production.tokn_file; \
         is token_file meant?\n"
    );
}

#[test]
fn a_data_folder_that_can_not_be_used_is_told_and_nothing_is_overwritten() {
    let home = Home::new();
    fs::write(home.path("data"), "a diary").unwrap();
    let run = home.run(&["users", "list"]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(run.err.starts_with("admit: the folder ~/data can't be made: "), "{}", run.err);
    assert_eq!(fs::read_to_string(home.path("data")).unwrap(), "a diary");
}

#[test]
fn a_damaged_database_is_told_and_left_as_it_is() {
    let home = Home::new();
    fs::create_dir(home.path("data")).unwrap();
    let text = "dear diary, ".repeat(1000);
    fs::write(home.path("data/admit.db"), &text).unwrap();
    let run = home.run(&["users", "list"]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(run.err.contains("is damaged or not a database; nothing was changed"), "{}", run.err);
    assert_eq!(fs::read_to_string(home.path("data/admit.db")).unwrap(), text);
}

#[test]
fn a_newer_database_is_told() {
    let home = Home::new();
    home.run(&["units", "list"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut database =
            SqliteConnectOptions::new().filename(home.path("data/admit.db")).connect().await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9999, 'from the future', 1, x'00', 1)";
        sqlx::query(newer).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    });
    let run = home.run(&["users", "list"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(run.err, "admit: ~/data/admit.db was written by a newer version of admit; use that version\n");
}

#[test]
fn a_port_that_is_taken_does_not_stop_the_embedded_workspace_but_a_server() {
    let home = Home::new();
    home.run(&["units", "list"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fs::write(home.path("data/port"), &port).unwrap();
    assert_eq!(home.run(&["units", "list"]).code, 0);
    assert_eq!(fs::read_to_string(home.path("data/port")).unwrap(), port, "the next run tries it again");
    let listen = format!("127.0.0.1:{port}");
    let mails = home.path("mail").display().to_string();
    let run = home.run(&["serve", "--database", &home.database(), "--mail-dir", &mails, "--listen", &listen]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(run.err.starts_with(&format!("admit: can't listen on {listen}: ")), "{}", run.err);
}

#[test]
fn a_server_is_seeded_reached_with_a_token_and_ended() {
    let home = Home::new();
    let database = home.database();
    let seeded = home.run(&["seed", "--database", &database, "--users", "30", "--seed", "7"]);
    assert_eq!(seeded.code, 0, "{}", seeded.err);
    let again = home.run(&["seed", "--database", &database]);
    assert_eq!(again.code, 1);
    assert!(
        again.err.starts_with("admit: the database holds data already; nothing was changed"),
        "{}",
        again.err
    );
    let token = home.run(&["token", "create", "--database", &database, "--email", "Manager@Example.org"]);
    let unknown = home.run(&["token", "create", "--database", &database, "--email", "nobody@example.org"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (1, ""));

    let mails = home.path("outgoing").display().to_string();
    let arguments = ["serve", "--database", &database, "--mail-dir", &mails, "--listen", "127.0.0.1:0"];
    let mut server = home.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = said.find(|line| line.starts_with("listening on ")).unwrap();
    let url = line.strip_prefix("listening on ").unwrap().to_owned();
    let signed_in = [("ADMIT_URL", url.as_str()), ("ADMIT_TOKEN", token.out.trim())];

    let units = home.run_with(&["units", "list"], &signed_in);
    assert_eq!(units.code, 0, "{}", units.err);
    assert!(
        units.out.lines().all(|line| line.starts_with("Operations › Yorkshire")),
        "a manager's own: {}",
        units.out
    );
    let refused = home.run_with(&["users", "list"], &[("ADMIT_URL", &url), ("ADMIT_TOKEN", "admit_wrong")]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    let escalation = home.run_with(
        &[
            "invite",
            "--email",
            "a@example.org",
            "--first-name",
            "A",
            "--last-name",
            "B",
            "--role",
            "admin",
            "--unit",
            "York",
        ],
        &signed_in,
    );
    assert_eq!(escalation.code, 4, "{}", escalation.err);
    assert!(escalation.err.contains("a Manager invites learners"), "{}", escalation.err);

    Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let gone = home.run_with(&["users", "list"], &signed_in);
    assert_eq!(gone.code, 6);
    assert!(gone.err.starts_with("admit: the server can't be reached: "), "{}", gone.err);
}

#[test]
fn help_and_version_are_results() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    assert!(help.out.starts_with("Examples:\n"), "{}", help.out);
    assert_eq!(home.run(&["--version"]).out, concat!("admit ", env!("CARGO_PKG_VERSION"), "\n"));
}
