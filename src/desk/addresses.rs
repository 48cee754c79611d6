//! Names and addresses as people type them: what cannot be one, what only looks like one, and what stands twice.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use lettre::Address;

use crate::panel::audience::name_words;

/// Longest name, in letters.
const LONGEST: usize = 120;

/// Letters besides a to z and digits that stand before the `@` of real addresses.
const IN_NAMES: &str = "._-+'&";

/// Letters that are looked at as another: `ne1c` is read as `nelc`.
const ALIKE: [(&str, &str); 8] =
    [("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("q", "g")];

/// What is wrong with a name, and what to do; none where it can stand in a letter.
pub fn wrong_name(name: &str) -> Option<(String, &'static str)> {
    let type_it = "type the name alone, on one line";
    let message = if name.chars().any(char::is_control) || name.chars().any(is_unseen) {
        "the name has a line break, a tab or a letter that cannot be seen in it"
    } else if name.contains('@') {
        "there is a mail address where the name should be"
    } else if name.chars().any(|letter| "<>\"=;|\\".contains(letter)) {
        "the name has a sign in it that no name has"
    } else if LONGEST < name.chars().count() {
        "the name is too long for one"
    } else if !name.chars().any(char::is_alphabetic) {
        "the name has no letter in it"
    } else {
        return None;
    };
    Some((message.to_owned(), type_it))
}

/// Marks that turn the direction of writing, and blanks of no width.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What is wrong with an address, and what to do; none where a letter can be sent to it.
pub fn wrong_address(address: &str) -> Option<(String, &'static str)> {
    let type_it = "type it as name@council.gov.uk; nothing is sent until then";
    if let Some(odd) = address.chars().find(|letter| !letter.is_ascii() || letter.is_control()) {
        let code = u32::from(odd);
        let said = format!(
            "`{}` has a letter in it that is no plain one (U+{code:04X}), and may only look like one",
            address.chars().filter(|letter| !letter.is_control()).collect::<String>()
        );
        return Some((said, "type the address anew, letter by letter; do not copy it"));
    }
    let plain = |text: &str, besides: &str| {
        !text.is_empty()
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || besides.contains(letter))
    };
    let fits = address.split_once('@').is_some_and(|(local, domain)| {
        let labels: Vec<&str> = domain.split('.').collect();
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        let label = |label: &&str| {
            plain(label, "-") && !label.starts_with('-') && !label.ends_with('-') && label.len() < 64
        };
        let top = labels
            .last()
            .is_some_and(|top| 1 < top.len() && top.starts_with(|c: char| c.is_ascii_alphabetic()));
        plain(local, IN_NAMES)
            && !dots
            && local.len() <= 64
            && 1 < labels.len()
            && labels.iter().all(label)
            && top
    });
    let parsed = fits && address.len() <= 254 && Address::from_str(address).is_ok();
    (!parsed).then(|| (format!("`{address}` is not an email address"), type_it))
}

/// A row as far as its address is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub name: &'a str,
    pub address: &'a str,
    /// `Members D5`.
    pub place: &'a str,
}

