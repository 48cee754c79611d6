//! What stands in a copy of a workbook and not in the workbook itself: nothing typed in the wrong file is lost in silence.

use crate::desk::typed::Typed;

/// Cells named at most.
const MOST: usize = 12;

/// The cells of `copy` that `workbook` has not, or has otherwise: `Decisions 1050332: Reason (G7)`. What stands in them is not
/// said, for it may name a child.
pub fn beyond(copy: &Typed, workbook: &Typed) -> Vec<String> {
    let mut named = Vec::new();
    for row in &copy.rows {
        let there = workbook.row(&row.sheet, &row.key);
        let differs = |column: &str, value| {
            there.and_then(|row| row.cell(column)).is_none_or(|cell| cell.value != value)
        };
        let cells: Vec<String> = row
            .cells
            .iter()
            .filter(|cell| differs(&cell.column, cell.value.clone()))
            .map(|cell| format!("{} ({})", cell.column, cell.cell))
            .collect();
        if !cells.is_empty() {
            named.push(format!("{} {}: {}", row.sheet, row.key, cells.join(", ")));
        }
    }
    let more = named.len().saturating_sub(MOST);
    named.truncate(MOST);
    if 0 < more {
        named.push(format!("and {more} rows more"));
    }
    named
}
