//! Zendesk's users, jobs and errors as plain types.
//!
//! No I/O, no async, no HTTP: values that read what Zendesk says and write what Zendesk accepts.
//!
//! - **Reading never loses anything.** A field that Zendesk adds tomorrow lands in `extra` and is written back; an enum
//!   text nobody has seen survives in `Unknown`; numbers keep every digit; times keep their spelling; and a field that was
//!   absent, `null` or a value is [`Nullable::Absent`], [`Nullable::Null`] or [`Nullable::Value`].
//! - **Writing says exactly what is meant.** In [`UserInput`] an absent field is left alone by Zendesk, a null clears it.
//! - **One table of operations**, [`operation::ALL`], which the client, the sandbox's router and the documentation share.
//!
//! ```
//! use zd_model::{Nullable, Role, User, UserInput};
//!
//! let user: User = serde_json::from_str(r#"{"id": 35436, "name": "Ann", "email": null, "role": "wizard", "shoe_size": 3.10}"#)?;
//! assert_eq!(user.role, Nullable::Value(Role::Unknown("wizard".to_owned())));
//! assert!(user.email.is_null() && user.phone.is_absent());
//! assert_eq!(user.extra["shoe_size"].to_string(), "3.10");
//!
//! let change = UserInput { external_id: "42".into(), phone: Nullable::Null, ..UserInput::default() };
//! assert_eq!(serde_json::to_string(&change)?, r#"{"external_id":"42","phone":null}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod open_enum;
mod record;

mod id;
mod nullable;
mod timestamp;

mod enums;
mod error_body;
mod identity;
mod job;
mod job_result;
pub mod operation;
mod organization;
mod page;
mod secret;
mod user;
mod user_field;
mod user_input;

pub use enums::{
    DeliverableState, IdentityType, JobState, Role, SeparationScope, TicketRestriction,
    UserFieldType, VerificationMethod,
};
pub use error_body::{ErrorBody, ErrorDetail, ErrorItem};
pub use id::{
    BrandId, CustomRoleId, ExternalId, GroupId, IdentityId, JobId, OrganizationId, ParseIdError,
    UserFieldId, UserId,
};
pub use identity::{Identity, IdentityInput};
pub use job::{JobResults, JobStatus};
pub use job_result::{EntryVerdict, JobResult};
pub use nullable::Nullable;
pub use operation::Operation;
pub use organization::{Organization, OrganizationInput};
pub use page::{
    CurrentUser, IdentitiesPage, IdentityEnvelope, JobStatusEnvelope, JobStatusesPage, Links,
    MeEnvelope, Meta, OrganizationEnvelope, OrganizationsPage, UserEnvelope, UserFieldEnvelope,
    UserFieldsPage, UsersPage,
};
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use user::{Attachment, Separation, SuspensionDetails, User};
pub use user_field::{CustomFieldOption, UserField};
pub use user_input::UserInput;

/// Fields that this crate does not know, kept in their order and written back unchanged.
pub type Extra = serde_json::Map<String, serde_json::Value>;
