//! What was measured, beside what it should be.

use serde_json::{Value, json};

use super::markdown;

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    Below(f64),
}

impl Goal {
    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
            Self::Below(most) => figure < most,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!(">= {}", shown(least)),
            Self::AtMost(most) => format!("<= {}", shown(most)),
            Self::Below(most) => format!("< {}", shown(most)),
        }
    }
}

#[derive(Debug)]
struct Figure {
    what: &'static str,
    measured: f64,
    /// The same of the bare server.
    bare: Option<f64>,
    goal: Option<Goal>,
}

impl Figure {
    fn cells(&self) -> [String; 5] {
        let holds = self.goal.map(|goal| goal.holds(self.measured));
        let holds = match holds {
            None => "",
            Some(true) => "holds",
            Some(false) => "MISSED",
        };
        [
            self.what.to_owned(),
            shown(self.measured),
            self.bare.map(shown).unwrap_or_default(),
            self.goal.map(Goal::text).unwrap_or_default(),
            holds.to_owned(),
        ]
    }
}

/// All figures of a run, and what stands beside them.
#[derive(Debug)]
pub(super) struct Figures(Vec<Figure>, &'static str);

impl Default for Figures {
    fn default() -> Self {
        Self::beside("bare hyper")
    }
}

impl Figures {
    pub(super) const fn beside(bare: &'static str) -> Self {
        Self(Vec::new(), bare)
    }

    pub(super) fn add(
        &mut self,
        what: &'static str,
        measured: f64,
        bare: Option<f64>,
        goal: Option<Goal>,
    ) {
        self.0.push(Figure {
            what,
            measured,
            bare,
            goal,
        });
    }

    /// Those whose goals do not hold, each with both.
    pub(super) fn missed(&self) -> Vec<String> {
        let figures = self.0.iter();
        figures
            .filter_map(|figure| {
                let goal = figure.goal.filter(|goal| !goal.holds(figure.measured))?;
                let (measured, goal) = (shown(figure.measured), goal.text());
                Some(format!("{}: {measured}, not {goal}", figure.what))
            })
            .collect()
    }

    /// An error that names those whose goals do not hold.
    pub(super) fn ensure_held(&self) -> anyhow::Result<()> {
        let missed = self.missed();
        anyhow::ensure!(
            missed.is_empty(),
            "goals do not hold:\n  {}",
            missed.join("\n  ")
        );
        Ok(())
    }

    /// In Markdown.
    pub(super) fn table(&self) -> String {
        let bare = self.0.iter().any(|figure| figure.bare.is_some());
        let rows: Vec<[String; 5]> = self.0.iter().map(Figure::cells).collect();
        if bare {
            return markdown::table(["", "measured", self.1, "goal", ""], &rows);
        }
        let rows: Vec<[String; 4]> = rows
            .into_iter()
            .map(|[what, measured, _, goal, holds]| [what, measured, goal, holds])
            .collect();
        markdown::table(["", "measured", "goal", ""], &rows)
    }

    pub(super) fn json(&self) -> Value {
        let figures = self.0.iter().map(|figure| {
            json!({
                "what": figure.what,
                "measured": figure.measured,
                "bare": figure.bare,
                "goal": figure.goal.map(Goal::text),
                "holds": figure.goal.map(|goal| goal.holds(figure.measured)),
            })
        });
        json!({ "figures": figures.collect::<Vec<_>>() })
    }
}

/// Three digits that matter, or all before the point.
pub(super) fn shown(figure: f64) -> String {
    match figure.abs() {
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// The middle one; of an even number, the upper of the two.
pub(super) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Figures, Goal, median};

    #[test]
    fn a_missed_goal_is_named_with_what_was_measured() {
        let mut figures = Figures::default();
        figures.add("fast, 1/s", 99.0, Some(150.0), Some(Goal::AtLeast(100.0)));
        figures.add("small, MB", 10.0, None, Some(Goal::Below(10.1)));
        figures.add("just so", 1.0, None, None);
        assert_eq!(figures.missed(), ["fast, 1/s: 99.0, not >= 100"]);
        let table = figures.table();
        assert!(
            table.contains("MISSED") && table.contains("holds"),
            "{table}"
        );
        assert_eq!(figures.json()["figures"][0]["holds"], false);
    }

    #[test]
    fn the_bare_column_is_there_if_something_is_in_it() {
        let mut figures = Figures::default();
        figures.add("calls", 1.0, None, Some(Goal::AtMost(1.0)));
        assert_eq!(figures.missed(), [""; 0]);
        assert!(!figures.table().contains("bare hyper"));
        figures.add("fast", 1.0, Some(2.0), None);
        assert!(figures.table().contains("bare hyper"));
    }

    #[test]
    fn what_could_not_be_measured_misses_its_goal() {
        let mut figures = Figures::default();
        figures.add("nothing", median([]), None, Some(Goal::Below(1.0)));
        assert_eq!(figures.missed().len(), 1);
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
    }
}
