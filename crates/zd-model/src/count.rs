//! How many there are.

use crate::Timestamp;
use crate::record::record;

record! {
    /// How many records there are: exact up to 100,000, above that from a count made once a day.
    Count(
        /// The number; at most 100,000 while a larger one is still being counted.
        value: u64
    ) {
        /// When it was counted; null while it is being counted.
        refreshed_at: Timestamp,
    }
}
