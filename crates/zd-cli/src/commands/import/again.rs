//! The next command, as the user would type it.

use crate::args;
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
    let flags = args::for_failed_rows(&settings.flags);
    words.extend(flags.iter().filter(kept).map(|flag| curl::quote(flag)));
    words.join(" ")
}

/// How far the run might go.
const NOT_AGAIN: [&str; 4] = [
    "--max-duration=",
    "--deadline=",
    "--max-jobs=",
    "--attempt-timeout=",
];
