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

/// Defines calls whose request is the operation's path, filled in, and nothing else. What they give is written
/// `{Envelope.field as Type}`, `{Type}` where the body is the output, or `{nothing}` where there is nothing to read.
macro_rules! path_calls {
    ($(
        $(#[$meta:meta])*
        $name:ident($($parameter:ident: $type:ty),*) = $operation:ident => {$($output:tt)+};
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            $($parameter: $type,)*
        }

        impl $name {
            /// The call for these parameters of the path.
            #[allow(clippy::new_without_default, reason = "some calls have no parameters, and nothing to default to")]
            pub const fn new($($parameter: $type),*) -> Self {
                Self { $($parameter),* }
            }
        }

        impl crate::Endpoint for $name {
            type Output = crate::endpoints::calls::output!($($output)+);

            fn operation(&self) -> &zd_model::Operation {
                &zd_model::operation::$operation
            }

            fn build(&self) -> Result<http::Request<bytes::Bytes>, crate::RequestError> {
                crate::endpoints::draft::Draft::of(self.operation())
                    $(.param(&self.$parameter))*
                    .finish()
            }

            fn parse(&self, response: http::Response<bytes::Bytes>) -> Result<Self::Output, crate::Error> {
                crate::endpoints::calls::read!(self.operation(), &response, $($output)+)
            }
        }
    )+};
}

/// What a call gives; see [`path_calls`].
macro_rules! output {
    (nothing) => {
        ()
    };
    ($envelope:ident.$field:ident as $type:ty) => {
        $type
    };
    ($type:ty) => {
        $type
    };
}

/// Reads what a call gives; see [`path_calls`].
macro_rules! read {
    ($operation:expr, $response:expr, nothing) => {
        crate::endpoints::calls::read_nothing($operation, $response)
    };
    ($operation:expr, $response:expr, $envelope:ident.$field:ident as $type:ty) => {
        crate::read_json::<$envelope>($operation, $response).map(|envelope| envelope.$field)
    };
    ($operation:expr, $response:expr, $type:ty) => {
        crate::read_json::<$type>($operation, $response)
    };
}

/// Defines lists whose request is the operation's path, filled in, and the page: [`Cursor`](super::position::Cursor) or
/// [`Offset`](super::position::Offset).
macro_rules! path_lists {
    ($(
        $(#[$meta:meta])*
        $name:ident($($parameter:ident: $type:ty),*) = $operation:ident => $page:ty, by $paging:ident;
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            $($parameter: $type,)*
            paging: crate::endpoints::position::$paging,
        }

        impl $name {
            /// The first page of the list for these parameters of the path.
            #[allow(clippy::new_without_default, reason = "some lists have no parameters, and nothing to default to")]
            pub const fn new($($parameter: $type),*) -> Self {
                Self { $($parameter,)* paging: crate::endpoints::position::$paging::first() }
            }
        }

        crate::endpoints::calls::paged_by!($paging, $name);

        impl crate::Endpoint for $name {
            type Output = $page;

            fn operation(&self) -> &zd_model::Operation {
                &zd_model::operation::$operation
            }

            fn build(&self) -> Result<http::Request<bytes::Bytes>, crate::RequestError> {
                let mut draft = crate::endpoints::draft::Draft::of(self.operation());
                $(draft.param(&self.$parameter);)*
                self.paging.ask(&mut draft)?;
                draft.finish()
            }

            fn parse(&self, response: http::Response<bytes::Bytes>) -> Result<$page, crate::Error> {
                crate::read_json(self.operation(), &response)
            }
        }
    )+};
}

macro_rules! paged_by {
    (Cursor, $name:ident) => {
        crate::endpoints::position::cursor_paged!($name);
    };
    (Offset, $name:ident) => {
        crate::endpoints::position::offset_paged!($name);
    };
}

/// Defines calls that send a JSON body, `{"key": …}`, and nothing else. The parameters of the path come first; what is
/// known to be refused is named behind `unless`, as a function from the value to an error.
macro_rules! body_calls {
    ($(
        $(#[$meta:meta])*
        $name:ident($($parameter:ident: $type:ty,)* [$key:literal] $value:ident: $value_type:ty) = $operation:ident => {$($output:tt)+} $(unless $check:expr)?;
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name<'a> {
            $($parameter: $type,)*
            $value: &'a $value_type,
        }

        impl<'a> $name<'a> {
            /// The call for these parameters of the path, with this body.
            pub const fn new($($parameter: $type,)* $value: &'a $value_type) -> Self {
                Self { $($parameter,)* $value }
            }
        }

        impl crate::Endpoint for $name<'_> {
            type Output = crate::endpoints::calls::output!($($output)+);

            fn operation(&self) -> &zd_model::Operation {
                &zd_model::operation::$operation
            }

            fn build(&self) -> Result<http::Request<bytes::Bytes>, crate::RequestError> {
                $(
                    let check: fn(&$value_type) -> Result<(), crate::RequestError> = $check;
                    check(self.$value)?;
                )?
                crate::endpoints::draft::Draft::of(self.operation())
                    $(.param(&self.$parameter))*
                    .wrapped($key, self.$value)?
                    .finish()
            }

            fn parse(&self, response: http::Response<bytes::Bytes>) -> Result<Self::Output, crate::Error> {
                crate::endpoints::calls::read!(self.operation(), &response, $($output)+)
            }
        }
    )+};
}

pub(super) use {body_calls, output, paged_by, path_calls, path_lists, read};
