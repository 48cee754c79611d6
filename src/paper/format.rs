//! The file formats, each described once: what it is called, how it is told, what can be done with it, what is said of it.
//!
//! A new format is a variant of [`FileFormat`], its row here, its reader, the reader's line in `by_format`, and its line in
//! `docs/papers.md`. Only what cannot be told by its first bytes needs a look of its own in `sniff`.

use crate::panel::seen::FileFormat;

/// What is known of a format without opening a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// With its article: "a Word document".
    pub called: &'static str,
    /// Endings of the name that fit it, small, without the dot; none where the name says nothing.
    pub endings: &'static [&'static str],
    /// The first bytes it may have, where these say enough.
    pub begins: &'static [&'static [u8]],
    /// One of these stands near the end of a whole file, within so many bytes; none where nothing must.
    pub ends: &'static [(usize, &'static [u8])],
    /// How its words are looked for on its pages, and what can be read of it where it is too much for the engine.
    pub family: Family,
    /// The ending by which the second engine knows it; none where that engine has no use for it.
    pub second_engine: Option<&'static str>,
    /// Why it is of no use whatever it holds.
    pub useless: Option<Useless>,
}

/// What sort of thing a format is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Running text that our own reader takes apart before the engine makes pages.
    Text,
    /// Cells, the same.
    Cells,
    Other,
}

/// Why a format is of no use: the finding's code, its sentence, and what to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Useless {
    pub code: &'static str,
    pub message: &'static str,
    pub hint: &'static str,
}

/// A format of which nothing special is known.
const fn plain(called: &'static str, endings: &'static [&'static str]) -> Format {
    Format {
        called,
        endings,
        begins: &[],
        ends: &[],
        family: Family::Other,
        second_engine: None,
        useless: None,
    }
}

const fn office(
    called: &'static str,
    endings: &'static [&'static str],
    family: Family,
    second_engine: &'static str,
) -> Format {
    Format { family, second_engine: Some(second_engine), ..plain(called, endings) }
}

const fn marked(
    called: &'static str,
    endings: &'static [&'static str],
    begins: &'static [&'static [u8]],
    ends: &'static [(usize, &'static [u8])],
) -> Format {
    Format { begins, ends, ..plain(called, endings) }
}

const fn useless(format: Format, code: &'static str, message: &'static str, hint: &'static str) -> Format {
    Format { useless: Some(Useless { code, message, hint }), ..format }
}

