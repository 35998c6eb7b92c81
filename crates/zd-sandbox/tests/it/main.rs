//! The sandbox from its clients' side: raw requests, exact answers, in-process and over a socket.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod support;

mod auth;
mod behaviours;
mod bodies;
mod bulk;
mod clock;
mod contacts;
mod data;
mod deleted_users;
mod end_users;
mod fault_effects;
mod fault_rules;
mod faults;
mod fields;
mod groups;
mod identities;
mod identities_refused;
mod incremental;
mod inspect;
mod job_fates;
mod job_times;
mod jobs;
mod limits;
mod lists;
mod nonsense;
mod nonsense_about_users;
mod operations;
mod organization_memberships;
mod organizations;
mod passwords;
mod plans;
mod preferences;
mod reading;
mod search;
mod server;
mod sessions;
mod staff;
mod upsert;
mod user_field_changes;
mod user_field_options;
mod user_fields;
mod user_tags;
mod verify;
mod writing;
