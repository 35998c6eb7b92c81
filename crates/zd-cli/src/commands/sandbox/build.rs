//! What the flags of `zd sandbox start` make of a sandbox.

use std::error::Error as _;
use std::path::Path;

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use zd_sandbox::{DataError, Fault, JobTime, Sandbox, SandboxBuilder};

use super::people;
use crate::args::SandboxStartArgs;
use crate::codes;
use crate::commands::source;
use crate::failure::Failure;

/// So many bytes of users are handed over at once.
const AT_ONCE: usize = 512 << 10;
/// So many users that were refused are told of.
const EXAMPLES: usize = 10;

/// The sandbox that the flags describe.
pub(super) async fn build(args: &SandboxStartArgs) -> Result<Sandbox, Failure> {
    let builder = builder(args)?;
    let Some(directory) = &args.data else {
        let sandbox = builder.seed(args.trouble.seed.unwrap_or_else(seed)).build();
        if let Some(file) = &args.people.users {
            begin_with(file, &sandbox).await?;
        }
        return Ok(sandbox);
    };
    // The directory brings the seed that it began with.
    let builder = match args.trouble.seed {
        Some(seed) => builder.seed(seed),
        None => builder,
    };
    let sandbox = builder.open(directory).map_err(|error| unusable(&error))?;
    // Once they are all there, they are as they have become.
    let has_begun = sandbox
        .inspect(&http::Method::GET, "snapshots", &Value::Null)
        .is_ok_and(|told| {
            told["snapshots"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "beginning"))
        });
    if let Some(file) = args.people.users.as_ref().filter(|_| !has_begun) {
        begin_with(file, &sandbox).await?;
    }
    Ok(sandbox)
}

/// Adds the users of a file, so that a reset goes back to them.
async fn begin_with(file: &str, sandbox: &Sandbox) -> Result<(), Failure> {
    add(file, sandbox).await?;
    sandbox
        .snapshot("beginning")
        .map_err(|error| Failure::usage(error.to_string()))
}

/// A seed that is short enough to be typed again.
fn seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = std::collections::hash_map::RandomState::new();
    random.build_hasher().finish() % 1_000_000
}

/// What the flags say, all but the seed.
fn builder(args: &SandboxStartArgs) -> Result<SandboxBuilder, Failure> {
    let (account, jobs) = (&args.account, &args.jobs);
    let mut builder = Sandbox::builder()
        .bulk_import(!account.no_bulk_import)
        .admins_set_passwords(!account.no_admin_passwords)
        .rate_limits(!account.no_rate_limits);
    if let Some(plan) = account.plan {
        builder = builder.plan(plan);
    }
    if let Some(headers) = account.rate_headers {
        builder = builder.rate_headers(headers);
    }
    if let Some(others) = account.others.clone() {
        builder = builder.others(others);
    }
    if let Some(others) = account.other_jobs {
        builder = builder.other_jobs(others);
    }
    for text in &account.choose {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        builder = builder
            .choose(key.trim(), value.trim())
            .map_err(|error| Failure::usage(format!("--choose {text:?}: {error}")))?;
    }
    if let Some(lifetime) = account.token_lifetime {
        builder = builder.token_lifetime(lifetime);
    }
    if let Some(time) = &account.api_tokens_end {
        builder = builder
            .api_tokens_end_at(time)
            .map_err(|error| Failure::usage(format!("--api-tokens-end {time:?}: {error}")))?;
    }
    if let Some(delay) = account.search_delay {
        builder = builder.search_delay(delay);
    }
    if let Some(text) = &jobs.job_time {
        builder = builder.job_time(job_time(text)?);
    }
    if let Some(workers) = jobs.workers {
        builder = builder.workers(workers.into());
    }
    if let Some(time) = jobs.job_retention {
        builder = builder.job_retention(time);
    }
    if let Some(time) = jobs.job_visible_after {
        builder = builder.job_visible_after(time);
    }
    if args.people.empty {
        builder = builder.empty();
    }
    if let Some(people) = args.people.people {
        builder = builder.people(people);
    }
    if let Some(time) = &args.time.starts_at {
        builder = builder
            .starts_at_time(time)
            .map_err(|error| Failure::usage(format!("--starts-at {time:?}: {error}")))?;
    }
    if let Some(scale) = args.time.time_scale {
        builder = builder.time_scale(scale);
    }
    if args.time.frozen {
        builder = builder.frozen();
    }
    for text in &args.trouble.fault {
        for fault in faults(text)? {
            builder = builder.fault(fault);
        }
    }
    if let Some(path) = &args.trouble.fault_file {
        for fault in faults_of(path)? {
            builder = builder.fault(fault);
        }
    }
    Ok(builder)
}

