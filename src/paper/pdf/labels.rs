//! What a form field is called by what is printed beside it, for forms whose fields are named `Text1` and `Check Box 7`.
//!
//! A field's label stands left of it or above it; a box has the option it ticks on its right or left, and the question
//! further left or above. Points throughout, on the page as it is shown.

use crate::panel::seen::{FieldState, NamedField};
use crate::paper::pdf::form::{Widget, WidgetField};
use crate::paper::pdf::phrases::{Phrase, Place, phrases};
use crate::pdf::text::PageWords;

/// Farthest an option stands from its box.
const OPTION_GAP: f64 = 26.0;
/// Farthest a label stands above its field.
const ABOVE_GAP: f64 = 16.0;
/// A label left of its field and nearer than this is believed before one above it.
const NEAR: f64 = 250.0;
/// Boxes of one question follow each other at most so far apart, down the page.
const STACK_GAP: f64 = 30.0;
/// Lines of one label are nearer than this, in letter heights (three quarters of the size of the type).
const LINES: f64 = 1.9;
/// How far things may be off and still be in line.
const SLACK: f64 = 4.0;

/// Names the fields that do not say what they are.
pub(crate) fn name(fields: Vec<WidgetField>, pages: &[PageWords]) -> Vec<NamedField> {
    let mut named: Vec<WidgetField> = fields;
    for (number, page) in (1..).zip(pages) {
        if named.iter().any(|field| field.widgets.iter().any(|widget| widget.page == number)) {
            Sheet::of(page, number, &named).name(&mut named);
        }
    }
    named.into_iter().map(|field| field.field).collect()
}

/// One page: its fields and the words printed round them.
struct Sheet {
    number: u32,
    phrases: Vec<Phrase>,
    /// From the top left to the bottom right.
    spots: Vec<Spot>,
}

/// Where one widget stands.
struct Spot {
    field: usize,
    widget: usize,
    place: Place,
    /// A box or a button, not a line to write on.
    is_box: bool,
    /// The phrase that is its option.
    option: Option<usize>,
    question: Option<String>,
}

