//! One pass over the XML of a Word part: what it says once insertions are taken and deletions left out.
//!
//! Elements it does not know are walked through, so that text in wrappers nobody has thought of is still read.

use crate::panel::seen::{Block, Mark};
use crate::paper::glyphs;
use crate::paper::word_controls::Control;
use crate::paper::word_fields::FieldStack;
use crate::paper::word_frames::Frames;
use crate::paper::word_styles::{self, Looks, Styles};
use crate::paper::wording;
use crate::paper::xml::{Element, Ns, Piece, Stopped, Xml};

/// What came out of one part.
#[derive(Debug)]
pub struct Walked {
    pub blocks: Vec<Block>,
    /// The first paragraph in the title style.
    pub title: Option<String>,
    pub insertions: u32,
    pub deletions: u32,
    pub hidden_words: u32,
    /// Addresses that field codes point at.
    pub external: Vec<String>,
    /// Identifiers of the headers and footers that are shown, in order.
    pub margins: Vec<String>,
    /// Entities the document defines itself, left out.
    pub entities: u32,
    /// Tables or boxes nested too deeply to be kept as such.
    pub flattened: u32,
    pub stopped: Option<Stopped>,
}

/// What an open element means for its content and for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    /// Nothing inside is read.
    Skip,
    Paragraph,
    ParagraphProperties,
    /// Of the paragraph's end.
    MarkProperties,
    Run,
    RunProperties,
    Table,
    Row,
    RowProperties,
    Cell,
    CellProperties,
    TextBox,
    Control,
    ControlProperties,
    ControlContent,
    Deleted,
    Text,
    Instruction,
    FieldStart,
    SimpleField,
    FormField,
    Alternatives,
    /// The same, one of them already read.
    AlternativeTaken,
    Section,
    SkippedNote,
    DrawnParagraph,
}

struct Walker<'s> {
    styles: &'s Styles,
    even_pages_differ: bool,
    frames: Frames,
    roles: Vec<Role>,
    fields: FieldStack,
    controls: Vec<Control>,
    /// Deletions we are inside of.
    deleted: u32,
    section: Vec<(String, String)>,
    first_page_differs: bool,
    walked: Walked,
}

/// Reads the body of `document.xml`, a header, a footer or the notes.
pub fn walk(part: &[u8], styles: &Styles, even_pages_differ: bool) -> Walked {
    let mut walker = Walker {
        styles,
        even_pages_differ,
        frames: Frames::new(),
        roles: Vec::new(),
        fields: FieldStack::default(),
        controls: Vec::new(),
        deleted: 0,
        section: Vec::new(),
        first_page_differs: false,
        walked: Walked {
            blocks: Vec::new(),
            title: None,
            insertions: 0,
            deletions: 0,
            hidden_words: 0,
            external: Vec::new(),
            margins: Vec::new(),
            entities: 0,
            flattened: 0,
            stopped: None,
        },
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next() {
            Ok(Some(Piece::Open(element))) => walker.open(&element),
            Ok(Some(Piece::Close)) => walker.close(),
            Ok(Some(Piece::Text(text))) => walker.text(&text),
            Ok(None) => break,
            Err(stopped) => {
                walker.walked.stopped = Some(stopped);
                break;
            }
        }
    }
    let mut walked = walker.walked;
    walked.entities = xml.entities;
    walked.flattened = walker.frames.flattened;
    walked.blocks = walker.frames.finish();
    walked.external.append(&mut walker.fields.external);
    walked
}

