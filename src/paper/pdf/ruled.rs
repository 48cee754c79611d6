//! Tables out of the lines drawn on a page: which cells they part, and which words stand in each.
//!
//! A form printed to PDF holds no tables, only lines and words; a person sees cells, and so does this. Points throughout, on the page as it
//! is shown.

use crate::paper::pdf::phrases::Place;

/// Thinner, a drawn shape is a line.
const THIN: f64 = 3.0;
/// Shorter, a line parts nothing.
const SHORT: f64 = 6.0;
/// How far lines may be off and still be one, or meet.
const SLACK: f64 = 3.0;
/// More lines than this are a drawing.
const MOST_LINES: usize = 2000;
/// The share of a side of a cell that must be drawn for it to be a side.
const DRAWN: f64 = 0.6;

/// A grid of cells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    pub place: Place,
    /// Rows from the top; cells from the left.
    pub rows: Vec<Vec<Square>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Square {
    pub column: u32,
    pub across: u32,
    /// Nothing is drawn between it and the cell above.
    pub continued: bool,
    pub place: Place,
}

/// A line: its place across its own way, and from where to where it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule {
    at: f64,
    from: f64,
    to: f64,
}

/// The grids that lines and boxes on a page make, the smallest first.
pub(crate) fn grids(drawn: &[Place], width: f64, height: f64) -> Vec<Grid> {
    let (mut level, mut upright) = (Vec::new(), Vec::new());
    for place in drawn {
        let (wide, tall) = (place[2] - place[0], place[3] - place[1]);
        match (wide < THIN, tall < THIN) {
            (false, true) if SHORT <= wide => {
                level.push(Rule { at: f64::midpoint(place[1], place[3]), from: place[0], to: place[2] });
            }
            (true, false) if SHORT <= tall => {
                upright.push(Rule { at: f64::midpoint(place[0], place[2]), from: place[1], to: place[3] });
            }
            // A box: its sides part what is in it from what is not; the whole page is no box.
            (false, false) if SHORT <= tall && (wide < width * 0.95 || tall < height * 0.9) => {
                level.extend([1, 3].map(|side| Rule { at: place[side], from: place[0], to: place[2] }));
                upright.extend([0, 2].map(|side| Rule { at: place[side], from: place[1], to: place[3] }));
            }
            _ => {}
        }
        if MOST_LINES < level.len() + upright.len() {
            return Vec::new();
        }
    }
    let (level, upright) = (joined(level), joined(upright));
    let mut grids: Vec<Grid> = clusters(&level, &upright)
        .into_iter()
        .filter_map(|(level, upright)| grid(&level, &upright))
        .collect();
    grids.sort_by(|one, other| area(one.place).total_cmp(&area(other.place)));
    grids
}

fn area(place: Place) -> f64 {
    (place[2] - place[0]) * (place[3] - place[1])
}

/// Pieces of one line as one.
fn joined(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|one, other| one.at.total_cmp(&other.at));
    // Lines a hair apart, as the two sides of neighbouring cells, count as one place.
    let mut place = f64::NEG_INFINITY;
    for rule in &mut rules {
        if rule.at - place < SLACK {
            rule.at = place;
        } else {
            place = rule.at;
        }
    }
    rules.sort_by(|one, other| one.at.total_cmp(&other.at).then(one.from.total_cmp(&other.from)));
    let mut whole: Vec<Rule> = Vec::new();
    for rule in rules {
        match whole.last_mut() {
            Some(last) if last.at.to_bits() == rule.at.to_bits() && rule.from <= last.to + SLACK => {
                last.to = last.to.max(rule.to);
            }
            _ => whole.push(rule),
        }
    }
    whole
}

