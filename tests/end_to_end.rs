//! The whole main job with the real program in a real terminal: invite, mail, registration, active.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on is to stop there")]
#![expect(clippy::disallowed_methods, reason = "a real program is waited for in real time")]

#[path = "support/pty.rs"]
mod pty;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pty::Pty;

const BINARY: &str = env!("CARGO_BIN_EXE_admit");
const PASSWORD: &str = "a long enough password";

/// A folder of its own for everything the program keeps.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn environment(&self) -> Vec<(String, String)> {
        [
            ("HOME", "."),
            ("ADMIT_DATA_DIR", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "state"),
        ]
        .map(|(name, folder)| (name.to_owned(), self.path(folder).display().to_string()))
        .to_vec()
    }

    fn start(&self, arguments: &[&str], more: &[(&str, &str)], size: (u16, u16)) -> Pty {
        let own = self.environment();
        let mut environment: Vec<_> = own.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        environment.extend_from_slice(more);
        Pty::start(Path::new(BINARY), arguments, &environment, size)
    }
}

/// Waits for a mail to `address` with `word` in its subject; gives the text of its plain part.
fn mail(folder: &Path, address: &str, word: &str) -> String {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let mails = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        let texts = mails.filter(|path| path.extension().is_some_and(|ext| ext == "eml"));
        let found = texts.map(|path| fs::read_to_string(path).unwrap()).find(|text| {
            let (head, _) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
            head.contains(address)
                && head.lines().any(|line| line.starts_with("Subject:") && line.contains(word))
        });
        if let Some(text) = found {
            return plain_part(&text);
        }
        assert!(Instant::now() < end, "no mail to {address} about {word} in {}", folder.display());
        std::thread::yield_now();
    }
}

/// The plain part, its transfer encoding undone.
fn plain_part(mail: &str) -> String {
    let part =
        mail.split("\r\n--").find(|part| part.to_lowercase().contains("content-type: text/plain")).unwrap();
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    if head.to_lowercase().contains("quoted-printable") { quoted_printable(body) } else { body.to_owned() }
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if first == b'=' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The first address in `text` that begins with `http://` and holds `middle`.
fn link(text: &str, middle: &str) -> String {
    let words = text.split_whitespace();
    words.filter(|word| word.starts_with("http://")).find(|word| word.contains(middle)).unwrap().to_owned()
}

fn code(text: &str) -> String {
    let digits = |word: &&str| word.len() == 6 && word.chars().all(|c| c.is_ascii_digit());
    text.split_whitespace().find(digits).unwrap().to_owned()
}

/// What a browser would do with the two mails.
async fn register(mails: &Path, address: &str) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let browser = reqwest::Client::builder().build().unwrap();
    let invitation = link(&mail(mails, address, "invit"), "/i/");
    let page = browser.get(&invitation).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<form"), "the invitation page offers a form: {page}");
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    let answer = browser.post(&invitation).form(&form).send().await.unwrap();
    assert!(answer.status().is_success(), "registration: {}", answer.text().await.unwrap());
    let verification = answer.url().clone();
    let code = code(&mail(mails, address, "code"));
    let answer = browser.post(verification).form(&[("code", &code)]).send().await.unwrap();
    assert!(answer.status().is_success(), "verification: {}", answer.text().await.unwrap());
}

