//! Pages as pictures: for a PDF that only the second reader can open, and for pages whose words must not be copied out of them.

use std::collections::BTreeSet;

use hayro::RenderSettings;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, render};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::paper::pdf::normalise;
use crate::pdf::save::save;

/// Dots an inch: enough to read small print.
const DOTS: f32 = 150.0;

/// Longest side of a page's picture, in dots; larger pages are drawn coarser.
const LONGEST: f32 = 3500.0;

/// Most pages that are drawn: each takes a good part of a second.
const MOST_PAGES: usize = 100;

/// A PDF of pictures of another's pages.
pub(crate) fn pictures(pdf: &Pdf) -> Result<Vec<u8>, String> {
    let pages = pdf.pages();
    if MOST_PAGES < pages.len() {
        return Err(format!("{} pages are too many to draw", pages.len()));
    }
    let cache = RenderCache::new();
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let mut kids = Vec::new();
    for page in pages.iter() {
        kids.push(Object::Reference(draw(&mut document, tree, page, &cache)?));
    }
    normalise::write(document, tree, kids, &[])
}

/// The same PDF with these of its pages, counted from 0, as pictures: nothing of what they were made of is left.
///
/// Fails when it cannot be opened, drawn or written.
pub(crate) fn instead(pdf: &[u8], pages: &BTreeSet<usize>) -> Result<Vec<u8>, String> {
    let drawn = Pdf::new(pdf.to_vec()).map_err(|_| "cannot be opened to be drawn".to_owned())?;
    let mut document = Document::load_mem(pdf).map_err(|error| error.to_string())?;
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let cache = RenderCache::new();
    for at in pages.iter().take(MOST_PAGES) {
        let (Some(page), Some(id)) = (drawn.pages().get(*at), ids.get(*at)) else {
            return Err("the two readers count different pages".to_owned());
        };
        let tree = document.get_dictionary(*id).and_then(|page| page.get(b"Parent")?.as_reference());
        let new = draw(&mut document, tree.map_err(|error| error.to_string())?, page, &cache)?;
        if let Some(picture) = document.objects.remove(&new) {
            document.objects.insert(*id, picture);
        }
    }
    if MOST_PAGES < pages.len() {
        return Err(format!("{} pages are too many to draw", pages.len()));
    }
    document.prune_objects();
    save(&document).map_err(|error| error.to_string())
}

fn draw<'a>(
    document: &mut Document,
    tree: ObjectId,
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
) -> Result<ObjectId, String> {
    let (width, height) = page.render_dimensions();
    let scale = (DOTS / 72.0).min(LONGEST / width.max(height).max(1.0));
    let settings =
        RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let drawn = render(page, cache, &InterpreterSettings::default(), &settings);
    let (across, down) = (u32::from(drawn.width()), u32::from(drawn.height()));
    if across == 0 || down == 0 {
        return Err("a page of no size".to_owned());
    }
    // The page was drawn on white, so every dot is opaque and the fourth byte (alpha) can be dropped.
    let dots: Vec<u8> =
        drawn.data_as_u8_slice().chunks_exact(4).flat_map(|dot| [dot[0], dot[1], dot[2]]).collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 82)
        .encode(&dots, across, down, ExtendedColorType::Rgb8)
        .map_err(|error| error.to_string())?;
    let mut picture = Dictionary::new();
    picture.set("Type", Object::Name(b"XObject".to_vec()));
    picture.set("Subtype", Object::Name(b"Image".to_vec()));
    picture.set("Width", Object::Integer(i64::from(across)));
    picture.set("Height", Object::Integer(i64::from(down)));
    picture.set("ColorSpace", Object::Name(b"DeviceRGB".to_vec()));
    picture.set("BitsPerComponent", Object::Integer(8));
    picture.set("Filter", Object::Name(b"DCTDecode".to_vec()));
    let picture = document.add_object(Stream::new(picture, jpeg).with_compression(false));
    let operators = format!("q {width} 0 0 {height} 0 0 cm /Picture Do Q\n").into_bytes();
    let contents = document.add_object(Stream::new(Dictionary::new(), operators).with_compression(false));
    let mut objects = Dictionary::new();
    objects.set("Picture", Object::Reference(picture));
    let mut resources = Dictionary::new();
    resources.set("XObject", Object::Dictionary(objects));
    let mut copy = Dictionary::new();
    copy.set("Type", Object::Name(b"Page".to_vec()));
    copy.set("Parent", Object::Reference(tree));
    copy.set("MediaBox", Object::Array([0.0, 0.0, width, height].map(Object::Real).to_vec()));
    copy.set("Resources", Object::Dictionary(resources));
    copy.set("Contents", Object::Reference(contents));
    Ok(document.add_object(copy))
}
