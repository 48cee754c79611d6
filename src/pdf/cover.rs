//! Words that are there and cannot be seen: something plain lies over them, or they have the colour of what lies under them.
//!
//! Worked out from the order in which things are painted and their colours. Each letter has three spots, from its foot to its
//! head; each spot knows the ink on it and the ground around it, and what is painted later changes both. A letter is hidden
//! where all its spots are, a word where more than half its letters are. What is drawn before words is their ground and covers
//! nothing; what lets them shine through (a marker pen, a veil) covers them only where no difference is left.
//!
//! What cannot be known without painting it (gradients, patterns, pictures) is never taken for a plain colour.

use hayro::hayro_interpret::BlendMode;
use hayro::vello_cpu::kurbo::{Point, Rect};

use crate::pdf::area::Area;

/// Red, green and blue, from 0 to 1.
pub(crate) type Rgb = [f32; 3];

/// A sheet before anything is painted on it.
const WHITE: Rgb = [1.0; 3];

/// The largest difference of a colour's parts at which ink is not seen on its ground.
const SAME: f32 = 0.04;

/// What lets less than this through hides what is below.
const OPAQUE: f32 = 0.97;

/// Height of the strips in which spots and shapes are looked for.
const STRIP: f64 = 16.0;

/// Shapes and letters on a page beyond which nothing is concluded.
const MOST_SHAPES: usize = 40_000;
const MOST_LETTERS: usize = 60_000;

/// What a letter is painted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ink {
    /// A colour, and how much of it.
    Of(Rgb, f32),
    /// Several colours, or a mask.
    NotKnown,
    /// Nothing.
    None,
}

/// How something is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coat {
    /// None where it is not one colour.
    pub colour: Option<Rgb>,
    /// 1 lets nothing through; none where that differs from spot to spot.
    pub strength: Option<f32>,
    pub blend: BlendMode,
    pub sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A shape, a box, a cell.
    Fill,
    /// A picture, a gradient.
    Picture,
    /// A letter so large that it lies across others.
    Watermark,
}

/// How a group of things is laid onto what is below.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Veil {
    pub strength: f32,
    pub masked: bool,
    pub blend: BlendMode,
}

/// What hides a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Nothing,
    /// It never was seen: its ink has the colour of its ground.
    Ground,
    Fill,
    Picture,
}

#[derive(Debug, Clone, Copy)]
struct Spot {
    at: Point,
    /// None where it is not known, or the letter has no ink.
    ink: Option<Rgb>,
    ground: Option<Rgb>,
    over: Over,
}

#[derive(Debug, Clone)]
struct Inked {
    spots: [Spot; 3],
    letter: char,
    tall: f64,
    /// The word it is part of.
    word: Option<usize>,
    /// The same letter was painted again in the same place.
    again: bool,
    /// Written for searching, not for seeing: words under a scanned page.
    invisible: bool,
}

/// How many words of a page cannot be seen, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Something plain lies over them.
    pub covered: usize,
    /// They have the colour of what lies under them.
    pub same_colour: usize,
    /// A picture or a watermark lies over them.
    pub under_picture: usize,
    /// Of the covered ones and those of one colour with their ground: what hides them is dark, as where words are blackened.
    pub blackened: usize,
}

/// A sheet as it is painted.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    coats: Vec<(Area, Coat)>,
    /// For each strip, which coats reach into it.
    coats_in: Vec<Vec<usize>>,
    letters: Vec<Inked>,
    /// For each strip, which letters stand in it.
    letters_in: Vec<Vec<usize>>,
    /// The first letter of the word that is being put together.
    open: usize,
    too_much: bool,
}

impl Canvas {
    /// Something is painted within `window` and all of `clips`.
    pub fn paint(&mut self, area: Area, coat: Coat, window: Rect, clips: &[&Area]) {
        let Some(area) = area.within(window) else { return };
        if MOST_SHAPES <= self.coats.len() {
            self.too_much = true;
            return;
        }
        let strips = strips(area.bounds.y0, area.bounds.y1);
        for strip in strips.clone() {
            for at in self.letters_in.get(strip).into_iter().flatten() {
                for spot in &mut self.letters[*at].spots {
                    if area.contains(spot.at) && clips.iter().all(|clip| clip.contains(spot.at)) {
                        spot.take(&coat);
                    }
                }
            }
        }
        // A watermark is no ground, and what is cut to an outline is not known to be one.
        if coat.sort == Sort::Watermark {
            return;
        }
        let coat = if clips.is_empty() { coat } else { Coat { colour: None, strength: None, ..coat } };
        let at = self.coats.len();
        for strip in strips {
            entry(&mut self.coats_in, strip).push(at);
        }
        self.coats.push((area, coat));
    }

