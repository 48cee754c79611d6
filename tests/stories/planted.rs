//! Papers that try to speak as the pack: objects, pages, trailers and tables planted in every kind of stream of a dropped PDF and
//! in pictures. Whatever a paper holds, five readers count the same pages and find the same words on them, and so they do when
//! the pack's own table is destroyed and they have to look for its objects.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use panelclerk::pack::manifest::How;
use panelclerk::pack::protect::protect;
use panelclerk::pdf::open_words;
use panelclerk::pdf::text;

use crate::harness::tool;
use crate::pack::Bench;

/// What a file would have to hold to be another file: pages under numbers that the pack uses too, two catalogs, a table, a
/// trailer, an end and a beginning.
fn lies() -> Vec<u8> {
    let mut lies = b"\r\nendstream\rendobj\r".to_vec();
    for number in 1..=90 {
        write!(
            lies,
            "{number} 0 obj\r<</Type/Page/Parent 91 0 R/MediaBox[0 0 9 9]/Contents 90 0 R>>\rendobj\r"
        )
        .unwrap();
    }
    lies.extend_from_slice(
        b"91 0 obj\n<</Type/Pages/Kids[5 0 R]/Count 1>>\nendobj\n92 0 obj\n<</Type/Catalog/Pages 91 0 R>>\nendobj\n\
          566 0 obj\r\nendstream\rendobj\r667 0 obj\r<</\r\n\
          xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 93/Root 92 0 R>>\nstartxref\n9\n%%EOF\n\
          %PDF-1.7\n << /#52oot 92 0 R /Size 93 /Info<</Title<4C4945>>> >>\n",
    );
    lies
}

/// Bytes that nothing makes smaller, so that whoever packs them stores them as they are.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[4]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn packed(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Runs of 128 bytes as they are.
fn run_lengths(bytes: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    for run in bytes.chunks(128) {
        coded.push(u8::try_from(run.len() - 1).unwrap());
        coded.extend_from_slice(run);
    }
    coded.push(128);
    coded
}

/// A small photograph with comments in it and more behind its end.
fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let dots = noise(64 * 64 * 3);
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.encode(&dots, 64, 64, image::ExtendedColorType::Rgb8).unwrap();
    let comment = lies();
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xFF, 0xFE], &length[..], &comment].concat();
    [&bytes[..2], &segment, &bytes[2..], &lies()].concat()
}

/// A picture of the file whose dots are these bytes.
fn picture(filter: &[&str], content: Vec<u8>, more: &Dictionary) -> Stream {
    let mut dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 64, "Height" => 64, "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8,
    };
    if !filter.is_empty() {
        dict.set("Filter", filter.iter().map(|name| Object::from(*name)).collect::<Vec<_>>());
    }
    dict.extend(more);
    Stream::new(dict, content).with_compression(false)
}

/// Dots enough for the picture, the lies among them.
fn dots() -> Vec<u8> {
    let mut dots = [noise(500), lies(), noise(64 * 64 * 3)].concat();
    dots.truncate(64 * 64 * 3);
    dots
}

