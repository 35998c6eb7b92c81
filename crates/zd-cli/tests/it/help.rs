//! The help, as it is documented under docs/cli.

use std::path::PathBuf;

use crate::process::Zd;

/// The pages, and the commands that print them.
const PAGES: [(&str, &[&str]); 14] = [
    ("zd", &[]),
    ("zd-import", &["import"]),
    ("zd-check", &["check"]),
    ("zd-user", &["user"]),
    ("zd-user-upsert", &["user", "upsert"]),
    ("zd-user-get", &["user", "get"]),
    ("zd-user-search", &["user", "search"]),
    ("zd-job", &["job"]),
    ("zd-job-list", &["job", "list"]),
    ("zd-job-get", &["job", "get"]),
    ("zd-job-wait", &["job", "wait"]),
    ("zd-sandbox", &["sandbox"]),
    ("zd-sandbox-start", &["sandbox", "start"]),
    ("zd-explain", &["explain"]),
];

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli")
}

/// Set `ZD_UPDATE_DOCS=1` to write the pages instead of comparing them.
fn compare(name: &str, text: &str) {
    let path = docs().join(name);
    if std::env::var_os("ZD_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(docs()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let documented = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        documented == text,
        "docs/cli/{name} is not what the command prints; run  ZD_UPDATE_DOCS=1 cargo test -p zd-cli help\n{text}"
    );
}

#[test]
fn the_documented_help_is_what_is_printed() {
    let zd = Zd::new();
    for (page, command) in PAGES {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let ran = zd.run(&arguments).code(0);
        assert_eq!(ran.stderr, "");
        compare(&format!("{page}.txt"), &ran.stdout);
    }
}

#[test]
fn the_documented_codes_are_what_is_explained() {
    let ran = Zd::new().run(&["explain", "--json"]).code(0);
    let mut text =
        String::from("# Error codes\n\nPrinted by `zd explain --json`; compared by a test.\n");
    for code in ran.json().as_array().unwrap() {
        let field = |name: &str| code[name].as_str().unwrap();
        text.push_str(&format!(
            "\n## {} {}\n\nExit {}, name `{}`.\n\n{}\n\nFix: {}.\n",
            field("code"),
            field("title"),
            code["exit"],
            field("name"),
            field("explanation"),
            field("fix")
        ));
    }
    compare("errors.md", &text);
}

#[test]
fn no_line_of_the_help_is_wider_than_a_terminal() {
    for (_, command) in PAGES {
        for flag in ["-h", "--help"] {
            let mut arguments = command.to_vec();
            arguments.push(flag);
            for line in Zd::new().run(&arguments).code(0).stdout.lines() {
                assert!(line.chars().count() <= 100, "{arguments:?}: {line}");
            }
        }
    }
}

#[test]
fn what_is_not_built_is_not_in_the_help() {
    let help = Zd::new().run(&["--help"]).code(0);
    for later in ["auth", "resume", "verify", "doctor", "limits", "map"] {
        assert!(!help.stdout.contains(&format!("\n  {later} ")), "{later}");
    }
    assert_eq!(Zd::new().run(&["help"]).code(0).stdout, help.stdout);
    Zd::new()
        .run(&["auth"])
        .code(2)
        .err("error[ZD1001]: unrecognized subcommand 'auth'");
}

#[test]
fn a_code_is_explained_offline() {
    let zd = Zd::new();
    zd.run(&["explain", "zd2007"])
        .code(0)
        .out("ZD2007")
        .out("exit: 7");
    zd.run(&["explain"])
        .code(0)
        .out("ZD2007\t7\tbulk_import_off\t");
    zd.run(&["explain", "ZD0000"])
        .code(2)
        .err("error[ZD1001]: there is no code ZD0000");
    let json = zd.run(&["explain", "2007", "--json"]).code(0).json();
    assert_eq!(json["name"], "bulk_import_off");
}

#[test]
fn the_version_is_told() {
    let zd = Zd::new();
    let version = env!("CARGO_PKG_VERSION");
    zd.run(&["version"]).code(0).out(&format!("zd {version} ("));
    zd.run(&["--version"])
        .code(0)
        .out(&format!("zd {version}\n"));
    assert_eq!(
        zd.run(&["version", "--json"]).code(0).json()["version"],
        version
    );
}