    /// A letter is painted, whose foot, middle and head are at these spots.
    pub fn letter(&mut self, letter: char, [foot, middle, head]: [Point; 3], tall: f64, ink: Ink) {
        if MOST_LETTERS <= self.letters.len() {
            self.too_much = true;
            return;
        }
        let at = self.letters.len();
        let strip = strip(middle.y);
        for before in self.letters_in.get(strip).into_iter().flatten() {
            let before = &mut self.letters[*before];
            before.again |= before.letter == letter && before.spots[1].at.distance(middle) < 0.2 * tall;
        }
        let ground = self.ground(middle);
        let invisible = ink == Ink::None;
        let ink = match ink {
            Ink::Of(colour, strength) => ground.map(|ground| mixed(ground, colour, strength)),
            Ink::None | Ink::NotKnown => None,
        };
        let over = match ink.zip(ground) {
            Some((ink, ground)) if is_same(ink, ground) => Over::Ground,
            _ => Over::Nothing,
        };
        let spot = |at| Spot { at, ink, ground, over };
        self.letters.push(Inked {
            spots: [foot, middle, head].map(spot),
            letter,
            tall,
            word: None,
            again: false,
            invisible,
        });
        for strip in strips(foot.y.min(head.y), foot.y.max(head.y)) {
            entry(&mut self.letters_in, strip).push(at);
        }
    }

    /// The letters since the last word are a word with this number; without one they are none and are forgotten.
    pub fn end_word(&mut self, word: Option<usize>) {
        for letter in &mut self.letters[self.open..] {
            letter.word = word;
            letter.again |= word.is_none();
        }
        self.open = self.letters.len();
    }

    /// What cannot be seen of so many words, and of each word whether it is seen.
    pub fn unseen(&self, words: usize) -> (Unseen, Vec<bool>) {
        let mut unseen = Unseen::default();
        let mut seen = vec![true; words];
        if self.too_much {
            return (unseen, seen);
        }
        // Of each word: letters and figures, how many of them something plain, their ground, a picture hides, and how many of
        // them something dark.
        let mut counts = vec![[0_usize; 5]; words];
        for letter in self.letters.iter().filter(|letter| letter.letter.is_alphanumeric()) {
            let Some(count) = letter.word.and_then(|word| counts.get_mut(word)) else { continue };
            count[0] += 1;
            if letter.invisible {
                letter.word.and_then(|word| seen.get_mut(word)).into_iter().for_each(|seen| *seen = false);
            }
            let hidden = |over: Over| letter.spots.iter().all(|spot| spot.over == over);
            let hidden_by = [Over::Fill, Over::Ground, Over::Picture].into_iter().position(hidden);
            let by = hidden_by.filter(|by| !letter.again && (*by == 0 || !letter.invisible));
            if let Some(by) = by {
                count[by + 1] += 1;
                count[4] += usize::from(by < 2 && letter.spots[1].ground.is_none_or(is_dark));
            }
        }
        for ([all, fill, ground, picture, dark], seen) in counts.into_iter().zip(&mut seen) {
            let most = |hidden: usize| 0 < hidden && all < hidden * 2;
            *seen &= !(most(fill) || most(ground) || most(picture));
            unseen.blackened += usize::from(most(dark) && (most(fill) || most(ground)));
            unseen.covered += usize::from(most(fill));
            unseen.same_colour += usize::from(!most(fill) && most(ground));
            unseen.under_picture += usize::from(!most(fill) && !most(ground) && most(picture));
        }
        (unseen, seen)
    }

    /// How tall letters here mostly are not: whether one of this height lies across others.
    pub fn is_huge(&self, tall: f64) -> bool {
        36.0 <= tall && self.letters.last().is_some_and(|last| last.tall * 2.5 < tall)
    }

    /// The colour a letter at this spot is painted on; none where it is not known.
    fn ground(&self, spot: Point) -> Option<Rgb> {
        if self.too_much {
            return None;
        }
        let here = self.coats_in.get(strip(spot.y)).map(Vec::as_slice).unwrap_or_default();
        let mut veils: Vec<&Coat> = Vec::new();
        let mut ground = Some(WHITE);
        for (area, coat) in here.iter().rev().map(|at| &self.coats[*at]) {
            if !area.contains(spot) {
                continue;
            }
            if coat.is_opaque() {
                ground = coat.colour;
                break;
            }
            veils.push(coat);
        }
        veils.into_iter().rev().fold(ground, |ground, veil| veil.over(ground?))
    }
}

