//! Copying what pages draw out of one PDF into another, and nothing that acts: no scripts, links, files, forms.
//!
//! Objects get new numbers in the order they are met, so that the same pages always give the same bytes.

use std::collections::HashMap;
use std::collections::VecDeque;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::paper::pdf::layers::{Layers, is_layer};
use crate::paper::pdf::mend::{self, Mended};
use crate::pdf::objects::{dictionary, name};

/// Entries of a stream that draws, which point outside it or are nobody's business once it is drawn.
const NOT_DRAWN: [&[u8]; 14] = [
    b"OC",
    b"Metadata",
    b"PieceInfo",
    b"StructParent",
    b"StructParents",
    b"LastModified",
    b"OPI",
    b"AF",
    b"Ref",
    b"F",
    b"FFilter",
    b"FDecodeParms",
    b"Alternates",
    b"Measure",
];

/// Deepest nesting of arrays and dictionaries that is copied.
const DEEPEST: usize = 200;

/// The most a content stream may hold that is looked through for layers.
const LARGEST_CONTENT: usize = 64 << 20;

/// Copies objects from one document into a new one.
pub(crate) struct Copier<'a> {
    from: &'a Document,
    pub layers: Layers,
    pub to: Document,
    /// References to objects that the file does not have.
    pub missing: usize,
    /// Something had to be mended or left out.
    pub damaged: bool,
    numbers: HashMap<ObjectId, ObjectId>,
    waiting: VecDeque<(ObjectId, ObjectId)>,
}

impl<'a> Copier<'a> {
    /// Into a new document.
    pub fn new(from: &'a Document, layers: Layers) -> Self {
        Copier::onto(Document::with_version("1.7"), from, layers)
    }

    /// Into one that has something in it already.
    pub fn onto(to: Document, from: &'a Document, layers: Layers) -> Self {
        Copier {
            from,
            layers,
            to,
            missing: 0,
            damaged: false,
            numbers: HashMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// The copy of a value; what it refers to is copied by [`Copier::finish`].
    pub fn value(&mut self, object: &Object) -> Object {
        self.value_at(object, 0)
    }

    /// The number an object will have in the copy.
    pub fn reference(&mut self, id: ObjectId) -> Object {
        if !self.from.has_object(id) {
            self.missing += 1;
            return Object::Null;
        }
        if self.is_page_tree(id) {
            return Object::Null;
        }
        // Content of layers that are off was removed before. An empty dictionary keeps the layer's name valid, and shows what
        // refers to it.
        if self.from.get_dictionary(id).is_ok_and(is_layer) {
            return Object::Dictionary(Dictionary::new());
        }
        if let Some(number) = self.numbers.get(&id) {
            return Object::Reference(*number);
        }
        let number = self.to.new_object_id();
        self.numbers.insert(id, number);
        self.waiting.push_back((id, number));
        Object::Reference(number)
    }

    /// A stream's copy, its dictionary freed of what does not draw.
    pub fn stream(&mut self, stream: &Stream, depth: usize) -> Stream {
        if self.layers.hide_owner(self.from, &stream.dict) {
            return nothing();
        }
        if let Some(content) = self.without_hidden(stream) {
            let mut shown = Stream::new(stream.dict.clone(), content);
            shown.dict.remove(b"Filter");
            shown.dict.remove(b"DecodeParms");
            let mut copy = self.copied(&shown, depth);
            copy.allows_compression = true;
            return copy;
        }
        self.copied(stream, depth)
    }

    /// The content of a form that has some in a layer that is off, without that.
    fn without_hidden(&self, stream: &Stream) -> Option<Vec<u8>> {
        if self.layers.are_none() || name(self.from, &stream.dict, b"Subtype") == Some(b"Image") {
            return None;
        }
        let resources = dictionary(self.from, &stream.dict, b"Resources")?;
        let content = stream.get_plain_content_with_limit(LARGEST_CONTENT).ok()?;
        self.layers.strip(self.from, resources, &content)
    }

    fn copied(&mut self, stream: &Stream, depth: usize) -> Stream {
        match mend::stream(self.from, stream) {
            Mended::Sound => self.taken_over(stream, depth),
            Mended::Repacked(mended) => self.taken_over(&mended, depth),
            Mended::InPart(mended) => {
                self.damaged = true;
                self.taken_over(&mended, depth)
            }
            Mended::Lost => {
                self.damaged = true;
                nothing()
            }
        }
    }

    fn taken_over(&mut self, stream: &Stream, depth: usize) -> Stream {
        let mut dictionary = Dictionary::new();
        for (key, value) in &stream.dict {
            if !NOT_DRAWN.contains(&key.as_slice()) {
                dictionary.set(key.clone(), self.value_at(value, depth + 1));
            }
        }
        let mut copy = Stream::new(dictionary, stream.content.clone());
        copy.allows_compression = stream.dict.has(b"Filter");
        copy
    }

    /// Copies everything that was referred to.
    pub fn finish(&mut self) {
        while let Some((id, number)) = self.waiting.pop_front() {
            let object = self.from.get_object(id).cloned().unwrap_or(Object::Null);
            let copy = self.value(&object);
            self.to.objects.insert(number, copy);
        }
    }

    fn value_at(&mut self, object: &Object, depth: usize) -> Object {
        if DEEPEST < depth {
            return Object::Null;
        }
        match object {
            Object::Reference(id) => self.reference(*id),
            Object::Array(items) => {
                Object::Array(items.iter().map(|item| self.value_at(item, depth + 1)).collect())
            }
            Object::Dictionary(dictionary) if is_layer(dictionary) => Object::Dictionary(Dictionary::new()),
            Object::Dictionary(dictionary) => {
                let mut copy = Dictionary::new();
                for (key, value) in dictionary {
                    copy.set(key.clone(), self.value_at(value, depth + 1));
                }
                Object::Dictionary(copy)
            }
            Object::Stream(stream) => Object::Stream(self.stream(stream, depth)),
            other => other.clone(),
        }
    }

    /// Pages refer to each other through the tree; nothing that draws needs to.
    fn is_page_tree(&self, id: ObjectId) -> bool {
        let kind = self.from.get_dictionary(id).ok().and_then(|dictionary| dictionary.get(b"Type").ok());
        matches!(
            kind.and_then(|kind| kind.as_name().ok()),
            Some(b"Page" | b"Pages" | b"Catalog" | b"Annot" | b"Filespec" | b"EmbeddedFile" | b"Action")
        )
    }
}

/// A form that draws nothing.
fn nothing() -> Stream {
    let mut form = Dictionary::new();
    form.set("Type", Object::Name(b"XObject".to_vec()));
    form.set("Subtype", Object::Name(b"Form".to_vec()));
    form.set("BBox", Object::Array([0; 4].map(Object::Integer).to_vec()));
    Stream::new(form, Vec::new()).with_compression(false)
}
