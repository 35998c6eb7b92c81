//! Bars on a logarithmic scale, for figures that lie far apart.

use super::paper::{Anchor, COLOURS, GRID, LETTER, Paper, width_of};
use super::scale::label;

const WIDTH: f64 = 760.0;
const TOP: f64 = 44.0;
const BAR: f64 = 24.0;
const ROW: f64 = 36.0;
/// For a figure behind the longest bar.
const FIGURE: f64 = 84.0;

/// Horizontal bars, in the order in which they are added. The first stands out.
#[derive(Debug)]
#[must_use = "nothing is drawn before `svg`"]
pub(crate) struct Bars {
    title: String,
    unit: String,
    bars: Vec<(String, f64)>,
}

impl Bars {
    pub(crate) fn new(title: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            unit: unit.into(),
            bars: Vec::new(),
        }
    }

    /// A figure above 0; others are left out.
    pub(crate) fn bar(mut self, name: impl Into<String>, figure: f64) -> Self {
        if figure.is_finite() && figure > 0.0 {
            self.bars.push((name.into(), figure));
        }
        self
    }

    pub(crate) fn svg(self) -> String {
        let bottom = TOP + ROW * self.bars.len() as f64;
        let mut paper = Paper::new(WIDTH, bottom + 52.0, &self.title);
        let names = self.bars.iter().map(|(name, _)| width_of(name));
        let left = 28.0 + names.fold(0.0, f64::max);
        let right = WIDTH - FIGURE;

        // From the power of ten below the least to the one above the most.
        let least = self.bars.iter().map(|bar| bar.1).fold(f64::MAX, f64::min);
        let most = self.bars.iter().map(|bar| bar.1).fold(0.0, f64::max);
        let (first, last) = if self.bars.is_empty() {
            (0.0, 1.0)
        } else {
            let first = least.log10().floor();
            // A bar that ends where the scale begins could not be seen.
            let first = if least.log10() - first < 0.05 {
                first - 1.0
            } else {
                first
            };
            (first, most.log10().ceil().max(first + 1.0))
        };
        let place = |power: f64| left + (power - first) / (last - first) * (right - left);
        let mut power = first;
        while power <= last {
            let x = place(power);
            paper.line((x, TOP), (x, bottom), &format!("stroke=\"{GRID}\""));
            paper.text(x, bottom + 18.0, Anchor::Middle, &label(10_f64.powf(power)));
            power += 1.0;
        }
        let about = format!("{}, logarithmic scale", self.unit);
        paper.text(
            f64::midpoint(left, right),
            bottom + 40.0,
            Anchor::Middle,
            &about,
        );

        for (number, (name, figure)) in self.bars.iter().enumerate() {
            let y = TOP + ROW * number as f64 + (ROW - BAR) / 2.0;
            let base = y + BAR / 2.0 + LETTER * 0.36;
            let end = place(figure.log10());
            let colour = if number == 0 { COLOURS[0] } else { "#8c959f" };
            paper.text(left - 10.0, base, Anchor::End, name);
            paper.rect((left, y), (end - left, BAR), colour);
            paper.text(end + 8.0, base, Anchor::Start, &label(*figure));
        }
        paper.svg()
    }
}
