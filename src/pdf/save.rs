//! A document held in memory, written out past the one writer.

use std::collections::HashMap;

use lopdf::{Document, Object, ObjectId};

use crate::pdf::packing::Packing;
use crate::pdf::spell;
use crate::pdf::writer::PdfWriter;

/// What of a document's own trailer is said again.
const TRAILER: [&[u8]; 4] = [b"Root", b"Info", b"ID", b"Encrypt"];

/// Objects in the order of their numbers, and numbered anew without gaps. The same document gives the same bytes.
///
/// Fails when an object cannot be spelt.
pub fn save(document: &Document) -> std::io::Result<Vec<u8>> {
    let into = Vec::new();
    // What is enciphered is enciphered object by object, and stays so.
    let mut writer =
        if document.trailer.has(b"Encrypt") { PdfWriter::one_by_one(into)? } else { PdfWriter::new(into)? };
    let kept = document.objects.iter().filter(|(_, object)| !is_of_the_old_file(object));
    let numbers: HashMap<ObjectId, u32> = kept.map(|(id, _)| (*id, writer.number())).collect();
    let renumber = |id: ObjectId| numbers.get(&id).copied();
    for (id, object) in &document.objects {
        let Some(number) = numbers.get(id) else { continue };
        let mut body = Vec::new();
        if let Object::Stream(stream) = object {
            spell::stream_entries(&mut body, &stream.dict, &[], &renumber);
            let packing = Packing::of(document, &stream.dict, &renumber);
            writer.stream(*number, &body, packing, &stream.content)?;
        } else {
            match object {
                Object::Dictionary(dict) if spell::is_of_the_file(object) => {
                    spell::own_dictionary(&mut body, dict, &renumber);
                }
                other => spell::object(&mut body, other, &renumber),
            }
            writer.object(*number, body)?;
        }
    }
    let mut trailer = Vec::new();
    for key in TRAILER {
        if let Ok(value) = document.trailer.get(key) {
            spell_entry(&mut trailer, key, value, &renumber);
        }
    }
    Ok(writer.finish(&trailer)?.0)
}

/// The trailer is the file's own structure, so its keys stand as they are.
fn spell_entry(out: &mut Vec<u8>, key: &[u8], value: &Object, renumber: spell::Renumber<'_>) {
    out.push(b'/');
    out.extend_from_slice(key);
    out.push(b' ');
    spell::object(out, value, renumber);
}

/// Tables and object streams of the file it was read from.
fn is_of_the_old_file(object: &Object) -> bool {
    matches!(object, Object::Stream(_))
        && object.type_name().is_ok_and(|sort| matches!(sort, b"ObjStm" | b"XRef"))
}
