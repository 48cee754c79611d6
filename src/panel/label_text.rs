//! Labels inside a stretch of text: `Surname: Smith  Forename: Ada`, `Legal status / CCM No: C2 / 123456`.
//!
//! A label begins a line or a cell, or follows one and ends in a colon; words in the middle of a sentence are none.

use std::ops::Range;

use crate::panel::labels::{Closeness, LabelIndex, Recognised, Target};
use crate::panel::pieces::Piece;
use crate::panel::seen::{Block, Line, Mark};

/// A letter or box with its mark; `\n` ends a line, `\u{1F}` a nested cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Glyph {
    letter: char,
    mark: Mark,
}

/// The end of a nested cell among glyphs.
const EDGE: char = '\u{1F}';

/// Text as glyphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flat(Vec<Glyph>);

/// A label in a text, and the text up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    pub label: String,
    pub means: Recognised,
    pub rest: Vec<Piece>,
    /// It ended in a colon or question mark, or an answer's mark followed at once.
    pub closed: bool,
}

struct Found {
    place: Range<usize>,
    /// Where the rest begins.
    after: usize,
    means: Vec<Recognised>,
    closed: bool,
}

impl Flat {
    pub fn of_line(line: &Line) -> Self {
        let mut flat = Flat::default();
        flat.push_line(line);
        flat
    }

    /// The paragraphs of a cell, nested tables with them where `nested`.
    pub fn of_blocks(blocks: &[Block], nested: bool) -> Self {
        let mut flat = Flat::default();
        flat.push_blocks(blocks, nested);
        flat
    }

    fn push_blocks(&mut self, blocks: &[Block], nested: bool) {
        for block in blocks {
            match block {
                Block::Line(line) => {
                    self.push_line(line);
                    self.push('\n', Mark::Plain);
                }
                Block::Table(table) if nested => {
                    for row in &table.rows {
                        for cell in row {
                            let mut inner = Flat::of_blocks(&cell.blocks, true);
                            inner.trim();
                            self.0.append(&mut inner.0);
                            self.push(EDGE, Mark::Plain);
                        }
                        self.push('\n', Mark::Plain);
                    }
                }
                Block::Table(_) => {}
            }
        }
    }

    fn push_line(&mut self, line: &Line) {
        for span in &line.spans {
            let boxed = matches!(span.mark, Mark::Ticked | Mark::Unticked);
            if boxed {
                self.push('☐', span.mark);
            } else {
                self.0.extend(span.text.chars().map(|letter| Glyph { letter, mark: span.mark }));
            }
        }
    }

    fn push(&mut self, letter: char, mark: Mark) {
        self.0.push(Glyph { letter, mark });
    }

    fn trim(&mut self) {
        while self.0.last().is_some_and(|glyph| glyph.letter.is_whitespace()) {
            self.0.pop();
        }
    }

    /// Whether nothing but space, prompts and leaders stands here.
    pub fn is_blank(&self) -> bool {
        let shown = |glyph: &&Glyph| !matches!(glyph.mark, Mark::Placeholder | Mark::Stored);
        let text: String = self.0.iter().filter(shown).map(|glyph| glyph.letter).collect();
        crate::panel::values::is_blank(&text)
    }

    /// The letters as they stand, ticks left out.
    pub fn text(&self) -> String {
        let hidden = |mark: Mark| matches!(mark, Mark::Ticked | Mark::Unticked | Mark::Stored);
        let lettered = self.0.iter().filter(|glyph| !hidden(glyph.mark));
        let text: String =
            lettered.map(|glyph| if glyph.letter == EDGE { ' ' } else { glyph.letter }).collect();
        text.trim().to_owned()
    }

    pub fn pieces(&self) -> Vec<Piece> {
        pieces(&self.0)
    }

    /// The labels in it, each with what follows it.
    pub fn labelled(&self, index: &LabelIndex<'_>, section: &str) -> Vec<Labelled> {
        let found = self.labels(index, section);
        let mut labelled = Vec::new();
        for (at, label) in found.iter().enumerate() {
            let end = found.get(at + 1).map_or(self.0.len(), |next| next.place.start);
            let rest = self.without_guidance(label, trimmed(&self.0[label.after..end]));
            let shown = self.shown(label.place.clone());
            let shares = shared(rest, label.means.len());
            for (means, share) in label.means.iter().zip(shares) {
                labelled.push(Labelled {
                    label: shown.clone(),
                    means: *means,
                    rest: share,
                    closed: label.closed,
                });
            }
        }
        labelled
    }

