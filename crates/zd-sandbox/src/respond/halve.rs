//! Half of a request, for a fault that applies only that.

use serde_json::Value;

use crate::call::{Body, Call};

/// Takes the second half away: of the users of a bulk request, of the ids in the query, or of the keys of one record.
pub(super) fn call(call: &mut Call<'_>) {
    for (name, list) in &mut call.query {
        if matches!(&**name, "ids" | "external_ids") {
            let texts: Vec<&str> = list.split(',').collect();
            *list = texts[..texts.len().div_ceil(2)].join(",");
        }
    }
    if let Body::Json(Value::Object(body)) = &mut call.body {
        for value in body.values_mut() {
            match value {
                Value::Array(list) => list.truncate(list.len().div_ceil(2)),
                Value::Object(record) => {
                    let keep = record.len().div_ceil(2);
                    let keys: Vec<String> = record.keys().skip(keep).cloned().collect();
                    for key in keys {
                        record.remove(&key);
                    }
                }
                _ => {}
            }
        }
    }
}
