//! A PDF as dropped, made into a rendition: page content only, flattened, the same bytes each time.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::finding::Finding;
use crate::paper::pdf::answers::{self, Answer};
use crate::paper::pdf::copy::Copier;
use crate::paper::pdf::flatten::{self, Annotations, Appearance, Stamp};
use crate::paper::pdf::layers::Layers;
use crate::paper::pdf::marks::Drawing;
use crate::paper::pdf::mend::{self, Mended};
use crate::paper::pdf::open::Opened;
use crate::paper::pdf::used;
use crate::paper::said::sentences;
use crate::pdf::objects::{array, dictionary, follow, inherited, name, value, visible_box};
use crate::pdf::outline::{self, Bookmark};
use crate::pdf::save::save;
use crate::stationery::typst::has_letter;

/// The most one part of a page's content may hold that is looked through.
const LARGEST_CONTENT: usize = 64 << 20;

/// A rendition, and what was noticed while it was made.
#[derive(Debug, Default)]
pub(crate) struct Normalised {
    pub pdf: Vec<u8>,
    pub comments: u32,
    pub links: Vec<String>,
    pub files: Vec<String>,
    /// Signatures that were on it; the rendition no longer proves anything.
    pub signatures: u32,
    /// Made with a form program whose pages are not in the PDF.
    pub dynamic_form: bool,
    /// Whether it was damaged, or refers to things that the file does not have, so that something may be lost.
    pub doubtful: bool,
    /// Whether it has layers, of which only those that are on are shown.
    pub layered: bool,
    pub findings: Vec<Finding>,
}

/// Makes the rendition of an opened PDF.
pub(crate) fn normalise(opened: &Opened) -> Result<Normalised, String> {
    let Some((document, pages)) = &opened.objects else { return Err("no objects".to_owned()) };
    let mut copier = Copier::new(document, Layers::read(document));
    let tree = copier.to.new_object_id();
    let mut made = Normalised::default();
    let mut active = active_in_document(document);
    let mut kids = Vec::new();
    let mut unseen = 0;
    let mut redactions = 0;
    let page = |id: &ObjectId| document.get_dictionary(*id).map_err(|error| error.to_string());
    let found = |id: &ObjectId| Ok(flatten::annotations(document, page(id)?, &copier.layers));
    let found = pages.iter().map(found).collect::<Result<Vec<Annotations>, String>>()?;
    let stamps = found.iter().flat_map(|annotations| &annotations.stamps);
    let answers: Vec<Answer> = stamps
        .filter_map(|stamp| match &stamp.appearance {
            Appearance::Set(answer) => Some(answer.clone()),
            _ => None,
        })
        .collect();
    made.findings.extend(letters_finding(&answers));
    let mut answers = answers::put(&mut copier.to, &answers)?.into_iter();
    for (id, annotations) in pages.iter().zip(found) {
        let stamps = annotations.stamps.as_slice();
        kids.push(Object::Reference(copy_page(&mut copier, document, page(id)?, tree, stamps, &mut answers)));
        made.comments += annotations.comments;
        made.links.extend(annotations.links);
        made.files.extend(annotations.files);
        active.extend(annotations.active);
        unseen += annotations.unseen;
        redactions += annotations.redactions;
    }
    copier.finish();
    let said = opened.findings.iter().any(|finding| finding.code == "repaired");
    made.doubtful = 0 < copier.missing || copier.damaged || said;
    made.layered = !copier.layers.are_none();
    if copier.damaged && !said {
        made.findings.push(sentences::repaired_pdf());
    }
    made.signatures = signatures(document);
    made.dynamic_form = form(document).is_some_and(|form| form.has(b"XFA"));
    made.files.extend(embedded_files(document));
    made.findings.extend(active_finding(active));
    made.findings.extend(unseen_finding(unseen));
    made.findings.extend(sentences::redaction_not_applied(redactions));
    made.pdf = write(copier.to, tree, kids, &outline::read(document, pages))?;
    Ok(made)
}

