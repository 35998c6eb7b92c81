//! The examples of `docs/sandbox.md`, run as they stand there.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use super::install;
use crate::sandbox::Sandbox;
use crate::workspace;

/// A language: the name of its code blocks, a file for them, and what runs that file.
struct Language {
    block: &'static str,
    file: &'static str,
    command: fn(&Path) -> anyhow::Result<Option<Command>>,
}

const LANGUAGES: [Language; 3] = [
    Language {
        block: "python",
        file: "guide.py",
        command: |folder| install::zenpy(folder).map(Some),
    },
    Language {
        block: "js",
        file: "guide.js",
        command: |folder| install::node_zendesk(folder).map(Some),
    },
    Language {
        block: "ruby",
        file: "guide.rb",
        command: |_| {
            let ruby = Command::new("ruby").arg("--version").output();
            Ok(ruby.is_ok().then(|| Command::new("ruby")))
        },
    },
];

/// Runs each example against a sandbox of its own; how many there were.
pub(super) fn run(zd: &Path) -> anyhow::Result<()> {
    let folder = workspace::root().join("target/peers");
    let page = std::fs::read_to_string(workspace::root().join("docs/sandbox.md"))?;
    println!("guide:");
    for Language {
        block,
        file,
        command,
    } in LANGUAGES
    {
        let code =
            block_of(&page, block).with_context(|| format!("docs/sandbox.md has no {block}"))?;
        let Some(mut command) = command(&folder)? else {
            println!("  {block:<36} skipped: there is no {block} on this machine");
            continue;
        };
        let path = folder.join(file);
        std::fs::write(&path, code)?;
        let sandbox = Sandbox::start(zd, &["--seed", "7"])?;
        let output = command
            .arg(&path)
            .env("ZD_BASE_URL", &sandbox.url)
            .env("ZD_OAUTH_TOKEN", zd_sandbox::OAUTH_TOKEN)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {file}"))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "{block}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        ensure!(
            said.contains("no answer") && said.contains("created"),
            "{block} says only: {said}"
        );
        println!("  {block:<36} ok");
    }
    Ok(())
}

/// The code in the first block of a language.
fn block_of<'a>(page: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("```{language}\n"))?;
    rest.split_once("```").map(|(code, _)| code)
}
