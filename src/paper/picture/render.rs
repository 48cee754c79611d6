//! Pictures onto A4: upright as the camera was held, at most 300 dots an inch, a JPEG kept as it is where it can be.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::finding::Finding;
use crate::panel::seen::FileFormat;
use crate::paper::pdf;
use crate::paper::picture::tiff;
use crate::paper::said::sentences::{broken_picture, check_size};

/// Dots an inch on the page at most.
const FINEST: f32 = 300.0;

/// A4 in points, and the margin left round a picture.
const SHORT_SIDE: f32 = 595.276;
const LONG_SIDE: f32 = 841.89;
const MARGIN: f32 = 28.35;

/// Above this many bytes, lossless pictures become JPEG.
const LARGEST_LOSSLESS: usize = 4 << 20;

/// A picture ready to be put on a page.
struct Picture {
    /// As stored, before it is turned upright.
    width: u32,
    height: u32,
    /// Quarter turns clockwise that put it upright.
    turns: u8,
    colours: &'static str,
    filter: &'static str,
    data: Vec<u8>,
}

/// Puts a picture (each page of it) on A4 pages; gives the PDF.
pub(crate) fn render(bytes: &[u8], format: FileFormat) -> Result<Vec<u8>, Box<Finding>> {
    let pictures = match format {
        FileFormat::Tiff => tiff::pages(bytes)?.into_iter().map(encode).collect::<Result<Vec<_>, _>>()?,
        _ => vec![single(bytes, format)?],
    };
    lay_out(pictures).map_err(|_| Box::new(broken_picture()))
}

fn single(bytes: &[u8], format: FileFormat) -> Result<Picture, Box<Finding>> {
    let broken = |_: image::ImageError| Box::new(broken_picture());
    let picture_format = match format {
        FileFormat::Png => ImageFormat::Png,
        FileFormat::Jpeg => ImageFormat::Jpeg,
        FileFormat::Gif => ImageFormat::Gif,
        FileFormat::Bmp => ImageFormat::Bmp,
        _ => ImageFormat::WebP,
    };
    let mut decoder =
        ImageReader::with_format(Cursor::new(bytes), picture_format).into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colour = decoder.original_color_type();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    if let (FileFormat::Jpeg, Some(turns), Some(colours)) =
        (format, quarter_turns(orientation), jpeg_colours(colour))
    {
        let as_it_is =
            || Picture { width, height, turns, colours, filter: "DCTDecode", data: bytes.to_vec() };
        if !is_too_fine(width, height) {
            return Ok(as_it_is());
        }
        picture.apply_orientation(orientation);
        // A camera's own compression can be so strong that the picture with fewer dots takes more bytes; then the original is kept.
        let fewer = shrunk(picture);
        let data = jpeg(&raw(&fewer), &fewer)?;
        if bytes.len() <= data.len() {
            return Ok(as_it_is());
        }
        let (colours, _) = colours_of(&fewer);
        let (width, height) = (fewer.width(), fewer.height());
        return Ok(Picture { width, height, turns: 0, colours, filter: "DCTDecode", data });
    }
    picture.apply_orientation(orientation);
    encode(picture)
}

fn quarter_turns(orientation: Orientation) -> Option<u8> {
    match orientation {
        Orientation::NoTransforms => Some(0),
        Orientation::Rotate90 => Some(1),
        Orientation::Rotate180 => Some(2),
        Orientation::Rotate270 => Some(3),
        _ => None,
    }
}

/// The colours of a JPEG that may be passed through; four-colour ones differ too much between writers.
fn jpeg_colours(colour: ExtendedColorType) -> Option<&'static str> {
    match colour {
        ExtendedColorType::L8 => Some("DeviceGray"),
        ExtendedColorType::Rgb8 => Some("DeviceRGB"),
        _ => None,
    }
}

/// The box on the page a picture of this size fills, and how large that page is.
fn place(width: u32, height: u32) -> (f32, f32, f32, f32) {
    let (wide, high) = (as_points(width), as_points(height));
    let (page_width, page_height) =
        if high < wide { (LONG_SIDE, SHORT_SIDE) } else { (SHORT_SIDE, LONG_SIDE) };
    let room = (page_width - 2.0 * MARGIN, page_height - 2.0 * MARGIN);
    // Small pictures are not blown up beyond 100 dots an inch.
    let scale = (room.0 / wide).min(room.1 / high).min(0.72);
    (page_width, page_height, wide * scale, high * scale)
}