/// Closes a document: page tree, bookmarks, catalog, compressed streams, no dates.
pub(crate) fn write(
    mut document: Document,
    tree: ObjectId,
    kids: Vec<Object>,
    bookmarks: &[Bookmark],
) -> Result<Vec<u8>, String> {
    let outline = outline::write(&mut document, bookmarks, &kids);
    let mut pages = Dictionary::new();
    pages.set("Type", Object::Name(b"Pages".to_vec()));
    pages.set("Count", Object::Integer(i64::try_from(kids.len()).unwrap_or(i64::MAX)));
    pages.set("Kids", Object::Array(kids));
    document.objects.insert(tree, Object::Dictionary(pages));
    let mut catalog = Dictionary::new();
    catalog.set("Type", Object::Name(b"Catalog".to_vec()));
    catalog.set("Pages", Object::Reference(tree));
    if let Some(outline) = outline {
        catalog.set("Outlines", Object::Reference(outline));
    }
    let catalog = document.add_object(catalog);
    document.trailer = Dictionary::new();
    document.trailer.set("Root", Object::Reference(catalog));
    document.compress();
    save(&document).map_err(|error| error.to_string())
}

/// Copies one page: its content between a save and a restore, then the fields and annotations on top.
fn copy_page(
    copier: &mut Copier,
    document: &Document,
    page: &Dictionary,
    tree: ObjectId,
    on_top: &[Stamp],
    answers: &mut impl Iterator<Item = ObjectId>,
) -> ObjectId {
    let number = copier.to.new_object_id();
    let mut resources = Dictionary::new();
    if let Some(Object::Dictionary(own)) = inherited(document, page, b"Resources") {
        let own = used::only(document, page, own);
        for (key, value) in &*own {
            // A stream must be an object of its own: written inside the resources it would make the file unreadable.
            match follow(document, value).unwrap_or(value) {
                Object::Stream(_) => {}
                value => resources.set(key.clone(), copier.value(value)),
            }
        }
    }
    let stamps = stamp(copier, document, &mut resources, on_top, answers);
    let mut contents = own_contents(copier, document, page);
    if !stamps.is_empty() {
        contents.insert(0, part(copier, b"q\n"));
        contents.push(part(copier, format!("\nQ\n{stamps}").as_bytes()));
    }
    let mut copy = Dictionary::new();
    copy.set("Type", Object::Name(b"Page".to_vec()));
    copy.set("Parent", Object::Reference(tree));
    copy.set("MediaBox", Object::Array(visible_box(document, page).map(Object::Real).to_vec()));
    let turn =
        inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0).rem_euclid(360);
    if turn != 0 && turn % 90 == 0 {
        copy.set("Rotate", Object::Integer(turn));
    }
    if let Some(unit) = value(document, page, b"UserUnit") {
        copy.set("UserUnit", copier.value(unit));
    }
    if let Some(group) = value(document, page, b"Group") {
        copy.set("Group", copier.value(group));
    }
    copy.set("Resources", Object::Dictionary(resources));
    copy.set("Contents", Object::Array(contents));
    copier.to.objects.insert(number, Object::Dictionary(copy));
    number
}

/// A small content stream of ours.
fn part(copier: &mut Copier, operators: &[u8]) -> Object {
    let stream = Stream::new(Dictionary::new(), operators.to_vec()).with_compression(64 < operators.len());
    Object::Reference(copier.to.add_object(stream))
}

/// The page's own content streams, in order.
fn own_contents(copier: &mut Copier, document: &Document, page: &Dictionary) -> Vec<Object> {
    let Ok(contents) = page.get(b"Contents") else { return Vec::new() };
    let parts = match follow(document, contents) {
        Some(Object::Array(parts)) => parts.clone(),
        Some(Object::Stream(_)) => vec![contents.clone()],
        _ => Vec::new(),
    };
    if let Some(changed) = mended(copier, document, page, &parts) {
        let plain = used::without_stand_ins(&changed);
        return vec![part(copier, plain.as_deref().unwrap_or(&changed))];
    }
    if let Some(plain) = used::content(document, &parts).and_then(|content| used::without_stand_ins(&content))
    {
        return vec![part(copier, &plain)];
    }
    let is_stream = |part: &&Object| matches!(follow(document, part), Some(Object::Stream(_)));
    parts.iter().filter(is_stream).map(|part| copier.value(part)).collect()
}

