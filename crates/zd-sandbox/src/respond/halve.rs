//! Half of a request, for a fault that applies only that.

use serde_json::Value;

use crate::call::{Body, Call};

/// By these a record is found again, so they are never in the half that is left out.
const KEYS: [&str; 4] = ["id", "external_id", "email", "name"];

/// Takes the second half away: of the ids in the query, else of the users of a bulk request, else of the keys of one record
/// that do not say who it is. A request that has none of these is left whole.
pub(super) fn call(call: &mut Call<'_>) {
    let mut halved = false;
    for (name, list) in &mut call.query {
        if matches!(&**name, "ids" | "external_ids") {
            let texts: Vec<&str> = list.split(',').collect();
            *list = texts[..texts.len().div_ceil(2)].join(",");
            halved = true;
        }
    }
    let Body::Json(Value::Object(body)) = &mut call.body else {
        return;
    };
    for value in body.values_mut().filter(|_| !halved) {
        match value {
            Value::Array(list) => list.truncate(list.len().div_ceil(2)),
            Value::Object(record) => {
                let others = record.keys().filter(|key| !KEYS.contains(&key.as_str()));
                let others: Vec<String> = others.cloned().collect();
                for key in &others[others.len().div_ceil(2)..] {
                    record.remove(key);
                }
            }
            _ => {}
        }
    }
}
