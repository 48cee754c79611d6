//! A Word file made ready for the embedded engine: signs it would leave out are written as letters it prints, and hidden
//! text, which it would print, is taken out.
//!
//! The signs are ticks out of a symbol font, and the boxes and lists of older forms. Only the copy given to the engine is
//! changed; what is read is always the paper itself.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use crate::paper::ooxml::package::Package;
use crate::paper::ooxml::xml::attribute;
use crate::paper::said::glyphs;
use crate::paper::word::layout::{self, Ease, Margins};
use crate::paper::word::room::Rooms;
use crate::paper::word::styles::{Looks, Styles};

/// The file with its signs written out, its hidden text gone and its layout eased; none where there is nothing to do, or it
/// cannot be done.
pub(crate) fn ready(bytes: &[u8], ease: Ease) -> Option<Vec<u8>> {
    let mut package = Package::open(bytes).ok()?;
    let parts: Vec<String> = package.names().filter(|name| holds_text(name)).map(str::to_owned).collect();
    let styles = package.part("word/styles.xml").ok()?.map(|part| Styles::read(&part)).unwrap_or_default();
    let margins = if ease == Ease::Loose { margins(&mut package, &parts) } else { Margins::default() };
    let mut changed = BTreeMap::new();
    for name in parts {
        let Ok(Some(part)) = package.part(&name) else { continue };
        let written = rewrite(&part, &styles);
        let eased = layout::eased(written.as_deref().unwrap_or(&part), ease, margins);
        if let Some(part) = eased.or(written) {
            changed.insert(name, part);
        }
    }
    if changed.is_empty() { None } else { package.with_parts(&changed).ok() }
}

/// How tall the tallest head and foot of pages is.
fn margins(package: &mut Package<'_>, parts: &[String]) -> Margins {
    let mut tallest = |what: &str| {
        let named = parts.iter().filter(|name| name.starts_with(what));
        let tall = named.filter_map(|name| Some(Rooms::of(&package.part(name).ok()??)?.tall));
        tall.fold(0.0, f64::max)
    };
    Margins { head: tallest("word/header"), foot: tallest("word/footer") }
}

/// Whether a part, by its name in lower case, holds running text.
fn holds_text(name: &str) -> bool {
    const TEXT: [&str; 5] = ["document", "header", "footer", "footnotes", "endnotes"];
    name.strip_prefix("word/")
        .is_some_and(|part| part.ends_with(".xml") && TEXT.iter().any(|text| part.starts_with(text)))
}

/// A form field of older Word.
#[derive(Debug)]
enum Form {
    Box { usual: bool, checked: Option<bool> },
    List { usual: usize, chosen: Option<usize>, entries: Vec<String> },
}

impl Form {
    /// What it shows.
    fn shown(&self) -> String {
        match self {
            Form::Box { usual, checked } => if checked.unwrap_or(*usual) { "☒" } else { "☐" }.to_owned(),
            Form::List { usual, chosen, entries } => {
                entries.get(chosen.unwrap_or(*usual)).cloned().unwrap_or_default()
            }
        }
    }
}

/// Where the rewriting stands.
#[derive(Debug)]
struct Pass<'s> {
    styles: &'s Styles,
    /// Elements that are open, innermost last.
    open: Vec<Vec<u8>>,
    /// What its style says of each paragraph that is open, innermost last.
    paragraphs: Vec<Looks>,
    /// What each run that is open says of itself, and what its style says, innermost last.
    runs: Vec<(Looks, Looks)>,
    /// The form field of each field that is open, innermost last.
    fields: Vec<Option<Form>>,
    in_text: bool,
    /// The colour of the open run's letters, and of what lies under them.
    colours: (Option<[u8; 3]>, Option<[u8; 3]>),
    changed: bool,
}

