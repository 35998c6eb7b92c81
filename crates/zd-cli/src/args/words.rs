//! The flags of an import as words, to be written down and typed again.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// What says how a run goes on or where it is told, and is no part of how it was begun.
const NOT_KEPT: [&str; 6] = [
    "file",
    "resume",
    "retry_failed",
    "dry_run",
    "show",
    "failed_file",
];
/// Flags whose value is a path.
const PATHS: [&str; 4] = ["outcomes", "success_file", "unprocessed_file", "map"];

/// The flags of an import that were typed or set by the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Those that say how to read the input.
    pub(crate) input: Vec<String>,
    /// The others.
    pub(crate) others: Vec<String>,
}

impl Words {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<String> {
        self.input.iter().chain(&self.others).cloned().collect()
    }
}

/// The flags of an import; paths are absolute, so that they mean the same from anywhere.
pub(super) fn of_import(tree: &Command, matches: &ArgMatches) -> Words {
    let mut words = Words::default();
    let (Some(("import", given)), Some(command)) =
        (matches.subcommand(), tree.find_subcommand("import"))
    else {
        return words;
    };
    let base_url = (matches.value_source("base_url") == Some(ValueSource::CommandLine))
        .then(|| matches.get_one::<String>("base_url"))
        .flatten();
    if let Some(url) = base_url {
        words.others.extend(["--base-url".to_owned(), url.clone()]);
    }
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let is_given = matches!(
            given.value_source(id),
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        );
        let Some(long) = arg.get_long().filter(|_| is_given) else {
            continue;
        };
        if NOT_KEPT.contains(&id) || arg.is_global_set() {
            continue;
        }
        let is_input = arg.get_help_heading() == Some("Input");
        let into = if is_input {
            &mut words.input
        } else {
            &mut words.others
        };
        if !arg.get_action().takes_values() {
            if given.get_flag(id) {
                into.push(format!("--{long}"));
            }
            continue;
        }
        for value in given.get_raw(id).into_iter().flatten() {
            let value = value.to_string_lossy();
            let value = if PATHS.contains(&id) && value != "-" {
                absolute(&value)
            } else {
                value.into_owned()
            };
            // In one word: a value may begin with a dash.
            into.push(format!("--{long}={value}"));
        }
    }
    words
}

/// The absolute path of a file.
fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::args::{Command, parse};

    fn words(line: &[&str]) -> Words {
        let line = ["zd", "import"].iter().chain(line);
        let cli = parse(line.map(std::ffi::OsString::from)).unwrap();
        match cli.command {
            Command::Import(args) => args.typed,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_typed_is_told_again_and_means_the_same() {
        let line = [
            "people.csv",
            "--match",
            "email",
            "--null-token=-",
            "--ignore-column",
            "a,b",
            "--ignore-column=c d",
            "--max-jobs",
            "7",
            "--if-changed",
            "--outcomes",
            "-",
        ];
        let told = words(&line);
        assert_eq!(
            told.input,
            [
                "--match=email",
                "--null-token=-",
                "--ignore-column=a",
                "--ignore-column=b",
                "--ignore-column=c d"
            ]
        );
        assert_eq!(
            told.others,
            ["--max-jobs=7", "--if-changed", "--outcomes=-"]
        );
        let all = told.all();
        let again: Vec<&str> = std::iter::once("people.csv")
            .chain(all.iter().map(String::as_str))
            .collect();
        assert_eq!(words(&again), told);
    }

    #[test]
    fn what_is_typed_later_counts() {
        let told = words(&["people.csv", "--max-jobs=7", "--max-jobs=9"]);
        assert_eq!(told.others, ["--max-jobs=9"]);
        assert_eq!(words(&["--resume"]), Words::default());
    }

    #[test]
    fn paths_are_absolute() {
        let told = words(&["people.csv", "--success-file", "ok.csv"]);
        let (flag, path) = told.others[0].split_once('=').unwrap();
        assert_eq!(flag, "--success-file");
        assert!(std::path::Path::new(path).is_absolute() && path.ends_with("ok.csv"));
    }
}
