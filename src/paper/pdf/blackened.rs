//! Words that a scanner wrote under its picture for searching, where the picture is black: blackened by hand, and still to be
//! copied out.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

use crate::pdf::text::{PageWords, PlacedWord};

/// Dots an inch in which a page is looked at.
const DOTS: f32 = 40.0;

/// Longest side of a page's picture, in dots.
const LONGEST: f32 = 1500.0;

/// Most pages that are looked at: each takes a twentieth of a second.
const MOST_PAGES: usize = 200;

/// Letters a word must have: less may be dirt that a scanner read.
const FEWEST_LETTERS: usize = 3;

/// Of 255, below which a dot is black, and how many of a hundred must be.
const BLACK: u8 = 70;
const NEARLY_ALL: usize = 96;

/// Counts words on black among those that cannot be seen.
pub(crate) fn look(pdf: &[u8], pages: &mut [PageWords]) {
    if pages.iter().all(|page| page.uninked.is_empty()) {
        return;
    }
    let Ok(drawn) = Pdf::new(pdf.to_vec()) else { return };
    let cache = RenderCache::new();
    let both = drawn.pages().iter().zip(pages).filter(|(_, words)| !words.uninked.is_empty());
    for (page, words) in both.take(MOST_PAGES) {
        let (width, height) = page.render_dimensions();
        let scale = (DOTS / 72.0).min(LONGEST / width.max(height).max(1.0));
        let settings =
            RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
        let picture = render(page, &cache, &InterpreterSettings::default(), &settings);
        let across = usize::from(picture.width());
        let dots = Dots {
            bytes: picture.data_as_u8_slice(),
            across,
            down: usize::from(picture.height()),
            scale: f64::from(scale),
        };
        let of_page = words.uninked.iter().filter_map(|at| words.words.get(*at));
        let black = of_page.filter(|word| dots.blackened(word, words.height)).count();
        words.unseen.covered += black;
        words.unseen.blackened += black;
    }
}

/// A page's picture: four bytes a dot, from the upper left corner.
struct Dots<'d> {
    bytes: &'d [u8],
    across: usize,
    down: usize,
    scale: f64,
}

impl Dots<'_> {
    /// Whether a word stands on black.
    fn blackened(&self, word: &PlacedWord, height: f64) -> bool {
        let letters = word.text.chars().filter(|letter| letter.is_alphanumeric()).count();
        let [left, bottom, right, top] = word.place;
        let columns = self.span(left, right, self.across);
        let rows = self.span(height - top, height - bottom, self.down);
        let all = columns.len() * rows.len();
        let is_black = |row: usize, column: usize| {
            let at = (row * self.across + column) * 4;
            self.bytes.get(at..at + 3).is_some_and(|dot| dot.iter().all(|part| *part < BLACK))
        };
        let black = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
        let black = black.filter(|(row, column)| is_black(*row, *column)).count();
        FEWEST_LETTERS <= letters && 0 < all && all * NEARLY_ALL <= black * 100
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within the picture")]
    #[expect(clippy::cast_precision_loss, reason = "dots of a page")]
    fn span(&self, from: f64, to: f64, most: usize) -> std::ops::Range<usize> {
        let dot = |points: f64| (points * self.scale).clamp(0.0, most as f64) as usize;
        dot(from)..dot(to).max(dot(from) + 1).min(most)
    }
}
