//! Setting a workspace up with the real program: making it, and what is in it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

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

impl Run {
    /// The results of what was done.
    fn done(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }
}

/// A server that is ended with the test.
struct Server {
    process: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> String {
        format!("sqlite:{}", self.path("people.db").display())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_admit"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("ADMIT_DATA_DIR", self.path("data"));
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_STATE_HOME", self.path("state"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Self::ended(&mut self.command(arguments), "")
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        Self::ended(&mut self.command(arguments), input)
    }

    fn ended(command: &mut Command, input: &str) -> Run {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have ended by now.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let done = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { out: text(done.stdout), err: text(done.stderr), code: done.status.code().unwrap() }
    }

    fn create(&self, more: &[&str]) -> Run {
        let database = self.database();
        let basic = ["workspace", "create", "--database", &database, "--customer", "Northgate Care"];
        let admin = ["--admin-first-name", "Ann", "--admin-last-name", "Lee"];
        self.run(&[&basic[..], &admin, more].concat())
    }

    fn serve(&self) -> Server {
        let (database, mails) = (self.database(), self.path("mail").display().to_string());
        let arguments = ["serve", "--database", &database, "--mail-dir", &mails, "--listen", "127.0.0.1:0"];
        let mut process = self.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = said.find(|line| line.starts_with("listening on ")).unwrap();
        Server { process, url: line.strip_prefix("listening on ").unwrap().to_owned() }
    }
}

const ACADEMY: [&str; 6] =
    ["--name", "Northgate Academy", "--slug", "academy", "--admin-email", "Ann.Lee@example.org"];

#[test]
fn a_new_workspace_is_served_and_set_up_by_its_first_admin() {
    let home = Home::new();
    let made = home.create(&[&ACADEMY[..], &["--time-zone", "Europe/London"]].concat());
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.starts_with("admit_") && made.out.lines().count() == 1, "only the token: {}", made.out);
    assert!(made.err.contains("next: admit serve --database sqlite:"), "{}", made.err);
    let server = home.serve();
    let signed_in = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("ADMIT_URL", &server.url).env("ADMIT_TOKEN", made.out.trim());
        Home::ended(&mut command, "")
    };
    let who = signed_in(&["whoami"]).done();
    assert_eq!(
        who,
        "Ann Lee <Ann.Lee@example.org>\n  academy: Northgate Academy of Northgate Care, as Admin\n"
    );
    let session: Value = serde_json::from_str(&signed_in(&["whoami", "--json"]).done()).unwrap();
    assert_eq!(session["workspaces"][0]["time_zone"], "Europe/London");
    signed_in(&["units", "add", "Operations"]).done();
    signed_in(&["units", "add", "York", "--parent", "operations"]).done();
    signed_in(&["groups", "add", "First aiders"]).done();
    signed_in(&["courses", "add", "Fire safety", "--subject", "Safety"]).done();
    let rule = ["rules", "add", "York basics", "--unit", "York", "--course", "fire safety"];
    assert_eq!(signed_in(&rule).done(), "made the rule York basics\n");
    let listed = signed_in(&["rules", "list"]).done();
    assert!(listed.starts_with("York basics\tOperations › York\tFire safety\t"), "{listed}");
    let ben = ["invite", "--email", "ben@example.org", "--first-name", "Ben", "--last-name", "Orr"];
    let invited = signed_in(&[&ben[..], &["--unit", "York"]].concat()).done();
    assert!(invited.contains("course planned: Fire safety"), "{invited}");
}

#[test]
fn a_second_workspace_shares_customer_and_account_but_no_slug() {
    let home = Home::new();
    home.create(&ACADEMY).done();
    let taken = home.create(&ACADEMY);
    assert_eq!((taken.code, taken.out.as_str()), (4, ""));
    assert!(taken.err.contains("there is a workspace with the slug academy already"), "{}", taken.err);
    let second = home.create(&[
        "--name",
        "Volunteers",
        "--slug",
        "volunteers",
        "--admin-email",
        "ann.lee@EXAMPLE.org",
        "--admin-first-name",
        "Anna",
        "--json",
    ]);
    assert_eq!(second.code, 2, "the name is given twice");
    let arguments =
        ["--name", "Volunteers", "--slug", "volunteers", "--admin-email", "ann.lee@EXAMPLE.org", "--json"];
    let second = home.create(&arguments);
    assert!(second.err.contains("has an account already, and keeps its name, Ann Lee"), "{}", second.err);
    let made: Value = serde_json::from_str(&second.done()).unwrap();
    assert_eq!(made["workspace"]["slug"], "volunteers");
    let secret = made["token"].as_str().unwrap().to_owned();
    let server = home.serve();
    let mut command = home.command(&["whoami", "--json"]);
    command.env("ADMIT_URL", &server.url).env("ADMIT_TOKEN", secret);
    let session: Value = serde_json::from_str(&Home::ended(&mut command, "").done()).unwrap();
    let workspaces = session["workspaces"].as_array().unwrap();
    assert_eq!(workspaces.len(), 2);
    assert_eq!(workspaces[0]["customer"], workspaces[1]["customer"]);
}

