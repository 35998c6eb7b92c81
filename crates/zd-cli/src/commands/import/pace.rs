//! How close an import came to what the limits allow.

use serde_json::{Value, json};
use zd_import::Pace;

/// For people: `98 % of what the limits allow; bound by the account's job slots`.
pub(in crate::commands) fn words(pace: &Pace) -> String {
    format!(
        "{:.0} % of what the limits allow; bound by {}",
        // What jobs take is measured, and a measure errs both ways.
        (pace.share() * 100.0).min(100.0),
        pace.limit.words()
    )
}

/// For programs.
pub(super) fn json(pace: &Pace) -> Value {
    let seconds = |time: std::time::Duration| (time.as_secs_f64() * 1000.0).round() / 1000.0;
    json!({
        "share": (pace.share() * 1000.0).round() / 1000.0,
        "bound_s": seconds(pace.bound),
        "took_s": seconds(pace.took),
        "limit": pace.limit,
    })
}

/// Of a run that several processes have carried on: their sums, and what the longest waited for.
pub(in crate::commands) fn of_all(paces: impl Iterator<Item = Pace>) -> Option<Pace> {
    paces.reduce(|sum, next| {
        let mut all = if sum.took >= next.took { sum } else { next };
        all.bound = sum.bound + next.bound;
        all.took = sum.took + next.took;
        all
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use zd_import::{Limit, Pace};

    fn pace(bound: u64, took: u64, limit: Limit) -> Pace {
        let mut pace = Pace::default();
        pace.bound = Duration::from_secs(bound);
        pace.took = Duration::from_secs(took);
        pace.limit = limit;
        pace
    }

    #[test]
    fn it_is_told_in_a_line_and_never_above_all_there_is() {
        assert_eq!(
            super::words(&pace(98, 100, Limit::Slots)),
            "98 % of what the limits allow; bound by the account's job slots"
        );
        assert!(super::words(&pace(101, 100, Limit::Requests)).starts_with("100 % "));
    }

    #[test]
    fn several_processes_are_summed_up() {
        let paces = [pace(90, 100, Limit::Requests), pace(280, 300, Limit::Slots)];
        let all = super::of_all(paces.into_iter()).unwrap();
        assert_eq!(all, pace(370, 400, Limit::Slots));
        assert_eq!(super::of_all(std::iter::empty()), None);
    }
}
