//! Rate limits.

use super::{Fact, assumed, differs, documented, recorded, reported};

pub(super) const FACTS: &[Fact] = &[
    recorded("Rate windows are wall-clock minutes, `Retry-After` is the rest of it"),
    recorded("Rate headers are `x-rate-limit*` and `ratelimit-*`")
        .note("in 2024; recordings of 2023 have `rate-limit*`, which can be chosen"),
    recorded("The text of the 429 on one user"),
    documented(
        "5 writes a minute for each user, 1 a second for the account, on single upserts and updates together",
    ),
    assumed("The second one in a second is answered with the account's body"),
    recorded("An upserted user and one updated by id are counted apart"),
    assumed(
        "An upserted user is counted by the external id, else the address of the request, an updated one by the id in the path",
    ),
    reported("The bucket `search-index` of 2,500 a minute"),
    differs("It is the plan's if that is more").note("scaled by us"),
    recorded("10 exports a minute, by time and by cursor together, with a 429 of their own"),
];
