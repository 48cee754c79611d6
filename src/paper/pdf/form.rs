//! The fields of a PDF form and what they hold.
//!
//! Values are inherited down the field tree; a field may be shown in several places, and a tree may run in circles, so
//! every object is visited once and their number is bounded.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};

use crate::panel::seen::{FieldState, NamedField};
use crate::pdf::objects::{inherited, numbers, visible_box};

/// Fields read from one form.
const MOST_FIELDS: usize = 20_000;
/// Pages whose annotations are looked at.
const MOST_PAGES: usize = 5_000;
/// Levels a field may inherit through.
const DEEPEST: usize = 32;

const RADIO: i64 = 1 << 15;
const PUSH_BUTTON: i64 = 1 << 16;

/// What a field takes over from those above it.
#[derive(Clone, Default)]
struct Inherited<'d> {
    name: String,
    sort: Option<&'d [u8]>,
    flags: i64,
    value: Option<&'d Object>,
    options: Option<&'d [Object]>,
    label: Option<String>,
    depth: usize,
}

/// A field and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WidgetField {
    pub field: NamedField,
    pub widgets: Vec<Widget>,
    /// To be ticked or pressed, not written on.
    pub is_box: bool,
}

/// One place where a field is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Widget {
    /// From 1.
    pub page: u32,
    /// Left, bottom, right, top, on the page as it is shown.
    pub place: [f64; 4],
    /// Of several, the one that is chosen.
    pub is_on: bool,
}

struct Walk<'d> {
    doc: &'d Document,
    seen: BTreeSet<ObjectId>,
    pages: BTreeMap<ObjectId, (u32, ObjectId)>,
    fields: Vec<WidgetField>,
}

/// Every field of the form, in the form's order; fields that belong to no tree follow in the order of the pages.
pub fn read(doc: &Document) -> Vec<NamedField> {
    read_placed(doc).into_iter().map(|placed| placed.field).collect()
}

/// The same with where each is shown.
pub(crate) fn read_placed(doc: &Document) -> Vec<WidgetField> {
    let mut pages = BTreeMap::new();
    let mut widgets = Vec::new();
    for (number, page) in doc.page_iter().take(MOST_PAGES).enumerate() {
        for id in annotations(doc, page) {
            pages.entry(id).or_insert_with(|| (u32::try_from(number + 1).unwrap_or(u32::MAX), page));
            widgets.push(id);
        }
    }
    let mut walk = Walk { doc, seen: BTreeSet::new(), pages, fields: Vec::new() };
    walk.visit(roots(doc));
    let orphans = widgets.into_iter().filter(|id| {
        let dict = doc.get_dictionary(*id);
        dict.is_ok_and(|dict| dict.has(b"T") && dict.has(b"FT"))
    });
    walk.visit(orphans.collect());
    walk.fields
}

fn roots(doc: &Document) -> Vec<ObjectId> {
    let fields = doc
        .catalog()
        .and_then(|catalog| doc.get_dict_in_dict(catalog, b"AcroForm"))
        .and_then(|form| form.get_deref(b"Fields", doc))
        .and_then(Object::as_array);
    fields.map(|fields| references(fields)).unwrap_or_default()
}

fn annotations(doc: &Document, page: ObjectId) -> Vec<ObjectId> {
    let found =
        doc.get_dictionary(page).and_then(|page| page.get_deref(b"Annots", doc)).and_then(Object::as_array);
    found.map(|found| references(found)).unwrap_or_default()
}

fn references(objects: &[Object]) -> Vec<ObjectId> {
    objects.iter().filter_map(|object| object.as_reference().ok()).take(MOST_FIELDS).collect()
}

