//! What a person is told about a file that cannot be used as it is: one sentence each, and what to do.

use crate::finding::Finding;
use crate::panel::seen::FileFormat;
use crate::paper::format::{self, Useless};
use crate::paper::ooxml::package::ReadError;
use crate::paper::said::apart::Drawing;
use crate::paper::said::words::{NumberCheck, ValueCheck, WordCheck};

/// Largest picture that is opened, in millions of dots.
const MOST_MEGAPIXELS: u64 = 100;

/// The finding for a format that is of no use whatever it holds; none for the rest.
pub(crate) fn useless(format: FileFormat, name: &str) -> Option<Finding> {
    let Useless { code, message, hint } = format::of(format).useless?;
    if format == FileFormat::Unknown && name.to_lowercase().ends_with(".pdf") {
        let not_one = Finding::blocks(code, "the file is named like a PDF but is not one");
        return Some(not_one.hint("open it where it came from, save it as PDF again, and drop that"));
    }
    Some(Finding::blocks(code, message).hint(hint))
}

pub(crate) fn truncated(format: FileFormat) -> Finding {
    Finding::blocks(
        "truncated",
        format!("the file is {}, cut short: its end is missing", format::of(format).called),
    )
    .hint("copy it again, and wait until the copy is done")
}

pub(crate) fn mislabelled(format: FileFormat, extension: &str) -> Finding {
    Finding::warning(
        "wrong-extension",
        format!("the name ends in `.{extension}`, but the file is {}", format::of(format).called),
    )
    .hint("it was read as what it is; give it the right ending next time")
}

/// A file format that needs the second engine, and there is none.
pub(crate) fn no_engine(format: FileFormat) -> Finding {
    Finding::blocks(
        "no-engine",
        format!("the file is {}, which cannot be turned into pages here", format::of(format).called),
    )
    .hint("open it, save it as a Word document or a PDF, and drop that")
}

pub(crate) fn not_rendered(format: FileFormat) -> Finding {
    Finding::blocks(
        "not-rendered",
        format!("the file is {}, but no pages could be made of it", format::of(format).called),
    )
    .hint("open it, save it as PDF, and drop that as well")
}

pub(crate) fn too_many_pages(pages: u32, most: u32) -> Finding {
    Finding::blocks("too-many-pages", format!("the document has {pages} pages; at most {most} can be taken"))
        .hint("drop the part the panel needs to read")
}

pub(crate) fn words_lost(check: &WordCheck) -> Finding {
    let lost = check.lost.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let more = if check.lost.len() < check.missing { " and more" } else { "" };
    Finding::warning(
        "words-lost",
        format!(
            "{} of {} words of the document are not on its pages: {lost}{more}",
            check.missing, check.wanted
        ),
    )
    .hint(
        "compare the pages with the document; if something is missing, save it as PDF and drop that as well",
    )
}

/// Says that shapes lie over the text of a document, and may be meant to hide words.
pub(crate) fn shape_over_words(shapes: usize) -> Finding {
    let lies = if shapes == 1 { "a shape lies".to_owned() } else { format!("{shapes} shapes lie") };
    Finding::blocks(
        "covered-words",
        format!("{lies} over words of the document; look whether something is meant to be hidden"),
    )
    .hint("the pages may show it elsewhere: if nothing is meant to be hidden, accept the document; else ask for one from which the words have been taken out")
}

/// Says that places in a PDF were marked to be taken out, and are still in it.
pub(crate) fn redaction_not_applied(places: u32) -> Option<Finding> {
    let some = if places == 1 { "1 place".to_owned() } else { format!("{places} places") };
    let message = format!("{some} in the PDF marked for redaction, but the redaction was never applied");
    (0 < places).then(|| {
        Finding::blocks("covered-words", message)
            .hint("the words are still in the file: apply the redaction where it was marked, save it, and drop it again")
    })
}

/// Says that there is nothing to see on any page.
pub(crate) fn blank_pages() -> Finding {
    Finding::warning("blank-pages", "nothing can be seen on the pages of the document")
        .hint("open it; if it should show something, print it to PDF or scan it, and drop that instead")
}

/// Says that numbers are printed as hashes, where any are.
pub(crate) fn hashed(numbers: usize) -> Option<Finding> {
    let some = if numbers == 1 { "1 number is" } else { &format!("{numbers} numbers are") };
    let finding = Finding::warning("numbers-not-shown", format!("{some} printed as a row of #"));
    (0 < numbers).then(|| finding.hint("make the columns wider, save the workbook and drop it again"))
}

