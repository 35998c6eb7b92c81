//! Users: their keys, what is written and what is ignored.

use super::{Fact, assumed, differs, documented, recorded, reported};

pub(super) const FACTS: &[Fact] = &[
    recorded("The order of the keys of a user"),
    recorded("`two_factor_auth_enabled` of admins is null"),
    reported("`two_factor_auth_enabled` of others is null")
        .note("in 2024; recordings of end users of 2021 and 2023 have `false`"),
    recorded("`report_csv` is false").note("except for one of two admins"),
    recorded("A creation is 201 with `Location`"),
    reported("A creation with an address or external id of somebody else is 422 under its own key"),
    recorded("`id` in a creation means nothing, an empty one neither"),
    reported("`id` as null is 400, in bulk for the whole request")
        .note("in part; the rest is assumed"),
    assumed("`id` beside the one of the path means nothing"),
    recorded("Unknown and read-only keys are ignored and named in `X-Zendesk-API-Warn`"),
    differs("`X-Zendesk-API-Warn` names 50 keys at most").note("the cap is ours"),
    recorded("A new address is added as a secondary identity, the primary one stays"),
    assumed("`verified` sent with an address that the user has is that identity's"),
    documented("`verified` without an address is the primary one's"),
    documented("A phone is a direct line, a shared number or a second identity"),
    assumed("Clearing the phone takes the identity of a number along"),
    recorded(r#"A cleared alias reads back as `""`"#),
    assumed("Other cleared texts read back as null"),
    assumed("An unknown organization, by id or name, is 422 on `organization`"),
    assumed(
        "Names, external ids, aliases and addresses longer than 255 characters, and texts longer than 65,535, are 422",
    ),
    documented("Agents write end users, and change nobody's role"),
    assumed("Agents write themselves; in a job this is decided row by row"),
    assumed("`identities` in an update do nothing and are named in the warning"),
    documented("Only end users are merged"),
    assumed(
        "Merge: identities go along and stay secondary beside the survivor's, whose empty phone is filled",
    ),
    differs("A merge is done at once").note("Zendesk may take seconds"),
    assumed("A merge into oneself or with staff is 422 on `base`, with nobody 404"),
    documented("A photo as `user[photo][uploaded_data]` of a form is shown as an attachment"),
    assumed(
        "The attachment has no measures and thumbnails; other fields of the form are ignored; the picture is not kept",
    ),
    assumed("A form that is none is 400 `InvalidForm`"),
    reported("`include=groups` and `organizations` work where users are shown"),
    assumed("They add all groups and organizations of a user rather than the default one"),
    reported("`include=identities` works where users are shown, not in a search"),
    reported("`include=abilities` and `include=roles` have the keys that clients read"),
    assumed(
        "All four abilities are true if the caller may change the user; the list of roles is empty, as there are no custom roles",
    ),
    differs("`related` is all zeros: there are no tickets"),
    documented("`request_create` is 200 without a body; nothing is mailed"),
    assumed("`request_create` must have a name and an address"),
    differs("`last_login_at` is always null"),
    differs("`custom_role_id` of admins is null")
        .note("recorded: the id of a role, in an account with custom roles"),
    differs("`remote_photo_url`, `password` and brand settings are accepted and do nothing"),
    differs("Eight locales have ids; others keep their text and show `locale_id` 1"),
    differs("Time zones outside a short list show `Etc/UTC` as IANA name"),
    differs("There are no creation collisions (409)"),
];
