//! Form fields and annotations made part of the page: each one's appearance drawn where it stood.
//!
//! Says which ones were drawn, left out or had none; draws nothing that a reader of the paper would not have seen.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::paper::pdf::answers::Answer;
use crate::paper::pdf::field::{self, FieldLook};
use crate::paper::pdf::layers::Layers;
use crate::paper::pdf::marks::{self, Drawing};
use crate::pdf::objects::{array, dictionary, follow, inherited, name, numbers, upright, value};

/// One appearance to draw on the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stamp {
    pub appearance: Appearance,
    /// From the appearance's own coordinates to the page's.
    pub matrix: [f32; 6],
}

/// Where the drawing comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Appearance {
    /// A stream of the file.
    Stream(ObjectId),
    /// Ours, for a field that came without one.
    Drawn(Drawing),
    /// Words of ours.
    Set(Answer),
}

/// What was on the page besides its content.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Annotations {
    pub stamps: Vec<Stamp>,
    pub comments: u32,
    /// Addresses of links.
    pub links: Vec<String>,
    /// Names of attached files.
    pub files: Vec<String>,
    /// Marks that came without a look of their own, and so cannot be shown.
    pub unseen: u32,
    /// Places marked to be taken out, and not taken out.
    pub redactions: u32,
    /// Kinds of things that play or act.
    pub active: Vec<&'static str>,
}

const HIDDEN: i64 = 1 << 1;
const PRINT: i64 = 1 << 2;
const NO_VIEW: i64 = 1 << 5;

/// A field that does something when pressed and holds nothing.
const PUSH_BUTTON: i64 = 1 << 16;

/// What stands on `page` besides its content.
pub(crate) fn annotations(document: &Document, page: &Dictionary, layers: &Layers) -> Annotations {
    let mut found = Annotations::default();
    let form = document.catalog().ok().and_then(|catalog| dictionary(document, catalog, b"AcroForm"));
    let items = array(document, page, b"Annots").map(Vec::as_slice).unwrap_or_default();
    for item in items {
        if let Some(annotation) = follow(document, item).and_then(|item| item.as_dict().ok())
            && !layers.hide_owner(document, annotation)
        {
            found.take(document, form, annotation);
        }
    }
    found
}

impl Annotations {
    fn take(&mut self, document: &Document, form: Option<&Dictionary>, annotation: &Dictionary) {
        let flags = value(document, annotation, b"F").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
        self.note_actions(document, annotation);
        let kind = name(document, annotation, b"Subtype").unwrap_or_default();
        match kind {
            b"Link" | b"Popup" => {}
            b"Redact" => {
                self.redactions += 1;
                if let Some(place) = numbers::<4>(document, annotation, b"Rect").map(upright) {
                    let appearance = Appearance::Drawn(marks::blacken(document, annotation, place));
                    self.stamps.push(Stamp { appearance, matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0] });
                }
            }
            b"Text" | b"FileAttachment" => {
                if kind == b"Text" {
                    self.comments += 1;
                } else {
                    self.files.push(attached_name(document, annotation));
                }
                // The icon of a note or attachment is drawn only if it is marked to be printed.
                if flags & PRINT != 0 && appearance(document, annotation).is_some() {
                    self.draw(document, form, annotation, true);
                }
            }
            b"Movie" | b"Sound" | b"Screen" | b"RichMedia" | b"3D"
                if appearance(document, annotation).is_none() =>
            {
                self.active.push("sound, film or 3D");
            }
            _ if !is_on_paper(document, annotation, flags) => {}
            _ => {
                if matches!(kind, b"Movie" | b"Sound" | b"Screen" | b"RichMedia" | b"3D") {
                    // The still picture that a viewer shows before the film is played is drawn.
                    self.active.push("sound, film or 3D");
                }
                self.draw(document, form, annotation, kind == b"Widget");
            }
        }
    }

    fn draw(
        &mut self,
        document: &Document,
        form: Option<&Dictionary>,
        annotation: &Dictionary,
        widget: bool,
    ) {
        let Some(place) = numbers::<4>(document, annotation, b"Rect").map(upright) else { return };
        let moved = [1.0, 0.0, 0.0, 1.0, place[0], place[1]];
        let stale = form.is_some_and(|form| {
            value(document, form, b"NeedAppearances")
                .is_some_and(|needed| matches!(needed, Object::Boolean(true)))
        });
        // `NeedAppearances` says that text fields were filled without being drawn; buttons always carry a drawing of each state.
        let is_button =
            inherited(document, annotation, b"FT").is_some_and(|kind| matches!(kind.as_name(), Ok(b"Btn")));
        if widget
            && ((stale && !is_button) || appearance(document, annotation).is_none())
            && let Some(look) = field::look(document, form, annotation, place)
        {
            let appearance = match look {
                FieldLook::Tick(drawing) => Appearance::Drawn(drawing),
                FieldLook::Words(answer) => Appearance::Set(answer),
            };
            self.stamps.push(Stamp { appearance, matrix: moved });
            return;
        }
        let look = appearance(document, annotation);
        if let Some((id, matrix)) = look.and_then(|id| Some((id, fit(document, id, place)?))) {
            self.stamps.push(Stamp { appearance: Appearance::Stream(id), matrix });
        } else if let Some(words) = field::typed(document, annotation, place).filter(|_| !widget) {
            self.stamps.push(Stamp { appearance: Appearance::Set(words), matrix: moved });
        } else if let Some(mark) = marks::draw(document, annotation, place).filter(|_| !widget) {
            let matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
            self.stamps.push(Stamp { appearance: Appearance::Drawn(mark), matrix });
        } else if !widget {
            self.unseen += 1;
        }
    }

    fn note_actions(&mut self, document: &Document, annotation: &Dictionary) {
        let action = dictionary(document, annotation, b"A");
        if let Some(action) = action {
            match name(document, action, b"S").unwrap_or_default() {
                b"URI" => {
                    let address = value(document, action, b"URI").and_then(|address| address.as_str().ok());
                    self.links.extend(address.map(|address| String::from_utf8_lossy(address).into_owned()));
                }
                b"JavaScript" => self.active.push("scripts"),
                b"Launch" => self.active.push("commands that start a program"),
                b"SubmitForm" | b"ImportData" => self.active.push("buttons that send the form"),
                _ => {}
            }
        }
        if annotation.has(b"AA") {
            self.active.push("scripts");
        }
    }
}

