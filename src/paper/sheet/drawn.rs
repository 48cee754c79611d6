//! What lies on a workbook's visible sheets besides cells: text boxes and charts.

use crate::panel::seen::{Block, Line, Mark, Reading};
use crate::paper::ooxml::package::{Package, ReadError};
use crate::paper::ooxml::pictures;
use crate::paper::said::apart::{Drawing, Drawn};
use crate::paper::said::wording;
use crate::paper::sheet::hidden;
use crate::paper::word::insets::{chart, paragraphs};

/// Drawings looked into; a workbook has a handful.
const MOST_DRAWINGS: usize = 100;

/// Adds the words of text boxes to what was read of a workbook, and gives what is drawn on its sheets, and how many pictures lie
/// on them.
pub fn take(bytes: &[u8], reading: &mut Reading) -> Result<(Vec<Drawn>, u32), ReadError> {
    let mut package = Package::open(bytes)?;
    let mut drawn = Vec::new();
    let mut shown = 0;
    for part in drawings(&mut package, &reading.facts.hidden_sheets)? {
        let drawing = package.part(&part)?.unwrap_or_default();
        let boxed = paragraphs(&drawing);
        for text in &boxed {
            let mut line = Line::default();
            line.put(text.trim(), Mark::Plain);
            reading.body.push(Block::Line(line));
        }
        if !boxed.is_empty() {
            drawn.push(Drawn { what: Drawing::TextBox, text: boxed.join("\n") });
        }
        let relations = package.relations(&part)?;
        shown += pictures::count(&drawing, &relations);
        for relation in relations.iter().filter(|relation| relation.kind == "chart" && !relation.external) {
            let labels = package.part(&relation.target)?.map(|part| chart(&part)).unwrap_or_default();
            drawn.push(Drawn { what: Drawing::Chart, text: labels.join("\n") });
        }
    }
    if !drawn.is_empty() {
        reading.text = wording::text_of(&reading.body);
        reading.opening = wording::opening_of(&reading.text);
        reading.facts.words = wording::count(&reading.text);
    }
    Ok((drawn, shown))
}

/// The drawing parts of the sheets a reader sees.
fn drawings(package: &mut Package<'_>, hidden: &[String]) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    for (name, sheet) in hidden::sheet_parts(package)? {
        if hidden.contains(&name) {
            continue;
        }
        let placed = package.relations(&sheet)?.into_iter();
        found.extend(
            placed.filter(|placed| placed.kind == "drawing" && !placed.external).map(|placed| placed.target),
        );
    }
    found.truncate(MOST_DRAWINGS);
    Ok(found)
}
