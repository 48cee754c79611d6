//! Minutes confirmed by the Chair: the Word file as it then stands is frozen and says so in its margins, and an extract for each child is
//! cut from it. A correction afterwards is a numbered amendment beside it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::clerk::by_hand;
use crate::clerk::house::House;
use crate::clerk::minutes::{DRAFT, considered, heard};
use crate::clerk::sitting::Sitting;
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::desk::guard;
use crate::minutes::facts::extract;
use crate::minutes::item::OnRecord;
use crate::panel::acts::{Act, Hand};
use crate::panel::case::Case;
use crate::panel::decisions;
use crate::panel::ids::CaseId;
use crate::panel::london;
use crate::panel::shown;
use crate::panel::siblings;
use crate::panel::telltale::{Telltale, folded_words};
use crate::panel::when::{day, long_date};
use crate::register::Register;
use crate::register::meetings::Confirmed;
use crate::stationery::cut;
use crate::stationery::word;

const MINUTES: &str = "minutes.docx";
const NOTE: &str = "decision_note.docx";

/// Freezes the minutes as the Word file now stands, confirmed by the Chair, and cuts an extract for each child. Where that was done and what
/// belongs to it could not be put in place, it is now. Gives what was written.
///
/// Fails when they are confirmed already and everything is in place, when they are open in Word, when something is not recorded without which they cannot be (all of it is said), when there is no
/// Word file, and when a child's part cannot be cut out or names another child.
pub fn confirm(house: &House, register: &mut Register, sitting: &Sitting, by: &str) -> Result<Vec<PathBuf>> {
    if let Some(confirmed) = register.confirmed_minutes(sitting.day())? {
        if !is_in_place(house, register, sitting)? {
            return file_again(house, register, sitting, &confirmed);
        }
        let message = format!("the minutes of {} are confirmed already and stay as they are", sitting.day());
        return Err(Usage::new(message)
            .hint("a correction is an amendment: `minutes MEETING --amend TEXT`")
            .into());
    }
    let Some(outcome) = register.outcome(sitting.day())? else {
        let message = format!("there are no minutes of {} yet", sitting.day());
        return Err(Usage::new(message).hint("write them with `panelclerk minutes`").into());
    };
    let missing = decisions::unrecorded(&outcome, &heard(register, sitting)?);
    if !missing.is_empty() {
        let said = |finding: &crate::finding::Finding| {
            let place = finding.hint.as_deref().map_or(String::new(), |hint| format!(" ({hint})"));
            format!("\n  {}: {}{place}", finding.subject, finding.message)
        };
        let missing: String = missing.iter().map(said).collect();
        let message = format!("the minutes of {} cannot be confirmed. Not recorded:{missing}", sitting.day());
        let hint = "type it into the workbook, save and close it, and write the minutes again";
        return Err(Usage::new(message).hint(hint).into());
    }
    let file = named(sitting, "minutes");
    if guard::open_by(&house.shares, &file)?.is_some() {
        let message = format!("the minutes of {} are open in Word", sitting.day());
        return Err(Usage::new(message).hint("save and close them, and confirm them then").into());
    }
    let bytes = house.shares.read(&file)?.with_context(|| format!("`{}` is not there", file.display()))?;
    let stated = stated(house.now());
    let confirmed = cut::restated(&bytes, MINUTES, DRAFT, &stated)?;
    let extracts = extracts(house, register, sitting, &confirmed)?;
    register.confirm_minutes(sitting.day(), &confirmed, by, house.now())?;
    put(house, sitting, &confirmed, extracts, &stated)
}