#[test]
fn what_is_wrong_with_a_new_workspace_is_told_and_nothing_is_made() {
    let home = Home::new();
    for (option, value) in
        [("--slug", "Academy North"), ("--time-zone", "Moon/Base"), ("--admin-email", "ann"), ("--name", " ")]
    {
        let mut arguments: Vec<&str> = ACADEMY.to_vec();
        match arguments.iter().position(|argument| *argument == option) {
            Some(place) => *arguments.get_mut(place + 1).unwrap() = value,
            None => arguments.extend([option, value]),
        }
        let run = home.create(&arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{option}");
        assert!(run.err.starts_with(&format!("admit: {option} {value:?}: ")), "{}", run.err);
        assert_eq!(run.err.lines().count(), 1);
    }
    assert!(!home.path("people.db").exists());
}

#[test]
fn units_are_renamed_moved_and_deleted_with_the_consequences_said() {
    let home = Home::new();
    let dry = home.run(&["units", "rename", "Operations/Yorkshire", "Zealand", "--dry-run"]).done();
    assert_eq!(dry, "would rename the unit Operations › Yorkshire to Operations › Zealand\n");
    let renamed = home.run(&["units", "rename", "Operations/Yorkshire", "Zealand"]).done();
    assert_eq!(renamed, "renamed the unit Operations › Yorkshire to Operations › Zealand\n");
    let moved = home.run(&["units", "move", "Zealand", "--top"]).done();
    assert_eq!(moved, "moved the unit Operations › Zealand to Zealand\n");
    let refused = home.run(&["units", "move", "Zealand", "--parent", "Zealand/York"]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    assert!(refused.err.contains("a unit can't be below itself"), "{}", refused.err);
    let unknown = home.run(&["units", "delete", "Zeeland"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("nearest: Zealand"), "{}", unknown.err);

    let asked = home.run(&["units", "delete", "Zealand/York"]);
    assert_eq!((asked.code, asked.out.as_str()), (2, ""));
    assert!(asked.err.starts_with("admit: delete the unit Zealand › York, "), "{}", asked.err);
    assert!(asked.err.contains("moved to Zealand") && asked.err.contains("add --yes"), "{}", asked.err);
    let foreseen = home.run(&["units", "delete", "Zealand/York", "--dry-run", "--json"]).done();
    let foreseen: Value = serde_json::from_str(&foreseen).unwrap();
    assert_eq!(
        (&foreseen["dry_run"], &foreseen["moved_to"]["name"]),
        (&Value::Bool(true), &"Zealand".into())
    );
    let deleted = home.run(&["units", "delete", "Zealand/York", "--yes"]).done();
    assert!(deleted.starts_with("deleted the unit Zealand › York\n"), "{deleted}");
    let told = format!("{} users moved to Zealand", foreseen["users"]);
    assert!(deleted.contains(&told), "{told}: {deleted}");
    assert_eq!(home.run(&["units", "list", "--search", "Zealand York"]).done(), "");
}

#[test]
fn groups_courses_and_rules_are_changed_by_name() {
    let home = Home::new();
    home.run(&["groups", "add", "Night owls"]).done();
    let twice = home.run(&["groups", "add", "night OWLS"]);
    assert_eq!(twice.code, 4);
    assert!(twice.err.contains("name: a group of this name is there already"), "{}", twice.err);
    home.run(&["groups", "rename", "Night owls", "Early birds"]).done();
    home.run(&["courses", "add", "Juggling"]).done();
    home.run(&["courses", "rename", "juggling", "Juggling for two", "--subject", "Circus"]).done();
    let listed = home.run(&["courses", "list", "--search", "juggling"]).done();
    assert!(listed.starts_with("Juggling for two\tCircus\t0\t"), "{listed}");
    home.run(&["rules", "add", "Birds", "--group", "Early birds", "--course", "Juggling for two"]).done();
    let both = home.run(&["rules", "rename", "Birds", "Early", "--course", "Fire safety"]).done();
    assert_eq!(both, "renamed the rule Birds to Early\n  course: Fire safety\n");
    let used = home.run(&["courses", "delete", "Fire safety", "--yes"]);
    assert_eq!(used.code, 4, "{}", used.err);
    assert!(used.err.contains("enrolled in Fire safety"), "{}", used.err);
    assert_eq!(
        home.run(&["courses", "delete", "Juggling for two", "--yes"]).done(),
        "deleted the course Juggling for two\n"
    );
    let gone = home.run(&["groups", "delete", "Early birds", "--yes"]).done();
    assert_eq!(gone, "deleted the group Early birds\n");
    assert_eq!(home.run(&["rules", "list", "--search", "Early"]).done(), "", "the group's rule went with it");
    let neither = home.run(&["rules", "add", "x", "--course", "Fire safety"]);
    assert_eq!(neither.code, 2, "{}", neither.err);
}

#[test]
fn a_file_of_units_makes_what_is_missing_and_tells_what_it_can_not() {
    let home = Home::new();
    let file = home.path("units.csv");
    let deep = "A/B/C/D/E/F/G";
    let lines = [
        "path",
        "Operations › Yorkshire",
        "New/Branch/Office",
        "new > BRANCH > office",
        "\"\"",
        deep,
        "Last",
    ];
    fs::write(&file, lines.join("\r\n")).unwrap();
    let file = file.display().to_string();
    let results = |run: &Run| -> Vec<(String, String)> {
        let cells = |line: &str| -> Vec<String> { line.split('\t').map(str::to_owned).collect() };
        run.out
            .lines()
            .map(cells)
            .map(|cells| (cells.first().unwrap().clone(), cells.get(2).unwrap().clone()))
            .collect()
    };
    let rows = |made: &str| -> Vec<(String, String)> {
        [
            ("2", "there already"),
            ("3", made),
            ("4", "there already"),
            ("5", "failed"),
            ("6", "failed"),
            ("7", made),
        ]
        .map(|(line, result)| (line.to_owned(), result.to_owned()))
        .to_vec()
    };
    let before = home.run(&["units", "list"]).done();
    let dry = home.run(&["units", "import", &file, "--dry-run"]);
    assert_eq!((dry.code, home.run(&["units", "list"]).done()), (5, before), "{}", dry.err);
    assert_eq!(results(&dry), rows("would be made"), "{}", dry.out);
    let run = home.run(&["units", "import", &file]);
    assert_eq!(run.code, 5, "{}", run.err);
    assert_eq!(results(&run), rows("made"), "{}", run.out);
    assert!(run.out.contains("with New › Branch above it"), "{}", run.out);
    assert!(run.out.contains("the tree has 6 levels at most"), "{}", run.out);
    assert!(run.err.contains("2 made, 2 there already, 2 failed"), "{}", run.err);
    assert!(run.err.ends_with("admit: 2 of 6 lines failed\n"), "{}", run.err);
    assert!(!home.run(&["units", "list"]).done().contains("\nA\t"), "no part of a wrong path is made");
    let listed = home.run(&["units", "list", "--search", "office"]).done();
    assert!(listed.starts_with("New › Branch › Office\t0\t"), "{listed}");
}

#[test]
fn courses_groups_and_rules_come_from_standard_input_too() {
    let home = Home::new();
    let groups = home.run_with_input(&["groups", "import", "-", "--json"], "name\nDivers\nFirst aiders\n");
    let report: Value = serde_json::from_str(&groups.done()).unwrap();
    let items = report["items"].as_array().unwrap();
    let results: Vec<&str> = items.iter().map(|item| item["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["made", "there already"]);
    let courses = "title,subject\n\"Diving, deep\",Sport\n";
    home.run_with_input(&["courses", "import", "-"], courses).done();
    let rules = "name,unit,group,courses\n\
                 Diving,,Divers,\"Diving, deep; fire safety\"\n\
                 Nowhere,Atlantis,,Fire safety\n\
                 Nothing,York,,\n\
                 York only,Yorkshire/York,,Fire safety\n";
    let run = home.run_with_input(&["rules", "import", "-"], rules);
    assert_eq!(run.code, 5, "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines.first().unwrap().starts_with("2\tDiving\tmade"), "{}", run.out);
    assert!(
        lines.get(1).unwrap().starts_with("3\tNowhere\tfailed\tno unit is called \"Atlantis\""),
        "{}",
        run.out
    );
    assert!(
        lines.get(2).unwrap().starts_with("4\tNothing\tfailed\tcourses: choose at least one"),
        "{}",
        run.out
    );
    assert!(lines.get(3).unwrap().starts_with("5\tYork only\tmade"), "{}", run.out);
    let listed = home.run(&["rules", "list", "--search", "diving"]).done();
    assert!(listed.starts_with("Diving\tDivers\tDiving, deep; Fire safety\t"), "{listed}");
    let wrong = home.run_with_input(&["rules", "import", "-"], "title\nx\n");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("there is no column name"), "{}", wrong.err);
    assert_eq!(home.run(&["groups", "import", "nowhere.csv"]).code, 2);
}
