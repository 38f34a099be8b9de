//! A batch of ten thousand, with the server killed in the middle and started again: every user has
//! exactly one result, and was changed exactly as often.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![expect(clippy::disallowed_methods, reason = "a real program is waited for in real time")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;

use database::Database;

const BINARY: &str = env!("CARGO_BIN_EXE_admit");
const USERS: u64 = 10_000;

/// Runs `admit` to its end; what it printed.
fn admit(home: &Path, arguments: &[&str]) -> String {
    let output = command(home, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments).env("HOME", home).env("ADMIT_DATA_DIR", home.join("data"));
    command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_STATE_HOME", home.join("state"));
    command
}

/// A server process and where it listens.
fn serve(home: &Path, database: &str) -> (Child, String) {
    let mails = home.join("mail").display().to_string();
    let secret = home.join("secret").display().to_string();
    let arguments = [
        &["serve", "--database", database, "--mail-dir", &mails][..],
        &["--listen", "127.0.0.1:0", "--secret-file", &secret],
    ]
    .concat();
    let mut server = command(home, &arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.contains("http://")).unwrap();
    let address = line.split("http://").nth(1).unwrap().split([' ', '/', ',']).next().unwrap().to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    (server, format!("http://{address}/api/v1/workspaces/academy"))
}

struct Caller {
    http: reqwest::Client,
    token: String,
}

impl Caller {
    async fn read(&self, url: &str) -> Value {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let answer = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn post(&self, url: &str, key: &str, body: &Value) -> Value {
        let request = self.http.post(url).bearer_auth(&self.token).header("Idempotency-Key", key).json(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }
}

async fn number(database: &Database, sql: &str, job: &str) -> u64 {
    let rows = database.numbers(sql, values![job]).await.pop().unwrap();
    u64::try_from(rows).unwrap()
}

#[tokio::test]
async fn a_server_killed_in_mid_batch_goes_on_and_changes_everybody_once() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let kept = Database::make(home).await;
    let database = kept.url();
    admit(home, &["seed", "--database", &database, "--users", &USERS.to_string(), "--seed", "5"]);
    let token = admit(home, &["token", "create", "--database", &database, "--email", "admin@example.org"]);
    let caller = Caller { http: reqwest::Client::builder().no_proxy().build().unwrap(), token };

    let (mut server, base) = serve(home, &database);
    let courses = caller.read(&format!("{base}/courses?limit=1")).await;
    let everybody = caller.read(&format!("{base}/users/counts")).await["total"].as_u64().unwrap();
    let body = json!({ "change": { "action": "enrol", "courses": [courses["items"][0]["id"]] },
        "target": { "matching": { "filter": {} } }, "expected": everybody });
    let job = caller.post(&format!("{base}/jobs"), "batch", &body).await;
    let job = job["id"].as_str().unwrap().to_owned();
    let settled = |job: &Value| -> u64 {
        ["done", "unchanged", "refused"].iter().map(|name| job[*name].as_u64().unwrap()).sum()
    };
    loop {
        let now = caller.read(&format!("{base}/jobs/{job}")).await;
        assert_eq!(now["state"], "running", "the batch is over before the server could be killed");
        if settled(&now) > everybody / 10 {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();

    let (mut server, base) = serve(home, &database);
    // Asked again under the same key it is the same job.
    assert_eq!(caller.post(&format!("{base}/jobs"), "batch", &body).await["id"], job.as_str());
    let over = loop {
        let now = caller.read(&format!("{base}/jobs/{job}")).await;
        if now["state"] == "finished" {
            break now;
        }
        assert_eq!(now["state"], "running");
    };
    server.kill().unwrap();
    server.wait().unwrap();

    assert_eq!((settled(&over), over["total"].as_u64().unwrap()), (everybody, everybody));
    let without = "SELECT COUNT(*) FROM job_users WHERE job_id = ? AND result IS NULL";
    assert_eq!(number(&kept, without, &job).await, 0);
    let done = "SELECT COUNT(*) FROM job_users WHERE job_id = ? AND result = 'done'";
    let done = number(&kept, done, &job).await;
    assert_eq!(done, over["done"].as_u64().unwrap());
    let recorded = "SELECT COUNT(*) FROM audit WHERE change_id = ?";
    assert_eq!(number(&kept, recorded, &job).await, done, "one entry of the record for each");
    let users = "SELECT COUNT(DISTINCT user_id) FROM audit WHERE change_id = ?";
    assert_eq!(number(&kept, users, &job).await, done, "of another user each");
    assert_eq!(over["tally"]["enrolled"].as_u64().unwrap(), done);
}
