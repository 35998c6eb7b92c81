//! Calls of end users about themselves.

use zd_model::{Identity, IdentityId, IdentityInput, User, UserId, UserInput};

use super::handle;
use crate::endpoints::{
    CreateEndUserIdentity, DeleteEndUserIdentity, ListEndUserIdentities,
    MakeEndUserIdentityPrimary, RequestEndUserIdentityVerification, ShowEndUser,
    ShowEndUserIdentity, UpdateEndUser,
};

handle! {
    /// Calls of end users about themselves, or of agents about end users as these see themselves.
    EndUsers {
        /// Shows an end user, with the sixteen keys that end users see.
        reads get(user: UserId) -> User = ShowEndUser::new(user);
        /// Changes what end users may change.
        writes update(user: UserId, change: &UserInput) -> User = UpdateEndUser::new(user, change);
        /// Lists the identities of an end user.
        lists identities(user: UserId) -> ListEndUserIdentities = ListEndUserIdentities::new(user);
        /// Shows an identity of an end user.
        reads identity(user: UserId, id: IdentityId) -> Identity = ShowEndUserIdentity::new(user, id);
        /// Adds an identity to an end user.
        writes create_identity(user: UserId, identity: &IdentityInput) -> Identity = CreateEndUserIdentity::new(user, identity);
        /// Makes a verified identity the primary one of its kind, and gives all of them.
        writes make_identity_primary(user: UserId, id: IdentityId) -> Vec<Identity> = MakeEndUserIdentityPrimary::new(user, id);
        /// Mails the end user a link that verifies the address.
        writes request_identity_verification(user: UserId, id: IdentityId) -> () = RequestEndUserIdentityVerification::new(user, id);
        /// Deletes an identity of an end user.
        writes delete_identity(user: UserId, id: IdentityId) -> () = DeleteEndUserIdentity::new(user, id);
    }
}