/// A part with its signs written out; none where nothing changed or it is no XML.
fn rewrite(part: &[u8], styles: &Styles) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().allow_dangling_amp = true;
    let mut writer = Writer::new(Vec::with_capacity(part.len() + part.len() / 16));
    let mut pass = Pass::new(styles);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) if pass.hides(&start) => {
                reader.read_to_end(start.name()).ok()?;
                pass.changed = true;
            }
            Event::Empty(start) if pass.hides(&start) => pass.changed = true,
            Event::Start(start) if start.name().as_ref() == b"w:sym" => {
                // A sign has nothing inside; its end is left out with it.
                pass.sign(&start, &mut writer)?;
                reader.read_to_end(start.name()).ok()?;
            }
            Event::Empty(start) if start.name().as_ref() == b"w:sym" => pass.sign(&start, &mut writer)?,
            Event::Empty(start) => {
                let form = pass.look(&start);
                writer.write_event(Event::Empty(start)).ok()?;
                if let Some(form) = form {
                    write_text(&form.shown(), &mut writer)?;
                    pass.changed = true;
                }
            }
            Event::Start(start) => {
                match start.name().as_ref() {
                    b"w:p" => pass.paragraphs.push(styles.usual().looks.clone()),
                    b"w:r" => {
                        pass.runs.push(Default::default());
                        pass.colours = (None, None);
                    }
                    b"w:t" => pass.in_text = true,
                    _ => {
                        pass.look(&start);
                    }
                }
                pass.open.push(start.name().as_ref().to_vec());
                writer.write_event(Event::Start(start)).ok()?;
            }
            Event::End(end) => {
                if end.name().as_ref() == b"w:rPr" && pass.is_of_run() && pass.is_blackened() {
                    writer.get_mut().extend_from_slice(BLACKENED);
                    pass.changed = true;
                }
                pass.open.pop();
                match end.name().as_ref() {
                    b"w:p" => {
                        pass.paragraphs.pop();
                    }
                    b"w:r" => {
                        pass.runs.pop();
                    }
                    b"w:t" => pass.in_text = false,
                    _ => {}
                }
                writer.write_event(Event::End(end)).ok()?;
            }
            Event::Text(text) if pass.in_text => {
                let plain = String::from_utf8_lossy(&text).into_owned();
                match pass.letters(&plain) {
                    // The text stands escaped in the part, and none of the signs needs escaping.
                    Some(signs) => writer.write_event(Event::Text(BytesText::from_escaped(signs))).ok()?,
                    None => writer.write_event(Event::Text(text)).ok()?,
                }
            }
            Event::GeneralRef(reference) if pass.in_text => {
                let letter = reference.resolve_char_ref().ok().flatten();
                match letter.and_then(|letter| pass.letters(letter.encode_utf8(&mut [0; 4]))) {
                    Some(sign) => writer.write_event(Event::Text(BytesText::from_escaped(sign))).ok()?,
                    None => writer.write_event(Event::GeneralRef(reference)).ok()?,
                }
            }
            event => writer.write_event(event).ok()?,
        }
    }
    pass.changed.then(|| writer.into_inner())
}

impl<'s> Pass<'s> {
    fn new(styles: &'s Styles) -> Self {
        Pass {
            styles,
            open: Vec::new(),
            paragraphs: Vec::new(),
            runs: Vec::new(),
            fields: Vec::new(),
            in_text: false,
            colours: (None, None),
            changed: false,
        }
    }

    /// How the innermost run looks; none outside of runs.
    fn looks(&self) -> Option<Looks> {
        let (own, style) = self.runs.last()?;
        let paragraph = self.paragraphs.last().cloned().unwrap_or_default();
        Some(own.over(style).over(&paragraph))
    }

    /// Whether an element that begins here is something a hidden run shows. Fields go on through hidden runs.
    fn hides(&self, element: &BytesStart<'_>) -> bool {
        const KEPT: [&[u8]; 3] = [b"w:rPr", b"w:fldChar", b"w:instrText"];
        self.open.last().is_some_and(|parent| parent == b"w:r")
            && !KEPT.contains(&element.name().as_ref())
            && self.looks().is_some_and(|looks| looks.hidden == Some(true))
    }

    /// Whether the open run's letters have the colour of what is laid under them; the engine would show them on white.
    fn is_blackened(&self) -> bool {
        let (Some(letters), Some(ground)) = self.colours else { return false };
        letters.iter().zip(ground).all(|(one, other)| one.abs_diff(other) < ALIKE)
    }

    /// Whether a property that begins here is a run's own, not that of a paragraph's mark or of what was there before a change.
    fn is_of_run(&self) -> bool {
        self.open.ends_with(&[b"w:r".to_vec(), b"w:rPr".to_vec()])
    }