/// Lines that hang together.
fn clusters(level: &[Rule], upright: &[Rule]) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let meets = |level: &Rule, upright: &Rule| {
        level.from - SLACK <= upright.at
            && upright.at <= level.to + SLACK
            && upright.from - SLACK <= level.at
            && level.at <= upright.to + SLACK
    };
    let mut groups = Groups((0..level.len() + upright.len()).collect());
    for (at, line) in level.iter().enumerate() {
        for (other, post) in upright.iter().enumerate() {
            if meets(line, post) {
                groups.join(at, level.len() + other);
            }
        }
    }
    let of_level: Vec<usize> = (0..level.len()).map(|at| groups.of(at)).collect();
    let of_upright: Vec<usize> = (0..upright.len()).map(|at| groups.of(level.len() + at)).collect();
    let mut names: Vec<usize> = of_level.clone();
    names.sort_unstable();
    names.dedup();
    let of = |rules: &[Rule], names: &[usize], name: usize| -> Vec<Rule> {
        rules.iter().zip(names).filter(|(_, own)| **own == name).map(|(rule, _)| *rule).collect()
    };
    names.into_iter().map(|name| (of(level, &of_level, name), of(upright, &of_upright, name))).collect()
}

/// Which things hang together: each names one that it hangs on, the first of them itself.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}

/// The cells of lines that hang together; none where they make no cell.
fn grid(level: &[Rule], upright: &[Rule]) -> Option<Grid> {
    let places = |rules: &[Rule]| {
        let mut places: Vec<f64> = rules.iter().map(|rule| rule.at).collect();
        places.dedup();
        places
    };
    let (mut ys, xs) = (places(level), places(upright));
    ys.reverse();
    let (left, right) = (*xs.first()?, *xs.last()?);
    let (top, bottom) = (*ys.first()?, *ys.last()?);
    if right - left < SHORT || top - bottom < SHORT {
        return None;
    }
    let mut rows: Vec<Vec<Square>> = Vec::new();
    for band in ys.windows(2) {
        let [above, below] = band else { continue };
        let parted = |at: f64| is_drawn(upright, at, *below, *above);
        let mut row = Vec::new();
        let mut from = 0;
        while from + 1 < xs.len() {
            let to = (from + 1..xs.len()).find(|to| parted(xs[*to])).unwrap_or(xs.len() - 1);
            // A cell is closed on both sides: what lies beside a narrower table is no cell.
            if parted(xs[from]) && parted(xs[to]) {
                let continued = !rows.is_empty() && !is_drawn(level, *above, xs[from], xs[to]);
                let column = u32::try_from(from).ok()?;
                let across = u32::try_from(to - from).ok()?;
                let place = [xs[from], *below, xs[to], *above];
                row.push(Square { column, across, continued, place });
            }
            from = to;
        }
        rows.push(row);
    }
    let rows: Vec<Vec<Square>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    (!rows.is_empty()).then_some(Grid { place: [left, bottom, right, top], rows })
}

/// Whether most of a side is drawn.
fn is_drawn(rules: &[Rule], at: f64, from: f64, to: f64) -> bool {
    let own = rules.iter().filter(|rule| (rule.at - at).abs() < 0.01);
    let drawn: f64 = own.map(|rule| (rule.to.min(to) - rule.from.max(from)).max(0.0)).sum();
    (to - from) * DRAWN <= drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a table of two columns and two rows, the first column of which goes down over both.
    fn lines() -> Vec<Place> {
        vec![
            [50.0, 699.5, 350.0, 700.5],
            [150.0, 679.5, 350.0, 680.5],
            [50.0, 659.5, 350.0, 660.5],
            [49.5, 660.0, 50.5, 700.0],
            [149.5, 660.0, 150.5, 700.0],
            [349.5, 660.0, 350.5, 700.0],
        ]
    }

    #[test]
    fn lines_make_cells_and_what_no_line_parts_is_one() {
        let grids = grids(&lines(), 600.0, 800.0);
        assert_eq!(grids.len(), 1);
        let rows: Vec<Vec<(u32, u32, bool)>> = grids[0]
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| (cell.column, cell.across, cell.continued)).collect())
            .collect();
        assert_eq!(rows, [vec![(0, 1, false), (1, 1, false)], vec![(0, 1, true), (1, 1, false)]]);
    }

    #[test]
    fn a_line_under_a_heading_is_no_table() {
        assert_eq!(grids(&[[50.0, 700.0, 500.0, 701.0]], 600.0, 800.0), []);
        assert_eq!(grids(&[[0.0, 0.0, 600.0, 800.0]], 600.0, 800.0), [], "the page's own ground");
    }
}
