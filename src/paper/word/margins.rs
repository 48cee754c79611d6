//! Which headers and footers of a Word document are shown.

use crate::paper::ooxml::xml::Element;

/// A header or footer that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margin {
    pub id: String,
    /// There is a page that must show it, and not only one that may not exist.
    pub sure: bool,
}

/// The references of the section being read, and those found to be shown.
#[derive(Debug, Default)]
pub struct Margins {
    even_pages_differ: bool,
    first_page_differs: bool,
    /// The section begins on the page the one before ends on.
    continues: bool,
    sections: usize,
    section: Vec<(String, String)>,
    /// In order.
    pub shown: Vec<Margin>,
}

impl Margins {
    pub fn new(even_pages_differ: bool) -> Self {
        Margins { even_pages_differ, ..Margins::default() }
    }

    pub fn open_section(&mut self) {
        self.section.clear();
        self.first_page_differs = false;
        self.continues = false;
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
            b"type" => self.continues = element.attribute("val").as_deref() == Some("continuous"),
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
            if !shown {
                continue;
            }
            // The first page of a section shows the header for first pages, or else the usual one.
            let on_first = (page == "first") == self.first_page_differs && page != "even";
            let begins_a_page = self.sections == 0 || !self.continues && !self.even_pages_differ;
            let sure = on_first && begins_a_page;
            match self.shown.iter_mut().find(|margin| margin.id == id) {
                Some(margin) => margin.sure |= sure,
                None => self.shown.push(Margin { id, sure }),
            }
        }
        self.sections += 1;
    }
}
