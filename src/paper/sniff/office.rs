//! Office files told apart: what a zip or a compound file (the old Office container) holds.
//!
//! Reads directories and one small index part, never documents.

use std::io::{Cursor, Read};

use crate::panel::seen::Sort;

/// The most that is read of a zip's index of content types.
const LARGEST_INDEX: u64 = 1 << 20;

/// What a zip is: a document of an office program, or an archive.
pub(crate) fn sort_of_zip(bytes: &[u8]) -> Sort {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return sort_of_broken_zip(bytes) };
    let types = part(&mut zip, "[Content_Types].xml").or_else(|| part(&mut zip, "[content_types].xml"));
    if let Some(types) = types {
        return sort_by_types(&types).unwrap_or_else(|| sort_by_parts(&zip));
    }
    match part(&mut zip, "mimetype").as_deref().map(str::trim) {
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.text") => Sort::OpenText,
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => Sort::OpenSheet,
        _ => sort_by_parts(&zip),
    }
}

/// The main part's content type decides; macros make it the macro sort.
fn sort_by_types(types: &str) -> Option<Sort> {
    let has = |word: &str| types.contains(word);
    Some(match () {
        () if has("ms-word.document.macroEnabled.main")
            || has("ms-word.template.macroEnabledTemplate.main") =>
        {
            Sort::WordMacro
        }
        () if has("wordprocessingml.document.main") || has("wordprocessingml.template.main") => Sort::Word,
        () if has("ms-excel.sheet.binary.macroEnabled.main") => Sort::ExcelBinary,
        () if has("ms-excel.sheet.macroEnabled.main") || has("ms-excel.template.macroEnabled.main") => {
            Sort::ExcelMacro
        }
        () if has("spreadsheetml.sheet.main") || has("spreadsheetml.template.main") => Sort::Excel,
        () if has("presentationml.") => Sort::PowerPoint,
        () => return None,
    })
}

/// Files whose index says nothing useful, by the parts they hold.
fn sort_by_parts(zip: &zip::ZipArchive<Cursor<&[u8]>>) -> Sort {
    let has = |name: &str| zip.index_for_name(name).is_some();
    match () {
        () if has("word/document.xml") => Sort::Word,
        () if has("xl/workbook.bin") => Sort::ExcelBinary,
        () if has("xl/workbook.xml") => Sort::Excel,
        () if has("ppt/presentation.xml") => Sort::PowerPoint,
        () => Sort::Archive,
    }
}

/// A zip without its directory: the names near its start tell what it was going to be.
fn sort_of_broken_zip(bytes: &[u8]) -> Sort {
    let has = |name: &[u8]| find(bytes, name).is_some();
    match () {
        () if has(b"word/document.xml") || has(b"word/") => Sort::Word,
        () if has(b"xl/workbook.bin") => Sort::ExcelBinary,
        () if has(b"xl/workbook.xml") || has(b"xl/") => Sort::Excel,
        () if has(b"ppt/") => Sort::PowerPoint,
        () if has(b"opendocument.text") => Sort::OpenText,
        () if has(b"opendocument.spreadsheet") => Sort::OpenSheet,
        // Word and Excel both begin with this part; cut that short, it was most likely a document.
        () if has(b"[Content_Types].xml") => Sort::Word,
        () => Sort::Archive,
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
pub(crate) fn sort_of_compound(bytes: &[u8]) -> Sort {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Sort::OldOffice };
    let has = |path: &str| file.exists(path);
    match () {
        () if has("/EncryptedPackage") || has("/EncryptionInfo") => Sort::ProtectedOffice,
        () if has("/__properties_version1.0") || has("/__nameid_version1.0") => Sort::OutlookMail,
        () if has("/WordDocument") => Sort::WordOld,
        () if has("/Workbook") || has("/Book") => Sort::ExcelOld,
        () => Sort::OldOffice,
    }
}

/// Where `needle` first stands in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
