//! What an act may be about: cases and papers somebody has heard of, and which of them are nearest to one nobody has.

use crate::panel::ids::{CaseId, PaperNumber};

/// Names that are named where one is not known.
const NEAREST: usize = 3;

/// What a person is told of a case nobody knows: the known ones whose numbers are nearest; none where none is known.
pub fn cases_near<'k>(asked: &CaseId, known: impl IntoIterator<Item = &'k CaseId>) -> Option<String> {
    let far = |case: &&CaseId| apart(asked.as_str(), case.as_str());
    said(&nearest(known, far))
}

/// The same of a paper.
pub fn papers_near(asked: PaperNumber, known: impl IntoIterator<Item = PaperNumber>) -> Option<String> {
    let far = |paper: &PaperNumber| {
        (apart(&asked.to_string(), &paper.to_string()), asked.get().abs_diff(paper.get()))
    };
    said(&nearest(known, far))
}

/// How many keys were struck wrongly: a letter more, less, other, or two swapped.
fn apart(asked: &str, known: &str) -> usize {
    strsim::osa_distance(&asked.to_lowercase(), &known.to_lowercase())
}

fn nearest<T, F: Ord>(known: impl IntoIterator<Item = T>, far: impl Fn(&T) -> F) -> Vec<T> {
    let mut known: Vec<T> = known.into_iter().collect();
    known.sort_by_cached_key(far);
    known.truncate(NEAREST);
    known
}

fn said<T: ToString>(near: &[T]) -> Option<String> {
    let numbers: Vec<String> = near.iter().map(ToString::to_string).collect();
    match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("the nearest known number is {one}")),
        several => Some(format!("the nearest known numbers are {}", several.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_those_with_the_fewest_keys_struck_wrongly() {
        let cases = ["1050321", "1050331", "1050412", "2999999", "M123456"].map(|id| id.parse().unwrap());
        let near = |asked: &str, known: &[CaseId]| cases_near(&asked.parse().unwrap(), known);
        let several = near("1050312", &cases).unwrap();
        assert_eq!(several, "the nearest known numbers are 1050321, 1050412, 1050331");
        assert!(near("m123465", &cases).unwrap().starts_with("the nearest known numbers are M123456, "));
        assert_eq!(near("7", &cases[1..2]).unwrap(), "the nearest known number is 1050331");
        assert_eq!(near("7", &[]), None);
    }

    #[test]
    fn of_papers_equally_near_the_closest_number_is_named_first() {
        let papers = [3, 9, 19, 39, 46].map(PaperNumber::new);
        let near = papers_near(PaperNumber::new(99), papers).unwrap();
        assert_eq!(near, "the nearest known numbers are P39, P19, P9");
        assert_eq!(papers_near(PaperNumber::new(1), []), None);
    }
}
