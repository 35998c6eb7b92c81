//! Where a sandbox is: on stdout what a shell can source, or JSON.

use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Shape, clean};

/// Where a sandbox is, and how to use it.
pub(super) fn describe(url: &str, seed: u64) -> Value {
    json!({
        "url": url,
        "seed": seed,
        "environment": {"ZD_BASE_URL": url, "ZD_OAUTH_TOKEN": zd_sandbox::OAUTH_TOKEN},
    })
}

/// Tells where a sandbox is, and how it is ended.
pub(super) fn announce(about: &Value, end: &str, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() {
        let shape = Shape::new("sandbox", "sandboxes", &["url", "seed"]);
        context.printer.record(&shape, about)?;
    } else {
        for (name, value) in about["environment"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            context.out.data(&format!("export {name}={value}\n"))?;
        }
        // A real OAuth client would win over the token.
        context.out.data("unset ZD_CLIENT_ID ZD_CLIENT_SECRET\n")?;
        let process = about["pid"]
            .as_u64()
            .map_or_else(String::new, |pid| format!(", process {pid}"));
        context.out.note(&format!(
            "sandbox at {} (seed {}{process}); its environment is on stdout; end it with {end}",
            clean(about["url"].as_str().unwrap_or_default()),
            about["seed"],
        ));
    }
    context.out.flush()
}
