//! Refusals of any request.

use super::{Fact, assumed, recorded, reported};

pub(super) const FACTS: &[Fact] = &[
    recorded("The texts of 400 `TooManyValues`, 404, and 422 on a malformed address"),
    recorded("A wrong JSON type is 400 `Invalid attribute` for the whole request, a bulk one too")
        .note("in 2015 with a shorter text"),
    reported("The text of `Invalid attribute`").note("of 2023"),
    assumed(
        "A body that is no JSON is 400 `InvalidJSON`; without a JSON content type it is not read",
    ),
    assumed("A body over 1 MiB is 413"),
];
