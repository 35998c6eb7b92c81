//! Passwords.

use super::{Fact, assumed, documented, recorded};

pub(super) const FACTS: &[Fact] = &[
    documented("Setting one is 200 without a body; for admins, where the owner allows it"),
    assumed("Otherwise it is 403"),
    documented("Changing one is 200 without a body; one's own only"),
    assumed(
        "Another's is 403 whether there or not; a wrong previous one is 422 on `previous_password`",
    ),
    recorded("One that is no string is 400 `Invalid attribute`")
        .note("in 2015 with a shorter text"),
    documented("At least 5 characters, and not one of one's addresses").note("by an example"),
    assumed(
        "At most 128 characters; the same for everybody; one that falls short is 422 on `password` with the sentence",
    ),
    assumed(
        "A new one ends no sessions; `brand_id` in the query does nothing; after a merge only the survivor's counts",
    ),
];
