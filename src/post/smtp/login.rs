//! How the panel's mailbox proves itself to a mail server. Only what the configuration says is ever tried.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::post::secret::Secret;

/// How to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The server knows the machine: a relay inside the council.
    None,
    Plain {
        user: String,
        password: Secret,
    },
    Login {
        user: String,
        password: Secret,
    },
    /// A token of the provider's, as Microsoft 365 and Google take it.
    Xoauth2 {
        user: String,
        token: Secret,
    },
}

impl Login {
    /// As a server offers it after `AUTH`; none where nothing is asked for.
    pub const fn mechanism(&self) -> Option<&'static str> {
        match self {
            Login::None => None,
            Login::Plain { .. } => Some("PLAIN"),
            Login::Login { .. } => Some("LOGIN"),
            Login::Xoauth2 { .. } => Some("XOAUTH2"),
        }
    }

    /// The lines to send, each after the server has asked for it; the first is the command. No line ends are in them.
    pub fn lines(&self) -> Vec<String> {
        let coded = |text: &str| STANDARD.encode(text);
        match self {
            Login::None => Vec::new(),
            Login::Plain { user, password } => {
                vec![format!("AUTH PLAIN {}", coded(&format!("\0{user}\0{}", password.reveal())))]
            }
            Login::Login { user, password } => {
                vec!["AUTH LOGIN".to_owned(), coded(user), coded(password.reveal())]
            }
            Login::Xoauth2 { user, token } => {
                let said = format!("user={user}\u{1}auth=Bearer {}\u{1}\u{1}", token.reveal());
                vec![format!("AUTH XOAUTH2 {}", coded(&said))]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_says_what_its_rule_wants() {
        let secret = || Secret::new("pa55");
        let user = || "panel@council.gov.uk".to_owned();
        assert_eq!(Login::None.lines(), Vec::<String>::new());
        let plain = Login::Plain { user: user(), password: secret() }.lines();
        assert_eq!(plain, ["AUTH PLAIN AHBhbmVsQGNvdW5jaWwuZ292LnVrAHBhNTU="]);
        let asked = Login::Login { user: user(), password: secret() }.lines();
        assert_eq!(asked, ["AUTH LOGIN", "cGFuZWxAY291bmNpbC5nb3YudWs=", "cGE1NQ=="]);
        let token = Login::Xoauth2 { user: user(), token: secret() }.lines();
        let said = STANDARD.decode(token[0].strip_prefix("AUTH XOAUTH2 ").unwrap()).unwrap();
        assert_eq!(said, b"user=panel@council.gov.uk\x01auth=Bearer pa55\x01\x01");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let login = Login::Plain { user: "panel".to_owned(), password: Secret::new("pa55") };
        assert!(!format!("{login:?}").contains("pa55"));
    }
}
