//! What a mail server says it can do, in its answer to `EHLO`.

use crate::post::smtp::reply::Reply;

/// What a server says it can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    pub starttls: bool,
    /// Bytes of the largest letter it takes; none where it does not say.
    pub size: Option<usize>,
    pub logins: Vec<String>,
    pub notices: bool,
    pub eight_bit: bool,
}

impl Offers {
    pub fn of(reply: &Reply) -> Self {
        let mut offers = Offers::default();
        // The first line is the server's name.
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("STARTTLS") => offers.starttls = true,
                // A size of 0 says that there is no limit.
                Some("SIZE") => {
                    offers.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                }
                Some("AUTH") => offers.logins.extend(words),
                Some("DSN") => offers.notices = true,
                Some("8BITMIME") => offers.eight_bit = true,
                _ => {}
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_is_read_whatever_its_capitals() {
        let lines = ["mail.example", "size 35882577", "AUTH LOGIN xoauth2", "8BITMIME", "DSN", "STARTTLS"];
        let reply = Reply { code: 250, lines: lines.map(str::to_owned).to_vec() };
        let offers = Offers::of(&reply);
        let logins = vec!["LOGIN".to_owned(), "XOAUTH2".to_owned()];
        let size = Some(35_882_577);
        assert_eq!(offers, Offers { starttls: true, size, logins, notices: true, eight_bit: true });
        let none = Reply { code: 250, lines: vec!["STARTTLS".to_owned(), "SIZE 0".to_owned()] };
        assert_eq!(Offers::of(&none), Offers::default(), "the first line is a name");
    }
}
