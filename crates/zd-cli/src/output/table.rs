//! Tables: aligned for people, tab-separated for programs.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, presets};

use super::{Style, clean};

/// Columns side by side, within this width.
pub(super) fn aligned(header: &[&str], rows: &[Vec<String>], width: usize, style: Style) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    if !header.is_empty() {
        table.set_header(header.iter().map(Cell::new));
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| Cell::new(clean(cell))));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    // Ids come first, and an id in two pieces cannot be copied.
    if let Some(ids) = table.column_mut(0) {
        ids.set_constraint(ColumnConstraint::ContentWidth);
    }
    let mut text = String::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim_end();
        text.push_str(&if number == 0 && !header.is_empty() {
            style.bold(line)
        } else {
            line.to_owned()
        });
        text.push('\n');
    }
    text
}

/// A line for each row, a tab between the cells; tabs, line ends and backslashes within a cell are escaped.
pub(super) fn tab_separated(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            for letter in cell.chars() {
                match letter {
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    '\\' => text.push_str("\\\\"),
                    letter => text.push(letter),
                }
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{aligned, tab_separated};
    use crate::output::Style;

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        vec![row(["1", "Ann\tLee"]), row(["22", "\u{1b}[2J"])]
    }

    #[test]
    fn a_table_for_people_is_aligned_and_cannot_move_the_cursor() {
        assert_eq!(
            aligned(&["ID", "NAME"], &rows(), 80, Style::plain()),
            "ID  NAME\n1   Ann\\tLee\n22  \\u{1b}[2J\n"
        );
    }

    #[test]
    fn an_id_stays_in_one_piece_where_there_is_little_room() {
        let row = vec![
            "V3-0123456789".to_owned(),
            "a message of many words".to_owned(),
        ];
        let text = aligned(&[], &[row], 28, Style::plain());
        assert!(text.starts_with("V3-0123456789  a message"), "{text}");
        assert!(text.lines().count() > 1, "{text}");
    }

    #[test]
    fn a_table_for_programs_keeps_one_line_for_each_row() {
        assert_eq!(tab_separated(&rows()), "1\tAnn\\tLee\n22\t\u{1b}[2J\n");
    }
}