/// Whether the minutes and the extract of each child are there. The extracts are put last, so that nothing else is missing then.
fn is_in_place(house: &House, register: &Register, sitting: &Sitting) -> Result<bool> {
    let agenda = considered(house, register, sitting)?.without(&sitting.casebook.restricted());
    let extracts = agenda.cases().map(|(_, line)| named(sitting, &extract(&line.case)));
    for file in extracts.chain([named(sitting, "minutes")]) {
        if house.shares.read(&file)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes again what belongs to minutes that are confirmed: after a confirmation that was broken off.
///
/// Fails as [`confirm`] does.
pub fn file_again(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    confirmed: &Confirmed,
) -> Result<Vec<PathBuf>> {
    let bytes = register.store().read(&confirmed.sha)?;
    let extracts = extracts(house, register, sitting, &bytes)?;
    put(house, sitting, &bytes, extracts, &stated(confirmed.at))
}

fn stated(at: DateTime<Utc>) -> String {
    format!("Confirmed by the Chair on {}", day(london::wall(at).date_naive()))
}

fn named(sitting: &Sitting, what: &str) -> PathBuf {
    sitting.folder.join("minutes").join(format!("{}.docx", sitting.heading.file_name(what)))
}

/// One child's part of the minutes for each case in them.
fn extracts(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    minutes: &[u8],
) -> Result<Vec<(CaseId, Vec<u8>)>> {
    let agenda = considered(house, register, sitting)?.without(&sitting.casebook.restricted());
    let cases: Vec<&CaseId> = agenda.cases().map(|(_, line)| &line.case).collect();
    let names: Vec<&str> = cases.iter().map(|case| case.as_str()).collect();
    let unmarked = cut::unmarked(minutes, MINUTES, &names)?;
    if !unmarked.is_empty() {
        let message =
            format!("the parts of these cases cannot be told apart in the minutes: {}", unmarked.join(", "));
        let hint = "each case needs a part of its own, between `{{#each cases}}` and `{{/each}}` in paragraphs of the template; \
                    or its heading was deleted in Word: write the minutes again";
        return Err(Usage::new(message).hint(hint).into());
    }
    let outcome = register.outcome(sitting.day())?.unwrap_or_default();
    let mut cuts = Vec::new();
    let mut tell = Vec::new();
    for case in cases {
        let part = cut::cut(minutes, MINUTES, case.as_str())?;
        let words = cut::words(&part, MINUTES)?;
        let names_siblings = outcome.decisions.iter().any(|one| one.case == *case && one.names_siblings);
        let others = named_in(sitting, case, names_siblings, &words);
        tell.extend(others.iter().map(|other| format!("{case} tells of {other}")));
        cuts.push((case.clone(), part));
    }
    if !tell.is_empty() {
        let message = format!("a child's part of the minutes tells of another: {}", tell.join("; "));
        return Err(Usage::new(message).hint("leave the other child out of it in Word, and save").into());
    }
    Ok(cuts)
}

/// The other cases whose children are named in full, or whose numbers stand, in a part of the minutes.
fn named_in<'s>(sitting: &'s Sitting, own: &CaseId, names_siblings: bool, words: &str) -> Vec<&'s CaseId> {
    let book = &sitting.casebook;
    let sibling = |other: &Case| book.case(own).is_some_and(|case| siblings::are_siblings(case, other));
    let tells = |other: &&Case| {
        let names = [&other.child.name, &other.child.known_as].into_iter().flatten();
        // Single names are those of staff as well; a first name by itself is not looked for.
        let ordinary = names.flat_map(|name| folded_words(name)).collect();
        other.id != *own && !(names_siblings && sibling(other)) && Telltale::of(other, &ordinary).is_in(words)
    };
    book.cases.iter().filter(tells).map(|other| &other.id).collect()
}

/// Says in the decision notes that they are confirmed, and puts the confirmed minutes and then the extracts into the meeting's folder.
fn put(
    house: &House,
    sitting: &Sitting,
    minutes: &[u8],
    extracts: Vec<(CaseId, Vec<u8>)>,
    stated: &str,
) -> Result<Vec<PathBuf>> {
    let notes =
        sitting.casebook.cases.iter().map(|case| named(sitting, &format!("decision note {}", case.id)));
    for note in notes {
        let Some(bytes) = house.shares.read(&note)? else { continue };
        if !cut::states(&bytes, NOTE, stated)? {
            house.shares.put(&note, &cut::restated(&bytes, NOTE, DRAFT, stated)?)?;
        }
    }
    let mut files = vec![named(sitting, "minutes")];
    house.shares.put(&files[0], minutes)?;
    for (case, bytes) in extracts {
        let file = named(sitting, &extract(&case));
        house.shares.put(&file, &bytes)?;
        files.push(file);
    }
    Ok(files)
}

