//! `zd sandbox metrics`.

use serde_json::{Map, Value, json};

use super::bench::Bench;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const METRIC: Shape = Shape::new("metric", "metrics", &["name", "labels", "value"]);

/// Prints the metrics as they come, or a record for each.
pub(super) async fn show(bench: &Bench<'_>) -> Result<Exit, Failure> {
    let text = bench.text("metrics").await?;
    if bench.context.printer.is_plain() {
        bench.context.out.data(&text)?;
        return Ok(Exit::Done);
    }
    let metrics: Vec<Value> = text.lines().filter_map(metric).collect();
    bench.write(&METRIC, &metrics)?;
    Ok(Exit::Done)
}

/// A line such as `zd_requests_total{status="200"} 5`; none for comments.
fn metric(line: &str) -> Option<Value> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (name, labels, rest) = match line.split_once('{') {
        Some((name, rest)) => {
            let (labels, rest) = labels(rest);
            (name, labels, rest)
        }
        None => {
            let (name, rest) = line.split_once(' ')?;
            (name, Map::new(), rest)
        }
    };
    let text = rest.split_whitespace().next()?;
    let value: Value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
    Some(json!({"name": name, "labels": labels, "value": value}))
}

/// What stands in braces, and what follows them.
fn labels(mut rest: &str) -> (Map<String, Value>, &str) {
    let mut labels = Map::new();
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(rest) = rest.strip_prefix('}') {
            return (labels, rest);
        }
        let Some((name, quoted)) = rest.split_once("=\"") else {
            return (labels, rest);
        };
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        let mut end = quoted.len();
        while let Some((place, letter)) = letters.next() {
            match letter {
                '"' => {
                    end = place + 1;
                    break;
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, escaped)) => value.push(escaped),
                    None => {}
                },
                _ => value.push(letter),
            }
        }
        labels.insert(name.to_owned(), value.into());
        rest = quoted.get(end..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::metric;

    #[test]
    fn a_line_becomes_a_record() {
        assert_eq!(
            metric(r#"zd_requests_total{method="GET",path="a\"b}\\"} 5 1700000000"#),
            Some(
                json!({"name": "zd_requests_total", "labels": {"method": "GET", "path": "a\"b}\\"}, "value": 5})
            )
        );
        assert_eq!(
            metric("up 1.5"),
            Some(json!({"name": "up", "labels": {}, "value": 1.5}))
        );
        assert_eq!(metric("x +Inf").unwrap()["value"], "+Inf");
        for nothing in ["", "# HELP x y", "alone", "broken{a=\"b"] {
            assert_eq!(metric(nothing), None, "{nothing}");
        }
    }
}
