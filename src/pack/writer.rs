//! A PDF written as a stream: each object once, in the order it comes, nothing kept but its place.
//!
//! Small objects go together into compressed object streams; streams are written as they are. The SHA-256 of what was written is
//! known at the end without reading it again.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::Digest;

use crate::panel::ids::Sha256;

/// Small objects in one object stream.
const TOGETHER: usize = 150;

/// Writes one PDF into `W`.
#[derive(Debug)]
pub struct PdfWriter<W: Write> {
    out: W,
    hash: sha2::Sha256,
    written: u64,
    places: Vec<Place>,
    /// Object numbers and bodies waiting for their object stream.
    waiting: Vec<(u32, Vec<u8>)>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Unused,
    At(u64),
    In { stream: u32, index: u32 },
}

/// What the trailer says besides sizes.
#[derive(Debug, Clone, Copy)]
pub struct Trailer {
    pub root: u32,
    pub info: u32,
    /// Sixteen bytes that stand for the file.
    pub id: [u8; 16],
}

impl<W: Write> PdfWriter<W> {
    /// Fails when the file cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut writer = PdfWriter {
            out,
            hash: sha2::Sha256::new(),
            written: 0,
            places: vec![Place::Unused],
            waiting: Vec::new(),
        };
        writer.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        Ok(writer)
    }

    /// A number for an object to be written later.
    pub fn number(&mut self) -> u32 {
        self.places.push(Place::Unused);
        u32::try_from(self.places.len() - 1).expect("a pack has fewer than four billion objects")
    }

    /// An object that is no stream.
    ///
    /// Fails when the file cannot be written.
    pub fn object(&mut self, number: u32, body: Vec<u8>) -> io::Result<()> {
        self.waiting.push((number, body));
        if self.waiting.len() >= TOGETHER { self.flush_waiting() } else { Ok(()) }
    }

    /// A stream; `entries` are its dictionary's, without `/Length` and the brackets.
    ///
    /// Fails when the file cannot be written.
    pub fn stream(&mut self, number: u32, entries: &[u8], content: &[u8]) -> io::Result<()> {
        self.place(number, Place::At(self.written));
        let head = format!("{number} 0 obj\n<</Length {}", content.len());
        self.put(head.as_bytes())?;
        self.put(entries)?;
        self.put(b">>\nstream\n")?;
        self.put(content)?;
        self.put(b"\nendstream\nendobj\n")
    }

    /// Ends the file and gives its hash and size.
    ///
    /// Fails when the file cannot be written.
    pub fn finish(mut self, trailer: Trailer) -> io::Result<(W, Sha256, u64)> {
        self.flush_waiting()?;
        let number = self.number();
        let start = self.written;
        self.place(number, Place::At(start));
        let table = self.table();
        let id: String = trailer.id.iter().map(|byte| format!("{byte:02X}")).collect();
        let entries = format!(
            "/Type/XRef/Size {}/W[1 5 4]/Root {} 0 R/Info {} 0 R/ID[<{id}><{id}>]/Filter/FlateDecode",
            self.places.len(),
            trailer.root,
            trailer.info,
        );
        self.stream(number, entries.as_bytes(), &deflate(&table)?)?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        self.out.flush()?;
        Ok((self.out, Sha256::from_digest(self.hash.finalize().into()), self.written))
    }

    /// Kind, place and index of each object, as `/W [1 5 4]` has it.
    fn table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.places.len() * 10);
        for (at, place) in self.places.iter().enumerate() {
            let (kind, field, last): (u8, u64, u32) = match *place {
                Place::Unused => (0, 0, if at == 0 { 65535 } else { 0 }),
                Place::At(offset) => (1, offset, 0),
                Place::In { stream, index } => (2, u64::from(stream), index),
            };
            table.push(kind);
            table.extend_from_slice(&field.to_be_bytes()[3..]);
            table.extend_from_slice(&last.to_be_bytes());
        }
        table
    }

    fn flush_waiting(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let stream = self.number();
        let (mut index, mut bodies) = (String::new(), Vec::new());
        for (at, (number, body)) in (0..).zip(&waiting) {
            index.push_str(&format!("{number} {} ", bodies.len()));
            bodies.extend_from_slice(body);
            bodies.push(b'\n');
            self.place(*number, Place::In { stream, index: at });
        }
        let entries = format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", waiting.len(), index.len());
        let mut content = index.into_bytes();
        content.append(&mut bodies);
        self.stream(stream, entries.as_bytes(), &deflate(&content)?)
    }

    fn place(&mut self, number: u32, place: Place) {
        let at = usize::try_from(number).expect("object numbers fit a usize");
        self.places[at] = place;
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// zlib at its fastest: most of what is compressed here is small.
///
/// Fails only where memory ends: it is written there.
pub fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
