//! Fills a customer's own Word template that has Handlebars tags in its text.
//!
//! Every tag must find its field: what is missing, misspelt or misplaced is reported all at once, by template and tag.
//! The same template and the same fields always give the same bytes.

use std::io::{Cursor, Read, Write};

use serde_json::Value;
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::stationery::blocks;
use crate::stationery::encrypted;
use crate::stationery::marks::{self, Marked};
use crate::stationery::strict::{MARK, PIECE, engine, explained, strict};
use crate::stationery::tags::{self, BadTag, Part, Sort, Tag};
use crate::stationery::xml_tree::{self, Element, Node};

/// A template's parts may not unpack to more than this.
const LARGEST_PART: u64 = 64 << 20;
/// How many missing fields are looked for before giving up.
const MOST_MISTAKES: usize = 100;

/// Why a template could not be filled.
#[derive(Debug, Error)]
pub enum WordError {
    #[error("the template `{template}` is not a Word document: {reason}; hint: save it in Word as .docx")]
    NotWord { template: String, reason: String },
    #[error("the template `{template}` cannot be opened: {why}")]
    Encrypted { template: String, why: &'static str },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<TemplateMistake>),
}

/// One thing wrong in a template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("template `{template}`, {place}: `{tag}`: {message}; hint: {hint}")]
pub struct TemplateMistake {
    pub template: String,
    /// "text", "header", "footer", "footnotes" or "endnotes".
    pub place: String,
    /// The tag as it was typed.
    pub tag: String,
    pub message: String,
    pub hint: String,
}

/// Fills `template`, which messages call `name`, with the fields of `data`.
pub fn fill(template: &[u8], name: &str, data: &Value) -> Result<Vec<u8>, WordError> {
    fill_marked(template, name, data, None)
}

/// The same with a mark at the beginning of what each entry of a list comes to ([`marks`]).
pub fn fill_marked(
    template: &[u8],
    name: &str,
    data: &Value,
    marked: Option<Marked<'_>>,
) -> Result<Vec<u8>, WordError> {
    if let Some(why) = encrypted::why(template) {
        return Err(WordError::Encrypted { template: name.to_owned(), why });
    }
    let mut files = unpack(template).map_err(|reason| not_word(name, reason))?;
    let mut mistakes = Vec::new();
    for (file, bytes) in &mut files {
        if file == "[Content_Types].xml" {
            *bytes = as_document(bytes);
        }
        let Some(place) = place_of(file) else { continue };
        let text =
            std::str::from_utf8(bytes).map_err(|_| not_word(name, format!("`{file}` is not UTF-8")))?;
        let mut bad = Vec::new();
        let marked = marked.filter(|_| file == DOCUMENT);
        let filled = fill_part(text, data, marked, &mut bad)
            .map_err(|reason| not_word(name, format!("`{file}`: {reason}")))?;
        *bytes = filled.into_bytes();
        mistakes.extend(bad.into_iter().map(|bad| TemplateMistake {
            template: name.to_owned(),
            place: place.to_owned(),
            tag: bad.typed,
            message: bad.message,
            hint: bad.hint,
        }));
    }
    if mistakes.is_empty() {
        pack(&files).map_err(|reason| not_word(name, reason))
    } else {
        Err(WordError::Mistakes(mistakes))
    }
}

/// The document with a sentence in bold before everything else.
///
/// Fails when it is no Word document.
pub fn begin_with(document: &[u8], name: &str, sentence: &str) -> Result<Vec<u8>, WordError> {
    let mut files = unpack(document).map_err(|reason| not_word(name, reason))?;
    for (file, bytes) in &mut files {
        if file != "word/document.xml" {
            continue;
        }
        let text =
            std::str::from_utf8(bytes).map_err(|_| not_word(name, "its text is not UTF-8".to_owned()))?;
        let begins = text.find("<w:body").and_then(|at| Some(at + text[at..].find('>')? + 1));
        let begins = begins.ok_or_else(|| not_word(name, "it has no text".to_owned()))?;
        let words = quick_xml::escape::escape(sentence);
        let paragraph =
            format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{words}</w:t></w:r></w:p>");
        *bytes = format!("{}{paragraph}{}", &text[..begins], &text[begins..]).into_bytes();
    }
    pack(&files).map_err(|reason| not_word(name, reason))
}

/// The document with an identifier among its properties, where nobody reads it by chance. One whose template has no properties stays as
/// it is.
///
/// Fails when it is no Word document.
pub fn identified(document: &[u8], name: &str, identifier: &str) -> Result<Vec<u8>, WordError> {
    const END: &str = "</cp:coreProperties>";
    let mut files = unpack(document).map_err(|reason| not_word(name, reason))?;
    for (file, bytes) in files.iter_mut().filter(|(file, _)| file == "docProps/core.xml") {
        let text =
            std::str::from_utf8(bytes).map_err(|_| not_word(name, format!("`{file}` is not UTF-8")))?;
        let is_free = text.contains("xmlns:dc=") && !text.contains("<dc:identifier");
        if let Some(end) = text.rfind(END).filter(|_| is_free) {
            let words = quick_xml::escape::escape(identifier);
            let own = format!("<dc:identifier>{words}</dc:identifier>");
            *bytes = format!("{}{own}{}", &text[..end], &text[end..]).into_bytes();
        }
    }
    pack(&files).map_err(|reason| not_word(name, reason))
}

/// The part that holds the text.
pub const DOCUMENT: &str = "word/document.xml";

pub fn not_word(template: &str, reason: String) -> WordError {
    WordError::NotWord { template: template.to_owned(), reason }
}

/// The parts in which tags are looked for.
fn place_of(file: &str) -> Option<&'static str> {
    let part = file.strip_prefix("word/")?.strip_suffix(".xml")?;
    match part.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "document" => Some("text"),
        "header" => Some("header"),
        "footer" => Some("footer"),
        "footnotes" => Some("footnotes"),
        "endnotes" => Some("endnotes"),
        _ => None,
    }
}

