//! What is crossed out in an xlsx: the reader of cells does not tell, so the text itself is marked before it is read.
//!
//! Two letters of the private use area stand round crossed-out text; no cell that a person typed holds them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::paper::ooxml::package::{Package, ReadError};

/// The part all sheets take their texts from, by its name in lower case.
const TEXTS: &str = "xl/sharedstrings.xml";

/// Crossed-out text begins and ends.
pub const BEGINS: char = '\u{f8f0}';
pub const ENDS: char = '\u{f8f1}';

/// The workbook with crossed-out runs of its texts marked; untouched where it has none.
pub fn marked<'b>(bytes: &'b [u8], package: &mut Package<'_>) -> Result<Cow<'b, [u8]>, ReadError> {
    let texts = package.part(TEXTS)?.and_then(|part| String::from_utf8(part).ok());
    let Some(texts) = texts.filter(|texts| texts.contains("<strike")) else {
        return Ok(Cow::Borrowed(bytes));
    };
    let parts = BTreeMap::from([(TEXTS.to_owned(), mark(&texts).into_bytes())]);
    Ok(Cow::Owned(package.with_parts(&parts)?))
}

/// Marks the text of each run (`<r>`) whose properties cross it out.
fn mark(xml: &str) -> String {
    let mut marked = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find("<r>") {
        let end = rest[at..].find("</r>").map_or(rest.len(), |end| at + end);
        marked.push_str(&rest[..at]);
        let run = &rest[at..end];
        if is_struck(run) {
            mark_run(run, &mut marked);
        } else {
            marked.push_str(run);
        }
        rest = &rest[end..];
    }
    marked.push_str(rest);
    marked
}

fn is_struck(run: &str) -> bool {
    let Some(at) = run.find("<strike") else { return false };
    let tag = run[at..].split('>').next().unwrap_or_default();
    !["\"0\"", "\"false\"", "\"off\""].iter().any(|no| tag.contains(no))
}

fn mark_run(run: &str, marked: &mut String) {
    let text = run.find("<t>").map(|at| at + 3).or_else(|| {
        let at = run.find("<t ")?;
        Some(at + run[at..].find('>')? + 1)
    });
    let end = run.rfind("</t>");
    match (text, end) {
        (Some(start), Some(end)) if start <= end => {
            marked.push_str(&run[..start]);
            marked.push(BEGINS);
            marked.push_str(&run[start..end]);
            marked.push(ENDS);
            marked.push_str(&run[end..]);
        }
        _ => marked.push_str(run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossed_out_runs_are_marked_and_others_are_not() {
        let xml = "<si><r><t>Yes / </t></r><r><rPr><strike/><sz val=\"11\"/></rPr><t xml:space=\"preserve\"> No</t></r>\
            <r><rPr><strike val=\"0\"/></rPr><t>?</t></r></si><si><t>Yes</t></si>";
        let expected = "<si><r><t>Yes / </t></r><r><rPr><strike/><sz val=\"11\"/></rPr><t xml:space=\"preserve\">\u{f8f0} No\u{f8f1}</t></r>\
            <r><rPr><strike val=\"0\"/></rPr><t>?</t></r></si><si><t>Yes</t></si>";
        assert_eq!(mark(xml), expected);
    }
}
