//! Rules of the house that no compiler knows.

mod layers;
mod sources;

use std::path::Path;

use anyhow::bail;

use crate::workspace;

/// `tidy`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask tidy");
    }
    let mut complaints = layers::complaints(&workspace::metadata()?);
    let root = workspace::root();
    let places = [root.join("crates"), root.join("xtask"), root.join("docs")];
    let mut checked = 0_usize;
    for extension in ["rs", "md"] {
        for file in workspace::files(&places, extension)? {
            let name = file.strip_prefix(&root).unwrap_or(&file);
            let text = std::fs::read_to_string(&file)?;
            let mut found = sources::complaints(&text, extension, is_library(name));
            if extension == "rs" && name.starts_with("crates/zd-sandbox/src") {
                found.extend(layers::borrowed_records(&text));
            }
            complaints.extend(
                found
                    .into_iter()
                    .map(|(line, what)| format!("{}:{line}: {what}", name.display())),
            );
            checked += 1;
        }
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    if !complaints.is_empty() {
        bail!("{} complaints", complaints.len());
    }
    println!("tidy: layers and {checked} files are as they should be");
    Ok(())
}

/// Whether a file is part of a library's interface rather than of its tests or of a command.
fn is_library(file: &Path) -> bool {
    let mut parts = file.iter().filter_map(|part| part.to_str());
    parts.next() == Some("crates") && parts.next() != Some("zd-cli") && parts.next() == Some("src")
}
