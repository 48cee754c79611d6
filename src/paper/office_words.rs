//! Words of an Office file that stand apart from its text: in running heads, and in charts and diagrams.
//!
//! Only for checking pages: a running head may belong to pages that do not exist, and a chart may not have been drawn.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::paper::package::Package;

/// Most parts looked into.
const MOST_PARTS: usize = 60;

/// The words that stand apart from the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ApartWords {
    /// In headers and footers, shown or not.
    pub running: String,
    /// In charts and diagrams: they should be on the pages.
    pub drawn: String,
}

/// Finds them; what cannot be read is left out.
pub(crate) fn apart(bytes: &[u8]) -> ApartWords {
    let Ok(mut package) = Package::open(bytes) else { return ApartWords::default() };
    let mut running = Vec::new();
    let mut drawn = Vec::new();
    for name in package.names() {
        let lower = name.to_lowercase();
        let file = lower.rsplit('/').next().unwrap_or_default();
        if !file.ends_with(".xml") {
            continue;
        }
        if file.starts_with("header") || file.starts_with("footer") {
            running.push(name.to_owned());
        } else if lower.contains("/charts/chart") || lower.contains("/diagrams/data") {
            drawn.push(name.to_owned());
        }
    }
    let mut text = |names: Vec<String>| {
        let parts = names.iter().take(MOST_PARTS).filter_map(|name| package.part(name).ok().flatten());
        parts.map(|part| text_of(&part)).collect::<Vec<_>>().join("\n")
    };
    ApartWords { running: text(running), drawn: text(drawn) }
}

/// What stands in text and value elements, a line each paragraph.
fn text_of(xml: &[u8]) -> String {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut in_text = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => in_text = matches!(tag.local_name().as_ref(), b"t" | b"v"),
            Ok(Event::End(tag)) => {
                in_text = false;
                if matches!(tag.local_name().as_ref(), b"p" | b"v" | b"tab") {
                    text.push('\n');
                }
            }
            Ok(Event::Empty(tag)) if matches!(tag.local_name().as_ref(), b"tab" | b"br") => text.push(' '),
            Ok(Event::Text(part)) if in_text => text.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::Eof) | Err(_) => return text,
            Ok(_) => {}
        }
    }
}