/// All of a page's content without what is broken or in layers that are off; none where nothing is.
fn mended(copier: &mut Copier, document: &Document, page: &Dictionary, parts: &[Object]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut broken = false;
    for part in parts {
        let Some(Object::Stream(stream)) = follow(document, part) else { continue };
        let instead = match mend::stream(document, stream) {
            Mended::Sound => None,
            Mended::Repacked(stream) | Mended::InPart(stream) => Some(stream),
            Mended::Lost => continue,
        };
        let stream = instead.as_ref().unwrap_or(stream);
        content.extend(stream.get_plain_content_with_limit(LARGEST_CONTENT).ok()?);
        content.push(b'\n');
    }
    if let Some(sound) = mend::content(&content) {
        (content, broken) = (sound, true);
        copier.damaged = true;
    }
    let resources = inherited(document, page, b"Resources").and_then(|resources| resources.as_dict().ok());
    let shown = resources.and_then(|resources| copier.layers.strip(document, resources, &content));
    shown.or(broken.then_some(content))
}

/// Puts appearances into the page's resources; gives the operators that draw them. `answers` are those that were set, in order.
fn stamp(
    copier: &mut Copier,
    document: &Document,
    resources: &mut Dictionary,
    stamps: &[Stamp],
    answers: &mut impl Iterator<Item = ObjectId>,
) -> String {
    let mut operators = String::new();
    let mut objects = match resources.get(b"XObject") {
        Ok(Object::Dictionary(objects)) => objects.clone(),
        _ => Dictionary::new(),
    };
    for (index, stamp) in stamps.iter().enumerate() {
        let drawing = match &stamp.appearance {
            Appearance::Stream(id) => {
                let Ok(Object::Stream(stream)) = document.get_object(*id) else { continue };
                let mut copy = copier.stream(stream, 0);
                // Some writers leave these out; without them the stream cannot be drawn.
                copy.dict.set("Type", Object::Name(b"XObject".to_vec()));
                copy.dict.set("Subtype", Object::Name(b"Form".to_vec()));
                copier.to.add_object(copy)
            }
            Appearance::Drawn(drawing) => draw_mark(copier, drawing),
            Appearance::Set(_) => match answers.next() {
                Some(answer) => answer,
                None => continue,
            },
        };
        let key = format!("Field{index}");
        let [a, b, c, d, e, f] = stamp.matrix;
        operators.push_str(&format!("q {a} {b} {c} {d} {e} {f} cm /{key} Do Q\n"));
        objects.set(key, Object::Reference(drawing));
    }
    if !stamps.is_empty() {
        resources.set("XObject", Object::Dictionary(objects));
    }
    operators
}

fn draw_mark(copier: &mut Copier, drawing: &Drawing) -> ObjectId {
    let mut form = Dictionary::new();
    form.set("Type", Object::Name(b"XObject".to_vec()));
    form.set("Subtype", Object::Name(b"Form".to_vec()));
    form.set("BBox", Object::Array(drawing.place.map(Object::Real).to_vec()));
    if drawing.strength < 1.0 || drawing.marker {
        let mut state = Dictionary::new();
        state.set("ca", Object::Real(drawing.strength));
        state.set("CA", Object::Real(drawing.strength));
        if drawing.marker {
            state.set("BM", Object::Name(b"Multiply".to_vec()));
        }
        let mut states = Dictionary::new();
        states.set("G", Object::Dictionary(state));
        let mut resources = Dictionary::new();
        resources.set("ExtGState", Object::Dictionary(states));
        form.set("Resources", Object::Dictionary(resources));
        let operators = [b"/G gs ", drawing.operators.as_slice()].concat();
        return copier.to.add_object(Stream::new(form, operators));
    }
    copier.to.add_object(Stream::new(form, drawing.operators.clone()))
}

fn form(document: &Document) -> Option<&Dictionary> {
    dictionary(document, document.catalog().ok()?, b"AcroForm")
}