    /// What follows a label, unless that is guidance printed in brackets on the lines below it: `Permission given by` above
    /// `(name and title)`.
    fn without_guidance<'g>(&self, label: &Found, rest: &'g [Glyph]) -> &'g [Glyph] {
        let printed = rest.iter().all(|glyph| glyph.mark == Mark::Plain);
        let below = self.0[label.place.end..]
            .iter()
            .take_while(|glyph| glyph.letter != '(')
            .any(|glyph| glyph.letter == '\n');
        if printed && below && is_bracketed(rest) { &[] } else { rest }
    }

    fn shown(&self, place: Range<usize>) -> String {
        let text: String = self.0[place].iter().map(|glyph| glyph.letter).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches([':', '*']).trim().to_owned()
    }

    fn labels(&self, index: &LabelIndex<'_>, section: &str) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        // `from`: no label may begin before it. `free`: whether a label may begin in the middle of a line.
        let mut from = 0;
        let mut free = true;
        for stop in stops(&self.0) {
            if stop.at < from {
                continue;
            }
            let whole =
                if free && stop.closes { self.whole_line(index, section, from, stop.at) } else { None };
            let label =
                whole.or_else(|| self.label_before(index, section, from, &stop, free, !found.is_empty()));
            if let Some(label) = label {
                from = label.after;
                free = stop.at < self.0.len() && matches!(self.0[stop.at].letter, '\n' | '\t' | EDGE);
                found.push(label);
            } else if stop.breaks {
                from = stop.after;
                free = true;
            }
        }
        found
    }

    /// `Manager's approval: date`: a line that is a label as a whole although a shorter one ends inside it.
    fn whole_line(&self, index: &LabelIndex<'_>, section: &str, from: usize, stop: usize) -> Option<Found> {
        let ends = |glyph: &Glyph| glyph.letter == '\n' || glyph.letter == EDGE || glyph.mark != Mark::Plain;
        let end = self.0[stop..].iter().position(ends).map_or(self.0.len(), |length| stop + length);
        let text: String = self.0[from..end].iter().map(|glyph| glyph.letter).collect();
        if text[text.find(':')?..].trim_matches(|c: char| c == ':' || c.is_whitespace()).is_empty() {
            return None;
        }
        let tail = text.rsplit(':').next().unwrap_or_default();
        let means = index.find_exact(&text, section).or_else(|| {
            // Of a label with two colons the last part may be the question: "If already placed: date and time placed".
            let known = |part: &str| index.find_exact(part, section);
            let head = &text[..text.len() - tail.len() - 1];
            known(tail).filter(|_| tail.split_whitespace().count() >= 2 && known(head).is_none())
        })?;
        let start = from + self.0[from..end].iter().position(|glyph| !glyph.letter.is_whitespace())?;
        Some(Found { place: start..end, after: end, means: vec![means], closed: true })
    }

    /// The label that ends at `stop`, beginning at `from` or, after another label, at any word.
    fn label_before(
        &self,
        index: &LabelIndex<'_>,
        section: &str,
        from: usize,
        stop: &Stop,
        free: bool,
        follows: bool,
    ) -> Option<Found> {
        let starts = word_starts(&self.0[from..stop.at]);
        for (rank, start) in starts.iter().enumerate() {
            let start = from + start;
            let first = rank == 0 && free;
            let within = follows && stop.closes;
            if !(first || within) {
                break;
            }
            if starts.len() - rank > index.longest() + 3 && !first {
                continue;
            }
            // What stands behind a box is an option of it, even where it reads like a label: `☐ Retainer`.
            if self.0[start..stop.at].iter().any(|glyph| matches!(glyph.mark, Mark::Ticked | Mark::Unticked))
            {
                continue;
            }
            let text: String = self.0[start..stop.at].iter().map(|glyph| glyph.letter).collect();
            let means = if first {
                index.find(&text, section).map(|means| vec![means]).or_else(|| several(index, &text, section))
            } else {
                index.find_exact(&text, section).map(|means| vec![means])
            };
            if let Some(means) = means {
                return Some(Found { place: start..stop.at, after: stop.after, means, closed: stop.closes });
            }
        }
        None
    }
}

/// `Legal status / CCM No`: labels of several fields in one.
fn several(index: &LabelIndex<'_>, text: &str, section: &str) -> Option<Vec<Recognised>> {
    let parts: Vec<&str> = text.split(['/', '&']).flat_map(|part| part.split(" and ")).collect();
    if parts.len() < 2 {
        return None;
    }
    let means: Option<Vec<Recognised>> =
        parts.iter().map(|part| index.find_exact(part.trim(), section)).collect();
    let mut means = means?;
    let same = means.iter().all(|other| other.target == means[0].target);
    if same {
        means.truncate(1);
    }
    let named = means.iter().any(|means| means.target != Target::Other);
    named.then_some(means)
}

/// One answer for several labels, split where it has as many parts.
fn shared(rest: &[Glyph], labels: usize) -> Vec<Vec<Piece>> {
    if labels < 2 {
        return vec![pieces(rest)];
    }
    let parts: Vec<&[Glyph]> =
        rest.split(|glyph| matches!(glyph.letter, '/' | '\n') && glyph.mark != Mark::Struck).collect();
    if parts.len() == labels {
        return parts.into_iter().map(|part| pieces(trimmed(part))).collect();
    }
    vec![pieces(rest); labels]
}

