//! `zd sandbox start --background`.

#![cfg(unix)]

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::process::{Ran, Zd};

/// A sandbox that went into the background; ended with the test.
struct Background {
    url: String,
    pid: String,
}

impl Background {
    fn of(ran: &Ran) -> Self {
        let json = ran.json();
        Self {
            url: json["url"].as_str().unwrap().to_owned(),
            pid: json["pid"].to_string(),
        }
    }

    fn is_up(&self) -> bool {
        TcpStream::connect(self.url.trim_start_matches("http://")).is_ok()
    }

    fn signal(&self, name: &str) {
        let _gone = Command::new("kill")
            .args([&format!("-{name}"), &self.pid])
            .status();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.signal("KILL");
    }
}

#[test]
fn it_goes_on_without_the_command_that_started_it() {
    let zd = Zd::new();
    let ran = zd.run(&["sandbox", "start", "--background", "--json", "--seed", "7"]);
    let background = Background::of(&ran);
    let json = ran.code(0).json();
    assert_eq!(json["seed"].to_string(), "7");
    assert_eq!(json["environment"]["ZD_BASE_URL"], json["url"]);
    // Closing the terminal does not end it.
    background.signal("HUP");
    std::thread::sleep(Duration::from_millis(100));
    assert!(background.is_up());
    Zd::new()
        .env("ZD_BASE_URL", &background.url)
        .env("ZD_OAUTH_TOKEN", zd_sandbox::OAUTH_TOKEN)
        .run(&["user", "get", "ext:seed-0001"])
        .code(0)
        .out("seed-0001");
    background.signal("TERM");
    for _ in 0..500 {
        if !background.is_up() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not end");
}

#[test]
fn a_shell_can_source_what_it_prints() {
    let zd = Zd::new();
    let script = format!(
        "'{zd}' sandbox start --background > sandbox.env && . ./sandbox.env && \
         '{zd}' user get ext:seed-0001; '{zd}' sandbox stop",
        zd = env!("CARGO_BIN_EXE_zd")
    );
    let ran = Command::new("/bin/sh")
        .args(["-c", &script])
        .current_dir(zd.path())
        .env_clear()
        .output()
        .unwrap();
    let stderr = String::from_utf8(ran.stderr).unwrap();
    let stdout = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{stdout}{stderr}");
    assert!(stderr.contains("end it with zd sandbox stop"), "{stderr}");
    assert!(stdout.contains("seed-0001"), "{stdout}{stderr}");
    assert!(stdout.contains("stopped\thttp://127.0.0.1:"), "{stdout}");
    let environment = zd.read("sandbox.env");
    assert!(environment.starts_with("export ZD_BASE_URL=http://127.0.0.1:"));
}

#[test]
fn what_the_child_says_is_told_with_its_exit_code() {
    let zd = Zd::new();
    zd.run(&["sandbox", "start", "--background", "--fault", "429=lots"])
        .code(2)
        .err("error[ZD1001]: --fault `429=lots` at column 5")
        .never("ended before it served");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = zd
        .run(&[
            "sandbox",
            "start",
            "--background",
            "--port",
            &port,
            "--json",
        ])
        .code(2);
    assert_eq!(ran.error()["name"], "cannot_listen");
    assert_eq!(ran.stdout, "");
}
