//! Layers of a PDF (optional content): which are off as the file is opened, and page content without them.
//!
//! A reader of the paper sees the layers that are on and no others. What is off is taken out of the content, and no layer is
//! left for anybody to turn on again.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::pdf::content::Steps;
use crate::pdf::objects::{array, dictionary, follow, name};

/// Deepest expression over layers that is worked out.
const DEEPEST: usize = 32;

/// The layers of a document, and those that are off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    /// Where there are none, nothing is looked for.
    some: bool,
    off: HashSet<ObjectId>,
}

/// Whether an object is a layer, or a condition over layers.
pub(crate) fn is_layer(dictionary: &Dictionary) -> bool {
    matches!(dictionary.get(b"Type").and_then(Object::as_name), Ok(b"OCG" | b"OCMD"))
}

impl Layers {
    /// As the document's default configuration has them.
    pub fn read(document: &Document) -> Self {
        let Some(all) = document.catalog().ok().and_then(|root| dictionary(document, root, b"OCProperties"))
        else {
            return Layers::default();
        };
        let Some(standard) = dictionary(document, all, b"D") else { return Layers::default() };
        let listed = |of: &Dictionary, key: &[u8]| -> Vec<ObjectId> {
            let items = array(document, of, key).map(Vec::as_slice).unwrap_or_default();
            items.iter().filter_map(|item| item.as_reference().ok()).collect()
        };
        let mut off = HashSet::new();
        if name(document, standard, b"BaseState") == Some(b"OFF") {
            off.extend(listed(all, b"OCGs"));
        }
        for id in listed(standard, b"ON") {
            off.remove(&id);
        }
        off.extend(listed(standard, b"OFF"));
        Layers { some: true, off }
    }

    /// Whether the document has no layers.
    pub fn are_none(&self) -> bool {
        !self.some
    }

    /// Whether what belongs to the layer or condition `object` is not shown.
    pub fn hide(&self, document: &Document, object: &Object) -> bool {
        self.some && self.hides(document, object, 0)
    }

    /// Whether something that may have an `/OC` of its own is not shown.
    pub fn hide_owner(&self, document: &Document, owner: &Dictionary) -> bool {
        owner.get(b"OC").is_ok_and(|layer| self.hide(document, layer))
    }

    fn hides(&self, document: &Document, object: &Object, depth: usize) -> bool {
        if let Ok(id) = object.as_reference()
            && self.off.contains(&id)
        {
            return true;
        }
        let Some(Object::Dictionary(condition)) = follow(document, object) else { return false };
        if name(document, condition, b"Type") != Some(b"OCMD") || DEEPEST < depth {
            return false;
        }
        if let Some(expression) = array(document, condition, b"VE") {
            return !self.holds(document, expression, depth);
        }
        let layers = match condition.get(b"OCGs") {
            Ok(one @ Object::Reference(_)) => match follow(document, one) {
                Some(Object::Array(several)) => several.clone(),
                Some(Object::Dictionary(_)) => vec![one.clone()],
                _ => Vec::new(),
            },
            Ok(Object::Array(several)) => several.clone(),
            _ => Vec::new(),
        };
        let mut hidden = layers
            .iter()
            .filter(|layer| !layer.is_null())
            .map(|layer| self.hides(document, layer, depth + 1));
        if layers.is_empty() {
            return false;
        }
        match name(document, condition, b"P") {
            Some(b"AllOn") => hidden.any(|hidden| hidden),
            Some(b"AnyOff") => !hidden.any(|hidden| hidden),
            Some(b"AllOff") => !hidden.all(|hidden| hidden),
            _ => hidden.all(|hidden| hidden),
        }
    }

