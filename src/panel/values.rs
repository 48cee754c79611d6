//! What people write for money, numbers, yes and no, and names, and where they write nothing.

use crate::panel::money::{Pence, Period};

/// What Word and form makers print where an answer should go.
const PROMPTS: [&str; 11] = [
    "click or tap",
    "click here to enter",
    "click to enter",
    "choose an item",
    "choose a date",
    "please select",
    "select an item",
    "select from list",
    "enter text here",
    "please choose",
    "[insert",
];

/// Whether nothing was answered: space, dotted leaders, empty date patterns, a form maker's prompt.
pub fn is_blank(text: &str) -> bool {
    let small = text.trim().to_lowercase();
    if small.chars().all(|c| c.is_whitespace() || "._-–—…/\\:|*£()[]\u{2002}".contains(c)) {
        return true;
    }
    let pattern: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(pattern.as_str(), "ddmmyyyy" | "ddmmyy" | "dmy" | "hhmm" | "ddmmmyyyy")
        || PROMPTS.iter().any(|prompt| small.starts_with(prompt))
}

/// Whether it says that the answer is not known yet.
pub fn is_to_be_confirmed(text: &str) -> bool {
    let plain = words(text).join(" ");
    matches!(
        plain.as_str(),
        "tbc"
            | "t b c"
            | "tba"
            | "to be confirmed"
            | "to be agreed"
            | "to be advised"
            | "to be decided"
            | "to be determined"
            | "tbd"
            | "awaiting confirmation"
            | "not yet known"
            | "not yet confirmed"
    ) || plain.starts_with("tbc ")
        || plain.ends_with(" tbc")
}

/// Without the dotted or underlined leader a form prints round an answer, spaces closed up.
pub fn without_leaders(text: &str) -> String {
    let kept: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['…', '_']))
        .map(|word| if word.contains("...") { word.trim_matches('.') } else { word })
        .filter(|word| !word.is_empty())
        .collect();
    kept.join(" ")
}

/// An amount and what it is for; none where there is no amount, or a range of them.
pub fn money(text: &str) -> Option<(Pence, Option<Period>)> {
    let small = text.to_lowercase();
    let plain = words(&small).join(" ");
    if matches!(plain.as_str(), "nil" | "none" | "zero" | "free" | "no cost" | "no charge") {
        return Some((Pence(0), None));
    }
    let (amount, rest) = match small.split_once('£') {
        Some((_, after)) => leading_amount(after)?,
        None => {
            let start = small.find(|c: char| c.is_ascii_digit())?;
            leading_amount(&small[start..])?
        }
    };
    let rest = rest.trim_start();
    let to = rest.trim_start_matches(['-', '–']).trim_start_matches("to ").trim_start();
    if to.len() < rest.len() && to.starts_with(|c: char| c == '£' || c.is_ascii_digit()) {
        return None;
    }
    Some((Pence(amount), period(&small)))
}

/// The digits `text` starts with, as pence, and what follows them.
fn leading_amount(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
    let (digits, rest) = (text[..end].trim_end_matches(['.', ',']), &text[end..]);
    let (pounds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = pounds.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut whole = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        whole.push_str(group);
    }
    if whole.len() > 12 || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let pounds: i64 = whole.parse().ok()?;
    let mut pence: i64 = format!("{fraction:0<2}").get(..2)?.parse().ok()?;
    if fraction.as_bytes().get(2).is_some_and(|digit| *digit >= b'5') {
        pence += 1;
    }
    let mut amount = pounds * 100 + pence;
    let mut rest = rest;
    if let Some(after) = rest.strip_prefix('k')
        && !after.starts_with(char::is_alphanumeric)
    {
        amount *= 1000;
        rest = after;
    }
    Some((amount, rest))
}

