//! Which headers and footers of a Word document are shown.

use crate::paper::xml::Element;

/// The references of the section being read, and those found to be shown.
#[derive(Debug, Default)]
pub struct Margins {
    even_pages_differ: bool,
    first_page_differs: bool,
    section: Vec<(String, String)>,
    /// Identifiers, in order.
    pub shown: Vec<String>,
}

impl Margins {
    pub fn new(even_pages_differ: bool) -> Self {
        Margins { even_pages_differ, ..Margins::default() }
    }

    pub fn open_section(&mut self) {
        self.section.clear();
        self.first_page_differs = false;
    }

    /// Takes in one property of `w:sectPr`.
    pub fn take(&mut self, element: &Element<'_>) {
        match element.name() {
            b"headerReference" | b"footerReference" => {
                let page = element.attribute("type").unwrap_or_else(|| "default".to_owned());
                if let Some(id) = element.attribute("id") {
                    self.section.push((page, id));
                }
            }
            b"titlePg" => self.first_page_differs = element.on(),
            _ => {}
        }
    }

    /// Keeps those that some page of the section shows.
    pub fn close_section(&mut self) {
        for (page, id) in std::mem::take(&mut self.section) {
            let shown = match page.as_str() {
                "first" => self.first_page_differs,
                "even" => self.even_pages_differ,
                _ => true,
            };
            if shown && !self.shown.contains(&id) {
                self.shown.push(id);
            }
        }
    }
}