impl<'d> Walk<'d> {
    fn visit(&mut self, roots: Vec<ObjectId>) {
        let mut open: Vec<(ObjectId, Inherited<'d>)> =
            roots.into_iter().rev().map(|id| (id, Inherited::default())).collect();
        while let Some((id, above)) = open.pop() {
            if self.fields.len() >= MOST_FIELDS || above.depth > DEEPEST || !self.seen.insert(id) {
                continue;
            }
            let Ok(dict) = self.doc.get_dictionary(id) else { continue };
            let here = above.with(dict, self.doc);
            let kids = dict.get_deref(b"Kids", self.doc).and_then(Object::as_array);
            let kids = kids.map(|kids| references(kids)).unwrap_or_default();
            let (fields, widgets): (Vec<ObjectId>, Vec<ObjectId>) = kids
                .into_iter()
                .partition(|kid| self.doc.get_dictionary(*kid).is_ok_and(|kid| kid.has(b"T")));
            if fields.is_empty() {
                let widgets = if widgets.is_empty() { vec![id] } else { widgets };
                self.seen.extend(&widgets);
                self.keep(&here, &widgets);
            } else {
                open.extend(fields.into_iter().rev().map(|kid| (kid, here.clone())));
            }
        }
    }

    fn keep(&mut self, field: &Inherited<'d>, widgets: &[ObjectId]) {
        let value = match field.sort {
            Some(b"Tx") => FieldState::Text(field.value.map(|value| self.text(value)).unwrap_or_default()),
            Some(b"Ch") => FieldState::Chosen(self.chosen(field)),
            Some(b"Btn") if field.flags & PUSH_BUTTON == 0 => self.button(field, widgets),
            _ => return,
        };
        let named = NamedField {
            name: field.name.clone(),
            label: field.label.clone(),
            value,
            page: widgets.iter().find_map(|widget| self.pages.get(widget)).map(|(page, _)| *page),
        };
        let is_box = field.sort == Some(b"Btn");
        let widgets = widgets.iter().filter_map(|widget| self.widget(*widget, field)).collect();
        self.fields.push(WidgetField { field: named, widgets, is_box });
    }

    /// Where a widget is shown.
    fn widget(&self, id: ObjectId, field: &Inherited<'d>) -> Option<Widget> {
        let (page, sheet) = self.pages.get(&id)?;
        let sheet = self.doc.get_dictionary(*sheet).ok()?;
        let place = numbers::<4>(self.doc, self.doc.get_dictionary(id).ok()?, b"Rect")?;
        let held = field.value.map(|value| self.text(value)).unwrap_or_default();
        let is_on = match self.shown_state(id) {
            Some(state) => state != "Off",
            None => self.on_states(id).contains(&held),
        };
        Some(Widget { page: *page, place: shown_place(self.doc, sheet, place), is_on })
    }

    fn text(&self, value: &Object) -> String {
        let Ok((_, value)) = self.doc.dereference(value) else { return String::new() };
        match value {
            Object::String(..) => decode_text_string(value).unwrap_or_default(),
            Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
            Object::Stream(stream) => {
                let content = stream.get_plain_content_with_limit(1 << 20).unwrap_or_default();
                decode_text_string(&Object::string_literal(content)).unwrap_or_default()
            }
            Object::Integer(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The shown words of what is chosen in a list.
    fn chosen(&self, field: &Inherited<'d>) -> Vec<String> {
        let Some(Ok((_, value))) = field.value.map(|value| self.doc.dereference(value)) else {
            return Vec::new();
        };
        let values = match value {
            Object::Array(values) => values.iter().map(|value| self.text(value)).collect(),
            single => vec![self.text(single)],
        };
        let shown = values.into_iter().map(|value| self.option_shown(field, &value).unwrap_or(value));
        shown.filter(|value| !value.trim().is_empty()).collect()
    }

    /// A list's options are texts or pairs of what is stored and what is shown.
    fn option_shown(&self, field: &Inherited<'d>, stored: &str) -> Option<String> {
        field.options?.iter().find_map(|option| match self.doc.dereference(option).ok()?.1 {
            Object::Array(pair) if pair.len() == 2 && self.text(&pair[0]) == stored => {
                Some(self.text(&pair[1]))
            }
            _ => None,
        })
    }

    /// A check box is ticked or not; a group of buttons has one chosen.
    fn button(&self, field: &Inherited<'d>, widgets: &[ObjectId]) -> FieldState {
        let states: Vec<Option<String>> = widgets.iter().map(|widget| self.shown_state(*widget)).collect();
        let value = field.value.map(|value| self.text(value)).filter(|value| !value.is_empty());
        let is_on = |state: &String| state != "Off";
        let on = value
            .clone()
            .filter(is_on)
            .or_else(|| states.iter().flatten().find(|state| is_on(state)).cloned());
        let several: BTreeSet<String> = widgets.iter().flat_map(|widget| self.on_states(*widget)).collect();
        if field.flags & RADIO == 0 && several.len() < 2 {
            return FieldState::Ticked(on.is_some());
        }
        let chosen = on.map(|on| self.export(field, &on).unwrap_or(on));
        FieldState::Chosen(chosen.into_iter().collect())
    }

    /// `/Opt` of a button group names its options where the states are only numbers.
    fn export(&self, field: &Inherited<'d>, state: &str) -> Option<String> {
        let at: usize = state.parse().ok()?;
        let shown = self.text(field.options?.get(at)?);
        (!shown.is_empty()).then_some(shown)
    }

    fn shown_state(&self, widget: ObjectId) -> Option<String> {
        let state = self.doc.get_dictionary(widget).ok()?.get(b"AS").ok()?;
        Some(self.text(state))
    }

    /// The names of a button's states besides `Off`.
    fn on_states(&self, widget: ObjectId) -> Vec<String> {
        let states = self
            .doc
            .get_dictionary(widget)
            .and_then(|widget| self.doc.get_dict_in_dict(widget, b"AP"))
            .and_then(|looks| self.doc.get_dict_in_dict(looks, b"N"));
        let names = states.map(|states| states.iter().map(|(name, _)| name.as_slice()).collect::<Vec<_>>());
        let names = names.unwrap_or_default().into_iter().filter(|name| *name != b"Off");
        names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }
}

/// Where a box of a page's own coordinates is on the page as it is shown: cropped and turned.
fn shown_place(doc: &Document, sheet: &Dictionary, place: [f32; 4]) -> [f64; 4] {
    let [left, bottom, right, top] = visible_box(doc, sheet).map(f64::from);
    let turn = inherited(doc, sheet, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0);
    let [x0, y0, x1, y1] = place.map(f64::from);
    let at = |x: f64, y: f64| match turn.rem_euclid(360) {
        90 => (y - bottom, right - x),
        180 => (right - x, top - y),
        270 => (top - y, x - left),
        _ => (x - left, y - bottom),
    };
    let (one, other) = (at(x0, y0), at(x1, y1));
    [one.0.min(other.0), one.1.min(other.1), one.0.max(other.0), one.1.max(other.1)]
}

impl<'d> Inherited<'d> {
    fn with(&self, dict: &'d Dictionary, doc: &'d Document) -> Self {
        let mut here = self.clone();
        here.depth += 1;
        if let Some(part) = dict.get_deref(b"T", doc).ok().and_then(|part| decode_text_string(part).ok()) {
            here.name = if self.name.is_empty() { part } else { format!("{}.{part}", self.name) };
        }
        if let Ok(sort) = dict.get_deref(b"FT", doc).and_then(Object::as_name) {
            here.sort = Some(sort);
        }
        if let Ok(flags) = dict.get_deref(b"Ff", doc).and_then(Object::as_i64) {
            here.flags = flags;
        }
        if let Ok(value) = dict.get(b"V") {
            here.value = Some(value);
        }
        if let Ok(options) = dict.get_deref(b"Opt", doc).and_then(Object::as_array) {
            here.options = Some(options);
        }
        let label = dict.get_deref(b"TU", doc).ok().and_then(|label| decode_text_string(label).ok());
        here.label = label.filter(|label| !label.trim().is_empty()).or(here.label);
        here
    }
}
