//! A content stream taken apart into its operations, in the words of the stream itself.
//!
//! Nothing is understood beyond where an operation begins and ends, so what is not asked about is passed on as it came.

use std::ops::Range;

/// One operation: an operator and what it is applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub operands: Vec<&'a [u8]>,
    /// `BI` stands for an inline picture as a whole.
    pub operator: &'a [u8],
    /// Where all of it stands in the stream.
    pub place: Range<usize>,
}

/// Operands kept of one operation; more is rubbish.
const MOST_OPERANDS: usize = 64;

/// The operations of a content stream, in order.
#[derive(Debug, Clone)]
pub(crate) struct Steps<'a> {
    content: &'a [u8],
    at: usize,
}

impl<'a> Steps<'a> {
    pub fn of(content: &'a [u8]) -> Self {
        Steps { content, at: 0 }
    }

    /// Whether there is nothing left but blanks and remarks.
    pub fn holds_nothing(mut self) -> bool {
        self.skip_blanks();
        self.at == self.content.len()
    }

    /// Operands and operators alike, one by one.
    pub fn tokens(mut self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::from_fn(move || self.token())
    }

    /// The next token: an operand (a string, an array or a dictionary as a whole) or an operator.
    fn token(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        let start = self.at;
        match *self.content.get(start)? {
            b'(' => self.skip_string(),
            b'<' | b'[' => self.skip_nested(),
            b'/' => {
                self.at += 1;
                self.skip_regular();
            }
            byte if is_delimiter(byte) => self.at += 1,
            _ => self.skip_regular(),
        }
        self.content.get(start..self.at)
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.content.get(self.at) {
            match byte {
                b'%' => {
                    let rest = &self.content[self.at..];
                    let line = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    self.at += line.unwrap_or(rest.len());
                }
                byte if is_blank(*byte) => self.at += 1,
                _ => break,
            }
        }
    }

    fn skip_regular(&mut self) {
        let rest = &self.content[self.at..];
        let end = rest.iter().position(|byte| is_blank(*byte) || is_delimiter(*byte));
        self.at += end.unwrap_or(rest.len());
    }

    fn skip_string(&mut self) {
        let mut depth = 0_u32;
        while let Some(byte) = self.content.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                _ => {}
            }
        }
        self.at = self.at.min(self.content.len());
    }

    /// An array, a dictionary or a hexadecimal string.
    fn skip_nested(&mut self) {
        let mut open = Vec::new();
        while let Some(byte) = self.content.get(self.at) {
            match byte {
                b'(' => {
                    self.skip_string();
                    continue;
                }
                b'<' => open.push(b'>'),
                b'[' => open.push(b']'),
                closes if open.last() == Some(closes) => drop(open.pop()),
                _ => {}
            }
            self.at += 1;
            if open.is_empty() {
                break;
            }
        }
    }

    /// Behind the data of an inline picture whose `BI` was just read.
    fn skip_picture(&mut self) {
        while let Some(token) = self.token() {
            if token == b"ID" {
                break;
            }
        }
        self.at = (self.at + 1).min(self.content.len());
        let rest = &self.content[self.at..];
        let ends = |at: &usize| {
            let after = &rest[at + 3..];
            let next = &after[..after.len().min(12)];
            is_blank(rest[*at])
                && &rest[at + 1..at + 3] == b"EI"
                && after.first().is_none_or(|byte| is_blank(*byte))
                && next.iter().all(|byte| is_blank(*byte) || (b' '..=b'~').contains(byte))
        };
        let end = (0..rest.len().saturating_sub(2)).find(ends);
        self.at += end.map_or(rest.len(), |end| end + 3);
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        self.skip_blanks();
        let start = self.at;
        let mut operands = Vec::new();
        loop {
            let token = self.token()?;
            if is_operand(token) {
                if operands.len() < MOST_OPERANDS {
                    operands.push(token);
                }
                continue;
            }
            if token == b"BI" {
                self.skip_picture();
            }
            return Some(Step { operands, operator: token, place: start..self.at });
        }
    }
}

fn is_operand(token: &[u8]) -> bool {
    let begins = token
        .first()
        .is_some_and(|byte| matches!(byte, b'(' | b'<' | b'[' | b'/' | b'+' | b'-' | b'.' | b'0'..=b'9'));
    begins || matches!(token, b"true" | b"false" | b"null")
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0C | 0)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operators(content: &[u8]) -> Vec<String> {
        Steps::of(content).map(|step| String::from_utf8_lossy(step.operator).into_owned()).collect()
    }

    #[test]
    fn strings_arrays_dictionaries_and_pictures_are_passed_over_whole() {
        let content = b"q % Do not\n/OC<</a[(x) Do]>>BDC (a\\)b(c) Tj)Tj[(d)-3<4A>]TJ\nBI/W 1 ID \x00EI\xFFx EI Q 1 .5 -2 rg f*";
        assert_eq!(operators(content), ["q", "BDC", "Tj", "TJ", "BI", "Q", "rg", "f*"]);
        let steps: Vec<Step> = Steps::of(content).collect();
        assert_eq!(steps[2].operands, [b"(a\\)b(c) Tj)"]);
        assert_eq!(&content[steps[3].place.clone()], b"[(d)-3<4A>]TJ");
        assert_eq!(steps[6].operands, [b"1".as_slice(), b".5", b"-2"]);
    }

    #[test]
    fn rubbish_ends() {
        for content in [b"(((".as_slice(), b"<<[(", b") > ] }", b"BI ID", b"\\", b"(a\\"] {
            assert!(Steps::of(content).count() < 9);
        }
    }
}
