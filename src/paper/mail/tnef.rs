//! What Outlook packs into `winmail.dat` (MS-OXTNEF): the files that came with a mail, and what it says where it says it nowhere else.
//!
//! A stream of attributes, of which only the few that make a letter are read; where it ends in the middle, what came before counts.

use crate::paper::mail::code_page;
use crate::paper::said::html;

/// The first bytes of every such file.
pub(crate) const MARK: &[u8] = b"\x78\x9f\x3e\x22";

/// Messages inside messages that are opened.
const DEEPEST: usize = 3;
/// Properties of one list; a message has some hundred.
const MOST_PROPERTIES: u32 = 5_000;

const BODY: u16 = 0x1000;
const BODY_HTML: u16 = 0x1013;
const SUBJECT: u16 = 0x0037;
const FILE_NAME: u16 = 0x3707;
const SHOWN_NAME: u16 = 0x3001;
const FILE_CONTENT: u16 = 0x3701;

/// What was packed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Packed {
    pub subject: String,
    pub body: String,
    /// Name and content, in order.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Unpacks it; none where the bytes are something else.
pub(crate) fn read(bytes: &[u8]) -> Option<Packed> {
    unpack(bytes, DEEPEST)
}

fn unpack(bytes: &[u8], left: usize) -> Option<Packed> {
    const SUBJECT_LINE: u32 = 0x8004;
    const PLAIN_BODY: u32 = 0x800C;
    const CODE_PAGE: u32 = 0x9007;
    const NEW_FILE: u32 = 0x9002;
    const TITLE: u32 = 0x8010;
    const DATA: u32 = 0x800F;
    const FILE_PROPERTIES: u32 = 0x9005;
    const PROPERTIES: u32 = 0x9003;
    let mut rest = Bytes(bytes.strip_prefix(MARK)?);
    rest.take(2)?;
    let mut packed = Packed::default();
    let mut page = 1252;
    let mut files: Vec<File> = Vec::new();
    while let Some((attribute, data)) = rest.attribute() {
        let file = files.last_mut();
        match (attribute & 0xFFFF, file) {
            (CODE_PAGE, _) => page = Bytes(data).long().unwrap_or(page),
            (SUBJECT_LINE, _) => packed.subject = text(data, page),
            (PLAIN_BODY, _) => packed.body = text(data, page),
            (PROPERTIES, _) => {
                for property in properties(data, page) {
                    match (property.id, property.value) {
                        (SUBJECT, Value::Text(text)) => packed.subject = text,
                        (BODY, Value::Text(text)) => packed.body = text,
                        (BODY_HTML, Value::Bytes(html)) if packed.body.trim().is_empty() => {
                            packed.body = html::read(&crate::paper::plain::decode(html)).text;
                        }
                        _ => {}
                    }
                }
            }
            (NEW_FILE, _) => files.push(File::default()),
            (TITLE, Some(file)) => file.title = text(data, page),
            (DATA, Some(file)) => file.content = data.to_vec(),
            (FILE_PROPERTIES, Some(file)) => {
                for property in properties(data, page) {
                    match (property.id, property.value) {
                        (FILE_NAME, Value::Text(text)) => file.name = text,
                        (SHOWN_NAME, Value::Text(text)) => file.shown = text,
                        (FILE_CONTENT, Value::Bytes(data)) => file.content = data.to_vec(),
                        // An object says first what kind of thing it is, in sixteen bytes.
                        (FILE_CONTENT, Value::Object(data)) => {
                            file.content = data.get(16..).unwrap_or_default().to_vec();
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    for (number, file) in (1..).zip(files) {
        let name = [file.name, file.title, file.shown].into_iter().find(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| format!("attachment {number}"));
        match left.checked_sub(1).filter(|_| file.content.starts_with(MARK)) {
            // A message within the message: its words as a text, its files beside the others.
            Some(left) => {
                let inner = unpack(&file.content, left).unwrap_or_default();
                let said = format!("{}\n\n{}", inner.subject, inner.body);
                packed.files.push((format!("{name}.txt"), said.into_bytes()));
                packed.files.extend(inner.files);
            }
            None => packed.files.push((name, file.content)),
        }
    }
    Some(packed)
}

#[derive(Debug, Default)]
struct File {
    title: String,
    name: String,
    shown: String,
    content: Vec<u8>,
}

fn text(data: &[u8], page: u32) -> String {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    code_page::decode(&data[..end], Some(page))
}

/// One property of a list.
#[derive(Debug)]
struct Property<'b> {
    id: u16,
    value: Value<'b>,
}

#[derive(Debug)]
enum Value<'b> {
    Text(String),
    Bytes(&'b [u8]),
    Object(&'b [u8]),
    Other,
}

fn properties(data: &[u8], page: u32) -> Vec<Property<'_>> {
    let mut rest = Bytes(data);
    let count = rest.long().unwrap_or(0).min(MOST_PROPERTIES);
    let mut found = Vec::new();
    for _ in 0..count {
        match rest.property(page) {
            Some(property) => found.push(property),
            None => break,
        }
    }
    found
}

/// Bytes being read; none as soon as they are too few.
#[derive(Debug, Clone, Copy)]
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// So many bytes, and what fills them up to a multiple of four.
    fn padded(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        let taken = self.take(length)?;
        self.take((4 - length % 4) % 4)?;
        Some(taken)
    }

    /// Number and content of the next attribute.
    fn attribute(&mut self) -> Option<(u32, &'b [u8])> {
        self.take(1)?;
        let attribute = self.long()?;
        let length = usize::try_from(self.long()?).ok()?;
        let data = self.take(length)?;
        self.take(2)?;
        Some((attribute, data))
    }

    fn property(&mut self, page: u32) -> Option<Property<'b>> {
        const NAMED: u16 = 0x8000;
        const MANY: u16 = 0x1000;
        let kind = self.short()?;
        let id = self.short()?;
        if NAMED <= id {
            self.take(16)?;
            if self.long()? == 0 {
                self.long()?;
            } else {
                self.padded()?;
            }
        }
        let sized = matches!(kind & !MANY, 0x0D | 0x1E | 0x1F | 0x102);
        let count = if sized || kind & MANY != 0 { self.long()? } else { 1 };
        let mut value = Value::Other;
        for _ in 0..count.min(MOST_PROPERTIES) {
            let data = match kind & !MANY {
                0x0D | 0x1E | 0x1F | 0x102 => self.padded()?,
                0x05 | 0x06 | 0x07 | 0x14 | 0x40 => self.take(8)?,
                0x48 => self.take(16)?,
                _ => self.take(4)?,
            };
            value = match kind & !MANY {
                0x1E => Value::Text(text(data, page)),
                0x1F => Value::Text(encoding_rs::UTF_16LE.decode(data).0.trim_end_matches('\0').to_owned()),
                0x0D => Value::Object(data),
                0x102 => Value::Bytes(data),
                _ => Value::Other,
            };
        }
        Some(Property { id, value })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![level];
        bytes.extend(id.to_le_bytes());
        bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(data);
        let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    fn wide_name(name: &str) -> Vec<u8> {
        let text: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut bytes = 1_u32.to_le_bytes().to_vec();
        bytes.extend([0x1F, 0, 0x07, 0x37, 1, 0, 0, 0]);
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(&text);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn files_have_their_long_names() {
        let mut bytes = MARK.to_vec();
        bytes.extend([1, 0]);
        bytes.extend(attribute(1, 0x0006_9007, &[0xE4, 4, 0, 0, 0, 0, 0, 0]));
        bytes.extend(attribute(1, 0x0002_800C, b"caf\xe9\0"));
        for (short, long, content) in
            [("CARE~1.PDF", Some("Care plan.pdf"), "%PDF"), ("cost.pdf", None, "%PDF-2")]
        {
            bytes.extend(attribute(2, 0x0006_9002, &[0; 14]));
            bytes.extend(attribute(2, 0x0001_8010, format!("{short}\0").as_bytes()));
            bytes.extend(attribute(2, 0x0006_800F, content.as_bytes()));
            if let Some(long) = long {
                bytes.extend(attribute(2, 0x0006_9005, &wide_name(long)));
            }
        }
        let packed = read(&bytes).unwrap();
        assert_eq!(packed.body, "café");
        let files: Vec<(&str, &[u8])> =
            packed.files.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        assert_eq!(files, [("Care plan.pdf", b"%PDF".as_slice()), ("cost.pdf", b"%PDF-2")]);
        assert_eq!(read(&bytes[..bytes.len() - 3]).unwrap().files.len(), 2);
        assert_eq!(read(b"%PDF"), None);
    }
}
