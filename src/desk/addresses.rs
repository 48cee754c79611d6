//! Names and addresses as people type them: what cannot be one, what only looks like one, and what stands twice.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use deunicode::deunicode;
use lettre::Address;

use crate::desk::lookalike::{as_seen, is_allowed, looks_like};
use crate::panel::audience::{name_words, same_name};

/// Longest name, in letters.
const LONGEST: usize = 120;

/// Letters besides a to z and digits that stand before the `@` of real addresses.
const IN_NAMES: &str = "._-+'&";

/// What is wrong with a name, and what to do; none where it can stand in a letter.
pub fn wrong_name(name: &str) -> Option<(String, &'static str)> {
    let type_it = "type the name alone, on one line";
    let message = if name.chars().any(char::is_control) || name.chars().any(is_unseen) {
        "the name has a line break, a tab or a letter that cannot be seen in it"
    } else if name.contains('@') {
        "there is a mail address where the name should be"
    } else if name.chars().any(|letter| "<>\"=;|\\".contains(letter)) {
        "the name has a character in it that no name has"
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
    let alone = "type the address alone: name@council.gov.uk";
    let anew = "type the address anew, letter by letter; do not copy it";
    let shown: String =
        address.chars().filter(|letter| !letter.is_control() && !is_unseen(*letter)).collect();
    let shown = shown.trim();
    if address.chars().any(is_unseen) {
        return Some((format!("`{shown}` has a character in it that cannot be seen"), anew));
    }
    if address.chars().any(|letter| letter.is_whitespace() && !letter.is_ascii()) {
        return Some((format!("`{shown}` has a space in it that was copied along"), anew));
    }
    if 1 < address.matches('@').count() {
        return Some((format!("there are two addresses in one cell: `{shown}`"), "one row, one address"));
    }
    if let Some(bare) = address.to_lowercase().strip_prefix("mailto:") {
        return Some((format!("`mailto:` stands before the address `{bare}`"), alone));
    }
    if address.contains(['<', '>', '"', '(', ')']) {
        return Some((format!("there is more than the address in the cell: `{shown}`"), alone));
    }
    if address.ends_with(['.', ';', ',', ':']) {
        return Some((format!("a stray character stands after the address: `{shown}`"), alone));
    }
    if let Some(odd) = address.chars().find(|letter| !letter.is_ascii() || letter.is_control()) {
        let code = u32::from(odd);
        let like = as_seen(shown);
        let said = format!(
            "`{shown}` has a letter in it that is no plain one (U+{code:04X}), and may only look like one (`{like}`)"
        );
        return Some((said, anew));
    }
    if address.contains(char::is_whitespace) {
        return Some((format!("there is a space in `{shown}`"), alone));
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
    /// Empty where there is none.
    pub address: &'a str,
    /// `Members D5`.
    pub place: &'a str,
    /// Typed beside it: the address once more, and who says that it is right.
    pub is_right: &'a str,
}

/// Rows whose address may be somebody else's, or goes where no letter may: their place in `rows`, what is wrong, and what to do. `allowed` are
/// the only domains that letters go to; empty: any. Of two people with one address the one keeps it whose name it is; where it is
/// nobody's, neither does. Whatever is only doubted is let be where a person has said by name that it is right.
pub fn doubtful(rows: &[Row<'_>], allowed: &[String]) -> BTreeMap<usize, (String, String)> {
    let mut wrong: BTreeMap<usize, (String, String)> = BTreeMap::new();
    let folded: Vec<String> = rows.iter().map(|row| row.address.to_lowercase()).collect();
    let mut domains: BTreeMap<&str, usize> = BTreeMap::new();
    for address in folded.iter().filter(|address| !address.is_empty()) {
        *domains.entry(domain(address)).or_default() += 1;
    }
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.address.is_empty()) {
        let own = domain(&folded[at]);
        if let Some(said) = not_allowed(own, allowed) {
            wrong.insert(at, said);
            continue;
        }
        if is_said_to_be_right(row) {
            continue;
        }
        let ask = |hint: &str| {
            let stale = if row.is_right.trim().is_empty() {
                ""
            } else {
                " (what stands there now is not this address and a name)"
            };
            format!(
                "{hint}; if it is right, ask them and type it again with your name in `Address is right`{stale}"
            )
        };
        let others = (0..rows.len()).filter(|other| *other != at).map(|other| (other, &rows[other]));
        let same = others.clone().find(|(other, _)| {
            folded[*other] == folded[at] && name_words(rows[*other].name) != name_words(row.name)
        });
        let twin = others.clone().find(|(other, other_row)| {
            !other_row.address.is_empty()
                && folded[*other] != folded[at]
                && same_name(other_row.name, row.name)
        });
        let peers: Vec<(&str, usize)> = domains.iter().map(|(other, count)| (*other, *count)).collect();
        let known = peers.iter().filter(|(other, count)| *other != own && domains[own] <= *count);
        let mut alike = known.filter_map(|(other, _)| Some((*other, looks_like(own, other, false)?)));
        let local = folded[at].split('@').next().unwrap_or_default();
        let strength = named(local, row.name);
        let anothers = others.clone().find(|(_, other)| {
            let theirs = named(local, other.name);
            !same_name(other.name, row.name) && strength < theirs && (1 < theirs || strength == 0)
        });
        if let Some((_, other)) = same.filter(|_| strength == 0) {
            let said = format!("the same address as that of {} ({})", other.name, other.place);
            wrong.insert(at, (said, ask("type the address of this person")));
        } else if let Some((other, how)) = alike.next().filter(|_| allowed.is_empty()) {
            let said = format!("`{own}` only looks like `{other}`, which others have: {how}");
            wrong.insert(at, (said, ask("type the address anew, letter by letter")));
        } else if let Some((_, other)) = anothers {
            let said =
                format!("`{}` looks like the address of {} ({})", row.address, other.name, other.place);
            wrong.insert(at, (said, ask("type the address of this person")));
        } else if let Some((_, other)) = twin {
            let said = format!("the same person has another address ({}, `{}`)", other.place, other.address);
            let hint = "type one address in both rows, or give one of two people a middle name";
            wrong.insert(at, (said, ask(hint)));
        }
    }
    wrong
}

/// Why no letter goes to the domain; none where it may.
fn not_allowed(own: &str, allowed: &[String]) -> Option<(String, String)> {
    if allowed.is_empty() || is_allowed(own, allowed) {
        return None;
    }
    let alike = allowed.iter().find_map(|one| {
        let one = one.trim_start_matches("*.");
        Some((one, looks_like(own, one, true)?))
    });
    Some(match alike {
        Some((right, how)) => {
            let said = format!("`{own}` is not `{right}`, it only looks like it: {how}");
            (said, "type the address anew, letter by letter".to_owned())
        }
        None => (
            format!("no email goes to `{own}`: it is not among the domains that are allowed"),
            "use their address at work, or have the domain added to `domains` under `[post]` in the configuration".to_owned(),
        ),
    })
}

/// Why no link can go to the address instead of a file; none where it may. `own` are the council's domains; none where there are no links.
pub fn no_link_for(address: &str, own: Option<&[String]>) -> Option<(&'static str, String)> {
    let Some(own) = own else {
        let hint = "clear the cell, or have `[post.link]` set up in the configuration";
        return Some(("there is no place that a link could lead to", hint.to_owned()));
    };
    if is_allowed(domain(&address.to_lowercase()), own) {
        return None;
    }
    let message =
        "a link opens only for the council's own people, and the address is not one of the council's";
    Some((message, format!("type `no`, or clear the cell; the council's own are {}", own.join(", "))))
}

/// Whether a person has typed this very address once more, and their name after it.
fn is_said_to_be_right(row: &Row<'_>) -> bool {
    let mut words =
        row.is_right.split(|c: char| c.is_whitespace() || ",;()".contains(c)).filter(|word| !word.is_empty());
    let again = words.next().is_some_and(|word| word.eq_ignore_ascii_case(row.address));
    let who: usize = words.map(|word| word.chars().filter(|letter| letter.is_alphabetic()).count()).sum();
    again && 1 < who
}

pub fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Words before and after names that are no part of them.
const TITLES: [&str; 16] = [
    "dr",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "prof",
    "professor",
    "rev",
    "cllr",
    "councillor",
    "sir",
    "dame",
    "jp",
    "obe",
    "mbe",
];

/// How plainly what stands before the `@` names somebody: 3 by two of their names, 2 by a name and an initial, 1 by one name or by their
/// initials, 0 not at all.
fn named(local: &str, name: &str) -> u8 {
    let tokens: Vec<String> = local
        .split(|c: char| !c.is_ascii_alphabetic() && c != '\'')
        .map(|token| token.replace('\'', ""))
        .filter(|token| !token.is_empty())
        .collect();
    let mut words: Vec<String> = name_words(name)
        .iter()
        .map(|word| plain_letters(word))
        .filter(|word| !word.is_empty() && !TITLES.contains(&word.as_str()))
        .collect();
    let simple = words.clone();
    // Double names are written together as well.
    for one in &simple {
        words.extend(simple.iter().filter(|other| *other != one).map(|other| format!("{one}{other}")));
    }
    let initial = |word: &str| word.chars().next().unwrap_or_default();
    let is_there = |word: &String| {
        tokens
            .iter()
            .any(|token| token == word && 1 < word.len() || 3 < word.len() && token.contains(word.as_str()))
    };
    let there: Vec<&String> = simple.iter().filter(|word| is_there(word)).collect();
    if 1 < there.len() {
        return 3;
    }
    let doubles = words[simple.len()..].iter().filter(|word| is_there(word)).count();
    let with_initial = words.iter().any(|word| {
        let others = simple.iter().filter(|other| !word.contains(other.as_str()));
        others.into_iter().any(|other| {
            let first = initial(other);
            let apart = tokens.contains(word)
                && tokens.iter().any(|token| token.len() == 1 && token.starts_with(first));
            let together = tokens
                .iter()
                .any(|token| *token == format!("{first}{word}") || *token == format!("{word}{first}"));
            1 < word.len() && (apart || together)
        })
    });
    match (with_initial, doubles, there.len()) {
        (true, ..) => 2,
        (_, 1.., _) => 3,
        (_, _, 1..) => 1,
        _ => u8::from(is_initials(&tokens.concat(), &simple)),
    }
}

/// Whether a few letters are somebody's initials, perhaps with one of a middle name among them. The words are in no order.
fn is_initials(letters: &str, words: &[String]) -> bool {
    let mut left: Vec<char> = letters.chars().collect();
    if !(2..=4).contains(&left.len()) || words.len() < 2 {
        return false;
    }
    words.iter().all(|word| {
        let at = left.iter().position(|letter| word.starts_with(*letter));
        at.is_some_and(|at| {
            left.remove(at);
            true
        })
    })
}

/// In plain small letters: `Szymański` is `szymanski`, `O’Neill` `oneill`.
fn plain_letters(word: &str) -> String {
    deunicode(word).to_lowercase().chars().filter(char::is_ascii_alphabetic).collect()
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
        let row = |name, address| Row { name, address, place: "Members D5", is_right: "" };
        let wrong = |rows: &[Row<'_>]| doubtful(rows, &[]).into_keys().collect::<Vec<_>>();
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

    #[test]
    fn what_was_pasted_is_called_what_it_is() {
        for (address, said) in [
            ("mailto:jane@council.gov.uk", "`mailto:` stands before"),
            ("Jane Smith <jane@council.gov.uk>", "more than the address"),
            ("jane@council.gov.uk.", "a stray character stands after"),
            ("jane@council.gov.uk;", "a stray character stands after"),
            ("jane@council.gov.uk; omar@council.gov.uk", "two addresses in one cell"),
            ("jane@council.gov.uk omar@council.gov.uk", "two addresses in one cell"),
            ("jane @council.gov.uk", "there is a space"),
            ("jane\u{a0}@council.gov.uk", "a space in it that was copied along"),
            ("jane@council.gov.uk\u{200b}", "a character in it that cannot be seen"),
            ("jane@counc\u{456}l.gov.uk", "may only look like one (`jane@council.gov.uk`)"),
        ] {
            let found = wrong_address(address);
            assert!(found.as_ref().is_some_and(|(found, _)| found.contains(said)), "{address}: {found:?}");
        }
    }

    #[test]
    fn an_address_that_names_somebody_else_is_asked_about_and_a_person_can_say_that_it_is_right() {
        let row = |name, address, is_right| Row { name, address, place: "Members D5", is_right };
        let jane = row("Jane Smith", "jane.smith@council.gov.uk", "");
        for address in [
            "jane.smith2@council.gov.uk",
            "smithj@council.gov.uk",
            "j.smith@council.gov.uk",
            "jane@council.gov.uk",
        ] {
            let wrong = doubtful(&[jane, row("Omar Khan", address, "")], &[]);
            let said = &wrong.get(&1).unwrap_or_else(|| panic!("{address} is let through")).0;
            assert!(said.contains("looks like the address of Jane Smith"), "{said}");
            assert_eq!(wrong.len(), 1);
        }
        let right = "jane.smith2@council.gov.uk is his, Ann Clerk";
        assert!(doubtful(&[jane, row("Omar Khan", "jane.smith2@council.gov.uk", right)], &[]).is_empty());
        for not in ["yes", "jane.smith2@council.gov.uk", "jane.smith@council.gov.uk Ann Clerk"] {
            assert_eq!(
                doubtful(&[jane, row("Omar Khan", "jane.smith2@council.gov.uk", not)], &[]).len(),
                1,
                "{not}"
            );
        }
        let twice = [jane, row("SMITH, Jane", "j.smith@other.gov.uk", "")];
        assert!(doubtful(&twice, &[])[&1].0.contains("the same person has another address"));
    }

    #[test]
    fn only_allowed_domains_are_written_to_and_a_look_alike_is_called_one() {
        let allowed = ["council.gov.uk".to_owned(), "nhs.net".to_owned()];
        let row = |name, address| Row { name, address, place: "Members D5", is_right: "" };
        let said =
            |address| doubtful(&[row("Jane Smith", address)], &allowed).remove(&0).map(|(said, _)| said);
        assert_eq!(said("jane.smith@council.gov.uk"), None);
        assert_eq!(said("jane.smith@NHS.net"), None);
        assert!(
            said("jane.smith@council.gov.co").unwrap().contains("only looks like it: it has another ending")
        );
        assert!(said("jane.smith@gmail.com").unwrap().contains("not among the domains that are allowed"));
    }
}
