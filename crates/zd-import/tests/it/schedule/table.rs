//! The table that `cargo xtask bench schedule` prints.

use super::naive::Naive;
use super::scenario::Scenario;
use super::story::Story;

pub(crate) const HEAD: &str = "\
| scenario | account | possible, s | ours: mean | most | gate | requests a batch | refused | no slot | others refused | told | 30 workers | refused of 100 | one by one |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

pub(crate) fn line(scenario: &Scenario, stories: &[Story], naive: &Option<[Naive; 2]>) -> String {
    let count = stories.len() as f64;
    let mean = |of: &dyn Fn(&Story) -> f64| stories.iter().map(of).sum::<f64>() / count;
    let sum = |of: fn(&Story) -> u64| stories.iter().map(of).sum::<u64>();
    let most = stories.iter().map(Story::ratio).fold(0.0, f64::max);
    let gate = match (scenario.gate.shares, scenario.gate.requests) {
        (Some((share, together)), _) => {
            let least = stories
                .iter()
                .map(|story| story.least_share)
                .fold(1.0, f64::min);
            let sum = stories
                .iter()
                .map(|story| story.together)
                .fold(9.0, f64::min);
            format!("shares {least:.3} ≥ {share}, together {sum:.3} ≥ {together}")
        }
        (_, Some(requests)) => format!("≤ {requests} requests"),
        _ if scenario.gate.seconds > 0.0 => format!("≤ {:.1} s more", scenario.gate.seconds),
        _ => format!("≤ {}, {}", scenario.gate.mean, scenario.gate.most),
    };
    let told = stories.first().and_then(|story| story.told);
    let told = told.map_or_else(|| "–".to_owned(), |(share, by)| format!("{share:.3}, {by}"));
    let naive = naive.map_or_else(
        || "– | – | –".to_owned(),
        |[many, one]| format!("{:.2} | {:.0} | {:.2}", many.ratio, many.refused, one.ratio),
    );
    format!(
        "| {} | {} | {:.1} | {:.4} | {most:.4} | {gate} | {:.3} | {} | {} | {} | {told} | {naive} |",
        scenario.name,
        scenario.about,
        mean(&|story| story.possible),
        mean(&Story::ratio),
        mean(&Story::requests_a_batch),
        sum(|story| story.refused),
        sum(|story| story.no_slot),
        sum(|story| story.others_refused),
    )
}
