//! Everything printed or typed: fonts, Typst pages, Word templates, HTML, Excel. Knows no panel.

pub mod fonts;
