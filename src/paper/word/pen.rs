//! Writing a run's text as its looks, the field and the content control around it make it.

use crate::panel::seen::Mark;
use crate::paper::ooxml::xml::Element;
use crate::paper::said::glyphs;
use crate::paper::said::wording;
use crate::paper::word::controls::Control;
use crate::paper::word::fields::FieldStack;
use crate::paper::word::frames::Frames;
use crate::paper::word::styles::Looks;

/// Where the text goes, and everything that decides how.
#[derive(Debug)]
pub struct Pen {
    pub frames: Frames,
    pub fields: FieldStack,
    /// Content controls that are open, innermost last.
    pub controls: Vec<Control>,
    /// Deletions we are inside of.
    pub deleted: u32,
    pub hidden_words: u32,
}

impl Pen {
    pub fn new() -> Self {
        Pen {
            frames: Frames::new(),
            fields: FieldStack::default(),
            controls: Vec::new(),
            deleted: 0,
            hidden_words: 0,
        }
    }

    pub fn put_symbol(&mut self, element: &Element<'_>) {
        let font = element.attribute("font").unwrap_or_default();
        let code = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        if let Some(letter) = code.and_then(|code| glyphs::in_symbol_font(&font, code)) {
            self.put(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Writes text as the run's looks, the field and the content control around it make it.
    pub fn put(&mut self, text: &str) {
        if self.deleted > 0 || self.fields.is_silent() || text.is_empty() {
            return;
        }
        let looks = self.looks();
        if looks.hidden == Some(true) {
            self.hidden_words += wording::count(text);
            return;
        }
        let in_control = self.controls.last();
        let in_box = in_control.is_some_and(|control| control.checked.is_some());
        let mark = if self.controls.iter().any(|control| control.placeholder) {
            Mark::Placeholder
        } else if looks.is_struck() {
            Mark::Struck
        } else if in_control.is_some_and(Control::holds_answer) {
            Mark::Answer
        } else {
            self.fields.mark(text).unwrap_or(Mark::Plain)
        };
        // A box typed in a symbol font stands alone; words in one are somebody's mistake and stay words.
        let font = looks.font.as_deref().filter(|_| text.trim().chars().count() == 1);
        let mut plain = String::with_capacity(text.len());
        for letter in text.chars() {
            let letter = font.and_then(|font| glyphs::in_symbol_font(font, letter.into())).unwrap_or(letter);
            match glyphs::tick(letter) {
                Some(tick) => {
                    if !plain.is_empty() {
                        self.frames.put(&std::mem::take(&mut plain), mark);
                    }
                    // Inside a check box control its state counts, not this letter. A control around a whole cell wrote its state when the cell began.
                    if !in_box {
                        let tick = if mark == Mark::Struck { Mark::Unticked } else { tick };
                        self.frames.put(letter.encode_utf8(&mut [0; 4]), tick);
                    } else if let Some((shown, mark)) =
                        self.controls.last().filter(|control| control.round_cell).and_then(Control::shown)
                    {
                        self.frames.put(shown, mark);
                    }
                }
                None => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            self.frames.put(&plain, mark);
        }
        if let Some(day) = self.controls.last_mut().and_then(Control::stored) {
            self.frames.put(&day, Mark::Stored);
        }
    }

    pub fn put_marked(&mut self, text: &str, mark: Mark) {
        if self.deleted == 0 && self.looks().hidden != Some(true) {
            self.frames.put(text, mark);
        }
    }

    fn looks(&mut self) -> Looks {
        let Some(paragraph) = self.frames.paragraph() else { return Looks::default() };
        paragraph.run.over(&paragraph.run_style).over(&paragraph.style.looks)
    }
}
