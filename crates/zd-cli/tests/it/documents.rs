//! The commands that the documents show are run as they stand there.

use std::path::{Path, PathBuf};

use crate::process::Zd;
use crate::sandbox::Started;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The commands of a document's console blocks, each with the exit code that a comment behind it says.
fn commands(document: &str) -> Vec<(String, i32)> {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    let mut commands = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line.trim() == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let (command, comment) = command.split_once(" # ").unwrap_or((command, ""));
            let code = comment
                .split_once("exit ")
                .and_then(|(_, rest)| {
                    rest.split(|letter: char| !letter.is_ascii_digit())
                        .next()?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            commands.push((command.trim().to_owned(), code));
        }
    }
    commands
}

/// The arguments of `zd`, however it is started.
fn arguments(command: &str) -> Option<Vec<String>> {
    let words = command
        .strip_prefix("zd ")
        .or_else(|| Some(command.strip_prefix("cargo run ")?.split_once(" -- ")?.1))?;
    let quoted = words.split('\'').enumerate().flat_map(|(place, part)| {
        if place % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    });
    // What a shell would do with the output does not concern the command.
    Some(quoted.take_while(|word| word != ">").collect())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Runs every command of the document that is one of `zd`'s, signed in to a sandbox, in a copy of what it talks about.
fn run(document: &str, expected: impl Fn(&str, i32) -> i32) {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--job-time", "0"]);
    let people = "external_id,email,name\n42,ann@example.com,Ann Lee\n43,bob@example.com,Bob\n";
    let account = sandbox
        .account()
        .file("people.csv", people)
        .file("person.json", r#"{"external_id": "42", "tags": ["vip"]}"#);
    copy(
        &root().join("docs/examples"),
        &account.path().join("docs/examples"),
    );
    let mut ran = 0;
    for (command, code) in commands(document) {
        let Some(arguments) = arguments(&command) else {
            continue;
        };
        // These two go on until they are ended, or need a job's id.
        if command.contains("sandbox start") || command.contains('…') {
            continue;
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let result = account.run(&arguments);
        assert_eq!(
            result.code,
            Some(expected(&command, code)),
            "{document}: {command}\n{result:#?}"
        );
        ran += 1;
    }
    assert!(ran > 0, "no command of zd in {document}");
}

#[test]
fn the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    run("README.md", |command, code| {
        if command.contains("--sandbox") && command.contains("docs/examples/people.csv") {
            assert!(
                readme.contains("exit code is **6**"),
                "the README says which exit code the import has"
            );
            6
        } else {
            code
        }
    });
}

#[test]
fn the_manual_does_what_it_says() {
    run("docs/cli.md", |_, code| code);
}