/// `5s`, `lognormal:5s:1.5`, …; of `trace:` the times themselves, or a file of them.
fn job_time(text: &str) -> Result<JobTime, Failure> {
    let wrong = |error: zd_sandbox::ParseJobTimeError| {
        Failure::usage(format!("--job-time {text:?}: {error}"))
    };
    let parsed = text.parse::<JobTime>();
    let (Err(_), Some(file)) = (&parsed, text.strip_prefix("trace:")) else {
        return parsed.map_err(wrong);
    };
    let times =
        std::fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
    let times: Vec<&str> = times
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    format!("trace:{}", times.join(","))
        .parse()
        .map_err(|error| {
            wrong(error)
                .at("file", file)
                .fix("write a time such as 2s on each line")
        })
}

/// A rule, or short ones with commas between them: `429=3%,job-killed=2%`.
fn faults(text: &str) -> Result<Vec<Fault>, Failure> {
    let whole = text.trim().parse::<Fault>();
    let error = match whole {
        Ok(fault) => return Ok(vec![fault]),
        Err(error) => error,
    };
    // A comma may belong to a rule; only where it does not, there are several.
    let several: Result<Vec<Fault>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    several.map_err(|part| {
        let said = if text.contains(['(', '"', ' ']) {
            error.to_string()
        } else {
            part.to_string()
        };
        Failure::usage(format!("--fault {said}")).fix("zd sandbox fault --help  tells the rules")
    })
}

/// The rules of a file, one on each line.
fn faults_of(path: &Path) -> Result<Vec<Fault>, Failure> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::file(&name, "read", &error))?;
    let mut faults = Vec::new();
    for (line, number) in text.lines().zip(1_u32..) {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        let fault = rule.parse().map_err(|error| {
            Failure::usage(format!("{error}"))
                .at("file", &name)
                .at("line", number.to_string())
                .fix("zd sandbox fault --help  tells the rules")
        })?;
        faults.push(fault);
    }
    Ok(faults)
}

/// Adds the users of a file; all of them, or the sandbox does not start.
async fn add(file: &str, sandbox: &Sandbox) -> Result<(), Failure> {
    let people = people::read(file, &[]).await?;
    let name = source::name(file);
    let mut refused = people.invalid.len() as u64;
    let mut examples = people.invalid.clone();
    let mut before = 0;
    for part in people.parts(AT_ONCE) {
        let lines = part.iter().filter(|byte| **byte == b'\n').count() as u64;
        let answer = seed_part(sandbox, part).await?;
        refused += answer["refused"].as_u64().unwrap_or_default();
        for example in answer["examples"].as_array().into_iter().flatten() {
            let line = before + example["line"].as_u64().unwrap_or_default();
            let reason = example["reason"].as_str().unwrap_or_default();
            examples.push((people.line(line), reason.to_owned()));
        }
        before += lines;
    }
    if refused == 0 {
        return Ok(());
    }
    let mut failure = Failure::new(
        &codes::INPUT_INVALID,
        format!("{name}: {refused} of its users were refused, the sandbox was not started"),
    )
    .fix("correct them, then start the sandbox again");
    for (line, reason) in examples.into_iter().take(EXAMPLES) {
        failure = failure.detail(format!("line {line}"), reason);
    }
    Err(failure)
}

async fn seed_part(sandbox: &Sandbox, part: Bytes) -> Result<Value, Failure> {
    let defect = |error: &dyn std::error::Error| {
        Failure::new(&codes::INTERNAL, "the users cannot be added").caused_by(error)
    };
    let request = Request::post("http://localhost/__zd/seed")
        .header(http::header::CONTENT_TYPE, "application/x-ndjson")
        .body(part)
        .map_err(|error| defect(&error))?;
    let answer = sandbox.transport().send(request).await;
    let answer = answer.map_err(|error| defect(&error))?;
    serde_json::from_slice(answer.body()).map_err(|error| defect(&error))
}

/// A directory that does not do.
fn unusable(error: &DataError) -> Failure {
    let mut what = error.to_string();
    if let Some(source) = error.source() {
        what.push_str(&format!(": {source}"));
    }
    let failure = Failure::new(&codes::FILE_UNUSABLE, what).caused_by(error);
    match error {
        DataError::BeganOtherwise { .. } => {
            failure.fix("give --seed and --people as it began with, or another directory")
        }
        DataError::InUse { .. } => failure.fix("end that sandbox, or give another directory"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn short_rules_may_share_a_flag() {
        assert_eq!(faults("429=3%").unwrap().len(), 1);
        assert_eq!(faults("429=3%, job-killed=10%").unwrap().len(), 2);
        assert_eq!(faults("status(503,\"a, b\") POST").unwrap().len(), 1);
        let said = faults("429=3%,5xx=lots").unwrap_err();
        assert!(
            said.what.contains("`5xx=lots` at column 5"),
            "{}",
            said.what
        );
    }
}
