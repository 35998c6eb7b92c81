//! Help for tests that read inputs.

use zd_import::{
    Input, OnInvalid, Outcome, Row, RowSource, Scan, ScanError, ScanOptions, SourceItem,
};

/// Options that let sound rows through.
pub(crate) fn skip() -> ScanOptions {
    ScanOptions {
        on_invalid: OnInvalid::Skip,
        ..ScanOptions::default()
    }
}

pub(crate) fn scan(bytes: impl Into<Vec<u8>>, options: ScanOptions) -> Result<Scan, ScanError> {
    let input = Input::from_bytes("people", bytes.into()).unwrap();
    Scan::read(input, options)
}

/// All that the second pass yields.
pub(crate) fn items(scan: Scan) -> (Vec<Row>, Vec<Outcome>) {
    let mut source = scan.into_source().unwrap();
    let (mut rows, mut settled) = (Vec::new(), Vec::new());
    while let Some(item) = source.next_row().unwrap() {
        match item {
            SourceItem::Row(row) => rows.push(row),
            SourceItem::Settled(outcome) => settled.push(outcome),
        }
    }
    assert!(
        source.next_row().unwrap().is_none(),
        "the end stays the end"
    );
    (rows, settled)
}
