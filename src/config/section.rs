//! A table of a TOML file, read key by key: whatever is not asked for is a mistake, and so is whatever does not fit.
//!
//! Reading never stops at a mistake: it is written down with its place and the reader goes on without the value.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::mistakes::{Book, Source};
use crate::panel::money::Pence;

/// One table, and the keys that have been asked of it so far.
#[derive(Debug)]
pub(crate) struct Section<'t> {
    source: &'t Source,
    book: &'t Book,
    table: &'t DeTable<'t>,
    /// Written before its keys in messages: `meeting`; empty for the file itself.
    path: String,
    start: usize,
    asked: Vec<String>,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'t> {
    pub(crate) source: &'t Source,
    pub(crate) book: &'t Book,
    pub(crate) value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Section<'t> {
    pub(crate) fn of_file(source: &'t Source, book: &'t Book, table: &'t Spanned<DeTable<'t>>) -> Self {
        Section { source, book, table: table.get_ref(), path: String::new(), start: 0, asked: Vec::new() }
    }

    pub(crate) fn entry(&mut self, key: &str) -> Option<Entry<'t>> {
        self.asked.push(key.to_owned());
        let value = self.table.get(key)?;
        Some(Entry { source: self.source, book: self.book, value })
    }

    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.entry(key)?.text(key)
    }

    pub(crate) fn yes(&mut self, key: &str) -> Option<bool> {
        let entry = self.entry(key)?;
        let yes = entry.value.get_ref().as_bool();
        if yes.is_none() {
            entry.wrong(key, "`true` or `false`");
        }
        yes
    }

    pub(crate) fn whole(&mut self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let entry = self.entry(key)?;
        let Some(written) = entry.value.get_ref().as_integer() else {
            entry.wrong(key, "a whole number");
            return None;
        };
        let number = u32::from_str_radix(written.as_str(), written.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!(
                "`{key}` is {}, but must be from {} to {}",
                written.as_str(),
                range.start(),
                range.end()
            );
            entry.mistake(message, None);
        }
        number
    }

    pub(crate) fn list(&mut self, key: &str) -> Option<Vec<String>> {
        Some(self.entries_of_list(key)?.into_iter().filter_map(|entry| entry.text(key)).collect())
    }

    /// The values of a list, each with its place.
    pub(crate) fn entries_of_list(&mut self, key: &str) -> Option<Vec<Entry<'t>>> {
        let entry = self.entry(key)?;
        match entry.value.get_ref() {
            DeValue::Array(values) => Some(values.iter().map(|value| Entry { value, ..entry }).collect()),
            _ => {
                entry.wrong(key, "a list such as `[\"one\", \"two\"]`");
                None
            }
        }
    }

    /// A table under this one; none if it is not there.
    pub(crate) fn section(&mut self, key: &str) -> Option<Section<'t>> {
        let entry = self.entry(key)?;
        self.as_section(key, entry)
    }

    /// The tables of a `[[list]]`.
    pub(crate) fn sections(&mut self, key: &str) -> Option<Vec<Section<'t>>> {
        let entries = self.entries_of_list(key)?;
        Some(entries.into_iter().filter_map(|entry| self.as_section(key, entry)).collect())
    }

    /// Every key of a table whose keys are names the panel chooses, in the order written, with their values.
    pub(crate) fn named(&mut self) -> Vec<(String, Entry<'t>)> {
        let mut keys: Vec<(usize, String, Entry<'t>)> = self
            .table
            .iter()
            .map(|(key, value)| {
                let entry = Entry { source: self.source, book: self.book, value };
                (key.span().start, key.get_ref().to_string(), entry)
            })
            .collect();
        keys.sort_by_key(|(place, ..)| *place);
        self.asked.extend(keys.iter().map(|(_, key, _)| key.clone()));
        keys.into_iter().map(|(_, key, entry)| (key, entry)).collect()
    }

    /// The same for tables of tables: `[kinds.care_plan]`.
    pub(crate) fn named_sections(&mut self) -> Vec<(String, Section<'t>)> {
        let named = self.named();
        named
            .into_iter()
            .filter_map(|(key, entry)| Some((key.clone(), self.as_section(&key, entry)?)))
            .collect()
    }

    fn as_section(&self, key: &str, entry: Entry<'t>) -> Option<Section<'t>> {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        match entry.value.get_ref() {
            DeValue::Table(table) => Some(Section {
                source: self.source,
                book: self.book,
                table,
                path,
                start: entry.value.span().start,
                asked: Vec::new(),
            }),
            _ => {
                entry.wrong(key, &format!("a table `[{path}]`"));
                None
            }
        }
    }

    /// Writes down that `key` is missing unless there is a value.
    pub(crate) fn must<T>(&self, key: &str, value: Option<T>) -> Option<T> {
        self.must_say(key, value, None)
    }

    /// The same, with a hint what belongs there.
    pub(crate) fn must_say<T>(&self, key: &str, value: Option<T>, hint: Option<&str>) -> Option<T> {
        if value.is_none() && !self.table.contains_key(key) {
            let place =
                if self.path.is_empty() { "the file".to_owned() } else { format!("`[{}]`", self.path) };
            self.mistake(format!("{place} has no `{key}`"), hint.map(str::to_owned));
        }
        value
    }

    /// A mistake of the section as a whole.
    pub(crate) fn mistake(&self, message: String, hint: Option<String>) {
        self.book.note(self.source, self.start, message, hint);
    }

    /// Refuses every key that was not asked for.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !self.asked.iter().any(|asked| asked == name) {
                let place =
                    if self.path.is_empty() { String::new() } else { format!(" in `[{}]`", self.path) };
                let hint = nearest(name, self.asked.iter().map(String::as_str));
                self.book.note(self.source, key.span().start, format!("unknown key `{name}`{place}"), hint);
            }
        }
    }
}

