//! Opening a paper by the reader for its format: what it says, and a PDF of its pages where there can be one.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::finding::Finding;
use crate::panel::seen::{FileFormat, PaperFacts, Reading};
use crate::paper::edges;
use crate::paper::format::{self, Family};
use crate::paper::mail;
use crate::paper::mail::outlook;
use crate::paper::office;
use crate::paper::ooxml::package::ReadError;
use crate::paper::ooxml::strict;
use crate::paper::pdf;
use crate::paper::pdf::doubt;
use crate::paper::pdf::form;
use crate::paper::pdf::form::WidgetField;
use crate::paper::pdf::labels;
use crate::paper::pdf::open;
use crate::paper::pdf::printed;
use crate::paper::pdf::raster;
use crate::paper::pdf::seen_values;
use crate::paper::pdf::turn;
use crate::paper::picture::render;
use crate::paper::plain;
use crate::paper::said::apart::{Apart, Value};
use crate::paper::said::html;
use crate::paper::said::remarks;
use crate::paper::said::sentences;
use crate::paper::said::unseen;
use crate::paper::said::wording;
use crate::paper::sheet;
use crate::paper::sheet::cells;
use crate::paper::sheet::controls;
use crate::paper::sheet::drawn;
use crate::paper::word;
use crate::paper::word::layout::Ease;
use crate::paper::written;
use crate::pdf::cost;
use crate::pdf::text::{self, PageWords, page_numbers};

/// How far a paper is to be opened, and with what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth<'a> {
    /// The folder of bundled faces.
    pub fonts: &'a Path,
    pub most_pages: u32,
    pub pages: Pages,
}

/// What pages are wanted besides words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// As the paper's own program would print them.
    Engine,
    /// The same in a looser layout: rows as high as what they hold, boxes in the line of the text, nothing beyond the margins.
    Loose,
    /// What was read, set plainly: for papers that are too much for the engine.
    Plain,
    None,
}

impl Pages {
    /// Whether the engine makes them.
    fn by_engine(self) -> bool {
        matches!(self, Pages::Engine | Pages::Loose)
    }
}

/// Time from which the pages of a PDF are looked at for what they cost.
const SLOW: Duration = Duration::from_millis(1500);

/// A paper that has been opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub reading: Reading,
    /// Its pages, not yet checked.
    pub pdf: Option<Vec<u8>>,
    /// Papers inside it: name and content.
    pub attached: Vec<(String, Vec<u8>)>,
    /// Words to look for on the pages besides those of the reading, or not to.
    pub apart: Apart,
    /// What is to be said about the pages.
    pub findings: Vec<Finding>,
}

impl Opened {
    /// A paper of which nothing is known but its format.
    pub fn nothing(format: FileFormat) -> Self {
        Opened {
            reading: Reading::empty(format),
            pdf: None,
            attached: Vec::new(),
            apart: Apart::default(),
            findings: Vec::new(),
        }
    }

    /// Takes the pages made of it, or says that none could be.
    fn take(&mut self, made: Result<Vec<u8>, String>) {
        match made {
            Ok(pdf) => self.pdf = Some(pdf),
            Err(_) => self.findings.push(sentences::not_rendered(self.reading.format)),
        }
    }
}

