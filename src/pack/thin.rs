//! The pictures of a finished pack brought down to 300 dots an inch where they are printed finer: for a letter that would be too
//! large otherwise.
//!
//! Packs are not thinned as a rule: what the panel holds is what was dropped. Only pictures of eight bits in shades of grey or
//! red, green and blue are touched; masks, scans in black and white and anything unusual stay as they are, and so does whatever
//! would not become smaller.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{
    ColorType, DynamicImage, ExtendedColorType, GrayImage, ImageDecoder, ImageFormat, ImageReader, RgbImage,
};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::pdf::content::Steps;
use crate::pdf::packing::deflate;
use crate::pdf::save::save;

/// Dots an inch that are enough for any printer.
const FINEST: f32 = 300.0;

/// A picture is worth drawing again from so much finer.
const WORTH: f32 = 1.1;

/// As good as the eye can tell, in the encoder's own terms.
const QUALITY: u8 = 85;

/// What one stream may inflate to.
const LARGEST: usize = 256 << 20;

/// Forms within forms that are followed.
const DEEPEST: usize = 12;

/// Operations looked through in one pack: more is a drawing that draws itself.
const MOST_STEPS: usize = 50_000_000;

/// The same pages with their pictures brought down; none where that saves nothing.
///
/// Fails when `pack` is no PDF, or cannot be written again.
pub fn thin(pack: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut document = Document::load_mem(pack).context("the pack cannot be read to make it smaller")?;
    let printed = Printed::of(&document);
    let mut smaller = Vec::new();
    for (id, size) in &printed.sizes {
        if !printed.elsewhere.contains(id)
            && let Ok(Object::Stream(picture)) = document.get_object(*id)
            && let Some(thinned) = thinned(&document, picture, *size)
        {
            smaller.push((*id, thinned));
        }
    }
    if smaller.is_empty() {
        return Ok(None);
    }
    for (id, picture) in smaller {
        document.objects.insert(id, Object::Stream(picture));
    }
    let bytes = save(&document).context("the smaller pack cannot be written")?;
    Ok((bytes.len() < pack.len()).then_some(bytes))
}

/// How large each picture is printed at most, in points across and down.
#[derive(Default)]
struct Printed {
    sizes: BTreeMap<ObjectId, (f32, f32)>,
    /// Pictures of patterns and letters, whose size on the page is not known.
    elsewhere: BTreeSet<ObjectId>,
    steps: usize,
}

/// `a b c d`: where a picture is put does not matter.
type Scale = [f32; 4];

impl Printed {
    fn of(document: &Document) -> Self {
        let mut printed = Printed::default();
        for object in document.objects.values() {
            let dict = match object {
                Object::Stream(stream) => &stream.dict,
                Object::Dictionary(dict) => dict,
                _ => continue,
            };
            let letters = dict.get(b"Subtype").is_ok_and(|sort| matches!(sort.as_name(), Ok(b"Type3")));
            if (dict.has(b"PatternType") || letters)
                && let Some(resources) = sub(document, dict, b"Resources")
                && let Some(objects) = sub(document, resources, b"XObject")
            {
                printed.elsewhere.extend(objects.iter().filter_map(|(_, object)| object.as_reference().ok()));
            }
        }
        let none = Dictionary::new();
        for page in document.page_iter() {
            let Ok(dict) = document.get_dictionary(page) else { continue };
            let resources = sub(document, dict, b"Resources").unwrap_or(&none);
            let content = document.get_page_content(page);
            printed.walk(document, resources, &content, [1.0, 0.0, 0.0, 1.0], 0);
        }
        printed
    }

