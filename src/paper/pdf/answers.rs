//! Answers of form fields set in the bundled faces: any letters, shrunk where they would run out of their box.
//!
//! All answers of a paper are set in one go, a page for each, and each page becomes a form that is drawn where the field stood.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use serde::Serialize;

use crate::paper::pdf::copy::Copier;
use crate::paper::pdf::layers::Layers;
use crate::pdf::objects::inherited;
use crate::stationery::typst::typeset;

/// An answer and the box it stands in, in points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Answer {
    pub text: String,
    /// Nought where the box decides.
    pub size: f32,
    pub width: f32,
    pub height: f32,
    pub lines: Lines,
    /// `left`, `center` or `right`.
    pub aligned: &'static str,
    pub face: Face,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

/// How an answer fills its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lines {
    One,
    Several,
    /// So many compartments, a letter in each.
    Comb(u32),
}

/// The bundled face nearest to the one a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Face {
    pub family: &'static str,
    pub bold: bool,
}

impl Face {
    /// By the name of a font in a form's resources: `Helv`, `TiRo`, `CoBo`, `ArialMT`.
    pub fn named(name: &str) -> Self {
        let family = match name {
            name if name.starts_with("Ti") || name.contains("Serif") => "Liberation Serif",
            name if name.starts_with("Co") => "Liberation Mono",
            _ => "Liberation Sans",
        };
        Face { family, bold: name.contains("Bo") }
    }
}

