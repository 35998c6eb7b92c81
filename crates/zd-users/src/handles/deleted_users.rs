//! Calls about deleted users.

use zd_model::{Count, DeletedUser, UserId};

use super::handle;
use crate::endpoints::{CountDeletedUsers, ListDeletedUsers, PurgeUser, ShowDeletedUser};

handle! {
    /// Calls about deleted users.
    DeletedUsers {
        /// Lists users who are deleted softly or for good.
        lists list(which: ListDeletedUsers) -> ListDeletedUsers = which;
        /// Counts them; exact up to 100,000.
        reads count() -> Count = CountDeletedUsers::new();
        /// Shows a softly deleted user.
        reads get(user: UserId) -> DeletedUser = ShowDeletedUser::new(user);
        /// Deletes a softly deleted user for good. It cannot be undone.
        writes purge(user: UserId) -> DeletedUser = PurgeUser::new(user);
    }
}
