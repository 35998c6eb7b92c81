//! What a file or standard input holds, for flags that take one.

use std::io::Read as _;

use crate::failure::Failure;

/// What `-` means.
const STDIN: &str = "standard input";

/// How to call a source in messages.
pub(super) fn name(source: &str) -> &str {
    if source == "-" { STDIN } else { source }
}

/// All bytes of a file, or of standard input (`-`), up to so many mebibytes; `fix` says what to do about more.
pub(super) fn read(source: &str, mebibytes: u64, fix: &str) -> Result<Vec<u8>, Failure> {
    let (name, most) = (name(source), mebibytes << 20);
    let mut bytes = Vec::new();
    let read = if source == "-" {
        let stdin = std::io::stdin();
        stdin.lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(source).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::file(name, "read", &error))?;
    if bytes.len() as u64 > most {
        return Err(
            Failure::usage(format!("{name} is larger than {mebibytes} MiB"))
                .at("file", name)
                .fix(fix),
        );
    }
    Ok(bytes)
}
