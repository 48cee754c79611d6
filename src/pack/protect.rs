//! A copy that opens with a password only (AES-256, revision 6).
//!
//! Encryption needs fresh randomness, so the same copy cannot be made twice: it is made once, kept, and its hash recorded
//! beside the master's. The password opens everything; there are no half permissions that readers ignore anyway.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

/// What the standard calls the only filter used.
const FILTER: &[u8] = b"StdCF";

/// The longest password a PDF can have, in bytes.
const LONGEST: usize = 127;

/// `pack`, to be opened with `password`.
pub fn protect(pack: &[u8], password: &str) -> Result<Vec<u8>> {
    if password.is_empty() || password.len() > LONGEST {
        bail!("the password of a pack must have between 1 and {LONGEST} characters");
    }
    let mut document = Document::load_mem(pack).context("the pack to be protected cannot be read")?;
    let mut key = [0; 32];
    getrandom::fill(&mut key)
        .map_err(|fault| anyhow::anyhow!("the system gives no random numbers: {fault}"))?;
    let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
    let state = EncryptionState::try_from(EncryptionVersion::V5 {
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([(FILTER.to_vec(), filter)]),
        file_encryption_key: &key,
        stream_filter: FILTER.to_vec(),
        string_filter: FILTER.to_vec(),
        owner_password: password,
        user_password: password,
        permissions: Permissions::all(),
    })
    .context("the password cannot be used in a PDF")?;
    document.encrypt(&state).context("the pack cannot be encrypted")?;
    let mut protected = Vec::with_capacity(pack.len() + pack.len() / 8);
    document.save_to(&mut protected).context("the protected pack cannot be written")?;
    Ok(protected)
}

#[cfg(test)]
mod tests {
    use hayro_syntax::Pdf;

    use super::*;
    use crate::pack::sample;
    use crate::paper::pdf_text;

    #[test]
    fn a_protected_copy_opens_with_its_password_only_and_says_the_same() {
        let plain = sample::rendition_pdf(1, "Łukasz, assessment (fictional)", 3, "\"a4\"");
        let locked = protect(&plain, "Siân's pass phrase").unwrap();
        assert!(Pdf::new(locked.clone()).is_err());
        assert!(Pdf::new_with_password(locked.clone(), "another").is_err());
        let opened = Pdf::new_with_password(locked, "Siân's pass phrase").unwrap();
        assert_eq!(pdf_text::words_of(&opened), pdf_text::words(&plain).unwrap());
        assert!(protect(&plain, "").is_err());
    }
}