    /// A `w:sym` as text.
    fn sign(&mut self, element: &BytesStart<'_>, writer: &mut Writer<Vec<u8>>) -> Option<()> {
        let font = attribute(element, b"w:font").unwrap_or_default();
        let code = attribute(element, b"w:char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
        self.changed = true;
        let sign = code.and_then(|code| {
            glyphs::in_symbol_font(&font, code).or_else(|| char::from_u32(code).filter(|_| code < 0xE000))
        });
        write_text(sign.unwrap_or('•').encode_utf8(&mut [0; 4]), writer)
    }

    /// Notes what an element says of the run or the field it is in; gives a form field that ends here.
    fn look(&mut self, element: &BytesStart<'_>) -> Option<Form> {
        match element.name().as_ref() {
            b"w:pStyle" => {
                let style = attribute(element, b"w:val").and_then(|id| self.styles.get(&id));
                if let (Some(paragraph), Some(style)) = (self.paragraphs.last_mut(), style) {
                    *paragraph = style.looks.clone();
                }
            }
            b"w:rStyle" | b"w:rFonts" | b"w:vanish" | b"w:specVanish" | b"w:color" | b"w:shd"
                if self.is_of_run() =>
            {
                self.look_at_run(element);
            }
            b"w:fldChar" => match attribute(element, b"w:fldCharType").as_deref() {
                Some("begin") => self.fields.push(None),
                Some("end") => return self.fields.pop().flatten(),
                _ => {}
            },
            name => self.look_at_form(name, element),
        }
        None
    }

    fn look_at_run(&mut self, property: &BytesStart<'_>) {
        let Some((own, style)) = self.runs.last_mut() else { return };
        let value = attribute(property, b"w:val");
        match property.name().as_ref() {
            b"w:rStyle" => {
                let named = value.and_then(|id| self.styles.get(&id));
                *style = named.map(|style| style.looks.clone()).unwrap_or_default();
            }
            b"w:vanish" | b"w:specVanish" => own.hidden = Some(is_on(value.as_deref())),
            b"w:color" => self.colours.0 = value.as_deref().and_then(colour),
            b"w:shd" => self.colours.1 = attribute(property, b"w:fill").as_deref().and_then(colour),
            _ => {
                let names = [b"w:ascii".as_slice(), b"w:hAnsi", b"w:cs"];
                own.font = names.iter().find_map(|name| attribute(property, name));
            }
        }
    }

    fn look_at_form(&mut self, name: &[u8], element: &BytesStart<'_>) {
        let Some(field) = self.fields.last_mut() else { return };
        let value = attribute(element, b"w:val");
        let number = || value.as_deref().and_then(|value| value.parse().ok());
        match (name, field) {
            (b"w:checkBox", field) => *field = Some(Form::Box { usual: false, checked: None }),
            (b"w:ddList", field) => {
                *field = Some(Form::List { usual: 0, chosen: None, entries: Vec::new() });
            }
            (b"w:default", Some(Form::Box { usual, .. })) => *usual = is_on(value.as_deref()),
            (b"w:checked", Some(Form::Box { checked, .. })) => *checked = Some(is_on(value.as_deref())),
            (b"w:default", Some(Form::List { usual, .. })) => *usual = number().unwrap_or(0),
            (b"w:result", Some(Form::List { chosen, .. })) => *chosen = number(),
            (b"w:listEntry", Some(Form::List { entries, .. })) => entries.push(value.unwrap_or_default()),
            _ => {}
        }
    }

    /// Text of a run as the signs it shows; none where it shows as it is written.
    fn letters(&mut self, text: &str) -> Option<String> {
        let font = self.looks().and_then(|looks| looks.font).filter(|font| glyphs::is_symbol_font(font));
        let font = font.as_deref();
        // Words set in a symbol font are somebody's mistake and stay words.
        let all = font.filter(|_| text.trim().chars().count() == 1);
        let shown: String = text
            .chars()
            .map(|letter| {
                let private = ('\u{f020}'..='\u{f0ff}').contains(&letter);
                let font = if private { Some(font.unwrap_or("Wingdings")) } else { all };
                let sign = font.and_then(|font| glyphs::in_symbol_font(font, letter.into()));
                sign.or_else(|| glyphs::as_bundled(letter)).unwrap_or(letter)
            })
            .collect();
        let differs = shown != text;
        self.changed |= differs;
        differs.then_some(shown)
    }
}

/// Letters that cannot be seen, as the engine shows that they cannot.
const BLACKENED: &[u8] = b"<w:color w:val=\"000000\"/><w:highlight w:val=\"black\"/>";

/// Parts of a colour by which nobody tells one from another.
const ALIKE: u8 = 11;

/// A colour written as six digits; none where it is left to Word.
fn colour(digits: &str) -> Option<[u8; 3]> {
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?]).filter(|_| digits.len() == 6)
}

/// A switch that is on unless it says otherwise.
fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off"))
}

