//! The table of operations, row by row.

use zd_model::operation::ALL;

#[test]
fn every_row_has_a_route() {
    let missing: Vec<&str> = ALL
        .iter()
        .filter(|operation| !zd_sandbox::answers(operation))
        .map(|operation| operation.name)
        .collect();
    assert!(
        missing.is_empty(),
        "the sandbox does not answer {}",
        missing.join(", ")
    );
}
