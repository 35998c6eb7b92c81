//! `zd sandbox set`.

use serde_json::{Map, Value, json};

use super::bench::Bench;
use super::look;
use crate::args::SandboxSetArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const SETTINGS: Shape = Shape::new("settings", "settings", &[]);

/// Changes settings, or shows them.
pub(super) async fn set(args: &SandboxSetArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let settings = if args.settings.is_empty() {
        let mut state = bench.with(bench.get("state").await?, "settings")?;
        state["settings"].take()
    } else {
        bench.post("settings", &wanted(&args.settings)?).await?
    };
    let lines = lines(&settings, "");
    bench
        .context
        .printer
        .record_as(&SETTINGS, &settings, &lines)?;
    Ok(Exit::Done)
}

/// A line for each setting, its name behind `prefix`; choices as they are typed, `choose.KEY`.
pub(super) fn lines(settings: &Value, prefix: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for (key, value) in settings.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("choose", Value::Object(choices)) => lines.extend(
                choices
                    .iter()
                    .map(|(key, value)| vec![format!("{prefix}choose.{key}"), look::text(value)]),
            ),
            (_, Value::Null) => {}
            (_, value) => lines.push(vec![format!("{prefix}{key}"), look::text(value)]),
        }
    }
    lines
}

/// `plan=team choose.failed-rows=forum` as the sandbox takes it.
fn wanted(texts: &[String]) -> Result<Value, Failure> {
    let mut settings = Map::new();
    let mut choices = Map::new();
    for text in texts {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("{text:?} is no setting: expected KEY=VALUE"))
                .fix("zd sandbox set plan=team, for example")
        })?;
        let (key, value) = (key.trim(), value.trim());
        match key.strip_prefix("choose.") {
            Some(key) => choices.insert(key.to_owned(), value.into()),
            None => {
                let key = key.replace('-', "_");
                let value = typed(&key, value);
                settings.insert(key, value)
            }
        };
    }
    if !choices.is_empty() {
        settings.insert("choose".to_owned(), Value::Object(choices));
    }
    Ok(Value::Object(settings))
}

/// Switches and numbers as such; a time or a range stays a text, even if it is all digits.
fn typed(key: &str, value: &str) -> Value {
    match (key, value) {
        (_, "true" | "on") => json!(true),
        (_, "false" | "off") => json!(false),
        ("plan" | "workers", number) => number
            .parse::<u64>()
            .map_or_else(|_| Value::from(number), Value::from),
        (_, text) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::wanted;

    #[test]
    fn settings_have_the_types_that_the_sandbox_takes() {
        let texts = [
            "plan=700",
            "job-time=0",
            "workers=8",
            "bulk_import=false",
            "other-jobs=0-20",
            "choose.failed-rows=forum",
        ]
        .map(str::to_owned);
        assert_eq!(
            wanted(&texts).unwrap(),
            json!({"plan": 700, "job_time": "0", "workers": 8, "bulk_import": false, "other_jobs": "0-20",
                "choose": {"failed-rows": "forum"}})
        );
        assert!(wanted(&["plan".to_owned()]).is_err());
    }
}
