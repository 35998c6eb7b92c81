//! What the drivers say, and what it is worth.

use anyhow::Context as _;

use super::defects::Defect;

/// A step of a driver.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Step {
    #[serde(rename = "step")]
    pub(super) name: String,
    /// What went wrong.
    pub(super) error: Option<String>,
}

/// What a step is worth.
#[derive(Debug)]
pub(super) enum Verdict<'a> {
    Good,
    /// It fails as it is known to.
    Defect(&'a Defect),
    Failed(&'a str),
    /// It is known to fail, and does not.
    Mended(&'a Defect),
}

impl Verdict<'_> {
    pub(super) fn fails(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Mended(_))
    }
}

/// Reads a driver's output, a step a line.
pub(super) fn read(output: &str) -> anyhow::Result<Vec<Step>> {
    let lines = output.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).with_context(|| format!("no step: {line}")))
        .collect()
}

/// Judges a step by the defects that are known.
pub(super) fn judge<'a>(peer: &str, step: &'a Step, defects: &'a [Defect]) -> Verdict<'a> {
    let known = defects
        .iter()
        .find(|defect| defect.peer == peer && defect.step == step.name);
    match (&step.error, known) {
        (None, None) => Verdict::Good,
        (None, Some(defect)) => Verdict::Mended(defect),
        (Some(error), Some(defect)) if error.contains(defect.error) => Verdict::Defect(defect),
        (Some(error), _) => Verdict::Failed(error),
    }
}

/// The steps of which a defect is told and that no driver takes.
pub(super) fn idle(peer: &str, steps: &[Step], defects: &[Defect]) -> Vec<&'static str> {
    let of_peer = defects
        .iter()
        .filter(|defect| defect.peer == peer)
        .map(|defect| defect.step);
    of_peer
        .filter(|name| !steps.iter().any(|step| step.name == *name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Defect, Verdict, idle, judge, read};

    const DEFECTS: &[Defect] = &[
        Defect {
            peer: "a",
            step: "walk",
            error: "lost",
            why: "it has no map",
        },
        Defect {
            peer: "a",
            step: "fly",
            error: "fell",
            why: "it has no wings",
        },
    ];

    fn check(peer: &str, line: &str, expected: &str) {
        let steps = read(line).unwrap();
        let verdict = judge(peer, &steps[0], DEFECTS);
        let text = match verdict {
            Verdict::Good => "good".to_owned(),
            Verdict::Defect(defect) => format!("defect {}", defect.why),
            Verdict::Failed(error) => format!("failed {error}"),
            Verdict::Mended(defect) => format!("mended {}", defect.why),
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn a_defect_must_fail_in_its_own_way() {
        check("a", r#"{"step":"run","error":null}"#, "good");
        check("a", r#"{"step":"run","error":"x"}"#, "failed x");
        check(
            "a",
            r#"{"step":"walk","error":"got lost"}"#,
            "defect it has no map",
        );
        check("a", r#"{"step":"walk","error":"tired"}"#, "failed tired");
        check(
            "a",
            r#"{"step":"walk","error":null}"#,
            "mended it has no map",
        );
        check(
            "b",
            r#"{"step":"walk","error":"got lost"}"#,
            "failed got lost",
        );
    }

    #[test]
    fn defects_of_no_step_are_told() {
        let steps = read("{\"step\":\"walk\",\"error\":null}\n\n").unwrap();
        assert_eq!(idle("a", &steps, DEFECTS), ["fly"]);
        assert_eq!(idle("b", &steps, DEFECTS), [""; 0]);
    }

    #[test]
    fn other_output_is_an_error_that_shows_it() {
        assert_eq!(read("Hello").unwrap_err().to_string(), "no step: Hello");
    }
}
