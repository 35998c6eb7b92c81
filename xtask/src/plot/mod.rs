//! Pictures of measurements: lines over time, and bars on a logarithmic scale. SVG, with text as text; the same data give the
//! same bytes.
//!
//! ```text
//! Chart::new("Requests a minute").x("minutes").y("requests").line("zd", &points).bound("limit", 700.0).svg()
//! Bars::new("CPU time", "µs a row").bar("zd", 5.2).bar("other", 500.0).svg()
//! ```

mod bars;
mod chart;
mod paper;
mod scale;
#[cfg(test)]
mod tests;

pub(crate) use bars::Bars;
pub(crate) use chart::Chart;
