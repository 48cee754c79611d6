//! Letters that a person has go once more as they were written: which are meant, and the files that went with them.

use anyhow::{Context, Result};
use mail_parser::{MessageParser, MimeHeaders as _};

use crate::panel::audience::same_name;
use crate::panel::ids::Sha256;
use crate::panel::post_times;
use crate::post::compose::Enclosure;
use crate::post::plan::Again;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// Whether a letter to somebody of this name is meant by what a person typed: a name, an address or the letter's number.
pub fn is_meant(letter: &LetterRow, name: Option<&str>, typed: &str) -> bool {
    letter.id.eq_ignore_ascii_case(typed)
        || letter.recipient.eq_ignore_ascii_case(typed)
        || name.is_some_and(|name| same_name(name, typed))
}

/// The letter, where a person named its reader and it may go once more.
///
/// Fails when the register cannot be read.
pub fn named(
    register: &Register,
    letter: &LetterRow,
    name: &str,
    readers: &[String],
) -> Result<Option<Again>> {
    if !readers.iter().any(|reader| is_meant(letter, Some(name), reader))
        || !post_times::may_go_again(&register.history_of(letter)?)
    {
        return Ok(None);
    }
    let (name, email, draft) = (name.to_owned(), letter.recipient.clone(), letter.draft.clone());
    Ok(Some(Again { name, email, draft }))
}

/// The files of a message as it was written.
///
/// Fails when it cannot be read.
pub fn files(register: &Register, message: &Sha256) -> Result<Vec<Enclosure>> {
    let bytes = register.store().read(message)?;
    let message = MessageParser::default().parse(&bytes).context("the message as it was written")?;
    let file = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type();
        let of = |kind: &mail_parser::ContentType<'_>| {
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("*"))
        };
        Enclosure {
            file_name: part.attachment_name().unwrap_or_default().to_owned(),
            media_type: kind.map(of).unwrap_or_default(),
            content: part.contents().to_vec(),
        }
    };
    Ok(message.attachments().map(file).collect())
}
