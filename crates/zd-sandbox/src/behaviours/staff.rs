//! Agents and admins: preferences, entitlements, brands.

use super::{Fact, assumed, differs, documented};

pub(super) const FACTS: &[Fact] = &[
    documented(
        "Preferences: only what is sent changes; a change without any is 400 `BadRequest`, for end users 401 `Unauthorized`",
    ),
    assumed("So it is for reading and with an empty hash"),
    documented("Preferences begin as in the documented example").note("in part"),
    assumed("Null puts one back to that; others are ignored and named; views are not looked up"),
    documented(
        "Entitlements: admins are `admin`, in Talk `lead`; the body of a 404 has `error` alone",
    ),
    assumed(
        "Agents are `agent`, in Explore and Guide `viewer`; all are active; nobody and end users are 404",
    ),
    differs(
        "There is one brand; all staff serve it since they were created, whatever `agent_brand_ids` says",
    ),
    documented("Brands of agents are for admins"),
    documented(
        "`users/me/oauth/clients`: for admins; the owner's is the one of the seed, its secret cut; no `logo_url`",
    ),
    assumed("The secret is cut after 15 characters"),
];