/// Fills and sends the form as a person would, with fuzzy-searched unit, group and course.
fn invite(terminal: &mut Pty, address: &str) {
    terminal.type_text("i");
    terminal.wait_for("Send invitation");
    terminal.type_text(address);
    terminal.type_text("\t\t\t\t");
    terminal.type_text("york");
    terminal.wait_for("York");
    terminal.type_text("\t\t");
    terminal.type_text("aid\t");
    terminal.wait_for("aiders ×");
    terminal.type_text("fire\t");
    terminal.wait_until("the course", |screen| {
        screen.lines().any(|line| line.contains("Fire") && line.contains('×'))
    });
    terminal.type_text("\x13");
    terminal.wait_for("sent 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_invites_somebody_who_registers_and_turns_active() {
    let home = Home::new();
    let mut terminal = home.start(&[], &[], (100, 30));
    terminal.wait_for("Active");
    invite(&mut terminal, "zoe.quartz@example.org");
    register(&home.path("data").join("mail"), "zoe.quartz@example.org").await;
    terminal.type_text("\x1b");
    terminal.wait_for("Active");
    terminal.type_text("/quartz\r");
    terminal.wait_until("the invitee as active", |screen| {
        screen.lines().any(|line| line.contains("zoe.quartz@example.org") && line.contains("active"))
    });
    terminal.type_text("\r");
    terminal.wait_for("enrolled");
    terminal.type_text("qqq");
    assert_eq!(terminal.wait(), 0);
    assert!(terminal.is_restored(), "the terminal is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_job_against_a_server_of_its_own_that_goes_away_in_the_midst() {
    let home = Home::new();
    let database = format!("sqlite:{}", home.path("people.db").display());
    let mails = home.path("outgoing");
    run(&home, &["seed", "--database", &database, "--users", "40", "--seed", "7"]);
    let token = run(&home, &["token", "create", "--database", &database, "--email", "admin@example.org"]);
    let (mut server, address) = serve(&home, &database, &mails, "127.0.0.1:0");
    let url = format!("http://{address}");
    let mut terminal = home.start(&[], &[("ADMIT_URL", &url), ("ADMIT_TOKEN", token.trim())], (100, 30));
    terminal.wait_for("Active");
    server.kill().unwrap();
    server.wait().unwrap();
    terminal.type_text("i");
    terminal.wait_for("Send invitation");
    terminal.type_text("ada.limestone@example.org\x13");
    terminal.wait_for("sending");
    let (mut server, _) = serve(&home, &database, &mails, &address);
    terminal.wait_for("sent 1");
    register(&mails, "ada.limestone@example.org").await;
    let listed = run_with(
        &home,
        &["users", "list", "--search", "limestone", "--json"],
        &[("ADMIT_URL", &url), ("ADMIT_TOKEN", token.trim())],
    );
    assert_eq!(listed.matches("\"active\"").count(), 1, "one user, active: {listed}");
    assert_eq!(fs::read_dir(&mails).unwrap().count(), 2, "one invitation and one code, nothing twice");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn what_another_operator_does_appears_without_a_key_also_after_the_server_was_away() {
    let home = Home::new();
    let database = format!("sqlite:{}", home.path("people.db").display());
    let mails = home.path("outgoing");
    run(&home, &["seed", "--database", &database, "--users", "40", "--seed", "7"]);
    let token = run(&home, &["token", "create", "--database", &database, "--email", "admin@example.org"]);
    let (mut server, address) = serve(&home, &database, &mails, "127.0.0.1:0");
    let url = format!("http://{address}");
    let environment = [("ADMIT_URL", url.as_str()), ("ADMIT_TOKEN", token.trim())];
    let elsewhere = |email: &str, first: &str| {
        let names = ["--first-name", first, "--last-name", "Limestone"];
        run_with(&home, &[["invite", "--email", email].as_slice(), &names].concat(), &environment)
    };
    let mut terminal = home.start(&[], &environment, (100, 30));
    terminal.wait_for("● live");
    terminal.type_text("/limestone\r");
    terminal.wait_for("Nobody matches");
    elsewhere("amy.limestone@example.org", "Amy");
    terminal.wait_for("amy.limestone@example.org");
    server.kill().unwrap();
    server.wait().unwrap();
    terminal.wait_until("the loss", |screen| !screen.contains("● live"));
    let (mut server, _) = serve(&home, &database, &mails, &address);
    elsewhere("ben.limestone@example.org", "Ben");
    terminal.wait_for("ben.limestone@example.org");
    terminal.wait_for("● live");
    elsewhere("cat.limestone@example.org", "Cat");
    terminal.wait_for("cat.limestone@example.org");
    server.kill().unwrap();
    server.wait().unwrap();
}

fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments).env_clear().envs(home.environment());
    command
}

fn run(home: &Home, arguments: &[&str]) -> String {
    run_with(home, arguments, &[])
}

fn run_with(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let done = command(home, arguments).envs(environment.iter().copied()).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Starts a server; its process and the address it listens on.
fn serve(home: &Home, database: &str, mails: &Path, listen: &str) -> (std::process::Child, String) {
    use std::io::{BufRead, BufReader};
    let mails = mails.display().to_string();
    let arguments = ["serve", "--database", database, "--mail-dir", &mails, "--listen", listen];
    let mut server = command(home, &arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.contains("http://")).unwrap();
    let address = line.split("http://").nth(1).unwrap().split([' ', '/', ',']).next().unwrap().to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    (server, address)
}

/// How the terminal ends: whatever the way out, it is as it was.
mod ways_out {
    use super::*;

    fn on_screen(home: &Home) -> Pty {
        let terminal = home.start(&["--demo"], &[], (80, 24));
        terminal.wait_for("Active");
        // From then on the screen changes by keys alone.
        terminal.wait_for("● live");
        terminal
    }

    #[test]
    fn sigterm_restores_the_terminal() {
        let home = Home::new();
        let mut terminal = on_screen(&home);
        Command::new("kill").args(["-TERM", &terminal.process().to_string()]).status().unwrap();
        terminal.wait();
        assert!(terminal.is_restored());
    }

    #[test]
    fn a_closed_terminal_ends_the_program_and_keeps_the_draft() {
        let home = Home::new();
        let mut terminal = home.start(&[], &[], (80, 24));
        terminal.wait_for("Active");
        terminal.type_text("i");
        terminal.wait_for("Send invitation");
        terminal.type_text("half.typed@exa");
        terminal.wait_for("half.typed@exa");
        terminal.hang_up();
        terminal.wait();
        let mut again = home.start(&[], &[], (80, 24));
        again.wait_for("Active");
        again.type_text("i");
        again.wait_for("half.typed@exa");
    }

    #[test]
    fn two_programs_at_once_keep_a_draft_each() {
        let home = Home::new();
        let with_form = |shown: &str| {
            let mut terminal = home.start(&[], &[], (80, 24));
            terminal.wait_for("Active");
            terminal.type_text("i");
            terminal.wait_for(shown);
            terminal
        };
        let mut both = [with_form("Send invitation"), with_form("Send invitation")];
        for (terminal, email) in both.iter_mut().zip(["ann@exa", "bo@exa"]) {
            terminal.type_text(email);
            terminal.wait_for(email);
        }
        // What is taken out of the one leaves the other's alone.
        both[1].type_text("\x15");
        both[1].wait_until("an empty form", |screen| !screen.contains("bo@exa"));
        both[1].type_text("cy@exa");
        both[1].wait_for("cy@exa");
        for terminal in &mut both {
            terminal.hang_up();
            terminal.wait();
        }
        let _again = [with_form("ann@exa"), with_form("cy@exa")];
    }

    #[test]
    fn a_draft_that_can_not_be_read_is_told_on_the_screen() {
        let home = Home::new();
        let mut first = home.start(&[], &[], (80, 24));
        first.wait_for("Active");
        first.hang_up();
        first.wait();
        let lock = fs::read_dir(home.path("data/drafts")).unwrap().next().unwrap().unwrap().path();
        fs::write(lock.with_extension("json"), "{\"version\":0}").unwrap();
        home.start(&[], &[], (80, 24)).wait_for("the unfinished invitation can't be read; it is now");
        assert!(lock.with_extension("unreadable.1").exists());
    }

    #[test]
    fn a_key_that_comes_with_a_resize_is_not_lost() {
        let home = Home::new();
        let mut terminal = on_screen(&home);
        for round in 0..10 {
            terminal.resize(100 + round, 30);
            terminal.type_text("?");
            terminal.wait_for("Keys: Users");
            terminal.resize(80 + round, 24);
            terminal.type_text("\x1b");
            terminal.wait_until("no help", |screen| !screen.contains("Keys: Users"));
        }
    }

    #[test]
    fn an_escape_sequence_in_pieces_is_one_key() {
        let home = Home::new();
        let mut terminal = on_screen(&home);
        let before = terminal.wait_for("Active");
        for piece in ["\x1b", "[", "B"] {
            terminal.type_text(piece);
        }
        terminal.wait_until("the next row", |screen| screen != before);
        assert!(!terminal.screen().contains("quit"), "no letter of the sequence was taken for a command");
    }

    #[test]
    fn a_screen_too_small_says_so_and_comes_back() {
        let home = Home::new();
        let terminal = on_screen(&home);
        terminal.resize(19, 4);
        terminal.wait_until("a terminal too small", |screen| screen.contains("least 20x5"));
        terminal.resize(80, 24);
        terminal.wait_for("Active");
    }
}