/// What is planted: where, and how the page comes to draw on it.
enum Plant {
    /// A stream that the page draws.
    Drawn(Stream),
    /// In the page's own content.
    Content(Vec<u8>),
    /// In a font of the page: its program, its map, or one of its strings and names.
    Font(&'static str),
    /// A profile of colours.
    Profile,
    /// Under a name of the page's resources.
    Name,
}

fn plants() -> Vec<(&'static str, Plant)> {
    let plain = Dictionary::new;
    let drawn = |filter: &[&str], content: Vec<u8>| Plant::Drawn(picture(filter, content, &plain()));
    let form = |content: Vec<u8>| {
        let dict = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            "Private" => Object::String(lies(), StringFormat::Literal),
        };
        Plant::Drawn(Stream::new(dict, content).with_compression(false))
    };
    let escaped = [b"/A <</B (".as_slice(), &lies(), b")>> DP\n"].concat();
    let commented: Vec<u8> =
        lies().split(|byte| matches!(byte, b'\r' | b'\n')).fold(Vec::new(), |mut all, line| {
            all.extend([b"% ".as_slice(), line, b"\n"].concat());
            all
        });
    let fax = dictionary! { "DecodeParms" => dictionary! { "K" => -1, "Columns" => 64, "Rows" => 64 }, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 1 };
    vec![
        ("content, in a string", Plant::Content(escaped.clone())),
        ("content, in comments", Plant::Content(commented)),
        (
            "content, an inline picture",
            Plant::Content([b"BI/W 1/H 1/BPC 8/CS/G ID ".as_slice(), &lies(), b"\nEI\n"].concat()),
        ),
        ("picture as it is", drawn(&[], dots())),
        ("picture stored by Flate", drawn(&["FlateDecode"], packed(&dots(), 0))),
        (
            "picture packed by Flate, and more behind",
            drawn(&["FlateDecode"], [packed(&dots(), 6), lies()].concat()),
        ),
        ("JPEG", drawn(&["DCTDecode"], jpeg())),
        ("JPEG packed by Flate", drawn(&["FlateDecode", "DCTDecode"], packed(&jpeg(), 0))),
        (
            "JPEG 2000",
            drawn(&["JPXDecode"], [b"\x00\x00\x00\x0CjP  \r\n\x87\n".as_slice(), &lies()].concat()),
        ),
        ("fax", Plant::Drawn(picture(&["CCITTFaxDecode"], lies(), &fax))),
        ("JBIG2", drawn(&["JBIG2Decode"], [lies(), noise(70_000)].concat())),
        ("runs of bytes", drawn(&["RunLengthDecode"], run_lengths(&dots()))),
        ("a form", form(escaped)),
        (
            "an object stream",
            Plant::Drawn(picture(&[], dots(), &dictionary! { "Type" => "ObjStm", "N" => 3, "First" => 20 })),
        ),
        (
            "a table",
            Plant::Drawn(picture(
                &[],
                dots(),
                &dictionary! { "Type" => "XRef", "Size" => 400, "W" => vec![1.into(), 4.into(), 2.into()], "Root" => Object::Reference((92, 0)) },
            )),
        ),
        (
            "a picture's metadata",
            Plant::Drawn(picture(&[], dots(), &dictionary! { "Metadata" => Object::Reference((900, 0)) })),
        ),
        ("a font's program", Plant::Font("FontFile2")),
        ("a font's map", Plant::Font("ToUnicode")),
        ("a font's strings", Plant::Font("FontFamily")),
        ("a font's name", Plant::Font("BaseFont")),
        ("a profile", Plant::Profile),
        ("a name", Plant::Name),
    ]
}