impl Sheet {
    fn of(page: &PageWords, number: u32, fields: &[WidgetField]) -> Self {
        let mut spots: Vec<Spot> = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            for (widget, Widget { page, place, .. }) in field.widgets.iter().enumerate() {
                if *page == number {
                    let spot = Spot {
                        field: at,
                        widget,
                        place: *place,
                        is_box: field.is_box,
                        option: None,
                        question: None,
                    };
                    spots.push(spot);
                }
            }
        }
        spots.sort_by(|one, other| {
            let row = |spot: &Spot| -middle(spot.place);
            let same = (row(one) - row(other)).abs() < SLACK;
            let across = one.place[0].total_cmp(&other.place[0]);
            if same { across } else { row(one).total_cmp(&row(other)) }
        });
        let places: Vec<Place> = spots.iter().map(|spot| spot.place).collect();
        Sheet { number, phrases: phrases(page, &places), spots }
    }

    fn name(mut self, fields: &mut [WidgetField]) {
        self.find_options();
        for at in 0..self.spots.len() {
            if self.spots[at].is_box {
                self.spots[at].question = self.question(at);
            }
        }
        for (at, spot) in self.spots.iter().enumerate() {
            let field = &mut fields[spot.field];
            let option = spot.option.map(|phrase| self.phrases[phrase].text.as_str());
            if !spot.is_box {
                if !field.says_what_it_is() {
                    field.field.label = self.label(at).or_else(|| field.field.label.take());
                }
                continue;
            }
            let question = spot.question.as_deref().map(|question| question.trim_end_matches([':', ' ']));
            match &mut field.field.value {
                FieldState::Ticked(_) => {
                    let told = field.field.label.as_deref().is_some_and(|label| Some(label) == option);
                    if !field.says_what_it_is() || told {
                        let said = match (question, option) {
                            (Some(question), Some(option)) => Some(format!("{question}: {option}")),
                            (question, option) => question.or(option).map(str::to_owned),
                        };
                        field.field.label = said.or_else(|| field.field.label.take());
                    }
                }
                FieldState::Chosen(chosen) => {
                    let widget = &field.widgets[spot.widget];
                    if let (true, [state], Some(option)) = (widget.is_on, chosen.as_slice(), option)
                        && says_nothing(state)
                    {
                        *chosen = vec![option.to_owned()];
                    }
                    let first = field.widgets.iter().position(|widget| widget.page == self.number);
                    if first == Some(spot.widget) && !field.says_what_it_is() {
                        field.field.label = question.map(str::to_owned).or_else(|| field.field.label.take());
                    }
                }
                FieldState::Text(_) => {}
            }
        }
    }

    /// The boxes of a row have their options all on one side.
    fn find_options(&mut self) {
        let mut from = 0;
        while from < self.spots.len() {
            let row = middle(self.spots[from].place);
            let same = |spot: &&Spot| (middle(spot.place) - row).abs() < SLACK;
            let end = from + self.spots[from..].iter().take_while(same).count();
            let boxes: Vec<usize> = (from..end).filter(|at| self.spots[*at].is_box).collect();
            let right: Vec<Option<usize>> = boxes.iter().map(|at| self.option(*at, true)).collect();
            let left: Vec<Option<usize>> = boxes.iter().map(|at| self.option(*at, false)).collect();
            let all = |side: &[Option<usize>]| side.iter().all(Option::is_some);
            for (place, at) in boxes.into_iter().enumerate() {
                self.spots[at].option = match () {
                    () if all(&right) => right[place],
                    () if all(&left) => left[place],
                    () => right[place].or(left[place]),
                };
            }
            from = end;
        }
    }

    /// The phrase next to a box on one side.
    fn option(&self, at: usize, right: bool) -> Option<usize> {
        let place = self.spots[at].place;
        let gap =
            |phrase: &Phrase| if right { phrase.place[0] - place[2] } else { place[0] - phrase.place[2] };
        let near = self.phrases.iter().enumerate().filter(|(_, phrase)| {
            (-2.0..OPTION_GAP).contains(&gap(phrase)) && is_level(phrase, place) && self.is_clear(phrase, at)
        });
        near.min_by(|one, other| gap(one.1).total_cmp(&gap(other.1))).map(|(phrase, _)| phrase)
    }

    /// Whether no other widget stands between a phrase and the widget `at`, on its line.
    fn is_clear(&self, phrase: &Phrase, at: usize) -> bool {
        let place = self.spots[at].place;
        let (from, to) = if phrase.place[0] < place[0] {
            (phrase.place[2], place[0])
        } else {
            (place[2], phrase.place[0])
        };
        !self.spots.iter().enumerate().any(|(other, spot)| {
            let across = f64::midpoint(spot.place[0], spot.place[2]);
            other != at
                && from - 1.0 < across
                && across < to + 1.0
                && spot.place[1] < place[3]
                && place[1] < spot.place[3]
        })
    }

    fn is_option(&self, phrase: usize) -> bool {
        self.spots.iter().any(|spot| spot.option == Some(phrase))
    }

    /// What the box `at` and those around it answer.
    fn question(&self, at: usize) -> Option<String> {
        let place = self.spots[at].place;
        let free = |phrase: &usize| !self.is_option(*phrase);
        // Boxes and their options may stand between, lines to write on may not.
        let unbroken = |phrase: &Phrase| {
            !self.spots.iter().any(|spot| {
                !spot.is_box
                    && phrase.place[2] - 1.0 < spot.place[0]
                    && spot.place[2] < place[0] + 1.0
                    && spot.place[1] < place[3]
                    && place[1] < spot.place[3]
            })
        };
        let left: Vec<usize> = (0..self.phrases.len())
            .filter(free)
            .filter(|phrase| {
                self.phrases[*phrase].place[2] < place[0] + 2.0 && unbroken(&self.phrases[*phrase])
            })
            .collect();
        let own = |place: Place| {
            let level = left.iter().filter(|phrase| is_level(&self.phrases[**phrase], place));
            level.max_by(|one, other| self.phrases[**one].place[2].total_cmp(&self.phrases[**other].place[2]))
        };
        let stack = self.stack(at);
        let in_stack = |spot: &&Spot| {
            spot.is_box && (spot.place[0] - stack[0]).abs() < SLACK && is_over(spot.place, stack)
        };
        if let Some(found) = own(place) {
            // If every box of a column has words beside it, each box is a question of its own.
            let each = self.spots.iter().filter(in_stack).all(|spot| own(spot.place).is_some());
            return Some(if each { self.phrases[*found].text.clone() } else { self.block(*found, stack) });
        }
        let lower = |phrase: &usize| middle(place) - middle(self.phrases[*phrase].place);
        let beside = left.iter().filter(|phrase| is_level(&self.phrases[**phrase], stack));
        let nearest = beside.min_by(|one, other| {
            // Words above the box come before those below it.
            let rank = |phrase: &usize| (0.0 < lower(phrase), lower(phrase).abs());
            let ((one_below, one), (other_below, other)) = (rank(one), rank(other));
            one_below.cmp(&other_below).then(one.total_cmp(&other))
        });
        if let Some(found) = nearest {
            return Some(self.block(*found, stack));
        }
        let above = self.spots[..at]
            .iter()
            .rev()
            .find(|spot| spot.is_box && (0.0..STACK_GAP).contains(&(spot.place[1] - place[3] + SLACK)));
        let over = self.above(at, |phrase| !self.is_option(phrase));
        match (above.and_then(|spot| spot.question.clone().map(|said| (spot, said))), over) {
            // Words printed between two rows of boxes begin a new question, for the row below them.
            (Some((spot, _)), Some(phrase)) if self.phrases[phrase].place[3] < spot.place[1] + SLACK => {
                Some(self.phrases[phrase].text.clone())
            }
            (Some((_, said)), _) => Some(said),
            (None, over) => over.map(|phrase| self.phrases[phrase].text.clone()),
        }
    }

    /// The column of boxes that `at` stands in.
    fn stack(&self, at: usize) -> Place {
        let mut range = self.spots[at].place;
        for _ in 0..self.spots.len() {
            let joins = self.spots.iter().filter(|spot| {
                spot.is_box
                    && (spot.place[0] - range[0]).abs() < SLACK
                    && spot.place[1] < range[3] + STACK_GAP
                    && range[1] - STACK_GAP < spot.place[3]
            });
            let (low, high) = joins.fold((range[1], range[3]), |(low, high), spot| {
                (low.min(spot.place[1]), high.max(spot.place[3]))
            });
            if (low, high) == (range[1], range[3]) {
                break;
            }
            (range[1], range[3]) = (low, high);
        }
        range
    }

    /// A line to write on: the words left of it, or above.
    fn label(&self, at: usize) -> Option<String> {
        let place = self.spots[at].place;
        let left = (0..self.phrases.len()).filter(|phrase| {
            let phrase = &self.phrases[*phrase];
            phrase.place[2] < place[0] + 3.0 && is_level(phrase, place) && self.is_clear(phrase, at)
        });
        let left =
            left.max_by(|one, other| self.phrases[*one].place[2].total_cmp(&self.phrases[*other].place[2]));
        let above = self.above(at, |phrase| !self.is_option(phrase));
        match (left, above) {
            (Some(left), Some(above)) if NEAR < place[0] - self.phrases[left].place[2] => {
                Some(self.phrases[above].text.clone())
            }
            (Some(left), _) => Some(self.with_lines(left, place)),
            (None, above) => above.map(|phrase| self.phrases[phrase].text.clone()),
        }
    }

    /// The nearest phrase above a widget, with nothing between.
    fn above(&self, at: usize, allowed: impl Fn(usize) -> bool) -> Option<usize> {
        let place = self.spots[at].place;
        let gap = |phrase: &Phrase| phrase.place[1] - place[3];
        let over = self.phrases.iter().enumerate().filter(|(number, phrase)| {
            let begins = phrase.place[0] < place[2]
                && place[0] - 60.0 < phrase.place[0]
                && place[0] - 3.0 < phrase.place[2];
            let between = self.spots.iter().any(|spot| {
                place[3] - 1.0 < spot.place[1]
                    && spot.place[3] < phrase.place[1] + 1.0
                    && spot.place[0] < place[2]
                    && place[0] < spot.place[2]
            });
            begins && !between && (-3.0..ABOVE_GAP).contains(&gap(phrase)) && allowed(*number)
        });
        over.min_by(|one, other| gap(one.1).total_cmp(&gap(other.1))).map(|(number, _)| number)
    }

    /// A phrase with the lines that follow it or go before it closely, in the same column.
    fn block(&self, phrase: usize, range: Place) -> String {
        let mut lines: Vec<&Phrase> = self
            .phrases
            .iter()
            .enumerate()
            .filter(|(number, other)| {
                *number == phrase
                    || ((other.place[0] - self.phrases[phrase].place[0]).abs() < 3.0
                        && other.place[2] < range[0] + 3.0
                        && !self.is_option(*number))
            })
            .map(|(_, line)| line)
            .collect();
        lines.sort_by(|one, other| other.place[1].total_cmp(&one.place[1]));
        let follows = |pair: &[&Phrase]| {
            pair[0].place[1] - pair[1].place[1] < LINES * (pair[0].place[3] - pair[0].place[1])
        };
        let at = lines.iter().position(|line| **line == self.phrases[phrase]).unwrap_or(0);
        let first = at - lines[..=at].windows(2).rev().take_while(|pair| follows(pair)).count();
        let last = at + lines[at..].windows(2).take_while(|pair| follows(pair)).count();
        lines[first..=last].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// A phrase with the lines above and below it that begin where it does, within the height of what it labels.
    fn with_lines(&self, phrase: usize, range: Place) -> String {
        let start = self.phrases[phrase].place[0];
        let lines = self.phrases.iter().enumerate().filter(|(number, other)| {
            *number == phrase
                || ((other.place[0] - start).abs() < 3.0
                    && other.place[2] < range[0] + 3.0
                    && is_level(other, range)
                    && !self.is_option(*number))
        });
        let mut lines: Vec<&Phrase> = lines.map(|(_, line)| line).collect();
        lines.sort_by(|one, other| other.place[1].total_cmp(&one.place[1]));
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl WidgetField {
    /// Whether its own label needs no help from the page.
    fn says_what_it_is(&self) -> bool {
        self.field.label.as_deref().is_some_and(|label| !says_nothing(label))
    }
}

/// Whether a name is one that a form program gave: `Text1`, `Check Box 7`, `Choice2`.
fn says_nothing(name: &str) -> bool {
    const GIVEN: [&str; 20] = [
        "text",
        "textfield",
        "textbox",
        "field",
        "fill",
        "check",
        "checkbox",
        "box",
        "choice",
        "option",
        "button",
        "radio",
        "radiobutton",
        "group",
        "dropdown",
        "combobox",
        "listbox",
        "undefined",
        "untitled",
        "on",
    ];
    let letters: String = name.to_lowercase().chars().filter(|letter| letter.is_alphabetic()).collect();
    letters.len() <= 1 || GIVEN.contains(&letters.as_str())
}

fn middle(place: Place) -> f64 {
    f64::midpoint(place[1], place[3])
}

/// Whether a phrase is on the height of a box.
fn is_level(phrase: &Phrase, place: Place) -> bool {
    (place[1] - SLACK..place[3] + SLACK).contains(&middle(phrase.place))
}

/// Whether two boxes share some height.
fn is_over(one: Place, other: Place) -> bool {
    one[1] < other[3] && other[1] < one[3]
}
