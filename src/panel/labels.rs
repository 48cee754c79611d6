//! The labels a form's fields go by, and recognising one on a paper.
//!
//! Tolerant of case, punctuation, spacing, remarks in brackets and a one-letter slip; a slip is only believed where it
//! fits one field and no label fits exactly. What stands beside a label is [`crate::panel::filling`]'s business.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::panel::ids::FieldKey;
use crate::panel::values::words;

/// One form of a panel: what it is called and the fields it asks for, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormRule {
    /// Its name in the configuration, such as `referral`.
    pub key: String,
    /// What people call it: "referral form".
    pub label: String,
    pub fields: Vec<FieldRule>,
    /// Labels that stand on the form but are nobody's field ("For office use only"): never taken for an answer.
    pub other_labels: Vec<Alias>,
}

/// One field a form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRule {
    pub key: FieldKey,
    /// The main label, as messages show it.
    pub label: String,
    /// Every wording it goes by besides `label`.
    pub aliases: Vec<Alias>,
    pub field_type: FieldType,
    /// The code list of a choice; none takes the option as written.
    pub vocabulary: Option<String>,
    /// Several ticks or names may be given.
    pub allows_many: bool,
    /// The form must have the label; not finding it is a finding.
    pub required: bool,
    /// Earlier editions of the form did not ask it: it is missed only on a paper that has the label.
    #[serde(default)]
    pub recent: bool,
}

/// What sort of answer a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// A few words on one line.
    Text,
    /// As many lines as it takes; may be a table.
    Long,
    /// A date of any year near the meeting's.
    Date,
    /// A date that has passed: a two-digit year is never in the future.
    DateOfBirth,
    Whole,
    Money,
    /// Money or a percentage.
    Share,
    YesNo,
    /// One option (or several, where `allows_many`) of a vocabulary.
    Choice,
    /// A person's name; telephone and address beside it are left in the raw answer.
    Person,
    /// A number in the council's system, spaces taken out.
    CaseNumber,
}

/// One wording of a label.
///
/// Written `Start date`, or `current placement > Start date` where it counts only below a heading with those words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Alias {
    pub text: String,
    /// Words of the heading it must stand under.
    pub under: Option<String>,
}

impl From<String> for Alias {
    fn from(written: String) -> Self {
        match written.split_once('>') {
            Some((under, text)) => {
                Alias { text: text.trim().to_owned(), under: Some(under.trim().to_owned()) }
            }
            None => Alias { text: written.trim().to_owned(), under: None },
        }
    }
}

impl From<&str> for Alias {
    fn from(written: &str) -> Self {
        Alias::from(written.to_owned())
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> String {
        match alias.under {
            Some(under) => format!("{under} > {}", alias.text),
            None => alias.text,
        }
    }
}

/// The labels of one form, ready to be looked for.
#[derive(Debug)]
pub struct LabelIndex<'r> {
    rule: &'r FormRule,
    wordings: Vec<Wording>,
    /// By the wording's letters, places in `wordings`.
    exact: BTreeMap<String, Vec<usize>>,
    /// The same by the letters of the words that carry the meaning.
    core: BTreeMap<String, Vec<usize>>,
    /// Words of the longest wording.
    longest: usize,
}

#[derive(Debug)]
struct Wording {
    letters: String,
    words: Vec<String>,
    target: Target,
    under: Option<Vec<String>>,
}

/// What a label means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A field, by its place in [`FormRule::fields`].
    Field(usize),
    /// A label of the form that is nobody's field.
    Other,
}

/// How sure a label is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// The very wording, under the very heading.
    Placed,
    Exact,
    /// One letter off.
    Slip,
    /// It begins with the wording and goes on.
    Begins,
}

/// A label that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    pub target: Target,
    pub closeness: Closeness,
}

