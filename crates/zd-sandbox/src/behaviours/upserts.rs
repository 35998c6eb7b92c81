//! Upserts: who is meant.

use super::{Fact, assumed, documented, reported};

pub(super) const FACTS: &[Fact] = &[
    documented("An upsert means whoever has the external id, else the address")
        .note("choice `match`"),
    assumed("Secondary addresses count as well"),
    documented("The case of the request's external id is kept"),
    reported("External id and address of two people: 422 on the address"),
    reported("An `id` in an upsert: a live one wins"),
    assumed("An `id` in an upsert that is nobody's is 404").note("in part reported"),
];
