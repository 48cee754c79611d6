//! Text of mails that are not in Unicode: the code page of the sender's computer, by its number.

use encoding_rs::Encoding;

/// Text in the code page of this number; where that is not known, in Unicode or the western one.
pub(crate) fn decode(bytes: &[u8], page: Option<u32>) -> String {
    match page.and_then(encoding) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => crate::paper::plain::decode(bytes),
    }
}

/// The encodings of Windows' code pages that a mail in one byte a letter can be in.
fn encoding(page: u32) -> Option<&'static Encoding> {
    let label = match page {
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1252 => "windows-1252",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        10000 => "macintosh",
        20866 => "koi8-r",
        21866 => "koi8-u",
        28591 => "iso-8859-1",
        28592 => "iso-8859-2",
        28595 => "iso-8859-5",
        28596 => "iso-8859-6",
        28597 => "iso-8859-7",
        28605 => "iso-8859-15",
        51932 => "euc-jp",
        54936 => "gb18030",
        65001 => "utf-8",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_page_is_known_by_its_number() {
        assert_eq!(decode(b"\xce\xf0\xe0", Some(1251)), "Ора");
        assert_eq!(decode(b"Pozna\xf1", Some(1250)), "Poznań");
        assert_eq!(decode(b"caf\xe9", None), "café");
    }
}
