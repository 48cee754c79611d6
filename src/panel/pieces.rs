//! The pieces of an answer: words, boxes and the ends of lines and cells.

use crate::panel::seen::Mark;
use crate::panel::values;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String, Mark),
    Tick(bool),
    /// The end of a line.
    Break,
    /// The end of a cell.
    Edge,
}

/// The words of an answer: what is crossed out and prompts left out, leaders taken away, a line per line.
pub fn text_of(pieces: &[Piece]) -> String {
    let mut lines = vec![String::new()];
    for piece in pieces {
        let line = lines.last_mut().expect("there is always a line");
        match piece {
            Piece::Text(text, Mark::Plain | Mark::Answer) => {
                let mut parts = text.split('\n');
                line.push_str(parts.next().unwrap_or_default());
                lines.extend(parts.map(str::to_owned));
            }
            Piece::Text(..) => {}
            Piece::Tick(on) => line.push_str(if *on { "☒" } else { "☐" }),
            Piece::Break => lines.push(String::new()),
            Piece::Edge => line.push(' '),
        }
    }
    let lines = lines.iter().map(|line| values::without_leaders(line));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Lines of pieces; one line where boxes and words stand on lines of their own.
pub fn lines(pieces: &[Piece]) -> Vec<&[Piece]> {
    let lines: Vec<&[Piece]> = pieces.split(|piece| *piece == Piece::Break).collect();
    let boxed = |line: &&[Piece]| line.iter().any(|piece| matches!(piece, Piece::Tick(_)));
    let worded = |line: &&[Piece]| !text_of(line).trim().is_empty();
    let mixed = lines.iter().any(|line| boxed(line) && worded(line));
    if mixed { lines.into_iter().filter(boxed).collect() } else { vec![pieces] }
}

/// `[x]`, `[ ]` and a cell with nothing but an `X` are boxes too.
pub fn with_typed_boxes(pieces: &[Piece]) -> Vec<Piece> {
    let mut boxed = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text, mark @ (Mark::Plain | Mark::Answer)) => split_boxes(text, *mark, &mut boxed),
            other => boxed.push(other.clone()),
        }
    }
    boxed
}

/// `Yes x No`: each `x` standing alone is a ticked box.
pub fn with_crosses(text: &str) -> Vec<Piece> {
    let pieces = text.split_whitespace().map(|word| match word {
        "x" | "X" => Piece::Tick(true),
        _ => Piece::Text(format!("{word} "), Mark::Plain),
    });
    pieces.collect()
}

fn split_boxes(text: &str, mark: Mark, boxed: &mut Vec<Piece>) {
    const BOXES: [(&str, bool); 10] = [
        ("[x]", true),
        ("[X]", true),
        ("(x)", true),
        ("(X)", true),
        ("[✓]", true),
        ("[ ]", false),
        ("[]", false),
        ("( )", false),
        ("[_]", false),
        ("[  ]", false),
    ];
    if matches!(text.trim(), "x" | "X") {
        boxed.push(Piece::Tick(true));
        return;
    }
    let next = BOXES.iter().filter_map(|(sign, on)| Some((text.find(sign)?, *sign, *on))).min();
    match next {
        Some((at, sign, on)) => {
            if at > 0 {
                boxed.push(Piece::Text(text[..at].to_owned(), mark));
            }
            boxed.push(Piece::Tick(on));
            split_boxes(&text[at + sign.len()..], mark, boxed);
        }
        None if !text.is_empty() => boxed.push(Piece::Text(text.to_owned(), mark)),
        None => {}
    }
}
