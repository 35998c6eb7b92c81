use super::*;

const TOO_MANY_JOBS: &str =
    r#"{"error":"TooManyJobs","description":"Too many jobs.","current_job_ids":["14b1"]}"#;
const RATE: &str = r#"{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}"#;
const ONE_USER: &str = "You have exceeded the rate limit for updating a single unique user. user email:  id: 4219 external_id: ";

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let builder = headers.iter().fold(
        Response::builder().status(status),
        |builder, (name, value)| builder.header(*name, *value),
    );
    builder
        .body(Bytes::from(body.to_owned()))
        .expect("a response")
}

fn check(headers: &[(&str, &str)], body: &str, expected: ThrottleKind) {
    assert_eq!(
        ThrottleKind::of(&response(429, headers, body)),
        Some(expected),
        "{headers:?} {body}"
    );
}

#[test]
fn five_kinds() {
    const LEFT: (&str, &str) = ("x-rate-limit-remaining", "668");
    const NONE: (&str, &str) = ("ratelimit-remaining", "0");
    const PLAIN: (&str, &str) = ("content-type", "text/plain; charset=utf-8");
    const HTML: (&str, &str) = ("content-type", "text/html");
    const BUCKET: (&str, &str) = (
        "zendesk-ratelimit-search-index",
        "total=5; remaining=0; resets=9",
    );
    check(&[NONE], RATE, ThrottleKind::Account);
    check(&[NONE, PLAIN], ONE_USER, ThrottleKind::Account);
    check(&[LEFT], RATE, ThrottleKind::Endpoint);
    check(&[LEFT, HTML], "slow down", ThrottleKind::Endpoint);
    check(&[BUCKET], RATE, ThrottleKind::Endpoint);
    check(&[LEFT, PLAIN], ONE_USER, ThrottleKind::User);
    check(&[PLAIN], ONE_USER, ThrottleKind::User);
    check(&[LEFT, HTML], ONE_USER, ThrottleKind::Endpoint);
    check(&[LEFT], TOO_MANY_JOBS, ThrottleKind::JobSlots);
    check(&[NONE], TOO_MANY_JOBS, ThrottleKind::JobSlots);
    check(&[], RATE, ThrottleKind::Unknown);
    check(&[], "", ThrottleKind::Unknown);
    check(&[], "<html>", ThrottleKind::Unknown);
    check(
        &[("ratelimit-remaining", "some")],
        RATE,
        ThrottleKind::Unknown,
    );
}

#[test]
fn only_too_many_jobs_comes_with_another_status() {
    assert_eq!(ThrottleKind::of(&response(503, &[], RATE)), None);
    assert_eq!(ThrottleKind::of(&response(200, &[], TOO_MANY_JOBS)), None);
    assert_eq!(
        ThrottleKind::of(&response(422, &[], TOO_MANY_JOBS)),
        Some(ThrottleKind::JobSlots)
    );
}

#[test]
fn a_body_that_only_mentions_the_name_is_not_about_jobs() {
    check(
        &[],
        r#"{"error":{"title":"TooManyJobs"}}"#,
        ThrottleKind::Unknown,
    );
    check(&[], r#"["TooManyJobs"]"#, ThrottleKind::Unknown);
    check(&[], "TooManyJobs", ThrottleKind::Unknown);
}

#[test]
fn the_wait_falls_back_from_header_to_header() {
    fn wait(headers: &[(&str, &str)]) -> u64 {
        Throttle::of(&response(429, headers, RATE), SystemTime::UNIX_EPOCH)
            .expect("a 429")
            .wait
            .as_secs()
    }
    const DATE: (&str, &str) = ("date", "Thu, 08 Feb 2024 17:44:33 GMT");
    const RESET: (&str, &str) = ("ratelimit-reset", "13");
    const BUCKET: (&str, &str) = (
        "zendesk-ratelimit-search-index",
        "total=5; remaining=0; resets=9",
    );
    assert_eq!(wait(&[("retry-after", "7"), BUCKET, RESET, DATE]), 7);
    assert_eq!(wait(&[("retry-after", "-7"), BUCKET, RESET, DATE]), 9);
    assert_eq!(wait(&[("retry-after", "soon"), RESET, DATE]), 13);
    assert_eq!(wait(&[("ratelimit-remaining", "0"), BUCKET, RESET]), 13);
    assert_eq!(wait(&[DATE]), 27);
    assert_eq!(wait(&[]), 60);
    assert_eq!(wait(&[("ratelimit-reset", "99999999999")]), 600);
}
