//! The pages of a TIFF, one after another: the decoder opens only the first, so the file is shown to it once for each.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::finding::Finding;
use crate::paper::said::sentences::{broken_picture, check_size};

/// Most pages of one picture.
const MOST_PAGES: usize = 300;

/// Every page, upright. Pages that cannot be read are an error: a paper with holes must not look whole.
pub(crate) fn pages(bytes: &[u8]) -> Result<Vec<DynamicImage>, Box<Finding>> {
    let directories = directories(bytes).ok_or_else(|| Box::new(broken_picture()))?;
    let mut file = bytes.to_vec();
    directories.into_iter().map(|directory| page(&mut file, &directory)).collect()
}

fn page(file: &mut [u8], directory: &[u8]) -> Result<DynamicImage, Box<Finding>> {
    let broken = |_: image::ImageError| Box::new(broken_picture());
    // The header names the first directory; naming another makes that page the first.
    let place = if directory.len() == 8 { 8..16 } else { 4..8 };
    file[place].copy_from_slice(directory);
    let mut decoder =
        ImageReader::with_format(Cursor::new(&*file), ImageFormat::Tiff).into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

/// Where each page's directory stands, as the header would write it.
fn directories(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let little = bytes.starts_with(b"II");
    let large = bytes.get(2..4)? == if little { [43, 0] } else { [0, 43] };
    let number = |place: usize, size: usize| -> Option<usize> {
        let bytes = bytes.get(place..place.checked_add(size)?)?;
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        let value = if little { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) };
        usize::try_from(value).ok()
    };
    let (pointer, count, entry) = if large { (8, 8, 20) } else { (4, 2, 12) };
    let mut at = if large { 8 } else { 4 };
    let mut found = Vec::new();
    while found.len() < MOST_PAGES {
        let directory = number(at, pointer)?;
        if directory == 0 {
            break;
        }
        let name = bytes.get(at..at + pointer)?.to_vec();
        if found.contains(&name) {
            break;
        }
        found.push(name);
        let entries = number(directory, count)?;
        at = directory.checked_add(count)?.checked_add(entries.checked_mul(entry)?)?;
    }
    (!found.is_empty()).then_some(found)
}
