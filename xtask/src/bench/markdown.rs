//! Tables in Markdown, padded so that a terminal shows them as well.

use std::fmt::Write as _;

/// A table; the first column is of words, all others are of figures.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            longest.max(head.get(column).map_or(0, |cell| cell.chars().count()))
        })
        .collect();
    let mut table = line(&head.map(str::to_owned), &widths);
    for (column, width) in widths.iter().enumerate() {
        let (dashes, end) = if column == 0 {
            (*width, "")
        } else {
            (width.saturating_sub(1), ":")
        };
        // Writing to a string does not fail.
        let _ = write!(table, "| {}{end} ", "-".repeat(dashes));
    }
    table += "|\n";
    for row in rows {
        table += &line(row, &widths);
    }
    table
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let width = *width;
        let _ = if column == 0 {
            write!(line, "| {cell:<width$} ")
        } else {
            write!(line, "| {cell:>width$} ")
        };
    }
    line + "|\n"
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            ["CPU µs".to_owned(), "1.20".to_owned()],
            ["all".to_owned(), String::new()],
        ];
        assert_eq!(
            table(["", "measured"], &rows),
            "|        | measured |\n| ------ | -------: |\n| CPU µs |     1.20 |\n| all    |          |\n"
        );
    }
}