/// Each answer is measured at its size and again smaller until it fits.
const TEMPLATE: &str = r#"
#let fitting(size, least, fits) = {
  let now = size
  while now > least and not fits(now) { now = now * 0.95 }
  now
}
#let set-in(answer, size, body) = text(
  font: answer.face.family, weight: if answer.face.bold { "bold" } else { "regular" }, size: size * 1pt,
  fill: rgb(..answer.colour), body,
)
#set text(hyphenate: false)
#set par(leading: 0.45em, spacing: 0.45em, justify: false)
#let alignments = (left: left, center: center, right: right)
#for answer in json("data.json") {
  let (width, height) = (answer.width * 1pt, answer.height * 1pt)
  let room = calc.max(width - 4pt, 1pt)
  let lines = answer.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
  page(width: width, height: height, margin: 0pt, fill: none, context {
    if type(answer.lines) == dictionary {
      let letters = answer.text.clusters()
      let cells = answer.lines.comb
      let start = if answer.size > 0 { answer.size } else { calc.min(12, answer.height * 0.7) }
      let fits(size) = letters.all(letter => measure(set-in(answer, size, letter)).width <= width / cells)
      let size = fitting(start, 4, fits)
      for (at, letter) in letters.enumerate() {
        place(left + top, dx: width / cells * at, box(width: width / cells, height: height, align(center + horizon, set-in(answer, size, letter))))
      }
    } else if answer.lines == "one" {
      let words = lines.join(" ")
      let start = if answer.size > 0 { answer.size } else { calc.min(12, calc.max(4, answer.height * 0.7)) }
      let beside = fitting(start, 2, size => measure(set-in(answer, size, words)).width <= room)
      // Below 6 points one line cannot be read: the answer is set on two lines if that makes it larger.
      let below = fitting(calc.min(start, 8), 2, size => measure(width: room, set-in(answer, size, words)).height <= height - 2pt)
      let size = if beside < 6 { calc.max(beside, below) } else { beside }
      place(left + top, dx: 2pt, box(width: room, height: height, align(alignments.at(answer.aligned) + horizon, set-in(answer, size, words))))
    } else {
      let body = lines.map(line => [#line]).join(linebreak())
      let start = if answer.size > 0 { answer.size } else { 10 }
      let tall = calc.max(height - 4pt, 1pt)
      let size = fitting(start, 2, size => measure(width: room, set-in(answer, size, body)).height <= tall)
      place(left + top, dx: 2pt, dy: 2pt, box(width: room, align(alignments.at(answer.aligned) + top, set-in(answer, size, body))))
    }
  })
}
"#;

/// Sets the answers and puts each into `to` as a form; gives the forms in order.
pub(crate) fn put(to: &mut Document, answers: &[Answer]) -> Result<Vec<ObjectId>, String> {
    if answers.is_empty() {
        return Ok(Vec::new());
    }
    let data = serde_json::to_value(answers).map_err(|error| error.to_string())?;
    let pages = typeset(TEMPLATE, &data, &BTreeMap::new()).and_then(|set| set.pdf());
    let set =
        Document::load_mem(&pages.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    let pages: Vec<ObjectId> = set.page_iter().collect();
    if pages.len() != answers.len() {
        return Err("an answer did not fit its page".to_owned());
    }
    let mut copier = Copier::onto(std::mem::take(to), &set, Layers::default());
    let forms = pages.iter().zip(answers).map(|(id, answer)| form(&mut copier, &set, *id, answer)).collect();
    copier.finish();
    *to = copier.to;
    forms
}

fn form(copier: &mut Copier, set: &Document, page: ObjectId, answer: &Answer) -> Result<ObjectId, String> {
    let content = set.get_page_content(page);
    let page = set.get_dictionary(page).map_err(|error| error.to_string())?;
    let mut dict = Dictionary::new();
    dict.set("Type", Object::Name(b"XObject".to_vec()));
    dict.set("Subtype", Object::Name(b"Form".to_vec()));
    dict.set("BBox", Object::Array([0.0, 0.0, answer.width, answer.height].map(Object::Real).to_vec()));
    if let Some(resources) = inherited(set, page, b"Resources") {
        let resources = copier.value(resources);
        dict.set("Resources", resources);
    }
    Ok(copier.to.add_object(Stream::new(dict, content)))
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;
    use crate::paper::pdf;
    use crate::paper::pdf::open;
    use crate::pdf::text;

    /// A form of fields without a look, as a filling program leaves it: each with its box.
    fn form(fields: Vec<([i64; 4], Dictionary)>) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let mut frames = String::new();
        let mut widgets: Vec<Object> = Vec::new();
        for ([left, bottom, right, top], mut field) in fields {
            frames.push_str(&format!("{left} {bottom} {} {} re S\n", right - left, top - bottom));
            field.set("Subtype", "Widget");
            field.set("Rect", vec![left.into(), bottom.into(), right.into(), top.into()]);
            let widget = document.add_object(field.clone());
            if let Ok(kid_of) = field.get(b"Parent").and_then(Object::as_reference) {
                let parent = document.get_dictionary_mut(kid_of).unwrap();
                let mut kids = parent.get(b"Kids").and_then(Object::as_array).cloned().unwrap_or_default();
                kids.push(widget.into());
                parent.set("Kids", kids);
            }
            widgets.push(widget.into());
        }
        let content = document.add_object(Stream::new(Dictionary::new(), frames.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Annots" => widgets.clone(),
            "MediaBox" => vec![0.into(), 0.into(), 400.into(), 400.into()],
        });
        document.objects.insert(
            pages,
            dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
        );
        let form = dictionary! { "Fields" => widgets, "DA" => Object::string_literal("/Helv 0 Tf 0 g") };
        let catalog =
            document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn text(value: &str) -> Dictionary {
        dictionary! { "FT" => "Tx", "V" => lopdf::text_string(value) }
    }

    /// The words of the page made of the form, with their places.
    fn shown(bytes: &[u8]) -> text::PageWords {
        let made = pdf::normalise::normalise(&open::open(bytes).unwrap()).unwrap();
        text::words(&made.pdf).unwrap().remove(0)
    }

    #[test]
    fn names_in_any_letters_are_readable() {
        let names = [
            "Łukasz Żółć",
            "Ayşe Şahin",
            "Siân O’Brien",
            "Олена Шевченко",
            "Ελένη",
            "Nguyễn Thị Ánh",
            "محمد علي",
        ];
        let fields =
            names.iter().zip(0_i64..).map(|(name, at)| ([20, 360 - 40 * at, 220, 380 - 40 * at], text(name)));
        let page = shown(&form(fields.collect()));
        let said = page.text();
        for name in &names[..6] {
            assert!(said.contains(name), "{name} is not in {said}");
        }
        // Arabic is drawn letter by letter in its joined forms, so only single letters can be looked for.
        let letters: String = said.chars().filter(|letter| !letter.is_whitespace()).collect();
        for letter in "محمدعلي".chars() {
            assert!(letters.contains(letter), "{letter} is not in {said}");
        }
        assert!(!said.contains('\u{fffd}') && !said.contains('?'), "{said}");
    }

    #[test]
    fn letters_no_face_has_are_said() {
        let made = |value: &str| {
            let bytes = form(vec![([20, 300, 220, 320], text(value))]);
            let findings = pdf::normalise::normalise(&open::open(&bytes).unwrap()).unwrap().findings;
            findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(made("Łukasz محمد"), Vec::<String>::new());
        assert_eq!(made("𓀀 𓀁"), ["letters-not-shown"]);
    }

    #[test]
    fn an_answer_stays_in_its_box() {
        let long = "Her aunt was asked and cannot. Two in-house carers were full, one is away until June. "
            .repeat(8);
        let mut several = text(&long);
        several.set("Ff", 1 << 12);
        let mut comb = text("AB123456C");
        comb.set("Ff", 1 << 24);
        comb.set("MaxLen", 9);
        let mut right = text("£4,250.00");
        right.set("Q", 2);
        right.set("DA", Object::string_literal("/TiBo 10 Tf 0 0 1 rg"));
        let fields = vec![
            ([20, 250, 380, 380], several),
            ([20, 200, 100, 220], text("Zofia Aleksandra Fictional-Wiśniewska of the Long Names")),
            ([20, 150, 200, 170], comb),
            ([20, 100, 200, 120], right),
        ];
        let page = shown(&form(fields));
        let within = |text: &str, place: [f64; 4]| {
            let word = page.words.iter().find(|word| word.text == text).unwrap_or_else(|| panic!("{text}"));
            let [left, bottom, right, top] = word.place;
            let inside = place[0] <= left && place[1] <= bottom && right <= place[2] && top <= place[3];
            assert!(inside, "{word:?} is outside {place:?}");
        };
        within("Names", [20.0, 200.0, 100.0, 220.0]);
        let tall = |text: &str| {
            page.words.iter().find(|word| word.text == text).map(|word| word.place[3] - word.place[1])
        };
        assert!(tall("Zofia").is_some_and(|tall| 3.5 < tall), "too small to read: {:?}", tall("Zofia"));
        within("June.", [20.0, 250.0, 380.0, 380.0]);
        assert_eq!(page.words.iter().filter(|word| word.text == "June.").count(), 8);
        assert!(page.words.iter().filter(|word| word.text == "June.").all(|word| 250.0 < word.place[1]));
        // A letter in each ninth of the comb.
        for (at, letter) in (0_u8..).zip(["A", "B", "1", "2", "3", "4", "5", "6", "C"]) {
            let left = 20.0 + 20.0 * f64::from(at);
            let word = page.words.iter().find(|word| word.text == letter && word.place[1] < 170.0);
            let place = word.unwrap_or_else(|| panic!("{letter}: {:?}", page.words)).place;
            assert!(left < place[0] && place[2] < left + 20.0, "{letter} {place:?}");
        }
        let sum = page.words.iter().find(|word| word.text == "£4,250.00").unwrap();
        assert!((195.0..=200.0).contains(&sum.place[2]), "{sum:?}");
    }

    #[test]
    fn lists_show_their_words_and_boxes_their_ticks() {
        let pair = |stored: &str, shown: &str| {
            Object::Array(vec![lopdf::text_string(stored), lopdf::text_string(shown)])
        };
        let list = dictionary! {
            "FT" => "Ch", "V" => lopdf::text_string("1"),
            "Opt" => vec![pair("0", "Section 20"), pair("1", "Interim care order")],
        };
        let mut both = list.clone();
        both.set("V", vec![lopdf::text_string("0"), lopdf::text_string("1")]);
        let ticked = dictionary! { "FT" => "Btn", "V" => "Yes" };
        let open = dictionary! { "FT" => "Btn", "V" => "Off" };
        let fields = vec![
            ([20, 350, 200, 370], list),
            ([20, 300, 300, 320], both),
            ([20, 250, 32, 262], ticked),
            ([20, 220, 32, 232], open),
        ];
        let page = shown(&form(fields));
        assert_eq!(page.text(), "Interim care order Section 20, Interim care order");
        let crossed = |low: f64| {
            let inside =
                |mark: &&[f64; 4]| mark[0] > 21.0 && mark[2] < 31.0 && mark[1] > low && mark[3] < low + 12.0;
            page.drawn.iter().filter(inside).count()
        };
        assert_eq!((crossed(250.0), crossed(220.0)), (1, 0));
    }
}
