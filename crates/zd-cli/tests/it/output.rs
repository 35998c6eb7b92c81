//! Where things are written, and what happens when they cannot be.

use std::io::Read as _;
use std::process::Stdio;

use crate::process::{Zd, finish};

#[test]
fn data_and_notes_go_apart() {
    let ran = Zd::new()
        .run(&["user", "get", "ext:seed-0001", "--sandbox", "-v"])
        .code(0);
    assert!(ran.stdout.starts_with("id\t"), "{ran:?}");
    assert!(
        ran.stderr.contains("GET /api/v2/users/search 200 "),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("seed-0001"), "{ran:?}");
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let zd = Zd::new();
    for arguments in [
        vec!["explain"],
        vec!["--help"],
        vec!["user", "search", "*", "--limit", "1000", "--sandbox"],
        vec!["user", "get", "ext:seed-0001", "--sandbox", "--json"],
    ] {
        let mut child = zd.command(&arguments).spawn().unwrap();
        drop(child.stdout.take());
        let ran = finish(child).code(0);
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
}

#[test]
fn half_a_reader_is_no_error_either() {
    let mut child = Zd::new().command(&["explain", "--json"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    finish(child).code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let zd = Zd::new();
    for arguments in [vec!["explain"], vec!["--help"], vec!["version", "--json"]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let child = zd
            .command(&arguments)
            .stdout(Stdio::from(full))
            .spawn()
            .unwrap();
        finish(child)
            .code(2)
            .err("ZD1005")
            .err("no space left on device");
    }
}

#[test]
fn a_closed_stderr_is_nobodys_concern() {
    let mut child = Zd::new()
        .command(&["user", "get", "1", "--sandbox"])
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(finish(child).code, Some(3));
}

#[test]
fn colours_are_a_matter_of_choice() {
    let zd = Zd::new();
    let escape = "\u{1b}[";
    zd.run(&["explain", "ZD2007"]).code(0).never(escape);
    zd.run(&["explain", "ZD2007", "--color", "always"])
        .code(0)
        .out(escape);
    zd.run(&["user", "get", "1", "--color=always"])
        .code(4)
        .err(escape);
    zd.run(&["--nonsense", "--color=always"])
        .code(2)
        .err(escape);
    let forced = Zd::new().env("CLICOLOR_FORCE", "1");
    forced.run(&["explain", "ZD2007"]).code(0).out(escape);
    forced
        .run(&["explain", "ZD2007", "--color", "never"])
        .code(0)
        .never(escape);
    Zd::new()
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .run(&["explain", "ZD2007"])
        .code(0)
        .never(escape);
    Zd::new()
        .env("ZD_COLOR", "always")
        .run(&["explain", "ZD2007"])
        .code(0)
        .out(escape);
}

#[test]
fn bad_usage_has_a_code_too() {
    let zd = Zd::new();
    zd.run(&["import"]).code(2).err("error[ZD1001]");
    zd.run(&[]).code(2);
    let error = zd.run(&["import", "--json"]).code(2).error();
    assert_eq!(error["code"], "ZD1001");
    assert_eq!(error["exit"].to_string(), "2");
    assert_eq!(
        error["message"],
        "the following required arguments were not provided: <FILE>"
    );
    let error = zd
        .run(&["job", "wait", "1", "--timeout", "soon", "--json"])
        .code(2)
        .error();
    assert_eq!(error["name"], "usage");
}
