//! Whether the ticks of a form can be seen on the pages made of it: a lost tick turns a yes into nothing.

use crate::panel::seen::{Block, Mark, Reading};
use crate::paper::said::glyphs;

/// How many of a paper's ticked boxes its pages do not show, of how many; none where all are there.
pub(crate) fn lost(reading: &Reading, shown: &str) -> Option<(usize, usize)> {
    let wanted = ticked(&reading.body);
    // A box may be ticked with a letter of the form's own choosing.
    let crosses = shown.split_whitespace().filter(|word| word.eq_ignore_ascii_case("x")).count();
    let seen = shown.chars().filter(|letter| glyphs::tick(*letter) == Some(Mark::Ticked)).count() + crosses;
    (seen < wanted).then(|| (wanted - seen, wanted))
}

fn ticked(blocks: &[Block]) -> usize {
    blocks
        .iter()
        .map(|block| match block {
            Block::Line(line) => line.spans.iter().filter(|span| span.mark == Mark::Ticked).count(),
            Block::Table(table) => table.rows.iter().flatten().map(|cell| ticked(&cell.blocks)).sum(),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::seen::{FileFormat, Line, Span};

    #[test]
    fn a_ticked_box_must_be_on_the_pages_and_an_empty_one_need_not() {
        let span = |text: &str, mark| Span { text: text.to_owned(), mark };
        let spans = vec![span("☒", Mark::Ticked), span("Yes", Mark::Plain), span("☐", Mark::Unticked)];
        let reading = Reading {
            body: vec![Block::Line(Line { heading: None, spans })],
            ..Reading::empty(FileFormat::Word)
        };
        for shown in ["☒ Yes", "Yes ✔ No ☐", "X Yes"] {
            assert_eq!(lost(&reading, shown), None, "{shown}");
        }
        assert_eq!(lost(&reading, "Yes ☐ No"), Some((1, 1)));
    }
}