    /// Whether an expression of `/And`, `/Or` and `/Not` is true.
    fn holds(&self, document: &Document, expression: &[Object], depth: usize) -> bool {
        let Some((operator, terms)) = expression.split_first() else { return true };
        if DEEPEST < depth {
            return true;
        }
        let mut terms = terms.iter().map(|term| match follow(document, term) {
            Some(Object::Array(inner)) => self.holds(document, inner, depth + 1),
            _ => !self.hides(document, term, depth + 1),
        });
        match operator.as_name() {
            Ok(b"Or") => terms.any(|on| on),
            Ok(b"Not") => !terms.next().unwrap_or(false),
            _ => terms.all(|on| on),
        }
    }

    /// `content` without what it paints in layers that are off; none where it has nothing of theirs.
    ///
    /// What a hidden part does to the state of the page it still does, as it would in a viewer.
    pub fn strip(&self, document: &Document, resources: &Dictionary, content: &[u8]) -> Option<Vec<u8>> {
        if self.are_none() {
            return None;
        }
        let properties = dictionary(document, resources, b"Properties")?;
        let off: HashSet<&[u8]> = properties
            .iter()
            .filter(|(_, layer)| self.hide(document, layer))
            .map(|(key, _)| key.as_slice())
            .collect();
        if off.is_empty() {
            return None;
        }
        let mut kept = Vec::with_capacity(content.len());
        let mut open: Vec<bool> = Vec::new();
        for step in Steps::of(content) {
            match (step.operator, step.operands.as_slice()) {
                (b"BDC", [b"/OC", layer]) => {
                    open.push(layer.strip_prefix(b"/").is_some_and(|layer| off.contains(layer)));
                }
                (b"BDC" | b"BMC", _) => open.push(false),
                (b"EMC", _) => drop(open.pop()),
                _ => {}
            }
            if open.contains(&true) {
                match unpainted(step.operator, &step.operands) {
                    Some(instead) => kept.extend(instead),
                    None => kept.extend_from_slice(&content[step.place]),
                }
            } else {
                kept.extend_from_slice(&content[step.place]);
            }
            kept.push(b'\n');
        }
        Some(kept)
    }
}