/// Says that pictures are not on the pages.
pub(crate) fn pictures_lost(lost: usize, of: usize) -> Finding {
    let pictures = if of == 1 { "picture" } else { "pictures" };
    let message = format!("{lost} of {of} {pictures} of the document cannot be seen on its pages");
    Finding::warning("pictures-lost", message)
        .hint("save the document as PDF in the program it was made with, and drop that instead")
}

/// Says that ticked boxes are not on the pages.
pub(crate) fn ticks_lost((lost, of): (usize, usize)) -> Finding {
    let message = format!("{lost} of {of} ticked boxes of the document cannot be seen on its pages");
    Finding::warning("ticks-lost", message)
        .hint("save the document as PDF in the program it was made with, and drop that instead")
}

/// Says that letters show as boxes, where any do.
pub(crate) fn letters_not_shown(boxed: usize) -> Option<Finding> {
    let signs = if boxed == 1 { "1 letter or sign shows" } else { &format!("{boxed} letters or signs show") };
    let finding =
        Finding::warning("letters-not-shown", format!("{signs} as an empty box: no typeface here has it"))
            .hint("save the document as PDF in the program it was made with, and drop that instead");
    (0 < boxed).then_some(finding)
}

/// A drawing whose words the pages do not show.
pub(crate) fn drawing_lost(what: Drawing, check: &WordCheck) -> Finding {
    let lost = check.lost.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    Finding::warning("drawing-lost", format!("the words of {} are not on its pages: {lost}", what.called()))
        .hint(
            "compare the pages with the document; if something is missing, save it as PDF and drop that as well",
        )
}

/// Numbers of lists that the pages show otherwise, or not at all.
pub(crate) fn numbers_lost(check: &NumberCheck) -> Option<Finding> {
    let first = check.first.as_ref()?;
    let beside: String = first.beside.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    let beside = if beside.is_empty() { String::new() } else { format!(" before `{beside}`") };
    let message = format!(
        "{} of {} numbers of its lists are missing or different on its pages, the first `{}`{beside}",
        check.missing, check.wanted, first.number
    );
    Some(
        Finding::warning("list-numbers", message)
            .hint("if the document refers to its points by number, save it as PDF and drop that as well"),
    )
}

/// Numbers and dates of a workbook that the pages show otherwise, or not at all.
pub(crate) fn values_lost(check: &ValueCheck) -> Option<Finding> {
    let first = check.first.as_ref()?;
    let message = format!(
        "{} of {} numbers and dates of the workbook are missing or different on its pages, the first `{}` in `{}`",
        check.missing, check.wanted, first.text, first.place
    );
    Some(Finding::warning("values-lost", message).hint(
        "compare the pages with the workbook; if something is missing, save it as PDF and drop that as well",
    ))
}

/// Says that cells of a workbook are empty because nobody worked out their formulas.
pub(crate) fn not_calculated(formulas: usize) -> Option<Finding> {
    let what = if formulas == 1 { "1 formula was" } else { &format!("{formulas} formulas were") };
    let finding = Finding::warning(
        "not-calculated",
        format!("{what} never worked out: the pages show empty cells in their place"),
    );
    (0 < formulas).then(|| finding.hint("open the workbook in Excel, save it, and drop it again"))
}

/// Says that cells of a workbook are not on its pages because they lie outside the area that is printed.
pub(crate) fn outside_print_area(words: u32) -> Option<Finding> {
    let what = if words == 1 { "1 word lies" } else { &format!("{words} words lie") };
    let finding = Finding::warning(
        "outside-print-area",
        format!("{what} in cells outside the area of the workbook that is printed, and not on its pages"),
    );
    (0 < words)
        .then(|| finding.hint("if the panel needs them, clear the print area and drop the workbook again"))
}

/// Refuses a picture too large to open.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), Box<Finding>> {
    let megapixels = u64::from(width) * u64::from(height) / 1_000_000;
    if MOST_MEGAPIXELS < megapixels {
        let message =
            format!("the picture has {megapixels} megapixels; at most {MOST_MEGAPIXELS} can be shown");
        return Err(Box::new(
            Finding::blocks("picture-too-large", message)
                .hint("save it smaller, or scan it at 300 dots an inch"),
        ));
    }
    Ok(())
}