/// Opens a paper of this format.
pub(crate) fn open(bytes: &[u8], format: FileFormat, depth: &Depth) -> Opened {
    match format {
        FileFormat::Pdf => open_pdf(bytes, depth),
        FileFormat::Word
        | FileFormat::WordMacro
        | FileFormat::Excel
        | FileFormat::ExcelMacro
        | FileFormat::PowerPoint => open_office(bytes, format, depth),
        FileFormat::Png
        | FileFormat::Jpeg
        | FileFormat::Tiff
        | FileFormat::Gif
        | FileFormat::Bmp
        | FileFormat::WebP => open_picture(bytes, format),
        FileFormat::Mail => open_mail(mail::letter::read(bytes), format),
        FileFormat::OutlookMail => open_mail(outlook::read(bytes), format),
        FileFormat::ExcelOld | FileFormat::ExcelBinary | FileFormat::OpenSheet => {
            open_cells(bytes, format, depth)
        }
        FileFormat::PlainText => open_text(&plain::decode(bytes), format),
        FileFormat::Html => {
            let page = html::read(&plain::decode(bytes));
            let mut paper = open_text(&page.text, format);
            paper.reading.facts.hidden_words = page.hidden_words;
            paper.reading.findings.extend(remarks::hidden_words(page.hidden_words));
            paper
        }
        other => {
            let mut paper = Opened::nothing(other);
            paper.findings.push(sentences::no_engine(other));
            paper
        }
    }
}

fn open_office(bytes: &[u8], format: FileFormat, depth: &Depth) -> Opened {
    let mut paper = Opened::nothing(format);
    // A strict file whose addresses cannot be rewritten is given to the reader as it is, which says what is wrong with it.
    let usual = strict::usual(bytes).unwrap_or(Cow::Borrowed(bytes));
    let bytes = &*usual;
    let with_controls = match format {
        FileFormat::Excel | FileFormat::ExcelMacro => controls::placed(bytes).unwrap_or(Cow::Borrowed(bytes)),
        _ => Cow::Borrowed(bytes),
    };
    let bytes = &*with_controls;
    let read = match format {
        FileFormat::Word | FileFormat::WordMacro => word::read::open(bytes).map(|(reading, apart)| {
            paper.apart = apart;
            reading
        }),
        FileFormat::PowerPoint => Ok(Reading::empty(format)),
        _ => sheet::read::open(bytes, format).map(|(reading, unprinted)| {
            paper.apart.running = unprinted;
            reading
        }),
    };
    match read {
        Ok(reading) => {
            paper.reading = Reading { format, ..reading };
            if matches!(format, FileFormat::Excel | FileFormat::ExcelMacro) {
                (paper.apart.drawn, paper.apart.pictures) =
                    drawn::take(bytes, &mut paper.reading).unwrap_or_default();
            }
        }
        // What our reader cannot make out, the engine may still show.
        Err(error @ (ReadError::Broken | ReadError::NoContent { .. })) if depth.pages.by_engine() => {
            match render_office(bytes, format, depth, &mut paper.findings, &mut paper.apart.values) {
                Ok(pdf) => {
                    paper.reading.findings.push(sentences::not_read());
                    paper.pdf = Some(pdf);
                }
                Err(_) => paper.reading.findings.push(sentences::unreadable_office(&error)),
            }
            return paper;
        }
        Err(error) => {
            paper.reading.findings.push(sentences::unreadable_office(&error));
            return paper;
        }
    }
    if depth.pages == Pages::Plain || (depth.pages.by_engine() && cells::is_large(&paper.reading)) {
        set_plainly(&mut paper);
    } else if depth.pages.by_engine() {
        match render_office(bytes, format, depth, &mut paper.findings, &mut paper.apart.values) {
            Err(_) if !paper.reading.text.trim().is_empty() => set_plainly(&mut paper),
            made => {
                if format::of(format).family == Family::Cells {
                    let unprinted = wording::count(&paper.apart.running);
                    paper.findings.extend(sentences::outside_print_area(unprinted));
                }
                paper.take(made);
            }
        }
    }
    paper
}

fn render_office(
    bytes: &[u8],
    format: FileFormat,
    depth: &Depth,
    findings: &mut Vec<Finding>,
    values: &mut Vec<Value>,
) -> Result<Vec<u8>, String> {
    let ease = if depth.pages == Pages::Loose { Ease::Loose } else { Ease::Needed };
    let ready = match format {
        FileFormat::Word | FileFormat::WordMacro => word::ready::ready(bytes, ease),
        FileFormat::Excel | FileFormat::ExcelMacro => {
            let ready = sheet::ready::ready(bytes, depth.pages == Pages::Loose);
            *values = ready.values;
            ready.bytes
        }
        _ => None,
    };
    let rendered = office::render(ready.as_deref().unwrap_or(bytes), format, depth.fonts)?;
    findings.extend(sentences::not_shown(rendered.warnings));
    clean(&edges::whole(&rendered.pdf))
}

