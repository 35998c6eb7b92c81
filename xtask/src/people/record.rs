//! Cells as a record of a CSV file, by RFC 4180 but for the line's end, which is a bare line feed.

/// Adds a record to `out`: the cells, less those that are missing (`extra` below 0) or with blank ones added.
pub(super) fn write(out: &mut Vec<u8>, cells: &[Vec<u8>], extra: isize) {
    let kept = cells.len().saturating_add_signed(extra.min(0));
    for (place, cell) in cells.iter().take(kept).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_cell(out, cell);
    }
    for _ in 0..extra.max(0) {
        out.extend_from_slice(b",surplus");
    }
    out.push(b'\n');
}

fn write_cell(out: &mut Vec<u8>, cell: &[u8]) {
    if !cell
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
    {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
