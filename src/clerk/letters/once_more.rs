//! Letters that a person has go once more, although they were refused, came back, or may have arrived: the reason has passed.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::again::is_meant;
use crate::clerk::letters::delivery::Delivery;
use crate::clerk::letters::told::Told;
use crate::clerk::usage::Usage;
use crate::config::Road;
use crate::panel::post_times;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// The letters of a meeting that these readers (by name, address or the letter's number) have go once more, with their kinds.
///
/// Fails when one of them has no letter that may, or letters are drafts that somebody sends.
pub fn of_readers(
    house: &House,
    register: &Register,
    day: NaiveDate,
    readers: &[String],
) -> Result<Vec<(LetterKind, String)>> {
    are_handed_over(house)?;
    let told = Told::of(register, day)?;
    let mut again = register.letters_on_the_way()?;
    again.retain(|(letter, history)| letter.meeting == day && post_times::may_go_again(history));
    let again: Vec<LetterRow> = again.into_iter().map(|(letter, _)| letter).collect();
    let mut found = Vec::new();
    for reader in readers {
        let name = |letter: &LetterRow| told.holds.get(&letter.draft).map(|holds| holds.name.as_str());
        let theirs: Vec<&LetterRow> =
            again.iter().filter(|letter| is_meant(letter, name(letter), reader)).collect();
        if theirs.is_empty() {
            return Err(none_of(reader, &again));
        }
        for letter in theirs {
            let kind = LetterKind::ALL.into_iter().find(|kind| kind.word() == letter.kind);
            found.extend(kind.map(|kind| (kind, letter.id.clone())));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Fails where letters are drafts in the outbox.
fn are_handed_over(house: &House) -> Result<()> {
    if house.config.post.road != Road::Outbox {
        return Ok(());
    }
    Err(Usage::new("emails are drafts in the outbox, which somebody sends")
        .hint("send the draft again from your mail program")
        .into())
}

fn none_of(reader: &str, again: &[LetterRow]) -> anyhow::Error {
    let others: Vec<String> =
        again.iter().map(|letter| format!("{} ({})", letter.recipient, letter.id)).collect();
    let hint = match others.as_slice() {
        [] => "no email of this kind was refused or came back".to_owned(),
        some => format!("emails that can go once more: {}", some.join(", ")),
    };
    Usage::new(format!("`{reader}` has no email that can go once more")).hint(hint).into()
}

/// Marks those among these letters that go to the readers named (by name, address or the letter's number) and may go once more; gives the
/// letters as they are on record.
///
/// Fails when somebody is named who has no such letter, or letters are drafts that somebody sends.
pub fn mark(
    house: &House,
    register: &Register,
    deliveries: &mut [Delivery],
    readers: &[String],
) -> Result<Vec<LetterRow>> {
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    are_handed_over(house)?;
    let mut again = Vec::new();
    for (letter, history) in register.letters_on_the_way()? {
        if post_times::may_go_again(&history) && deliveries.iter().any(|one| one.draft == letter.draft) {
            again.push(letter);
        }
    }
    let mut chosen = BTreeSet::new();
    for reader in readers {
        let name = |letter: &LetterRow| {
            let delivery = deliveries.iter().find(|one| one.draft == letter.draft);
            delivery.map(|one| one.posting.to.name.as_str())
        };
        let meant: Vec<&LetterRow> =
            again.iter().filter(|letter| is_meant(letter, name(letter), reader)).collect();
        if meant.is_empty() {
            return Err(none_of(reader, &again));
        }
        chosen.extend(meant.into_iter().map(|letter| letter.draft.clone()));
    }
    for delivery in deliveries {
        delivery.again = chosen.contains(&delivery.draft);
    }
    again.retain(|letter| chosen.contains(&letter.draft));
    Ok(again)
}
