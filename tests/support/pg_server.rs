//! A PostgreSQL server of a test's own, which can be stopped and started.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tempfile::TempDir;

/// A server on loopback. It is stopped when it is dropped.
pub struct PgServer {
    pub folder: TempDir,
    pub port: u16,
    settings: Vec<String>,
    running: Option<Child>,
}

impl PgServer {
    /// Makes one; `settings` are lines of its configuration.
    pub async fn start(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = settings.iter().map(|line| (*line).to_owned()).collect();
        let mut server = Self { folder, port, settings, running: None };
        let mut made = program("initdb");
        made.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "-D"]).arg(server.data());
        assert!(made.stdout(Stdio::null()).status().unwrap().success());
        server.resume().await;
        server
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts it again, and waits until it answers.
    pub async fn resume(&mut self) {
        let mut command = program("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
        command.args(["-c", &format!("unix_socket_directories={}", self.folder.path().display())]);
        for line in &self.settings {
            command.args(["-c", line]);
        }
        self.running = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        // The line to a server that is not up yet is refused at once; it is tried until it holds.
        while PgConnection::connect(&self.url("?sslmode=disable")).await.is_err() {
            assert!(self.running.as_mut().unwrap().try_wait().unwrap().is_none(), "the server ended");
            tokio::task::yield_now().await;
        }
    }

    /// Stops it at once; lines to it break.
    pub fn stop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        let stopped =
            program("pg_ctl").args(["stop", "-m", "immediate", "-s", "-D"]).arg(self.data()).status();
        assert!(stopped.unwrap().success());
        running.wait().unwrap();
    }

    /// The address of its database, with `query` behind it.
    pub fn url(&self, query: &str) -> String {
        format!("postgres://postgres@localhost:{}/postgres{query}", self.port)
    }
}

/// A program of PostgreSQL's, which refuse to run as root.
fn program(name: &str) -> Command {
    let found =
        Command::new("pg_config").arg("--bindir").output().ok().filter(|found| found.status.success());
    let folder = match found {
        Some(found) => PathBuf::from(String::from_utf8(found.stdout).unwrap().trim()),
        None => newest(Path::new("/usr/lib/postgresql")).join("bin"),
    };
    let path = folder.join(name);
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = Command::new(if is_root { Path::new("runuser") } else { &path });
    if is_root {
        command.args(["-u", "postgres", "--"]).arg(path);
    }
    command
}

fn newest(folder: &Path) -> PathBuf {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).max().unwrap()
}

impl Drop for PgServer {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}
