//! The help, as it is documented under docs/cli.

use std::path::PathBuf;

use crate::process::Zd;

/// Every command of the tree, as the help lists them: the words behind `zd`.
fn commands() -> Vec<Vec<String>> {
    let zd = Zd::new();
    let mut all = vec![Vec::new()];
    let mut place = 0;
    while let Some(command) = all.get(place).cloned() {
        let help = help(&zd, &command, "--help");
        let listed = help
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help");
        for name in listed {
            let mut deeper = command.clone();
            deeper.push(name.to_owned());
            all.push(deeper);
        }
        place += 1;
    }
    all
}

fn help(zd: &Zd, command: &[String], flag: &str) -> String {
    let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    arguments.push(flag);
    let ran = zd.run(&arguments).code(0);
    assert_eq!(ran.stderr, "");
    ran.stdout
}

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
    let mut pages = Vec::new();
    for command in commands() {
        let page = format!("{}.txt", [&["zd".to_owned()], &*command].concat().join("-"));
        compare(&page, &help(&zd, &command, "--help"));
        pages.push(page);
    }
    assert!(pages.len() > 90, "{pages:?}");
    for entry in std::fs::read_dir(docs()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.ends_with(".txt") || pages.contains(&name),
            "docs/cli/{name} is the help of no command"
        );
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
    let zd = Zd::new();
    for command in commands() {
        for flag in ["-h", "--help"] {
            for line in help(&zd, &command, flag).lines() {
                assert!(line.chars().count() <= 100, "{command:?}: {line}");
            }
        }
    }
}

#[test]
fn what_is_not_built_is_not_in_the_help() {
    let help = Zd::new().run(&["--help"]).code(0);
    for later in ["auth", "resume", "verify", "doctor"] {
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
