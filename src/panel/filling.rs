//! From a reading to a filled form: which field every label means, and what was answered.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::panel::answers::{Answered, Asked};
use crate::panel::boxes::{self, Side};
use crate::panel::codes::Codes;
use crate::panel::form::{Filled, Form, Value};
use crate::panel::label_text::Flat;
use crate::panel::labels::{Closeness, FieldType, FormRule, LabelIndex, Target};
use crate::panel::layout::{self, Seen, Sighting};
use crate::panel::named_fields;
use crate::panel::pieces::{self, Piece};
use crate::panel::seen::{Block, Reading};
use crate::panel::seen_from::SeenFrom;

/// Labels a paper must have of a form, besides a third of them all, before one that is missing is missed: a letter or a scan
/// that is only called a form has none.
const FEWEST_LABELS: usize = 4;

/// Reads `rule`'s form out of `reading`; `on` is the day that two-digit years and dated codes are seen from.
pub fn fill(reading: &Reading, rule: &FormRule, codes: &Codes, on: &SeenFrom) -> Form {
    let index = LabelIndex::new(rule);
    let mut seen = layout::look(&reading.body, &index);
    seen.sightings.extend(named_fields::look(&reading.fields, &index));
    let side = usual_side(&reading.body);
    let mut best: BTreeMap<usize, (Sighting, Answered)> = BTreeMap::new();
    for sighting in &seen.sightings {
        let Target::Field(at) = sighting.means.target else { continue };
        let asked = Asked { field: &rule.fields[at], codes, on, side };
        let Some(answered) = answer(&asked, sighting) else { continue };
        let better = best.get(&at).is_none_or(|(before, said)| {
            let rank =
                |sighting: &Sighting, said: &Answered| (said.value == Value::Empty, sighting.means.closeness);
            rank(sighting, &answered) < rank(before, said)
        });
        if better {
            best.insert(at, (sighting.clone(), answered));
        }
    }
    let mut form = Form { as_print: is_print(reading), ..Form::default() };
    form.findings.extend(two_children(rule, &seen.sightings));
    let is_this_form = FEWEST_LABELS <= best.len() && rule.fields.len() <= best.len() * 3;
    for (at, field) in rule.fields.iter().enumerate() {
        match best.remove(&at) {
            Some((sighting, answered)) => {
                form.findings.extend(answered.findings);
                let filled = Filled { raw: answered.raw, label: sighting.label, value: answered.value };
                form.fields.insert(field.key.clone(), filled);
            }
            None if field.required && is_this_form && !form.as_print => {
                form.findings.push(not_found(&index, at, &seen));
            }
            None => {}
        }
    }
    form
}

/// Whether a form came as pages only, without fields or cells that say what belongs to what: a print, a picture.
fn is_print(reading: &Reading) -> bool {
    let pages_only = reading.facts.pages.is_some() || reading.body.is_empty();
    pages_only && reading.fields.len() < FEWEST_LABELS
}

/// Says that a form names more than one child: what is answered on it cannot be told apart.
fn two_children(rule: &FormRule, sightings: &[Sighting]) -> Option<Finding> {
    let answers = |key: &str| {
        let at = rule.fields.iter().position(|field| field.key.as_str() == key);
        let of_field = sightings.iter().filter(move |sighting| {
            at.is_some_and(|at| {
                sighting.means.target == Target::Field(at) && sighting.means.closeness == Closeness::Exact
            })
        });
        let said = of_field.map(|sighting| pieces::text_of(&sighting.pieces).trim().to_lowercase());
        said.filter(|said| !said.is_empty()).collect::<BTreeSet<String>>()
    };
    // A name may be written twice in two ways; two names and two days of birth are two children.
    let (names, births) = (answers("child_name"), answers("dob"));
    let finding = Finding::warning(
        "two-children",
        format!("the form names {} children: its answers are read as those of one", names.len()),
    );
    (1 < names.len() && 1 < births.len())
        .then(|| finding.about("child_name").hint("send a form for each child, in a folder of its own"))
}

/// What a sighting answers; none where it cannot be this field's answer.
fn answer(asked: &Asked<'_>, sighting: &Sighting) -> Option<Answered> {
    let first = asked.answer(&sighting.pieces);
    let answers = |answered: &Answered| !matches!(answered.value, Value::Empty | Value::Unclear);
    let answered = match &sighting.otherwise {
        Some(otherwise) if !answers(&first) => Some(asked.answer(otherwise)).filter(answers).unwrap_or(first),
        _ => first,
    };
    // An amount of money after "Health" is the health service's share of the cost, not an answer about the child's health.
    let figures_only = !answered.raw.is_empty() && !answered.raw.chars().any(char::is_alphabetic);
    let fits = asked.field.field_type != FieldType::Long || !figures_only;
    fits.then_some(answered)
}

/// How many of a form's fields have their label on the paper, and how many it has.
pub fn labels_present(reading: &Reading, rule: &FormRule) -> (usize, usize) {
    let index = LabelIndex::new(rule);
    let mut seen = layout::look(&reading.body, &index).sightings;
    seen.extend(named_fields::look(&reading.fields, &index));
    let present = (0..rule.fields.len())
        .filter(|at| seen.iter().any(|sighting| sighting.means.target == Target::Field(*at)))
        .count();
    (present, rule.fields.len())
}

fn not_found(index: &LabelIndex<'_>, at: usize, seen: &Seen) -> Finding {
    let field = &index.rule().fields[at];
    // Below a question, or behind it in brackets, may stand how it is to be answered.
    let question = |text: &str| text.split(['\n', '(']).next().unwrap_or_default().len();
    let seen = seen.unknown.iter().flat_map(|text| [text.as_str(), &text[..question(text)]]);
    let nearest = index.nearest(at, seen);
    let message = match nearest {
        Some(nearest) => {
            format!(
                "the label `{}` was not found; the nearest on the document is `{}`",
                field.label,
                nearest.trim()
            )
        }
        None => format!("the label `{}` was not found on the document", field.label),
    };
    Finding::warning("label-not-found", message)
        .about(field.key.as_str())
        .hint("use the panel's own form, and leave its labels as they are")
}

/// Where this paper puts its boxes, by its lines that show it.
fn usual_side(body: &[Block]) -> Option<Side> {
    let (mut before, mut after) = (0_usize, 0_usize);
    count_sides(body, &mut before, &mut after);
    match before.cmp(&after) {
        std::cmp::Ordering::Greater => Some(Side::Before),
        std::cmp::Ordering::Less => Some(Side::After),
        std::cmp::Ordering::Equal => None,
    }
}

fn count_sides(body: &[Block], before: &mut usize, after: &mut usize) {
    for block in body {
        match block {
            Block::Line(line) => {
                let pieces: Vec<Piece> = Flat::of_line(line).pieces();
                match boxes::side_shown(&pieces) {
                    Some(Side::Before) => *before += 1,
                    Some(Side::After) => *after += 1,
                    None => {}
                }
            }
            Block::Table(table) => {
                for cell in table.rows.iter().flatten() {
                    count_sides(&cell.blocks, before, after);
                }
            }
        }
    }
}