/// Workbooks the engine cannot read, from their cells.
fn open_cells(bytes: &[u8], format: FileFormat, depth: &Depth) -> Opened {
    let mut paper = Opened::nothing(format);
    match sheet::read::read(bytes, format) {
        Ok(reading) => paper.reading = Reading { format, ..reading },
        Err(error) => {
            paper.reading.findings.push(sentences::unreadable_office(&error));
            return paper;
        }
    }
    if depth.pages != Pages::None {
        set_plainly(&mut paper);
    }
    paper
}

/// Sets what was read as plain pages and says so.
fn set_plainly(paper: &mut Opened) {
    if format::of(paper.reading.format).family == Family::Cells {
        // Plain pages show every cell that is read, in words of the reading's own.
        paper.apart.values = cells::numbers(&paper.reading.body);
        paper.apart.running.clear();
    }
    let made = written::blocks(&paper.reading, &paper.apart.numbered).and_then(|(pdf, left_out)| {
        paper.findings.push(sentences::set_plainly(paper.reading.format));
        if !left_out.is_empty() {
            paper.apart.values.clear();
        }
        paper.findings.extend(sentences::left_out(&left_out));
        clean(&pdf)
    });
    paper.take(made);
}

fn open_picture(bytes: &[u8], format: FileFormat) -> Opened {
    let mut paper = Opened::nothing(format);
    match render::render(bytes, format) {
        Ok(pdf) => paper.pdf = Some(pdf),
        Err(finding) => paper.reading.findings.push(*finding),
    }
    paper
}

fn open_mail(letter: Option<mail::letter::Letter>, format: FileFormat) -> Opened {
    let mut paper = Opened::nothing(format);
    let Some(letter) = letter else {
        paper.reading.findings.push(sentences::unreadable_mail());
        return paper;
    };
    paper.reading = letter.reading(format);
    paper.take(written::letter(&letter).and_then(|pdf| clean(&pdf)));
    paper.reading.findings.extend(sentences::attachments_left(letter.attachments.len(), letter.left));
    paper.attached = letter.attachments;
    paper
}

fn open_text(text: &str, format: FileFormat) -> Opened {
    let mut paper = Opened::nothing(format);
    paper.reading = plain::of_text(format, text);
    paper.take(written::text(text).and_then(|pdf| clean(&pdf)));
    paper
}

fn open_pdf(bytes: &[u8], depth: &Depth) -> Opened {
    let mut paper = Opened::nothing(FileFormat::Pdf);
    let opened = match open::open(bytes) {
        Ok(opened) => opened,
        Err(finding) => {
            paper.reading.findings.push(*finding);
            return paper;
        }
    };
    paper.reading.facts.pages = Some(opened.pages());
    paper.reading.facts.owner_locked = opened.owner_locked;
    paper.reading.findings.extend(opened.owner_locked.then(sentences::owner_locked));
    if depth.most_pages < opened.pages() {
        paper.reading.findings.push(sentences::too_many_pages(opened.pages(), depth.most_pages));
        return paper;
    }
    paper.reading.findings.extend(opened.findings.iter().cloned());
    let fields = opened.objects.as_ref().map(|(document, _)| form::read_placed(document)).unwrap_or_default();
    let made = opened.objects.is_some().then(|| pdf::normalise::normalise(&opened)).and_then(Result::ok);
    let watch = Stopwatch::start();
    let pages = made.as_ref().and_then(|made| text::words(&made.pdf)).unwrap_or_default();
    let slow = SLOW < watch.elapsed();
    if let Some(heavy) = opened.second.as_ref().filter(|_| slow).and_then(cost::heavy) {
        paper.reading.findings.push(sentences::heavy_page(heavy));
        if let Some(Ok(pictures)) = opened.second.as_ref().map(raster::pictures) {
            show_pictures(&mut paper, &opened, pictures);
        }
        return paper;
    }
    let (sound, doubtful) = match made {
        Some(made) if doubt::shows_as_much(&made, &pages, &opened) => (Some(made), None),
        made => (None, made),
    };
    if let Some(made) = sound {
        read_pages(&mut paper, made, pages, fields);
    } else if let Some(Ok(pictures)) = opened.second.as_ref().map(raster::pictures) {
        show_pictures(&mut paper, &opened, pictures);
        paper.reading.fields = fields.into_iter().map(|placed| placed.field).collect();
    } else if let Some(made) = doubtful {
        paper.reading.findings.push(sentences::parts_lost());
        read_pages(&mut paper, made, pages, fields);
    } else {
        paper.reading.findings.push(sentences::unreadable_pdf());
    }
    paper
}

