//! Text as it stands in a web address or a form: everything but letters, digits and `-._~` by its bytes (RFC 3986, 2.3).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written by its bytes.
pub const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_could_mean_something_is_written_by_its_bytes() {
        assert_eq!(encoded("a~b+c/d=e&f%ä 'x'"), "a~b%2Bc%2Fd%3De%26f%25%C3%A4%20%27x%27");
    }
}
