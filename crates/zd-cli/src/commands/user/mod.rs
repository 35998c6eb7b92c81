//! `zd user`.

mod attributes;
mod export;
mod get;
mod search;
mod upsert;

pub(crate) use export::export;
pub(crate) use get::get;
pub(crate) use search::search;
pub(crate) use upsert::upsert;
