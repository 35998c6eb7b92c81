//! How every operation of the table is called: a case has the operation, a word for the variant, and what prepares the call.

mod groups_and_sessions;
mod identities_and_fields;
mod organizations;
mod users;

use zd_model::Operation;

use super::api::{Api, Call};

/// A way to call an operation.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) operation: Operation,
    /// Which way, where there are several; else empty.
    pub(crate) variant: &'static str,
    /// Makes the records that the call needs, and the call.
    pub(crate) prepare: fn(&Api) -> anyhow::Result<Call>,
}

const fn case(operation: Operation, prepare: fn(&Api) -> anyhow::Result<Call>) -> Case {
    variant(operation, "", prepare)
}

const fn variant(
    operation: Operation,
    variant: &'static str,
    prepare: fn(&Api) -> anyhow::Result<Call>,
) -> Case {
    Case {
        operation,
        variant,
        prepare,
    }
}

/// Every case, family by family.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    const FAMILIES: [&[Case]; 4] = [
        users::CASES,
        identities_and_fields::CASES,
        organizations::CASES,
        groups_and_sessions::CASES,
    ];
    FAMILIES.into_iter().flatten()
}

/// The operations of a table that no case calls.
pub(crate) fn uncalled(table: &'static [Operation]) -> Vec<&'static str> {
    let is_called =
        |operation: &&Operation| all().any(|case| case.operation.name == operation.name);
    table
        .iter()
        .filter(|operation| !is_called(operation))
        .map(|operation| operation.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use zd_model::operation::ALL;

    use super::{all, uncalled};

    #[test]
    fn every_operation_of_the_table_has_a_case() {
        assert_eq!(uncalled(ALL), [""; 0]);
        let mut seen = BTreeSet::new();
        for case in all() {
            assert!(
                seen.insert((case.operation.name, case.variant)),
                "{case:?} is there twice"
            );
        }
    }
}
