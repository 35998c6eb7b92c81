//! Lists: pages, order, counts.

use super::{Fact, assumed, differs, documented};

pub(super) const FACTS: &[Fact] = &[
    documented(
        "`sort` by `id`, `name`, `created_at`, `updated_at`, downwards behind a `-`; `sort_by` and `sort_order` for users of an organization or a group",
    ),
    assumed("Anything else there is 400"),
    assumed("`include_item_cursors` and `include_boundary_indicators` change nothing"),
    differs("Counts are exact and of this moment, however large"),
];
