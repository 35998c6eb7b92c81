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
    /// Those of the input that stood on the command line.
    pub(crate) typed_input: Vec<String>,
}

/// Of two flags that exclude each other the one that is typed last counts, also over one that a run was begun with.
const EXCLUSIVE: [&str; 2] = ["--deadline=", "--max-duration="];
/// What is about the files of one run and must not be written by another, or about the form of its input.
const OF_ONE_RUN: [&str; 5] = [
    "--outcomes=",
    "--success-file=",
    "--unprocessed-file=",
    "--input-format=json",
    "--encoding=",
];

/// The flags of a run that goes on, with those that are typed now.
pub(crate) fn resumed(recorded: &[String], typed: &Words) -> Vec<String> {
    let is_limit = |word: &&String| EXCLUSIVE.iter().any(|flag| word.starts_with(flag));
    let limited = typed.others.iter().any(|word| is_limit(&word));
    let kept = recorded.iter().filter(|word| !(limited && is_limit(word)));
    kept.chain(&typed.others).cloned().collect()
}

/// The flags of a run for another one, of its failed rows. Those are JSON Lines if they were an array, and UTF-8.
pub(crate) fn for_failed_rows(recorded: &[String]) -> Vec<String> {
    let of_one = |word: &&String| {
        OF_ONE_RUN.iter().any(|flag| match flag.strip_suffix('=') {
            Some(_) => word.starts_with(flag),
            None => word.as_str() == *flag,
        })
    };
    recorded
        .iter()
        .filter(|word| !of_one(word))
        .cloned()
        .collect()
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
        if is_input && given.value_source(id) == Some(ValueSource::CommandLine) {
            words.typed_input.push(format!("--{long}"));
        }
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
    fn a_limit_that_is_typed_takes_the_place_of_one_that_was_recorded() {
        let typed = words(&["--resume", "--max-duration=1h"]);
        let recorded = ["--deadline=17:30".to_owned(), "--max-jobs=3".to_owned()];
        assert_eq!(
            super::resumed(&recorded, &typed),
            ["--max-jobs=3", "--max-duration=1h"]
        );
    }

    #[test]
    fn failed_rows_do_not_inherit_the_files_of_the_run() {
        let recorded = [
            "--outcomes=/x",
            "--input-format=json",
            "--input-format=jsonl",
            "--match=email",
        ];
        let recorded = recorded.map(str::to_owned);
        assert_eq!(
            super::for_failed_rows(&recorded),
            ["--input-format=jsonl", "--match=email"]
        );
    }

    #[test]
    fn paths_are_absolute() {
        let told = words(&["people.csv", "--success-file", "ok.csv"]);
        let (flag, path) = told.others[0].split_once('=').unwrap();
        assert_eq!(flag, "--success-file");
        assert!(std::path::Path::new(path).is_absolute() && path.ends_with("ok.csv"));
    }
}