#[expect(clippy::cast_precision_loss, reason = "a picture is at most some ten thousand dots wide")]
fn as_points(dots: u32) -> f32 {
    dots.max(1) as f32
}

fn is_too_fine(width: u32, height: u32) -> bool {
    let (_, _, wide, _) = place(width, height);
    // One per cent of leeway, because sizes are rounded to whole dots.
    FINEST * 1.01 < as_points(width) / (wide / 72.0)
}

/// No more dots than the page can show.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    let (_, _, wide, high) = place(picture.width(), picture.height());
    let most = |points: f32| dots(points / 72.0 * FINEST);
    if most(wide) < picture.width() {
        picture.resize_exact(most(wide).max(1), most(high).max(1), FilterType::Triangle)
    } else {
        picture
    }
}

/// What a picture's dots are called in a PDF and by the encoder.
fn colours_of(picture: &DynamicImage) -> (&'static str, ExtendedColorType) {
    match picture {
        DynamicImage::ImageLuma8(_)
        | DynamicImage::ImageLuma16(_)
        | DynamicImage::ImageLumaA8(_)
        | DynamicImage::ImageLumaA16(_) => ("DeviceGray", ExtendedColorType::L8),
        _ => ("DeviceRGB", ExtendedColorType::Rgb8),
    }
}

/// Its dots as they look on paper.
fn raw(picture: &DynamicImage) -> Vec<u8> {
    match colours_of(picture) {
        (_, ExtendedColorType::L8) => on_white_grey(picture).into_raw(),
        _ => on_white(picture).into_raw(),
    }
}

fn jpeg(raw: &[u8], picture: &DynamicImage) -> Result<Vec<u8>, Box<Finding>> {
    let (_, colour) = colours_of(picture);
    let mut data = Vec::new();
    JpegEncoder::new_with_quality(&mut data, 85)
        .encode(raw, picture.width(), picture.height(), colour)
        .map_err(|_| Box::new(broken_picture()))?;
    Ok(data)
}

/// Shrinks a picture to what the page can show and compresses it.
fn encode(picture: DynamicImage) -> Result<Picture, Box<Finding>> {
    let picture = shrunk(picture);
    let (width, height) = (picture.width(), picture.height());
    let (colours, _) = colours_of(&picture);
    let raw = raw(&picture);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&raw).map_err(|_| Box::new(broken_picture()))?;
    let packed = packed.finish().map_err(|_| Box::new(broken_picture()))?;
    if packed.len() < LARGEST_LOSSLESS {
        return Ok(Picture { width, height, turns: 0, colours, filter: "FlateDecode", data: packed });
    }
    let data = jpeg(&raw, &picture)?;
    Ok(Picture { width, height, turns: 0, colours, filter: "DCTDecode", data })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is a few thousand dots")]
fn dots(number: f32) -> u32 {
    number.max(0.0) as u32
}

/// The picture as it looks on paper: what is see-through is white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        image::Rgb([red, green, blue].map(|part| over_white(part, alpha)))
    })
}

fn on_white_grey(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let seen = picture.to_luma_alpha8();
    GrayImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [grey, alpha] = seen.get_pixel(x, y).0;
        image::Luma([over_white(grey, alpha)])
    })
}

fn over_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u32::from(part), u32::from(alpha));
    u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// One page for each picture.
fn lay_out(pictures: Vec<Picture>) -> Result<Vec<u8>, String> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let kids =
        pictures.into_iter().map(|picture| Object::Reference(page(&mut document, tree, picture))).collect();
    pdf::normalise::write(document, tree, kids, &[])
}

