//! `zd sandbox start`.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};

use crate::process::{Zd, finish};

/// A sandbox in another process; ended with the test.
pub(crate) struct Started {
    child: Option<Child>,
    pub(crate) url: String,
    pub(crate) token: String,
    /// What it prints for a shell, to the end.
    environment: String,
}

impl Started {
    pub(crate) fn with(zd: &Zd, flags: &[&str]) -> Self {
        let mut arguments = vec!["sandbox", "start", "--port", "0"];
        arguments.extend(flags);
        let mut child = zd.command(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(&format!("export {name}="))
                .unwrap_or_else(|| panic!("{line}"))
                .to_owned()
        };
        let (url, token) = (value("ZD_BASE_URL"), value("ZD_OAUTH_TOKEN"));
        let rest = lines.next().unwrap().unwrap();
        let environment =
            format!("export ZD_BASE_URL={url}\nexport ZD_OAUTH_TOKEN={token}\n{rest}\n");
        Self {
            child: Some(child),
            url,
            token,
            environment,
        }
    }

    pub(crate) fn account(&self) -> Zd {
        Zd::new()
            .env("ZD_BASE_URL", &self.url)
            .env("ZD_OAUTH_TOKEN", &self.token)
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.as_ref().unwrap(), name);
    }

    pub(crate) fn finish(mut self) -> crate::process::Ran {
        finish(self.child.take().unwrap())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }
}

/// Sends a signal by the system's own command.
pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn its_environment_wins_over_a_real_client() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &[]);
    std::fs::write(zd.path().join("sandbox.env"), &sandbox.environment).unwrap();
    let script = format!(
        ". ./sandbox.env && '{}' user get ext:seed-0001",
        env!("CARGO_BIN_EXE_zd")
    );
    let ran = Command::new("/bin/sh")
        .args(["-c", &script])
        .current_dir(zd.path())
        .env_clear()
        .envs([("ZD_CLIENT_ID", "real"), ("ZD_CLIENT_SECRET", "secret")])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn it_serves_until_it_is_told_to_end() {
    for name in ["INT", "TERM"] {
        let zd = Zd::new();
        let sandbox = Started::with(&zd, &[]);
        assert!(sandbox.url.starts_with("http://127.0.0.1:"));
        sandbox
            .account()
            .run(&["user", "get", "ext:seed-0001"])
            .code(0)
            .out("seed-0001");
        sandbox
            .account()
            .run(&["user", "upsert", "--external-id", "x", "--name", "X"])
            .code(0)
            .out("created");
        sandbox
            .account()
            .run(&["user", "upsert", "--external-id", "X", "--name", "X"])
            .code(0)
            .out("updated");
        sandbox.signal(name);
        sandbox.finish().code(0).err("sandbox stopped");
    }
}

#[test]
fn a_wrong_token_is_not_let_in() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &[]);
    Zd::at(&sandbox.url)
        .run(&["user", "get", "ext:seed-0001"])
        .code(4)
        .err("error[ZD2003]");
}

#[test]
fn its_announcement_is_json_on_demand() {
    let zd = Zd::new();
    let mut child = zd
        .command(&["sandbox", "start", "--json", "--seed", "7"])
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(json["seed"].to_string(), "7");
    assert_eq!(json["url"], json["environment"]["ZD_BASE_URL"]);
    signal(&child, "TERM");
    finish(child).code(0);
}

#[test]
fn what_it_cannot_be_is_said() {
    let zd = Zd::new();
    zd.run(&["sandbox", "start", "--fault", "429=lots"])
        .code(2)
        .err("error[ZD1001]")
        .err("429=lots");
    zd.run(&["sandbox", "start", "--job-time", "soon"])
        .code(2)
        .err("error[ZD1001]");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    zd.run(&["sandbox", "start", "--port", &port])
        .code(2)
        .err(&format!("cannot listen on port {port}"));
}