/// A PDF only the second reader can open: its words by that reader, its pages as pictures.
fn show_pictures(paper: &mut Opened, opened: &open::Opened, pictures: Vec<u8>) {
    let pages = opened.second.as_ref().map(text::words_of).unwrap_or_default();
    let text = pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n");
    let read = plain::of_text(FileFormat::Pdf, &text);
    let facts = PaperFacts { words: read.facts.words, ..std::mem::take(&mut paper.reading.facts) };
    let mut findings = std::mem::take(&mut paper.reading.findings);
    findings.push(sentences::pages_as_pictures());
    findings.extend(unseen::findings(&pages));
    paper.reading = Reading { facts, findings, ..read };
    paper.pdf = Some(pictures);
}

/// Reads a PDF off the pages made of it, so that what stood in form fields counts as words.
fn read_pages(
    paper: &mut Opened,
    made: pdf::normalise::Normalised,
    mut pages: Vec<PageWords>,
    mut fields: Vec<WidgetField>,
) {
    let mut pdf = made.pdf;
    if let Some((upright, turns)) = turn::upright(&pdf, &pages) {
        for widget in fields.iter_mut().flat_map(|field| &mut field.widgets) {
            let page = usize::try_from(widget.page).unwrap_or(usize::MAX) - 1;
            if let (Some(shown), Some(turn)) = (pages.get(page), turns.get(page)) {
                widget.place = turn::turned(widget.place, *turn, shown.width, shown.height);
            }
        }
        pages = text::words(&upright).unwrap_or_default();
        pdf = upright;
    }
    let text = pages.iter().map(PageWords::text).collect::<Vec<_>>().join("\n");
    let read = plain::of_text(FileFormat::Pdf, &text);
    let facts = std::mem::take(&mut paper.reading.facts);
    seen_values::take(&mut fields, &pages);
    let fields = labels::name(fields, &pages);
    let mut findings = std::mem::take(&mut paper.reading.findings);
    findings.extend(made.findings);
    if made.dynamic_form && doubt::is_only_a_notice(&text) {
        findings.push(sentences::dynamic_form());
    }
    let facts = PaperFacts {
        words: read.facts.words,
        comments: made.comments,
        signatures: made.signatures,
        external: made.links,
        embedded: made.files,
        pages_without_text: page_numbers(&pages, |page| page.words.is_empty()),
        ..facts
    };
    paper.reading = Reading { fields, facts, findings, ..read };
    printed::take(&mut paper.reading, &pages);
    paper.pdf = Some(pdf);
}

/// Page content only, of a PDF one of our own engines made.
fn clean(pdf: &[u8]) -> Result<Vec<u8>, String> {
    let opened = open::open(pdf).map_err(|finding| finding.message)?;
    Ok(pdf::normalise::normalise(&opened)?.pdf)
}
