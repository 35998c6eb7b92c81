//! Memberships in organizations and groups.

use super::{Fact, assumed, documented};

pub(super) const FACTS: &[Fact] = &[
    assumed("The account lets users be in several organizations").note("accounts can forbid it"),
    documented("`organization_id` in a user ends all other memberships"),
    assumed("So does whatever else names the organization; the one that stays keeps its id"),
    assumed("`organization_ids`: these and no others, the first is the default one"),
    documented("A second membership in the same organization is 422"),
    assumed("It is `DuplicateValue` on `user_id`"),
    assumed(
        "An unknown or missing organization of a membership is 422; `user_id` of the body does nothing",
    ),
    documented(
        "`default` of an organization membership is true or null; the list has the default one first, then by name",
    ),
    assumed("The order of the keys of a membership"),
    assumed(
        "`view_tickets`: the organization shares tickets, or the user is staff without a restriction or restricted to `organization`",
    ),
    assumed(
        "The default organization goes: the oldest other membership takes its place, and the user counts as changed; so it is with groups, where the user does not",
    ),
    documented(
        "`make_default` of a membership answers with all memberships, of a user's organization with that membership; agents do it for end users only",
    ),
    assumed(
        "Merge: memberships move with their ids, the survivor's default one stays; the other one is in none",
    ),
    assumed("Memberships and groups of a deleted user are 404"),
    assumed(
        "New agents are in the account's default group, end users in none; `default_group_id`, `group_id` and `group_ids` say where agents are, unknown ids are 422; only admins put somebody into a group",
    ),
    assumed(
        "A group membership of an end user, or twice, is 422; agents make a group of their own the default one, admins anybody's",
    ),
    documented("`include=users,organizations` and `users,groups` work on lists of memberships"),
];