/// Signature fields that were signed.
fn signatures(document: &Document) -> u32 {
    let signed = |object: &&Object| {
        object.as_dict().is_ok_and(|field| name(document, field, b"FT") == Some(b"Sig") && field.has(b"V"))
    };
    u32::try_from(document.objects.values().filter(signed).count()).unwrap_or(u32::MAX)
}

/// What the document as a whole would do when opened.
fn active_in_document(document: &Document) -> Vec<&'static str> {
    let Ok(catalog) = document.catalog() else { return Vec::new() };
    let mut active = Vec::new();
    let names = dictionary(document, catalog, b"Names");
    if catalog.has(b"AA") || names.is_some_and(|names| names.has(b"JavaScript")) {
        active.push("scripts");
    }
    if let Some(action) = dictionary(document, catalog, b"OpenAction") {
        match name(document, action, b"S") {
            Some(b"JavaScript") => active.push("scripts"),
            Some(b"Launch") => active.push("commands that start a program"),
            _ => {}
        }
    }
    active
}

fn active_finding(mut active: Vec<&'static str>) -> Option<Finding> {
    active.sort_unstable();
    active.dedup();
    (!active.is_empty()).then(|| {
        Finding::note("active-content", format!("the PDF holds {}; they were left out", active.join(" and ")))
    })
}

fn unseen_finding(marks: u32) -> Option<Finding> {
    let some = if marks == 1 { "1 mark".to_owned() } else { format!("{marks} marks") };
    (0 < marks).then(|| {
        Finding::warning("marks-not-shown", format!("{some} made on the pages of the PDF cannot be shown"))
            .hint("if they matter, print the PDF to PDF with its comments, and drop that")
    })
}

fn letters_finding(answers: &[Answer]) -> Option<Finding> {
    let lacking =
        |answer: &&Answer| answer.text.chars().any(|letter| !letter.is_control() && !has_letter(letter));
    let lacking = answers.iter().filter(lacking).count();
    let some = if lacking == 1 { "1 answer".to_owned() } else { format!("{lacking} answers") };
    (0 < lacking).then(|| {
        Finding::warning("letters-not-shown", format!("{some} in the form's fields cannot be shown in full"))
            .hint("print the PDF to PDF from the program it was filled in with, and drop that")
    })
}

