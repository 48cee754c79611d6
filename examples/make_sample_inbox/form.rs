//! A form, filled or blank, as a Word document in its team's layout.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::mark;
use crate::plan::{Field, Form, Kind, Layout, Section};
use crate::word::{Sort, Spec, Word};

type Answers = BTreeMap<String, String>;

/// The form with `answers` in it; `footer` says what it is.
pub fn fill(form: &Form, answers: &Answers, author: &str, saved: &str, footer: &str) -> Result<Vec<u8>> {
    let mut word = Word::new(&form.look, &form.title, footer);
    word.title(&form.title, &form.under);
    if !form.panel.is_empty() {
        word.keep_questions();
    }
    for paragraph in &form.intro {
        word.paragraph(paragraph);
    }
    for section in &form.section {
        word.turn(section.landscape);
        word.heading(2, &section.title);
        if !section.note.is_empty() {
            if form.panel.is_empty() { word.paragraph(&section.note) } else { word.note(&section.note) }
        }
        let filler = Filler { form, answers };
        filler.section(&mut word, section);
    }
    word.finish(&form.title, author, saved)
}

struct Filler<'a> {
    form: &'a Form,
    answers: &'a Answers,
}

impl Filler<'_> {
    fn section(&self, word: &mut Word, section: &Section) {
        // A table field is a table of its own, wherever it stands.
        let mut plain: Vec<&Field> = Vec::new();
        for field in &section.fields {
            if field.kind == Kind::Table {
                self.fields(word, section.layout, &std::mem::take(&mut plain));
                self.grid(word, field);
            } else {
                plain.push(field);
            }
        }
        self.fields(word, section.layout, &plain);
    }

    fn fields(&self, word: &mut Word, layout: Layout, fields: &[&Field]) {
        if fields.is_empty() {
            return;
        }
        let label = |field: &Field| Spec::new(&field.label, Sort::Label).helped(&field.help);
        let answer = |field: &Field| {
            Spec::new(self.answer(field, columns_of(layout)), Sort::Answer).tall(self.room(field))
        };
        match layout {
            Layout::Two => {
                let rows: Vec<_> = fields.iter().map(|field| vec![label(field), answer(field)]).collect();
                word.table(&[34, 66], &rows);
            }
            Layout::Four => word.table(&[22, 28, 22, 28], &self.pairs(fields)),
            Layout::Below => {
                for group in fields.chunks(5) {
                    let rows =
                        [group.iter().map(|f| label(f)).collect(), group.iter().map(|f| answer(f)).collect()];
                    word.table(&vec![1; group.len()], &rows);
                }
            }
            Layout::OneCell => {
                let cell =
                    |f: &&Field| Spec::new(format!("**{}:** {}", f.label, self.answer(f, 1)), Sort::Answer);
                let rows: Vec<_> =
                    fields.chunks(2).map(|two| widen(two.iter().map(cell).collect(), 2)).collect();
                word.table(&[1, 1], &rows);
            }
            Layout::Prompt => {
                for field in fields {
                    word.table(&[1], &[vec![label(field)], vec![answer(field)]]);
                }
            }
            Layout::Lines => {
                for field in fields {
                    word.paragraph(&format!("**{}:** {}", field.label, self.answer(field, 1)));
                }
            }
        }
    }

    /// Two questions to a row; a long one takes a row for itself.
    fn pairs(&self, fields: &[&Field]) -> Vec<Vec<Spec>> {
        let mut rows: Vec<Vec<Spec>> = Vec::new();
        let mut open = false;
        for field in fields {
            let wide = field.kind == Kind::Long || (field.kind == Kind::Ticks && !self.is_narrow(field));
            let across = if wide { 2 } else { 1 };
            let pair = [
                Spec::new(&field.label, Sort::Label).helped(&field.help),
                Spec::new(self.answer(field, across), Sort::Answer).tall(self.room(field) / 2),
            ];
            if wide || !open {
                rows.push(pair.to_vec());
                open = !wide;
            } else if let Some(row) = rows.last_mut() {
                row.extend(pair);
                open = false;
            }
        }
        rows.into_iter().map(|row| widen(row, 4)).collect()
    }

    fn grid(&self, word: &mut Word, field: &Field) {
        let columns = field.options.len();
        let mut rows = vec![vec![Spec::new(&field.label, Sort::Bar).across(columns)]];
        rows.push(field.options.iter().map(|column| Spec::new(column, Sort::Head)).collect());
        let filled = self.answers.get(&field.key).map_or("", String::as_str);
        for line in filled.lines().filter(|line| !line.trim().is_empty()) {
            rows.push(line.split(" | ").map(|cell| Spec::new(cell.trim(), Sort::Answer)).collect());
        }
        if filled.is_empty() {
            rows.extend(vec![vec![Spec::new("", Sort::Answer); columns]; 3]);
        }
        word.table(&vec![1; columns], &rows);
    }

    /// Two or three short boxes stand beside another question.
    fn is_narrow(&self, field: &Field) -> bool {
        !self.form.panel.is_empty() && field.options.len() <= 3
    }

    /// Space for a long answer that nobody has given yet, in the twentieths of a point that Word counts in.
    fn room(&self, field: &Field) -> u16 {
        let empty = self.answers.get(&field.key).is_none_or(|value| value.trim().is_empty());
        if self.form.panel.is_empty() || field.kind != Kind::Long || !empty { 0 } else { 1000 }
    }

    /// The answer, its boxes in so many columns.
    fn answer(&self, field: &Field, columns: usize) -> String {
        let how = self.form.answers;
        let value = self.answers.get(&field.key).map_or("", |value| value.trim());
        match field.kind {
            Kind::Text => mark::text(how, &field.key, value),
            Kind::Date => mark::date(how, &field.key, value),
            Kind::Choice => mark::choice(how, &field.key, &field.options, value),
            Kind::Long => long(&mark::text(how, &field.key, ""), value),
            Kind::Ticks => {
                let chosen: Vec<&str> = value.split("; ").collect();
                let box_of = |option: &String| {
                    format!("{} {option}", mark::tick(how, chosen.contains(&option.as_str())))
                };
                let boxes: Vec<String> = field.options.iter().map(box_of).collect();
                let length: usize = field.options.iter().map(|option| option.chars().count() + 5).sum();
                if self.is_narrow(field) && columns == 1 && length > 24 {
                    return boxes.join("\n");
                }
                if field.options.iter().all(|option| option.len() <= 18)
                    && (self.form.panel.is_empty() || boxes.len() < 5)
                {
                    return boxes.join("    ");
                }
                let columns = if self.form.panel.is_empty() { 1 } else { columns };
                boxes.chunks(columns).map(|row| row.join("\t")).collect::<Vec<_>>().join("\n")
            }
            Kind::Delete => delete_as_appropriate(&field.options, value),
            Kind::Table => String::new(),
        }
    }
}

/// How many boxes stand side by side.
const fn columns_of(layout: Layout) -> usize {
    match layout {
        Layout::Two | Layout::Four | Layout::Prompt => 2,
        Layout::Below | Layout::OneCell | Layout::Lines => 1,
    }
}

/// Paragraphs as they are; the prompt where there are none.
fn long(prompt: &str, value: &str) -> String {
    if value.is_empty() { prompt.to_owned() } else { value.replace("\n\n", "\n") }
}

fn delete_as_appropriate(options: &[String], value: &str) -> String {
    let shown = |option: &String| {
        if value.is_empty() || option == value { option.clone() } else { format!("~~{option}~~") }
    };
    options.iter().map(shown).collect::<Vec<_>>().join(" / ")
}

/// Lets the last cell of a short row reach the right edge.
fn widen(mut row: Vec<Spec>, columns: usize) -> Vec<Spec> {
    let used: usize = row.iter().map(|spec| spec.across).sum();
    if let Some(last) = row.last_mut()
        && used < columns
    {
        last.across += columns - used;
    }
    row
}