    fn walk(
        &mut self,
        document: &Document,
        resources: &Dictionary,
        content: &[u8],
        start: Scale,
        depth: usize,
    ) {
        let Some(objects) = sub(document, resources, b"XObject") else { return };
        let mut now = start;
        let mut kept = Vec::new();
        for step in Steps::of(content) {
            self.steps += 1;
            if MOST_STEPS < self.steps {
                return;
            }
            match (step.operator, step.operands.as_slice()) {
                (b"q", _) => kept.push(now),
                (b"Q", _) => now = kept.pop().unwrap_or(start),
                (b"cm", [a, b, c, d, _, _]) => {
                    if let [Some(a), Some(b), Some(c), Some(d)] = [a, b, c, d].map(|part| number(part)) {
                        now = times([a, b, c, d], now);
                    }
                }
                (b"Do", [name]) => {
                    let name = name.strip_prefix(b"/").unwrap_or_default();
                    let Ok(id) = objects.get(name).and_then(Object::as_reference) else { continue };
                    let Ok(Object::Stream(drawn)) = document.get_object(id) else { continue };
                    self.drawn(document, id, drawn, now, depth);
                }
                _ => {}
            }
        }
    }

    fn drawn(&mut self, document: &Document, id: ObjectId, drawn: &Stream, now: Scale, depth: usize) {
        match drawn.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                let (across, down) = (now[0].hypot(now[1]), now[2].hypot(now[3]));
                let size = self.sizes.entry(id).or_insert((0.0, 0.0));
                *size = (size.0.max(across), size.1.max(down));
            }
            Ok(b"Form") if depth < DEEPEST => {
                let Ok(content) = drawn.get_plain_content_with_limit(LARGEST) else { return };
                let matrix = drawn.dict.get_deref(b"Matrix", document).and_then(Object::as_array);
                let parts: Vec<f32> = matrix
                    .map(|parts| parts.iter().filter_map(|part| part.as_float().ok()).collect())
                    .unwrap_or_default();
                let now = match parts.as_slice() {
                    [a, b, c, d, _, _] => times([*a, *b, *c, *d], now),
                    _ => now,
                };
                if let Some(resources) = sub(document, &drawn.dict, b"Resources") {
                    self.walk(document, resources, &content, now, depth + 1);
                }
            }
            _ => {}
        }
    }
}

fn times([a, b, c, d]: Scale, [e, f, g, h]: Scale) -> Scale {
    [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
}

fn number(operand: &[u8]) -> Option<f32> {
    std::str::from_utf8(operand).ok()?.parse().ok()
}

fn sub<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    dict.get_deref(key, document).ok()?.as_dict().ok()
}

/// The picture in as many dots as it needs at this size; none where it has no more, cannot be touched or would not be smaller.
fn thinned(document: &Document, picture: &Stream, (across, down): (f32, f32)) -> Option<Stream> {
    let side = |key: &[u8]| u32::try_from(picture.dict.get_deref(key, document).ok()?.as_i64().ok()?).ok();
    let (width, height) = (side(b"Width")?, side(b"Height")?);
    let (new_width, new_height) = (needed(across, width), needed(down, height));
    let fine = |old: u32, new: u32| WORTH < points(old) / points(new);
    if !fine(width, new_width) || !fine(height, new_height) {
        return None;
    }
    let colours = channels(document, picture)?;
    let (drawn, is_jpeg) = decoded(document, picture, width, height, colours)?;
    let drawn = drawn.resize_exact(new_width, new_height, FilterType::Triangle);
    let (filter, content) = if is_jpeg {
        let mut jpeg = Vec::new();
        let colour = if colours == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
        encoder.encode(drawn.as_bytes(), new_width, new_height, colour).ok()?;
        ("DCTDecode", jpeg)
    } else {
        ("FlateDecode", deflate(drawn.as_bytes()).ok()?)
    };
    if picture.content.len() <= content.len() {
        return None;
    }
    let mut dict = picture.dict.clone();
    dict.remove(b"DecodeParms");
    dict.set("Filter", Object::Name(filter.as_bytes().to_vec()));
    dict.set("Width", i64::from(new_width));
    dict.set("Height", i64::from(new_height));
    Some(Stream::new(dict, content).with_compression(false))
}

#[expect(clippy::cast_precision_loss, reason = "a picture is at most some ten thousand dots wide")]
fn points(dots: u32) -> f32 {
    dots.max(1) as f32
}

/// Dots for so many points, and no more than there are.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is a few thousand dots")]
fn needed(size: f32, dots: u32) -> u32 {
    ((size / 72.0 * FINEST).ceil().clamp(1.0, points(dots))) as u32
}

