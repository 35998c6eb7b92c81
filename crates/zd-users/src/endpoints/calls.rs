//! Calls that need nothing but the parameters of their path.

use bytes::Bytes;
use http::Response;
use zd_model::Operation;

use crate::Error;
use crate::error::ApiError;

/// A success says nothing more: its body, empty or `null`, is not looked at.
pub(super) fn read_nothing(operation: &Operation, response: &Response<Bytes>) -> Result<(), Error> {
    if response.status().is_success() {
        return Ok(());
    }
    Err(ApiError::from_response(operation, response).into())
}

/// Defines calls whose request is the operation's path, filled in, and nothing else:
///
/// `Name(parameter: Type, …) = OPERATION => Output in Envelope.field;`, `… => Output;` where the body is the output, or
/// `… => nothing;` where there is nothing to read.
macro_rules! path_calls {
    ($(
        $(#[$meta:meta])*
        $name:ident($($parameter:ident: $type:ty),*) = $operation:ident => $output:ident $(in $envelope:ident.$field:ident)?;
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            $($parameter: $type,)*
        }

        impl $name {
            /// The call for these parameters of the path.
            #[expect(clippy::new_without_default, reason = "some have no parameters, and still nothing to default to")]
            pub const fn new($($parameter: $type),*) -> Self {
                Self { $($parameter),* }
            }
        }

        impl crate::Endpoint for $name {
            type Output = crate::endpoints::calls::path_calls!(@output $output);

            fn operation(&self) -> &zd_model::Operation {
                &zd_model::operation::$operation
            }

            fn build(&self) -> Result<http::Request<bytes::Bytes>, crate::RequestError> {
                crate::endpoints::draft::Draft::of(self.operation())
                    $(.param(&self.$parameter))*
                    .finish()
            }

            fn parse(&self, response: http::Response<bytes::Bytes>) -> Result<Self::Output, crate::Error> {
                crate::endpoints::calls::path_calls!(@read self.operation(), &response, $output $(in $envelope.$field)?)
            }
        }
    )+};
    (@output nothing) => { () };
    (@output $output:ident) => { $output };
    (@read $operation:expr, $response:expr, nothing) => {
        crate::endpoints::calls::read_nothing($operation, $response)
    };
    (@read $operation:expr, $response:expr, $output:ident) => {
        crate::read_json($operation, $response)
    };
    (@read $operation:expr, $response:expr, $output:ident in $envelope:ident.$field:ident) => {
        Ok(crate::read_json::<$envelope>($operation, $response)?.$field)
    };
}

pub(super) use path_calls;
