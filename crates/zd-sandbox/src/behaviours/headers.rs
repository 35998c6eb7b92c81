//! Headers of answers.

use super::{Fact, differs, recorded};

pub(super) const FACTS: &[Fact] = &[
    recorded("Every answer has `x-zendesk-api-version`, `x-zendesk-application-version`, `x-zendesk-origin-server`, `x-zendesk-zorg`, `x-frame-options`, `x-request-id`, `x-runtime`, `date`"),
    recorded("A success has a weak `etag`"),
    recorded("`cache-control`: nothing is to be kept, the list of organizations for 30 seconds"),
    differs("There are no `strict-transport-security`, no `x-zendesk-api-gateway`, no cookies, and nothing of Cloudflare's").note("there is no TLS and no network between"),
    differs("Answers are not compressed"),
];
