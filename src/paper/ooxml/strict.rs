//! Office files in the strict format (ISO/IEC 29500), told in the addresses that readers and engine know.
//!
//! Word and Excel write them on request ("Strict Open XML"). They differ from the usual ones in the addresses of their
//! namespaces, each made by the same rule.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::paper::ooxml::package::{Package, ReadError};

const STRICT: &str = "=\"http://purl.oclc.org/ooxml/";
const USUAL: &str = "=\"http://schemas.openxmlformats.org/";

/// The same file in the usual addresses; untouched where it is not strict.
pub(crate) fn usual(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadError> {
    let mut package = Package::open(bytes)?;
    let strict =
        package.part("_rels/.rels")?.is_some_and(|part| String::from_utf8_lossy(&part).contains(STRICT));
    if !strict {
        return Ok(Cow::Borrowed(bytes));
    }
    let is_xml = |name: &str| [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
    let names: Vec<String> = package.names().filter(|name| is_xml(name)).map(str::to_owned).collect();
    let mut translated = BTreeMap::new();
    for name in names {
        if let Some(Ok(text)) = package.part(&name)?.map(String::from_utf8) {
            translated.insert(name, translate(&text).into_bytes());
        }
    }
    let translated = package.with_parts(&translated)?;
    Ok(Cow::Owned(translated))
}

/// `.../ooxml/drawingml/main` is `.../drawingml/2006/main`, and so on for all of them.
fn translate(text: &str) -> String {
    let mut parts = text.split(STRICT);
    let mut translated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (family, rest) = part.split_once('/').unwrap_or((part, ""));
        // The strict edition also spells two names without their hyphen.
        let (name, after) = rest.split_once('"').unwrap_or((rest, ""));
        let name = match name {
            "extendedProperties" => "extended-properties",
            "customProperties" => "custom-properties",
            "relationships/extendedProperties" => "relationships/extended-properties",
            "relationships/customProperties" => "relationships/custom-properties",
            name => name,
        };
        translated.push_str(&format!("{USUAL}{family}/2006/{name}\"{after}"));
    }
    translated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_translated_and_words_are_not() {
        let strict = "<w:t xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\" \
            r:x=\"http://purl.oclc.org/ooxml/officeDocument/relationships/image\">see http://purl.oclc.org/ooxml/x</w:t>";
        let usual = "<w:t xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
            r:x=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\">see http://purl.oclc.org/ooxml/x</w:t>";
        assert_eq!(translate(strict), usual);
    }
}
