//! The rules of faults.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{object, refusal};
use crate::Fault;
use crate::clock::Now;
use crate::faults::Faults;
use crate::log::What;
use crate::reply::Reply;
use crate::shell::Shell;

pub(super) fn list(faults: &Faults) -> Reply {
    Reply::ok(&told(faults))
}

fn told(faults: &Faults) -> Value {
    let rules: Vec<Value> = faults
        .rules()
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "rule": rule.fault.to_string(),
                "seen": rule.seen,
                "struck": rule.struck,
            })
        })
        .collect();
    json!({"faults": rules})
}

/// Adds all rules of the body, or none.
pub(super) fn add(shell: &mut Shell, request: &Request<Bytes>, now: Now) -> Result<Reply, Reply> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_json =
        content_type.is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("json")));
    let wrong = |error: String| {
        refusal(
            StatusCode::BAD_REQUEST,
            error,
            "`zd sandbox fault --help` tells the rules",
        )
    };
    // Nobody's rule begins so, and curl says of everything that it is a form.
    let is_json = is_json || request.body().trim_ascii_start().starts_with(b"{");
    let texts: Vec<String> = if is_json {
        let rules = object(request.body())?.remove("rules");
        let Some(Value::Array(rules)) = rules else {
            return Err(wrong("there is no array `rules`".to_owned()));
        };
        let text = |rule: Value| match rule {
            Value::String(text) => Ok(text),
            other => Err(wrong(format!("{other} is no text"))),
        };
        rules.into_iter().map(text).collect::<Result<_, _>>()?
    } else {
        let text = String::from_utf8_lossy(request.body());
        text.lines().map(str::to_owned).collect()
    };
    let mut faults = Vec::new();
    for (line, text) in (1..).zip(&texts) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let fault: Fault = text
            .parse()
            .map_err(|error| wrong(format!("rule {line}: {error}")))?;
        faults.push(fault);
    }
    if faults.is_empty() {
        return Err(wrong("there is no rule in the body".to_owned()));
    }
    for fault in faults {
        shell.log.push(now, What::Told(format!("fault {fault}")));
        shell.faults.add(fault, now);
    }
    Ok(Reply::json(StatusCode::CREATED, &told(&shell.faults)))
}

pub(super) fn remove(faults: &mut Faults, id: &str) -> Result<Reply, Reply> {
    if id.parse().is_ok_and(|id| faults.remove(id)) {
        return Ok(list(faults));
    }
    Err(refusal(
        StatusCode::NOT_FOUND,
        format!("there is no fault {id}"),
        "`zd sandbox fault` lists them",
    ))
}
