//! Somebody who fills in one of a panel's blank Word forms: clicks boxes, types beside questions, and saves it.

use std::io::Read as _;

use crate::built::zipped;
use crate::harness::project;

/// A form being filled in.
pub struct Blank {
    parts: Vec<(String, Vec<u8>)>,
    xml: String,
}

/// Where a cell stands in the document.
type Place = std::ops::Range<usize>;

impl Blank {
    /// A blank form as it is handed out: `referral`, `update` or `taxi_request`.
    pub fn of(panel: &str, form: &str) -> Self {
        let name = match (panel, form) {
            ("redbridge", "referral") => "Commissioning Panel referral form.docx",
            ("redbridge", "update") => "Commissioning Panel Update form.docx",
            ("redbridge", _) => "Commissioning Panel Taxi request form.docx",
            (_, "referral") => "Referral form.docx",
            (_, "update") => "Update form.docx",
            _ => "Taxi request.docx",
        };
        Self::at(&format!("templates/forms/{panel}/{name}"))
    }

    /// A Word file of the project.
    pub fn at(path: &str) -> Self {
        let bytes = std::fs::read(project().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut blank = Blank { parts: Vec::new(), xml: String::new() };
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            if name == "word/document.xml" {
                blank.xml = String::from_utf8(content).unwrap();
            } else {
                blank.parts.push((name, content));
            }
        }
        blank
    }

    /// The words beside the boxes of a question; none where it has no boxes.
    #[track_caller]
    pub fn boxes(&self, label: &str) -> Vec<String> {
        let cell = self.answer_to(label);
        let cell = &self.xml[cell];
        if !is_boxed(cell) {
            return Vec::new();
        }
        texts(cell)
            .into_iter()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty() && text != "☐")
            .collect()
    }

    /// Answers a question: ticks the box of that name where the question has boxes, else types.
    #[track_caller]
    pub fn fill(mut self, label: &str, answer: &str) -> Self {
        let place = self.answer_to(label);
        let cell = self.xml[place.clone()].to_owned();
        let filled = if is_boxed(&cell) { ticked(&cell, answer) } else { typed(&cell, answer) };
        self.xml.replace_range(place, &filled.unwrap_or_else(|| panic!("`{label}` takes no `{answer}`")));
        self
    }

    /// Fills the rows of a list, cell by cell.
    #[track_caller]
    pub fn fill_rows(mut self, label: &str, rows: &[&[&str]]) -> Self {
        for (down, row) in rows.iter().enumerate() {
            for (across, text) in row.iter().enumerate() {
                let all = self.rows();
                let at = all.iter().position(|row| row.len() == 1 && self.label(&row[0]) == label);
                let place = all[at.unwrap_or_else(|| panic!("no list `{label}`")) + 2 + down][across].clone();
                let cell = typed(&self.xml[place.clone()], text).unwrap();
                self.xml.replace_range(place, &cell);
            }
        }
        self
    }

    pub fn save(self) -> Vec<u8> {
        let mut parts: Vec<(&str, &[u8])> =
            self.parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        parts.push(("word/document.xml", self.xml.as_bytes()));
        zipped(&parts)
    }

    /// The cell in which a question is answered: beside it, or below where it stands across the page.
    #[track_caller]
    fn answer_to(&self, label: &str) -> Place {
        let rows = self.rows();
        for (at, row) in rows.iter().enumerate() {
            if let Some(place) = row.iter().position(|cell| self.label(cell) == label) {
                let beside = row.get(place + 1).or_else(|| rows.get(at + 1)?.first());
                return beside.unwrap_or_else(|| panic!("nothing beside `{label}`")).clone();
            }
        }
        panic!("the form does not ask `{label}`")
    }

    /// The first line of a cell.
    fn label(&self, cell: &Place) -> String {
        let cell = &self.xml[cell.clone()];
        let first = cell.split("</w:p>").next().unwrap_or_default();
        texts(first).concat().trim().to_owned()
    }

    fn rows(&self) -> Vec<Vec<Place>> {
        spans(&self.xml, 0..self.xml.len(), "w:tr")
            .into_iter()
            .map(|row| spans(&self.xml, row, "w:tc"))
            .collect()
    }
}

/// The elements of a name inside a stretch of XML; none of them holds another.
fn spans(xml: &str, within: Place, name: &str) -> Vec<Place> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut from = within.start;
    while let Some(start) = xml[from..within.end].find(&open).map(|at| from + at) {
        if xml[start + open.len()..].starts_with([' ', '>']) {
            let end = start + xml[start..].find(&close).unwrap() + close.len();
            found.push(start..end);
            from = end;
        } else {
            from = start + open.len();
        }
    }
    found
}

/// What stands in the text elements.
fn texts(xml: &str) -> Vec<String> {
    let inner = |place: Place| {
        let element = &xml[place];
        let text = &element[element.find('>').unwrap() + 1..element.rfind('<').unwrap()];
        text.replace("&apos;", "'")
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    spans(xml, 0..xml.len(), "w:t").into_iter().map(inner).collect()
}

fn is_boxed(cell: &str) -> bool {
    cell.contains("<w14:checkbox>") || cell.contains("FORMCHECKBOX")
}

fn ticked(cell: &str, option: &str) -> Option<String> {
    let of_option = |place: &Place| texts(&cell[place.clone()]).concat().trim() == option;
    let words = spans(cell, 0..cell.len(), "w:t").into_iter().find(of_option)?;
    let (before, after) = cell.split_at(words.start);
    let modern = before.rfind("<w14:checked w14:val=\"0\"/>");
    let old = before.rfind("<w:checked w:val=\"0\"/>");
    let (at, from, to) = match modern {
        Some(at) => (at, "<w14:checked w14:val=\"0\"/>", "<w14:checked w14:val=\"1\"/>"),
        None => (old?, "<w:checked w:val=\"0\"/>", "<w:checked/>"),
    };
    let (start, rest) = before.split_at(at);
    let rest = rest.replacen(from, to, 1).replacen('☐', "☒", 1);
    Some(format!("{start}{rest}{after}"))
}

fn typed(cell: &str, answer: &str) -> Option<String> {
    let escaped = answer.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let run = format!("<w:r><w:t xml:space=\"preserve\">{escaped}</w:t></w:r>");
    if let Some(content) = spans(cell, 0..cell.len(), "w:sdtContent").first() {
        let mut filled = cell.to_owned();
        filled.replace_range(content.clone(), &format!("<w:sdtContent>{run}</w:sdtContent>"));
        return Some(filled.replace("<w:showingPlcHdr/>", ""));
    }
    let spaces = "\u{2002}\u{2002}\u{2002}\u{2002}\u{2002}";
    if cell.contains(spaces) {
        return Some(cell.replacen(spaces, &escaped, 1));
    }
    let end = cell.find("</w:p>")?;
    Some(format!("{}{run}{}", &cell[..end], &cell[end..]))
}