fn page(document: &mut Document, tree: ObjectId, picture: Picture) -> ObjectId {
    let turned = picture.turns % 2 == 1;
    let (shown_width, shown_height) =
        if turned { (picture.height, picture.width) } else { (picture.width, picture.height) };
    let (page_width, page_height, wide, high) = place(shown_width, shown_height);
    let (x, y) = ((page_width - wide) / 2.0, (page_height - high) / 2.0);
    let matrix = match picture.turns {
        0 => [wide, 0.0, 0.0, high, x, y],
        1 => [0.0, -high, wide, 0.0, x, y + high],
        2 => [-wide, 0.0, 0.0, -high, x + wide, y + high],
        _ => [0.0, high, -wide, 0.0, x + wide, y],
    };
    let [a, b, c, d, e, f] = matrix;
    let mut stream = Dictionary::new();
    stream.set("Type", Object::Name(b"XObject".to_vec()));
    stream.set("Subtype", Object::Name(b"Image".to_vec()));
    stream.set("Width", Object::Integer(i64::from(picture.width)));
    stream.set("Height", Object::Integer(i64::from(picture.height)));
    stream.set("ColorSpace", Object::Name(picture.colours.as_bytes().to_vec()));
    stream.set("BitsPerComponent", Object::Integer(8));
    stream.set("Filter", Object::Name(picture.filter.as_bytes().to_vec()));
    let image = document.add_object(Stream::new(stream, picture.data).with_compression(false));
    let operators = format!("q {a} {b} {c} {d} {e} {f} cm /Picture Do Q\n");
    let contents =
        document.add_object(Stream::new(Dictionary::new(), operators.into_bytes()).with_compression(false));
    let mut objects = Dictionary::new();
    objects.set("Picture", Object::Reference(image));
    let mut resources = Dictionary::new();
    resources.set("XObject", Object::Dictionary(objects));
    let mut page = Dictionary::new();
    page.set("Type", Object::Name(b"Page".to_vec()));
    page.set("Parent", Object::Reference(tree));
    page.set("MediaBox", Object::Array([0.0, 0.0, page_width, page_height].map(Object::Real).to_vec()));
    page.set("Resources", Object::Dictionary(resources));
    page.set("Contents", Object::Reference(contents));
    document.add_object(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drawing with enough in it that it does not pack to nothing.
    fn drawn(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let shade =
                |part: u32| u8::try_from((x * part / 7 + y * part / 11 + (x * y) % 23) % 256).unwrap_or(0);
            image::Rgb([shade(3), shade(5), shade(2)])
        })
    }

    fn as_jpeg(width: u32, height: u32, quality: u8) -> Vec<u8> {
        let picture = drawn(width, height);
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        encoder.encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    /// Dots across and down of the picture on the page, and its bytes as they are in the PDF.
    fn on_page(pdf: &[u8]) -> (i64, i64, Vec<u8>) {
        let document = Document::load_mem(pdf).unwrap();
        let pictures = document.objects.values().filter_map(|object| object.as_stream().ok());
        let mut pictures = pictures.filter(|stream| stream.dict.has(b"Width"));
        let picture = pictures.next_back().unwrap();
        let side = |key: &[u8]| picture.dict.get(key).unwrap().as_i64().unwrap();
        (side(b"Width"), side(b"Height"), picture.content.clone())
    }

    #[test]
    fn a_picture_has_at_most_300_dots_to_a_printed_inch() {
        // A4 less its margins is 7.48 inches across: 2245 dots.
        for width in [2300, 2800, 3300] {
            let file = as_jpeg(width, width * 5 / 4, 92);
            let (across, down, bytes) = on_page(&render(&file, FileFormat::Jpeg).unwrap());
            assert!(
                (2240..=2246).contains(&across) && down < across * 5 / 4 + 3,
                "{width}: {across} by {down}"
            );
            assert!(bytes.len() < file.len(), "{width}: {} from {}", bytes.len(), file.len());
        }
        let mut png = Vec::new();
        drawn(2800, 2000).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let (across, _, _) = on_page(&render(&png, FileFormat::Png).unwrap());
        assert!(across <= 3280, "{across}");
    }

    #[test]
    fn a_jpeg_that_is_coarse_enough_or_packed_tighter_stays_as_it_is() {
        let coarse = as_jpeg(2240, 2800, 85);
        assert_eq!(on_page(&render(&coarse, FileFormat::Jpeg).unwrap()).2, coarse);
        let tight = as_jpeg(2400, 3000, 12);
        let (across, _, bytes) = on_page(&render(&tight, FileFormat::Jpeg).unwrap());
        assert!(across == 2400 && bytes == tight, "{across}");
    }
}