/// A numbered amendment to confirmed minutes, of one case where the text begins with its number. Gives its number and where it lies.
///
/// Fails when the minutes are not confirmed, when nothing is said, and when the document cannot be written.
pub fn amend(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    text: &str,
    hand: &Hand,
) -> Result<(u32, PathBuf)> {
    if register.confirmed_minutes(sitting.day())?.is_none() {
        let message = format!("the minutes of {} are not confirmed", sitting.day());
        return Err(Usage::new(message)
            .hint("correct the workbook or the Word file, and confirm them")
            .into());
    }
    let (case, words) = about(sitting, text);
    if words.is_empty() {
        return Err(Usage::new("the correction is empty").hint("say what is to be read instead").into());
    }
    // The very same correction once more is the one that was broken off: its document is written again.
    let newest = newest_amendment(register, sitting.day())?;
    let again = newest.as_ref().filter(|newest| newest.case == case && newest.text == words);
    let number =
        again.map_or_else(|| newest.as_ref().map_or(1, |newest| newest.number + 1), |newest| newest.number);
    let bytes = amendment(house, register, sitting, number, case.as_ref(), words, &hand.by)?;
    if again.is_none() {
        let act =
            Act::AmendMinutes { meeting: sitting.day(), number, case: case.clone(), text: words.to_owned() };
        by_hand::record(house, register, &sitting.casebook.known, &[act], hand)?;
    }
    let of_case = case.as_ref().map_or(String::new(), |case| format!(" {case}"));
    let file = named(sitting, &format!("minutes amendment {number}{of_case}"));
    house.shares.put(&file, &bytes)?;
    Ok((number, file))
}

/// An amendment as it is on record.
struct Amended {
    number: u32,
    case: Option<CaseId>,
    text: String,
}

fn newest_amendment(register: &Register, held: NaiveDate) -> Result<Option<Amended>> {
    let amended = register.acts()?.into_iter().filter_map(|done| match done.act {
        Act::AmendMinutes { meeting, number, case, text } if meeting == held => {
            Some(Amended { number, case, text })
        }
        _ => None,
    });
    Ok(amended.max_by_key(|one| one.number))
}

/// The case that a correction begins with, and the rest of it.
fn about<'t>(sitting: &Sitting, text: &'t str) -> (Option<CaseId>, &'t str) {
    let text = text.trim();
    let (first, rest) = text.split_once(|c: char| c == ':' || c.is_whitespace()).unwrap_or((text, ""));
    let case: Option<CaseId> = first.parse().ok().filter(|case| sitting.casebook.known.contains(case));
    match case {
        Some(case) => (Some(case), rest.trim_start_matches([':', ' ']).trim()),
        None => (None, text),
    }
}

/// What the template of an amendment is called.
const NAME: &str = "amendment.docx";

/// The document of an amendment. That of one case names no other child.
fn amendment(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    number: u32,
    case: Option<&CaseId>,
    text: &str,
    by: &str,
) -> Result<Vec<u8>> {
    let outcome = register.outcome(sitting.day())?.unwrap_or_default();
    let decision = case.and_then(|case| outcome.decisions.iter().find(|one| one.case == *case));
    let text = match case {
        Some(case) => OnRecord::of(&sitting.casebook, case, decision).text(text),
        None => text.to_owned(),
    };
    let child = case.and_then(|case| shown::in_full(&sitting.casebook.case(case)?.child)).unwrap_or_default();
    let fields = sitting.heading.beside(json!({
        "status": "",
        "date": long_date(sitting.day()),
        "number": number,
        "ref": case.map_or("", CaseId::as_str),
        "child": child,
        "text": text,
        "by": by,
        "on": long_date(london::wall(house.now()).date_naive()),
    }));
    let template = templates::word(house, NAME)?;
    Ok(word::fill(&template, NAME, &fields)?)
}
