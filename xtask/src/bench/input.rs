//! The file of people that is measured with.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::{people, sandbox};

/// What to measure with.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) zd: PathBuf,
    pub(super) file: PathBuf,
    /// Where files may be left while it is measured.
    pub(super) directory: PathBuf,
    /// Whether the file was made here and goes when all is measured.
    made: bool,
}

impl Drop for Settings {
    fn drop(&mut self) {
        if self.made {
            // What cannot be removed lies in a directory of temporary files.
            let _removed = std::fs::remove_file(&self.file);
            let _removed = std::fs::remove_file(self.file.with_extension("errors.csv"));
        }
    }
}

/// Reads the words of the command, makes the file and builds the program, each unless it is given. `errors`: the share of
/// rows that are made wrong.
pub(super) fn prepare(
    words: &[String],
    rows: u64,
    errors: Option<&str>,
) -> anyhow::Result<Settings> {
    let (mut rows, mut seed) = (rows.to_string(), "1".to_owned());
    let (mut file, mut zd, mut directory) = (None, None, std::env::temp_dir());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words
            .next()
            .with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--rows" => rows.clone_from(value),
            "--seed" => seed.clone_from(value),
            "--file" => file = Some(PathBuf::from(value)),
            "--dir" => directory = PathBuf::from(value),
            "--zd" => zd = Some(PathBuf::from(value)),
            other => bail!("unknown option {other}; {}", super::USAGE),
        }
    }
    let zd = zd.map_or_else(|| sandbox::build("release"), Ok)?;
    let made = file.is_none();
    let file = file.unwrap_or_else(|| {
        let name = format!("zd-bench-{}.csv", std::process::id());
        directory.join(name)
    });
    let settings = Settings {
        zd,
        file,
        directory,
        made,
    };
    if made {
        let out = settings.file.display().to_string();
        let mut arguments = vec!["--rows", &rows, "--seed", &seed, "--out", &out];
        arguments.extend(errors.into_iter().flat_map(|errors| ["--errors", errors]));
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        people::run(&arguments)?;
    }
    Ok(settings)
}
