//! Calls about passwords.

use zd_model::{Secret, UserId};

use super::handle;
use crate::endpoints::{ChangePassword, SetPassword, ShowPasswordRequirements};

handle! {
    /// Calls about passwords.
    Passwords {
        /// Sets a user's password, where the account's owner allows it.
        writes set(user: UserId, password: &Secret) -> () = SetPassword::new(user, password);
        /// Changes the caller's own password.
        writes change(user: UserId, previous: &Secret, password: &Secret) -> () = ChangePassword::new(user, previous, password);
        /// Lists what a password of this user must be like, in sentences.
        reads requirements(user: UserId) -> Vec<String> = ShowPasswordRequirements::new(user);
    }
}
