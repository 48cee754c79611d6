//! PDF objects as bytes, with every reference sent through a map. Pure.

use std::io::Write;

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

/// New object numbers for references; none where the target is not copied.
pub type Renumber<'a> = &'a dyn Fn(ObjectId) -> Option<u32>;

/// The object's own bytes. A stream's dictionary alone is spelt, see [`entries`].
pub fn object(out: &mut Vec<u8>, object: &Object, renumber: Renumber<'_>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => push(out, format_args!("{value}")),
        Object::Real(value) => real(out, *value),
        Object::Name(name) => self::name(out, name),
        Object::String(bytes, format) => string(out, bytes, *format),
        Object::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                self::object(out, item, renumber);
            }
            out.push(b']');
        }
        Object::Dictionary(dict) => dictionary(out, dict, renumber),
        Object::Stream(stream) => dictionary(out, &stream.dict, renumber),
        Object::Reference(id) => match renumber(*id) {
            Some(number) => push(out, format_args!("{number} 0 R")),
            None => out.extend_from_slice(b"null"),
        },
    }
}

fn dictionary(out: &mut Vec<u8>, dict: &Dictionary, renumber: Renumber<'_>) {
    out.extend_from_slice(b"<<");
    entries(out, dict, &[], renumber);
    out.extend_from_slice(b">>");
}

/// A dictionary's entries without its brackets and without the keys to be left out.
pub fn entries(out: &mut Vec<u8>, dict: &Dictionary, without: &[&[u8]], renumber: Renumber<'_>) {
    for (key, value) in dict {
        if without.contains(&key.as_slice()) {
            continue;
        }
        name(out, key);
        out.push(b' ');
        object(out, value, renumber);
    }
}

/// A text string: plain where it is ASCII, UTF-16 where it is not.
pub fn text(out: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        string(out, text.as_bytes(), StringFormat::Literal);
        return;
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    string(out, &bytes, StringFormat::Hexadecimal);
}

/// A number with at most three decimals.
pub fn number(out: &mut Vec<u8>, value: f32) {
    let spelt = format!("{value:.3}");
    let spelt = spelt.trim_end_matches('0').trim_end_matches('.');
    out.extend_from_slice(if spelt == "-0" { b"0" } else { spelt.as_bytes() });
}

fn push(out: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a vector takes every byte");
}

fn real(out: &mut Vec<u8>, value: f32) {
    if !value.is_finite() {
        out.push(b'0');
        return;
    }
    let start = out.len();
    push(out, format_args!("{value}"));
    if !out[start..].contains(&b'.') {
        out.extend_from_slice(b".0");
    }
}

fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            push(out, format_args!("#{byte:02X}"));
        }
    }
}

fn string(out: &mut Vec<u8>, bytes: &[u8], format: StringFormat) {
    match format {
        StringFormat::Literal => {
            out.push(b'(');
            for &byte in bytes {
                match byte {
                    b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                    b'\r' => out.extend_from_slice(b"\\r"),
                    _ => out.push(byte),
                }
            }
            out.push(b')');
        }
        StringFormat::Hexadecimal => {
            out.push(b'<');
            for byte in bytes {
                push(out, format_args!("{byte:02X}"));
            }
            out.push(b'>');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_strings_and_numbers_are_spelt_so_that_any_reader_gets_them_back() {
        let mut out = Vec::new();
        let array = Object::Array(vec![
            Object::Name(b"A B#".to_vec()),
            Object::String(b"a(b\\".to_vec(), StringFormat::Literal),
            Object::Real(0.000_012),
            Object::Real(3.0),
            Object::Reference((7, 0)),
            Object::Reference((9, 0)),
        ]);
        object(&mut out, &array, &|id| (id.0 == 7).then_some(70));
        assert_eq!(String::from_utf8(out).unwrap(), "[/A#20B#23 (a\\(b\\\\) 0.000012 3.0 70 0 R null]");
    }

    #[test]
    fn text_outside_ascii_is_utf_16() {
        let mut out = Vec::new();
        text(&mut out, "Ł");
        assert_eq!(out, b"<FEFF0141>");
    }
}