/// Two pages that say whose they are, with something planted in the first.
fn paper(number: usize, plant: &Plant) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let raw = |content: Vec<u8>| Stream::new(Dictionary::new(), content).with_compression(false);
    let mut font = dictionary! { "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" };
    let mut descriptor = dictionary! { "Type" => "FontDescriptor", "FontName" => "Helvetica", "Flags" => 32 };
    let mut objects = Dictionary::new();
    let mut content = Vec::new();
    match plant {
        Plant::Drawn(stream) => {
            document.objects.insert((900, 0), Object::Stream(raw(lies())));
            document.max_id = 900;
            objects.set("X", document.add_object(stream.clone()));
            content.extend_from_slice(b"q 50 0 0 50 60 600 cm /X Do Q\n");
        }
        Plant::Content(planted) => content.extend_from_slice(planted),
        Plant::Font("FontFile2") => descriptor.set("FontFile2", document.add_object(raw(lies()))),
        Plant::Font("ToUnicode") => {
            let map = [b"/CIDInit /ProcSet findresource begin\n% ".as_slice(), &lies(), b"\nend\n"].concat();
            font.set("ToUnicode", document.add_object(raw(map)));
        }
        Plant::Font("BaseFont") => font.set("BaseFont", Object::Name(lies())),
        Plant::Font(key) => {
            descriptor.set(*key, Object::String(lies(), StringFormat::Literal));
            descriptor.set("CharSet", Object::String(lies(), StringFormat::Hexadecimal));
        }
        Plant::Profile => {
            let mut profile = raw(lies());
            profile.dict.set("N", 3);
            let profile = document.add_object(profile);
            let colours = vec!["ICCBased".into(), profile.into()];
            let drawn =
                picture(&["FlateDecode"], packed(&dots(), 6), &dictionary! { "ColorSpace" => colours });
            objects.set("X", document.add_object(drawn));
            content.extend_from_slice(b"q 50 0 0 50 60 600 cm /X Do Q\n");
        }
        Plant::Name => {
            let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()] };
            objects.set(lies(), document.add_object(Stream::new(form, b"q Q".to_vec())));
        }
    }
    font.set("FontDescriptor", document.add_object(descriptor));
    let font = document.add_object(font);
    let mut kids = Vec::new();
    for page in 1..=2 {
        let words = format!("BT /F 12 Tf 60 700 Td (Planted{number}page{page}x) Tj ET\n").into_bytes();
        let own = if page == 1 { [words, content.clone()].concat() } else { words };
        let contents = document.add_object(raw(own));
        kids.push(Object::Reference(document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => contents,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font }, "XObject" => objects.clone() },
        })));
    }
    let pages = dictionary! { "Type" => "Pages", "Count" => 2, "Kids" => kids };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A picture of uncompressed dots, as a scanner leaves it.
fn tiff() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_raw(64, 64, dots()).unwrap();
    picture.write_to(&mut bytes, image::ImageFormat::Tiff).unwrap();
    bytes.into_inner()
}

/// One reader's name, the pages it counts, and what it reads on each; none of either where it cannot open the file.
type Opinion = (&'static str, Option<usize>, Option<Vec<String>>);

const PDFIUM: &str = "import sys, json, pypdfium2 as p\nd = p.PdfDocument(sys.argv[1], password=sys.argv[2] or None)\n\
                      print(json.dumps([d[i].get_textpage().get_text_range() for i in range(len(d))]))";

/// What each of the five makes of a file; those that are not installed say so.
fn opinions(file: &Path, password: &str) -> Vec<Opinion> {
    let path = file.to_string_lossy().into_owned();
    let mut all: Vec<Opinion> = Vec::new();
    let said = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let pages =
        |text: &str| text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect::<Vec<_>>();
    if let Some(counted) = tool("qpdf", &[&format!("--password={password}"), "--show-npages", &path]) {
        all.push(("qpdf", said(counted.stdout).trim().parse().ok(), None));
    }
    if let Some(info) = tool("pdfinfo", &["-upw", password, &path]) {
        let count =
            said(info.stdout).lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
        let text = tool("pdftotext", &["-upw", password, &path, "-"]).map(|text| pages(&said(text.stdout)));
        all.push(("poppler", count, text.filter(|_| count.is_some())));
    }
    if let Some(info) = tool("mutool", &["info", "-p", password, &path]) {
        let count =
            said(info.stdout).lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
        all.push(("MuPDF", count, count.map(|count| by_mupdf(&path, password, count))));
    }
    match Command::new("python3").args(["-c", PDFIUM, &path, password]).output() {
        Ok(read) if !said(read.stderr.clone()).contains("ModuleNotFoundError") => {
            let text: Option<Vec<String>> = serde_json::from_slice(&read.stdout).ok();
            all.push(("PDFium", text.as_ref().map(Vec::len), text));
        }
        _ => println!("skipped: needs pypdfium2"),
    }
    let bytes = fs::read(file).unwrap();
    let opened = hayro_syntax::Pdf::new_with_password(bytes, password).ok();
    let read = opened.map(|pdf| text::words_of(&pdf).iter().map(|page| page.text()).collect::<Vec<_>>());
    all.push(("hayro", read.as_ref().map(Vec::len), read));
    all
}

/// Page by page, because a page that it cannot draw to its end (a picture of rubbish) is left out of the whole.
fn by_mupdf(path: &str, password: &str, count: usize) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let name = place.path().join("%d.txt").to_string_lossy().into_owned();
    tool("mutool", &["draw", "-p", password, "-q", "-i", "-F", "txt", "-o", &name, path]);
    let read = |page: usize| fs::read_to_string(place.path().join(format!("{page}.txt"))).unwrap_or_default();
    (1..=count).map(read).collect()
}

