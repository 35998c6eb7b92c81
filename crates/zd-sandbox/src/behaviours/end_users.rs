//! End users about themselves, and `/end_users`.

use super::{Fact, assumed, documented};

pub(super) const FACTS: &[Fact] = &[
    documented("They see sixteen keys of themselves, and `authenticity_token` in `users/me`"),
    documented("Their `email` is the primary address, or a verified one as long as that is not"),
    assumed("Without a verified one it is the primary address"),
    documented("`/end_users` shows and changes end users"),
    assumed(
        "Agents see and change end users there as these do; staff and deleted users are 404 there",
    ),
    documented(
        "`PUT /end_users/{id}` takes `name`, `email`, `phone`, `shared_phone_number`, `time_zone`, `locale_id`, `photo`; other keys are ignored and named",
    ),
    assumed(
        "It takes `remote_photo_url`; role, organization and `verified` are not theirs to write",
    ),
    documented("They see and make addresses and numbers only"),
    assumed(
        "Under `/end_users` that holds for staff too; the URLs of identities there are under `/end_users` as well",
    ),
    documented("They make only a verified address the primary one"),
    assumed(
        "An unverified one is 422; what they say about `verified`, `primary`, `skip_verify_email` of a new identity is ignored and named",
    ),
];
