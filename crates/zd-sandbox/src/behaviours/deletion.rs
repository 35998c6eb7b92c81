//! Deleted and purged users.

use super::{Fact, assumed, differs, documented, recorded};

pub(super) const FACTS: &[Fact] = &[
    recorded("Soft deletion: address, external id and identities go, the rest stays and is shown"),
    assumed("A second deletion or an update is 404"),
    assumed("The owner (the admin) cannot be deleted, nobody deletes themselves: 422 on `base`"),
    documented("A deleted user has 15 keys"),
    documented(
        "Purged users stay in the list as `Permanently Deleted User` without address, phone, external id, tags, fields, organization; single ones are 404",
    ),
    assumed("`GET /users/{id}` of a purged user is 200 with what is left"),
    assumed(
        "A purge takes effect at once and answers with who it was; agents purge end users only",
    ),
    documented("Compliance statuses have these actions, applications and keys"),
    assumed(
        "Request at once, support after 6 and 99 s, chat after 30 and 180 s; nothing for who was not purged; all at once, without count and pages",
    ),
    documented("700 purges in ten clock minutes"),
    assumed("The header is `deleted-users-destroy`, the refusal the account's 429"),
    documented("`sort` of deleted users: `id`, `name`, `created_at`, `updated_at`").note("in part"),
    assumed("Another `sort` is 400"),
    differs("The count of deleted users is exact and of now").note("above 100,000"),
];