/// A Word template (`.dotx`) becomes a document.
fn as_document(content_types: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(content_types);
    text.replace("wordprocessingml.template.main+xml", "wordprocessingml.document.main+xml").into_bytes()
}

/// The parts of a Word document.
///
/// Fails when it is no zip archive, or holds no text.
pub fn unpack(template: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut archive = ZipArchive::new(Cursor::new(template)).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| error.to_string())?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        let mut bytes = Vec::new();
        entry.take(LARGEST_PART + 1).read_to_end(&mut bytes).map_err(|error| format!("`{name}`: {error}"))?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST_PART) {
            return Err(format!("`{name}` is too large"));
        }
        files.push((name, bytes));
    }
    if files.iter().any(|(name, _)| name == "word/document.xml") {
        Ok(files)
    } else {
        Err("it holds no `word/document.xml`".to_owned())
    }
}

/// Packs the parts: content types first, as readers expect, then by name, all with the same date.
///
/// Fails when an archive cannot be made of them.
pub fn pack(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let mut files: Vec<&(String, Vec<u8>)> = files.iter().collect();
    files.sort_by_key(|(name, _)| (name != "[Content_Types].xml", name != "_rels/.rels", name.clone()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), options).map_err(|error| error.to_string())?;
        archive.write_all(bytes).map_err(|error| error.to_string())?;
    }
    Ok(archive.finish().map_err(|error| error.to_string())?.into_inner())
}

fn fill_part(
    xml: &str,
    data: &Value,
    marked: Option<Marked<'_>>,
    bad: &mut Vec<BadTag>,
) -> Result<String, String> {
    let mut part: Part = xml_tree::parse(xml).map_err(|error| error.to_string())?;
    tags::find(&mut part, bad);
    blocks::place(&mut part, bad);
    if let Some(marked) = marked {
        marks::place(&mut part, marked);
    }
    let sheet = Sheet::of(&part);
    if !sheet.lines.iter().any(|line| matches!(line, Line::Tag(_))) {
        return Ok(xml.to_owned());
    }
    let filled = sheet.render(data, bad);
    repaired(&filled)
}

/// A part as Handlebars gets it: pieces of XML by number and tags, each on a line of its own.
struct Sheet {
    pieces: Vec<String>,
    lines: Vec<Line>,
}

