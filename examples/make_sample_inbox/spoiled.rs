//! Files that nobody can read, as they turn up on every shared folder.

use std::io::{Cursor, Write};
use std::time::SystemTime;

use anyhow::Result;
use cfb::CompoundFile;
use sha2::{Digest, Sha256};

/// A Word file saved with a password: the container Word writes, with contents that no password opens.
pub fn password_protected(name: &str) -> Result<Vec<u8>> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new()))?;
    // The description of the encryption has to be a true one: readers tell a password from a fault by it.
    let mut info = vec![4, 0, 4, 0, 0x40, 0, 0, 0];
    info.extend_from_slice(agile(name).as_bytes());
    file.create_stream("/EncryptionInfo")?.write_all(&info)?;
    let mut package = 23_118_u64.to_le_bytes().to_vec();
    package.extend(grey(name, 23_120));
    file.create_stream("/EncryptedPackage")?.write_all(&package)?;
    file.create_storage("/\u{6}DataSpaces")?;
    file.create_stream("/\u{6}DataSpaces/Version")?.write_all(&version())?;
    for storage in ["/", "/\u{6}DataSpaces"] {
        file.set_modified_time(storage, SystemTime::UNIX_EPOCH)?;
        file.set_created_time(storage, SystemTime::UNIX_EPOCH)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The first part of a file, as a broken copy leaves it.
pub fn cut_short(whole: &[u8], thousandths: usize) -> Vec<u8> {
    whole[..whole.len() * thousandths / 1000].to_vec()
}

/// What Word keeps beside a document that somebody has open: the length of the name, then the name, twice.
pub fn lock_file(who: &str) -> Vec<u8> {
    let mut out = vec![0_u8; 162];
    out[0] = u8::try_from(who.len()).unwrap_or(u8::MAX);
    for (at, byte) in who.bytes().take(52).enumerate() {
        out[1 + at] = byte;
        out[56 + at * 2] = byte;
    }
    out[54] = out[0];
    out
}

/// Windows Explorer's pictures of the folder.
pub fn thumbs_db() -> Result<Vec<u8>> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new()))?;
    file.create_stream("/256_1a2b3c4d5e6f7081")?.write_all(&grey("thumbnail", 3000))?;
    file.create_stream("/Catalog")?.write_all(&[16, 0, 7, 0, 1, 0, 0, 0, 96, 0, 0, 0, 96, 0, 0, 0])?;
    file.set_modified_time("/", SystemTime::UNIX_EPOCH)?;
    file.set_created_time("/", SystemTime::UNIX_EPOCH)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Bytes without any pattern, the same each time.
fn grey(seed: &str, length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 32);
    let mut count = 0_u64;
    while out.len() < length {
        out.extend_from_slice(&Sha256::new().chain_update(seed).chain_update(count.to_le_bytes()).finalize());
        count += 1;
    }
    out.truncate(length);
    out
}

fn agile(seed: &str) -> String {
    use base64::Engine as _;
    let coded = |part: &str, length| {
        base64::engine::general_purpose::STANDARD.encode(grey(&format!("{seed} {part}"), length))
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<encryption \
         xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\" \
         xmlns:c=\"http://schemas.microsoft.com/office/2006/keyEncryptor/certificate\"><keyData saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" \
         hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"{}\"/><dataIntegrity \
         encryptedHmacKey=\"{}\" encryptedHmacValue=\"{}\"/><keyEncryptors><keyEncryptor \
         uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><p:encryptedKey spinCount=\"100000\" saltSize=\"16\" \
         blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" \
         saltValue=\"{}\" encryptedVerifierHashInput=\"{}\" encryptedVerifierHashValue=\"{}\" encryptedKeyValue=\"{}\"/></keyEncryptor>\
         </keyEncryptors></encryption>",
        coded("salt", 16),
        coded("hmac key", 64),
        coded("hmac value", 64),
        coded("key salt", 16),
        coded("verifier", 16),
        coded("verifier hash", 64),
        coded("key", 32)
    )
}

/// The data-spaces version record every encrypted Office file starts with.
fn version() -> Vec<u8> {
    let name: Vec<u8> = "Microsoft.Container.DataSpaces".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut out = u32::try_from(name.len()).unwrap_or_default().to_le_bytes().to_vec();
    out.extend(name);
    out.extend([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    out
}
