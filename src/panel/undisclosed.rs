//! An address that is not to be disclosed: the warning that stands first, and where the child lives left out of what the family may see.

use crate::panel::case::Case;

/// Fields of the forms that say where the child lives, or lived: provider, home, carer, area.
const PLACES: [&str; 12] = [
    "provider",
    "establishment",
    "cur_provider",
    "placement_la",
    "placement_postcode",
    "urn",
    "home_address",
    "home_postcode",
    "from_address",
    "to_address",
    "location_local",
    "escort_name",
];

/// Stands in place of each.
pub const LEFT_OUT: &str = "[not disclosed]";

/// A word by itself is left out from so many letters on.
const FEWEST_LETTERS: usize = 4;

/// Words that many homes have in their names; by themselves they tell of none.
const COMMON: [&str; 30] = [
    "care",
    "home",
    "homes",
    "house",
    "lodge",
    "cottage",
    "farm",
    "hall",
    "limited",
    "children",
    "child",
    "foster",
    "fostering",
    "family",
    "residential",
    "services",
    "service",
    "support",
    "supported",
    "council",
    "county",
    "borough",
    "city",
    "north",
    "south",
    "east",
    "west",
    "street",
    "road",
    "placement",
];

/// What is said before anything else; none where the address may be told.
pub fn warning(case: &Case) -> Option<String> {
    let from = case.by_hand.address_hidden_from.as_ref()?;
    Some(format!("ADDRESS NOT TO BE DISCLOSED. It is withheld from: {from}."))
}

/// A text without what the case's forms say of where the child lives, where that is not to be disclosed.
pub fn left_out(case: &Case, text: &str) -> String {
    if case.by_hand.address_hidden_from.is_none() {
        return text.to_owned();
    }
    places(case).iter().fold(text.to_owned(), |text, place| without(&text, place, LEFT_OUT))
}

/// What a case's forms say of where the child lives, in whole, in parts and by the words that tell of it; the longest first, so that no
/// half of a name is left.
pub fn places(case: &Case) -> Vec<String> {
    let forms = case.papers.iter().filter_map(|paper| paper.form.as_ref()).chain([&case.form]);
    let mut places: Vec<String> = forms
        .flat_map(|form| PLACES.into_iter().filter_map(|key| form.text(key)))
        .flat_map(|said| {
            std::iter::once(said.trim()).chain(said.split([',', '\n', ';'])).chain(telling(said))
        })
        .map(|place| place.trim().to_owned())
        .filter(|place| FEWEST_LETTERS <= place.chars().count())
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.chars().count()));
    places.dedup();
    places
}

/// The words of a place's name that stand for it alone.
fn telling(said: &str) -> impl Iterator<Item = &str> {
    said.split(|letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’')
        .filter(|word| word.chars().next().is_some_and(|letter| letter.is_uppercase() || letter.is_numeric()))
        .filter(|word| !COMMON.contains(&word.to_lowercase().as_str()))
}

/// The text with `instead` wherever the place stands as words of its own, in whatever letters, one or several.
pub fn without(text: &str, place: &str, instead: &str) -> String {
    let (letters, wanted): (Vec<char>, Vec<char>) = (text.chars().collect(), place.chars().collect());
    let same = |one: char, other: char| one == other || one.to_lowercase().eq(other.to_lowercase());
    let is_part = |at: Option<&char>| at.is_some_and(|letter| letter.is_alphanumeric());
    let mut left = String::new();
    let mut at = 0;
    while at < letters.len() {
        let here = letters.get(at..at + wanted.len());
        let found = here.is_some_and(|some| some.iter().zip(&wanted).all(|(one, other)| same(*one, *other)));
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        // A family as well: "the Tansleys".
        let ends = ["", "s", "es"].into_iter().map(|end| (end, at + wanted.len() + end.len())).find(
            |(end, ends)| {
                let more = letters.get(at + wanted.len()..*ends);
                more.is_some_and(|more| more.iter().copied().eq(end.chars())) && !is_part(letters.get(*ends))
            },
        );
        if let Some((_, ends)) = ends.filter(|_| found && !is_part(before)) {
            left.push_str(instead);
            at = ends;
        } else {
            left.push(letters[at]);
            at += 1;
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};

    #[test]
    fn where_the_child_lives_leaves_what_is_said() {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral")
            .id("1000001")
            .say("provider", "Anchor Court Care Ltd, Lincoln")
            .say("establishment", "Saltmarsh House")
            .case();
        let text =
            "Agreed: a room at SALTMARSH HOUSE (Anchor Court), near Lincoln; the home keeps its house rules.";
        assert_eq!(left_out(&case, text), text, "nothing is asked for");
        case.by_hand.address_hidden_from = Some("the father".to_owned());
        assert_eq!(warning(&case).unwrap(), "ADDRESS NOT TO BE DISCLOSED. It is withheld from: the father.");
        let left = left_out(&case, text);
        for place in ["SALTMARSH", "Anchor", "Court", "Lincoln"] {
            assert!(!left.contains(place), "`{place}` in {left}");
        }
        assert!(left.contains("the home keeps its house rules"), "{left}");
        let family = told(&rules, "referral").id("1000002").say("establishment", "Mr and Mrs Tansley");
        let mut case = family.case();
        case.by_hand.address_hidden_from = Some("the father".to_owned());
        let left = left_out(
            &case,
            "He asked for pictures of the Tansleys and of Mrs Tansley's dog; a tansleyist is no carer.",
        );
        assert_eq!(
            left,
            "He asked for pictures of the [not disclosed] and of Mrs [not disclosed]'s dog; a tansleyist is no carer."
        );
    }
}