enum Line {
    Piece(usize),
    Tag(Tag),
}

impl Sheet {
    fn of(part: &Part) -> Self {
        let mut text = String::new();
        let mut found: Vec<(usize, Tag)> = Vec::new();
        xml_tree::write(part, &mut text, &mut |tag, out| found.push((out.len(), tag.clone())));
        let mut sheet = Sheet { pieces: Vec::new(), lines: Vec::new() };
        let mut from = 0;
        for (at, tag) in found {
            sheet.add_piece(&text[from..at]);
            sheet.lines.push(Line::Tag(tag));
            from = at;
        }
        sheet.add_piece(&text[from..]);
        sheet
    }

    fn add_piece(&mut self, xml: &str) {
        if !xml.is_empty() {
            self.lines.push(Line::Piece(self.pieces.len()));
            self.pieces.push(xml.to_owned());
        }
    }

    /// Renders, noting each tag that has no field and going on without it.
    fn render(mut self, data: &Value, bad: &mut Vec<BadTag>) -> String {
        let engine = engine();
        for _ in 0..MOST_MISTAKES {
            match engine.render_template(&self.template(), data) {
                Ok(text) => return self.with_pieces(&text),
                Err(error) => {
                    let line = error.line_no.unwrap_or(1).clamp(1, self.lines.len().max(1)) - 1;
                    let Some(Line::Tag(tag)) = self.lines.get(line) else { break };
                    bad.push(explained(&tag.typed, error.reason(), data));
                    self.drop_tag(line);
                }
            }
        }
        String::new()
    }

    fn template(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            match line {
                Line::Piece(number) => {
                    out.push(PIECE[0]);
                    out.push_str(&number.to_string());
                    out.push(PIECE[1]);
                }
                Line::Tag(tag) => out.push_str(&strict(tag)),
            }
            out.push('\n');
        }
        out
    }

    /// Takes a tag out, and if it opens a block, the block with it.
    fn drop_tag(&mut self, line: usize) {
        let mut depth = 0_usize;
        let mut end = line;
        for (at, it) in self.lines.iter().enumerate().skip(line) {
            let Line::Tag(tag) = it else { continue };
            match tag.sort {
                Sort::Open(_) => depth += 1,
                Sort::Close(_) => depth = depth.saturating_sub(1),
                Sort::Value | Sort::Else => {}
            }
            end = at;
            if depth == 0 {
                break;
            }
        }
        self.lines.drain(line..=end);
    }

    fn with_pieces(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() * 8);
        for part in text.split(PIECE[0]) {
            let (number, rest) = part.split_once(PIECE[1]).unwrap_or(("", part));
            match number.strip_prefix(MARK) {
                Some(name) => out.push_str(&marks::bookmark(name)),
                None => out.push_str(
                    number
                        .parse::<usize>()
                        .ok()
                        .and_then(|number| self.pieces.get(number))
                        .map_or("", String::as_str),
                ),
            }
            out.extend(rest.chars().filter(|character| *character != '\n'));
        }
        out
    }
}

/// Makes a filled part whole again where a block came to nothing: Word wants a paragraph at the end of every cell,
/// header, note and text box, and a row in every table.
fn repaired(xml: &str) -> Result<String, String> {
    let mut part: Element<()> = xml_tree::parse(xml).map_err(|error| error.to_string())?;
    repair(&mut part);
    let mut out = String::with_capacity(xml.len());
    xml_tree::write(&part, &mut out, &mut |(), _| {});
    Ok(out)
}

