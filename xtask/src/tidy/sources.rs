//! What a source file must and must not have.

/// More lines than anyone reads at one go.
const MOST_LINES: usize = 800;

/// What marks work that is not done, or a test that does not run. Put together here so that this file passes itself.
const BANNED: &[(&str, &str)] = &[
    (concat!("to", "do!("), "unfinished"),
    (concat!("unimplemen", "ted!("), "unfinished"),
    (concat!("d", "bg!("), "left over from debugging"),
    (concat!("TO", "DO"), "an issue says this better"),
    (concat!("FIX", "ME"), "an issue says this better"),
    (concat!("#[ig", "nore"), "a test that does not run"),
    (
        concat!("#[should_", "panic"),
        "assert on a value or an error instead",
    ),
];

/// A file's complaints, each with its line.
///
/// `library` says whether the file's public items are an interface that others read.
pub(crate) fn complaints(text: &str, extension: &str, library: bool) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    if extension == "rs" && lines.len() > MOST_LINES {
        found.push((
            lines.len(),
            format!("{} lines, at most {MOST_LINES}", lines.len()),
        ));
    }
    for (index, line) in lines.iter().enumerate() {
        if is_ignored_doctest(line, extension) {
            found.push((
                index + 1,
                "an example that is not run; make it run or say why with `no_run`".to_owned(),
            ));
        }
    }
    if extension == "rs" {
        found.extend(banned_words(&lines));
        if library {
            found.extend(undocumented_async(&lines));
        }
    }
    found.sort();
    found
}

fn banned_words(lines: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (word, why) in BANNED {
            if line.contains(word) {
                found.push((index + 1, format!("`{word}`: {why}")));
            }
        }
    }
    found
}

/// A fence like `` ```ignore `` or `` ```rust,ignore ``, in Markdown or in a doc comment.
fn is_ignored_doctest(line: &str, extension: &str) -> bool {
    let line = line.trim_start();
    let text = match extension {
        "rs" => line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .map(str::trim_start),
        _ => Some(line),
    };
    text.and_then(|text| text.strip_prefix("```"))
        .is_some_and(|languages| {
            languages
                .split([',', ' '])
                .any(|word| word.trim() == "ignore")
        })
}

/// Public async functions, those of public traits included, that do not say what dropping their future does.
fn undocumented_async(lines: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // The indentation of the public trait that the line is in.
    let mut in_trait: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indentation = line.len() - code.len();
        if in_trait.is_some_and(|of_trait| indentation == of_trait && code.starts_with('}')) {
            in_trait = None;
        }
        if code.starts_with("pub trait ") && !code.ends_with('}') {
            in_trait = Some(indentation);
        }
        let public = code.starts_with("pub async fn ")
            || (code.starts_with("async fn ") && in_trait.is_some());
        if public && !documented(lines.get(..index).unwrap_or_default()) {
            let name = code.split("fn ").nth(1).unwrap_or_default();
            let name = name.split(['(', '<']).next().unwrap_or_default();
            found.push((
                index + 1,
                format!("`{name}` is async and has no `# Cancel safety`"),
            ));
        }
    }
    found
}

/// Whether the comments and attributes right above have the heading.
fn documented(above: &[&str]) -> bool {
    above
        .iter()
        .rev()
        .map(|line| line.trim_start())
        // Attributes may span lines, so anything goes until what ends another item.
        .take_while(|line| {
            line.starts_with("///") || !(line.is_empty() || line.ends_with(['}', ';', '{']))
        })
        .any(|line| line.starts_with("///") && line.contains("# Cancel safety"))
}

#[cfg(test)]
mod tests {
    use super::{MOST_LINES, complaints};

    fn check(text: &str, expected: &[usize]) {
        let lines: Vec<usize> = complaints(text, "rs", true)
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn async_functions_say_what_cancelling_does() {
        check("pub async fn a() {}", &[1]);
        check(
            "/// A.\n///\n/// # Cancel safety\n///\n/// Yes.\n#[inline]\npub async fn a() {}",
            &[],
        );
        check("/// # Cancel safety\nfn b() {}\npub async fn a() {}", &[3]);
        check(
            "/// # Cancel safety\npub async fn b() {\n}\n/// A.\npub async fn a() {}",
            &[5],
        );
        check("pub(crate) async fn a() {}\nasync fn b() {}", &[]);
        check(
            "pub trait T {\n    async fn a();\n}\nimpl T for X {\n    async fn a() {}\n}",
            &[2],
        );
        check("trait T {\n    async fn a();\n}", &[]);
        assert_eq!(complaints("pub async fn a() {}", "rs", false), []);
    }

    #[test]
    fn examples_run() {
        check(
            "/// ```ignore\n//! ```rust,ignore\n// ```ignore\n/// ```no_run",
            &[1, 2],
        );
        assert_eq!(complaints("```ignore\n```", "md", false).len(), 1);
        assert_eq!(complaints("```console\n$ ignore\n```", "md", false), []);
    }

    #[test]
    fn nothing_is_left_half_done() {
        for word in super::BANNED {
            check(&format!("fn a() {{\n    {}\n}}", word.0), &[2]);
        }
        check(&"\n".repeat(MOST_LINES), &[]);
        check(&"\n".repeat(MOST_LINES + 1), &[MOST_LINES + 1]);
    }
}