/// Names of files carried inside the PDF.
fn embedded_files(document: &Document) -> Vec<String> {
    let tree = document
        .catalog()
        .ok()
        .and_then(|catalog| dictionary(document, catalog, b"Names"))
        .and_then(|names| dictionary(document, names, b"EmbeddedFiles"));
    let mut waiting: Vec<&Dictionary> = tree.into_iter().collect();
    let mut files = Vec::new();
    for _ in 0..1000 {
        let Some(node) = waiting.pop() else { break };
        for pair in array(document, node, b"Names").map(Vec::as_slice).unwrap_or_default().chunks(2) {
            files.extend(lopdf::decode_text_string(&pair[0]).ok());
        }
        let kids = array(document, node, b"Kids").map(Vec::as_slice).unwrap_or_default();
        waiting.extend(kids.iter().filter_map(|kid| follow(document, kid)?.as_dict().ok()));
    }
    files
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;
    use crate::paper::pdf::open;
    use crate::pdf::text;

    /// A page with a filled form, a note, an action and a bookmark, as a form program leaves it.
    fn filled_form() -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        let look = |document: &mut Document, text: &str| {
            let form = dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 100.into(), 20.into()],
                "Resources" => dictionary! { "Font" => dictionary! { "F" => helvetica() } },
            };
            document.add_object(Stream::new(form, format!("BT /F 9 Tf 2 5 Td ({text}) Tj ET").into_bytes()))
        };
        let (on, off, stamp) =
            (look(&mut document, "TICKED"), look(&mut document, "OPEN"), look(&mut document, "STAMPED"));
        let rect = |low: i64| Object::Array(vec![100.into(), low.into(), 300.into(), (low + 20).into()]);
        let annotations = vec![
            Object::Dictionary(
                dictionary! { "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("name"),
                "V" => Object::string_literal("Alex Sample"), "DA" => Object::string_literal("/Helv 10 Tf 0 g"), "Rect" => rect(700) },
            ),
            Object::Dictionary(
                dictionary! { "Subtype" => "Widget", "FT" => "Btn", "AS" => "Yes", "Rect" => rect(650),
                "AP" => dictionary! { "N" => dictionary! { "Yes" => on, "Off" => off } } },
            ),
            Object::Dictionary(
                dictionary! { "Subtype" => "Stamp", "Rect" => rect(600), "AP" => dictionary! { "N" => stamp } },
            ),
            Object::Dictionary(
                dictionary! { "Subtype" => "Stamp", "Rect" => rect(550), "F" => 2, "AP" => dictionary! { "N" => stamp } },
            ),
            Object::Dictionary(
                dictionary! { "Subtype" => "Text", "Rect" => rect(500), "Contents" => Object::string_literal("hm") },
            ),
            Object::Dictionary(
                dictionary! { "Subtype" => "FreeText", "Rect" => rect(400), "Contents" => Object::string_literal("typed") },
            ),
            // A polygon without its corners, so that nothing can be drawn.
            Object::Dictionary(dictionary! { "Subtype" => "Polygon", "Rect" => rect(350) }),
            Object::Dictionary(dictionary! { "Subtype" => "Link", "Rect" => rect(450),
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("http://example.invalid/x") } }),
        ];
        let content = document
            .add_object(Stream::new(Dictionary::new(), b"BT /F 12 Tf 100 800 Td (Referral) Tj ET".to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Annots" => annotations,
            "Resources" => dictionary! { "Font" => dictionary! { "F" => helvetica() } },
        });
        let mark = document.add_object(dictionary! {
            "Title" => Object::string_literal("Part one"), "Dest" => vec![page.into(), "Fit".into()],
        });
        document.objects.insert(
            pages,
            Object::Dictionary(dictionary! {
                "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            }),
        );
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => pages, "AcroForm" => dictionary! { "Fields" => Object::Array(vec![]) },
            "OpenAction" => dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") },
            "Outlines" => dictionary! { "First" => mark, "Last" => mark },
        });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn helvetica() -> Object {
        Object::Dictionary(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" })
    }

    fn made(bytes: &[u8]) -> Normalised {
        normalise(&open::open(bytes).unwrap()).unwrap()
    }

    #[test]
    fn a_filled_form_becomes_part_of_its_page() {
        let made = made(&filled_form());
        let page = &text::words(&made.pdf).unwrap()[0];
        assert_eq!(page.text(), "Referral Alex Sample TICKED STAMPED typed");
        let place = |text: &str| page.words.iter().find(|word| word.text == text).unwrap().place;
        assert!((700.0..720.0).contains(&place("Alex")[1]), "{:?}", place("Alex"));
        assert!((600.0..620.0).contains(&place("STAMPED")[1]));
        assert_eq!((made.comments, made.links.as_slice()), (1, &["http://example.invalid/x".to_owned()][..]));
    }

    #[test]
    fn nothing_that_acts_is_left_and_it_is_said() {
        let made = made(&filled_form());
        let document = Document::load_mem(&made.pdf).unwrap();
        let says = format!("{document:?}");
        for word in ["AcroForm", "JavaScript", "Annots", "OpenAction", "URI", "Widget"] {
            assert!(!says.contains(word), "{word} is still there");
        }
        let messages: Vec<&str> = made.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the PDF holds scripts; they were left out",
                "1 mark made on the pages of the PDF cannot be shown",
            ]
        );
    }

    #[test]
    fn its_own_bookmarks_stay_and_the_bytes_are_always_the_same() {
        let bytes = filled_form();
        let once = made(&bytes).pdf;
        assert_eq!(once, made(&bytes).pdf);
        let opened = open::open(&once).unwrap();
        let (document, pages) = opened.objects.unwrap();
        let marks = outline::read(&document, &pages);
        assert_eq!(marks, [Bookmark { title: "Part one".to_owned(), depth: 0, page: 0 }]);
    }
}
