//! Which papers spoil a pack, found by leaving some out. Pure: trying is the caller's.

use crate::pack::plan::Which;

/// Tries before the rest is left as it is: each takes as long as a pack.
const MOST_TRIES: usize = 60;

/// The papers without which the others are `sound` together; none where leaving out every paper is of no help.
pub fn culprits(papers: &[Which], sound: &mut dyn FnMut(&[Which]) -> bool) -> Vec<Which> {
    if papers.is_empty() || !sound(&[]) {
        return Vec::new();
    }
    let mut hunt = Hunt { sound, tries: 1, found: Vec::new() };
    hunt.among(papers);
    hunt.found
}

struct Hunt<'a> {
    sound: &'a mut dyn FnMut(&[Which]) -> bool,
    tries: usize,
    found: Vec<Which>,
}

impl Hunt<'_> {
    fn among(&mut self, papers: &[Which]) {
        self.tries += 1;
        if MOST_TRIES < self.tries || (self.sound)(papers) {
            return;
        }
        if let [only] = papers {
            self.found.push(*only);
            return;
        }
        let before = self.found.len();
        let (first, second) = papers.split_at(papers.len() / 2);
        self.among(first);
        self.among(second);
        // Each half is sound by itself: they spoil each other, and one of them has to go.
        if self.found.len() == before {
            self.found.extend_from_slice(second);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::ids::PaperNumber;

    fn papers(numbers: impl IntoIterator<Item = u32>) -> Vec<Which> {
        numbers.into_iter().map(|number| Which { number: PaperNumber::new(number), version: 1 }).collect()
    }

    #[test]
    fn papers_that_spoil_a_pack_are_found_in_few_tries() {
        let all = papers(1..=100);
        for bad in [papers([17]), papers([1, 100]), papers([40, 41, 90])] {
            let mut tries = 0;
            let found = culprits(&all, &mut |shown| {
                tries += 1;
                !shown.iter().any(|which| bad.contains(which))
            });
            assert_eq!(found, bad);
            assert!(tries < 45, "{tries}");
        }
        assert!(culprits(&all, &mut |_| false).is_empty(), "no document is to blame");
        let together = papers([10, 60]);
        let found = culprits(&all, &mut |shown| !together.iter().all(|which| shown.contains(which)));
        assert!(together.iter().any(|which| found.contains(which)) && found.len() <= 50);
    }
}
