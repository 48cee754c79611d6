//! Office files told apart: what a zip or a compound file (the old Office container) holds.
//!
//! Reads directories and one small index part, never documents.

use std::io::{Cursor, Read};

use crate::panel::seen::FileFormat;

/// The most that is read of a zip's index of content types.
const LARGEST_INDEX: u64 = 1 << 20;

/// What a zip is: a document of an office program, or an archive.
pub(crate) fn format_of_zip(bytes: &[u8]) -> FileFormat {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return sort_of_broken_zip(bytes) };
    let types = part(&mut zip, "[Content_Types].xml").or_else(|| part(&mut zip, "[content_types].xml"));
    if let Some(types) = types {
        return sort_by_types(&types).unwrap_or_else(|| sort_by_parts(&zip));
    }
    match part(&mut zip, "mimetype").as_deref().map(str::trim) {
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.text") => FileFormat::OpenText,
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => {
            FileFormat::OpenSheet
        }
        _ => sort_by_parts(&zip),
    }
}

/// The main part's content type decides; macros make it the macro format.
fn sort_by_types(types: &str) -> Option<FileFormat> {
    let has = |word: &str| types.contains(word);
    Some(match () {
        () if has("ms-word.document.macroEnabled.main")
            || has("ms-word.template.macroEnabledTemplate.main") =>
        {
            FileFormat::WordMacro
        }
        () if has("wordprocessingml.document.main") || has("wordprocessingml.template.main") => {
            FileFormat::Word
        }
        () if has("ms-excel.sheet.binary.macroEnabled.main") => FileFormat::ExcelBinary,
        () if has("ms-excel.sheet.macroEnabled.main") || has("ms-excel.template.macroEnabled.main") => {
            FileFormat::ExcelMacro
        }
        () if has("spreadsheetml.sheet.main") || has("spreadsheetml.template.main") => FileFormat::Excel,
        () if has("presentationml.") => FileFormat::PowerPoint,
        () => return None,
    })
}

/// Files whose index says nothing useful, by the parts they hold.
fn sort_by_parts(zip: &zip::ZipArchive<Cursor<&[u8]>>) -> FileFormat {
    let has = |name: &str| zip.index_for_name(name).is_some();
    match () {
        () if has("word/document.xml") => FileFormat::Word,
        () if has("xl/workbook.bin") => FileFormat::ExcelBinary,
        () if has("xl/workbook.xml") => FileFormat::Excel,
        () if has("ppt/presentation.xml") => FileFormat::PowerPoint,
        () => FileFormat::Archive,
    }
}

/// A zip without its directory: the names near its start tell what it was going to be.
fn sort_of_broken_zip(bytes: &[u8]) -> FileFormat {
    let has = |name: &[u8]| find(bytes, name).is_some();
    match () {
        () if has(b"word/document.xml") || has(b"word/") => FileFormat::Word,
        () if has(b"xl/workbook.bin") => FileFormat::ExcelBinary,
        () if has(b"xl/workbook.xml") || has(b"xl/") => FileFormat::Excel,
        () if has(b"ppt/") => FileFormat::PowerPoint,
        () if has(b"opendocument.text") => FileFormat::OpenText,
        () if has(b"opendocument.spreadsheet") => FileFormat::OpenSheet,
        // Word and Excel both begin with this part; cut that short, it was most likely a document.
        () if has(b"[Content_Types].xml") => FileFormat::Word,
        () => FileFormat::Archive,
    }
}

fn part(zip: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let part = zip.by_name(name).ok()?;
    let mut text = Vec::new();
    part.take(LARGEST_INDEX).read_to_end(&mut text).ok()?;
    let wide = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    Some(if wide {
        encoding_rs::UTF_16LE.decode(&text).0.into_owned()
    } else {
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// What an old Office container holds, by the names of its streams.
pub(crate) fn format_of_compound(bytes: &[u8]) -> FileFormat {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return FileFormat::OldOffice };
    let has = |path: &str| file.exists(path);
    match () {
        () if has("/EncryptedPackage") || has("/EncryptionInfo") => FileFormat::ProtectedOffice,
        () if has("/__properties_version1.0") || has("/__nameid_version1.0") => FileFormat::OutlookMail,
        () if has("/WordDocument") => FileFormat::WordOld,
        () if has("/Workbook") || has("/Book") => FileFormat::ExcelOld,
        () => FileFormat::OldOffice,
    }
}

/// Where `needle` first stands in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
