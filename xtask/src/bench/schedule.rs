//! `cargo xtask bench schedule`: how close an import comes to what an account allows, in accounts of many kinds, under virtual
//! time, beside what is possible and beside two naive policies; and pictures of it.
//!
//! The runs are a test of `zd-import`, as they need the engine, the sandbox and a clock that is not real.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::plot::Chart;
use crate::workspace;

const USAGE: &str = "\
usage: cargo xtask bench schedule [--scenario S1..S12] [--seeds N] [--users N] [--plot DIR]";

/// Which scenarios are drawn, and what of them.
const DRAWN: &[(&str, Picture)] = &[
    ("S1", Picture::Progress),
    ("S4", Picture::Requests),
    ("S5", Picture::Slots),
    ("S7", Picture::Progress),
];

/// Minutes that a picture of requests or slots shows: more of them are a carpet.
const MINUTES: f64 = 12.0;

#[derive(Clone, Copy, Debug)]
enum Picture {
    Progress,
    Requests,
    Slots,
}

/// `bench schedule …`
pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let (mut seeds, mut users) = ("10".to_owned(), "1000000".to_owned());
    let (mut scenario, mut plots) = (None, None);
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--scenario" => scenario = Some(value.clone()),
            [name, value] if name == "--seeds" => seeds.clone_from(value),
            [name, value] if name == "--users" => users.clone_from(value),
            [name, value] if name == "--plot" => plots = Some(PathBuf::from(value)),
            _ => bail!(USAGE),
        }
    }
    for (name, number) in [("--seeds", &seeds), ("--users", &users)] {
        ensure!(
            number.parse::<u64>().is_ok_and(|number| number > 0),
            "{name} takes a number\n{USAGE}"
        );
    }
    let stories = workspace::root().join("target/tmp/stories");
    let mut cargo = workspace::cargo();
    cargo
        .args(["test", "--quiet", "--profile", "soak", "-p", "zd-import"])
        .args(["--test", "it", "schedule::table", "--", "--nocapture"])
        .envs([("ZD_SEEDS", &seeds), ("ZD_USERS", &users)])
        .env("ZD_STORIES", &stories);
    if let Some(scenario) = &scenario {
        cargo.env("ZD_SCENARIO", scenario);
    }
    let status = cargo.status().context("cannot run cargo")?;
    if let Some(plots) = plots {
        draw(&stories, &plots)?;
    }
    ensure!(
        status.success(),
        "a gate does not hold, or there is no such scenario"
    );
    Ok(())
}

/// Draws what the runs left behind.
fn draw(stories: &Path, plots: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(plots)?;
    for (name, picture) in DRAWN {
        let Ok(text) = std::fs::read_to_string(stories.join(format!("{name}.json"))) else {
            continue;
        };
        let story: Value = serde_json::from_str(&text)?;
        let chart = picture
            .chart(&story)
            .context("a story without its numbers")?;
        let file = plots.join(format!("schedule-{}.svg", name.to_lowercase()));
        std::fs::write(&file, chart.svg())?;
        println!("{}", file.display());
    }
    Ok(())
}

impl Picture {
    fn chart(self, story: &Value) -> Option<Chart> {
        let about = story["about"].as_str()?;
        let seconds = column(story, "second")?;
        let of = |name: &str| {
            let points = seconds
                .iter()
                .map(|second| second / 60.0)
                .zip(column(story, name)?);
            Some(points.collect::<Vec<_>>())
        };
        let early = |points: Vec<(f64, f64)>| -> Vec<_> {
            points
                .into_iter()
                .filter(|point| point.0 <= MINUTES)
                .collect()
        };
        Some(match self {
            Self::Progress => {
                let possible = story["possible"].as_f64()? / 60.0;
                let rows = of("rows")?;
                let all = rows.last()?.1;
                Chart::new(format!("{}: {about}", story["scenario"].as_str()?))
                    .x("minutes")
                    .y("people done")
                    .line("zd", &rows)
                    .line(
                        "what the account allows on average",
                        &[(0.0, 0.0), (possible, all)],
                    )
            }
            Self::Requests => Chart::new(format!("{}: {about}", story["scenario"].as_str()?))
                .x("minutes")
                .y("requests a minute")
                .steps("zd", &early(rate(&of("requests")?)))
                .steps("others", &early(rate(&of("others")?)))
                .bound("the account's limit", story["limit"].as_f64()?),
            Self::Slots => Chart::new(format!("{}: {about}", story["scenario"].as_str()?))
                .x("minutes")
                .y("jobs")
                .steps("zd", &early(of("jobs")?))
                .steps("others", &early(of("other_jobs")?))
                .bound("slots", 30.0),
        })
    }
}

fn column(story: &Value, name: &str) -> Option<Vec<f64>> {
    let column = story["looks"][name].as_array()?;
    column.iter().map(Value::as_f64).collect()
}

/// So many a minute, over ten seconds each, of what was counted up.
fn rate(counted: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const SPAN: f64 = 1.0 / 6.0;
    let mut rates = Vec::new();
    let mut from = counted.first().copied().unwrap_or_default();
    for point in counted {
        if point.0 - from.0 >= SPAN {
            rates.push((from.0, (point.1 - from.1) / (point.0 - from.0)));
            from = *point;
        }
    }
    rates
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_story_becomes_a_picture() {
        let story = json!({
            "scenario": "S4", "about": "others", "limit": 700, "possible": 60.0,
            "looks": {"second": [0, 10, 20], "rows": [0, 5, 9], "requests": [0, 100, 150], "others": [0, 0, 20],
                "jobs": [0, 30, 29], "other_jobs": [0, 0, 1]},
        });
        for picture in [Picture::Progress, Picture::Requests, Picture::Slots] {
            let svg = picture.chart(&story).unwrap().svg();
            assert!(svg.contains("S4: others"), "{svg}");
        }
        assert!(Picture::Slots.chart(&json!({"about": "nothing"})).is_none());
    }

    #[test]
    fn what_is_counted_up_becomes_so_many_a_minute() {
        let counted = [(0.0, 0.0), (0.1, 7.0), (0.2, 10.0), (0.4, 10.0)];
        assert_eq!(rate(&counted), [(0.0, 50.0), (0.2, 0.0)]);
    }
}
