//! One pass over the XML of a Word part: what it says once insertions are taken and deletions left out.
//!
//! Elements it does not know are walked through, so that text in wrappers nobody has thought of is still read.

use std::collections::BTreeSet;

use crate::paper::ooxml::xml::{Element, Ns, Piece, Xml};
use crate::paper::said::apart::{Drawing, Drawn};
use crate::paper::said::wording;
use crate::paper::word::controls::Control;
use crate::paper::word::insets::{self, Inset, Insets};
use crate::paper::word::margins::Margins;
use crate::paper::word::numbering::Numbering;
use crate::paper::word::pen::Pen;
use crate::paper::word::roles::Role;
use crate::paper::word::styles::{self, Looks, Styles};
use crate::paper::word::walked::{Around, NoteId, Walked, note};

struct Walker<'s> {
    styles: &'s Styles,
    insets: &'s Insets,
    numbering: Option<Numbering>,
    pen: Pen,
    roles: Vec<Role>,
    margins: Margins,
    walked: Walked,
    notes: Option<&'s BTreeSet<NoteId>>,
    /// The note that is being read, and how many blocks came before it.
    note: Option<(Drawing, usize)>,
}

/// Reads the body of `document.xml`, a header, a footer or the notes.
pub fn walk(part: &[u8], around: Around<'_>) -> Walked {
    let mut walker = Walker {
        styles: around.styles,
        insets: around.insets,
        numbering: around.numbering.cloned(),
        pen: Pen::new(),
        roles: Vec::new(),
        margins: Margins::new(around.even_pages_differ),
        walked: Walked::default(),
        notes: around.notes,
        note: None,
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
    walked.margins = walker.margins.shown;
    walked.hidden_words = walker.pen.hidden_words;
    walked.flattened = walker.pen.frames.flattened;
    walked.blocks = walker.pen.frames.finish();
    walked.external.append(&mut walker.pen.fields.external);
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
            (_, Ns::Other) => self.open_drawing(element),
            _ => Role::Plain,
        };
        self.roles.push(role);
    }

    /// A place where a chart or diagram stands, or lettering.
    fn open_drawing(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"chart" => self.inset(element.attribute("id")),
            b"relIds" => self.inset(element.attribute("dm")),
            _ => {
                if let Some(inset) = insets::lettering(element) {
                    self.draw(&inset);
                }
            }
        }
        Role::Plain
    }

    fn inset(&mut self, id: Option<String>) {
        let insets = self.insets;
        if let Some(inset) = id.and_then(|id| insets.found.get(&id)) {
            self.draw(inset);
        }
    }

    fn draw(&mut self, inset: &Inset) {
        if self.pen.deleted == 0 {
            self.pen.frames.inset(&inset.blocks);
            self.walked.drawn.push(Drawn { what: inset.what, text: wording::text_of(&inset.blocks) });
        }
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
            Role::ListPlace => {
                if let Some(paragraph) = self.pen.frames.paragraph() {
                    paragraph.place.take(element);
                }
                Role::Skip
            }
            Role::MarkProperties => self.open_mark_property(element),
            Role::RunProperties => self.open_run_property(element),
            Role::RowProperties => self.open_row_property(element),
            Role::CellProperties => self.open_cell_property(element),
            Role::ControlProperties => self.open_control_property(element),
            Role::Section => {
                self.margins.take(element);
                Role::Skip
            }
            Role::FieldStart | Role::FormField => self.open_form_field(element),
            Role::Run => self.open_in_run(element),
            _ => self.open_content(element),
        }
    }

    fn open_content(&mut self, element: &Element<'_>) -> Role {
        match element.name() {
            b"p" if self.pen.frames.open_paragraph(self.styles.usual()) => Role::Paragraph,
            b"pPr" => Role::ParagraphProperties,
            b"r" => self.open_run(),
            b"tbl" if self.pen.frames.open_table() => Role::Table,
            b"tr" if self.pen.frames.open_row() => Role::Row,
            b"trPr" => Role::RowProperties,
            b"tc" if self.pen.frames.open_cell() => Role::Cell,
            b"tcPr" => Role::CellProperties,
            b"txbxContent" if self.pen.frames.open_box() => Role::TextBox,
            b"sdt" => self.open_control(),
            b"sdtPr" => Role::ControlProperties,
            b"sdtContent" => self.open_control_content(),
            b"ins" | b"moveTo" => {
                self.walked.insertions += 1;
                Role::Plain
            }
            b"del" | b"moveFrom" => {
                self.walked.deletions += 1;
                self.pen.deleted += 1;
                Role::Deleted
            }
            b"fldSimple" => {
                let instruction = element.attribute("instr").unwrap_or_default();
                self.pen.fields.open_simple(&instruction);
                Role::SimpleField
            }
            b"sectPr" => {
                self.margins.open_section();
                Role::Section
            }
            b"footnote" | b"endnote" => self.open_note(element),
            b"footnoteReference" | b"endnoteReference" if self.pen.deleted == 0 => {
                self.walked.notes.insert(note(element));
                Role::Skip
            }
            b"altChunk" => {
                self.inset(element.attribute("id"));
                Role::Skip
            }
            b"tblPr" | b"tblGrid" | b"tblPrEx" | b"sdtEndPr" | b"rPr" | b"comment" => Role::Skip,
            _ => Role::Plain,
        }
    }

    /// A note that is referred to is read; what divides notes from the text, and a note that nothing refers to, is not shown.
    fn open_note(&mut self, element: &Element<'_>) -> Role {
        let own = element.attribute("type").is_none_or(|kind| kind == "normal");
        let note = note(element);
        if !own || self.notes.is_some_and(|notes| !notes.contains(&note)) {
            return Role::Skip;
        }
        self.note = Some((note.0, self.pen.frames.settled(0).0));
        Role::Note
    }

    fn close_note(&mut self) {
        if let Some((what, from)) = self.note.take() {
            let text = self.pen.frames.settled(from).1;
            self.walked.drawn.push(Drawn { what, text });
        }
    }

    fn open_run(&mut self) -> Role {
        if let Some(paragraph) = self.pen.frames.paragraph() {
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
            b"tab" | b"ptab" => self.pen.put("\t"),
            b"br" | b"cr" => self.pen.put("\n"),
            b"noBreakHyphen" => self.pen.put("-"),
            b"sym" => self.pen.put_symbol(element),
            _ => return self.open_content(element),
        }
        Role::Skip
    }

    fn open_field_mark(&mut self, element: &Element<'_>) -> Role {
        match element.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.pen.fields.begin();
                return Role::FieldStart;
            }
            Some("separate") => self.pen.fields.separate(),
            Some("end") => self.pen.fields.end(),
            _ => {}
        }
        Role::Skip
    }

    fn open_form_field(&mut self, element: &Element<'_>) -> Role {
        if let Some(field) = self.pen.fields.last() {
            field.take(element);
        }
        Role::FormField
    }

    fn open_paragraph_property(&mut self, element: &Element<'_>) -> Role {
        let styles = self.styles;
        match element.name() {
            b"rPr" => return Role::MarkProperties,
            b"sectPr" => return self.open_content(element),
            b"numPr" => return Role::ListPlace,
            b"pPrChange" => return Role::Skip,
            b"pStyle" => {
                let style = element.attribute("val").and_then(|id| styles.get(&id));
                if let (Some(style), Some(paragraph)) = (style, self.pen.frames.paragraph()) {
                    paragraph.style = style.clone();
                }
            }
            b"outlineLvl" => {
                if let Some(paragraph) = self.pen.frames.paragraph() {
                    paragraph.outline = styles::outline(element);
                }
            }
            _ => {}
        }
        Role::Plain
    }

    fn open_mark_property(&mut self, element: &Element<'_>) -> Role {
        if matches!(element.name(), b"del" | b"moveFrom")
            && let Some(paragraph) = self.pen.frames.paragraph()
        {
            paragraph.mark_deleted = true;
        }
        Role::Skip
    }

    fn open_run_property(&mut self, element: &Element<'_>) -> Role {
        let styles = self.styles;
        if let Some(paragraph) = self.pen.frames.paragraph() {
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
        if let Some(row) = self.pen.frames.row() {
            row.take(element);
        }
        Role::Skip
    }

    fn open_cell_property(&mut self, element: &Element<'_>) -> Role {
        if let Some(cell) = self.pen.frames.cell() {
            cell.take(element);
        }
        Role::Skip
    }

    fn open_control(&mut self) -> Role {
        let in_line = self.pen.frames.paragraph().is_some();
        let round_cell = self.pen.frames.row().is_some();
        self.pen.controls.push(Control::new(in_line, round_cell));
        Role::Control
    }

    fn open_control_property(&mut self, element: &Element<'_>) -> Role {
        let Some(control) = self.pen.controls.last_mut() else { return Role::Skip };
        if control.take(element) { Role::ControlProperties } else { Role::Skip }
    }

    fn open_control_content(&mut self) -> Role {
        let here = self.pen.controls.last().filter(|control| !control.round_cell);
        if let Some((shown, mark)) = here.and_then(Control::shown) {
            self.pen.put_marked(shown, mark);
        }
        Role::ControlContent
    }

    fn close(&mut self) {
        match self.roles.pop() {
            Some(Role::Paragraph) => self.close_paragraph(),
            Some(Role::Table) => self.pen.frames.close_table(),
            Some(Role::Row) => self.pen.frames.close_row(),
            Some(Role::Cell) => self.pen.frames.close_cell(),
            Some(Role::TextBox) => {
                let text = self.pen.frames.close_box();
                self.walked.drawn.push(Drawn { what: Drawing::TextBox, text });
            }
            Some(Role::Note) => self.close_note(),
            Some(Role::Control) => {
                self.pen.controls.pop();
            }
            Some(Role::Deleted) => self.pen.deleted -= 1,
            Some(Role::FieldStart) => {
                if let Some((shown, mark)) = self.pen.fields.last().and_then(|field| field.shown()) {
                    self.pen.put_marked(&shown, mark);
                }
            }
            Some(Role::SimpleField) => self.pen.fields.end(),
            Some(Role::Section) => self.margins.close_section(),
            Some(Role::DrawnParagraph) => self.pen.put("\n"),
            _ => {}
        }
    }

    fn close_paragraph(&mut self) {
        if self.pen.deleted == 0
            && let (Some(numbering), Some(paragraph)) = (&mut self.numbering, self.pen.frames.paragraph())
        {
            self.walked.numbered.extend(paragraph.numbered(numbering));
        }
        if self.walked.title.is_none()
            && let Some(paragraph) = self.pen.frames.paragraph()
            && paragraph.style.is_title
        {
            let title = paragraph.line.text().trim().to_owned();
            self.walked.title = Some(title).filter(|title| !title.is_empty());
        }
        self.pen.frames.close_paragraph();
    }

    fn text(&mut self, text: &str) {
        match self.role() {
            Role::Text => self.pen.put(text),
            Role::Instruction if self.pen.deleted == 0 => self.pen.fields.instruct(text),
            _ => {}
        }
    }
}
