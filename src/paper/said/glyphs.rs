//! Characters that are tick boxes, typed as such or set in a symbol font.

use crate::panel::seen::Mark;

/// Whether a character is a box or a tick, and which way it stands.
pub fn tick(letter: char) -> Option<Mark> {
    match letter {
        '☐' | '□' | '▢' | '❏' | '❑' | '❒' | '❐' | '◻' | '⬜' | '🗆' | '🞎' | '🞏' => {
            Some(Mark::Unticked)
        }
        '☑' | '☒' | '✓' | '✔' | '✅' | '🗹' | '🗷' | '🗵' | '🗸' | '✗' | '✘' | '✕' | '✖' | '⌧' | '⊠' | '🞕'
        | '√' | '☓' | '❌' => Some(Mark::Ticked),
        _ => None,
    }
}

/// The same box or tick as a letter the bundled faces have; none where there is no need.
pub fn as_bundled(letter: char) -> Option<char> {
    Some(match letter {
        '▢' | '❐' | '◻' | '⬜' | '🗆' | '🞎' | '🞏' => '☐',
        '🗹' | '🗷' | '🗵' | '🞕' | '⌧' | '⊠' => '☒',
        '✘' | '✕' | '✖' | '☓' | '❌' => '✗',
        '🗸' | '✅' => '✓',
        _ => return None,
    })
}

/// What a character code of a symbol font shows, as a letter of its own; `•` where it is a picture of little meaning.
///
/// Codes come bare (`0xFE`) or in the private use area (`0xF0FE`); none where the font is no symbol font.
pub fn in_symbol_font(font: &str, code: u32) -> Option<char> {
    let code = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    if code == 0x20 || code == 0xA0 {
        return is_symbol_font(font).then_some(' ');
    }
    let sign = match font.trim().to_lowercase().as_str() {
        "wingdings" => wingdings(code),
        "wingdings 2" => wingdings_2(code),
        "webdings" => webdings(code),
        "symbol" => symbol(code),
        "wingdings 3" | "zapfdingbats" | "marlett" => None,
        _ => return None,
    };
    Some(sign.unwrap_or('•'))
}

/// Whether letters set in this font show as signs.
pub fn is_symbol_font(font: &str) -> bool {
    matches!(
        font.trim().to_lowercase().as_str(),
        "wingdings" | "wingdings 2" | "wingdings 3" | "webdings" | "symbol" | "zapfdingbats" | "marlett"
    )
}

fn wingdings(code: u32) -> Option<char> {
    Some(match code {
        0xFE => '☑',
        0xFD | 0x78 => '☒',
        0xFC => '✔',
        0xFB => '✗',
        0xA8 | 0x6F..=0x72 => '☐',
        0x28 => '☎',
        0x2A => '✉',
        0x4A => '☺',
        0x4C => '☹',
        0x6C => '●',
        0x6E | 0xA7 => '■',
        0xA1 => '○',
        0xAB => '★',
        0xDF | 0xE7 => '←',
        0xE0 | 0xE8 | 0xD8 => '→',
        0xE1 | 0xE9 => '↑',
        0xE2 | 0xEA => '↓',
        _ => return None,
    })
}

fn wingdings_2(code: u32) -> Option<char> {
    Some(match code {
        0x50 => '✓',
        0x4F | 0x55 | 0x58 => '✗',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0xA3 | 0x2A | 0x30 | 0x35 => '☐',
        _ => return None,
    })
}

fn webdings(code: u32) -> Option<char> {
    Some(match code {
        0x61 => '✔',
        0x63 => '☐',
        0x72 => '✗',
        _ => return None,
    })
}

/// The font's Greek letters and the signs of its upper half that stand in running text.
fn symbol(code: u32) -> Option<char> {
    const GREEK: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    Some(match code {
        0x61..=0x7A => GREEK.chars().nth((code - 0x61) as usize)?,
        0x41..=0x5A => GREEK.chars().nth((code - 0x41) as usize)?.to_uppercase().next()?,
        0x21..=0x3F | 0x5B..=0x5F | 0x7B..=0x7E => char::from_u32(code)?,
        0xA3 => '≤',
        0xB3 => '≥',
        0xAC => '←',
        0xAD => '↑',
        0xAE | 0xDE => '→',
        0xAF => '↓',
        0xB0 => '°',
        0xB1 => '±',
        0xB4 => '×',
        0xB8 => '÷',
        0xB9 => '≠',
        0xBB => '≈',
        0xD6 => '√',
        0xD2 => '®',
        0xD3 => '©',
        0xD4 => '™',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_ticks_are_told_from_letters() {
        for letter in ['□', '☐', '❑'] {
            assert_eq!(tick(letter), Some(Mark::Unticked), "{letter}");
        }
        for letter in ['☑', '☒', '✓', '✔', '✗'] {
            assert_eq!(tick(letter), Some(Mark::Ticked), "{letter}");
        }
        for letter in ['X', 'x', 'o', '•', '-', 'v'] {
            assert_eq!(tick(letter), None, "{letter}");
        }
    }

    #[test]
    fn a_symbol_font_turns_codes_into_boxes() {
        assert_eq!(in_symbol_font("Wingdings", 0xF0FE), Some('☑'));
        assert_eq!(in_symbol_font("Wingdings", 0xFE), Some('☑'));
        assert_eq!(in_symbol_font("Wingdings", 0xF0A8), Some('☐'));
        assert_eq!(in_symbol_font("Wingdings 2", 0xF052), Some('☑'));
        assert_eq!(in_symbol_font("Wingdings", 0xF0D9), Some('•'));
        assert_eq!(in_symbol_font("Symbol", 0xF062), Some('β'));
        assert_eq!(in_symbol_font("Symbol", 0xF0B3), Some('≥'));
        assert_eq!(in_symbol_font("Wingdings", 0xF0E0), Some('→'));
        assert_eq!(in_symbol_font("Wingdings", 0xF020), Some(' '));
        assert_eq!(in_symbol_font("Arial", 0xFE), None);
    }
}
