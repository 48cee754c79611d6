//! Office files that were encrypted when they were saved: a sensitivity label or a password wraps the whole file, and nothing in it
//! can be read without the organisation's key.

use std::io::Cursor;

/// What an older or an encrypted Office file begins with.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// How an encrypted file keeps its content.
const PACKAGE: &str = "/EncryptedPackage";

/// Where a sensitivity label keeps whom the key is for.
const RIGHTS: [&str; 2] = ["/\u{6}DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace", "/\u{9}DRMContent"];

/// Why an Office file of today's kind cannot be opened, as a sentence without its subject, and what to do; none where it is no compound file.
pub fn why(bytes: &[u8]) -> Option<&'static str> {
    if !bytes.starts_with(&COMPOUND) {
        return None;
    }
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Some(OLD) };
    let labelled = RIGHTS.into_iter().any(|path| file.exists(path));
    Some(match () {
        () if labelled => LABEL,
        () if file.exists(PACKAGE) => PASSWORD,
        () => OLD,
    })
}

const LABEL: &str = "a sensitivity label encrypted it when it was saved, and nobody but the people of the label can open it; \
                     hint: open it, choose a label without encryption under Home, Sensitivity, and save it; if every label encrypts, ask IT for one that does not";
const PASSWORD: &str = "it was encrypted with a password when it was saved; \
                        hint: open it, take the password away under File, Info, Protect, and save it";
const OLD: &str = "it was saved in the format of an older Office; hint: open it and save it under File, Save As, as a workbook .xlsx or a document .docx";

#[cfg(test)]
mod tests {
    use super::*;

    fn compound(streams: &[&str]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for stream in streams {
            let above: Vec<&str> = stream.split('/').collect();
            let above = above[..above.len() - 1].join("/");
            if !above.is_empty() {
                file.create_storage_all(above).unwrap();
            }
            file.create_stream(stream).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_label_a_password_and_an_old_format_are_told_apart() {
        let label = compound(&[PACKAGE, RIGHTS[0]]);
        assert!(why(&label).unwrap().contains("sensitivity label"));
        assert!(why(&compound(&[PACKAGE, "/EncryptionInfo"])).unwrap().contains("password"));
        assert!(why(&compound(&["/Workbook"])).unwrap().contains("older Office"));
        assert!(why(b"PK\x03\x04").is_none() && why(&COMPOUND).is_some());
    }
}