/// Whether it would be on a print of the page. What is seen but not printed is kept all the same, but for buttons to press:
/// a form program may have forgotten to say that an answer is to be printed.
fn is_on_paper(document: &Document, annotation: &Dictionary, flags: i64) -> bool {
    if flags & HIDDEN != 0 {
        return false;
    }
    if flags & PRINT != 0 {
        return true;
    }
    let field = inherited(document, annotation, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let button =
        inherited(document, annotation, b"FT").is_some_and(|kind| matches!(kind.as_name(), Ok(b"Btn")));
    flags & NO_VIEW == 0 && !(button && field & PUSH_BUTTON != 0)
}

/// The stream that shows the annotation as it is now.
fn appearance(document: &Document, annotation: &Dictionary) -> Option<ObjectId> {
    let looks = dictionary(document, annotation, b"AP")?;
    let normal = looks.get(b"N").ok()?;
    match document.dereference(normal).ok()? {
        (Some(id), Object::Stream(_)) => Some(id),
        (_, Object::Dictionary(states)) => {
            let state = name(document, annotation, b"AS")
                .or_else(|| inherited(document, annotation, b"V").and_then(|value| value.as_name().ok()))
                .unwrap_or(b"Off");
            match document.dereference(states.get(state).ok()?).ok()? {
                (Some(id), Object::Stream(_)) => Some(id),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The matrix that puts an appearance's box, turned by its own matrix, into `place` (PDF 32000-1, 12.5.5).
fn fit(document: &Document, id: ObjectId, place: [f32; 4]) -> Option<[f32; 6]> {
    let stream = document.get_object(id).ok()?.as_stream().ok()?;
    let inner = upright(numbers::<4>(document, &stream.dict, b"BBox")?);
    let [a, b, c, d, e, f] =
        numbers::<6>(document, &stream.dict, b"Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let corners = [(inner[0], inner[1]), (inner[2], inner[1]), (inner[0], inner[3]), (inner[2], inner[3])];
    let turned = corners.map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
    let least = |pick: fn(&(f32, f32)) -> f32| turned.iter().map(pick).fold(f32::INFINITY, f32::min);
    let most = |pick: fn(&(f32, f32)) -> f32| turned.iter().map(pick).fold(f32::NEG_INFINITY, f32::max);
    let (left, right) = (least(|corner| corner.0), most(|corner| corner.0));
    let (bottom, top) = (least(|corner| corner.1), most(|corner| corner.1));
    let scale = |wanted: f32, given: f32| if given.abs() < 1e-6 { 1.0 } else { wanted / given };
    let across = scale(place[2] - place[0], right - left);
    let up = scale(place[3] - place[1], top - bottom);
    Some([across, 0.0, 0.0, up, place[0] - left * across, place[1] - bottom * up])
}

fn attached_name(document: &Document, annotation: &Dictionary) -> String {
    let file = dictionary(document, annotation, b"FS");
    let name = file.and_then(|file| value(document, file, b"UF").or_else(|| value(document, file, b"F")));
    name.and_then(|name| lopdf::decode_text_string(name).ok()).unwrap_or_else(|| "attachment".to_owned())
}
