//! Checks on who the child is: age, numbers, postcodes, legal status, and codes that are assumed or no longer used.

use chrono::TimeDelta;

use crate::finding::Finding;
use crate::panel::crosschecks::asked::{given, placement, surely, whole};
use crate::panel::crosschecks::check::{Check, Say, say};
use crate::panel::labels::FieldType;
use crate::panel::look::CaseLook;
use crate::panel::seen_from::SeenFrom;
use crate::panel::standing;
use crate::panel::when;

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "born-in-future", run: born_in_future },
    Check { name: "age-out-of-range", run: age_out_of_range },
    Check { name: "age-disagrees", run: age_disagrees },
    Check { name: "case-number-unusual", run: case_number_unusual },
    Check { name: "names-differ", run: names_differ },
    Check { name: "births-differ", run: births_differ },
    Check { name: "nhs-number-wrong", run: nhs_number_wrong },
    Check { name: "upn-wrong", run: upn_wrong },
    Check { name: "home-postcode-wrong", run: home_postcode_wrong },
    Check { name: "legal-status-before-birth", run: legal_status_before_birth },
    Check { name: "police-protection-over-72-hours", run: police_protection },
    Check { name: "emergency-order-over-8-days", run: emergency_order },
    Check { name: "section-20-with-parents", run: section_20_with_parents },
    Check { name: "remanded-under-10", run: remanded_under_10 },
    Check { name: "supported-accommodation-under-16", run: supported_under_16 },
];

/// Said by [`codes`], which may say each of several fields.
pub(crate) const CODE_CHECKS: [&str; 3] = ["retired-code", "code-not-yet-used", "code-assumed"];

/// An expected child's date may lie this far ahead.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(294);

/// Codes that are no longer used, not yet used, or were taken for what was written.
pub(crate) fn codes(look: &CaseLook<'_>) -> Vec<Finding> {
    let Some(paper) = standing::standing_form(look.rules, &look.case.papers) else { return Vec::new() };
    let Some(form) = paper.kind.as_ref().and_then(|kind| look.rules.form_of(kind)) else { return Vec::new() };
    let mut found = Vec::new();
    for field in form.fields.iter().filter(|field| field.field_type == FieldType::Choice) {
        let key = field.key.as_str();
        let list = field.vocabulary.as_deref().and_then(|name| look.rules.codes.list(name));
        let Some((list, filled)) = list.zip(look.form.get(key)) else { continue };
        let Some(code) = look.form.code(key) else { continue };
        found.extend(list.dated(code, &SeenFrom::new(look.meeting.date)).map(|finding| finding.about(key)));
        if let Some(meaning) = list.find(&filled.raw).filter(|meaning| meaning.assumed) {
            let caution =
                meaning.code.caution.clone().unwrap_or_else(|| format!("{} is assumed", meaning.code.label));
            let message = format!("“{}” says `{}`: {caution}", field.label, filled.raw.trim());
            let hint = format!("write `{}` or another code of the list", meaning.code.code);
            found.push(Finding::warning("code-assumed", message).about(key).hint(hint));
        }
    }
    found.retain_mut(|finding| match look.rules.weights.of(&finding.code) {
        Some(severity) => {
            finding.severity = severity;
            true
        }
        None => false,
    });
    found
}

fn born_in_future(look: &CaseLook<'_>) -> Option<Say> {
    let born = look.case.child.born.filter(|born| *born > look.today + LONGEST_WAIT)?;
    say("dob", format!("the date of birth {} is in the future", when::day(born)), "check the year")
}

fn age_out_of_range(look: &CaseLook<'_>) -> Option<Say> {
    let age = look.age.filter(|age| *age > 25)?;
    say("dob", format!("the date of birth makes the child {age} years old"), "check the year")
}

fn age_disagrees(look: &CaseLook<'_>) -> Option<Say> {
    let said = whole(look, "age")?;
    let age = look.age.filter(|age| i64::from(*age) != said)?;
    let message = format!(
        "the form says {said} years, but the date of birth makes it {age} on {}",
        when::day(look.meeting.date)
    );
    say("age", message, "check the date of birth")
}

fn case_number_unusual(look: &CaseLook<'_>) -> Option<Say> {
    let ids = &look.rules.case_ids;
    if ids.fits(&look.case.id) {
        return None;
    }
    say(
        "case_id",
        format!("`{}` is not how a {} is written here", look.case.id, ids.label),
        "check the folder's name",
    )
}

fn names_differ(look: &CaseLook<'_>) -> Option<Say> {
    let words = |name: &str| -> Vec<String> {
        let mut words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.sort();
        words
    };
    let name = words(look.case.child.name.as_deref()?);
    let other = look.case.papers.iter().filter(|paper| standing::counts(paper)).find(|paper| {
        let said = paper.form.as_ref().and_then(|form| form.text("child_name")).map(words);
        said.is_some_and(|said| !said.is_empty() && said != name)
    })?;
    let message = format!("{} gives the child another name than the case's form does", other.number);
    say(
        "child_name",
        message,
        "check that the document is about this child; a change of name belongs under “Known as”",
    )
}

fn births_differ(look: &CaseLook<'_>) -> Option<Say> {
    let born = look.case.child.born?;
    let differs = |form: &crate::panel::form::Form| form.date("dob").is_some_and(|said| said != born);
    let papers = look.case.papers.iter().filter(|paper| standing::counts(paper));
    let other =
        papers.filter(|paper| paper.form.is_some()).find(|paper| paper.form.as_ref().is_some_and(differs))?;
    let message = format!("{} gives another date of birth than the case's form does", other.number);
    say("dob", message, "check that the document is about this child")
}

