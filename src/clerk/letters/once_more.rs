//! Letters that a person has go once more, although they were refused, came back, or may have arrived: the reason has passed.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::letters::again::is_meant;
use crate::clerk::letters::delivery::Delivery;
use crate::clerk::usage::Usage;
use crate::config::Road;
use crate::panel::post_times;
use crate::register::Register;
use crate::register::letters::LetterRow;

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
    if house.config.post.road == Road::Outbox {
        return Err(Usage::new("emails are drafts in the outbox, which somebody sends")
            .hint("send the draft again from your mail program")
            .into());
    }
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
            let others: Vec<String> =
                again.iter().map(|letter| format!("{} ({})", letter.recipient, letter.id)).collect();
            let hint = match others.as_slice() {
                [] => "no email of this kind was refused or came back".to_owned(),
                some => format!("emails that can go once more: {}", some.join(", ")),
            };
            return Err(Usage::new(format!("`{reader}` has no email that can go once more"))
                .hint(hint)
                .into());
        }
        chosen.extend(meant.into_iter().map(|letter| letter.draft.clone()));
    }
    for delivery in deliveries {
        delivery.again = chosen.contains(&delivery.draft);
    }
    again.retain(|letter| chosen.contains(&letter.draft));
    Ok(again)
}