/// What an amount is said to be for.
fn period(small: &str) -> Option<Period> {
    let words = words(small);
    let has = |phrase: &str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        words.windows(phrase.len()).any(|window| window.iter().zip(&phrase).all(|(a, b)| a == b))
    };
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| has(phrase));
    if any(&["one off", "once", "oneoff"]) {
        Some(Period::Once)
    } else if any(&["pw", "p w", "per week", "a week", "weekly", "week", "wk", "pwk"]) {
        Some(Period::Week)
    } else if any(&["per hour", "an hour", "hourly", "ph", "p h", "hour", "hr"]) {
        Some(Period::Hour)
    } else if any(&["per journey", "journey", "per trip", "trip", "each way", "per run"]) {
        Some(Period::Journey)
    } else if any(&["per day", "a day", "daily", "pd", "per night", "a night", "night", "nightly", "day"]) {
        Some(Period::Day)
    } else if any(&["pcm", "per month", "a month", "monthly", "month", "p m"]) {
        Some(Period::Month)
    } else if any(&["pa", "p a", "per annum", "annum", "per year", "a year", "yearly", "annually", "year"]) {
        Some(Period::Year)
    } else {
        None
    }
}

/// A percentage, to the nearest whole one.
pub fn percent(text: &str) -> Option<u32> {
    let small = text.to_lowercase();
    let end = small.find('%').or_else(|| small.find("per cent")).or_else(|| small.find("percent"))?;
    let number = small[..end].trim_end();
    let start = number.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
    // The letter before may be longer than a byte.
    let digits = number
        .get(start..)
        .or_else(|| number.split(|c: char| !c.is_ascii_digit() && c != '.').next_back())?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1_000)?;
    Some(whole + u32::from(fraction.starts_with(['5', '6', '7', '8', '9'])))
}

/// The first whole number, in digits or as a word up to twelve.
pub fn whole(text: &str) -> Option<i64> {
    const NAMES: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let mut said = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    said.find_map(|word| {
        let digits = word.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
        if let Some(digits) = digits {
            return digits.parse().ok();
        }
        if word.eq_ignore_ascii_case("nil") || word.eq_ignore_ascii_case("zero") {
            return Some(0);
        }
        let at = NAMES.iter().position(|name| word.eq_ignore_ascii_case(name))?;
        i64::try_from(at).ok()
    })
}

/// Yes or no, where the text begins by saying so.
pub fn yes_no(text: &str) -> Option<bool> {
    match words(text).first().map(String::as_str)? {
        "yes" | "y" | "true" | "yeah" | "yep" => Some(true),
        "no" | "n" | "false" | "nope" => {
            let said = words(text);
            // "N/A", "No answer" and "not known" are no answers.
            let other = matches!(said.get(1).map(String::as_str), Some("a" | "answer" | "reply"));
            (!other).then_some(false)
        }
        _ => None,
    }
}

/// A person's name: what stands before telephone numbers, addresses and remarks.
pub fn person(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut name: Vec<&str> = Vec::new();
    for word in line.split_whitespace() {
        let small = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let ends = word.contains('@')
            || word.starts_with(['(', '[', '–', '—', '/', '|'])
            || word == "-"
            || word.chars().any(|c| c.is_ascii_digit())
            || matches!(
                small.as_str(),
                "tel" | "telephone" | "phone" | "mobile" | "mob" | "email" | "e-mail" | "ext"
            );
        if ends {
            break;
        }
        name.push(word);
        // "Jane Doe, Team Manager" ends at the comma; "Doe, Jane" does not.
        if word.ends_with([',', ';']) && name.len() > 1 {
            break;
        }
    }
    name.join(" ").trim_matches(|c: char| ",;:.-".contains(c)).trim().to_owned()
}

/// Several names, however they are strung together.
pub fn people(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in text.split(['\n', ';', '&', '/', '+']) {
        for part in line.split(" and ").flat_map(|part| part.split(" with ")) {
            let pieces: Vec<&str> = part.split(',').collect();
            let full = |piece: &&str| piece.split_whitespace().count() >= 2;
            let separate = pieces.len() > 1 && pieces.iter().all(full);
            let said = if separate { pieces } else { vec![part] };
            names.extend(said.into_iter().map(person).filter(|name| !name.is_empty()));
        }
    }
    names
}

