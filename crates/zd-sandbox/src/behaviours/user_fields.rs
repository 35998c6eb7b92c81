//! Custom fields of users, and their values.

use super::{Fact, assumed, differs, documented, recorded};

pub(super) const FACTS: &[Fact] = &[
    recorded("A field without a position stands at 9999, without a type it is text; `id` in an update is ignored and named"),
    differs("A position of 9999 stays").note("recorded: the next update showed 0"),
    documented("Keys are letters, digits and underscores, not digits alone, and unique"),
    assumed("Letters are those of ASCII, at most 255, and their case does not make keys different"),
    documented("The key of a deleted field stays taken").note("in older documentation"),
    assumed("A field's key and type, and what a lookup is about, cannot change: ignored and named; so is what its type has no use for"),
    assumed("A missing key, title, pattern, option or target is 422 `BlankValue`, a taken key or option value 422 `DuplicateValue`").note("after what is recorded of other records"),
    documented("A field that is not active is not shown with users"),
    assumed("Writing it is like writing an unknown one; its values and tags stay"),
    documented("Options that an update of a field leaves out are gone, and their values are dropped"),
    assumed("Their tags are dropped too; so it is when a field or an option is deleted; `updated_at` of the users stays"),
    assumed("Another value of an option, another tag of a checkbox: users who have it follow at once"),
    assumed("An option without an id in an update of its field means the one of that value"),
    assumed("Option values and tags hold no spaces and commas, up to 255 characters"),
    assumed("Options of a field that has none are 404"),
    documented("An option's place is its position; both 200 and 201 carry `Location`, of all options"),
    differs("`relationship_filter` is kept and has no effect; lookups of tickets and custom objects take any id").note("there are none here"),
    differs("Patterns are Ruby's as far as they need no look-around and no references back"),
    differs("Patterns have up to 255 bytes, 1 MiB compiled, and are tried on up to 1,024 characters").note("the limits are ours"),
    assumed("`show_many` of fields is by position, unknown keys are left out"),
    documented("`reorder` takes `user_field_ids`; the others follow in their order").note("of ticket fields"),
    assumed("An unknown id in `reorder` is 404"),
    differs("There is no dynamic content: `raw_title` and `raw_description` are the title and description, `resolve_dc` does nothing"),
    recorded("A date reads back as midnight UTC"),
    assumed("A value that does not fit its field is 422 under the field's key"),
    assumed(r#"Number fields take numbers in strings, a checkbox `"true"`; `""` clears"#),
    assumed("A lookup reads back as a string"),
];
