//! Marks inside a text that stand for what Word has and `docx-rs` cannot write: controls, legacy fields, tracked changes.
//!
//! A mark is private-use characters round a name and its parts. [`crate::word`] carries it through as a run of its own, and
//! [`swap`] puts the real XML in its place.

use std::fmt::Write as _;

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
const PART: char = '\u{E002}';

/// How a form takes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// Content controls of Word 2010 and later.
    Controls,
    /// Typed text and typed tick characters.
    Typed,
    /// The form fields of Word 97 to 2007.
    Legacy,
}

fn mark(name: &str, parts: &[&str]) -> String {
    let mut text = format!("{OPEN}{name}");
    for part in parts {
        text.push(PART);
        text.push_str(part);
    }
    text.push(CLOSE);
    text
}

pub fn tick(answers: Answers, on: bool) -> String {
    let state = if on { "1" } else { "0" };
    match answers {
        Answers::Controls => mark("check", &[state]),
        Answers::Legacy => mark("legacycheck", &[state]),
        Answers::Typed if on => "☒".to_owned(),
        Answers::Typed => "☐".to_owned(),
    }
}

/// A line of text in the form's own way; an empty `value` leaves the prompt standing.
pub fn text(answers: Answers, key: &str, value: &str) -> String {
    match answers {
        Answers::Controls => mark("text", &[key, value]),
        Answers::Legacy => mark("legacytext", &[key, value]),
        Answers::Typed => value.to_owned(),
    }
}

pub fn date(answers: Answers, key: &str, value: &str) -> String {
    match answers {
        Answers::Controls => mark("date", &[key, value]),
        Answers::Legacy | Answers::Typed => text(answers, key, value),
    }
}

pub fn choice(answers: Answers, key: &str, options: &[String], value: &str) -> String {
    match answers {
        Answers::Controls => mark("choice", &[key, value, &options.join("|")]),
        Answers::Legacy | Answers::Typed => text(answers, key, value),
    }
}

/// Ends the pages so far; they were portrait or landscape.
pub fn section_end(landscape: bool) -> String {
    mark(if landscape { "landscape" } else { "portrait" }, &[])
}

/// Splits a text into marks and what stands between them.
pub fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let Some(end) = rest[start..].find(CLOSE).map(|at| start + at + CLOSE.len_utf8()) else { break };
        if start > 0 {
            pieces.push((&rest[..start], false));
        }
        pieces.push((&rest[start..end], true));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push((rest, false));
    }
    pieces
}

/// `[+words+]` and `[-words-]` in prose become marks for a tracked insertion and deletion.
pub fn tracked(text: &str) -> String {
    let mut text = text.to_owned();
    for (open, close, name) in [("[+", "+]", "inserted"), ("[-", "-]", "deleted")] {
        while let Some(start) = text.find(open) {
            let Some(end) = text[start..].find(close).map(|at| start + at) else { break };
            let words = mark(name, &[&text[start + 2..end]]);
            text.replace_range(start..end + 2, &words);
        }
    }
    text
}

/// Puts the real XML where the marks stand in a finished `document.xml`.
pub fn swap(xml: &str) -> String {
    let section = body_section(xml).to_owned();
    let mut out = String::with_capacity(xml.len() * 2);
    let mut rest = xml;
    let mut id = 100_u32;
    while let Some(at) = rest.find(OPEN) {
        let end = at + rest[at..].find(CLOSE).expect("marks are closed");
        let inside = rest[at + OPEN.len_utf8()..end].to_owned();
        let mut parts = inside.split(PART);
        let name = parts.next().unwrap_or_default();
        let parts: Vec<&str> = parts.collect();
        let paragraph = matches!(name, "landscape" | "portrait");
        let (open, close) = if paragraph { ("<w:p ", "</w:p>") } else { ("<w:r>", "</w:r>") };
        let start = rest[..at].rfind(open).expect("a mark stands in a run");
        let stop = end + rest[end..].find(close).expect("runs end") + close.len();
        out.push_str(&rest[..start]);
        id += 1;
        let style = run_style(&rest[start..at]);
        match name {
            "landscape" | "portrait" => {
                let _ = write!(out, "<w:p><w:pPr>{}</w:pPr></w:p>", turned(&section, name == "landscape"));
            }
            _ => out.push_str(&run(name, &parts, style, id)),
        }
        rest = &rest[stop..];
    }
    out.push_str(rest);
    out
}

fn run_style(run: &str) -> &str {
    match (run.find("<w:rPr>"), run.find("</w:rPr>")) {
        (Some(start), Some(end)) => &run[start..end + "</w:rPr>".len()],
        _ => "",
    }
}