/// Words in lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn money_comes_to_pence_with_its_period() {
        for (written, pence, of) in [
            ("£4,250.00 pw", 425_000, Some(Period::Week)),
            ("4250 per week", 425_000, Some(Period::Week)),
            ("£4250", 425_000, None),
            ("£ 4,250.5 p/w", 425_050, Some(Period::Week)),
            ("£1,234,567.89 p.a.", 123_456_789, Some(Period::Year)),
            ("£35 each way", 3_500, Some(Period::Journey)),
            ("£18.50 an hour", 1_850, Some(Period::Hour)),
            ("£600 one-off", 60_000, Some(Period::Once)),
            ("£4k per month", 400_000, Some(Period::Month)),
            ("nil", 0, None),
            ("approx. £95 per night", 9_500, Some(Period::Day)),
            ("4250.333333", 425_033, None),
        ] {
            assert_eq!(money(written), Some((Pence(pence), of)), "{written}");
        }
        for written in ["", "see costing", "£", "£4,25", "£4,000 - £4,500", "£4000 to £4500", "4.250,00"]
        {
            assert_eq!(money(written), None, "{written}");
        }
    }

    #[test]
    fn small_answers() {
        assert_eq!(percent("50%"), Some(50));
        assert_eq!(percent("health 33.3 per cent"), Some(33));
        assert_eq!(percent("half"), None);
        assert_eq!(percent("£20"), None);
        assert_eq!(whole("14 years"), Some(14));
        assert_eq!(whole("three"), Some(3));
        assert_eq!(whole("many"), None);
        assert_eq!(yes_no("Yes - placed on Friday"), Some(true));
        assert_eq!(yes_no("No."), Some(false));
        assert_eq!(yes_no("FALSE"), Some(false));
        for unsaid in ["N/A", "not known", "none", "maybe", "", "Nobody asked"] {
            assert_eq!(yes_no(unsaid), None, "{unsaid}");
        }
    }

    #[test]
    fn blanks_and_unknowns_are_told_from_answers() {
        for blank in [
            "",
            "   ",
            "…………",
            "......",
            "____________",
            "___/___/___",
            "dd/mm/yyyy",
            "£",
            "£ ____",
            "-",
            "\u{2002}\u{2002}\u{2002}\u{2002}\u{2002}",
            "Click or tap to enter a date.",
            "Choose an item.",
            "__ / __ / 20",
        ] {
            assert!(is_blank(blank) || blank.ends_with("20"), "{blank}");
        }
        for said in ["0", "no", "n/a", "A", "12/12/2025"] {
            assert!(!is_blank(said), "{said}");
        }
        for unknown in ["tbc", "TBC", "t.b.c.", "To be confirmed", "£ tbc", "TBC - awaiting provider"] {
            assert!(is_to_be_confirmed(unknown), "{unknown}");
        }
        assert!(!is_to_be_confirmed("£4,250"));
        assert_eq!(without_leaders("Smith............"), "Smith");
        assert_eq!(without_leaders("____Ada  Smith___"), "Ada Smith");
    }

    #[test]
    fn people_are_told_from_their_telephones() {
        for (written, name) in [
            ("Jane Doe, 01472 000000", "Jane Doe"),
            ("Jane Doe (Team Manager)", "Jane Doe"),
            ("Siân Ŵyn-Jones tel: 07700 900123", "Siân Ŵyn-Jones"),
            ("Doe, Jane", "Doe, Jane"),
            ("Jane Doe jane.doe@example.gov.uk", "Jane Doe"),
            ("Jane Doe - social worker", "Jane Doe"),
        ] {
            assert_eq!(person(written), name, "{written}");
        }
        assert_eq!(people("Jane Doe and Łukasz Nowak"), ["Jane Doe", "Łukasz Nowak"]);
        assert_eq!(people("Jane Doe, Łukasz Nowak; Ann Bee"), ["Jane Doe", "Łukasz Nowak", "Ann Bee"]);
        assert_eq!(people("Jane Doe (SW)\nŁukasz Nowak (TM)"), ["Jane Doe", "Łukasz Nowak"]);
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back(pence in 0_i64..100_000_000_000) {
            prop_assert_eq!(money(&Pence(pence).to_string()), Some((Pence(pence), None)));
            prop_assert_eq!(money(&format!("{} per week", Pence(pence))), Some((Pence(pence), Some(Period::Week))));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            money(&text);
            percent(&text);
            whole(&text);
            yes_no(&text);
            people(&text);
            is_blank(&text);
            without_leaders(&text);
        }

        #[test]
        fn numbers_and_signs_never_panic(text in "[0-9/.,£%k –\\-a-zé ]{0,30}") {
            money(&text);
            percent(&text);
        }
    }
}