/// Ten digits, the last of which checks the others (modulus 11).
fn nhs_number_wrong(look: &CaseLook<'_>) -> Option<Say> {
    let written = look.form.text("nhs_no")?.trim();
    let digits: Vec<u32> =
        written.chars().filter(|c| !c.is_whitespace() && *c != '-').map_while(|c| c.to_digit(10)).collect();
    let length = written.chars().filter(|c| !c.is_whitespace() && *c != '-').count();
    if length == 10 && digits.len() == 10 && has_check_digit(&digits) {
        return None;
    }
    let why = if digits.len() == 10 && length == 10 {
        "its last digit does not fit the others"
    } else {
        "it must have 10 digits"
    };
    say("nhs_no", format!("`{written}` is not an NHS number: {why}"), "copy it again from the child's record")
}

fn has_check_digit(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = (11 - sum % 11) % 11;
    check < 10 && digits.get(9) == Some(&check)
}

/// A letter, eleven digits, and a digit or (in temporary ones) a letter.
fn upn_wrong(look: &CaseLook<'_>) -> Option<Say> {
    let written = look.form.text("upn")?.trim();
    let letters: Vec<char> = written.chars().collect();
    let fits = letters.len() == 13
        && letters[0].is_ascii_alphabetic()
        && letters[1..12].iter().all(char::is_ascii_digit)
        && letters[12].is_ascii_alphanumeric();
    if fits {
        return None;
    }
    say(
        "upn",
        format!("`{written}` is not a unique pupil number"),
        "it has 13 characters: a letter and 12 digits",
    )
}

fn home_postcode_wrong(look: &CaseLook<'_>) -> Option<Say> {
    let written = look.form.text("home_postcode")?;
    let none_needed = ["no fixed", "nfa", "unknown", "not known", "confidential"];
    if postcode_in(written).is_some()
        || none_needed.iter().any(|words| written.to_lowercase().contains(words))
    {
        return None;
    }
    say("home_postcode", "the home address has no postcode that could be one", "write it like `DN31 1HU`")
}

/// A whole postcode anywhere in some text, without its space.
pub(crate) fn postcode_in(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    let words: Vec<&str> =
        upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let pairs = words.windows(2).map(|pair| pair.concat());
    words.iter().map(|word| (*word).to_owned()).chain(pairs).find(|word| is_postcode(word))
}

fn is_postcode(word: &str) -> bool {
    let Some((outward, inward)) = word.len().checked_sub(3).and_then(|at| word.split_at_checked(at)) else {
        return false;
    };
    let inward: Vec<char> = inward.chars().collect();
    is_outward(outward)
        && matches!(inward.as_slice(), [a, b, c] if a.is_ascii_digit() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic())
}

/// The first half of a postcode: `DN31`, `E1`, `SW1A`.
pub(crate) fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_alphabetic).count();
    let rest: Vec<char> = word.chars().skip(letters).collect();
    (1..=2).contains(&letters)
        && match rest.as_slice() {
            [first] => first.is_ascii_digit(),
            [first, second] => first.is_ascii_digit() && second.is_ascii_alphanumeric(),
            _ => false,
        }
}

fn legal_status_before_birth(look: &CaseLook<'_>) -> Option<Say> {
    let since = look.form.date("legal_status_date")?;
    let born = look.case.child.born.filter(|born| since < *born)?;
    let message = format!(
        "the legal status is dated {}, before the child was born on {}",
        when::day(since),
        when::day(born)
    );
    say("legal_status_date", message, "check both dates")
}

fn police_protection(look: &CaseLook<'_>) -> Option<Say> {
    lasted(look, "L1", 3, "police protection lasts 72 hours at most")
}

fn emergency_order(look: &CaseLook<'_>) -> Option<Say> {
    lasted(look, "L2", 8, "an emergency protection order lasts 8 days unless it is extended")
}

fn lasted(look: &CaseLook<'_>, code: &str, days: i64, why: &str) -> Option<Say> {
    let since = look.form.date("legal_status_date")?;
    let over = look.form.code("legal_status") == Some(code) && (look.meeting.date - since).num_days() > days;
    let message = format!("{why}, and this one began on {}", when::day(since));
    if over {
        say("legal_status", message, "say what the legal status will be on the day of the meeting")
    } else {
        None
    }
}

fn section_20_with_parents(look: &CaseLook<'_>) -> Option<Say> {
    let is_so = look.form.code("legal_status") == Some("V2") && surely(&placement(look), &["P1"]);
    if !is_so {
        return None;
    }
    say(
        "legal_status",
        "a child placed with their own parents cannot be accommodated under section 20",
        "check the legal status",
    )
}

fn remanded_under_10(look: &CaseLook<'_>) -> Option<Say> {
    let code = look.form.code("legal_status")?;
    let justice = look.rules.codes.list("legal_status").is_some_and(|list| list.in_group(code, "justice"));
    let age = look.age.filter(|age| justice && *age < 10)?;
    say(
        "legal_status",
        format!("legal status `{code}` needs a child of 10 or older, and this one is {age}"),
        "check the legal status",
    )
}

fn supported_under_16(look: &CaseLook<'_>) -> Option<Say> {
    let age = look.age.filter(|age| *age < 16 && surely(&placement(look), &["K3", "H5", "P2"]))?;
    let message =
        format!("a child under 16 may not be placed in supported accommodation, and this one is {age}");
    say("placement_type", message, "choose another type of placement")
}

/// The home's and the placement's whole postcodes, where both are given and are the same.
pub(crate) fn same_postcode(look: &CaseLook<'_>) -> Option<String> {
    if !given(look, "placement_postcode") {
        return None;
    }
    let home = postcode_in(look.form.text("home_postcode")?)?;
    let there = postcode_in(look.form.text("placement_postcode")?)?;
    (home == there).then_some(home)
}
