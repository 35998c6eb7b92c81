//! Everything that must hold before a change is taken, one step after the other, the first failure being the last.

use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use crate::{coverage, recorded, replay, tidy, workspace};

/// Recorded traffic lies beside the project, where there is any: it is not the project's to give away.
const RECORDED: &str = "../shared/reference/recorded";

/// The vendor's document, likewise.
const OPENAPI: &str = "../shared/reference/openapi/support-api-2026-07.yaml";

/// What the README's test command begins with.
const TEST_COMMAND: &str = "cargo test --workspace";

/// What a step does.
enum Action {
    /// Runs cargo with these arguments.
    Cargo(Vec<String>),
    /// As `Cargo`, with rustdoc's warnings as errors.
    Doc(Vec<String>),
    /// Runs a chore of this program.
    Chore(fn() -> anyhow::Result<()>),
}

/// A step, its name and the command that runs it alone.
struct Step {
    name: &'static str,
    command: String,
    action: Action,
}

/// `ci`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    ensure!(arguments.is_empty(), "usage: cargo xtask ci");
    let readme = std::fs::read_to_string(workspace::root().join("README.md"))
        .context("cannot read README.md, which says how to run the tests")?;
    let test_command = test_command(&readme).with_context(|| {
        format!("README.md has no line with the command `{TEST_COMMAND}`, so nobody is told how to run the tests")
    })?;
    let clock = Stopwatch::start();
    for step in steps(test_command) {
        println!("\n=== {}: {}", step.name, step.command);
        let step_clock = Stopwatch::start();
        let result = perform(&step.action);
        println!("=== {}: {}", step.name, step_clock.reading());
        if let Err(error) = result {
            bail!(
                "stopped at `{}`: {error:#}\nto run this step again: {}",
                step.name,
                step.command
            );
        }
    }
    println!("\n=== ci: all steps passed, {}", clock.reading());
    Ok(())
}

fn steps(test_command: &str) -> Vec<Step> {
    vec![
        cargo("format", "cargo fmt --all --check"),
        cargo(
            "clippy",
            "cargo clippy --workspace --all-targets -- -D warnings",
        ),
        cargo(
            "clippy, transport without features",
            "cargo clippy -p zd-transport --no-default-features -- -D warnings",
        ),
        cargo(
            "clippy, users without features",
            "cargo clippy -p zd-users --no-default-features -- -D warnings",
        ),
        Step {
            name: "docs",
            command: "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps".to_owned(),
            action: Action::Doc(words("doc --workspace --no-deps")),
        },
        Step {
            name: "tidy",
            command: "cargo xtask tidy".to_owned(),
            action: Action::Chore(|| tidy::run(&[])),
        },
        cargo("tests, as the README says", test_command),
        Step {
            name: "recorded",
            command: format!("cargo xtask recorded {RECORDED}"),
            action: Action::Chore(recorded_if_there),
        },
        Step {
            name: "replay",
            command: format!("cargo xtask replay {RECORDED}"),
            action: Action::Chore(replay_if_there),
        },
        Step {
            name: "coverage",
            command: format!("cargo xtask coverage --openapi {OPENAPI}"),
            action: Action::Chore(coverage_if_there),
        },
    ]
}

fn cargo(name: &'static str, command: &str) -> Step {
    let arguments = command.strip_prefix("cargo ").unwrap_or(command);
    Step {
        name,
        command: command.to_owned(),
        action: Action::Cargo(words(arguments)),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn perform(action: &Action) -> anyhow::Result<()> {
    match action {
        Action::Cargo(arguments) => succeed(workspace::cargo().args(arguments)),
        Action::Doc(arguments) => succeed(
            workspace::cargo()
                .args(arguments)
                .env("RUSTDOCFLAGS", "-D warnings"),
        ),
        Action::Chore(chore) => chore(),
    }
}

/// Runs a command to a good end; its output goes where ours goes, and nothing is read from the terminal.
fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .stdin(Stdio::null())
        // Snapshots are compared here, never rewritten.
        .env("INSTA_UPDATE", "no")
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

fn replay_if_there() -> anyhow::Result<()> {
    let folder = workspace::root().join(RECORDED);
    if folder.is_dir() {
        replay::run(&[folder.display().to_string()])
    } else {
        println!("skipped: {} is not there", folder.display());
        Ok(())
    }
}

fn recorded_if_there() -> anyhow::Result<()> {
    let folder = workspace::root().join(RECORDED);
    if folder.is_dir() {
        recorded::check(&folder)
    } else {
        println!("nothing to compare: there is no {RECORDED} here");
        Ok(())
    }
}

fn coverage_if_there() -> anyhow::Result<()> {
    let file = workspace::root().join(OPENAPI);
    if file.is_file() {
        coverage::check(&file)
    } else {
        println!("nothing to compare: there is no {OPENAPI} here");
        Ok(())
    }
}

/// The README's own line, as it stands there without a prompt.
fn test_command(readme: &str) -> Option<&str> {
    readme
        .lines()
        .map(|line| line.trim().trim_start_matches("$ "))
        .find(|line| line.starts_with(TEST_COMMAND))
}

/// Time since it was started.
struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a step took is read by people; nothing is decided by it"
    )]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn reading(&self) -> String {
        format!("{:.1} s", self.0.elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, steps, test_command};

    #[test]
    fn the_test_command_is_the_readmes_own_line() {
        let readme =
            "Run `cargo test --workspace`:\n\n```console\n$ cargo test --workspace --quiet\n```\n";
        assert_eq!(test_command(readme), Some("cargo test --workspace --quiet"));
        assert_eq!(
            test_command("    cargo test --workspace"),
            Some("cargo test --workspace")
        );
        assert_eq!(test_command("cargo test"), None);
        let steps = steps("cargo test --workspace --quiet");
        assert!(steps.iter().any(|step| matches!(&step.action, Action::Cargo(arguments) if arguments == &["test", "--workspace", "--quiet"])));
    }
}
