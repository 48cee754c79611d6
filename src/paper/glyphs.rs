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

/// What a character code of a symbol font (`Wingdings`, `Wingdings 2`) shows, as a letter of its own.
///
/// Codes come bare (`0xFE`) or in the private use area (`0xF0FE`); none where the font is no symbol font.
pub fn in_symbol_font(font: &str, code: u32) -> Option<char> {
    let code = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    let boxed = match font.trim().to_lowercase().as_str() {
        "wingdings" => match code {
            0xFE => Some('☑'),
            0xFD | 0x78 => Some('☒'),
            0xFC => Some('✔'),
            0xFB => Some('✗'),
            0xA8 | 0x6F | 0x71 | 0x72 | 0x70 => Some('☐'),
            _ => None,
        },
        "wingdings 2" => match code {
            0x50 => Some('✓'),
            0x4F | 0x55 | 0x58 => Some('✗'),
            0x51 | 0x53 | 0x54 => Some('☒'),
            0x52 => Some('☑'),
            0xA3 | 0x2A | 0x30 | 0x35 => Some('☐'),
            _ => None,
        },
        "webdings" => match code {
            0x61 => Some('✔'),
            0x63 => Some('☐'),
            0x72 => Some('✗'),
            _ => None,
        },
        "wingdings 3" | "symbol" | "zapfdingbats" | "marlett" => None,
        _ => return None,
    };
    Some(boxed.unwrap_or('•'))
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
        assert_eq!(in_symbol_font("Wingdings", 0xF0D8), Some('•'));
        assert_eq!(in_symbol_font("Arial", 0xFE), None);
    }
}