/// The row of a format.
#[expect(clippy::too_many_lines, reason = "a table: one row for each format")]
pub(crate) const fn of(format: FileFormat) -> Format {
    match format {
        FileFormat::Word => {
            office("a Word document", &["docx", "dotx", "docm", "dotm"], Family::Text, "docx")
        }
        FileFormat::WordMacro => {
            office("a Word document with macros", &["docm", "dotm", "docx"], Family::Text, "docm")
        }
        FileFormat::WordOld => {
            office("a Word document of the old kind (.doc)", &["doc", "dot"], Family::Other, "doc")
        }
        FileFormat::Excel => office("an Excel workbook", &["xlsx", "xltx"], Family::Cells, "xlsx"),
        FileFormat::ExcelMacro => {
            office("an Excel workbook with macros", &["xlsm", "xltm", "xlam"], Family::Cells, "xlsm")
        }
        FileFormat::ExcelBinary => {
            office("a binary Excel workbook (.xlsb)", &["xlsb"], Family::Cells, "xlsb")
        }
        FileFormat::ExcelOld => {
            office("an Excel workbook of the old kind (.xls)", &["xls", "xlt"], Family::Cells, "xls")
        }
        FileFormat::PowerPoint => {
            let endings = &["pptx", "ppsx", "potx", "pptm"];
            office("a PowerPoint presentation", endings, Family::Other, "pptx")
        }
        FileFormat::OldOffice => useless(
            office("an old Office file", &[], Family::Other, "ppt"),
            "unreadable",
            "the file is an old or damaged Office file that cannot be opened",
            "open it in Word or Excel, save it as .docx or .xlsx, and drop that",
        ),
        FileFormat::ProtectedOffice => useless(
            plain("an Office file with a password", &[]),
            "password",
            "the file needs a password",
            "save it without a password (File, Info, Protect Document, Encrypt with Password, empty the box) and drop it again",
        ),
        FileFormat::Rtf => Format {
            second_engine: Some("rtf"),
            ..marked("a rich text file (.rtf)", &["rtf", "doc"], &[b"{\\rtf"], &[])
        },
        FileFormat::OpenText => office("an OpenDocument text (.odt)", &["odt", "ott"], Family::Other, "odt"),
        FileFormat::OpenSheet => {
            office("an OpenDocument spreadsheet (.ods)", &["ods", "ots"], Family::Cells, "ods")
        }
        FileFormat::Pdf => marked("a PDF", &["pdf"], &[b"%PDF-"], &[(4096, b"%%EOF"), (4096, b"startxref")]),
        FileFormat::Png => marked("a PNG picture", &["png"], &[b"\x89PNG\r\n\x1a\n"], &[(4096, b"IEND")]),
        FileFormat::Jpeg => marked(
            "a JPEG picture",
            &["jpg", "jpeg", "jpe", "jfif"],
            &[b"\xff\xd8\xff"],
            &[(70_000, b"\xff\xd9")],
        ),
        FileFormat::Tiff => {
            let begins: &[&[u8]] = &[b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"];
            marked("a TIFF picture", &["tif", "tiff"], begins, &[])
        }
        FileFormat::Gif => marked("a GIF picture", &["gif"], &[b"GIF87a", b"GIF89a"], &[(4096, b";")]),
        FileFormat::Bmp => plain("a bitmap picture", &["bmp", "dib"]),
        FileFormat::WebP => plain("a WebP picture", &["webp"]),
        FileFormat::Heic => useless(
            plain("an iPhone picture (HEIC)", &["heic", "heif", "avif"]),
            "heic",
            "iPhone pictures (HEIC) cannot be shown",
            "save the picture as JPEG and drop that",
        ),
        // The mark is that of `winmail.dat`, into which Outlook packs what came with a mail.
        FileFormat::Mail => {
            let endings = &["eml", "txt", "mht", "mbox", "mbx", "dat"];
            marked("an email", endings, &[b"\x78\x9f\x3e\x22"], &[])
        }
        FileFormat::OutlookMail => plain("an Outlook email (.msg)", &["msg"]),
        FileFormat::PlainText => plain("plain text", &["txt", "csv", "md", "log", "text"]),
        FileFormat::Html => plain("a web page", &["html", "htm", "xhtml"]),
        FileFormat::Archive => {
            let begins: &[&[u8]] = &[
                b"7z\xbc\xaf\x27\x1c",
                b"Rar!\x1a\x07",
                b"\x1f\x8b",
                b"BZh",
                b"\xfd7zXZ\0",
                b"MSCF\0\0\0\0",
            ];
            let endings = &["zip", "7z", "rar", "gz", "tgz", "tar", "bz2", "xz", "cab"];
            useless(
                marked("an archive of files", endings, begins, &[]),
                "archive",
                "the file is an archive; its documents must be dropped one by one",
                "open it, and drop the documents inside it into the folder",
            )
        }
        FileFormat::Shortcut => useless(
            marked("a shortcut", &[], &[b"L\0\0\0\x01\x14\x02\0", b"[InternetShortcut]"], &[]),
            "shortcut",
            "the file is only a shortcut to a document kept somewhere else",
            "drop the document itself, not the link to it",
        ),
        FileFormat::LockFile => useless(
            plain("a file another program left behind", &[]),
            "leavings",
            "a file another program left behind; it is not a document",
            "close the document it belongs to, and it will go away",
        ),
        FileFormat::Placeholder => useless(
            plain("a stand-in for a file kept elsewhere", &[]),
            "placeholder",
            "the file has not been downloaded: only its stand-in is here",
            "choose \"Always keep on this device\" for it, and drop it again",
        ),
        FileFormat::Empty => useless(
            plain("an empty file", &[]),
            "empty-file",
            "the file is empty",
            "save it again and drop it again",
        ),
        FileFormat::Zeros => useless(
            plain("a file of nothing but zeros", &[]),
            "zeros",
            "the file holds nothing but zeros: the copy did not finish",
            "copy it again, and wait until the copy is done",
        ),
        FileFormat::Unknown => useless(
            plain("not a kind of file we know", &[]),
            "unknown-file",
            "the file is of no kind that can be read",
            "save it as a Word document or a PDF and drop that",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_is_taken_for_another_by_its_first_bytes() {
        let marks = || {
            FileFormat::ALL
                .iter()
                .flat_map(|format| of(*format).begins.iter().map(move |mark| (format, *mark)))
        };
        assert!(15 < marks().count());
        for (format, mark) in marks() {
            let also = marks().find(|(other, begins)| {
                *other != format && (mark.starts_with(begins) || begins.starts_with(mark))
            });
            assert_eq!(also, None, "{format:?}");
        }
    }

    #[test]
    fn each_is_called_something_else_and_its_endings_are_small() {
        let mut called: Vec<&str> = FileFormat::ALL.iter().map(|format| of(*format).called).collect();
        called.sort_unstable();
        called.dedup();
        assert_eq!(called.len(), FileFormat::ALL.len());
        for ending in FileFormat::ALL.iter().flat_map(|format| of(*format).endings) {
            assert_eq!(**ending, ending.to_lowercase().replace('.', ""), "{ending}");
        }
    }
}
