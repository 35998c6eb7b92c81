//! The addresses by which a user is known.

use serde::Serialize;

use crate::record::{read_object, record};
use crate::{
    BrandId, DeliverableState, Extra, IdentityId, IdentityType, Nullable, Timestamp, UserId,
    VerificationMethod,
};

record! {
    /// An address by which a user is known: an e-mail address, a phone number, an account elsewhere.
    Identity(
        /// The id.
        id: IdentityId
    ) {
        /// Where the API shows this identity.
        url: String,
        /// Whose it is.
        user_id: UserId,
        /// The kind of address.
        r#type: IdentityType,
        /// The address.
        value: String,
        /// Whether it is verified; deprecated in favour of `verification_method`.
        verified: bool,
        /// Whether it is the primary one of its kind; an e-mail and a phone number can both be.
        primary: bool,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
        /// How many mails bounced softly; e-mail addresses only.
        undeliverable_count: u64,
        /// Whether mail is sent to it; e-mail addresses only.
        deliverable_state: DeliverableState,
        /// How it was verified.
        verification_method: VerificationMethod,
        /// When it was last fully verified.
        verified_at: Timestamp,
        /// Its brand, in accounts with brand separation.
        brand_id: BrandId,
    }
}

/// An identity to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IdentityInput {
    /// The kind of address.
    pub r#type: IdentityType,
    /// The address.
    pub value: String,
    /// Whether it counts as verified; deprecated in favour of `verification_method`.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub verified: Nullable<bool>,
    /// Whether it becomes the primary one of its kind.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub primary: Nullable<bool>,
    /// How it counts as verified: `none` or `low`; the others are the system's, and refused.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub verification_method: Nullable<VerificationMethod>,
    /// Keeps Zendesk from mailing about verification.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub skip_verify_email: Nullable<bool>,
    /// Attributes that this crate does not know, sent as they are.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(
    IdentityInput
    [r#type value]
    [verified primary verification_method skip_verify_email]
);

record! {
    /// What to change about an identity; whether it is the primary one is changed by a call of its own.
    IdentityUpdate {
        /// The address.
        value: String,
        /// Whether it counts as verified; deprecated in favour of `verification_method`.
        verified: bool,
        /// How it counts as verified: `none` or `low`; the others are the system's, and refused.
        verification_method: VerificationMethod,
    }
}

impl IdentityInput {
    /// An identity of this kind with this address.
    pub fn new(r#type: IdentityType, value: impl Into<String>) -> Self {
        Self {
            r#type,
            value: value.into(),
            verified: Nullable::Absent,
            verification_method: Nullable::Absent,
            primary: Nullable::Absent,
            skip_verify_email: Nullable::Absent,
            extra: Extra::new(),
        }
    }
}
