//! Tags of users.

use super::{Fact, assumed, documented, recorded};

pub(super) const FACTS: &[Fact] = &[
    recorded("Tags that stay keep their order, new ones follow, tags of fields come last"),
    assumed("Tags of fields survive a replacement"),
    assumed("Tags are in lower case, separated at spaces and commas"),
    documented(
        "`GET` is 200, `POST` 201 (replaces), `PUT` 200 (adds), `DELETE` 200 (removes), each with all tags",
    ),
];
