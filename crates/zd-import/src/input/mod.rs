//! Reading the input.

use bytes::Bytes;
use csv_core::ReadRecordResult;
use zd_model::UserInput;

use crate::Row;

/// Reads a small CSV file whose columns are `external_id`, `email` and `name`.
pub fn read_csv(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv_core::Reader::new();
    let (mut rows, mut header, mut rest) = (Vec::new(), Vec::new(), bytes);
    loop {
        let (mut output, mut ends) = (vec![0; rest.len() + 1], vec![0; 64]);
        let (result, read, _, fields) = reader.read_record(rest, &mut output, &mut ends);
        rest = &rest[read..];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cells: Vec<String> = starts
            .zip(&ends[..fields])
            .map(|(start, end)| String::from_utf8_lossy(&output[start..*end]).into_owned())
            .collect();
        if !cells.is_empty() {
            if header.is_empty() {
                header = cells;
            } else {
                let cell = |name: &str| {
                    header
                        .iter()
                        .position(|column| column == name)
                        .map(|place| cells[place].clone())
                };
                let user = UserInput {
                    external_id: cell("external_id")
                        .map(Into::into)
                        .map_or_else(Default::default, zd_model::Nullable::Value),
                    email: cell("email"),
                    name: cell("name"),
                    ..UserInput::default()
                };
                let number = rows.len() as u64;
                rows.push(Row::new(number, number + 2, user, Bytes::new()));
            }
        }
        if matches!(result, ReadRecordResult::End) || rest.is_empty() && cells_done(&result) {
            return rows;
        }
    }
}

const fn cells_done(result: &ReadRecordResult) -> bool {
    matches!(result, ReadRecordResult::InputEmpty)
}