impl Walker<'_> {
    fn role(&self) -> Role {
        self.roles.last().copied().unwrap_or(Role::Plain)
    }

    fn open(&mut self, element: &Element<'_>) {
        let role = match (self.role(), element.ns) {
            (Role::Skip, _) => Role::Skip,
            (Role::Alternatives | Role::AlternativeTaken, _) => self.open_alternative(element),
            (_, Ns::Word) => self.open_word(element),
            (Role::ControlProperties, Ns::Word2010) => self.open_control_property(element),
            (_, Ns::Compatibility) if element.name() == b"AlternateContent" => Role::Alternatives,
            (_, Ns::Math) if element.name() == b"t" => Role::Text,
            (_, Ns::Drawing) => match element.name() {
                b"t" => Role::Text,
                b"p" => Role::DrawnParagraph,
                _ => Role::Plain,
            },
            _ => Role::Plain,
        };
        self.roles.push(role);
    }

    fn open_alternative(&mut self, element: &Element<'_>) -> Role {
        let taken = self.role() == Role::AlternativeTaken;
        if taken || !matches!(element.name(), b"Choice" | b"Fallback") {
            return Role::Skip;
        }
        if let Some(last) = self.roles.last_mut() {
            *last = Role::AlternativeTaken;
        }
        Role::Plain
    }

    fn open_word(&mut self, element: &Element<'_>) -> Role {
        match self.role() {
            Role::ParagraphProperties => self.open_paragraph_property(element),
            Role::MarkProperties => self.open_mark_property(element),
            Role::RunProperties => self.open_run_property(element),
            Role::RowProperties => self.open_row_property(element),
            Role::CellProperties => self.open_cell_property(element),
            Role::ControlProperties => self.open_control_property(element),
            Role::Section => self.open_section_property(element),
            Role::FieldStart | Role::FormField => self.open_form_field(element),
            Role::Run => self.open_in_run(element),
            _ => self.open_content(element),
        }
    }

    fn open_content(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"p" if self.frames.open_paragraph(self.styles.usual()) => Role::Paragraph,
            b"pPr" => Role::ParagraphProperties,
            b"r" => self.open_run(),
            b"tbl" if self.frames.open_table() => Role::Table,
            b"tr" if self.frames.open_row() => Role::Row,
            b"trPr" => Role::RowProperties,
            b"tc" if self.frames.open_cell() => Role::Cell,
            b"tcPr" => Role::CellProperties,
            b"txbxContent" if self.frames.open_box() => Role::TextBox,
            b"sdt" => self.open_control(),
            b"sdtPr" => Role::ControlProperties,
            b"sdtContent" => self.open_control_content(),
            b"ins" | b"moveTo" => {
                self.walked.insertions += 1;
                Role::Plain
            }
            b"del" | b"moveFrom" => {
                self.walked.deletions += 1;
                self.deleted += 1;
                Role::Deleted
            }
            b"fldSimple" => {
                let instruction = element.attribute("instr").unwrap_or_default();
                self.fields.open_simple(&instruction);
                Role::SimpleField
            }
            b"sectPr" => {
                self.section.clear();
                self.first_page_differs = false;
                Role::Section
            }
            b"footnote" | b"endnote" if element.attribute("type").is_some_and(|kind| kind != "normal") => {
                Role::SkippedNote
            }
            b"tblPr" | b"tblGrid" | b"tblPrEx" | b"sdtEndPr" | b"rPr" | b"comment" => Role::Skip,
            _ => Role::Plain,
        }
    }

    fn open_run(&mut self) -> Role {
        if let Some(paragraph) = self.frames.paragraph() {
            paragraph.run = Looks::default();
            paragraph.run_style = Looks::default();
        }
        Role::Run
    }

    fn open_in_run(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"rPr" => return Role::RunProperties,
            b"t" => return Role::Text,
            b"instrText" => return Role::Instruction,
            b"delText" | b"delInstrText" => return Role::Skip,
            b"fldChar" => return self.open_field_mark(element),
            b"tab" | b"ptab" => self.put("\t"),
            b"br" | b"cr" => self.put("\n"),
            b"noBreakHyphen" => self.put("-"),
            b"sym" => self.put_symbol(element),
            _ => return self.open_content(element),
        }
        Role::Skip
    }

    fn open_field_mark(&mut self, element: &Element<'_>) -> Role {
        match element.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.fields.begin();
                return Role::FieldStart;
            }
            Some("separate") => self.fields.separate(),
            Some("end") => self.fields.end(),
            _ => {}
        }
        Role::Skip
    }

    fn open_form_field(&mut self, element: &Element<'_>) -> Role {
        if let Some(field) = self.fields.last() {
            field.take(element);
        }
        Role::FormField
    }

    fn open_paragraph_property(&mut self, element: &Element<'_>) -> Role {
        let styles = self.styles;
        match element.name() {
            b"rPr" => return Role::MarkProperties,
            b"sectPr" => return self.open_content(element),
            b"pPrChange" => return Role::Skip,
            b"pStyle" => {
                let style = element.attribute("val").and_then(|id| styles.get(&id));
                if let (Some(style), Some(paragraph)) = (style, self.frames.paragraph()) {
                    paragraph.style = style.clone();
                }
            }
            b"outlineLvl" => {
                if let Some(paragraph) = self.frames.paragraph() {
                    paragraph.outline = word_styles::outline(element);
                }
            }
            _ => {}
        }
        Role::Plain
    }

    fn open_mark_property(&mut self, element: &Element<'_>) -> Role {
        if matches!(element.name(), b"del" | b"moveFrom")
            && let Some(paragraph) = self.frames.paragraph()
        {
            paragraph.mark_deleted = true;
        }
        Role::Skip
    }

    fn open_run_property(&mut self, element: &Element<'_>) -> Role {
        let styles = self.styles;
        if let Some(paragraph) = self.frames.paragraph() {
            if element.name() == b"rStyle" {
                let style = element.attribute("val").and_then(|id| styles.get(&id));
                paragraph.run_style = style.map(|style| style.looks.clone()).unwrap_or_default();
            } else {
                paragraph.run.take(element);
            }
        }
        Role::Skip
    }

    fn open_row_property(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"ins" => self.walked.insertions += 1,
            b"del" => self.walked.deletions += 1,
            _ => {}
        }
        if let Some(row) = self.frames.row() {
            match element.name() {
                b"gridBefore" => row.skip(element.number("val").unwrap_or(0).min(1_000)),
                b"del" => row.deleted = true,
                _ => {}
            }
        }
        Role::Skip
    }

    fn open_cell_property(&mut self, element: &Element<'_>) -> Role {
        if let Some(cell) = self.frames.cell() {
            let goes_on = || element.attribute("val").is_none_or(|value| value == "continue");
            match element.name() {
                b"gridSpan" => cell.across = element.number("val").unwrap_or(1).clamp(1, 1_000),
                b"vMerge" => cell.continued = goes_on(),
                b"hMerge" => cell.merged_left = goes_on(),
                b"cellDel" => cell.deleted = true,
                _ => {}
            }
        }
        Role::Skip
    }

    fn open_control(&mut self) -> Role {
        let in_line = self.frames.paragraph().is_some();
        let round_cell = self.frames.row().is_some();
        self.controls.push(Control::new(in_line || round_cell));
        Role::Control
    }

    fn open_control_property(&mut self, element: &Element<'_>) -> Role {
        let Some(control) = self.controls.last_mut() else { return Role::Skip };
        if control.take(element) { Role::ControlProperties } else { Role::Skip }
    }

    fn open_control_content(&mut self) -> Role {
        if let Some((shown, mark)) = self.controls.last().and_then(Control::shown) {
            self.put_marked(shown, mark);
        }
        Role::ControlContent
    }

    fn open_section_property(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"headerReference" | b"footerReference" => {
                let page = element.attribute("type").unwrap_or_else(|| "default".to_owned());
                if let Some(id) = element.attribute("id") {
                    self.section.push((page, id));
                }
            }
            b"titlePg" => self.first_page_differs = element.on(),
            _ => {}
        }
        Role::Skip
    }

    fn close(&mut self) {
        match self.roles.pop() {
            Some(Role::Paragraph) => self.close_paragraph(),
            Some(Role::Table) => self.frames.close_table(),
            Some(Role::Row) => self.frames.close_row(),
            Some(Role::Cell) => self.frames.close_cell(),
            Some(Role::TextBox) => self.frames.close_box(),
            Some(Role::Control) => {
                self.controls.pop();
            }
            Some(Role::Deleted) => self.deleted -= 1,
            Some(Role::FieldStart) => {
                if let Some((shown, mark)) = self.fields.last().and_then(|field| field.shown()) {
                    self.put_marked(&shown, mark);
                }
            }
            Some(Role::SimpleField) => self.fields.end(),
            Some(Role::Section) => self.close_section(),
            Some(Role::DrawnParagraph) => self.put("\n"),
            _ => {}
        }
    }

    fn close_paragraph(&mut self) {
        if self.walked.title.is_none()
            && let Some(paragraph) = self.frames.paragraph()
            && paragraph.style.is_title
        {
            let title = paragraph.line.text().trim().to_owned();
            self.walked.title = Some(title).filter(|title| !title.is_empty());
        }
        self.frames.close_paragraph();
    }

    fn close_section(&mut self) {
        for (page, id) in std::mem::take(&mut self.section) {
            let shown = match page.as_str() {
                "first" => self.first_page_differs,
                "even" => self.even_pages_differ,
                _ => true,
            };
            if shown && !self.walked.margins.contains(&id) {
                self.walked.margins.push(id);
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.role() {
            Role::Text => self.put(text),
            Role::Instruction if self.deleted == 0 => self.fields.instruct(text),
            _ => {}
        }
    }

    fn put_symbol(&mut self, element: &Element<'_>) {
        let font = element.attribute("font").unwrap_or_default();
        let code = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        if let Some(letter) = code.and_then(|code| glyphs::in_symbol_font(&font, code)) {
            self.put(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Writes text as the run's looks, the field and the content control around it make it.
    fn put(&mut self, text: &str) {
        if self.deleted > 0 || self.fields.is_silent() || text.is_empty() {
            return;
        }
        let looks = self.looks();
        if looks.hidden == Some(true) {
            self.walked.hidden_words += wording::count(text);
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
                    // The control's own state has been written already.
                    if !in_box {
                        let tick = if mark == Mark::Struck { Mark::Unticked } else { tick };
                        self.frames.put(letter.encode_utf8(&mut [0; 4]), tick);
                    }
                }
                None => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            self.frames.put(&plain, mark);
        }
    }

    fn put_marked(&mut self, text: &str, mark: Mark) {
        if self.deleted == 0 && self.looks().hidden != Some(true) {
            self.frames.put(text, mark);
        }
    }

    fn looks(&mut self) -> Looks {
        let Some(paragraph) = self.frames.paragraph() else { return Looks::default() };
        paragraph.run.over(&paragraph.run_style).over(&paragraph.style.looks)
    }
}
