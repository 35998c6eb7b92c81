//! Several series over time.

use super::paper::{Anchor, COLOURS, GRID, INK, Paper, width_of};
use super::scale::{Scale, label};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 440.0;
const RIGHT: f64 = WIDTH - 24.0;
const BOTTOM: f64 = HEIGHT - 56.0;
const LEFT_EDGE: f64 = 16.0;
const LEGEND: f64 = 50.0;
const LEGEND_LINE: f64 = 20.0;
/// A sample of a line in the legend, and the room behind a text.
const SAMPLE: f64 = 22.0;
const APART: f64 = 20.0;
/// How many marks a scale has, about.
const MARKS: usize = 6;

#[derive(Debug)]
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
    is_stepped: bool,
}

/// A chart of lines. Points that are no numbers leave gaps.
#[derive(Debug)]
#[must_use = "nothing is drawn before `svg`"]
pub(crate) struct Chart {
    title: String,
    x: String,
    y: String,
    series: Vec<Series>,
    bounds: Vec<(String, f64)>,
}

impl Chart {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x: String::new(),
            y: String::new(),
            series: Vec::new(),
            bounds: Vec::new(),
        }
    }

    /// What the horizontal axis counts.
    pub(crate) fn x(mut self, what: impl Into<String>) -> Self {
        self.x = what.into();
        self
    }

    /// What the vertical axis counts.
    pub(crate) fn y(mut self, what: impl Into<String>) -> Self {
        self.y = what.into();
        self
    }

    /// Points (x, y), joined by straight lines.
    pub(crate) fn line(self, name: impl Into<String>, points: &[(f64, f64)]) -> Self {
        self.series(name.into(), points, false)
    }

    /// Points (x, y), each of which holds until the next.
    pub(crate) fn steps(self, name: impl Into<String>, points: &[(f64, f64)]) -> Self {
        self.series(name.into(), points, true)
    }

    fn series(mut self, name: String, points: &[(f64, f64)], is_stepped: bool) -> Self {
        self.series.push(Series {
            name,
            points: points.to_vec(),
            is_stepped,
        });
        self
    }

    /// A dashed line across at a height.
    pub(crate) fn bound(mut self, name: impl Into<String>, height: f64) -> Self {
        if height.is_finite() {
            self.bounds.push((name.into(), height));
        }
        self
    }

    pub(crate) fn svg(self) -> String {
        let mut paper = Paper::new(WIDTH, HEIGHT, &self.title);
        let top = self.legend(&mut paper) + 42.0;

        let points = || {
            let all = self.series.iter().flat_map(|series| &series.points);
            all.filter(|point| is_drawn(**point))
        };
        let heights = points().map(|point| point.1);
        let heights = heights.chain(self.bounds.iter().map(|bound| bound.1));
        let y = Scale::linear(heights, BOTTOM, top).rounded(MARKS);
        let marks = y.marks(MARKS);
        let widest = marks.iter().map(|mark| width_of(&label(*mark)));
        let left = LEFT_EDGE + widest.fold(0.0, f64::max) + 8.0;
        let x = Scale::linear(points().map(|point| point.0), left, RIGHT);

        let grid = format!("stroke=\"{GRID}\"");
        for mark in marks {
            let place = y.place(mark);
            paper.line((left, place), (RIGHT, place), &grid);
            paper.text(left - 8.0, place + 4.5, Anchor::End, &label(mark));
        }
        for mark in x.marks(8) {
            let place = x.place(mark);
            paper.line((place, top), (place, BOTTOM), &grid);
            paper.text(place, BOTTOM + 20.0, Anchor::Middle, &label(mark));
        }
        let axis = format!("stroke=\"{INK}\"");
        paper.line((left, y.place(0.0)), (RIGHT, y.place(0.0)), &axis);
        paper.text(
            f64::midpoint(left, RIGHT),
            BOTTOM + 44.0,
            Anchor::Middle,
            &self.x,
        );
        paper.text(LEFT_EDGE, top - 16.0, Anchor::Start, &self.y);

        for (series, colour) in self.series.iter().zip(COLOURS.iter().cycle()) {
            paper.strokes(&strokes(series, x, y), colour);
        }
        for (_, height) in &self.bounds {
            let place = y.place(*height);
            paper.line((left, place), (RIGHT, place), &dashed());
        }
        paper.svg()
    }

    /// What is what; where its last line stands.
    fn legend(&self, paper: &mut Paper) -> f64 {
        let series = self.series.iter().zip(COLOURS.iter().cycle());
        let series = series.map(|(series, colour)| {
            let look = format!("stroke=\"{colour}\" stroke-width=\"3\"");
            (series.name.clone(), look)
        });
        let bounds = self.bounds.iter();
        let bounds = bounds.map(|(name, height)| (format!("{name} {}", label(*height)), dashed()));
        let (mut left, mut base) = (LEFT_EDGE, LEGEND);
        for (name, look) in series.chain(bounds) {
            let width = SAMPLE + 8.0 + width_of(&name);
            if left > LEFT_EDGE && left + width > RIGHT {
                (left, base) = (LEFT_EDGE, base + LEGEND_LINE);
            }
            paper.line((left, base - 4.5), (left + SAMPLE, base - 4.5), &look);
            paper.text(left + SAMPLE + 8.0, base, Anchor::Start, &name);
            left += width + APART;
        }
        base
    }
}

fn dashed() -> String {
    format!("stroke=\"{INK}\" stroke-width=\"1.2\" stroke-dasharray=\"6 4\"")
}

fn is_drawn((x, y): (f64, f64)) -> bool {
    x.is_finite() && y.is_finite()
}

/// The lines of a series, one for each run of points without a gap.
fn strokes(series: &Series, x: Scale, y: Scale) -> Vec<Vec<(f64, f64)>> {
    let runs = series.points.split(|point| !is_drawn(*point));
    let runs = runs.filter(|run| !run.is_empty());
    let stroke = |run: &[(f64, f64)]| {
        let mut stroke: Vec<(f64, f64)> = Vec::new();
        for (at, height) in run {
            let place = (x.place(*at), y.place(*height));
            if let Some((_, before)) = stroke.last().copied().filter(|_| series.is_stepped) {
                stroke.push((place.0, before));
            }
            stroke.push(place);
        }
        stroke
    };
    runs.map(stroke).collect()
}
