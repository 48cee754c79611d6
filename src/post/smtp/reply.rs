//! What a mail server answers: a number of three digits, perhaps a more exact one, and lines for people.
//!
//! After RFC 5321 (4.2) and RFC 3463 for the more exact numbers.

use std::fmt;

/// One answer of a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200 to 559.
    pub code: u16,
    /// What it says, a line each, without the number.
    pub lines: Vec<String>,
}

impl Reply {
    /// It did what was asked.
    pub const fn is_done(&self) -> bool {
        self.code / 100 == 2
    }

    /// It waits for more.
    pub const fn goes_on(&self) -> bool {
        self.code / 100 == 3
    }

    /// "Not now": asked again later it may say yes.
    pub const fn is_not_now(&self) -> bool {
        self.code / 100 == 4
    }

    /// The number of RFC 3463 it begins with, such as `5.7.139`.
    pub fn exact(&self) -> Option<&str> {
        let word = self.lines.first()?.split_whitespace().next()?;
        let parts: Vec<&str> = word.split('.').collect();
        let numbers = parts
            .iter()
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_digit()));
        (parts.len() == 3 && numbers).then_some(word)
    }

    /// All lines in one.
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.code, self.text())
    }
}

/// Takes a line of an answer apart: its number, whether it is the last, and what it says; none where it is no such line.
pub fn line(line: &str) -> Option<(u16, bool, &str)> {
    let (number, rest) = line.split_at_checked(3)?;
    let code: u16 = number.parse().ok().filter(|code| (200..560).contains(code))?;
    match rest.as_bytes().first() {
        None => Some((code, true, "")),
        Some(b' ') => Some((code, true, &rest[1..])),
        Some(b'-') => Some((code, false, &rest[1..])),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart_and_anything_else_is_no_answer() {
        assert_eq!(line("250 2.1.0 Sender ok"), Some((250, true, "2.1.0 Sender ok")));
        assert_eq!(line("250-SIZE 1000"), Some((250, false, "SIZE 1000")));
        assert_eq!(line("354"), Some((354, true, "")));
        for other in ["", "25", "+OK", "999 no", "250_no", "1é0 no", "HTTP/1.1 400 Bad Request"] {
            assert_eq!(line(other), None, "{other}");
        }
    }

    #[test]
    fn the_more_exact_number_is_found() {
        let reply = |text: &str| Reply { code: 535, lines: vec![text.to_owned()] };
        assert_eq!(reply("5.7.139 Authentication unsuccessful").exact(), Some("5.7.139"));
        assert_eq!(reply("Authentication unsuccessful").exact(), None);
        assert_eq!(reply("10.20.30.40 is listed").exact(), None);
    }
}