/// Letters a wording must have before a slip in it is believed.
const SHORTEST_SLIP: usize = 5;
/// Words a wording must have to be recognised by its beginning.
const SHORTEST_BEGINNING: usize = 3;
/// Letters beyond which nothing is a label.
const LONGEST_LABEL: usize = 160;

impl<'r> LabelIndex<'r> {
    pub fn new(rule: &'r FormRule) -> Self {
        let mut wordings = Vec::new();
        for (at, field) in rule.fields.iter().enumerate() {
            wordings.push(Wording::new(&Alias::from(field.label.as_str()), Target::Field(at)));
            wordings.extend(field.aliases.iter().map(|alias| Wording::new(alias, Target::Field(at))));
        }
        wordings.extend(rule.other_labels.iter().map(|alias| Wording::new(alias, Target::Other)));
        wordings.retain(|wording| !wording.letters.is_empty());
        let mut exact: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, wording) in wordings.iter().enumerate() {
            exact.entry(wording.letters.clone()).or_default().push(at);
        }
        let mut core: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, wording) in wordings.iter().enumerate() {
            if let Some(letters) = core_letters(&wording.words) {
                core.entry(letters).or_default().push(at);
            }
        }
        let longest = wordings.iter().map(|wording| wording.words.len()).max().unwrap_or(0);
        LabelIndex { rule, wordings, exact, core, longest }
    }

    pub fn rule(&self) -> &'r FormRule {
        self.rule
    }

    /// Words of the longest wording.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// What `text` as a whole is a label of, standing under the heading `section`.
    pub fn find(&self, text: &str, section: &str) -> Option<Recognised> {
        self.find_exact(text, section).or_else(|| self.find_slip(text, section))
    }

    /// The same without allowing for slips.
    pub fn find_exact(&self, text: &str, section: &str) -> Option<Recognised> {
        if text.len() > LONGEST_LABEL {
            return None;
        }
        let section = words(section);
        let chosen = |places: &Vec<usize>| {
            let fits = |at: &&usize| self.wordings[**at].is_under(&section) == Some(true);
            let plain = |at: &&usize| self.wordings[**at].under.is_none();
            let placed = places.iter().find(fits).map(|at| (at, Closeness::Placed));
            let (at, closeness) =
                placed.or_else(|| places.iter().find(plain).map(|at| (at, Closeness::Exact)))?;
            Some(Recognised { target: self.wordings[*at].target, closeness })
        };
        let exact = readings_of(text).iter().find_map(|letters| chosen(self.exact.get(letters)?));
        exact.or_else(|| {
            let bare = without_brackets(text);
            chosen(self.core.get(&core_letters(&words(without_number(&bare)))?)?)
        })
    }

    fn find_slip(&self, text: &str, section: &str) -> Option<Recognised> {
        if text.len() > LONGEST_LABEL {
            return None;
        }
        let section = words(section);
        let mut found: Option<Target> = None;
        for letters in readings_of(text) {
            for wording in self.wordings.iter().filter(|wording| wording.is_under(&section) != Some(false)) {
                if !is_slip(&letters, &wording.letters) {
                    continue;
                }
                match found {
                    Some(target) if target != wording.target => return None,
                    _ => found = Some(wording.target),
                }
            }
        }
        found.map(|target| Recognised { target, closeness: Closeness::Slip })
    }

    /// A long label that begins with a known wording: "Wishes and feelings of the child about the move".
    pub fn find_beginning(&self, text: &str, section: &str) -> Option<Recognised> {
        if text.len() > LONGEST_LABEL {
            return None;
        }
        let section = words(section);
        let said = words(text);
        let begins = |wording: &&Wording| {
            wording.words.len() >= SHORTEST_BEGINNING
                && said.len() > wording.words.len()
                && said.starts_with(&wording.words)
                && wording.is_under(&section) != Some(false)
        };
        let longest = self.wordings.iter().filter(begins).max_by_key(|wording| wording.words.len())?;
        Some(Recognised { target: longest.target, closeness: Closeness::Begins })
    }

    /// The one of `seen` that looks most like a label of field `at`, if any does.
    pub fn nearest<'s>(&self, at: usize, seen: impl Iterator<Item = &'s str>) -> Option<&'s str> {
        let wanted: Vec<&str> = self
            .wordings
            .iter()
            .filter(|wording| wording.target == Target::Field(at))
            .map(|wording| wording.letters.as_str())
            .collect();
        let likeness = |text: &str| {
            let letters = letters_of(text);
            let scores =
                wanted.iter().map(|wording| strsim::normalized_damerau_levenshtein(wording, &letters));
            scores.fold(0.0, f64::max)
        };
        let mut best: Option<(&str, f64)> = None;
        for text in seen {
            let likeness = likeness(text);
            if likeness >= LEAST_LIKENESS && best.is_none_or(|(_, before)| likeness > before) {
                best = Some((text, likeness));
            }
        }
        best.map(|(text, _)| text)
    }
}

