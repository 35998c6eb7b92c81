//! What somebody may have meant.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many are offered.
const OFFERED: usize = 3;

/// How many answers are remembered. The same few mistakes stand in every row; looking for what is near one takes long, so
/// after these nothing is offered any more.
const REMEMBERED: usize = 1000;

/// How much of a text is looked at, in characters.
const LOOKED_AT: usize = 64;

/// Answers that were given, by what was written and where.
#[derive(Debug, Default)]
pub(super) struct Near(Mutex<HashMap<(String, String), String>>);

impl Near {
    /// `; near it: gold, silver`, or nothing. `list` says which candidates are meant.
    pub(super) fn offer<'a>(
        &self,
        list: &str,
        written: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (list.to_owned(), written.chars().take(LOOKED_AT).collect());
        if let Some(answer) = known.get(&asked) {
            return answer.clone();
        }
        if known.len() >= REMEMBERED {
            return String::new();
        }
        let near = nearest(&asked.1, candidates);
        let answer = if near.is_empty() {
            String::new()
        } else {
            format!("; near it: {}", near.join(", "))
        };
        known.insert(asked, answer.clone());
        answer
    }
}

/// Those near it, the nearest first.
fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let fold = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let written = fold(written);
    let mut near: Vec<(f64, &str)> = candidates
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&written, &fold(candidate));
            (likeness, candidate)
        })
        .filter(|(likeness, candidate)| {
            *likeness > 0.8 || strsim::osa_distance(&written, &fold(candidate)) <= 2
        })
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.truncate(OFFERED);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::Near;

    #[test]
    fn what_was_meant_comes_first() {
        let fields = ["crm_id", "seats", "customer_since", "plan_tier"];
        for (written, expected) in [
            ("seat", "; near it: seats"),
            ("Plan-Tier", "; near it: plan_tier"),
            ("custmer_since", "; near it: customer_since"),
            ("zzzzzz", ""),
        ] {
            let near = Near::default();
            let first = near.offer("", written, fields.into_iter());
            assert_eq!(first, expected, "{written}");
            assert_eq!(near.offer("", written, fields.into_iter()), first);
        }
    }

    #[test]
    fn a_million_different_mistakes_take_no_memory() {
        let near = Near::default();
        for number in 0..3000 {
            near.offer("", &format!("seat{number}"), ["seats"].into_iter());
        }
        assert_eq!(near.0.lock().unwrap().len(), super::REMEMBERED);
    }
}
