//! Calls about identities.

use zd_model::{Identity, IdentityId, IdentityInput, IdentityUpdate, UserId};

use super::handle;
use crate::endpoints::{
    CreateIdentity, DeleteIdentity, ListIdentities, MakeIdentityPrimary,
    RequestIdentityVerification, ShowIdentity, UpdateIdentity, VerifyIdentity,
};

handle! {
    /// Calls about identities: the addresses by which a user is known.
    ///
    /// They need OAuth tokens with the scopes `read` and `write`: those with `users:read` and `users:write` alone are refused.
    Identities {
        /// Lists the identities of a user; for some types only, make a pager of a [`ListIdentities`].
        lists list(user: UserId) -> ListIdentities = ListIdentities::new(user);
        /// Shows an identity.
        reads get(user: UserId, id: IdentityId) -> Identity = ShowIdentity::new(user, id);
        /// Adds an identity to a user.
        writes create(user: UserId, identity: &IdentityInput) -> Identity = CreateIdentity::new(user, identity);
        /// Changes an identity's address, or whether it is verified.
        writes update(user: UserId, id: IdentityId, update: &IdentityUpdate) -> Identity = UpdateIdentity::new(user, id, update);
        /// Makes an identity the primary one of its kind, and gives all of them, the new primary one first.
        writes make_primary(user: UserId, id: IdentityId) -> Vec<Identity> = MakeIdentityPrimary::new(user, id);
        /// Marks an identity as verified.
        writes verify(user: UserId, id: IdentityId) -> Identity = VerifyIdentity::new(user, id);
        /// Mails the user a link that verifies the address.
        writes request_verification(user: UserId, id: IdentityId) -> () = RequestIdentityVerification::new(user, id);
        /// Deletes an identity.
        writes delete(user: UserId, id: IdentityId) -> () = DeleteIdentity::new(user, id);
    }
}
