//! A page as somebody's telephone saw it: a little askew, on a desk, unevenly lit, stored lying on its side.

use std::io::Cursor;

use anyhow::{Context, Result, anyhow};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};
use sha2::{Digest, Sha256};

/// Draws page `at` (from 0) of a PDF, `scale` pixels to the point.
pub fn draw(pdf: Vec<u8>, at: usize, scale: f32) -> Result<RgbImage> {
    let pdf = Pdf::new(pdf).map_err(|fault| anyhow!("hayro: {fault:?}"))?;
    let page = pdf.pages().get(at).context("no such page")?;
    let settings =
        RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let drawn = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels =
        drawn.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    RgbImage::from_raw(width, height, pixels).context("a pixmap of another size")
}

/// The page on a desk, `degrees` askew, with a shadow across it and a little noise.
pub fn on_a_desk(page: &RgbImage, degrees: f64) -> RgbImage {
    let (width, height) = (page.width() + page.width() / 9, page.height() + page.height() / 11);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let of_page = (f64::from(page.width()) / 2.0, f64::from(page.height()) / 2.0);
    let grain = Sha256::digest(b"grain");
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - middle.0, f64::from(y) - middle.1);
        let from = (dx * cos + dy * sin + of_page.0, dy * cos - dx * sin + of_page.1);
        let light = 1.02 - 0.16 * f64::from(x) / f64::from(width) - 0.12 * f64::from(y) / f64::from(height);
        let colour = sampled(page, from).unwrap_or_else(|| desk(x, y));
        let at = usize::try_from((x * 7 + y * 13 + x * y % 11) % 32).unwrap_or(0);
        let noise = f64::from(grain[at] % 9) - 4.0;
        Rgb(colour.map(|part| channel(part * light + noise)))
    })
}

/// JPEG that lies on its side, with the EXIF entry that says how to hold it (6: turn clockwise).
pub fn jpeg_on_its_side(picture: RgbImage, quality: u8) -> Result<Vec<u8>> {
    let lying = DynamicImage::ImageRgb8(picture).rotate270();
    let mut out = Cursor::new(Vec::new());
    let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    encoder.set_exif_metadata(exif.to_vec())?;
    encoder.encode_image(&lying)?;
    Ok(out.into_inner())
}

/// A clean scan, black on white, as an office scanner's PNG.
pub fn scan_png(page: &RgbImage) -> Result<Vec<u8>> {
    let grey = image::GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let [red, green, blue] = page.get_pixel(x, y).0;
        let light = (u32::from(red) + u32::from(green) + u32::from(blue)) / 3;
        image::Luma([u8::try_from(light / 48 * 51).unwrap_or(u8::MAX)])
    });
    let mut out = Cursor::new(Vec::new());
    grey.write_to(&mut out, image::ImageFormat::Png)?;
    Ok(out.into_inner())
}

fn sampled(page: &RgbImage, (x, y): (f64, f64)) -> Option<[f64; 3]> {
    let inside = x >= 0.0 && y >= 0.0 && x < f64::from(page.width() - 1) && y < f64::from(page.height() - 1);
    if !inside {
        return None;
    }
    let (left, top) = (whole(x), whole(y));
    let (right, down) = (x.fract(), y.fract());
    let corner = |dx: u32, dy: u32| page.get_pixel(left + dx, top + dy).0.map(f64::from);
    let mix = |a: [f64; 3], b: [f64; 3], part: f64| [0, 1, 2].map(|i| a[i] * (1.0 - part) + b[i] * part);
    Some(mix(mix(corner(0, 0), corner(1, 0), right), mix(corner(0, 1), corner(1, 1), right), down))
}

/// Wood, more or less.
fn desk(x: u32, y: u32) -> [f64; 3] {
    let wave = (f64::from(y) / 17.0 + (f64::from(x) / 90.0).sin() * 2.0).sin() * 7.0;
    [128.0 + wave, 96.0 + wave, 66.0 + wave]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place inside a picture")]
fn whole(place: f64) -> u32 {
    place as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte first")]
fn channel(value: f64) -> u8 {
    value.clamp(0.0, 255.0) as u8
}
