//! Answers of a form that stand in the look of its fields alone: some programs write what is shown and leave the value empty.

use crate::panel::seen::FieldState;
use crate::paper::pdf::form::WidgetField;
use crate::paper::pdf::phrases::Place;
use crate::pdf::text::PageWords;

/// What a form prints into an empty field to say how it is to be filled in.
const PROMPTS: [&str; 4] = ["dd/mm", "click here", "enter text", "please select"];

/// Gives fields without a value the words that stand in their place on the page.
pub(crate) fn take(fields: &mut [WidgetField], pages: &[PageWords]) {
    for field in fields.iter_mut().filter(|field| !field.is_box) {
        let empty = match &field.field.value {
            FieldState::Text(text) => text.trim().is_empty(),
            FieldState::Chosen(chosen) => chosen.iter().all(|one| one.trim().is_empty()),
            FieldState::Ticked(_) => false,
        };
        let Some(widget) = field.widgets.first().filter(|_| empty) else { continue };
        let page = usize::try_from(widget.page).ok().and_then(|page| pages.get(page.checked_sub(1)?));
        let words = page.map(|page| words_in(page, widget.place)).unwrap_or_default();
        let lower = words.to_lowercase();
        if !words.is_empty() && !PROMPTS.iter().any(|prompt| lower.contains(prompt)) {
            field.field.value = FieldState::Text(words);
        }
    }
}

fn words_in(page: &PageWords, place: Place) -> String {
    let inside = |word: &Place| {
        let (across, up) = (f64::midpoint(word[0], word[2]), f64::midpoint(word[1], word[3]));
        (place[0]..place[2]).contains(&across) && (place[1]..place[3]).contains(&up)
    };
    let words = page.words.iter().filter(|word| inside(&word.place)).map(|word| word.text.as_str());
    let words: Vec<&str> = words.filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::seen::NamedField;
    use crate::paper::pdf::form::Widget;
    use crate::pdf::text::PlacedWord;

    fn field(value: &str) -> WidgetField {
        let value = FieldState::Text(value.to_owned());
        WidgetField {
            field: NamedField { name: "Text1".to_owned(), label: None, value, page: Some(1) },
            widgets: vec![Widget { page: 1, place: [100.0, 100.0, 300.0, 120.0], is_on: false }],
            is_box: false,
        }
    }

    #[test]
    fn what_is_shown_in_an_empty_field_is_its_answer() {
        let page = |text: &str| PageWords {
            width: 600.0,
            height: 800.0,
            words: vec![PlacedWord { text: text.to_owned(), place: [105.0, 104.0, 150.0, 114.0] }],
            drawn: Vec::new(),
            runs: [0; 4],
            boxed: 0,
            unseen: crate::pdf::cover::Unseen::default(),
            uninked: Vec::new(),
            piled: 0,
            cut: 0,
            pictures: 0,
            off: 0,
            tiny: 0,
        };
        let seen = |value: &str, text: &str| {
            let mut fields = [field(value)];
            take(&mut fields, &[page(text)]);
            match &fields[0].field.value {
                FieldState::Text(text) => text.clone(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(seen("", "Imogen"), "Imogen");
        assert_eq!(seen("Ada", "Imogen"), "Ada");
        assert_eq!(seen("", "dd/mm/yyyy"), "");
        assert_eq!(seen("", "____"), "");
    }
}
