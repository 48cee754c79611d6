//! Everything printed or typed: fonts, Typst pages, Word templates, HTML, Excel. Knows no panel.

pub mod fonts;
pub mod typst;
pub mod letters;
mod xml_tree;
pub mod encrypted;
mod tags;
mod blocks;
mod strict;
pub mod marks;
pub mod word;
pub mod cut;
pub mod excel;
pub mod excel_in;
pub mod html;
pub mod blanks;