/// Rows whose address is somebody else's, or whose domain only looks like the one the others have: their place in `rows`, and what is
/// wrong. Of two people with one address the one keeps it whose name it is; where it is nobody's, neither does.
pub fn doubtful(rows: &[Row<'_>]) -> BTreeMap<usize, (String, &'static str)> {
    let mut wrong = BTreeMap::new();
    let folded: Vec<String> = rows.iter().map(|row| row.address.to_lowercase()).collect();
    for (at, row) in rows.iter().enumerate() {
        let others = (0..rows.len()).filter(|other| *other != at && folded[*other] == folded[at]);
        let other =
            others.map(|other| &rows[other]).find(|other| name_words(other.name) != name_words(row.name));
        if let Some(other) = other
            && !is_named_after(row)
        {
            let said = format!("the same address as that of {} ({})", other.name, other.place);
            wrong.insert(at, (said, "type the address of this person"));
        }
    }
    let mut domains: BTreeMap<&str, usize> = BTreeMap::new();
    for address in &folded {
        *domains.entry(domain(address)).or_default() += 1;
    }
    for (at, address) in folded.iter().enumerate() {
        let own = domain(address);
        let alike = domains.iter().filter(|(other, _)| **other != own && skeleton(other) == skeleton(own));
        if let Some((other, _)) =
            alike.max_by_key(|(_, count)| **count).filter(|(_, count)| domains[own] <= **count)
        {
            let said = format!("`{own}` only looks like `{other}`, which others have");
            wrong.entry(at).or_insert((said, "type the address anew, letter by letter"));
        }
    }
    wrong
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn skeleton(domain: &str) -> String {
    ALIKE.iter().fold(domain.to_owned(), |domain, (seen, read)| domain.replace(seen, read))
}

/// Whether what stands before the `@` is made of the person's name: `carys.bevan`, `cbevan`.
fn is_named_after(row: &Row<'_>) -> bool {
    let local = row.address.split('@').next().unwrap_or_default().to_lowercase();
    name_words(row.name).iter().any(|word| 2 < word.chars().count() && local.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_name_or_an_address_is_refused() {
        for name in [
            "Dr Naveed\nSiddiqui",
            "Dr Naveed\r\nBcc: evil@evil.example",
            "Dr\tNaveed Siddiqui",
            "Three \"<evil@evil.example>\"",
            "chair@nelc.gov.uk",
            "Five <five@evil.example>,",
            "Nine=?utf-8?q?=0D=0ABcc:_x?=",
            "=cmd|'/C calc'!A0",
            "Zero\u{0}Name",
            "Naveed\u{202e}Siddiqui",
            "Naveed\u{200b}Siddiqui",
            "---",
        ] {
            assert!(wrong_name(name).is_some(), "{name:?}");
        }
        for name in [
            "Dr Naveed Siddiqui",
            "SMITH, Jane",
            "Siân Price-O’Neill",
            "Łukasz Ng",
            "Jane Smith (team manager)",
        ] {
            assert_eq!(wrong_name(name), None, "{name}");
        }
        for address in [
            "a@b..c",
            "six@n\u{435}lc.example.org",
            "../../../../eight@x.example",
            "x@-.-",
            "\u{fc}@x.example",
            "a..b@x.example",
            "a@b",
            "a b@x.example",
            "a@x.example>",
            "two@x.example,three@x.example",
            "@x.example",
            "a@x.example\n",
        ] {
            assert!(wrong_address(address).is_some(), "{address:?}");
        }
        for address in
            ["carys.bevan-jones@nelc.example.org", "o'neill+panel@x.example", "J_1@sub.council.gov.uk"]
        {
            assert_eq!(wrong_address(address), None, "{address}");
        }
    }

    #[test]
    fn an_address_that_stands_twice_costs_the_one_whose_it_is_not() {
        let row = |name, address| Row { name, address, place: "Members D5" };
        let wrong = |rows: &[Row<'_>]| doubtful(rows).into_keys().collect::<Vec<_>>();
        let (judith, naveed) = ("judith.amankwah@nelc.example.org", "naveed@nelc.example.org");
        assert_eq!(wrong(&[row("Judith Amankwah", judith), row("Naveed Siddiqui", judith)]), [1]);
        assert_eq!(wrong(&[row("A Lee", "office@x.example"), row("B Poe", "office@x.example")]), [0, 1]);
        assert!(wrong(&[row("Judith Amankwah", judith), row("AMANKWAH, Judith", judith)]).is_empty());
        let fake = "naveed.siddiqui@ne1c.example.org";
        assert_eq!(wrong(&[row("Judith Amankwah", judith), row("Naveed Siddiqui", fake)]), [0, 1]);
        let honest = row("Cato Chair", "cato@nelc.example.org");
        assert_eq!(wrong(&[row("Judith Amankwah", judith), honest, row("Naveed Siddiqui", fake)]), [2]);
        assert!(wrong(&[row("Judith Amankwah", judith), row("Naveed Siddiqui", naveed)]).is_empty());
    }
}
