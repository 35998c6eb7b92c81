//! Calls as methods, by what they are about.

mod deleted_users;
mod end_users;
mod exports;
mod groups;
mod identities;
mod organizations;
mod passwords;
mod sessions;
mod user_fields;
mod user_tags;
mod users;

pub use deleted_users::DeletedUsers;
pub use end_users::EndUsers;
pub use exports::Exports;
pub use groups::{GroupMemberships, Groups};
pub use identities::Identities;
pub use organizations::{OrganizationMemberships, Organizations};
pub use passwords::Passwords;
pub use sessions::Sessions;
pub use user_fields::UserFields;
pub use user_tags::UserTags;
pub use users::Users;

/// Defines a handle of the client and its methods. `reads` and `writes` execute an endpoint, `lists` gives a pager of one.
/// The endpoint is written as it is made, `Endpoint::new(…)`, or named if it is what the caller gives: `which` or `*which`.
macro_rules! handle {
    (
        $(#[$meta:meta])*
        $handle:ident {$(
            $(#[$doc:meta])*
            $kind:ident $name:ident($($parameter:ident: $type:ty),* $(,)?) -> $output:ty
                = $(*$given:ident)? $($endpoint:ident $(::new($($argument:expr),*))?)?;
        )*}
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $handle {
            client: crate::Client,
        }

        impl $handle {
            pub(crate) const fn new(client: crate::Client) -> Self {
                Self { client }
            }

            $(crate::handles::method!(
                $kind [$(#[$doc])*] $name($($parameter: $type),*) -> $output
                    = $(*$given)? $($endpoint $(::new($($argument),*))?)?
            );)*
        }
    };
}

macro_rules! method {
    // An endpoint that is made here is named to the reader; one that is given stands in the signature.
    ($kind:ident [$($doc:tt)*] $name:ident $parameters:tt -> $output:ty = $endpoint:ident::new($($argument:expr),*)) => {
        crate::handles::method!(
            $kind [
                $($doc)*
                ///
                #[doc = concat!("[`", stringify!($endpoint), "`](crate::endpoints::", stringify!($endpoint), ") says more about the call.")]
            ] $name $parameters -> $output, $endpoint::new($($argument),*)
        );
    };
    ($kind:ident [$($doc:tt)*] $name:ident $parameters:tt -> $output:ty = $call:expr) => {
        crate::handles::method!($kind [$($doc)*] $name $parameters -> $output, $call);
    };
    (reads [$(#[$doc:meta])*] $name:ident($($parameter:ident: $type:ty),*) -> $output:ty, $call:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Request`](crate::Error::Request) for what is known to be refused, before anything is sent; see
        /// [`Error`](crate::Error).
        ///
        /// # Cancel safety
        ///
        /// Only reads.
        pub async fn $name(&self, $($parameter: $type),*) -> Result<$output, crate::Error> {
            self.client.execute(&$call).await
        }
    };
    (writes [$(#[$doc:meta])*] $name:ident($($parameter:ident: $type:ty),*) -> $output:ty, $call:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`Error::Request`](crate::Error::Request) for what is known to be refused, before anything is sent; see
        /// [`Error`](crate::Error).
        ///
        /// # Cancel safety
        ///
        /// Dropping the future ends the exchange; what was asked may have been done.
        pub async fn $name(&self, $($parameter: $type),*) -> Result<$output, crate::Error> {
            self.client.execute(&$call).await
        }
    };
    (lists [$(#[$doc:meta])*] $name:ident($($parameter:ident: $type:ty),*) -> $output:ty, $call:expr) => {
        $(#[$doc])*
        pub fn $name(&self, $($parameter: $type),*) -> crate::Pager<$output> {
            self.client.pager($call)
        }
    };
}

pub(crate) use {handle, method};