/// Numbers to a dot; none where the picture is not a plain one of eight bits.
fn channels(document: &Document, picture: &Stream) -> Option<u8> {
    let dict = &picture.dict;
    let value = |key: &[u8]| dict.get_deref(key, document).ok();
    let masked = value(b"Mask").is_some_and(|mask| mask.as_array().is_ok());
    let matte = sub(document, dict, b"SMask").is_some_and(|mask| mask.has(b"Matte"));
    let stencil = value(b"ImageMask").is_some_and(|mask| matches!(mask, Object::Boolean(true)));
    let eight = value(b"BitsPerComponent").is_some_and(|bits| matches!(bits.as_i64(), Ok(8)));
    if masked || matte || stencil || !eight || dict.has(b"Decode") {
        return None;
    }
    match value(b"ColorSpace")? {
        Object::Name(name) if name == b"DeviceGray" => Some(1),
        Object::Name(name) if name == b"DeviceRGB" => Some(3),
        Object::Array(parts) => {
            let sort = document.dereference(parts.first()?).ok()?.1.as_name().ok()?;
            match sort {
                b"CalGray" => Some(1),
                b"CalRGB" => Some(3),
                b"ICCBased" => {
                    let (_, profile) = document.dereference(parts.get(1)?).ok()?;
                    let numbers =
                        profile.as_stream().ok()?.dict.get_deref(b"N", document).ok()?.as_i64().ok()?;
                    u8::try_from(numbers).ok().filter(|numbers| matches!(numbers, 1 | 3))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The dots of a picture, and whether it is a JPEG.
fn decoded(
    document: &Document,
    picture: &Stream,
    width: u32,
    height: u32,
    colours: u8,
) -> Option<(DynamicImage, bool)> {
    let filter = match picture.dict.get_deref(b"Filter", document).ok()? {
        Object::Array(one) if one.len() == 1 => document.dereference(&one[0]).ok()?.1.as_name().ok()?,
        other => other.as_name().ok()?,
    };
    match filter {
        b"DCTDecode" => {
            let reader = ImageReader::with_format(Cursor::new(&picture.content), ImageFormat::Jpeg);
            let decoder = reader.into_decoder().ok()?;
            let colour = if colours == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
            if decoder.dimensions() != (width, height) || decoder.original_color_type() != colour {
                return None;
            }
            let drawn = DynamicImage::from_decoder(decoder).ok()?;
            matches!(drawn.color(), ColorType::L8 | ColorType::Rgb8).then_some((drawn, true))
        }
        b"FlateDecode" => {
            let dots = picture.get_plain_content_with_limit(LARGEST).ok()?;
            let drawn = match colours {
                1 => GrayImage::from_raw(width, height, dots).map(DynamicImage::ImageLuma8)?,
                _ => RgbImage::from_raw(width, height, dots).map(DynamicImage::ImageRgb8)?,
            };
            Some((drawn, false))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use lopdf::dictionary;

    use super::*;

    /// A drawing with enough in it that it does not pack to nothing.
    fn photo(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let wave = |scale: f32, way: f32| {
                let at = points(x + 1) * scale + points(y + 1) * way;
                (at.sin() * 120.0 + 128.0).clamp(0.0, 255.0)
            };
            image::Rgb([
                needed_shade(wave(0.01, 0.003)),
                needed_shade(wave(0.002, 0.02)),
                needed_shade(wave(0.3, 0.7)),
            ])
        })
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between nought and 255")]
    fn needed_shade(part: f32) -> u8 {
        part as u8
    }

    fn jpeg(picture: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 92);
        encoder.encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    /// A page that draws these pictures four inches wide and three high each.
    fn page(pictures: Vec<Stream>) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let mut objects = Dictionary::new();
        let mut content = String::new();
        for (at, picture) in pictures.into_iter().enumerate() {
            objects.set(format!("P{at}"), document.add_object(picture));
            content.push_str(&format!("q 288 0 0 216 {} {} cm /P{at} Do Q\n", 20 * at, 220 * at));
        }
        let form = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "Resources" => dictionary! { "XObject" => objects },
                "BBox" => vec![0.into(), 0.into(), 1200.into(), 1700.into()],
                "Matrix" => vec![2.into(), 0.into(), 0.into(), 2.into(), 0.into(), 0.into()],
            },
            content.into_bytes(),
        );
        let form = document.add_object(form);
        let content =
            document.add_object(Stream::new(Dictionary::new(), b"q .5 0 0 .5 0 0 cm /F Do Q".to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "F" => form } },
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn picture(width: u32, height: u32, filter: &str, content: Vec<u8>, more: &Dictionary) -> Stream {
        let mut dict = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8,
            "Width" => i64::from(width), "Height" => i64::from(height), "Filter" => filter,
        };
        for (key, value) in more {
            dict.set(key.clone(), value.clone());
        }
        Stream::new(dict, content).with_compression(false)
    }

    /// A page with a picture of far more dots than print can show.
    pub(crate) fn fine_page() -> Vec<u8> {
        let fine = photo(2000, 1500);
        page(vec![picture(2000, 1500, "DCTDecode", jpeg(&fine), &Dictionary::new())])
    }

    fn sides(pdf: &[u8]) -> Vec<(i64, i64)> {
        let document = Document::load_mem(pdf).unwrap();
        let pictures = document.objects.values().filter_map(|object| {
            let dict = &object.as_stream().ok()?.dict;
            Some((dict.get(b"Width").ok()?.as_i64().ok()?, dict.get(b"Height").ok()?.as_i64().ok()?))
        });
        pictures.collect()
    }

    #[test]
    fn pictures_finer_than_print_are_brought_down_and_look_the_same() {
        let fine = photo(2000, 1500);
        let pictures = vec![
            picture(2000, 1500, "DCTDecode", jpeg(&fine), &Dictionary::new()),
            picture(2000, 1500, "FlateDecode", deflate(fine.as_raw()).unwrap(), &Dictionary::new()),
        ];
        let before = page(pictures);
        let after = thin(&before).unwrap().unwrap();
        assert_eq!(sides(&after), [(1200, 900), (1200, 900)]);
        assert!(after.len() < before.len() * 3 / 4, "{} of {}", after.len(), before.len());
        let drawn = |bytes: &[u8]| {
            let pdf = hayro_syntax::Pdf::new(bytes.to_vec()).unwrap();
            let settings = hayro::RenderSettings::default();
            let cache = hayro::RenderCache::new();
            let page = hayro::render(
                &pdf.pages()[0],
                &cache,
                &hayro_interpret::InterpreterSettings::default(),
                &settings,
            );
            page.data_as_u8_slice().to_vec()
        };
        let (one, other) = (drawn(&before), drawn(&after));
        let off: u64 = one.iter().zip(&other).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
        let mean = off * 100 / u64::try_from(one.len()).unwrap();
        assert!(mean < 400, "a dot is off by {mean} hundredths of a shade");
        assert!(thin(&after).unwrap().is_none(), "once is enough");
    }

    #[test]
    fn what_is_coarse_masked_or_unusual_stays() {
        let fine = photo(1700, 1300);
        let packed = deflate(fine.as_raw()).unwrap();
        let with = |more: Dictionary| picture(1700, 1300, "FlateDecode", packed.clone(), &more);
        let pictures = vec![
            picture(
                1250,
                900,
                "FlateDecode",
                deflate(photo(1250, 900).as_raw()).unwrap(),
                &Dictionary::new(),
            ),
            with(
                dictionary! { "Decode" => vec![1.into(), 0.into(), 1.into(), 0.into(), 1.into(), 0.into()] },
            ),
            with(dictionary! { "Mask" => vec![0.into(), 9.into(), 0.into(), 9.into(), 0.into(), 9.into()] }),
            with(dictionary! { "ColorSpace" => "DeviceCMYK" }),
            with(dictionary! { "BitsPerComponent" => 1 }),
        ];
        assert!(thin(&page(pictures)).unwrap().is_none(), "one of them was touched");
    }
}
