//! A letter that tells a password, as it is kept: its head as it goes, its words sealed with the very password they tell.
//!
//! Whoever has the register and not the password file reads nothing in it that the head does not say. The same letter and password give the
//! same bytes; opened, it is byte for byte what was sealed.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hmac, pbkdf2};

/// What a sealed letter has in place of its words.
const BEGINS: &str = "sealed by panelclerk, 1\r\n";

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// How often the password is stirred: who tries many must take time for each.
const ROUNDS: NonZeroU32 = NonZeroU32::new(210_000).expect("not nothing");

const KEY: usize = 32;

/// The letter as it is kept; none where it is no letter with a head and words.
pub fn seal(message: &[u8], password: &str) -> Option<Vec<u8>> {
    let (head, words) = parted(message)?;
    let (key, stamp) = keys(password, head)?;
    // Other words under the same head have another number of their own.
    let number: [u8; NONCE_LEN] = hmac::sign(&stamp, words).as_ref().get(..NONCE_LEN)?.try_into().ok()?;
    let mut sealed = words.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(number), Aad::from(head), &mut sealed).ok()?;
    let mut kept = head.to_vec();
    kept.extend_from_slice(BEGINS.as_bytes());
    let text = STANDARD.encode([&number[..], &sealed].concat());
    for line in text.as_bytes().chunks(76) {
        kept.extend_from_slice(line);
        kept.extend_from_slice(b"\r\n");
    }
    Some(kept)
}

/// The letter as it goes; none where the password is not the one it was sealed with.
pub fn open(kept: &[u8], password: &str) -> Option<Vec<u8>> {
    let (head, words) = parted(kept)?;
    let text: Vec<u8> = words
        .strip_prefix(BEGINS.as_bytes())?
        .iter()
        .copied()
        .filter(|byte| !b"\r\n".contains(byte))
        .collect();
    let bytes = STANDARD.decode(text).ok()?;
    let (number, sealed) = bytes.split_at_checked(NONCE_LEN)?;
    let (key, _) = keys(password, head)?;
    let mut sealed = sealed.to_vec();
    let words = key.open_in_place(
        Nonce::assume_unique_for_key(number.try_into().ok()?),
        Aad::from(head),
        &mut sealed,
    );
    Some([head, &*words.ok()?].concat())
}

/// What stands for a password where it is only asked whether it is still the same.
pub fn stands_for(password: &str, whose: &str) -> String {
    let salt = digest::digest(&digest::SHA256, whose.as_bytes());
    STANDARD.encode(stirred(password, salt.as_ref()))
}

/// The head with the empty line after it, and the rest.
fn parted(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = message.windows(END_OF_HEAD.len()).position(|four| four == END_OF_HEAD)?;
    message.split_at_checked(at + END_OF_HEAD.len())
}

fn keys(password: &str, head: &[u8]) -> Option<(LessSafeKey, hmac::Key)> {
    let salt = digest::digest(&digest::SHA256, head);
    let stirred = stirred(password, salt.as_ref());
    let (key, stamp) = stirred.split_at(KEY);
    let key = UnboundKey::new(&AES_256_GCM, key).ok()?;
    Some((LessSafeKey::new(key), hmac::Key::new(hmac::HMAC_SHA256, stamp)))
}

fn stirred(password: &str, salt: &[u8]) -> [u8; 2 * KEY] {
    let mut out = [0; 2 * KEY];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_letter_opens_byte_for_byte_and_only_with_its_password() {
        let letter = b"To: mia@council.example\r\nSubject: opening your papers\r\n\r\nDear Mia\r\n\r\nDock Tower\r\n.\r\n";
        let kept = seal(letter, "Dock Tower").unwrap();
        assert_eq!(seal(letter, "Dock Tower").unwrap(), kept);
        let text = String::from_utf8(kept.clone()).unwrap();
        assert!(text.starts_with("To: mia@council.example\r\n") && !text.contains("Dock"), "{text}");
        assert!(!text.contains("Mia"), "{text}");
        assert_eq!(open(&kept, "Dock Tower").unwrap(), letter);
        assert_eq!(open(&kept, "Dock tower"), None);
        let other_head = text.replacen("mia@", "zoe@", 1).into_bytes();
        assert_eq!(open(&other_head, "Dock Tower"), None, "it opens under its own head alone");
        assert_eq!(open(letter, "Dock Tower"), None);
        assert_eq!(seal(b"no letter", "Dock Tower"), None);
        assert_ne!(stands_for("Dock Tower", "mia"), stands_for("Dock Tower", "zoe"));
    }
}