/// A place where a label may end.
struct Stop {
    at: usize,
    /// Where what follows begins.
    after: usize,
    /// A colon, a question mark, or an answer: a label may begin in the middle of a line before it.
    closes: bool,
    /// A new line, a tab or a wide gap: what follows may be a label.
    breaks: bool,
}

fn stops(glyphs: &[Glyph]) -> Vec<Stop> {
    let mut stops = Vec::new();
    let fills = |mark: Mark| {
        matches!(mark, Mark::Answer | Mark::Placeholder | Mark::Stored | Mark::Ticked | Mark::Unticked)
    };
    for (at, glyph) in glyphs.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| glyphs[at]);
        let next = glyphs.get(at + 1);
        let plain = glyph.mark == Mark::Plain;
        let letter = glyph.letter;
        if fills(glyph.mark) && before.is_some_and(|before| !fills(before.mark)) {
            stops.push(Stop { at, after: at, closes: true, breaks: false });
        } else if plain && letter == ':' {
            let time = before.is_some_and(|before| before.letter.is_ascii_digit())
                && next.is_some_and(|next| next.letter.is_ascii_digit());
            if !time {
                stops.push(Stop { at, after: at + 1, closes: true, breaks: false });
            }
        } else if plain && letter == '?' {
            stops.push(Stop { at: at + 1, after: at + 1, closes: true, breaks: false });
        } else if matches!(letter, '\n' | '\t' | EDGE)
            || (letter == ' ' && next.is_some_and(|next| next.letter == ' '))
        {
            stops.push(Stop { at, after: at + 1, closes: false, breaks: true });
        } else if plain && is_leader(glyphs, at) {
            stops.push(Stop { at, after: at, closes: true, breaks: false });
        } else if plain
            && matches!(letter, '-' | '–' | '—')
            && before.is_some_and(|before| before.letter == ' ')
            && next.is_some_and(|next| next.letter == ' ')
        {
            stops.push(Stop { at, after: at + 1, closes: false, breaks: false });
        }
    }
    stops.push(Stop { at: glyphs.len(), after: glyphs.len(), closes: false, breaks: true });
    stops
}

/// Where `......` or `____` begins.
fn is_leader(glyphs: &[Glyph], at: usize) -> bool {
    let letter = glyphs[at].letter;
    let same = |at: usize| glyphs.get(at).is_some_and(|glyph| glyph.letter == letter);
    let begins = at.checked_sub(1).is_none_or(|before| glyphs[before].letter != letter);
    begins && (letter == '…' || (matches!(letter, '.' | '_') && same(at + 1) && same(at + 2)))
}

/// Where words begin, the first at the first letter that is no space.
fn word_starts(glyphs: &[Glyph]) -> Vec<usize> {
    let space = |at: usize| glyphs[at].letter.is_whitespace();
    (0..glyphs.len()).filter(|at| !space(*at) && at.checked_sub(1).is_none_or(space)).collect()
}

/// Whether one pair of brackets stands round everything.
fn is_bracketed(glyphs: &[Glyph]) -> bool {
    let mut depth = 0_i32;
    for (at, glyph) in glyphs.iter().enumerate() {
        match glyph.letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at > 0 && at + 1 == glyphs.len();
        }
    }
    false
}

fn trimmed(glyphs: &[Glyph]) -> &[Glyph] {
    let blank = |glyph: &Glyph| glyph.letter.is_whitespace() || glyph.letter == EDGE;
    let start = glyphs.iter().position(|glyph| !blank(glyph)).unwrap_or(glyphs.len());
    let end = glyphs.iter().rposition(|glyph| !blank(glyph)).map_or(start, |at| at + 1);
    &glyphs[start..end]
}

fn pieces(glyphs: &[Glyph]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for glyph in glyphs {
        match (glyph.letter, glyph.mark) {
            (_, Mark::Ticked) => pieces.push(Piece::Tick(true)),
            (_, Mark::Unticked) => pieces.push(Piece::Tick(false)),
            ('\n', _) => pieces.push(Piece::Break),
            (EDGE, _) => pieces.push(Piece::Edge),
            (letter, mark) => match pieces.last_mut() {
                Some(Piece::Text(text, last)) if *last == mark => text.push(letter),
                _ => pieces.push(Piece::Text(letter.to_string(), mark)),
            },
        }
    }
    pieces
}

impl Labelled {
    /// Whether the text says no more than the label.
    pub fn is_bare(&self) -> bool {
        self.rest.iter().all(|piece| match piece {
            Piece::Text(text, Mark::Plain | Mark::Struck) => text.trim().is_empty(),
            Piece::Text(..) | Piece::Tick(_) => false,
            Piece::Break | Piece::Edge => true,
        })
    }
}

/// A label that is taken although it goes on after a known wording.
pub fn beginning(flat: &Flat, index: &LabelIndex<'_>, section: &str) -> Option<Labelled> {
    let text = flat.text();
    let means = index.find_beginning(&text, section)?;
    debug_assert_eq!(means.closeness, Closeness::Begins);
    let label = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Labelled { label, means, rest: Vec::new(), closed: false })
}
