//! `cargo xtask coverage`: which operations zd has. Without arguments it writes `docs/coverage.md` from the table of operations;
//! with the vendor's OpenAPI document it says what of it the table lacks.

mod compare;
mod page;
mod scope;

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use zd_model::operation::ALL;

use crate::openapi::Document;
use crate::workspace;

/// The page, from the workspace's root.
const PAGE: &str = "docs/coverage.md";

/// `coverage [--openapi FILE]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [] => write(),
        [option, file] if option == "--openapi" => check(Path::new(file)),
        _ => bail!("usage: cargo xtask coverage [--openapi FILE]"),
    }
}

fn write() -> anyhow::Result<()> {
    let file = workspace::root().join(PAGE);
    std::fs::write(&file, page::render(ALL))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{PAGE}: {} operations", ALL.len());
    Ok(())
}

/// Compares with the vendor's document; fails on any hole.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let document = Document::open(file)?;
    let sources = workspace::files(&[workspace::root().join("crates/zd-users/src")], "rs")?;
    let client = sources
        .iter()
        .map(std::fs::read_to_string)
        .collect::<Result<String, _>>()
        .context("cannot read the sources of zd-users")?;
    let comparison = compare::compare(&document.operations()?, ALL, &scope::SCOPE, &client);
    print!("{comparison}");
    ensure!(
        comparison.holes.is_empty(),
        "{} holes",
        comparison.holes.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use zd_model::operation::ALL;

    use super::{PAGE, page};
    use crate::workspace;

    #[test]
    fn the_page_is_that_of_the_table() {
        let written = std::fs::read_to_string(workspace::root().join(PAGE)).unwrap_or_default();
        assert!(
            written == page::render(ALL),
            "{PAGE} is not what the table of operations says; `cargo xtask coverage` writes it again"
        );
    }
}