impl Entry<'_> {
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let text = self.value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, "text in quotation marks");
        }
        text.map(|text| text.trim().to_owned())
    }

    /// `"13:00"`, or TOML's own `13:00:00`.
    pub(crate) fn time(&self, key: &str) -> Option<NaiveTime> {
        let written = match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(moment) => moment.to_string(),
            _ => String::new(),
        };
        let time = ["%H:%M", "%H.%M", "%H:%M:%S"]
            .iter()
            .find_map(|form| NaiveTime::parse_from_str(written.trim(), form).ok());
        if time.is_none() {
            self.wrong(key, "a time of day such as `\"13:00\"`");
        }
        time
    }

    /// `2026-11-23`, with or without quotation marks.
    pub(crate) fn date(&self, key: &str) -> Option<NaiveDate> {
        let date = self.written_moment().trim().parse().ok();
        if date.is_none() {
            self.wrong(key, "a date such as `2026-11-23`");
        }
        date
    }

    /// `2026-11-18 15:00`, London time, with or without quotation marks.
    pub(crate) fn moment(&self, key: &str) -> Option<NaiveDateTime> {
        let written = self.written_moment().replace('T', " ");
        let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
        let moment = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(written.trim(), form).ok());
        if moment.is_none() {
            self.wrong(key, "a date and time such as `2026-11-18 15:00`");
        }
        moment
    }

    fn written_moment(&self) -> String {
        match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(moment) => moment.to_string(),
            _ => String::new(),
        }
    }

    /// `"£4,250.00"`.
    pub(crate) fn money(&self, key: &str) -> Option<Pence> {
        let text = self.text(key)?;
        let pence = pounds(&text);
        if pence.is_none() {
            self.wrong(key, "an amount such as `\"£4,250.00\"`");
        }
        pence
    }

    /// One of `choices`, compared without regard to case.
    pub(crate) fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let hint =
                nearest(&text, names.iter().copied()).unwrap_or_else(|| format!("one of {}", quoted(&names)));
            self.mistake(format!("`{key}` cannot be `{text}`"), Some(hint));
        }
        found.map(|(_, choice)| *choice)
    }

    pub(crate) fn mistake(&self, message: String, hint: Option<String>) {
        self.book.note(self.source, self.value.span().start, message, hint);
    }

    fn wrong(&self, key: &str, wanted: &str) {
        let shown = self.source.text.get(self.value.span()).unwrap_or_default();
        let shown = shown.lines().next().unwrap_or_default();
        // Somebody's password may stand in a web address.
        if shown.contains("://") {
            self.mistake(format!("`{key}` must be {wanted}"), None);
            return;
        }
        self.mistake(format!("`{key}` is {shown}, but must be {wanted}"), None);
    }
}

/// "did you mean `weekday`?", where something is near enough.
pub(crate) fn nearest<'n>(written: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let written = written.to_lowercase();
    let far = (written.chars().count() / 3).max(1);
    let distance = |name: &str| strsim::damerau_levenshtein(&written, &name.to_lowercase());
    let near = known.map(|name| (distance(name), name)).filter(|(away, _)| *away <= far).min()?;
    Some(format!("did you mean `{}`?", near.1))
}

fn pounds(text: &str) -> Option<Pence> {
    let plain: String = text.trim().trim_start_matches('£').chars().filter(|c| *c != ',').collect();
    let (pounds, pence) = plain.split_once('.').unwrap_or((&plain, "00"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !digits(pounds) || !digits(pence) || pence.len() != 2 {
        return None;
    }
    let pounds: i64 = pounds.parse().ok()?;
    let pence: i64 = pence.parse().ok()?;
    Some(Pence(pounds.checked_mul(100)?.checked_add(pence)?))
}

pub(crate) fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