/// Everybody who opens the file counts so many pages, and reads on each the words that were planted there.
#[track_caller]
fn agree(file: &Path, password: &str, expected: &[Option<String>], all_open: bool) {
    let mut opened = 0;
    for (name, count, text) in opinions(file, password) {
        let Some(count) = count else {
            assert!(!all_open, "{name} cannot open {}", file.display());
            println!("{name} cannot open {}", file.display());
            continue;
        };
        opened += 1;
        assert_eq!(count, expected.len(), "{name} counts other pages in {}", file.display());
        let Some(text) = text else { continue };
        assert_eq!(text.len(), expected.len(), "{name}");
        for (number, (read, expected)) in (1..).zip(text.iter().zip(expected)) {
            if name == "MuPDF" && read.is_empty() {
                println!("MuPDF cannot draw page {number}");
                continue;
            }
            let there = read.matches("Planted").count();
            match expected {
                Some(words) => assert!(read.contains(words) && there == 1, "{name}, page {number}: {read}"),
                None => assert_eq!(there, 0, "{name}, page {number}: {read}"),
            }
        }
    }
    assert!(opened > 0, "nobody can open {}", file.display());
}

/// Where a file of ours holds words in the open that are not its own structure.
fn speaks(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    // From each object's number to the beginning of its content, where its own dictionary stands.
    let heads: Vec<(usize, usize)> = document
        .reference_table
        .entries
        .values()
        .filter_map(|entry| {
            let XrefEntry::Normal { offset, .. } = entry else { return None };
            let start = usize::try_from(*offset).unwrap();
            let content = b">>\nstream\n";
            let length = bytes[start..].windows(content.len()).position(|word| word == content).unwrap();
            Some((start, start + length))
        })
        .collect();
    let begins = |place: &usize| heads.iter().any(|(start, end)| (start..end).contains(&place));
    let mut counts = std::collections::BTreeMap::new();
    let mut strange = Vec::new();
    for word in open_words::found(bytes) {
        let said = String::from_utf8_lossy(&bytes[word.clone()]).into_owned();
        if matches!(said.as_str(), "obj" | "<<") && !begins(&word.start) {
            strange.push(format!("{said} at {}", word.start));
        }
        *counts.entry(said).or_insert(0) += 1;
    }
    let count = |word: &str| counts.get(word).copied().unwrap_or(0);
    let objects = count("obj");
    let own = [
        ("endobj", objects),
        ("xref", 1),
        ("%%EOF", 1),
        ("%PDF-", 1),
        ("trailer", 0),
        ("/XRef", 1),
        ("/Root", 1),
        ("/Catalog", 0),
        ("/Page", 0),
    ];
    strange.extend(
        own.iter()
            .filter(|(word, own)| count(word) != *own)
            .map(|(word, own)| format!("{word}: {} for {own}", count(word))),
    );
    strange
}

