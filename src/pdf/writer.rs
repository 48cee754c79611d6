//! A PDF written as a stream: each object once, in the order it comes, nothing kept but its place.
//!
//! Small objects go together into compressed object streams, streams are written as they are packed; but nothing written here can
//! be taken for the file's structure by a reader that looks for it ([`crate::pdf::open_words`]). The SHA-256 of what was written
//! is known at the end without reading it again.

use std::io::{self, Write};

use sha2::Digest;

use crate::panel::ids::Sha256;
use crate::pdf::packing::{Packing, covered, deflate};

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
    together: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Unused,
    At(u64),
    In { stream: u32, index: u32 },
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
            together: true,
        };
        writer.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        Ok(writer)
    }

    /// The same with every object by itself, as it must be where each is enciphered by itself.
    ///
    /// Fails when the file cannot be written.
    pub fn one_by_one(out: W) -> io::Result<Self> {
        Ok(PdfWriter { together: false, ..PdfWriter::new(out)? })
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
        if !self.together {
            self.place(number, Place::At(self.written));
            self.put(format!("{number} 0 obj\n").as_bytes())?;
            self.put(&body)?;
            return self.put(b"\nendobj\n");
        }
        self.waiting.push((number, body));
        if self.waiting.len() >= TOGETHER { self.flush_waiting() } else { Ok(()) }
    }

    /// A stream; `entries` are its dictionary's, without the brackets, `/Length` and what `packing` says.
    ///
    /// Fails when the file cannot be written.
    pub fn stream(
        &mut self,
        number: u32,
        entries: &[u8],
        packing: Packing,
        content: &[u8],
    ) -> io::Result<()> {
        self.place(number, Place::At(self.written));
        let (content, packing) = covered(content, packing)?;
        let mut head = format!("{number} 0 obj\n<</Length {}", content.len()).into_bytes();
        head.extend_from_slice(entries);
        packing.entries(&mut head);
        self.put(&head)?;
        self.put(b">>\nstream\n")?;
        self.put(&content)?;
        self.put(b"\nendstream\nendobj\n")
    }

    /// Ends the file and gives its hash and size; `trailer` is what its trailer says besides sizes and places, without the
    /// brackets.
    ///
    /// Fails when the file cannot be written.
    pub fn finish(mut self, trailer: &[u8]) -> io::Result<(W, Sha256, u64)> {
        self.flush_waiting()?;
        let number = self.number();
        let start = self.written;
        self.place(number, Place::At(start));
        let width = if u32::try_from(start).is_ok() { 4 } else { 8 };
        let table = deflate(&self.table(width))?;
        let mut entries = format!("/Type/XRef/Size {}/W[1 {width} 4]", self.places.len()).into_bytes();
        entries.extend_from_slice(trailer);
        self.stream(number, &entries, Packing::deflated(), &table)?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        self.out.flush()?;
        Ok((self.out, Sha256::from_digest(self.hash.finalize().into()), self.written))
    }

    /// Kind, place and index of each object. Places are `width` bytes wide, 4 or 8: not every reader knows the widths between.
    fn table(&self, width: usize) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.places.len() * (width + 5));
        for (at, place) in self.places.iter().enumerate() {
            let (kind, field, last): (u8, u64, u32) = match *place {
                Place::Unused => (0, 0, if at == 0 { 65535 } else { 0 }),
                Place::At(offset) => (1, offset, 0),
                Place::In { stream, index } => (2, u64::from(stream), index),
            };
            table.push(kind);
            table.extend_from_slice(&field.to_be_bytes()[8 - width..]);
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
        let entries = format!("/Type/ObjStm/N {}/First {}", waiting.len(), index.len());
        let mut content = index.into_bytes();
        content.append(&mut bodies);
        self.stream(stream, entries.as_bytes(), Packing::deflated(), &deflate(&content)?)
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
