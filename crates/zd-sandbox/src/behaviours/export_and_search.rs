//! Incremental exports, search, autocompletion.

use super::{Fact, assumed, documented, inferred, recorded, reported};

pub(super) const FACTS: &[Fact] = &[
    inferred("Exports are ordered by `updated_at`, then id; soft-deleted and purged users come too, with `active` false"),
    documented("What changed in the last minute is not exported; a later `start_time` is refused"),
    assumed("That refusal is a 400; its text"),
    inferred("By time: a page that ends within a second begins the next one with that second, else `end_time` is the second behind the last"),
    documented("By time: a page within one second grows to hold it"),
    recorded("By cursor: `unix_time.0` and the id; `before_*` are null"),
    assumed("An empty page gives its own position back, by time it has neither `next_page` nor `end_time`"),
    documented("Export pages are 1,000 at most, and more is 1,000"),
    assumed("None or no number is 400"),
    documented("Autocompletion finds whose name, or a word in it, begins so, or whose number is that; with anything it cannot read 400 `Query Error`; one page").note("words by an example"),
    assumed("Without either parameter it is 400 too"),
    documented("`search/export`: users only, by cursor, newest first; other types are 400, in the query too; 100 a minute").note("the direction by an example"),
    assumed("`result_type` is the last key of its results"),
    reported("`search/export` takes `type:user` in the query beside the filter, as zenpy sends it").note("documented to be an error"),
    documented("Search: every term must hold; words match whole words, `*` any text, `-` is not").note("in part; the rest is assumed"),
];
