//! Organizations.

use super::{Fact, assumed, differs, documented, recorded};

pub(super) const FACTS: &[Fact] = &[
    recorded("The order of the keys of an organization"),
    recorded("`show_many` is by name, what is not there is left out"),
    documented(
        "`create_or_update` means one by id, else by external id, never by name; a missing or a taken name is refused; names are unique",
    ),
    assumed(
        "An unknown id is 404; a missing name is 422 `BlankValue`, a taken one 422 `DuplicateValue`, at their places; names are trimmed, and unique whatever their case",
    ),
    documented("Agents change nothing but the notes"),
    assumed("Anything else is 403 for them"),
    differs(
        "There are no organization fields: values are ignored and named, `organization_fields` reads back empty",
    ),
    differs("`domain_names` put nobody into the organization; its tags stay its own"),
    documented("The search is by exact name or external id, at most one is found"),
    assumed("Both parameters are 400, none is 400"),
    documented(
        "Autocompletion is by the beginning of the name, by page only; too few letters are 400 `QueryError`",
    ),
    assumed("It is ordered by name; two letters are enough"),
];
