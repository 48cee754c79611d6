//! A pack as an independent library reads it: where its links and its outline lead, and what is printed there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Week, tool};
use crate::own_copies;

/// A pack as `qpdf` and poppler have it.
struct Read {
    objects: Value,
    /// Page numbers by object.
    numbers: BTreeMap<String, usize>,
    /// Words with their boxes from the top left corner, page by page.
    words: Vec<Vec<(String, [f64; 4])>>,
}

fn read(pack: &str) -> Option<Read> {
    let said = tool("qpdf", &["--json=2", "--json-key=qpdf", "--json-key=pages", pack])?;
    let json: Value = serde_json::from_slice(&said.stdout).unwrap();
    let objects = json["qpdf"][1].clone();
    let pages = json["pages"].as_array().unwrap().iter().enumerate();
    let numbers = pages.map(|(at, page)| (page["object"].as_str().unwrap().to_owned(), at + 1)).collect();
    let boxes = String::from_utf8(tool("pdftotext", &["-bbox", pack, "-"])?.stdout).unwrap();
    let words = boxes.split("<page ").skip(1).map(|page| page.lines().filter_map(word).collect()).collect();
    Some(Read { objects, numbers, words })
}

/// `<word xMin="1" yMin="2" xMax="3" yMax="4">12</word>`.
fn word(line: &str) -> Option<(String, [f64; 4])> {
    let line = line.trim().strip_prefix("<word ")?.strip_suffix("</word>")?;
    let (place, text) = line.split_once('>')?;
    let mut sides = place.split('"').skip(1).step_by(2).map(|side| side.parse().unwrap());
    let place = [sides.next()?, sides.next()?, sides.next()?, sides.next()?];
    Some((text.replace("&amp;", "&"), place))
}

impl Read {
    fn object(&self, reference: &Value) -> &Value {
        &self.objects[format!("obj:{}", reference.as_str().unwrap())]["value"]
    }

    /// The page that a link or a bookmark leads to.
    fn target(&self, holder: &Value) -> usize {
        self.numbers[holder["/Dest"][0].as_str().unwrap()]
    }

    fn words_in(&self, page: usize, rect: &Value) -> Vec<&str> {
        let side = |at: usize| rect[at].as_f64().unwrap();
        let height = if self.is_wide(page) { 595.276 } else { 841.89 };
        let (left, right, top, bottom) = (side(0), side(2), height - side(3), height - side(1));
        let inside = self.words[page - 1].iter().filter(|(_, [x0, y0, x1, y1])| {
            let (x, y) = (f64::midpoint(*x0, *x1), f64::midpoint(*y0, *y1));
            (left..right).contains(&x) && (top..bottom).contains(&y)
        });
        inside.map(|(text, _)| text.as_str()).collect()
    }

    fn is_wide(&self, page: usize) -> bool {
        let object = self.numbers.iter().find(|(_, number)| **number == page).unwrap().0;
        self.objects[format!("obj:{object}")]["value"]["/MediaBox"][2].as_f64().unwrap() > 600.0
    }

    fn marks(&self, parent: &Value, marks: &mut Vec<(String, usize)>) {
        let mut next = parent.get("/First");
        while let Some(reference) = next {
            let mark = self.object(reference);
            let title = mark["/Title"].as_str().unwrap().trim_start_matches("u:").to_owned();
            marks.push((title, self.target(mark)));
            self.marks(mark, marks);
            next = mark.get("/Next");
        }
    }
}

fn pack(week: &Week) -> String {
    let file = week.tree("office").into_iter().find(|file| file.ends_with("pack.pdf")).unwrap();
    week.root().join("office").join(file).to_string_lossy().into_owned()
}

#[test]
fn every_link_and_bookmark_leads_where_it_says() {
    let week = own_copies::week();
    let Some(read) = read(&pack(&week)) else { return };
    let catalog = read.object(&read.objects["trailer"]["value"]["/Root"]);
    let mut marks = Vec::new();
    read.marks(read.object(&catalog["/Outlines"]), &mut marks);
    assert!(marks.len() > 10, "{marks:?}");
    for (title, page) in &marks {
        assert!(title.ends_with(&format!("(p {page})")), "{title} leads to {page}");
    }
    let contents = marks.iter().find(|(title, _)| title.starts_with("Contents")).unwrap().1;
    let total = read.numbers.len();
    let (mut back, mut by_number) = (0, 0);
    for (object, page) in &read.numbers {
        let value = &read.objects[format!("obj:{object}")]["value"];
        for link in value["/Annots"].as_array().unwrap() {
            let link = read.object(link);
            let (to, words) = (read.target(link), read.words_in(*page, &link["/Rect"]));
            match words.last().map(|last| last.split('–').next().unwrap()) {
                Some("Contents") if words.len() < 3 => {
                    assert_eq!(to, contents, "page {page}");
                    back += 1;
                }
                Some(number) if number.parse() == Ok(to) => by_number += 1,
                _ => {
                    let there: String = read.words[to - 1].iter().map(|(text, _)| text.as_str()).collect();
                    assert!(there.contains(&words.concat()), "page {page}: {words:?} leads to {to}");
                }
            }
        }
        let last = read.words[page - 1].iter().rev().take(3).map(|(text, _)| text.as_str());
        assert_eq!(last.collect::<Vec<_>>(), [total.to_string().as_str(), "of", page.to_string().as_str()]);
    }
    assert_eq!(back, total, "each page leads back to the contents");
    assert!(by_number > 10, "{by_number}");
}
