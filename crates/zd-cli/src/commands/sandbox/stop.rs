//! `zd sandbox stop`.

use std::time::Duration;

use serde_json::{Value, json};

use super::bench::Bench;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const SANDBOX: Shape = Shape::new("sandbox", "sandboxes", &["status", "url"]);

/// How often it is looked whether it is gone.
const PAUSE: Duration = Duration::from_millis(20);
/// Longer than a sandbox waits for requests that are under way.
const LOOKS: u32 = 500;

/// Ends a sandbox, and waits until its port is free again.
pub(super) async fn stop(bench: &Bench<'_>) -> Result<Exit, Failure> {
    bench.post("stop", &json!({})).await?;
    for _ in 0..LOOKS {
        if bench.is_gone().await {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    done(bench, "stopped", json!({}))?;
    Ok(Exit::Done)
}

/// Tells that something was done with the whole sandbox.
pub(super) fn done(bench: &Bench<'_>, status: &str, mut about: Value) -> Result<(), Failure> {
    let printer = &bench.context.printer;
    if printer.is_plain() {
        return printer.change(status, &SANDBOX, &bench.url, &Value::Null);
    }
    let mut record = json!({"status": status, "url": bench.url});
    if let (Some(record), Some(about)) = (record.as_object_mut(), about.as_object_mut()) {
        record.append(about);
    }
    printer.record(&SANDBOX, &record)
}