fn repair(element: &mut Element<()>) {
    for child in element.elements_mut() {
        repair(child);
    }
    element.children.retain(|node| {
        !matches!(node, Node::Element(table) if table.name == "w:tbl" && table.elements().all(|it| it.name.ends_with("Pr") || it.name == "w:tblGrid"))
    });
    let holder = ["w:tc", "w:hdr", "w:ftr", "w:footnote", "w:endnote", "w:txbxContent"];
    let block = ["w:p", "w:tbl", "w:sdt", "w:customXml"];
    let last = element.elements().filter(|it| block.contains(&it.name.as_str())).last();
    if holder.contains(&element.name.as_str()) && last.is_none_or(|it| it.name == "w:tbl") {
        element.children.push(Node::Element(Element::new("w:p")));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(text: &str) -> String {
        format!("<w:r><w:t>{text}</w:t></w:r>")
    }

    fn line(text: &str) -> String {
        format!("<w:p>{}</w:p>", run(text))
    }

    fn cell(text: &str) -> String {
        format!("<w:tc><w:tcPr/>{}</w:tc>", line(text))
    }

    fn row(cells: &[&str]) -> String {
        format!("<w:tr>{}</w:tr>", cells.iter().map(|text| cell(text)).collect::<String>())
    }

    fn table(rows: &[&[&str]]) -> String {
        format!("<w:tbl><w:tblPr/>{}</w:tbl>", rows.iter().map(|cells| row(cells)).collect::<String>())
    }

    fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
        let body = format!("<w:document><w:body>{body}<w:sectPr/></w:body></w:document>");
        let mut files = vec![
            ("word/document.xml".to_owned(), body.into_bytes()),
            ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
        ];
        files.extend(more.iter().map(|(name, xml)| ((*name).to_owned(), xml.as_bytes().to_vec())));
        pack(&files).unwrap()
    }

    fn part(docx: &[u8], name: &str) -> String {
        let files = unpack(docx).unwrap();
        let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    }

    fn filled(body: &str, data: &Value) -> String {
        let filled = fill(&docx(body, &[]), "letter.docx", data).unwrap();
        let body = part(&filled, "word/document.xml");
        body.replace("<w:document><w:body>", "").replace("<w:sectPr/></w:body></w:document>", "")
    }

    /// The text of the answer, paragraphs by line and cells by bar.
    fn plain(body: &str, data: &Value) -> String {
        let xml = filled(body, data);
        let xml = xml
            .replace("</w:tr>", "\n")
            .replace("</w:p></w:tc>", "|")
            .replace("</w:p>", "\n")
            .replace("<w:br/>", "\u{21B5}");
        let mut text = String::new();
        let mut inside = false;
        for character in xml.chars() {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                other if !inside => text.push(other),
                _ => {}
            }
        }
        text
    }

    fn mistakes(body: &str, data: &Value) -> Vec<String> {
        match fill(&docx(body, &[]), "letter.docx", data) {
            Err(WordError::Mistakes(list)) => list.iter().map(ToString::to_string).collect(),
            other => panic!("expected mistakes, got {other:?}"),
        }
    }

    #[test]
    fn values_are_text_whatever_they_hold() {
        let data = json!({ "name": "A & B <c>\n\u{0}second\u{FDD0}7\u{FDD1}", "n": 3, "none": null, "maths": "{{7*7}}" });
        assert_eq!(
            plain(&line("{{name}}, {{n}}{{none}} {{maths}}"), &data),
            "A &amp; B &lt;c&gt;\u{21B5}second7, 3 {{7*7}}\n"
        );
    }

    #[test]
    fn a_paragraph_with_only_a_block_tag_disappears() {
        let body = [line("{{#each cases}}"), line("Case {{ref}}"), line("{{/each}}"), line("End")].concat();
        let data = json!({ "cases": [{ "ref": "1" }, { "ref": "2" }] });
        assert_eq!(plain(&body, &data), "Case 1\nCase 2\nEnd\n");
    }

    #[test]
    fn rows_repeat_both_ways() {
        let data = json!({ "cases": [{ "ref": "1", "who": "A" }, { "ref": "2", "who": "B" }] });
        let own_rows =
            table(&[&["Ref", "Who"], &["{{#each cases}}", ""], &["{{ref}}", "{{who}}"], &["{{/each}}", ""]]);
        let same_row = table(&[&["Ref", "Who"], &["{{#each cases}}{{ref}}", "{{who}}{{/each}}"]]);
        for body in [own_rows, same_row] {
            assert_eq!(plain(&body, &data), "Ref|Who|\n1|A|\n2|B|\n");
        }
    }

    #[test]
    fn a_block_may_span_two_rows_and_be_empty() {
        let body = table(&[&["{{#each cases}}{{ref}}", "x"], &["", "{{who}}{{/each}}"]]);
        let data = json!({ "cases": [{ "ref": "1", "who": "A" }, { "ref": "2", "who": "B" }] });
        assert_eq!(plain(&body, &data), "1|x|\n|A|\n2|x|\n|B|\n");
        assert_eq!(filled(&body, &json!({ "cases": [] })), "", "a table without rows would not open in Word");
    }

    #[test]
    fn a_cell_keeps_a_paragraph_when_its_block_comes_to_nothing() {
        let inner =
            format!("<w:tc><w:tcPr/>{}{}{}</w:tc>", line("{{#if late}}"), line("LATE"), line("{{/if}}"));
        let body = format!("<w:tbl><w:tblPr/><w:tr>{inner}</w:tr></w:tbl>");
        assert!(filled(&body, &json!({ "late": false })).contains("<w:tc><w:tcPr/><w:p/></w:tc>"));
        assert_eq!(plain(&body, &json!({ "late": true })), "LATE|\n");
    }

    #[test]
    fn a_block_inside_one_paragraph_may_cross_runs_and_keep_its_bold() {
        let body = format!(
            "<w:p>{}<w:r><w:rPr><w:b/></w:rPr><w:t>now{{{{/if}}}} end</w:t></w:r></w:p>",
            run("go {{#if late}}late ")
        );
        assert_eq!(plain(&body, &json!({ "late": true })), "go late now end\n");
        let without = filled(&body, &json!({ "late": false }));
        assert_eq!(
            without,
            "<w:p><w:r><w:t xml:space=\"preserve\">go </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"> end</w:t></w:r></w:p>"
        );
    }

    #[test]
    fn else_and_outer_fields_and_counting() {
        let body = [
            line("{{#each cases}}"),
            line("{{@index}} {{ref}} of {{../total}}{{#unless @last}};{{else}}.{{/unless}} {{#if (eq word \"agreed\")}}yes{{else if maybe}}perhaps{{else}}no{{/if}}"),
            line("{{/each}}"),
        ]
        .concat();
        let data = json!({ "total": 2, "cases": [
            { "ref": "1", "word": "agreed", "maybe": false },
            { "ref": "2", "word": "deferred", "maybe": true },
        ] });
        assert_eq!(plain(&body, &data), "0 1 of 2; yes\n1 2 of 2. perhaps\n");
    }

    #[test]
    fn headers_footers_and_notes_are_filled() {
        let more = [
            ("word/header1.xml", "<w:hdr><w:p><w:r><w:t>{{marking}}</w:t></w:r></w:p></w:hdr>"),
            ("word/footer2.xml", "<w:ftr><w:p><w:r><w:t>{{marking}}</w:t></w:r></w:p></w:ftr>"),
            (
                "word/footnotes.xml",
                "<w:footnotes><w:footnote><w:p><w:r><w:t>{{marking}}</w:t></w:r></w:p></w:footnote></w:footnotes>",
            ),
        ];
        let filled = fill(&docx(&line("x"), &more), "t.docx", &json!({ "marking": "OFFICIAL" })).unwrap();
        for (name, _) in more {
            assert!(part(&filled, name).contains(">OFFICIAL<"), "{name}");
        }
    }

    #[test]
    fn every_mistake_is_reported_at_once_by_template_and_tag() {
        let body = [
            line("{{panle}} {{#if emergancy}}x{{/if}} {{open"),
            line("{{#each cases}}"),
            line("{{reff}}"),
            line("{{/each}}"),
            line("{{#each papers}}x{{else}}none{{/each}}"),
            line("{{#with chair}}y{{/with}} {{ref}}"),
            line("{{#if late}}"),
            line("{{shout name}}"),
        ]
        .concat();
        let data = json!({ "panel": "North", "emergency": false, "late": true, "cases": [{ "ref": "1" }] });
        let hint = "hint: put both tags of the block into one paragraph, each into a paragraph of its own, or into the first and last cell of one table row";
        assert_eq!(
            mistakes(&body, &data),
            [
                "template `letter.docx`, text: `{{open`: the tag is opened with `{{` and not closed in the same paragraph; hint: end it with `}}`, without a line break inside".to_owned(),
                format!("template `letter.docx`, text: `{{{{#if late}}}}`: the tag opens a block that is not closed in the same place; {hint}"),
                "template `letter.docx`, text: `{{panle}}`: there is no field `panle` here; hint: did you mean `panel`?".to_owned(),
                "template `letter.docx`, text: `{{#if emergancy}}`: there is no field `emergancy` here; hint: did you mean `emergency`?".to_owned(),
                "template `letter.docx`, text: `{{reff}}`: there is no field `reff` here; hint: did you mean `ref`?".to_owned(),
                "template `letter.docx`, text: `{{#each papers}}`: there is no field `papers` here; hint: the guide to the templates lists the fields".to_owned(),
                "template `letter.docx`, text: `{{#with chair}}`: there is no field `chair` here; hint: the guide to the templates lists the fields".to_owned(),
                "template `letter.docx`, text: `{{ref}}`: there is no field `ref` here; hint: `ref` is a field of another place; check the blocks around it".to_owned(),
                "template `letter.docx`, text: `{{shout name}}`: there is no field and no function `shout`; hint: the guide to the templates lists the fields".to_owned(),
            ]
        );
    }

    #[test]
    fn a_list_is_not_printed_as_text() {
        let said = mistakes(&line("{{cases}} {{chair}}"), &json!({ "cases": [1], "chair": { "name": "x" } }));
        assert_eq!(
            said,
            [
                "template `letter.docx`, text: `{{cases}}`: `cases` is a list, not a text; hint: go through it with `{{#each cases}}`, or name a field in it",
                "template `letter.docx`, text: `{{chair}}`: `chair` is a list, not a text; hint: go through it with `{{#each chair}}`, or name a field in it",
            ]
        );
    }

    #[test]
    fn links_content_controls_text_boxes_and_inner_tables_are_filled() {
        let boxed = format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{}{}{}</w:txbxContent></mc:Choice></mc:AlternateContent></w:r></w:p>",
            line("{{#each cases}}"),
            line("{{ref}}"),
            line("{{/each}}")
        );
        let link =
            format!("<w:p><w:hyperlink r:id=\"a\">{}</w:hyperlink>{}</w:p>", run("{{pan"), run("el}}"));
        let control = format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", line("{{panel}}"));
        let inner = table(&[&["{{#each cases}}{{ref}}", "y{{/each}}"]]);
        let outer = format!("<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>");
        let data = json!({ "panel": "North", "cases": [{ "ref": "1" }, { "ref": "2" }] });
        let text = plain(&[boxed, link, control, outer].concat(), &data);
        assert_eq!(text.split_whitespace().collect::<Vec<_>>(), ["1", "2", "North", "North", "1|y|", "2|y|"]);
    }

    #[test]
    fn braces_and_backslashes_of_the_template_itself_stay() {
        let body = "<w:p><w:r><w:drawing><a:ext uri=\"{{28A0}}\" x='\\'/></w:drawing></w:r><w:r><w:t>C:\\</w:t></w:r><w:r><w:t>{{name}}</w:t></w:r></w:p>";
        let xml = filled(body, &json!({ "name": "x" }));
        assert!(xml.contains("uri=\"{{28A0}}\"") && xml.contains("C:\\") && xml.contains(">x<"), "{xml}");
    }

    #[test]
    fn the_same_bytes_each_time() {
        let template = docx(&line("{{name}}"), &[("word/styles.xml", "<w:styles/>")]);
        let first = fill(&template, "t.docx", &json!({ "name": "x" })).unwrap();
        assert_eq!(first, fill(&template, "t.docx", &json!({ "name": "x" })).unwrap());
    }

    #[test]
    fn what_is_no_word_file_is_said_to_be_none() {
        let error = fill(b"PK nonsense", "agenda.docx", &json!({})).unwrap_err().to_string();
        assert!(error.starts_with("the template `agenda.docx` is not a Word document: "), "{error}");
    }
}
