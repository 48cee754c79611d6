//! Messages between the main process and a worker: a length, then that many bytes.
//!
//! The reader decides how much it accepts; a worker that has been taken over cannot make us allocate more.

use std::io::{self, Read, Write};

/// Writes one message.
pub(crate) fn send(line: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "message longer than 4 GB"))?;
    line.write_all(&length.to_le_bytes())?;
    line.write_all(message)?;
    line.flush()
}

/// Reads one message of at most `most` bytes; none when the other side has gone.
pub(crate) fn receive(line: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0_u8; 4];
    match line.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if most < length {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "message longer than allowed"));
    }
    let mut message = Vec::new();
    line.by_ref().take(length as u64).read_to_end(&mut message)?;
    Ok((message.len() == length).then_some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_received_and_too_long_is_refused() {
        let mut line = Vec::new();
        send(&mut line, b"one").unwrap();
        send(&mut line, b"").unwrap();
        let mut reader = line.as_slice();
        assert_eq!(receive(&mut reader, 10).unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(receive(&mut reader, 10).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(receive(&mut reader, 10).unwrap(), None);
        assert!(receive(&mut line.as_slice(), 2).is_err());
        assert_eq!(receive(&mut &line[..5], 10).unwrap(), None, "half a message is no message");
    }
}
