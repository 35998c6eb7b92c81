//! Identities: the addresses by which a user is known.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{END_USER_IDENTITIES_LIST, IDENTITIES_LIST};
use zd_model::{
    IdentitiesPage, Identity, IdentityEnvelope, IdentityId, IdentityInput, IdentityType,
    IdentityUpdate, Nullable, Operation, UserId, VerificationMethod,
};

use super::calls::{body_calls, path_calls};
use super::draft::Draft;
use super::position::{Cursor, cursor_paged};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

fn check_method(method: &Nullable<VerificationMethod>) -> Result<(), RequestError> {
    use VerificationMethod::{Embed, Full, Sso};
    if matches!(method.value(), Some(Sso | Embed | Full)) {
        return Err(RequestError::refused(
            "the verification methods sso, embed and full are set by Zendesk only; none and low can be set",
        ));
    }
    Ok(())
}

fn check_new(identity: &IdentityInput) -> Result<(), RequestError> {
    use IdentityType::{AnyChannel, Foreign, Messaging, Sdk};
    if identity.value.trim().is_empty() {
        return Err(RequestError::Empty { what: "value" });
    }
    if matches!(identity.r#type, AnyChannel | Foreign | Sdk | Messaging) {
        return Err(RequestError::refused(
            "identities of the types any_channel, foreign, sdk and messaging are made by Zendesk only",
        ));
    }
    check_method(&identity.verification_method)
}

fn check_update(update: &IdentityUpdate) -> Result<(), RequestError> {
    if *update == IdentityUpdate::new() {
        return Err(RequestError::Empty { what: "change" });
    }
    if update
        .value
        .as_deref()
        .is_some_and(|value| value.trim().is_empty())
    {
        return Err(RequestError::Empty { what: "value" });
    }
    check_method(&update.verification_method)
}

macro_rules! identity_lists {
    ($($(#[$meta:meta])* $name:ident = $operation:ident, $parameter:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            user: UserId,
            types: Vec<IdentityType>,
            paging: Cursor,
        }

        impl $name {
            /// All identities of this user.
            pub const fn new(user: UserId) -> Self {
                Self { user, types: Vec::new(), paging: Cursor::first() }
            }

            /// Only identities of this type; given several times, of any of these.
            pub fn of_type(mut self, r#type: IdentityType) -> Self {
                self.types.push(r#type);
                self
            }
        }

        cursor_paged!($name);

        impl Endpoint for $name {
            type Output = IdentitiesPage;

            fn operation(&self) -> &Operation {
                &$operation
            }

            fn build(&self) -> Result<Request<Bytes>, RequestError> {
                let mut draft = Draft::of(self.operation());
                draft.param(self.user);
                for r#type in &self.types {
                    draft.pair($parameter, r#type);
                }
                self.paging.ask(&mut draft)?;
                draft.finish()
            }

            fn parse(&self, response: Response<Bytes>) -> Result<IdentitiesPage, Error> {
                read_json(self.operation(), &response)
            }
        }
    )+};
}

identity_lists! {
    /// `GET /api/v2/users/{user_id}/identities`: the identities of a user. For agents; verified end users see their own.
    ListIdentities = IDENTITIES_LIST, "type[]";
    /// `GET /api/v2/end_users/{user_id}/identities`: the identities of an end user, as the user sees them.
    /// For verified end users about themselves, and for agents.
    ListEndUserIdentities = END_USER_IDENTITIES_LIST, "type[]";
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/identities/{user_identity_id}`: an identity. For agents; verified end users see their own.
    ShowIdentity(user: UserId, id: IdentityId) = IDENTITIES_SHOW => {IdentityEnvelope.identity as Identity};
    /// `PUT …/make_primary`: makes an identity the primary one of its kind, and gives all identities of the user, the new
    /// primary one first (recorded). For agents; verified end users for verified addresses of their own.
    MakeIdentityPrimary(user: UserId, id: IdentityId) = IDENTITIES_MAKE_PRIMARY => {IdentitiesPage.identities as Vec<Identity>};
    /// `PUT …/verify`: marks an identity as verified. For agents; not for the address of the account's owner.
    ///
    /// May put the user into the organization of the address's domain.
    VerifyIdentity(user: UserId, id: IdentityId) = IDENTITIES_VERIFY => {IdentityEnvelope.identity as Identity};
    /// `PUT …/request_verification`: mails the user a link that verifies the address. For agents.
    RequestIdentityVerification(user: UserId, id: IdentityId) = IDENTITIES_REQUEST_VERIFICATION => {nothing};
    /// `DELETE /api/v2/users/{user_id}/identities/{user_identity_id}`: deletes an identity. For agents.
    ///
    /// Without the primary one no other becomes it. A deleted phone number can stay in the user's `phone`; clear it there.
    DeleteIdentity(user: UserId, id: IdentityId) = IDENTITIES_DELETE => {nothing};
    /// `GET /api/v2/end_users/{user_id}/identities/{user_identity_id}`: an identity, as the end user sees it.
    ShowEndUserIdentity(user: UserId, id: IdentityId) = END_USER_IDENTITIES_SHOW => {IdentityEnvelope.identity as Identity};
    /// `PUT /api/v2/end_users/…/make_primary`: makes a verified identity the primary one of its kind, and gives all of them.
    MakeEndUserIdentityPrimary(user: UserId, id: IdentityId) = END_USER_IDENTITIES_MAKE_PRIMARY => {IdentitiesPage.identities as Vec<Identity>};
    /// `PUT /api/v2/end_users/…/request_verification`: mails the end user a link that verifies the address.
    RequestEndUserIdentityVerification(user: UserId, id: IdentityId) = END_USER_IDENTITIES_REQUEST_VERIFICATION => {nothing};
    /// `DELETE /api/v2/end_users/{user_id}/identities/{user_identity_id}`: deletes an identity of an end user.
    DeleteEndUserIdentity(user: UserId, id: IdentityId) = END_USER_IDENTITIES_DELETE => {nothing};
}

body_calls! {
    /// `POST /api/v2/users/{user_id}/identities`: adds an identity. For agents.
    ///
    /// An address that anybody in the account has, this user included, is refused (422). A new e-mail address is mailed about
    /// verification unless `skip_verify_email` is set.
    CreateIdentity(user: UserId, ["identity"] identity: IdentityInput) = IDENTITIES_CREATE => {IdentityEnvelope.identity as Identity} unless check_new;
    /// `PUT /api/v2/users/{user_id}/identities/{user_identity_id}`: changes the address, or whether it is verified. For agents.
    ///
    /// Which one is the primary one is changed by [`MakeIdentityPrimary`].
    UpdateIdentity(user: UserId, id: IdentityId, ["identity"] update: IdentityUpdate) = IDENTITIES_UPDATE => {IdentityEnvelope.identity as Identity} unless check_update;
    /// `POST /api/v2/end_users/{user_id}/identities`: adds an identity to an end user, who may do so themselves.
    CreateEndUserIdentity(user: UserId, ["identity"] identity: IdentityInput) = END_USER_IDENTITIES_CREATE => {IdentityEnvelope.identity as Identity} unless check_new;
}
