//! The next command, as the user would type it.

use crate::context::Context;
use crate::curl;
use crate::runs::Settings;

/// The command that imports a file as this one did.
pub(in crate::commands) fn again(settings: &Settings, context: &Context, file: &str) -> String {
    let mut words = vec!["zd".to_owned(), "import".to_owned(), curl::quote(file)];
    if context.global.sandbox {
        words.push("--sandbox".to_owned());
    }
    let kept = |flag: &&String| !NOT_AGAIN.iter().any(|name| flag.starts_with(name));
    let flags = settings.flags.iter().filter(kept);
    words.extend(flags.map(|flag| curl::quote(flag)));
    words.join(" ")
}

/// What is about the files of the run itself, or about how far it may go.
const NOT_AGAIN: [&str; 7] = [
    "--outcomes=",
    "--success-file=",
    "--unprocessed-file=",
    "--max-duration=",
    "--deadline=",
    "--max-jobs=",
    "--attempt-timeout=",
];