fn run(name: &str, parts: &[&str], style: &str, id: u32) -> String {
    let words = |text: &str| format!("<w:r>{style}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    match name {
        "check" => {
            let (glyph, state) = if parts[0] == "1" { ("☒", "1") } else { ("☐", "0") };
            format!(
                "<w:sdt><w:sdtPr>{style}<w:id w:val=\"{id}\"/><w14:checkbox><w14:checked w14:val=\"{state}\"/><w14:checkedState w14:val=\"2612\" \
                 w14:font=\"MS Gothic\"/><w14:uncheckedState w14:val=\"2610\" w14:font=\"MS Gothic\"/></w14:checkbox></w:sdtPr>\
                 <w:sdtContent><w:r><w:rPr><w:rFonts w:ascii=\"MS Gothic\" w:eastAsia=\"MS Gothic\" w:hAnsi=\"MS Gothic\" \
                 w:hint=\"eastAsia\"/></w:rPr><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
            )
        }
        "legacycheck" => legacy_check(parts[0] == "1", style),
        "legacytext" => legacy_text(parts[0], parts[1], style),
        "text" => control(
            parts[0],
            parts[1],
            "<w:text w:multiLine=\"1\"/>",
            "Click or tap here to enter text.",
            style,
            id,
        ),
        "date" => {
            control(parts[0], parts[1], &date_kind(parts[1]), "Click or tap to enter a date.", style, id)
        }
        "choice" => control(parts[0], parts[1], &choice_kind(parts[2]), "Choose an item.", style, id),
        "inserted" => format!(
            "<w:ins w:id=\"{id}\" w:author=\"Team manager\" w:date=\"2026-11-12T09:00:00Z\">{}</w:ins>",
            words(parts[0])
        ),
        "deleted" => format!(
            "<w:del w:id=\"{id}\" w:author=\"Team manager\" w:date=\"2026-11-12T09:00:00Z\"><w:r>{style}<w:delText xml:space=\"preserve\">{}</w:delText></w:r></w:del>",
            parts[0]
        ),
        _ => unreachable!("`{name}` is no mark"),
    }
}

fn control(key: &str, value: &str, kind: &str, prompt: &str, style: &str, id: u32) -> String {
    let (empty, content) = if value.is_empty() {
        let grey = "<w:rPr><w:rStyle w:val=\"PlaceholderText\"/><w:color w:val=\"808080\"/></w:rPr>";
        ("<w:showingPlcHdr/>", format!("<w:r>{grey}<w:t>{prompt}</w:t></w:r>"))
    } else {
        ("", format!("<w:r>{style}<w:t xml:space=\"preserve\">{value}</w:t></w:r>"))
    };
    format!(
        "<w:sdt><w:sdtPr>{style}<w:alias w:val=\"{key}\"/><w:tag w:val=\"{key}\"/><w:id w:val=\"{id}\"/>{empty}{kind}</w:sdtPr>\
         <w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
}

fn date_kind(value: &str) -> String {
    let full = match value.split('/').collect::<Vec<_>>()[..] {
        [day, month, year] => format!(" w:fullDate=\"{year}-{month}-{day}T00:00:00Z\""),
        _ => String::new(),
    };
    format!(
        "<w:date{full}><w:dateFormat w:val=\"dd/MM/yyyy\"/><w:lid w:val=\"en-GB\"/><w:storeMappedDataAs w:val=\"dateTime\"/>\
         <w:calendar w:val=\"gregorian\"/></w:date>"
    )
}

fn choice_kind(options: &str) -> String {
    let mut xml = "<w:dropDownList><w:listItem w:value=\"Choose an item.\"/>".to_owned();
    for option in options.split('|') {
        let _ = write!(xml, "<w:listItem w:displayText=\"{option}\" w:value=\"{option}\"/>");
    }
    xml.push_str("</w:dropDownList>");
    xml
}

fn legacy_check(on: bool, style: &str) -> String {
    // Word leaves `w:val` out when the box is ticked.
    let state = if on { "<w:checked/>" } else { "<w:checked w:val=\"0\"/>" };
    format!(
        "<w:r>{style}<w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"Check\"/><w:enabled/><w:calcOnExit w:val=\"0\"/>\
         <w:checkBox><w:sizeAuto/><w:default w:val=\"0\"/>{state}</w:checkBox></w:ffData></w:fldChar></w:r>\
         <w:r>{style}<w:instrText xml:space=\"preserve\"> FORMCHECKBOX </w:instrText></w:r>\
         <w:r>{style}<w:fldChar w:fldCharType=\"separate\"/></w:r><w:r>{style}<w:fldChar w:fldCharType=\"end\"/></w:r>"
    )
}

fn legacy_text(key: &str, value: &str, style: &str) -> String {
    let value = if value.is_empty() { "\u{2002}\u{2002}\u{2002}\u{2002}\u{2002}" } else { value };
    let key: String = key.chars().take(20).collect();
    format!(
        "<w:r>{style}<w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"{key}\"/><w:enabled/><w:calcOnExit w:val=\"0\"/><w:textInput/>\
         </w:ffData></w:fldChar></w:r><w:r>{style}<w:instrText xml:space=\"preserve\"> FORMTEXT </w:instrText></w:r>\
         <w:r>{style}<w:fldChar w:fldCharType=\"separate\"/></w:r><w:r>{style}<w:t xml:space=\"preserve\">{value}</w:t></w:r>\
         <w:r>{style}<w:fldChar w:fldCharType=\"end\"/></w:r>"
    )
}

/// The last `sectPr`, which holds the header and footer references every section shares.
fn body_section(xml: &str) -> &str {
    let start = xml.rfind("<w:sectPr").expect("a document has a section");
    let end = xml.rfind("</w:sectPr>").expect("a section ends") + "</w:sectPr>".len();
    &xml[start..end]
}

fn turned(section: &str, landscape: bool) -> String {
    let page = if landscape {
        "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
    } else {
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
    };
    let start = section.find("<w:pgSz").expect("page size is set");
    let end = start + section[start..].find("/>").expect("an empty element") + 2;
    format!("{}{page}{}", &section[..start], &section[end..])
}
