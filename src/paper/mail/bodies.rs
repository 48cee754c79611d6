//! Which of a mail's texts is the message: many programs write it twice, plainly and as a web page, and some write only a stub plainly.

use std::collections::HashMap;

use crate::paper::said::words::plain_words;

/// Words one text may lack of the other before it counts as another text.
const FEW: usize = 3;
/// Words of a stub at most.
const LONGEST_STUB: usize = 40;

/// The message out of its plain text and its text as a web page: the plain one where it says as much, else the page, else both.
pub(crate) fn message(plain: &str, page: &str) -> String {
    if is_within(page, plain) {
        return plain.to_owned();
    }
    if is_within(plain, page) || is_stub(plain) {
        return page.to_owned();
    }
    format!("{}\n\n{}", plain.trim_end(), page.trim_start())
}

/// Whether one text says, but for a few words, nothing that the other does not.
fn is_within(one: &str, other: &str) -> bool {
    let mut left: HashMap<String, usize> = HashMap::new();
    for word in plain_words(other) {
        *left.entry(word).or_default() += 1;
    }
    let (mut words, mut lacking) = (0, 0);
    for word in plain_words(one) {
        words += 1;
        match left.get_mut(&word) {
            Some(count) if 0 < *count => *count -= 1,
            _ => lacking += 1,
        }
    }
    lacking == 0 || (lacking * 20 <= words) || (lacking <= FEW && lacking * 3 < words)
}

/// Whether a text only says that the message is elsewhere.
fn is_stub(plain: &str) -> bool {
    let lower = plain.to_lowercase();
    let says =
        ["html", "browser", "mail program", "mail client", "email client", "mail viewer", "mail reader"];
    plain_words(plain).count() <= LONGEST_STUB && says.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_gives_way_to_the_page() {
        let page = "The carer has given notice: the placement ends at the end of the month.";
        assert_eq!(message("Your mail program cannot show HTML.", page), page);
        assert_eq!(message(" \n", page), page);
        assert_eq!(message("The carer has given notice.", page), page);
    }

    #[test]
    fn the_plain_text_stays_where_it_says_as_much() {
        let plain = "The carer has given notice.\n\n<https://council.example/case/1>";
        assert_eq!(message(plain, "The carer has given notice."), plain);
        assert_eq!(message("Only this.", ""), "Only this.");
    }

    #[test]
    fn texts_that_differ_are_both_shown() {
        let both = message(
            "Please read the plan before Monday.",
            "The carer has given notice to end the placement.",
        );
        assert!(both.contains("before Monday") && both.contains("given notice"), "{both}");
    }
}