/// What stands for an operation that paints where it must not; none for one that does not paint.
fn unpainted(operator: &[u8], operands: &[&[u8]]) -> Option<Vec<u8>> {
    match operator {
        b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => Some(b"n".to_vec()),
        b"Tj" | b"TJ" | b"Do" | b"sh" | b"BI" => Some(Vec::new()),
        b"'" => Some(b"T*".to_vec()),
        b"\"" => {
            let [word, letter, ..] = operands else { return Some(b"T*".to_vec()) };
            Some([word, b" Tw ".as_slice(), letter, b" Tc T*"].concat())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{Stream, dictionary};

    use super::*;
    use crate::paper::pdf;
    use crate::paper::pdf::open;
    use crate::pdf::text;

    /// A page whose words each stand in a layer of their own name, with this default configuration over `Draft` and `Final`.
    fn layered(configuration: impl Fn(ObjectId, ObjectId) -> Dictionary) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let layer = |document: &mut Document, name: &str| {
            document.add_object(dictionary! { "Type" => "OCG", "Name" => Object::string_literal(name) })
        };
        let (draft, last) = (layer(&mut document, "Draft"), layer(&mut document, "Final"));
        let over = |rule: &str| {
            dictionary! { "Type" => "OCMD", "P" => rule, "OCGs" => vec![draft.into(), last.into()] }
        };
        let but_not = dictionary! {
            "Type" => "OCMD",
            "VE" => vec!["And".into(), last.into(), Object::Array(vec!["Not".into(), draft.into()])],
        };
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        let fonts = dictionary! { "F" => font };
        let form = |document: &mut Document, words: &str, more: Dictionary| {
            let mut form = dictionary! {
                "Type" => "XObject", "Subtype" => "Form",
                "BBox" => vec![0.into(), 0.into(), 500.into(), 30.into()],
                "Resources" => dictionary! { "Font" => fonts.clone(), "Properties" => dictionary! { "D" => draft } },
            };
            form.extend(&more);
            document.add_object(Stream::new(form, words.as_bytes().to_vec()))
        };
        let whole =
            form(&mut document, "BT /F 9 Tf 2 5 Td (form-of-draft) Tj ET", dictionary! { "OC" => draft });
        let within = form(
            &mut document,
            "BT /F 9 Tf 2 5 Td (form-always) Tj ET /OC /D BDC BT /F 9 Tf 99 5 Td (form-in-draft) Tj ET EMC",
            Dictionary::new(),
        );
        let shown = ["D", "L", "AllOn", "AnyOn", "AnyOff", "AllOff", "Not"];
        let always = b"BT /F 12 Tf 50 800 Td (always) Tj ET /Whole Do q 1 0 0 1 0 400 cm /Within Do Q";
        let last_part = document.add_object(Stream::new(Dictionary::new(), always.to_vec()));
        let parts: Vec<Object> = shown
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let low = 700 - at * 30;
                // Operators in a hidden part that set the position, font or clipping are kept, because what follows depends on them.
                let words = format!(
                    "/OC /{name} BDC q 0 0 595 842 re W f 1 0 0 1 50 {low} cm BT /F 12 Tf (in{name}) Tj ET Q EMC\n"
                );
                document.add_object(Stream::new(Dictionary::new(), words.into_bytes())).into()
            })
            .collect();
        let parts: Vec<Object> = parts.into_iter().chain([last_part.into()]).collect();
        let pages = document.new_object_id();
        let note = dictionary! {
            "Subtype" => "FreeText", "Contents" => Object::string_literal("note-of-draft"), "OC" => draft,
            "Rect" => vec![50.into(), 300.into(), 250.into(), 320.into()],
        };
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => parts, "Annots" => vec![note.into()],
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! {
                "Font" => fonts.clone(),
                "XObject" => dictionary! { "Whole" => whole, "Within" => within },
                "Properties" => dictionary! {
                    "D" => draft, "L" => last, "AllOn" => over("AllOn"), "AnyOn" => over("AnyOn"),
                    "AnyOff" => over("AnyOff"), "AllOff" => over("AllOff"), "Not" => but_not,
                },
            },
        });
        document.objects.insert(
            pages,
            dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
        );
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => pages, "OCProperties" => dictionary! {
                "OCGs" => vec![draft.into(), last.into()], "D" => configuration(draft, last),
            },
        });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[track_caller]
    fn assert_shows(bytes: &[u8], words: &str) {
        let made = pdf::normalise::normalise(&open::open(bytes).unwrap()).unwrap();
        let mut shown: Vec<String> =
            text::words(&made.pdf).unwrap()[0].words.iter().map(|word| word.text.clone()).collect();
        shown.sort();
        let mut wanted: Vec<&str> = words.split_whitespace().collect();
        wanted.sort_unstable();
        assert_eq!(shown, wanted);
        let document = Document::load_mem(&made.pdf).unwrap();
        let left = format!("{document:?}");
        for layer in ["OCG", "OCMD", "OCProperties", "Draft", "Final"] {
            assert!(!left.contains(layer), "{layer} is still there");
        }
    }

    #[test]
    fn what_is_off_is_not_shown_and_what_is_on_is() {
        let with_last = "always inL inAnyOn inAnyOff inNot form-always";
        assert_shows(&layered(|draft, _| dictionary! { "OFF" => vec![draft.into()] }), with_last);
        let chosen = |_, last: ObjectId| dictionary! { "BaseState" => "OFF", "ON" => vec![last.into()] };
        assert_shows(&layered(chosen), with_last);
        assert_shows(
            &layered(|_, _| dictionary! { "BaseState" => "OFF" }),
            "always inAnyOff inAllOff form-always",
        );
        assert_shows(
            &layered(|_, _| Dictionary::new()),
            "always inD inL inAllOn inAnyOn form-of-draft form-always form-in-draft note-of-draft",
        );
    }
}