fn write_text(text: &str, writer: &mut Writer<Vec<u8>>) -> Option<()> {
    let start = BytesStart::new("w:t").with_attributes([("xml:space", "preserve")]);
    writer.write_event(Event::Start(start.borrow())).ok()?;
    writer.write_event(Event::Text(BytesText::new(text))).ok()?;
    writer.write_event(Event::End(start.to_end())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(body: &str) -> String {
        format!("<w:document xmlns:w=\"urn:w\"><w:body><w:p>{body}</w:p></w:body></w:document>")
    }

    /// The text of a rewritten part, or none where it was left alone.
    fn said(body: &str) -> Option<String> {
        let styles = Styles::read(
            b"<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style w:type=\"character\" \
              w:styleId=\"Unseen\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>",
        );
        let part = String::from_utf8(rewrite(document(body).as_bytes(), &styles)?).unwrap();
        let mut reader = Reader::from_str(&part);
        let mut text = String::new();
        let mut inside = false;
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return Some(text),
                Event::Start(start) => inside |= start.name().as_ref() == b"w:t",
                Event::End(end) => inside &= end.name().as_ref() != b"w:t",
                Event::Text(piece) if inside => text.push_str(&String::from_utf8_lossy(&piece)),
                Event::GeneralRef(_) => text.push('&'),
                _ => {}
            }
        }
    }

    #[test]
    fn signs_out_of_a_symbol_font_are_written_as_letters() {
        let sign =
            |font: &str, code: &str| format!("<w:r><w:sym w:font=\"{font}\" w:char=\"{code}\"/></w:r>");
        assert_eq!(said(&sign("Wingdings", "F0FE")).as_deref(), Some("☑"));
        assert_eq!(said(&sign("Wingdings 2", "F0A3")).as_deref(), Some("☐"));
        assert_eq!(said(&sign("Symbol", "F062")).as_deref(), Some("β"));
        assert_eq!(said(&sign("MS Gothic", "2612")).as_deref(), Some("☒"));
        let typed = |text: &str| {
            format!("<w:r><w:rPr><w:rFonts w:ascii=\"Wingdings\"/></w:rPr><w:t>{text}</w:t></w:r>")
        };
        assert_eq!(said(&typed("\u{f0fe}")).as_deref(), Some("☑"));
        assert_eq!(said(&typed("&#xF0A8;")).as_deref(), Some("☐"));
        assert_eq!(said(&typed("\u{fc}")).as_deref(), Some("✔"));
        assert_eq!(said(&typed("words by mistake")), None);
        assert_eq!(said("<w:r><w:t>▢ No ✘ Yes</w:t></w:r>").as_deref(), Some("☐ No ✗ Yes"));
    }

    #[test]
    fn boxes_and_lists_of_older_forms_show_their_state() {
        let field = |form: &str| {
            format!(
                "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData>{form}</w:ffData></w:fldChar></w:r>\
                 <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
            )
        };
        for (form, shown) in [
            ("<w:checkBox><w:default w:val=\"0\"/></w:checkBox>", "☐"),
            ("<w:checkBox><w:default w:val=\"1\"/></w:checkBox>", "☒"),
            ("<w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox>", "☒"),
            ("<w:checkBox><w:default w:val=\"1\"/><w:checked w:val=\"0\"/></w:checkBox>", "☐"),
            (
                "<w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"No\"/><w:listEntry w:val=\"Yes\"/></w:ddList>",
                "Yes",
            ),
        ] {
            assert_eq!(said(&field(form)).as_deref(), Some(shown), "{form}");
        }
        assert_eq!(said(&field("<w:textInput/>")), None);
    }

    #[test]
    fn hidden_text_is_taken_out_and_nothing_else() {
        let run = |properties: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>secret</w:t></w:r>");
        for hidden in ["<w:vanish/>", "<w:vanish w:val=\"1\"/>", "<w:rStyle w:val=\"Unseen\"/>"] {
            let body = format!("<w:r><w:t>seen</w:t></w:r>{}", run(hidden));
            assert_eq!(said(&body).as_deref(), Some("seen"), "{hidden}");
        }
        let shown = "<w:rStyle w:val=\"Unseen\"/><w:vanish w:val=\"0\"/>";
        let before = "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>";
        let of_the_mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>seen</w:t></w:r>";
        for body in [run(shown), run(before), of_the_mark.to_owned()] {
            assert_eq!(said(&body), None, "{body}");
        }
    }

    #[test]
    fn what_needs_nothing_is_left_as_it_is() {
        assert_eq!(said("<w:r><w:t>Fish &amp; chips, ☒ and Łukasz</w:t></w:r>"), None);
        assert_eq!(rewrite(b"not xml <w:t", &Styles::default()), None);
        assert!(ready(b"no zip", Ease::Loose).is_none());
    }
}
