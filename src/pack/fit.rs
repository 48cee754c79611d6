//! Texts of papers and people made fit to be set on a sheet: any length, any script, any sign. Pure.
//!
//! A text without blanks would run off the page, one that runs from right to left would take the page number with it, and a sign
//! that is no letter breaks a line where none should end.

use std::borrow::Cow;

use serde_json::Value;

/// Letters of usual width in a row without a place to break a line before one is made.
const LONGEST_RUN: usize = 30;

/// Where one is made.
const BREAK: char = '\u{200B}';

/// Around a text that runs from right to left, so that what comes after it stays after it.
const ISOLATE: [char; 2] = ['\u{2068}', '\u{2069}'];

/// What a template compares and prints as it is.
const AS_IT_IS: [&str; 5] = ["name", "sort", "evidence_head", "sha256", "marking"];

/// How much of a title or a name a list or a sheet shows, in letters of usual width; the manifest and the bookmarks have all of it.
const LONGEST_TITLE: usize = 160;

/// How much of its end is shown where its middle is not: what tells a file's versions apart is mostly there.
const END: usize = 40;

/// A title or a name in one piece, or its beginning and its end.
pub fn title(title: &str) -> Cow<'_, str> {
    if title.chars().map(width).sum::<usize>() <= LONGEST_TITLE {
        return Cow::Borrowed(title);
    }
    let begin = as_wide(title.chars(), LONGEST_TITLE - END);
    let mut end = as_wide(title.chars().rev(), END);
    end.reverse();
    let [begin, end] = [begin, end].map(String::from_iter);
    Cow::Owned(format!("{} … {}", begin.trim_end(), end.trim_start()))
}

/// The first letters that are together no wider than this.
fn as_wide(letters: impl Iterator<Item = char>, most: usize) -> Vec<char> {
    let mut wide = 0;
    let fits = |letter: &char| {
        wide += width(*letter);
        wide <= most
    };
    letters.take_while(fits).collect()
}

/// Every text in the data of a page.
pub fn fit(data: &mut Value) {
    match data {
        Value::String(text) => {
            if let Cow::Owned(fitted) = fitted(text) {
                *text = fitted;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(fit),
        Value::Object(entries) => {
            for (_, value) in entries.iter_mut().filter(|(key, _)| !AS_IT_IS.contains(&key.as_str())) {
                fit(value);
            }
        }
        _ => {}
    }
}

fn fitted(text: &str) -> Cow<'_, str> {
    let mut run = 0;
    let too_long = text.chars().any(|letter| {
        run = if may_end_a_line(letter) { 0 } else { run + width(letter) };
        LONGEST_RUN < run
    });
    let turned = text.chars().any(runs_leftwards);
    if !too_long && !turned && !text.chars().any(is_no_letter) {
        return Cow::Borrowed(text);
    }
    let mut fitted = String::with_capacity(text.len() + 8);
    fitted.extend(turned.then_some(ISOLATE[0]));
    let mut run = 0;
    for letter in text.chars() {
        let letter = if is_no_letter(letter) { ' ' } else { letter };
        run = if may_end_a_line(letter) { 0 } else { run + width(letter) };
        // Never between a letter and the marks that belong to it.
        if LONGEST_RUN < run && !is_mark(letter) {
            fitted.push(BREAK);
            run = width(letter);
        }
        fitted.push(letter);
    }
    fitted.extend(turned.then_some(ISOLATE[1]));
    Cow::Owned(fitted)
}

/// In letters of usual width: signs that are whole sentences, and scripts whose signs are square.
fn width(letter: char) -> usize {
    match letter {
        '\u{FDF0}'..='\u{FDFF}' => LONGEST_RUN,
        '\u{12000}'..='\u{1254F}' => 4,
        '\u{1100}'..='\u{11FF}'
        | '\u{2E80}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{1F000}'..='\u{3FFFF}' => 2,
        _ => 1,
    }
}

fn may_end_a_line(letter: char) -> bool {
    letter.is_whitespace() || letter == BREAK
}

/// Control signs, and those that would turn what comes after a text.
fn is_no_letter(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}'..='\u{FFFF}')
}

fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
        || matches!(letter, '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

fn runs_leftwards(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_texts_stay_as_they_are_and_the_rest_can_be_set() {
        for plain in ["Care plan, 2 November 2026", "Łukasz – é", "", "..."] {
            assert_eq!(fitted(plain), plain);
        }
        let long = fitted(&"x".repeat(100)).into_owned();
        assert!(
            long.split(BREAK).all(|part| part.len() <= LONGEST_RUN) && long.replace(BREAK, "").len() == 100
        );
        assert_eq!(fitted("a\u{7}b\nc"), "a b c");
        assert_eq!(fitted("ﷺ﷽").chars().filter(|letter| *letter == BREAK).count(), 1);
        assert_eq!(fitted("محمد"), "\u{2068}محمد\u{2069}");
        assert_eq!(title(&"y".repeat(1000)).chars().count(), LONGEST_TITLE + 3);
        assert!(title(&"ﷺ﷽".repeat(500)).chars().count() < 12, "each is as wide as a line");
        let mut data = serde_json::json!({ "name": "z".repeat(90), "title": ["z".repeat(90)] });
        fit(&mut data);
        assert_eq!(data["name"].as_str().unwrap().len(), 90);
        assert!(data["title"][0].as_str().unwrap().contains(BREAK));
    }
}