impl Coat {
    /// The same as a part of these groups, of which `masked` says more than they do.
    pub fn through(self, groups: &[Veil], masked: bool) -> Coat {
        let masked = masked || groups.iter().any(|group| group.masked);
        let through: f32 = groups.iter().map(|group| group.strength).product();
        let blends = groups.iter().rev().map(|group| group.blend);
        let blend = [self.blend].into_iter().chain(blends).find(|blend| *blend != BlendMode::Normal);
        Coat {
            strength: self.strength.map(|own| own * through).filter(|_| !masked),
            blend: blend.unwrap_or_default(),
            ..self
        }
    }

    fn is_opaque(&self) -> bool {
        self.blend == BlendMode::Normal && self.strength.is_some_and(|strength| OPAQUE <= strength)
    }

    /// What a colour looks like below it; none where that is not known.
    fn over(&self, below: Rgb) -> Option<Rgb> {
        let (colour, strength) = (self.colour?, self.strength?);
        let part = |at: usize| match self.blend {
            BlendMode::Normal => Some(colour[at]),
            BlendMode::Multiply => Some(colour[at] * below[at]),
            BlendMode::Darken => Some(colour[at].min(below[at])),
            BlendMode::Lighten => Some(colour[at].max(below[at])),
            BlendMode::Screen => Some(1.0 - (1.0 - colour[at]) * (1.0 - below[at])),
            _ => None,
        };
        let blended = [part(0)?, part(1)?, part(2)?];
        Some(mixed(below, blended, strength))
    }
}

impl Spot {
    /// Something is painted over it.
    fn take(&mut self, coat: &Coat) {
        if coat.is_opaque() {
            self.over = match (coat.sort, self.over) {
                // What was not to be seen before is not covered either; but a picture over a fill is what is seen.
                (_, Over::Ground) => Over::Ground,
                (Sort::Fill, _) => Over::Fill,
                (Sort::Picture | Sort::Watermark, _) => Over::Picture,
            };
            (self.ink, self.ground) = (coat.colour, coat.colour);
            return;
        }
        let seen = self.ink.zip(self.ground);
        (self.ink, self.ground) =
            (self.ink.and_then(|ink| coat.over(ink)), self.ground.and_then(|ground| coat.over(ground)));
        let left = self.ink.zip(self.ground);
        if self.over == Over::Nothing
            && seen.is_some_and(|(ink, ground)| !is_same(ink, ground))
            && left.is_some_and(|(ink, ground)| is_same(ink, ground))
        {
            self.over = if coat.sort == Sort::Fill { Over::Fill } else { Over::Picture };
        }
    }
}

/// What lets less than this of the light back is dark.
const DARK: f32 = 0.35;

fn is_dark([red, green, blue]: Rgb) -> bool {
    red * 0.3 + green * 0.59 + blue * 0.11 < DARK
}

fn is_same(one: Rgb, other: Rgb) -> bool {
    one.iter().zip(&other).all(|(one, other)| (one - other).abs() <= SAME)
}

