//! A PDF of one page with a few plain lines, in a face that every reader brings along.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

use crate::pdf::save::save;

/// One page with these lines, of which a reader needs no more than that they can be read. What is no plain letter is left out.
///
/// Fails when it cannot be written.
pub fn page(title: &str, lines: &[&str]) -> std::io::Result<Vec<u8>> {
    let mut document = Document::with_version("1.7");
    let face = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let plain = |text: &str| -> Object {
        let text: String = text.chars().filter(|letter| (' '..='~').contains(letter)).collect();
        Object::string_literal(text)
    };
    let mut steps = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 14.into()]),
        Operation::new("Td", vec![72.into(), 740.into()]),
        Operation::new("Tj", vec![plain(title)]),
        Operation::new("Tf", vec!["F1".into(), 11.into()]),
        Operation::new("Td", vec![0.into(), (-30).into()]),
    ];
    for line in lines {
        steps.push(Operation::new("Tj", vec![plain(line)]));
        steps.push(Operation::new("Td", vec![0.into(), (-18).into()]));
    }
    steps.push(Operation::new("ET", vec![]));
    let content = Content { operations: steps }.encode().map_err(std::io::Error::other)?;
    let content = document.add_object(Stream::new(dictionary! {}, content));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => face } },
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    save(&document)
}

#[cfg(test)]
mod tests {
    use crate::pdf::text;

    #[test]
    fn its_lines_are_read_back() {
        let bytes = super::page("Test page", &["If you can read this, the page has opened."]).unwrap();
        let pages = hayro_syntax::Pdf::new(bytes.clone()).unwrap().pages().len();
        assert_eq!(pages, 1);
        let said = format!("{:?}", text::words(&bytes).unwrap());
        assert!(said.contains("opened."), "{said}");
    }
}