pub(crate) fn broken_picture() -> Finding {
    Finding::blocks("unreadable", "the picture is damaged and cannot be shown")
        .hint("take or scan it again and drop that")
}

pub(crate) fn owner_locked() -> Finding {
    Finding::note(
        "owner-locked",
        "the PDF is locked against changes; it opens without a password and is shown as it is",
    )
}

pub(crate) fn parts_lost() -> Finding {
    Finding::warning("damaged", "the PDF is damaged, and parts of its pages may not show")
        .hint("compare the pages in the pack with the document, or print the PDF to PDF again and drop that")
}

pub(crate) fn repaired_pdf() -> Finding {
    Finding::note("repaired", "the PDF was damaged and has been repaired")
}

pub(crate) fn unreadable_pdf() -> Finding {
    Finding::blocks("unreadable", "the PDF is damaged: no page of it can be read")
        .hint("open it where it came from, save it as PDF again, and drop that")
}

/// What the engine itself says it left out.
pub(crate) fn not_shown(mut what: Vec<String>) -> Option<Finding> {
    what.sort_unstable();
    what.dedup();
    what.truncate(5);
    (!what.is_empty()).then(|| {
        Finding::note(
            "not-shown",
            format!("some things in the document may look different on its pages: {}", what.join("; ")),
        )
    })
}

/// Of a mail with more attachments than are taken out of one.
pub(crate) fn attachments_left(taken: usize, left: usize) -> Option<Finding> {
    (0 < left).then(|| {
        let all = taken + left;
        Finding::warning(
            "attachments-left",
            format!(
                "{all} files are attached to this mail; the first {taken} were taken in and {left} were left"
            ),
        )
        .hint("save those that belong to the case into its folder")
    })
}

pub(crate) fn unreadable_mail() -> Finding {
    Finding::blocks("unreadable", "the mail is damaged and cannot be read")
        .hint("forward it to yourself, save that, and drop it again")
}

/// What is wrong with an Office file that could not be read.
pub(crate) fn unreadable_office(error: &ReadError) -> Finding {
    let (code, hint) = match error {
        ReadError::Protected => ("password", "save it without a password and drop it again"),
        ReadError::TooBig { .. } | ReadError::TooWide { .. } => {
            ("bomb", "save what the panel needs as PDF and drop that")
        }
        ReadError::Broken | ReadError::NoContent { .. } => {
            ("unreadable", "open it where it came from, save it again, and drop that")
        }
    };
    Finding::blocks(code, error.to_string()).hint(hint)
}

pub(crate) fn set_plainly(format: FileFormat) -> Finding {
    Finding::note(
        "set-plainly",
        format!("the pages show the words of {} plainly, not its layout", format::of(format).called),
    )
    .hint("if the layout matters, save it as PDF and drop that as well")
}

pub(crate) fn left_out(what: &[String]) -> Option<Finding> {
    (!what.is_empty()).then(|| {
        Finding::warning("left-out", what.join("; "))
            .hint("drop the part the panel needs to read as a document of its own")
    })
}

pub(crate) fn not_read() -> Finding {
    Finding::warning("not-read", "the file is damaged: it can be shown, but not read for what it says")
        .hint("open it where it came from, save it again, and drop that")
}

pub(crate) fn by_second_engine() -> Finding {
    Finding::note("second-engine", "the pages were made by the second engine")
}

pub(crate) fn pages_as_pictures() -> Finding {
    Finding::warning(
        "pages-as-pictures",
        "the PDF is damaged: its pages are shown as pictures, without text to search",
    )
    .hint("save it as PDF again where it came from, and drop that")
}

/// Says that a page is more than its readers' tablets can draw.
pub(crate) fn heavy_page(page: u32) -> Finding {
    Finding::blocks(
        "heavy-page",
        format!("page {page} of the PDF is drawn in so many steps that a reader's tablet may not show it"),
    )
    .hint("print it to PDF as a picture, or scan it, and drop that")
}

pub(crate) fn dynamic_form() -> Finding {
    Finding::blocks(
        "xfa-form",
        "the PDF is a form that only Adobe's own program can show; its pages are not in it",
    )
    .hint("open it in Adobe Reader, print it to PDF, and drop that")
}
