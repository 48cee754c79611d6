//! Pages whose words run sideways, turned to be read: a wide table printed on an upright page.
//!
//! The page is turned as landscape pages are, so that what ran up the page reads from left to right.

use lopdf::{Document, Object};

use crate::pdf::save::save;
use crate::pdf::text::PageWords;

/// The same pages, those turned whose words run sideways, and by how much each; none where none is.
pub(crate) fn upright(pdf: &[u8], pages: &[PageWords]) -> Option<(Vec<u8>, Vec<i64>)> {
    let turns: Vec<i64> = pages.iter().map(|page| page.sideways().unwrap_or(0)).collect();
    if turns.iter().all(|turn| *turn == 0) {
        return None;
    }
    let mut document = Document::load_mem(pdf).ok()?;
    let ids: Vec<_> = document.page_iter().collect();
    for (id, turn) in ids.into_iter().zip(&turns) {
        let page = document.get_dictionary_mut(id).ok()?;
        let before = page.get(b"Rotate").and_then(Object::as_i64).unwrap_or(0);
        match (before + turn).rem_euclid(360) {
            0 => drop(page.remove(b"Rotate")),
            now => page.set("Rotate", now),
        }
    }
    Some((save(&document).ok()?, turns))
}

/// Where a box of a page so wide and high is once the page has been turned.
pub(crate) fn turned(place: [f64; 4], turn: i64, width: f64, height: f64) -> [f64; 4] {
    let [left, bottom, right, top] = place;
    match turn {
        90 => [bottom, width - right, top, width - left],
        180 => [width - right, height - top, width - left, height - bottom],
        270 => [height - top, left, height - bottom, right],
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{Dictionary, Stream, dictionary};

    use super::*;
    use crate::panel::seen::FileFormat;
    use crate::paper::by_format::{self, Depth, Pages};
    use crate::pdf::text;

    /// An upright A4 page with a table whose words run by `matrix` (the four numbers that turn text).
    fn table(matrix: &str, moved: impl Fn(usize) -> (usize, usize), turn: i64) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        let mut content = "BT /F 7 Tf 40 20 Td (a note at the foot) Tj ET\n".to_owned();
        for row in 0..12 {
            let (left, base) = moved(row);
            content.push_str(&format!(
                "BT /F 11 Tf {matrix} {left} {base} Tm (Row {row}: provider, cost, weeks, total) Tj ET\n"
            ));
        }
        let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Rotate" => turn,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn made(bytes: &[u8]) -> PageWords {
        let depth = Depth { fonts: std::path::Path::new(""), most_pages: 5, pages: Pages::Engine };
        let paper = by_format::open(bytes, FileFormat::Pdf, &depth);
        let pdf = paper.pdf.unwrap();
        assert!(paper.reading.text.contains("Row 3: provider"), "{}", paper.reading.text);
        text::words(&pdf).unwrap().remove(0)
    }

    #[test]
    fn a_table_printed_sideways_is_turned_to_be_read() {
        let up = table("0 1 -1 0", |row| (100 + 20 * row, 60), 0);
        let down = table("0 -1 1 0", |row| (400 - 20 * row, 800), 0);
        for (name, bytes) in [("up", up), ("down", down)] {
            let page = made(&bytes);
            assert!(page.width > page.height, "{name}: {} by {}", page.width, page.height);
            assert_eq!(page.sideways(), None, "{name}");
            let place = |text: &str| page.words.iter().find(|word| word.text == text).unwrap().place;
            assert!(place("1:")[1] > place("2:")[1], "{name}: rows stand below each other");
            assert!(place("Row")[0] < place("total")[0], "{name}: words read from the left");
        }
        let upright = table("1 0 0 1", |row| (60, 700 - 20 * row), 0);
        assert!(made(&upright).height > 800.0);
        // The page is marked as turned by 90 degrees, so it is wide already.
        let wide = table("0 1 -1 0", |row| (100 + 20 * row, 60), 90);
        assert!(made(&wide).width > 800.0);
    }
}
