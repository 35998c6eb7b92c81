//! What the clients get wrong themselves. Each defect must still show, or its row has to go.

/// A step that fails through the client's own fault.
#[derive(Debug)]
pub(super) struct Defect {
    pub(super) peer: &'static str,
    pub(super) step: &'static str,
    /// A part of the error in which it shows.
    pub(super) error: &'static str,
    pub(super) why: &'static str,
}

/// Every known defect.
pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        peer: "zenpy",
        step: "organizations_by_external_id",
        error: "[] is not ['Zenpy Two']",
        why: "`organizations.external` appends `?page[size]=100` to an address that has a query, so the id that it asks for ends with it",
    },
    Defect {
        peer: "node-zendesk",
        step: "too_many_upserts_are_refused",
        error: "nobody was refused",
        why: "an answer with `Retry-After` is returned like a success, its result undefined",
    },
    Defect {
        peer: "node-zendesk",
        step: "tags_remove",
        error: "the tag is still there",
        why: "`users.removeTags` sends no body, so it names no tags",
    },
    Defect {
        peer: "node-zendesk",
        step: "update_many_each_with_two_arguments",
        error: "Zendesk Error (400)",
        why: "`users.updateMany` with two arguments sends the first as the body, which is the one for ids",
    },
    Defect {
        peer: "node-zendesk",
        step: "update_many_by_external_ids",
        error: "t.hasOwn is not a function",
        why: "`users.updateMany` calls a method `hasOwn` of its argument, which objects do not have",
    },
    Defect {
        peer: "node-zendesk",
        step: "destroy_many_with_two_arguments",
        error: "Zendesk Error (400)",
        why: "`users.destroyMany` with two arguments forgets the ids; it takes three to pass them on",
    },
    Defect {
        peer: "node-zendesk",
        step: "watch_a_job_that_is_not_there_yet",
        error: "asked 1 times, not 3",
        why: "`jobstatuses.watch` means to ask again after a 404, and looks for a status that its errors do not carry",
    },
    Defect {
        peer: "node-zendesk",
        step: "users_organizations_count",
        error: "(reading 'value')",
        why: "`organizations.countByUser` takes the count from a list that it has packed the answer into",
    },
];
