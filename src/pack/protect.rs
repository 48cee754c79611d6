//! A copy that opens with a password only (AES-256, revision 6).
//!
//! Encryption needs fresh randomness, so the same copy cannot be made twice: it is made once, kept, and its hash recorded
//! beside the master's. The password opens everything; there are no half permissions that readers ignore anyway.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use hayro_syntax::Pdf;
use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
use sha2::Digest;

use crate::panel::ids::Sha256;
use crate::pdf::save::save;

/// What the standard calls the only filter used.
const FILTER: &[u8] = b"StdCF";

/// The longest password a PDF can have, in bytes.
const LONGEST: usize = 127;

/// `pack`, to be opened with `password`.
///
/// Fails when the password is empty or too long, `pack` is no PDF, or the system gives no random numbers.
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
    save(&document).context("the protected pack cannot be written")
}

/// The same for a file, which is replaced; gives the hash of what it then is.
///
/// Fails like [`protect`], when the file cannot be replaced, and when the copy does not open with the password.
pub fn protect_file(file: &Path, password: &str) -> Result<Sha256> {
    let plain = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let pages = Pdf::new(plain.clone()).map(|pdf| pdf.pages().len()).ok();
    let protected = protect(&plain, password)?;
    // Nobody could open it to look, so it is opened here.
    let opened = Pdf::new_with_password(protected.clone(), password).map(|pdf| pdf.pages().len()).ok();
    if opened.is_none() || opened != pages {
        bail!("a protected copy does not open with its password");
    }
    let mut beside = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot write beside {}", file.display()))?;
    beside.write_all(&protected).with_context(|| format!("cannot write {}", file.display()))?;
    beside.persist(file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(Sha256::from_digest(sha2::Sha256::digest(&protected).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;
    use crate::pdf::text;

    #[test]
    fn a_protected_copy_opens_with_its_password_only_and_says_the_same() {
        let plain = sample::rendition_pdf(1, "Łukasz, assessment (fictional)", 3, "\"a4\"");
        let locked = protect(&plain, "Siân's pass phrase").unwrap();
        assert!(Pdf::new(locked.clone()).is_err());
        assert!(Pdf::new_with_password(locked.clone(), "another").is_err());
        let opened = Pdf::new_with_password(locked, "Siân's pass phrase").unwrap();
        assert_eq!(text::words_of(&opened), text::words(&plain).unwrap());
        assert!(protect(&plain, "").is_err());
    }

    #[test]
    fn whatever_the_random_key_it_opens_and_its_strings_are_whole() {
        let mut document = Document::load_mem(&sample::rendition_pdf(1, "Assessment", 1, "\"a4\"")).unwrap();
        let title = "A title of some length (with brackets) \\ and more, so that any byte comes up in it";
        let info =
            document.add_object(lopdf::dictionary! { "Title" => lopdf::Object::string_literal(title) });
        document.trailer.set("Info", info);
        let mut plain = Vec::new();
        document.save_to(&mut plain).unwrap();
        // Written as they stand, some bytes of an enciphered string are read as others.
        for _ in 0..150 {
            let opened =
                Pdf::new_with_password(protect(&plain, "pass phrase").unwrap(), "pass phrase").unwrap();
            assert_eq!(opened.metadata().title.as_deref(), Some(title.as_bytes()));
        }
    }
}