/// How like a wording a text must be to be named as the nearest.
const LEAST_LIKENESS: f64 = 0.45;

impl Wording {
    fn new(alias: &Alias, target: Target) -> Self {
        Wording {
            letters: letters_of(&alias.text),
            words: words(&alias.text),
            target,
            under: alias.under.as_deref().map(words),
        }
    }

    /// Whether it stands under its heading; none where it has none.
    fn is_under(&self, section: &[String]) -> Option<bool> {
        let under = self.under.as_ref()?;
        Some(under.iter().all(|word| section.contains(word)))
    }
}

/// Letters and digits alone, lower case: `D.O.B.` and `dob` are the same label.
pub fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The letters of the words that carry a label's meaning: "the child's needs" is "child's needs".
fn core_letters(words: &[String]) -> Option<String> {
    const SMALL: [&str; 10] = ["the", "a", "an", "of", "and", "or", "to", "for", "is", "please"];
    let core: Vec<&str> = words.iter().map(String::as_str).filter(|word| !SMALL.contains(word)).collect();
    (core.len() >= 2).then(|| core.concat())
}

/// The ways a label may be read: as it stands, without brackets, without a number before it.
fn readings_of(text: &str) -> Vec<String> {
    let bare = without_brackets(text);
    let mut readings = Vec::new();
    for text in [text, bare.as_str()] {
        for text in [text, without_number(text)] {
            let letters = letters_of(text);
            if !letters.is_empty() && !readings.contains(&letters) {
                readings.push(letters);
            }
        }
    }
    readings
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// Without `3.`, `12)`, `Q4:`, `A.1` before the words.
fn without_number(text: &str) -> &str {
    let trimmed = text.trim_start();
    let Some((first, rest)) = trimmed.split_once(char::is_whitespace) else { return trimmed };
    let numbers = first.chars().any(|c| c.is_ascii_digit()) && first.len() <= 5
        || first.len() == 2 && first.ends_with([')', '.']);
    if numbers { rest } else { trimmed }
}

/// One letter wrong, missing, too many, or two swapped; a digit is never a slip.
fn is_slip(seen: &str, wording: &str) -> bool {
    if wording.len() < SHORTEST_SLIP || seen.len().abs_diff(wording.len()) > 4 {
        return false;
    }
    // More bytes than two letters can have: told without looking at letters.
    if 8 < bytes_between(seen, wording) {
        return false;
    }
    let (seen, wording) = differing(seen, wording);
    // A slip is one letter added, left out or replaced, or two neighbours swapped: at most two letters differ.
    if seen.chars().count().max(wording.chars().count()) > 2 {
        return false;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(seen) == digits(wording) && strsim::osa_distance(seen, wording) == 1
}

/// Bytes of the longer text between the beginning and the end that both share.
fn bytes_between(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let rest = one[start..].iter().rev().zip(other[start..].iter().rev());
    let end = rest.take_while(|(one, other)| one == other).count();
    one.len().max(other.len()) - start - end
}

/// What is left of two texts without the beginning and the end they share.
fn differing<'t>(one: &'t str, other: &'t str) -> (&'t str, &'t str) {
    let same = |(one, other): &(char, char)| one == other;
    let length = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(same).map(|(letter, _)| letter.len_utf8()).sum::<usize>()
    };
    let start = length(&mut one.chars().zip(other.chars()));
    let (one, other) = (&one[start..], &other[start..]);
    let end = length(&mut one.chars().rev().zip(other.chars().rev()));
    (&one[..one.len() - end], &other[..other.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> FormRule {
        let field = |key: &str, label: &str, aliases: &[&str]| FieldRule {
            key: key.parse().unwrap(),
            label: label.to_owned(),
            aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
            field_type: FieldType::Text,
            vocabulary: None,
            allows_many: false,
            required: true,
            recent: false,
        };
        FormRule {
            key: "f".to_owned(),
            label: "form".to_owned(),
            fields: vec![
                field("dob", "Date of birth", &["DOB"]),
                field("cur_start", "Current start", &["Current placement > Start date"]),
                field("start", "Start date", &[]),
                field("views", "Wishes and feelings of parents/carers", &[]),
                field("contact_1", "Contact 1", &[]),
                field("contact_2", "Contact 2", &[]),
            ],
            other_labels: vec![Alias::from("For office use only")],
        }
    }

    #[track_caller]
    fn found(text: &str, section: &str) -> Option<(String, Closeness)> {
        let rule = rule();
        let found = LabelIndex::new(&rule).find(text, section)?;
        let name = match found.target {
            Target::Field(at) => rule.fields[at].key.to_string(),
            Target::Other => "other".to_owned(),
        };
        Some((name, found.closeness))
    }

    #[test]
    fn case_punctuation_brackets_numbers_and_small_words_make_no_difference() {
        for text in [
            "Date of birth",
            "DATE OF BIRTH:",
            "D.O.B.",
            "dob *",
            "Date of Birth (DOB)",
            "3. Date of birth",
            "Q4: DOB",
            "a) DOB",
        ] {
            assert_eq!(found(text, ""), Some(("dob".to_owned(), Closeness::Exact)), "{text}");
        }
        let views = "Wishes and feelings of the parents and carers";
        assert_eq!(found(views, ""), Some(("views".to_owned(), Closeness::Exact)));
        assert_eq!(found("FOR OFFICE USE ONLY", ""), Some(("other".to_owned(), Closeness::Exact)));
    }

    #[test]
    fn one_letter_may_slip_but_no_digit() {
        for text in ["Date of brith", "Dat of birth", "Date of birrth", "Dste of birth"] {
            assert_eq!(found(text, ""), Some(("dob".to_owned(), Closeness::Slip)), "{text}");
        }
        for text in ["Date of death", "Contact 3", "Contact", "dab", "Date"] {
            assert_eq!(found(text, ""), None, "{text}");
        }
    }

    #[test]
    fn a_heading_tells_two_labels_apart() {
        assert_eq!(
            found("Start date", "3. Current placement").map(|(name, _)| name).as_deref(),
            Some("cur_start")
        );
        assert_eq!(found("Start date", "Proposed placement").map(|(name, _)| name).as_deref(), Some("start"));
    }

    #[test]
    fn the_nearest_label_is_named() {
        let rule = rule();
        let index = LabelIndex::new(&rule);
        let seen = ["Birth day and date", "Provider", "Date of the birth of the child"];
        assert_eq!(index.nearest(0, seen.into_iter()), Some("Date of the birth of the child"));
        assert_eq!(index.nearest(0, ["Xyz"].into_iter()), None);
    }

    #[test]
    fn an_alias_is_written_as_it_is_read() {
        for written in ["Start date", "Current placement > Start date"] {
            assert_eq!(String::from(Alias::from(written)), written);
        }
    }
}