#[test]
fn no_paper_can_speak_as_the_pack() {
    let mut files: Vec<(String, Vec<u8>)> = plants()
        .iter()
        .enumerate()
        .map(|(number, (name, plant))| (format!("{name}.pdf"), paper(number, plant)))
        .collect();
    let of_pages = files.len();
    files.push(("photograph.jpg".to_owned(), jpeg()));
    files.push(("scan.tif".to_owned(), tiff()));
    let mut bench = Bench::new();
    bench.drop_all(&files);
    for (sha256, path) in &bench.renditions {
        assert_eq!(speaks(&fs::read(path).unwrap()), Vec::<String>::new(), "{sha256} {}", path.display());
    }
    let (pressed, pack) = bench.press();
    assert!(pressed.manifest.verified, "{:?}", pressed.manifest.found);
    assert!(pressed.findings.is_empty(), "{:?}", pressed.findings);
    let mut expected: Vec<Option<String>> = vec![None; usize::try_from(pressed.manifest.pages).unwrap()];
    for (number, entry) in pressed.manifest.entries.iter().enumerate() {
        assert_eq!(entry.outcome, How::Included, "{}: {:?}", files[number].0, entry.reason);
        for (page, place) in (1..).zip(entry.first_page..=entry.last_page).filter(|_| number < of_pages) {
            expected[usize::try_from(place - 1).unwrap()] = Some(format!("Planted{number}page{page}x"));
        }
    }
    let bytes = fs::read(&pack).unwrap();
    assert_eq!(speaks(&bytes), Vec::<String>::new());
    agree(&pack, "", &expected, true);
    let home = bench.home.path();
    // Readers that have to look for the objects find the pack's own, and no other.
    let end = bytes.windows(9).rposition(|word| word == b"startxref").unwrap();
    let lost = [&bytes[..end], b"startxref\n17\n%%EOF\n"].concat();
    let cut = bytes[..end].to_vec();
    // The table is where the end says, and every place in it is off by seven.
    let head = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let place: usize =
        String::from_utf8_lossy(&bytes[end + 9..]).split_whitespace().next().unwrap().parse().unwrap();
    let moved = format!("startxref\n{}\n%%EOF\n", place + 7);
    let shifted = [&bytes[..head], b"%moved", &bytes[head - 1..end], moved.as_bytes()].concat();
    for (name, damaged) in [("lost.pdf", lost), ("cut.pdf", cut), ("shifted.pdf", shifted)] {
        fs::write(home.join(name), damaged).unwrap();
        agree(&home.join(name), "", &expected, false);
    }
    let locked = home.join("locked.pdf");
    fs::write(&locked, protect(&bytes, "Grimsby Dock Tower").unwrap()).unwrap();
    agree(&locked, "Grimsby Dock Tower", &expected, true);
    if let Ok(folder) = std::env::var("PANELCLERK_LOOK") {
        fs::copy(&pack, Path::new(&folder).join("planted.pdf")).unwrap();
    }
}

/// A file whose streams lie bare, as whoever else writes them: `verify` counts its pages by the file's own table, as `qpdf` does.
#[test]
fn a_verifier_counts_the_pages_of_a_file_that_holds_other_pages_in_its_streams() {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let kids: Vec<Object> = (1..=5)
        .map(|page| {
            let mut words = format!("BT /F 12 Tf 72 700 Td (Page {page}) Tj ET\n").into_bytes();
            // Words of another file, in the middle of what is drawn.
            words.extend_from_slice(b"/Span <</Lie (");
            words.extend(lies().into_iter().filter(|byte| !b"()\\".contains(byte)));
            words.extend_from_slice(b")>> BDC EMC\n");
            let content = document.add_object(Stream::new(Dictionary::new(), words).with_compression(false));
            let lie = Stream::new(dictionary! { "Type" => "Metadata" }, lies()).with_compression(false);
            let lie = document.add_object(lie);
            let face = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Metadata" => lie,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Resources" => dictionary! { "Font" => dictionary! { "F" => face } },
            };
            document.add_object(page).into()
        })
        .collect();
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Count" => 5, "Kids" => kids }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let counted = text::words(&bytes).unwrap();
    assert_eq!(counted.len(), 5);
    assert_eq!(counted[4].text().split_whitespace().collect::<Vec<_>>(), ["Page", "5"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &bytes).unwrap();
    if let Some(said) = tool("qpdf", &["--show-npages", &file.path().to_string_lossy()]) {
        assert_eq!(
            String::from_utf8_lossy(&said.stdout).trim(),
            "5",
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
}
