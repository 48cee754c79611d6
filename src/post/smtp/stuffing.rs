//! A letter as it goes over the line after RFC 5321, 4.5.2: no line of it can be taken for its end.

use std::borrow::Cow;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// A letter as it goes over the line, piece by piece: a dot at the beginning of a line doubled (RFC 5321, 4.5.2), and a whole last line.
/// A piece without such a dot is sent as it lies.
#[derive(Debug, Default)]
pub struct Stuffing {
    /// The last two bytes so far.
    last: [u8; 2],
    /// Something has gone.
    begun: bool,
}

impl Stuffing {
    /// The next piece as it goes.
    pub fn piece<'p>(&mut self, piece: &'p [u8]) -> Cow<'p, [u8]> {
        static DOTS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
        let dots = DOTS.get_or_init(|| AhoCorasick::new(["\n."]).ok()).as_ref();
        let first = (!self.begun || self.last[1] == b'\n') && piece.starts_with(b".");
        match piece {
            [] => return Cow::Borrowed(piece),
            [one] => self.last = [self.last[1], *one],
            [.., before, one] => self.last = [*before, *one],
        }
        self.begun = true;
        let mut ends: Vec<usize> = Vec::new();
        match dots {
            Some(dots) => ends.extend(dots.find_iter(piece).map(|found| found.end())),
            None => ends.extend((2..=piece.len()).filter(|end| piece[..*end].ends_with(b"\n."))),
        }
        if !first && ends.is_empty() {
            return Cow::Borrowed(piece);
        }
        let mut out = Vec::with_capacity(piece.len() + ends.len() + 1);
        out.extend(first.then_some(b'.'));
        let mut from = 0;
        for end in ends {
            out.extend_from_slice(&piece[from..end]);
            out.push(b'.');
            from = end;
        }
        out.extend_from_slice(&piece[from..]);
        Cow::Owned(out)
    }

    /// What the last line lacks.
    pub const fn end(&self) -> &'static [u8] {
        if matches!(self.last, [b'\r', b'\n']) { b"" } else { b"\r\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::pieces::PIECE;

    #[test]
    fn dots_at_the_beginning_of_lines_are_doubled_and_the_last_line_ends() {
        let whole = |message: &[u8]| {
            let mut stuffing = Stuffing::default();
            let pieces: Vec<u8> =
                message.chunks(PIECE).flat_map(|piece| stuffing.piece(piece).into_owned()).collect();
            [&pieces, stuffing.end()].concat()
        };
        assert_eq!(whole(b"a\r\n.b\r\n..\r\nc"), b"a\r\n..b\r\n...\r\nc\r\n");
        assert_eq!(whole(b"a\r\n"), b"a\r\n");
        assert_eq!(whole(b""), b"\r\n");
        // Where one piece ends with a line, the next begins with one; where it ends in a line, it does not.
        let line_end = [&vec![b'a'; PIECE - 2][..], b"\r\n.b\r\n"].concat();
        assert!(whole(&line_end).ends_with(b"\r\n..b\r\n"));
        let apart = [&vec![b'a'; PIECE - 1][..], b"\n.b\r\n"].concat();
        assert!(whole(&apart).ends_with(b"a\n..b\r\n"), "a line's end and the dot after it in two pieces");
        let in_line = [&vec![b'a'; PIECE][..], b".b\r\n"].concat();
        assert!(whole(&in_line).ends_with(b"aa.b\r\n"));
    }
}