fn mixed(below: Rgb, above: Rgb, strength: f32) -> Rgb {
    std::array::from_fn(|at| below[at] * (1.0 - strength) + above[at] * strength)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within 0 and 4000")]
fn strip(height: f64) -> usize {
    (height / STRIP).clamp(0.0, 4000.0) as usize
}

fn strips(low: f64, high: f64) -> std::ops::RangeInclusive<usize> {
    strip(low)..=strip(high)
}

fn entry(strips: &mut Vec<Vec<usize>>, strip: usize) -> &mut Vec<usize> {
    if strips.len() <= strip {
        strips.resize_with(strip + 1, Vec::new);
    }
    &mut strips[strip]
}

#[cfg(test)]
mod tests {
    use lopdf::{Dictionary, Document, Object, Stream, dictionary};

    use super::*;
    use crate::pdf::text;

    const WORDS: &str = "BT /F 12 Tf 50 700 Td (these are words) Tj ET ";
    const BOX: &str = "40 690 200 30 re f ";

    /// A page of these operators, with a face, a marker pen, a veil, a picture, and one that is seen through.
    fn unseen(content: &str) -> [usize; 3] {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let picture = |more: Dictionary, document: &mut Document| {
            let mut facts = dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 3, "Height" => 3,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
            };
            facts.extend(&more);
            document.add_object(Stream::new(facts, vec![0x40; 9]))
        };
        let solid = picture(Dictionary::new(), &mut document);
        let through = picture(dictionary! { "SMask" => solid }, &mut document);
        let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! {
                "Font" => dictionary! {
                    "F" => dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" },
                },
                "ExtGState" => dictionary! {
                    "Marker" => dictionary! { "BM" => "Multiply" },
                    "Veil" => dictionary! { "ca" => Object::Real(0.5) },
                },
                "XObject" => dictionary! { "Solid" => solid, "Through" => through },
            },
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        let Unseen { covered, same_colour, under_picture, .. } = text::words(&bytes).unwrap()[0].unseen;
        [covered, same_colour, under_picture]
    }

    #[test]
    fn what_lies_over_words_hides_them_and_what_lies_under_them_does_not() {
        let strips: String = (0..15).map(|at| format!("40 {} 200 2 re f ", 690 + 2 * at)).collect();
        let picture = |name: &str| format!("q 200 0 0 30 40 690 cm /{name} Do Q ");
        let (solid, through) = (picture("Solid"), picture("Through"));
        let table: [(&str, String, [usize; 3]); 27] = [
            ("words", WORDS.to_owned(), [0; 3]),
            ("a black box over them", format!("{WORDS}{BOX}"), [3, 0, 0]),
            ("a white box over them", format!("{WORDS}1 g {BOX}"), [3, 0, 0]),
            ("a box over the first", format!("{WORDS}48 690 34 30 re f"), [1, 0, 0]),
            ("another shape", format!("{WORDS}40 690 m 240 690 l 250 730 l 30 730 l f"), [3, 0, 0]),
            ("a broad stroke", format!("{WORDS}20 w 40 705 m 240 705 l S"), [3, 0, 0]),
            ("strips", format!("{WORDS}{strips}"), [3, 0, 0]),
            ("a heading, white on black", format!("{BOX}1 g {WORDS}"), [0; 3]),
            ("a shaded cell", format!("0.85 g {BOX}0 g {WORDS}"), [0; 3]),
            ("a marker pen under them", format!("1 1 0 rg {BOX}0 g {WORDS}"), [0; 3]),
            ("a marker pen over them", format!("{WORDS}/Marker gs 1 1 0 rg {BOX}"), [0; 3]),
            ("a black marker pen", format!("{WORDS}/Marker gs 0 g {BOX}"), [3, 0, 0]),
            ("a veil", format!("{WORDS}/Veil gs 1 g {BOX}"), [0; 3]),
            ("ten veils", format!("{WORDS}/Veil gs 1 g {}", BOX.repeat(10)), [3, 0, 0]),
            ("black on black", format!("{BOX}{WORDS}"), [0, 3, 0]),
            ("white on white", format!("1 g {WORDS}"), [0, 3, 0]),
            ("all but white on white", format!("0.98 g {WORDS}"), [0, 3, 0]),
            ("pale, and to be read", format!("0.8 g {WORDS}"), [0; 3]),
            ("crossed out", format!("{WORDS}50 703 100 1 re f"), [0; 3]),
            (
                "underlined and framed",
                format!("{WORDS}50 698 90 0.8 re f 40 690 200 30 re 42 692 196 26 re f*"),
                [0; 3],
            ),
            ("a box cut away", format!("{WORDS}q 0 0 10 10 re W n {BOX}Q"), [0; 3]),
            ("the same words over the box", format!("{WORDS}1 g {BOX}0 g {WORDS}"), [0; 3]),
            ("words for searching under a box", format!("3 Tr {WORDS}0 Tr {BOX}"), [3, 0, 0]),
            ("words for searching on a scan", format!("{solid}3 Tr {WORDS}"), [0; 3]),
            ("words for searching under a scan", format!("3 Tr {WORDS}{solid}"), [0; 3]),
            ("a picture over them", format!("{WORDS}{solid}"), [0, 0, 3]),
            ("a picture that is seen through", format!("{WORDS}{through}"), [0; 3]),
        ];
        for (what, content, expected) in table {
            assert_eq!(unseen(&content), expected, "{what}");
        }
    }

    #[test]
    fn a_letter_as_large_as_a_page_lies_over_words_as_a_watermark() {
        let large = "0.9 g BT /F 500 Tf 40 600 Td (I) Tj ET";
        let [covered, same_colour, under] = unseen(&format!("{WORDS}{large}"));
        assert_eq!((covered, same_colour), (0, 0));
        assert!(0 < under);
        assert_eq!(unseen(&format!("{large} 0 g {WORDS}")), [0; 3], "drawn first, it lies under them");
    }
}
